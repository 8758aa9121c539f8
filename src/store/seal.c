/* seal.c - sealing of values, wrapped keys, keyed hashes and passwords. */
#include <stdlib.h>
#include <string.h>
#include "store/seal_private.h"

#define SEAL_VERSION 1
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define PASSWORD_MEMORY (64u * 1024 * 1024) /* argon2id: 64 MiB, the interactive work factor */
#define PASSWORD_PASSES crypto_pwhash_OPSLIMIT_INTERACTIVE
#define PASSWORD_BYTES_MAX 4096

bool Seal_init(Error *error)
{
    if (sodium_init() >= 0)
        return true;
    return Error_set(error, ERROR_INTERNAL, "The encryption library cannot be started.");
}

/* ---- keys ----------------------------------------------------------------------------------- */

SealKey *SealKey_from_root(const unsigned char root[SEAL_KEY_BYTES])
{
    static const char CONTEXT[crypto_kdf_CONTEXTBYTES + 1] = "bizosaas";
    SealKey *key = sodium_malloc(sizeof *key); /* locked, guarded, wiped by sodium_free() */

    if (!key)
        return NULL;
    memcpy(key->root, root, sizeof key->root);
    crypto_kdf_derive_from_key(key->field, sizeof key->field, 1, CONTEXT, root);
    crypto_kdf_derive_from_key(key->wrap, sizeof key->wrap, 2, CONTEXT, root);
    crypto_kdf_derive_from_key(key->hash, sizeof key->hash, 3, CONTEXT, root);
    crypto_kdf_derive_from_key(key->file, sizeof key->file, 4, CONTEXT, root);
    sodium_mprotect_readonly(key);
    return key;
}

SealKey *Seal_new_key(void)
{
    unsigned char root[SEAL_KEY_BYTES];

    randombytes_buf(root, sizeof root); /* never the seeded randomness of a test */
    SealKey *key = SealKey_from_root(root);
    sodium_memzero(root, sizeof root);
    return key;
}

void Seal_free(SealKey *key)
{
    sodium_free(key);
}

bool Seal_wrap(const SealKey *master, const SealKey *key, const char *tenant, Buffer *out)
{
    return Seal_box(master->wrap, tenant, key->root, sizeof key->root, out);
}

SealKey *Seal_unwrap(const SealKey *master, const void *bytes, size_t length, const char *tenant,
                     Error *error)
{
    unsigned char root[SEAL_KEY_BYTES];
    SealKey *key = NULL;

    if (length != SEAL_KEY_BYTES + SEAL_OVERHEAD ||
        !Seal_unbox(master->wrap, tenant, bytes, length, root)) {
        Error_set(error, ERROR_STORAGE,
                  "The key of tenant %.64s does not open with this master key.", tenant);
        Error_hint(error, "Put back the master.key that belongs to this data folder.");
    } else if (!(key = SealKey_from_root(root))) {
        Error_set(error, ERROR_LIMIT, "There is no locked memory left for a key.");
    }
    sodium_memzero(root, sizeof root);
    return key;
}

SealKey *Seal_password_key(const char *password, size_t length, const uint8_t salt[16],
                           Error *error)
{
    unsigned char root[SEAL_KEY_BYTES];
    SealKey *key = NULL;

    if (length <= PASSWORD_BYTES_MAX &&
        crypto_pwhash(root, sizeof root, password, length, salt, PASSWORD_PASSES, PASSWORD_MEMORY,
                      crypto_pwhash_ALG_ARGON2ID13) == 0)
        key = SealKey_from_root(root);
    sodium_memzero(root, sizeof root);
    if (!key)
        Error_set(error, ERROR_LIMIT, "There is not enough memory to derive a key.");
    return key;
}

/* ---- values --------------------------------------------------------------------------------- */

bool Seal_box(const unsigned char *key, const char *place, const void *plain, size_t length,
              Buffer *out)
{
    if (!Buffer_reserve(out, length + SEAL_OVERHEAD + 1))
        return false;
    unsigned char *at = (unsigned char *)out->data + out->length;
    unsigned char *nonce = at + 1;
    at[0] = SEAL_VERSION;
    randombytes_buf(nonce, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, plain, length,
                                               (const unsigned char *)place, strlen(place), NULL,
                                               nonce, key);
    out->length += length + SEAL_OVERHEAD;
    out->data[out->length] = '\0';
    return true;
}

bool Seal_unbox(const unsigned char *key, const char *place, const void *sealed, size_t length,
                unsigned char *plain)
{
    const unsigned char *bytes = sealed;

    if (length < SEAL_OVERHEAD || bytes[0] != SEAL_VERSION)
        return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               plain, NULL, NULL, bytes + 1 + NONCE_BYTES, length - 1 - NONCE_BYTES,
               (const unsigned char *)place, strlen(place), bytes + 1, key) == 0;
}

bool Seal_close(const SealKey *key, const char *place, const void *plain, size_t length,
                Buffer *out)
{
    return Seal_box(key->field, place, plain, length, out);
}

bool Seal_open(const SealKey *key, const char *place, const void *sealed, size_t length,
               Buffer *out, Error *error)
{
    size_t plain = length >= SEAL_OVERHEAD ? length - SEAL_OVERHEAD : 0;

    if (!Buffer_reserve(out, plain + 1))
        return Error_set(error, ERROR_LIMIT, "There is not enough memory to open a sealed value.");
    unsigned char *at = (unsigned char *)out->data + out->length;
    if (!Seal_unbox(key->field, place, sealed, length, at)) {
        *at = '\0';
        Error_set(error, ERROR_STORAGE,
                  "A sealed value does not open: it was altered, moved from "
                  "another record, or sealed with another key.");
        return Error_hint(error, "Run `bizosaas doctor`; the record itself was not changed.");
    }
    out->length += plain;
    out->data[out->length] = '\0';
    return true;
}

void Seal_hash(const SealKey *key, const char *place, const void *plain, size_t length,
               uint8_t out[32])
{
    crypto_generichash_state state;

    /* the NUL of place ends it: no other split of the same bytes gives this hash */
    crypto_generichash_init(&state, key->hash, sizeof key->hash, 32);
    crypto_generichash_update(&state, (const unsigned char *)place, strlen(place) + 1);
    crypto_generichash_update(&state, plain, length);
    crypto_generichash_final(&state, out, 32);
    sodium_memzero(&state, sizeof state);
}

/* ---- passwords ------------------------------------------------------------------------------ */

char *Seal_password_hash(const char *password, size_t length, Error *error)
{
    char *hash = malloc(crypto_pwhash_STRBYTES);

    if (length > PASSWORD_BYTES_MAX) {
        Error_set(error, ERROR_TOO_LONG, "A password may have %d bytes.", PASSWORD_BYTES_MAX);
    } else if (!hash || crypto_pwhash_str_alg(hash, password, length, PASSWORD_PASSES,
                                              PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory to store a password.");
    } else {
        return hash;
    }
    free(hash);
    return NULL;
}

bool Seal_password_verify(const char *hash, const char *password, size_t length)
{
    return length <= PASSWORD_BYTES_MAX && crypto_pwhash_str_verify(hash, password, length) == 0;
}
