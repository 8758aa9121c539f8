/* lock.c - the lock that keeps a second engine away from a home. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "store/lock.h"
#include "store/store_private.h"

struct StoreLock {
    int fd;
};

static long read_pid(int fd)
{
    char text[32];
    ssize_t length = pread(fd, text, sizeof text - 1, 0);

    if (length <= 0)
        return 0;
    text[length] = '\0';
    return strtol(text, NULL, 10);
}

static bool write_pid(int fd)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)length, 0) == length;
}

static void refuse(int fd, const char *home, Error *error)
{
    long pid = read_pid(fd);

    if (pid > 0)
        Error_set(error, ERROR_AGAIN, "Another engine (pid %ld) already works on %.200s.", pid,
                  home);
    else
        Error_set(error, ERROR_AGAIN, "Another engine already works on %.200s.", home);
    Error_hint(error, "Use that one, or stop it first: `bizosaas engine stop`.");
}

static int open_lock(const char *home, int flags, char path[PATH_MAX])
{
    if (snprintf(path, PATH_MAX, "%s/engine.lock", home) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
}

StoreLock *StoreLock_take(const char *home, Error *error)
{
    char path[PATH_MAX];
    StoreLock *lock = NULL;
    int fd = open_lock(home, O_RDWR | O_CREAT, path);

    if (fd < 0) {
        StoreError_system(error, path, "opened", errno);
        return NULL;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        refuse(fd, home, error);
    else if (!write_pid(fd))
        StoreError_system(error, path, "written", errno);
    else if (!(lock = malloc(sizeof *lock)))
        Error_set(error, ERROR_LIMIT, "There is not enough memory to start.");
    if (!lock) {
        close(fd);
        return NULL;
    }
    lock->fd = fd;
    return lock;
}

void StoreLock_release(StoreLock *lock)
{
    if (!lock)
        return;
    if (ftruncate(lock->fd, 0) != 0)
        errno = 0; /* only the pid stays behind: the lock itself ends with close() */
    close(lock->fd);
    free(lock);
}

long StoreLock_holder(const char *home)
{
    char path[PATH_MAX];
    long pid = 0;
    int fd = open_lock(home, O_RDONLY, path);

    if (fd < 0)
        return 0;
    if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        pid = read_pid(fd);
    close(fd);
    return pid;
}
