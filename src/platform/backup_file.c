#include "platform/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/paths.h"
#include "platform/archive.h"

#define HEAD_BYTES 64 /* the first line, padded with spaces */
#define CHUNK 65536

static bool copy(int from, int to, Error *error)
{
    char chunk[CHUNK];
    ssize_t got;

    while ((got = read(from, chunk, sizeof chunk)) > 0) {
        if (write(to, chunk, (size_t)got) != got)
            return Error_set(error, ERROR_STORAGE, "The backup cannot be written: %s.",
                             strerror(errno));
    }
    return got == 0 || Error_set(error, ERROR_STORAGE, "The backup cannot be read: %s.",
                                 strerror(errno));
}

/* Copies `from` behind what `head` says, or without its head when head is NULL. */
static bool rewrite(const char *from, const char *to, const char *head, Error *error)
{
    int in = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool done = in >= 0 && out >= 0;

    if (done && head)
        done = write(out, head, HEAD_BYTES) == HEAD_BYTES;
    if (done && !head)
        done = lseek(in, HEAD_BYTES, SEEK_SET) == HEAD_BYTES;
    if (!done)
        Error_set(error, ERROR_STORAGE, "The backup cannot be copied: %s.", strerror(errno));
    done = done && copy(in, out, error) &&
           (fsync(out) == 0 ||
            Error_set(error, ERROR_STORAGE, "The backup cannot be synced: %s.", strerror(errno)));
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return done;
}

static int only_check(void *argument, const char *name, Error *error)
{
    return -1;
}

static bool verify(const char *file, const SealKey *key, Error *error)
{
    char plain[PATHS_MAX];
    int64_t files;

    if (snprintf(plain, sizeof plain, "%s.check", file) >= PATHS_MAX)
        return Error_set(error, ERROR_LIMIT, "The path is too long.");
    bool done = BackupFile_open(file, plain, key, error) &&
                Archive_read(plain, only_check, NULL, NULL, &files, error);
    unlink(plain);
    return done;
}

bool BackupFile_write(const char *plain, const char *file, const SealKey *key, const uint8_t *salt,
                      Error *error)
{
    char sealed[PATHS_MAX], head[HEAD_BYTES + 1], line[HEAD_BYTES], hex[2 * BACKUP_SALT + 1] = "";

    if (salt)
        sodium_bin2hex(hex, sizeof hex, salt, BACKUP_SALT);
    snprintf(line, sizeof line, "BIZOSAAS BACKUP 1 %s %s", salt ? "password" : "master", hex);
    snprintf(head, sizeof head, "%-*s\n", HEAD_BYTES - 1, line);
    if (snprintf(sealed, sizeof sealed, "%s.sealed", file) >= PATHS_MAX)
        return Error_set(error, ERROR_LIMIT, "The path is too long.");
    bool done = Seal_file(key, plain, sealed, error) && rewrite(sealed, file, head, error) &&
                verify(file, key, error);
    unlink(sealed);
    return done;
}

bool BackupFile_head(const char *file, bool *by_password, uint8_t salt[BACKUP_SALT], Error *error)
{
    char head[HEAD_BYTES + 1] = "", kind[16] = "", hex[64] = "";
    size_t length = 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, head, HEAD_BYTES) : -1;

    if (fd >= 0)
        close(fd);
    if (got < 0)
        return Error_set(error, ERROR_NOT_FOUND, "%s cannot be read: %s.", file, strerror(errno));
    if (got != HEAD_BYTES || sscanf(head, "BIZOSAAS BACKUP 1 %15s %63s", kind, hex) < 1)
        return Error_set(error, ERROR_INVALID, "%s is no backup of ours.", file);
    *by_password = strcmp(kind, "password") == 0;
    if (!*by_password)
        return true;
    return (sodium_hex2bin(salt, BACKUP_SALT, hex, strlen(hex), NULL, &length, NULL) == 0 &&
            length == BACKUP_SALT) ||
           Error_set(error, ERROR_STORAGE, "The backup is damaged; nothing was restored.");
}

bool BackupFile_open(const char *file, const char *plain, const SealKey *key, Error *error)
{
    char sealed[PATHS_MAX];

    if (snprintf(sealed, sizeof sealed, "%s.sealed", plain) >= PATHS_MAX)
        return Error_set(error, ERROR_LIMIT, "The path is too long.");
    bool done = rewrite(file, sealed, NULL, error) && Seal_open_file(key, sealed, plain, error);
    unlink(sealed);
    return done;
}
