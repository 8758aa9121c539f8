/* seal.h - sealing of secrets (libsodium XChaCha20-Poly1305) and keyed hashes for equality search.
 *
 * Associated data is tenant|table|column|record, so that a sealed value moved elsewhere does not open.
 * Keys: 32 random bytes per tenant, wrapped by the master key (file HOME/master.key, 0400, or systemd
 * credential `bizosaas-master-key`).  Key memory is locked and wiped.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/error.h"

typedef struct SealKey SealKey;

bool Seal_init(Error *error); /* once per process */
/* Reads (create: makes) the master key of a home.  Refuses loose permissions and links. */
SealKey *Seal_master(const char *home, bool create, Error *error);
SealKey *Seal_new_key(void);
/* Wraps a tenant key for storage; out is appended. */
bool Seal_wrap(const SealKey *master, const SealKey *key, const char *tenant, Buffer *out);
SealKey *Seal_unwrap(const SealKey *master, const void *bytes, size_t length, const char *tenant,
                     Error *error);
void Seal_free(SealKey *key);
bool Seal_close(const SealKey *key, const char *place, const void *plain, size_t length, Buffer *out);
bool Seal_open(const SealKey *key, const char *place, const void *sealed, size_t length, Buffer *out,
               Error *error);
/* Keyed BLAKE2b for equality search; out: 32 bytes. */
void Seal_hash(const SealKey *key, const char *place, const void *plain, size_t length,
               uint8_t out[32]);
/* Whole files, in chunks (crypto_secretstream): backups, exports, attachments.  Written to PATH.tmp,
 * verified, renamed. */
bool Seal_file(const SealKey *key, const char *from, const char *to, Error *error);
bool Seal_open_file(const SealKey *key, const char *from, const char *to, Error *error);
/* argon2id, 64 MiB interactive limits; hash text for storage (free()).  Slow: worker threads only. */
char *Seal_password_hash(const char *password, size_t length, Error *error);
bool Seal_password_verify(const char *hash, const char *password, size_t length);

#endif
