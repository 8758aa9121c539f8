/* care.c - full checks and online backups, on connections of their own. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "store/store_private.h"

#define BACKUP_PAGES 256 /* a step */
#define CHECK_STEPS 20000

typedef struct Progress {
    bool (*ask)(void *);
    void *argument;
    Connection *connection;
} Progress;

static int on_check(void *argument)
{
    Progress *progress = argument;
    return progress->ask && !progress->ask(progress->argument);
}

/* Runs a checking PRAGMA: "ok" or nothing is good, anything else is the first finding. */
static bool check(Connection *connection, const char *sql, Error *error)
{
    Statement *statement = Connection_prepare(connection, sql, error);
    StepResult step;

    if (!statement)
        return false;
    step = Statement_step(statement, error);
    if (step == STEP_ROW && strcmp(Statement_text(statement, 0), "ok") != 0) {
        Error_set(error, ERROR_STORAGE, "%.160s is damaged: %.160s", connection->store->path,
                  Statement_text(statement, 0));
        Error_hint(error, "Keep the file for rescue; `bizosaas restore` brings back a backup.");
        step = STEP_FAILED;
    }
    Statement_reset(statement);
    return step != STEP_FAILED;
}

static bool check_all(Connection *connection, Error *error)
{
    return check(connection, "PRAGMA integrity_check(1)", error) &&
           check(connection, "PRAGMA foreign_key_check", error);
}

bool Store_check_integrity(Store *store, bool (*progress)(void *), void *argument, Error *error)
{
    Progress state = {progress, argument, Connection_open(store, ROLE_CARE, error)};

    if (!state.connection)
        return false;
    sqlite3_progress_handler(state.connection->handle, CHECK_STEPS, on_check, &state);
    bool sound = check_all(state.connection, error);
    Connection_close(state.connection);
    return sound;
}

static void give_way(Store *store)
{
    struct timespec pause = {0, atomic_load(&store->interactive_waiting) > 0 ? 5000000 : 200000};
    nanosleep(&pause, NULL);
}

static bool copy(Store *store, Connection *source, sqlite3 *target, const char *path, Error *error)
{
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", source->handle, "main");
    int result = backup ? SQLITE_OK : sqlite3_errcode(target), number;

    while (backup && (result = sqlite3_backup_step(backup, BACKUP_PAGES)) == SQLITE_OK)
        give_way(store);
    number = sqlite3_system_errno(target);
    if (backup)
        sqlite3_backup_finish(backup);
    if (result != SQLITE_DONE)
        return StoreError_system(error, path, "written", number ? number : EIO);
    if (sqlite3_exec(target, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        return StoreError_system(error, path, "finished", sqlite3_system_errno(target));
    return true;
}

/* Every table of the copy has as many rows as the moment that was copied. */
static bool compare_counts(Connection *source, Connection *target, Error *error)
{
    Statement *tables = Connection_prepare(
        source,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
        error);
    StepResult step;
    char sql[400];

    if (!tables)
        return false;
    while ((step = Statement_step(tables, error)) == STEP_ROW) {
        sqlite3_snprintf(sizeof sql, sql, "SELECT count(*) FROM \"%w\"", Statement_text(tables, 0));
        int64_t expected = Connection_number(source, sql, -1, error);
        if (expected < 0 || Connection_number(target, sql, -2, error) != expected) {
            Error_set(error, ERROR_STORAGE, "The copy differs from the original in table %.100s.",
                      Statement_text(tables, 0));
            break;
        }
    }
    Statement_reset(tables);
    return step == STEP_DONE;
}

static bool verify(Connection *source, const char *path, Error *error)
{
    Store shell = {.path = NULL, .options = {.read_only = true}};
    char name[PATH_MAX];

    snprintf(name, sizeof name, "%s", path);
    shell.path = name;
    Connection *target = Connection_open(&shell, ROLE_CARE, error);
    if (!target)
        return false;
    bool equal = check_all(target, error) && compare_counts(source, target, error);
    Connection_close(target);
    return equal;
}

static bool write_copy(Store *store, Connection *source, const char *path, Error *error)
{
    sqlite3 *target = NULL;
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return StoreError_system(error, path, "created", errno);
    close(fd);
    int result = sqlite3_open_v2(path, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(target, "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF", NULL, NULL,
                              NULL);
    bool done = result == SQLITE_OK
                    ? copy(store, source, target, path, error)
                    : StoreError_system(error, path, "opened", sqlite3_system_errno(target));
    sqlite3_close(target);
    return done && StoreFile_sync(path, error) && verify(source, path, error);
}

bool Store_backup(Store *store, const char *path, Error *error)
{
    char part[PATH_MAX];
    bool done = false;

    if (snprintf(part, sizeof part, "%s.tmp", path) >= PATH_MAX)
        return Error_set(error, ERROR_STORAGE, "The path %.200s is too long.", path);
    unlink(part); /* of an interrupted backup */
    Connection *source = Connection_open(store, ROLE_CARE, error);
    if (!source)
        return false;
    /* The open transaction holds one moment: writers go on, the copy does not start over. */
    if (Connection_execute(source, "BEGIN", error) &&
        Connection_number(source, "SELECT count(*) FROM sqlite_schema", -1, error) >= 0)
        done = write_copy(store, source, part, error);
    Connection_close(source);
    if (done && rename(part, path) != 0)
        done = StoreError_system(error, path, "put in place", errno);
    if (!done)
        unlink(part);
    return done && StoreFile_sync_folder(path, error);
}
