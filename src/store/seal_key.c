/* seal_key.c - the master key's file. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store/seal_private.h"
#include "store/store_private.h"

#define CREDENTIAL "bizosaas-master-key"
#define HEX_DIGITS (SEAL_KEY_BYTES * 2)
#define FILE_BYTES_MAX (HEX_DIGITS + 2)

static bool refuse(Error *error, const char *path, const char *why)
{
    Error_set(error, ERROR_STORAGE, "The key file %.200s is refused: %s.", path, why);
    return Error_hint(error, "It must be a regular file of the engine's user with mode 0400.");
}

/* systemd shows a credential to its service through an access list, which looks like a group right:
 * there only others must be shut out. */
static bool check(int fd, const char *path, mode_t forbidden, Error *error)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return StoreError_system(error, path, "examined", errno);
    if (!S_ISREG(status.st_mode))
        return refuse(error, path, "it is not a regular file");
    if (status.st_mode & forbidden)
        return refuse(error, path, "other users of this machine can read or write it");
    if (forbidden & S_IRWXG && status.st_uid != geteuid() && geteuid() != 0)
        return refuse(error, path, "it belongs to another user");
    return true;
}

/* 32 bytes as they are, or as 64 hexadecimal digits and a line end. */
static bool decode(const unsigned char *bytes, size_t length, unsigned char root[SEAL_KEY_BYTES])
{
    size_t decoded = 0;

    if (length == SEAL_KEY_BYTES) {
        memcpy(root, bytes, SEAL_KEY_BYTES);
        return true;
    }
    while (length > HEX_DIGITS && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
        length--;
    return length == HEX_DIGITS &&
           sodium_hex2bin(root, SEAL_KEY_BYTES, (const char *)bytes, length, NULL, &decoded,
                          NULL) == 0 &&
           decoded == SEAL_KEY_BYTES;
}

static SealKey *read_key(int fd, const char *path, mode_t forbidden, Error *error)
{
    unsigned char bytes[FILE_BYTES_MAX + 1], root[SEAL_KEY_BYTES];
    SealKey *key = NULL;

    if (!check(fd, path, forbidden, error))
        return NULL;
    ssize_t length = read(fd, bytes, sizeof bytes);
    if (length < 0)
        StoreError_system(error, path, "read", errno);
    else if (!decode(bytes, (size_t)length, root))
        refuse(error, path, "it does not hold a key of 32 bytes");
    else if (!(key = SealKey_from_root(root)))
        Error_set(error, ERROR_LIMIT, "There is no locked memory left for a key.");
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(root, sizeof root);
    return key;
}

/* *missing tells that there is no such file (no error then). */
static SealKey *open_key(const char *path, mode_t forbidden, bool *missing, Error *error)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

    *missing = fd < 0 && errno == ENOENT;
    if (fd < 0) {
        if (errno == ELOOP)
            refuse(error, path, "it is a symbolic link");
        else if (!*missing)
            StoreError_system(error, path, "opened", errno);
        return NULL;
    }
    SealKey *key = read_key(fd, path, forbidden, error);
    close(fd);
    return key;
}

/* The file appears whole or not at all, and never in place of another. */
static bool write_key(const char *path, Error *error)
{
    char part[PATH_MAX];
    unsigned char root[SEAL_KEY_BYTES];

    if (snprintf(part, sizeof part, "%s.tmp", path) >= PATH_MAX)
        return Error_set(error, ERROR_STORAGE, "The path %.200s is too long.", path);
    unlink(part); /* of a start that was cut off */
    int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0400);
    if (fd < 0)
        return StoreError_system(error, part, "created", errno);
    randombytes_buf(root, sizeof root);
    bool done = fchmod(fd, 0400) == 0 && write(fd, root, sizeof root) == (ssize_t)sizeof root &&
                fsync(fd) == 0 && link(part, path) == 0;
    int number = errno;
    sodium_memzero(root, sizeof root);
    close(fd);
    unlink(part);
    if (!done && number == EEXIST)
        return true; /* another start was faster: its key counts */
    if (!done)
        return StoreError_system(error, path, "written", number);
    return StoreFile_sync_folder(path, error);
}

SealKey *Seal_master(const char *home, bool create, Error *error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    char path[PATH_MAX];
    bool missing = true;
    SealKey *key;

    if (credentials && snprintf(path, sizeof path, "%s/" CREDENTIAL, credentials) < PATH_MAX) {
        key = open_key(path, S_IRWXO, &missing, error);
        if (key || !missing)
            return key;
    }
    if (snprintf(path, sizeof path, "%s/master.key", home) >= PATH_MAX) {
        Error_set(error, ERROR_STORAGE, "The path %.200s is too long.", home);
        return NULL;
    }
    key = open_key(path, S_IRWXG | S_IRWXO, &missing, error);
    if (key || !missing)
        return key;
    if (create)
        return write_key(path, error) ? open_key(path, S_IRWXG | S_IRWXO, &missing, error) : NULL;
    Error_set(error, ERROR_NOT_FOUND,
              "The key file %.200s is missing: sealed values cannot be opened.", path);
    Error_hint(error, "Put back the master.key that belongs to this data folder.");
    return NULL;
}
