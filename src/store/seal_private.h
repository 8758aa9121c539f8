/* seal_private.h - the inside of a key, for the files of sealing only. */
#ifndef STORE_SEAL_PRIVATE_H
#define STORE_SEAL_PRIVATE_H

#include <sodium.h>
#include "store/seal.h"

#define SEAL_KEY_BYTES 32

/* One root, and a key derived from it for each use.  Lives in locked memory. */
struct SealKey {
    unsigned char root[SEAL_KEY_BYTES];
    unsigned char field[SEAL_KEY_BYTES];
    unsigned char wrap[SEAL_KEY_BYTES];
    unsigned char hash[SEAL_KEY_BYTES];
    unsigned char file[SEAL_KEY_BYTES];
};

SealKey *SealKey_from_root(const unsigned char root[SEAL_KEY_BYTES]); /* NULL: no locked memory */
bool Seal_box(const unsigned char *key, const char *place, const void *plain, size_t length,
              Buffer *out);
/* false when it does not open; plain: length - SEAL_OVERHEAD bytes. */
bool Seal_unbox(const unsigned char *key, const char *place, const void *sealed, size_t length,
                unsigned char *plain);
#define SEAL_OVERHEAD \
    (1 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)

#endif
