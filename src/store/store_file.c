/* store_file.c - the files under a store: who may touch them, syncing, the WAL's size.
 *
 * A database file that may be open in this process is looked at with lstat() only: closing a
 * descriptor of it would drop SQLite's locks.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store/store_private.h"

static bool refuse(Error *error, const char *path, const char *why, const char *hint)
{
    Error_set(error, ERROR_STORAGE, "%s is refused: %s. Nothing was changed.", path, why);
    return Error_hint(error, "%s", hint);
}

/* A regular file of ours, readable by nobody else.  *size gets its bytes. */
static bool check_file(const char *path, int64_t *size, Error *error)
{
    struct stat status;

    if (lstat(path, &status) != 0)
        return StoreError_system(error, path, "examined", errno);
    if (S_ISLNK(status.st_mode))
        return refuse(error, path, "it is a symbolic link", "Give the path of the file itself.");
    if (!S_ISREG(status.st_mode))
        return refuse(error, path, "it is not a regular file", "Give the path of a database file.");
    if (status.st_uid != geteuid() && geteuid() != 0)
        return refuse(error, path, "it belongs to another user",
                      "Run as the user that owns the data folder.");
    if (status.st_mode & (S_IRWXG | S_IRWXO))
        return refuse(error, path, "other users of this machine can open it",
                      "Run `chmod 600` on it after making sure that nobody changed it.");
    *size = status.st_size;
    return true;
}

/* Folder without links plus the last name. */
static char *resolve(const char *path, Error *error)
{
    char *copy = strdup(path), *slash, *folder, *resolved = NULL;
    const char *name = path;

    if (!copy)
        goto done;
    if ((slash = strrchr(copy, '/'))) {
        *slash = '\0';
        name = path + (slash - copy) + 1;
    }
    folder = realpath(slash ? (*copy ? copy : "/") : ".", NULL);
    if (!folder) {
        StoreError_system(error, path, "reached", errno);
        free(copy);
        return NULL;
    }
    size_t size = strlen(folder) + strlen(name) + 2;
    if ((resolved = malloc(size)))
        snprintf(resolved, size, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    free(folder);
done:
    free(copy);
    if (!resolved)
        Error_set(error, ERROR_LIMIT, "There is not enough memory to open %s.", path);
    return resolved;
}

static bool create_file(const char *path, Error *error)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return StoreError_system(error, path, "created", errno);
    fchmod(fd, 0600);
    close(fd); /* nobody can have locks on it yet */
    return true;
}

static bool check_companions(const char *path, Error *error)
{
    static const char *const SUFFIXES[] = {"-wal", "-shm"};
    char companion[PATH_MAX];
    struct stat status;
    int64_t size;

    for (size_t i = 0; i < 2; i++) {
        if (snprintf(companion, sizeof companion, "%s%s", path, SUFFIXES[i]) >= PATH_MAX)
            return Error_set(error, ERROR_STORAGE, "The path %.200s is too long.", path);
        if (lstat(companion, &status) == 0 && !check_file(companion, &size, error))
            return false;
    }
    return true;
}

bool StoreFile_prepare(const char *path, const StoreOptions *options, char **resolved,
                       bool *created, Error *error)
{
    struct stat status;
    int64_t size = 0;

    *created = false;
    if (!(*resolved = resolve(path, error)))
        return false;
    if (lstat(*resolved, &status) != 0) {
        if (errno != ENOENT) {
            StoreError_system(error, path, "opened", errno);
            goto fail;
        }
        if (!options->create || options->read_only) {
            Error_set(error, ERROR_NOT_FOUND, "There is no database at %s.", path);
            goto fail;
        }
        if (!create_file(*resolved, error))
            goto fail;
        *created = true;
    }
    if (!check_file(*resolved, &size, error) || !check_companions(*resolved, error))
        goto fail;
    if (size == 0 && !options->create) {
        refuse(error, path, "it is empty", "Restore it from a backup with `bizosaas restore`.");
        goto fail;
    }
    return true;
fail:
    free(*resolved);
    *resolved = NULL;
    return false;
}

static bool sync_opened(int fd, const char *path, Error *error)
{
    if (fd < 0)
        return StoreError_system(error, path, "opened", errno);
    int result = fsync(fd), number = errno;
    close(fd);
    return result == 0 ? true : StoreError_system(error, path, "synced", number);
}

bool StoreFile_sync(const char *path, Error *error)
{
    return sync_opened(open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), path, error);
}

bool StoreFile_sync_folder(const char *path, Error *error)
{
    char folder[PATH_MAX];
    char *slash;

    snprintf(folder, sizeof folder, "%s", path);
    if (!(slash = strrchr(folder, '/')))
        snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder] = '\0';
    return sync_opened(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), folder, error);
}

int64_t StoreFile_size(const char *path, const char *suffix)
{
    char name[PATH_MAX];
    struct stat status;

    snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &status) == 0 ? status.st_size : 0;
}

void StoreFile_extend_wal(const char *path, int64_t size)
{
    static const char ZEROS[64 * 1024];
    char name[PATH_MAX];
    struct stat status;

    snprintf(name, sizeof name, "%s-wal", path);
    int fd = open(name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC); /* SQLite takes no locks on this file */
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0) {
        int64_t at = status.st_size;
        while (at < size) {
            size_t part = size - at < (int64_t)sizeof ZEROS ? (size_t)(size - at) : sizeof ZEROS;
            ssize_t written = pwrite(fd, ZEROS, part, at);
            if (written <= 0)
                break; /* only a matter of speed: the commit itself reports a full disk */
            at += written;
        }
    }
    close(fd);
}
