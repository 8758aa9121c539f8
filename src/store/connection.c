/* connection.c - one session with the database: settings, limits, units of work, savepoints. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buffer.h"
#include "base/text.h"
#include "base/world.h"
#include "store/store_private.h"

#define PROGRESS_STEPS 1000      /* virtual machine steps between two looks at the deadline */
#define YIELD_AFTER_US 25000     /* a batch ends after so long ... */
#define YIELD_NOT_BEFORE_US 8000 /* ... or after so long when somebody waits */
#define BUSY_TIMEOUT_MS 5000
#define RESTART_TIMEOUT_MS 30 /* how long a checkpoint waits for readers to leave the WAL */

static const struct {
    int limit, value;
} LIMITS[] = {
    {SQLITE_LIMIT_LENGTH, 32 * 1024 * 1024},
    {SQLITE_LIMIT_SQL_LENGTH, 512 * 1024},
    {SQLITE_LIMIT_COLUMN, 1000},
    {SQLITE_LIMIT_EXPR_DEPTH, 400},
    {SQLITE_LIMIT_COMPOUND_SELECT, 200},
    {SQLITE_LIMIT_VDBE_OP, 100000},
    {SQLITE_LIMIT_FUNCTION_ARG, 64},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 20000},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 16},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static const struct {
    int option, value;
} SWITCHES[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},     {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},         {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
};

/* By ConnectionRole.  Negative cache sizes are KiB. */
static const char *const SETTINGS[] = {
    [ROLE_WRITER] =
        "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cell_size_check=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA mmap_size=0;",
    [ROLE_READER] = "PRAGMA cell_size_check=ON; PRAGMA cache_size=-1536; PRAGMA mmap_size=0;"
                    "PRAGMA query_only=ON;",
    [ROLE_CARE] = "PRAGMA cell_size_check=ON; PRAGMA cache_size=-2048; PRAGMA mmap_size=0;"
                  "PRAGMA query_only=ON;",
    [ROLE_CHECKPOINT] = "PRAGMA schema_version;", /* a first read opens the WAL */
};

void Connection_enter(Connection *connection)
{
#ifndef NDEBUG
    bool was_in_use = atomic_load_explicit(&connection->in_use, memory_order_relaxed);
    assert(!was_in_use); /* a connection belongs to one thread at a time */
    atomic_store_explicit(&connection->in_use, true, memory_order_relaxed);
#endif
}

void Connection_leave(Connection *connection)
{
#ifndef NDEBUG
    atomic_store_explicit(&connection->in_use, false, memory_order_relaxed);
#endif
}

bool Connection_must_stop(Connection *connection)
{
    if (atomic_load_explicit(&connection->interrupted, memory_order_relaxed))
        return true;
    if (connection->deadline && World_monotonic() > connection->deadline)
        connection->timed_out = true;
    return connection->timed_out;
}

/* Stopping a statement that changes rows would undo the whole transaction, other jobs included. */
static int on_progress(void *argument)
{
    Connection *connection = argument;
    return !connection->writing && Connection_must_stop(connection);
}

static void fold(sqlite3_context *context, int count, sqlite3_value **values)
{
    Buffer out = BUFFER_EMPTY;
    const char *text = (const char *)sqlite3_value_text(values[0]);

    if (!text)
        return; /* null stays null */
    Text_fold(&out, text, (size_t)sqlite3_value_bytes(values[0]));
    if (out.failed)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text64(context, Buffer_text(&out), out.length, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    Buffer_free(&out);
}

/* The second fence of a reader: besides query_only, nothing but reading is even prepared. */
static int authorize(void *argument, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return second && sqlite3_stricmp(second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: /* the full-text index asks for it */
        return first && sqlite3_stricmp(first, "data_version") == 0 ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_UPDATE: /* asked when a virtual table declares its columns; query_only forbids the
                           rest */
        return first && strcmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static bool configure(Connection *connection, Error *error)
{
    sqlite3 *handle = connection->handle;
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, result;

    sqlite3_extended_result_codes(handle, 1);
    for (size_t i = 0; i < sizeof LIMITS / sizeof LIMITS[0]; i++)
        sqlite3_limit(handle, LIMITS[i].limit, LIMITS[i].value);
    for (size_t i = 0; i < sizeof SWITCHES / sizeof SWITCHES[0]; i++)
        sqlite3_db_config(handle, SWITCHES[i].option, SWITCHES[i].value, NULL);
    sqlite3_busy_timeout(handle, connection->role == ROLE_CHECKPOINT ? RESTART_TIMEOUT_MS
                                                                     : BUSY_TIMEOUT_MS);
    result = sqlite3_create_function_v2(handle, "FOLD", 1, flags, NULL, fold, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_create_function_v2(handle, "JSON_MEMBER", 2, flags, NULL, Store_json_member,
                                            NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(handle, SETTINGS[connection->role], NULL, NULL, NULL);
    if (result != SQLITE_OK)
        return StoreError_set(error, connection, result);
    if (connection->role == ROLE_READER)
        sqlite3_set_authorizer(handle, authorize, NULL);
    sqlite3_progress_handler(handle, PROGRESS_STEPS, on_progress, connection);
    return true;
}

Connection *Connection_open(Store *store, ConnectionRole role, Error *error)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    Connection *connection = calloc(1, sizeof *connection);

    if (!connection) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory to open %s.", store->path);
        return NULL;
    }
    connection->store = store;
    connection->role = role;
    flags |= store->options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int result = sqlite3_open_v2(store->path, &connection->handle, flags, NULL);
    if (result != SQLITE_OK)
        StoreError_set(error, connection, result);
    if (result != SQLITE_OK || !configure(connection, error)) {
        Connection_close(connection);
        return NULL;
    }
    return connection;
}

void Connection_close(Connection *connection)
{
    if (!connection)
        return;
    Connection_forget_statements(connection);
    sqlite3_close_v2(connection->handle);
    free(connection);
}

void Connection_begin_unit(Connection *connection)
{
    connection->unit++;
    connection->savepoints = 0;
    connection->timed_out = false;
    connection->deadline = 0;
    connection->started = World_monotonic();
    atomic_store(&connection->interrupted, false);
}

void Connection_interrupt(Connection *connection)
{
    atomic_store(&connection->interrupted, true);
    if (connection->role != ROLE_WRITER)
        sqlite3_interrupt(connection->handle);
}

void Connection_deadline(Connection *connection, int milliseconds)
{
    connection->deadline_ms = milliseconds;
    connection->timed_out = false;
    connection->deadline = milliseconds > 0 ? World_monotonic() + milliseconds * INT64_C(1000) : 0;
}

bool Connection_should_yield(Connection *connection)
{
    int64_t spent = World_monotonic() - connection->started;

    return spent > YIELD_AFTER_US || (spent > YIELD_NOT_BEFORE_US &&
                                      atomic_load_explicit(&connection->store->interactive_waiting,
                                                           memory_order_relaxed) > 0);
}

int64_t Connection_last_id(Connection *connection)
{
    return sqlite3_last_insert_rowid(connection->handle);
}

int64_t Connection_changed(Connection *connection)
{
    return sqlite3_changes64(connection->handle);
}

bool Connection_script(Connection *connection, const char *sql, Error *error)
{
    bool outer = connection->writing;

    if (Connection_must_stop(connection))
        return StoreError_set(error, connection, SQLITE_INTERRUPT);
    Connection_enter(connection);
    connection->writing = connection->role == ROLE_WRITER;
    int result = sqlite3_exec(connection->handle, sql, NULL, NULL, NULL);
    connection->writing = outer;
    Connection_leave(connection);
    return result == SQLITE_OK ? true : StoreError_set(error, connection, result);
}

bool Connection_execute(Connection *connection, const char *sql, Error *error)
{
    Statement *statement = Connection_prepare(connection, sql, error);
    return statement && Statement_run(statement, error);
}

int64_t Connection_number(Connection *connection, const char *sql, int64_t fallback, Error *error)
{
    Statement *statement = Connection_prepare(connection, sql, error);
    return statement ? Statement_scalar(statement, fallback, error) : fallback;
}

static bool savepoint_verb(Connection *connection, const char *verb, int depth, Error *error)
{
    char sql[48];

    snprintf(sql, sizeof sql, "%s nested_%d", verb, depth);
    return Connection_execute(connection, sql, error);
}

bool Connection_savepoint(Connection *connection, Error *error)
{
    if (connection->savepoints >= SAVEPOINT_DEPTH)
        return Error_set(error, ERROR_LIMIT, "More than %d steps inside one another.",
                         SAVEPOINT_DEPTH);
    if (!savepoint_verb(connection, "SAVEPOINT", connection->savepoints + 1, error))
        return false;
    connection->savepoints++;
    return true;
}

bool Connection_release(Connection *connection, Error *error)
{
    assert(connection->savepoints > 0);
    return savepoint_verb(connection, "RELEASE", connection->savepoints--, error);
}

bool Connection_rollback(Connection *connection, Error *error)
{
    assert(connection->savepoints > 0);
    if (sqlite3_get_autocommit(
            connection->handle)) { /* a full disk has undone everything already */
        connection->savepoints--;
        return Error_set(error, ERROR_STORAGE, "The whole write was undone. Nothing was saved.");
    }
    return savepoint_verb(connection, "ROLLBACK TO", connection->savepoints, error) &&
           savepoint_verb(connection, "RELEASE", connection->savepoints--, error);
}
