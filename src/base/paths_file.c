/* Whole files: read with a limit, written so that a crash leaves the old or the new one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/world.h"

static bool system_error(Error *error, const char *verb, const char *path, int reason)
{
    const char *code = reason == ENOENT || reason == ENOTDIR ? ERROR_NOT_FOUND
                       : reason == EACCES || reason == EPERM ? ERROR_FORBIDDEN
                                                             : ERROR_STORAGE;
    return Error_set(error, code, "Cannot %s %s: %s", verb, path, strerror(reason));
}

static char *read_bytes(int descriptor, size_t limit, size_t *length, int *reason)
{
    size_t used = 0, capacity = 4096;
    char *bytes = malloc(capacity + 1);
    while (bytes) {
        ssize_t got = read(descriptor, bytes + used, capacity - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || used + (size_t)got > limit) {
            *reason = got < 0 ? errno : EFBIG;
            free(bytes);
            return NULL;
        }
        if (got == 0) {
            bytes[used] = '\0';
            *length = used;
            return bytes;
        }
        used += (size_t)got;
        if (used == capacity) {
            capacity *= 2;
            char *larger = realloc(bytes, capacity + 1);
            if (!larger)
                free(bytes);
            bytes = larger;
        }
    }
    *reason = ENOMEM;
    return NULL;
}

char *Paths_read_file(const char *path, size_t limit, size_t *length, Error *error)
{
    size_t unused;
    int descriptor = World_get()->open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (descriptor < 0) {
        system_error(error, "read", path, errno);
        return NULL;
    }
    struct stat status;
    int reason = 0;
    char *bytes = NULL;
    if (fstat(descriptor, &status) != 0)
        reason = errno;
    else if (!S_ISREG(status.st_mode))
        Error_set(error, ERROR_INVALID, "%s is not a file.", path);
    else
        bytes = read_bytes(descriptor, limit, length ? length : &unused, &reason);
    close(descriptor);
    if (reason == EFBIG)
        Error_set(error, ERROR_LIMIT, "%s is larger than %zu bytes.", path, limit);
    else if (reason)
        system_error(error, "read", path, reason);
    return bytes;
}

static bool write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t done = write(descriptor, bytes, length);
        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            bytes += done;
            length -= (size_t)done;
        }
    }
    return true;
}

/* Makes the new name durable. */
static bool sync_folder(const char *path)
{
    char folder[PATHS_MAX];
    snprintf(folder, sizeof(folder), "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == folder)
        slash[1] = '\0';
    else if (slash)
        *slash = '\0';
    const char *name = slash ? folder : ".";
    int descriptor = World_get()->open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (descriptor < 0)
        return false;
    bool done = World_get()->fsync(descriptor) == 0;
    close(descriptor);
    return done;
}

bool Paths_write_file(const char *path, const void *bytes, size_t length, unsigned mode,
                      Error *error)
{
    char temporary[PATHS_MAX];
    int size = snprintf(temporary, sizeof(temporary), "%s.tmp", path);
    if (size < 0 || size >= PATHS_MAX)
        return Error_set(error, ERROR_TOO_LONG, "A path is longer than %d bytes.", PATHS_MAX - 1);
    unlink(temporary); /* of a crash before */
    int descriptor =
        World_get()->open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (descriptor < 0)
        return system_error(error, "write", path, errno);
    bool done = fchmod(descriptor, (mode_t)mode) == 0 && write_all(descriptor, bytes, length) &&
                World_get()->fsync(descriptor) == 0;
    int reason = errno;
    if (close(descriptor) != 0 && done) {
        done = false;
        reason = errno;
    }
    if (done && World_get()->rename(temporary, path) != 0) {
        done = false;
        reason = errno;
    }
    if (!done) {
        unlink(temporary);
        return system_error(error, "write", path, reason);
    }
    return sync_folder(path) || system_error(error, "make durable", path, errno);
}
