/* migrate.c - numbered schema steps, forward only, each in a transaction of its own. */
#include <sodium.h>
#include <string.h>
#include "base/world.h"
#include "store/store_private.h"

#define CHECKSUM_BYTES 16
#define CHECKSUM_TEXT (CHECKSUM_BYTES * 2 + 1)

static const char CREATE_TABLE[] =
    "CREATE TABLE IF NOT EXISTS migration(version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";

static void checksum(const Migration *migration, char out[CHECKSUM_TEXT])
{
    const char *text = migration->sql ? migration->sql : migration->name;
    unsigned char bytes[CHECKSUM_BYTES];

    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)text, strlen(text), NULL, 0);
    sodium_bin2hex(out, CHECKSUM_TEXT, bytes, sizeof bytes);
}

/* 0 for a file without the table; -1 + error. */
static int64_t newest(Connection *connection, Error *error)
{
    Error found = ERROR_NONE;
    int64_t version = Connection_number(
        connection,
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'", 0,
        &found);

    if (!Error_present(&found) && version)
        version = Connection_number(connection, "SELECT max(version) FROM migration", 0, &found);
    if (!Error_present(&found))
        return version;
    if (error)
        *error = found;
    return -1;
}

static bool refuse_future(Connection *connection, int64_t version, int64_t known, Error *error)
{
    Error_set(error, ERROR_STORAGE,
              "%.200s was made by a newer version of this program (schema %lld, known here: %lld). "
              "Nothing was changed.",
              connection->store->path, (long long)version, (long long)known);
    return Error_hint(error, "Install the newer version, or restore a backup of the older one.");
}

bool Migration_check_future(Connection *connection, int newest_known, Error *error)
{
    int64_t version = newest(connection, error);

    if (version < 0)
        return false;
    return newest_known <= 0 || version <= newest_known
               ? true
               : refuse_future(connection, version, newest_known, error);
}

/* What is recorded must be what this program would have done. */
static bool compare(Connection *connection, const Migration *migrations, int64_t applied,
                    Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "SELECT version, checksum FROM migration ORDER BY version", error);
    char expected[CHECKSUM_TEXT];
    int64_t count = 0;
    StepResult step;

    if (!statement)
        return false;
    while ((step = Statement_step(statement, error)) == STEP_ROW) {
        int64_t version = Statement_int(statement, 0);
        if (version != ++count)
            break;
        checksum(&migrations[version - 1], expected);
        if (strcmp(expected, Statement_text(statement, 1)) != 0)
            break;
    }
    Statement_reset(statement);
    if (step == STEP_FAILED)
        return false;
    if (step == STEP_DONE && count == applied)
        return true;
    Error_set(
        error, ERROR_STORAGE,
        "%.200s has another schema history than this program (step %lld). Nothing was changed.",
        connection->store->path, (long long)count);
    return Error_hint(error,
                      "It was made by a different build: use that one, or export and import.");
}

static bool record(Connection *connection, const Migration *migration, Error *error)
{
    char sum[CHECKSUM_TEXT];
    Statement *insert = Connection_prepare(
        connection,
        "INSERT INTO migration(version, name, checksum, applied_at) VALUES(?1,?2,?3,?4)", error);

    if (!insert)
        return false;
    checksum(migration, sum);
    Statement_bind_int(insert, 1, migration->version);
    Statement_bind_text(insert, 2, migration->name);
    Statement_bind_text(insert, 3, sum);
    Statement_bind_int(insert, 4, World_now());
    return Statement_run(insert, error);
}

static bool apply(Connection *connection, const Migration *migration, Error *error)
{
    Connection_begin_unit(connection);
    bool done = Connection_execute(connection, "BEGIN IMMEDIATE", error) &&
                Connection_script(connection, CREATE_TABLE, error) &&
                (!migration->sql || Connection_script(connection, migration->sql, error)) &&
                (!migration->apply || migration->apply(connection, error)) &&
                record(connection, migration, error);
    Connection_end_unit(connection);
    done = done && Connection_execute(connection, "COMMIT", error);
    if (!done && !sqlite3_get_autocommit(connection->handle))
        Connection_execute(connection, "ROLLBACK", NULL);
    return done;
}

bool Store_migrate(Store *store, const Migration *migrations, size_t count, Error *error)
{
    Connection *writer = store->writer;
    bool done = false;

    if (!writer)
        return Error_set(error, ERROR_STORAGE, "The database was opened for reading only.");
    for (size_t i = 0; i < count; i++)
        if (migrations[i].version != (int)i + 1)
            return Error_set(error, ERROR_INTERNAL, "Migration %zu has the number %d.", i + 1,
                             migrations[i].version);
    pthread_mutex_lock(&store->writer_lock);
    int64_t version = newest(writer, error);
    if (version < 0)
        goto done;
    if (version > (int64_t)count) {
        refuse_future(writer, version, (int64_t)count, error);
        goto done;
    }
    if (version > 0 && !compare(writer, migrations, version, error))
        goto done;
    for (done = true; done && version < (int64_t)count; version++)
        done = apply(writer, &migrations[version], error);
done:
    pthread_mutex_unlock(&store->writer_lock);
    return done;
}

int Store_schema_version(Store *store, Error *error)
{
    Connection *reader = Store_reader(store, error);

    if (!reader)
        return -1;
    int64_t version = newest(reader, error);
    Store_release(store, reader);
    return (int)version;
}
