/* statement.c - prepared statements and their cache.
 *
 * A connection keeps its statements by text.  Inside a unit of work none is thrown away, so a
 * Statement stays valid; at its end the least recently used beyond CACHE_STATEMENTS go.
 */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "store/store_private.h"

static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
    return hash ^ (hash >> 32);
}

static Statement **bucket_of(Connection *connection, uint64_t hash)
{
    return &connection->buckets[hash & (CACHE_BUCKETS - 1)];
}

static void unlink_order(Connection *connection, Statement *statement)
{
    *(statement->newer ? &statement->newer->older : &connection->newest) = statement->older;
    *(statement->older ? &statement->older->newer : &connection->oldest) = statement->newer;
}

static void link_newest(Connection *connection, Statement *statement)
{
    statement->newer = NULL;
    statement->older = connection->newest;
    *(connection->newest ? &connection->newest->newer : &connection->oldest) = statement;
    connection->newest = statement;
}

static void drop(Connection *connection, Statement *statement)
{
    Statement **at = bucket_of(connection, statement->hash);

    while (*at != statement)
        at = &(*at)->chain;
    *at = statement->chain;
    unlink_order(connection, statement);
    sqlite3_finalize(statement->handle);
    free(statement);
    connection->cached--;
}

void Connection_forget_statements(Connection *connection)
{
    while (connection->oldest)
        drop(connection, connection->oldest);
}

void Connection_end_unit(Connection *connection)
{
    Statement *statement = connection->newest;

    for (; statement && statement->unit == connection->unit; statement = statement->older)
        Statement_reset(statement);
    while (connection->cached > CACHE_STATEMENTS)
        drop(connection, connection->oldest);
    connection->deadline = 0;
    connection->timed_out = false;
    atomic_store(&connection->interrupted, false);
}

static Statement *find(Connection *connection, const char *sql, uint64_t hash)
{
    Statement *statement = *bucket_of(connection, hash);

    while (statement &&
           (statement->hash != hash || strcmp(sqlite3_sql(statement->handle), sql) != 0))
        statement = statement->chain;
    return statement;
}

static Statement *compile(Connection *connection, const char *sql, uint64_t hash, Error *error)
{
    const char *rest = NULL;
    Statement *statement = calloc(1, sizeof *statement);

    if (!statement) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory for a statement.");
        return NULL;
    }
    int result = sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                    &statement->handle, &rest);
    if (result == SQLITE_OK && statement->handle && rest[strspn(rest, " \t\r\n;")] == '\0') {
        Statement **bucket = bucket_of(connection, hash);
        statement->connection = connection;
        statement->hash = hash;
        statement->writes = !sqlite3_stmt_readonly(statement->handle);
        statement->chain = *bucket;
        *bucket = statement;
        link_newest(connection, statement);
        connection->cached++;
        return statement;
    }
    if (result != SQLITE_OK)
        StoreError_set(error, connection, result);
    else
        Error_set(error, ERROR_INTERNAL, "Exactly one statement is expected.");
    sqlite3_finalize(statement->handle);
    free(statement);
    return NULL;
}

Statement *Connection_prepare(Connection *connection, const char *sql, Error *error)
{
    uint64_t hash = hash_text(sql);

    Connection_enter(connection);
    Statement *statement = find(connection, sql, hash);
    if (statement) {
        Statement_reset(statement);
        if (connection->newest != statement) {
            unlink_order(connection, statement);
            link_newest(connection, statement);
        }
    } else {
        statement = compile(connection, sql, hash, error);
    }
    if (statement)
        statement->unit = connection->unit;
    Connection_leave(connection);
    return statement;
}

static void note_bind(Statement *statement, int result)
{
    if (result != SQLITE_OK && statement->bind_result == SQLITE_OK)
        statement->bind_result = result;
}

void Statement_bind_int(Statement *statement, int index, int64_t value)
{
    note_bind(statement, sqlite3_bind_int64(statement->handle, index, value));
}

void Statement_bind_text(Statement *statement, int index, const char *text)
{
    if (!text)
        Statement_bind_null(statement, index);
    else
        note_bind(statement, sqlite3_bind_text64(statement->handle, index, text, strlen(text),
                                                 SQLITE_STATIC, SQLITE_UTF8));
}

void Statement_bind_text_n(Statement *statement, int index, const char *text, size_t length)
{
    if (text && memchr(text, '\0', length))
        note_bind(statement, SQLITE_MISMATCH); /* no NUL in text: PostgreSQL has none */
    else if (text)
        note_bind(statement, sqlite3_bind_text64(statement->handle, index, text, length,
                                                 SQLITE_STATIC, SQLITE_UTF8));
    else
        Statement_bind_null(statement, index);
}

void Statement_bind_blob(Statement *statement, int index, const void *bytes, size_t length)
{
    if (bytes && length == 0)
        note_bind(statement, sqlite3_bind_zeroblob(statement->handle, index, 0));
    else
        note_bind(statement,
                  sqlite3_bind_blob64(statement->handle, index, bytes, length, SQLITE_STATIC));
}

void Statement_bind_null(Statement *statement, int index)
{
    note_bind(statement, sqlite3_bind_null(statement->handle, index));
}

static StepResult refuse_binding(Statement *statement, Error *error)
{
    int result = statement->bind_result;

    if (result == SQLITE_MISMATCH)
        Error_set(error, ERROR_INVALID, "A text contains a NUL character.");
    else if (result == SQLITE_RANGE)
        Error_set(error, ERROR_INTERNAL, "A statement got a parameter that it does not have.");
    else
        StoreError_set(error, statement->connection, result);
    Statement_reset(statement);
    return STEP_FAILED;
}

StepResult Statement_step(Statement *statement, Error *error)
{
    Connection *connection = statement->connection;
    int result = SQLITE_INTERRUPT;

    if (statement->bind_result != SQLITE_OK)
        return refuse_binding(statement, error);
    Connection_enter(connection);
    if (!Connection_must_stop(connection)) {
        connection->writing = connection->role == ROLE_WRITER && statement->writes;
        result = sqlite3_step(statement->handle);
        connection->writing = false;
    }
    Connection_leave(connection);
    if (result == SQLITE_ROW)
        return STEP_ROW;
    if (result == SQLITE_DONE)
        return STEP_DONE;
    StoreError_set(error, connection, result);
    Statement_reset(statement);
    return STEP_FAILED;
}

bool Statement_is_null(Statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t Statement_int(Statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

const char *Statement_text(Statement *statement, int column)
{
    return (const char *)sqlite3_column_text(statement->handle, column);
}

size_t Statement_bytes(Statement *statement, int column)
{
    return (size_t)sqlite3_column_bytes(statement->handle, column);
}

const void *Statement_blob(Statement *statement, int column)
{
    return sqlite3_column_blob(statement->handle, column);
}

int Statement_columns(Statement *statement)
{
    return sqlite3_column_count(statement->handle);
}

void Statement_reset(Statement *statement)
{
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle); /* texts are borrowed: none may outlive its owner */
    statement->bind_result = SQLITE_OK;
}

bool Statement_run(Statement *statement, Error *error)
{
    StepResult result;

    while ((result = Statement_step(statement, error)) == STEP_ROW)
        continue;
    Statement_reset(statement);
    return result == STEP_DONE;
}

int64_t Statement_scalar(Statement *statement, int64_t fallback, Error *error)
{
    int64_t value = fallback;

    if (Statement_step(statement, error) == STEP_ROW && !Statement_is_null(statement, 0))
        value = Statement_int(statement, 0);
    Statement_reset(statement);
    return value;
}
