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
/* The master key: $CREDENTIALS_DIRECTORY/bizosaas-master-key when that is there, else HOME/master.key
 * (create: made when missing; an existing one is never replaced).  A file holds 32 bytes, or the same as
 * 64 hexadecimal digits.  Refuses loose permissions and links (ERROR_STORAGE); a missing key is
 * ERROR_NOT_FOUND.  NULL + error; Seal_free(). */
SealKey *Seal_master(const char *home, bool create, Error *error);
SealKey *Seal_new_key(void); /* NULL when no memory can be locked */
/* A key from a password, for sealed backups: argon2id with the 16 bytes of salt stored beside. */
SealKey *Seal_password_key(const char *password, size_t length, const uint8_t salt[16], Error *error);
/* Wraps a tenant key for storage; out is appended. */
bool Seal_wrap(const SealKey *master, const SealKey *key, const char *tenant, Buffer *out);
SealKey *Seal_unwrap(const SealKey *master, const void *bytes, size_t length, const char *tenant,
                     Error *error);
void Seal_free(SealKey *key);
/* Seals; `place` must be given again to open.  Output: version, nonce, ciphertext, tag. */
bool Seal_close(const SealKey *key, const char *place, const void *plain, size_t length, Buffer *out);
/* ERROR_STORAGE when altered, moved from another place or sealed with another key; out is untouched. */
bool Seal_open(const SealKey *key, const char *place, const void *sealed, size_t length, Buffer *out,
               Error *error);
/* Keyed BLAKE2b for equality search; out: 32 bytes. */
void Seal_hash(const SealKey *key, const char *place, const void *plain, size_t length,
               uint8_t out[32]);
/* Whole files, in chunks (crypto_secretstream): backups, exports, attachments.  Written to PATH.tmp
 * (0600), verified, synced, renamed. */
bool Seal_file(const SealKey *key, const char *from, const char *to, Error *error);
bool Seal_open_file(const SealKey *key, const char *from, const char *to, Error *error);
/* argon2id, 64 MiB interactive limits; hash text for storage (free()).  Slow: worker threads only. */
char *Seal_password_hash(const char *password, size_t length, Error *error);
bool Seal_password_verify(const char *hash, const char *password, size_t length);

#endif
