/* seal_file.c - whole files, sealed in chunks.
 *
 * Layout: 8 bytes of magic, the stream's header, then chunks of CHUNK bytes of text (the last one
 * shorter), each with its tag.  The last chunk is marked, so a cut file does not open.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store/seal_private.h"
#include "store/store_private.h"

#define CHUNK (64 * 1024)
#define TAG_BYTES crypto_secretstream_xchacha20poly1305_ABYTES
#define HEADER_BYTES crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define LAST crypto_secretstream_xchacha20poly1305_TAG_FINAL
#define MESSAGE crypto_secretstream_xchacha20poly1305_TAG_MESSAGE

static const char MAGIC[8] = "BIZSEAL1";

/* One pass over a file: what is read, where it goes (-1 = nowhere), what was seen. */
typedef struct Pass {
    const SealKey *key;
    int from, to;
    const char *from_path, *to_path;
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state digest; /* of the plain text */
    unsigned char in[CHUNK + TAG_BYTES], out[CHUNK + TAG_BYTES];
} Pass;

static bool broken(Error *error, const char *path)
{
    Error_set(
        error, ERROR_STORAGE,
        "%.200s does not open: it is not a sealed file, it was cut or altered, or it was sealed "
        "with another key.",
        path);
    return Error_hint(error, "Use an unaltered copy and the key it was sealed with.");
}

/* Reads until `size` or the end; -1 + error. */
static ssize_t read_full(Pass *pass, void *bytes, size_t size, Error *error)
{
    size_t have = 0;

    while (have < size) {
        ssize_t got = read(pass->from, (char *)bytes + have, size - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            StoreError_system(error, pass->from_path, "read", errno);
            return -1;
        }
        if (got == 0)
            break;
        have += (size_t)got;
    }
    return (ssize_t)have;
}

static bool write_full(Pass *pass, const void *bytes, size_t size, Error *error)
{
    const char *at = bytes;

    while (pass->to >= 0 && size > 0) {
        ssize_t put = write(pass->to, at, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return StoreError_system(error, pass->to_path, "written", errno);
        at += put;
        size -= (size_t)put;
    }
    return true;
}

static bool seal_stream(Pass *pass, Error *error)
{
    unsigned char header[HEADER_BYTES];
    unsigned char tag = MESSAGE;
    unsigned long long sealed;

    crypto_secretstream_xchacha20poly1305_init_push(&pass->stream, header, pass->key->file);
    if (!write_full(pass, MAGIC, sizeof MAGIC, error) ||
        !write_full(pass, header, HEADER_BYTES, error))
        return false;
    while (tag != LAST) {
        ssize_t length = read_full(pass, pass->in, CHUNK, error);
        if (length < 0)
            return false;
        tag = length < CHUNK ? LAST : MESSAGE;
        crypto_generichash_update(&pass->digest, pass->in, (size_t)length);
        crypto_secretstream_xchacha20poly1305_push(&pass->stream, pass->out, &sealed, pass->in,
                                                   (size_t)length, (const unsigned char *)MAGIC,
                                                   sizeof MAGIC, tag);
        if (!write_full(pass, pass->out, sealed, error))
            return false;
    }
    return true;
}

static bool open_stream(Pass *pass, Error *error)
{
    unsigned char start[sizeof MAGIC + HEADER_BYTES];
    unsigned char tag = MESSAGE;
    unsigned long long plain;
    ssize_t length = read_full(pass, start, sizeof start, error);

    if (length < 0)
        return false;
    if (length != (ssize_t)sizeof start || memcmp(start, MAGIC, sizeof MAGIC) != 0 ||
        crypto_secretstream_xchacha20poly1305_init_pull(&pass->stream, start + sizeof MAGIC,
                                                        pass->key->file) != 0)
        return broken(error, pass->from_path);
    while (tag != LAST) {
        length = read_full(pass, pass->in, sizeof pass->in, error);
        if (length < 0)
            return false;
        if (crypto_secretstream_xchacha20poly1305_pull(
                &pass->stream, pass->out, &plain, &tag, pass->in, (size_t)length,
                (const unsigned char *)MAGIC, sizeof MAGIC) != 0)
            return broken(error, pass->from_path);
        crypto_generichash_update(&pass->digest, pass->out, plain);
        if (!write_full(pass, pass->out, plain, error))
            return false;
    }
    length = read_full(pass, pass->in, 1, error);
    return length == 0 ? true : length < 0 ? false : broken(error, pass->from_path);
}

/* from -> to (NULL = only read) through `stream`; digest gets 32 bytes of the plain text's hash. */
static bool run_pass(const SealKey *key, const char *from, const char *to,
                     bool (*stream)(Pass *, Error *), uint8_t digest[32], Error *error)
{
    bool done = false;
    Pass *pass = calloc(1, sizeof *pass);

    if (!pass)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory for a file.");
    pass->key = key;
    pass->from_path = from;
    pass->to_path = to;
    pass->to = -1;
    crypto_generichash_init(&pass->digest, NULL, 0, 32);
    pass->from = open(from, O_RDONLY | O_CLOEXEC);
    if (pass->from < 0)
        StoreError_system(error, from, "opened", errno);
    else if (to &&
             (pass->to = open(to, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
        StoreError_system(error, to, "created", errno);
    else
        done = stream(pass, error);
    if (done && pass->to >= 0 && fsync(pass->to) != 0)
        done = StoreError_system(error, to, "synced", errno);
    crypto_generichash_final(&pass->digest, digest, 32);
    if (pass->from >= 0)
        close(pass->from);
    if (pass->to >= 0)
        close(pass->to);
    sodium_memzero(pass, sizeof *pass);
    free(pass);
    return done;
}

static bool put_in_place(const char *part, const char *to, bool good, Error *error)
{
    if (good && rename(part, to) != 0)
        good = StoreError_system(error, to, "put in place", errno);
    if (!good)
        unlink(part);
    return good && StoreFile_sync_folder(to, error);
}

static bool part_name(const char *to, char part[PATH_MAX], Error *error)
{
    if (snprintf(part, PATH_MAX, "%s.tmp", to) >= PATH_MAX)
        return Error_set(error, ERROR_STORAGE, "The path %.200s is too long.", to);
    unlink(part); /* of a run that was cut off */
    return true;
}

bool Seal_file(const SealKey *key, const char *from, const char *to, Error *error)
{
    char part[PATH_MAX];
    uint8_t plain[32], opened[32];

    if (!part_name(to, part, error))
        return false;
    bool good = run_pass(key, from, part, seal_stream, plain, error) &&
                run_pass(key, part, NULL, open_stream, opened, error);
    if (good && sodium_memcmp(plain, opened, sizeof plain) != 0)
        good = broken(error, to);
    return put_in_place(part, to, good, error);
}

bool Seal_open_file(const SealKey *key, const char *from, const char *to, Error *error)
{
    char part[PATH_MAX];
    uint8_t digest[32];

    if (!part_name(to, part, error))
        return false;
    return put_in_place(part, to, run_pass(key, from, part, open_stream, digest, error), error);
}
