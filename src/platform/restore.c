/* restore.c - a home from a backup. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/paths.h"
#include "engine/home.h"
#include "platform/archive.h"
#include "platform/backup.h"
#include "platform/backup_file.h"

#define KEY_BYTES 4096

/* Only plain names below the home, and only where a backup has files. */
static bool is_expected(const char *name)
{
    static const char *const PLACES[] = {"tenants/", "wizards/", "themes/", "templates/", "data/"};
    static const char *const FILES[] = {"system.db", "company.json", "master.key"};

    if (name[0] == '/' || strstr(name, "..") || strstr(name, "//"))
        return false;
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        if (strcmp(name, FILES[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        if (strncmp(name, PLACES[i], strlen(PLACES[i])) == 0)
            return true;
    }
    return false;
}

static bool make_folders(const char *path, size_t from)
{
    char part[PATHS_MAX];

    for (size_t i = from; path[i]; i++) {
        if (path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

/* company.json is what makes a folder a company: it is kept back under another name until the end. */
static int open_file(void *argument, const char *name, Error *error)
{
    const char *home = argument;
    char path[PATHS_MAX];
    const char *to = strcmp(name, "company.json") == 0 ? "company.json.restored" : name;

    if (!is_expected(name)) {
        Error_set(error, ERROR_STORAGE, "The backup holds a file in a strange place.");
        return -2;
    }
    if (!Home_path(home, to, path, error))
        return -2;
    if (!make_folders(path, strlen(home) + 1)) {
        Error_set(error, ERROR_STORAGE, "A folder cannot be made: %s.", strerror(errno));
        return -2;
    }
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  strcmp(name, "master.key") == 0 ? 0400 : 0600);
    if (fd >= 0)
        return fd;
    Error_set(error, ERROR_STORAGE, "%s cannot be written: %s.", path, strerror(errno));
    return -2;
}

static bool check_empty(const char *home, Error *error)
{
    static const char *const FILES[] = {"company.json", "system.db", "master.key"};
    char path[PATHS_MAX];

    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        if (!Home_path(home, FILES[i], path, error))
            return false;
        if (access(path, F_OK) == 0) {
            Error_set(error, ERROR_STATE, "%s already holds a company; nothing was restored.", home);
            return Error_hint(error, "Choose an empty folder with --home.");
        }
    }
    return true;
}

/* The master key from its own file becomes the home's. */
static SealKey *key_from_file(const char *home, const char *key_file, Error *error)
{
    char path[PATHS_MAX];
    size_t length;
    char *bytes = Paths_read_file(key_file, KEY_BYTES, &length, error);
    SealKey *key = NULL;

    if (bytes && Home_path(home, "master.key", path, error) &&
        Paths_write_file(path, bytes, length, 0400, error))
        key = Seal_master(home, false, error);
    free(bytes);
    return key;
}

static SealKey *find_key(const char *home, const char *file, const char *password,
                         const char *key_file, Error *error)
{
    uint8_t salt[BACKUP_SALT];
    bool by_password;

    if (!BackupFile_head(file, &by_password, salt, error))
        return NULL;
    if (by_password && !password)
        Error_set(error, ERROR_REQUIRED, "This backup is sealed by a password.");
    else if (by_password)
        return Seal_password_key(password, strlen(password), salt, error);
    else if (!key_file)
        Error_set(error, ERROR_REQUIRED, "This backup is sealed by the master key of its home: "
                  "give it with --key.");
    else
        return key_from_file(home, key_file, error);
    return NULL;
}

static bool unpack(const char *home, const char *file, const SealKey *key, Json **about,
                   int64_t *files, Error *error)
{
    char plain[PATHS_MAX], from[PATHS_MAX], to[PATHS_MAX];

    if (!Home_path(home, "restore.tmp", plain, error) ||
        !Home_path(home, "company.json.restored", from, error) ||
        !Home_path(home, "company.json", to, error))
        return false;
    unlink(plain);
    bool done = BackupFile_open(file, plain, key, error);
    if (!done && Error_is(error, ERROR_STORAGE)) {
        Error_clear(error);
        Error_set(error, ERROR_FORBIDDEN,
                  "The backup does not open: the password is wrong or the file is damaged.");
    }
    done = done && Archive_read(plain, open_file, (void *)(uintptr_t)home, about, files, error) &&
           (rename(from, to) == 0 ||
            Error_set(error, ERROR_STORAGE, "The restore cannot be finished: %s.",
                      strerror(errno)));
    unlink(plain);
    return done;
}

/* What a failed restore leaves would look like a company to the next one. */
static void clean_up(const char *home)
{
    static const char *const PARTS[] = {"tenants", "system.db", "master.key",
                                        "company.json.restored"};
    char path[PATHS_MAX];

    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        if (Home_path(home, PARTS[i], path, NULL))
            Home_remove_tree(path, NULL);
    }
}

bool Backup_restore(const char *home, const char *file, const char *password, const char *key_file,
                    Json **result, Error *error)
{
    Json *about = NULL;
    int64_t files = 0;

    umask(077);
    if (!Seal_init(error) || !Home_make(home, error))
        return false;
    int lock = Home_lock(home, error);
    if (lock < 0)
        return false;
    bool empty = check_empty(home, error);
    SealKey *key = empty ? find_key(home, file, password, key_file, error) : NULL;
    bool done = key && unpack(home, file, key, &about, &files, error);
    if (empty && !done)
        clean_up(home);
    Seal_free(key);
    Home_unlock(lock);
    if (done) {
        *result = json_object_new_object();
        Json_set_text(*result, "home", home);
        Json_set_int(*result, "files", files);
        Json_set(*result, "backup", json_object_get(about));
    }
    json_object_put(about);
    return done;
}
