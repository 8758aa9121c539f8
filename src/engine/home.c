#include "config.h"
#include "engine/home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/datetime.h"
#include "base/json_value.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/world.h"

#define COMPANY_BYTES 65536

bool Home_path(const char *home, const char *name, char *out, Error *error)
{
    if (snprintf(out, PATHS_MAX, "%s/%s", home, name) < PATHS_MAX)
        return true;
    return Error_set(error, ERROR_LIMIT, "The path of the data folder is too long.");
}

bool Home_tenant_path(const char *home, const char *slug, const char *name, char *out, Error *error)
{
    if (snprintf(out, PATHS_MAX, "%s/tenants/%s%s%s", home, slug, name[0] ? "/" : "", name) <
        PATHS_MAX)
        return true;
    return Error_set(error, ERROR_LIMIT, "The path of the data folder is too long.");
}

bool Home_check(const char *home, unsigned *owner_uid, Error *error)
{
    struct stat status;

    if (stat(home, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            Error_set(error, ERROR_NOT_FOUND, "There is no folder %s.", home);
        else
            Error_set(error, ERROR_STORAGE, "The folder %s cannot be read: %s.", home,
                      strerror(errno));
        return false;
    }
    if (!S_ISDIR(status.st_mode))
        return Error_set(error, ERROR_STORAGE, "%s is not a folder.", home);
    if (status.st_uid != geteuid()) {
        Error_set(error, ERROR_STORAGE, "The data folder %s belongs to another user.", home);
        return Error_hint(error, "Only its owner may run its engine.");
    }
    if (status.st_mode & 077) {
        Error_set(error, ERROR_STORAGE, "The data folder %s is open to other users.", home);
        return Error_hint(error, "Close it first: chmod 700 %s", home);
    }
    if (access(home, R_OK | W_OK | X_OK) != 0)
        return Error_set(error, ERROR_STORAGE, "The data folder %s cannot be written: %s.", home,
                         strerror(errno));
    *owner_uid = (unsigned)status.st_uid;
    return true;
}

static bool make_folders(const char *path, Error *error)
{
    char part[PATHS_MAX];

    if (strlen(path) >= sizeof part)
        return Error_set(error, ERROR_LIMIT, "The path of the data folder is too long.");
    for (size_t i = 1; i <= strlen(path); i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return Error_set(error, ERROR_STORAGE, "The folder %s cannot be made: %s.", part,
                             strerror(errno));
    }
    return true;
}

bool Home_make(const char *home, Error *error)
{
    unsigned owner;
    struct stat status;

    if (lstat(home, &status) != 0 && !make_folders(home, error))
        return false;
    return Home_check(home, &owner, error);
}

int Home_lock(const char *home, Error *error)
{
    char path[PATHS_MAX], text[32] = "";

    if (!Home_path(home, "engine.lock", path, error))
        return -1;
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) {
        Error_set(error, ERROR_STORAGE, "%s cannot be opened: %s.", path, strerror(errno));
        return -1;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ssize_t got = pread(lock, text, sizeof text - 1, 0);
        Error_set(error, ERROR_AGAIN, "Another engine (process %ld) already serves %s.",
                  got > 0 ? strtol(text, NULL, 10) : 0L, home);
        Error_hint(error, "Stop it first: bizosaas engine stop");
        close(lock);
        return -1;
    }
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)length, 0) != length) {
        Error_set(error, ERROR_STORAGE, "%s cannot be written: %s.", path, strerror(errno));
        close(lock);
        return -1;
    }
    return lock;
}

void Home_unlock(int lock)
{
    if (lock < 0)
        return;
    if (ftruncate(lock, 0) != 0)
        LOG_WARNING("engine.lock could not be emptied");
    close(lock);
}

bool Home_check_company(const char *home, Error *error)
{
    char path[PATHS_MAX];
    size_t length;

    if (!Home_path(home, "company.json", path, error))
        return false;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        Error_set(error, ERROR_NOT_FOUND, "There is no company in %s yet.", home);
        return Error_hint(error, "Make one with: bizosaas init");
    }
    char *text = Paths_read_file(path, COMPANY_BYTES, &length, error);
    if (!text)
        return false;
    Json *company = Json_parse(text, length, COMPANY_BYTES, error);
    int64_t format = company ? Json_int(company, "format", 0) : 0;
    json_object_put(company);
    free(text);
    if (format > HOME_FORMAT) {
        Error_set(error, ERROR_STORAGE,
                  "The data folder %s was written by a newer program (format %lld, this program "
                  "knows %d).", home, (long long)format, HOME_FORMAT);
        return Error_hint(error, "Install the newer program; nothing was changed.");
    }
    if (format < 1)
        return Error_set(error, ERROR_STORAGE, "%s cannot be read; nothing was changed.", path);
    return true;
}

bool Home_write_company(const char *home, Error *error)
{
    char path[PATHS_MAX], now[40];
    size_t length;

    if (!Home_path(home, "company.json", path, error))
        return false;
    Json *company = json_object_new_object();
    Json_set_int(company, "format", HOME_FORMAT);
    Json_set_text(company, "created_at", DateTime_format(World_now(), now));
    const char *text = Json_serialise(company, &length);
    bool written = Paths_write_file(path, text, length, 0600, error);
    json_object_put(company);
    return written;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    return remove(path);
}

bool Home_remove_tree(const char *path, Error *error)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 || errno == ENOENT)
        return true;
    return Error_set(error, ERROR_STORAGE, "%s could not be removed: %s.", path, strerror(errno));
}

static bool is_half_made(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".tmp") == 0;
}

static void put_aside(const char *home, const char *name)
{
    char from[PATHS_MAX], folder[PATHS_MAX], to[PATHS_MAX + 512];

    if (!Home_tenant_path(home, name, "", from, NULL) || !Home_path(home, "orphans", folder, NULL))
        return;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return;
    snprintf(to, sizeof to, "%s/%s-%lld", folder, name, (long long)World_now());
    if (rename(from, to) == 0)
        LOG_WARNING("tenants/%s belongs to no tenant and was moved to %s", name, to);
}

void Home_sweep(const char *home, bool (*known)(void *argument, const char *slug), void *argument)
{
    char path[PATHS_MAX], item[PATHS_MAX];
    const struct dirent *entry;

    if (!Home_path(home, "tenants", path, NULL))
        return;
    DIR *folder = opendir(path);
    while (folder && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        if (is_half_made(entry->d_name)) {
            if (Home_tenant_path(home, entry->d_name, "", item, NULL))
                Home_remove_tree(item, NULL);
        } else if (!known(argument, entry->d_name)) {
            put_aside(home, entry->d_name);
        }
    }
    if (folder)
        closedir(folder);
}
