/* fail_shim - makes the disk under one folder fail, while a program runs (LD_PRELOAD).
 *
 *   FAULT_PATH     the folder (a prefix of absolute paths)
 *   FAULT_CONTROL  a file outside it; its first word says what happens now, at each call:
 *                    full       growing a file gives ENOSPC, overwriting works (most file systems)
 *                    full-cow   every write gives ENOSPC (file systems that copy on write)
 *                    readonly   opening for writing, making, renaming, removing give EROFS
 *                    sync       fsync gives EIO
 *                  missing or anything else: all works
 *   FAULT_BYTES    ENOSPC after so many bytes of growth, without a control file
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

typedef enum Fault { FAULT_NONE, FAULT_FULL, FAULT_FULL_COW, FAULT_READ_ONLY, FAULT_SYNC } Fault;

static atomic_long grown;

/* What the control file says now; read with system calls, since ours are the ones that fail. */
static Fault fault_now(void)
{
    static const struct {
        const char *word;
        Fault fault;
    } WORDS[] = {{"full-cow", FAULT_FULL_COW},
                 {"full", FAULT_FULL},
                 {"readonly", FAULT_READ_ONLY},
                 {"sync", FAULT_SYNC}};
    const char *control = getenv("FAULT_CONTROL");
    char text[32] = "";
    int saved = errno;
    long fd = control ? syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0) : -1;

    if (fd >= 0) {
        if (syscall(SYS_read, fd, text, sizeof text - 1) < 0)
            text[0] = '\0';
        syscall(SYS_close, fd);
    }
    errno = saved;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strncmp(text, WORDS[i].word, strlen(WORDS[i].word)) == 0)
            return WORDS[i].fault;
    return FAULT_NONE;
}

static bool is_ours(const char *path)
{
    const char *folder = getenv("FAULT_PATH");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static bool descriptor_is_ours(int fd)
{
    char link[64], path[4096];
    int saved = errno;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length <= 0)
        return false;
    path[length] = '\0';
    return is_ours(path);
}

/* May bytes [at, at + count) of the file be written?  at < 0: at the current position. */
static bool may_write(int fd, off_t at, size_t count)
{
    struct stat status;
    const char *budget = getenv("FAULT_BYTES");
    Fault fault = fault_now();

    if (fault != FAULT_FULL && fault != FAULT_FULL_COW && !budget)
        return true;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || !descriptor_is_ours(fd))
        return true;
    if (at < 0)
        at = fcntl(fd, F_GETFL) & O_APPEND ? status.st_size : lseek(fd, 0, SEEK_CUR);
    off_t growth = at + (off_t)count - status.st_size;
    if (fault == FAULT_FULL_COW || (fault == FAULT_FULL && growth > 0) ||
        (budget && growth > 0 && atomic_fetch_add(&grown, growth) + growth > atol(budget))) {
        errno = ENOSPC;
        return false;
    }
    return true;
}

static bool may_change(const char *path)
{
    if (!is_ours(path) || fault_now() != FAULT_READ_ONLY)
        return true;
    errno = EROFS;
    return false;
}

static bool may_sync(int fd)
{
    if (fault_now() != FAULT_SYNC || !descriptor_is_ours(fd))
        return true;
    errno = EIO;
    return false;
}

#define REAL(type, name, ...)         \
    static type (*real)(__VA_ARGS__); \
    if (!real)                        \
    *(void **)&real = dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *bytes, size_t count)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    return may_write(fd, -1, count) ? real(fd, bytes, count) : -1;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return may_write(fd, at, count) ? real(fd, bytes, count, at) : -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
    return pwrite(fd, bytes, count, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    size_t bytes = 0;
    for (int i = 0; i < count; i++)
        bytes += parts[i].iov_len;
    return may_write(fd, -1, bytes) ? real(fd, parts, count) : -1;
}

int ftruncate(int fd, off_t size)
{
    REAL(int, "ftruncate", int, off_t);
    return may_write(fd, 0, (size_t)size) ? real(fd, size) : -1;
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

int posix_fallocate(int fd, off_t at, off_t size)
{
    REAL(int, "posix_fallocate", int, off_t, off_t);
    return may_write(fd, at, (size_t)size) ? real(fd, at, size) : ENOSPC;
}

int posix_fallocate64(int fd, off64_t at, off64_t size)
{
    return posix_fallocate(fd, at, size);
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    return may_sync(fd) ? real(fd) : -1;
}

int fdatasync(int fd)
{
    REAL(int, "fdatasync", int);
    return may_sync(fd) ? real(fd) : -1;
}

/* open() and its relatives: a new or a writable file is a change. */
static bool may_open(const char *path, int flags)
{
    return !((flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC)) || may_change(path);
}

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        REAL(int, #name, const char *, int, ...);                               \
        va_list list;                                                           \
        va_start(list, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
        va_end(list);                                                           \
        return may_open(path, flags) ? real(path, flags, mode) : -1;            \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                            \
    int name(int folder, const char *path, int flags, ...)                      \
    {                                                                           \
        REAL(int, #name, int, const char *, int, ...);                          \
        va_list list;                                                           \
        va_start(list, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
        va_end(list);                                                           \
        return may_open(path, flags) ? real(folder, path, flags, mode) : -1;    \
    }
OPENAT(openat)
OPENAT(openat64)

int access(const char *path, int mode)
{
    REAL(int, "access", const char *, int);
    return !(mode & W_OK) || may_change(path) ? real(path, mode) : -1;
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    struct stat status;
    if (stat(path, &status) == 0)
        return real(path, mode); /* it says EEXIST */
    return may_change(path) ? real(path, mode) : -1;
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    return may_change(to) ? real(from, to) : -1;
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    return may_change(path) ? real(path) : -1;
}
