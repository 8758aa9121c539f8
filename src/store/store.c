/* store.c - opening and closing a database. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "store/store_private.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* spares a lock at each allocation */
    sqlite3_initialize();
}

static void init_locks(Store *store)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&store->writer_lock, NULL);
    pthread_mutex_init(&store->queue_lock, NULL);
    pthread_mutex_init(&store->pool_lock, NULL);
    pthread_cond_init(&store->queued, &attributes);
    pthread_cond_init(&store->freed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void discard(Store *store)
{
    pthread_mutex_destroy(&store->writer_lock);
    pthread_mutex_destroy(&store->queue_lock);
    pthread_mutex_destroy(&store->pool_lock);
    pthread_cond_destroy(&store->queued);
    pthread_cond_destroy(&store->freed);
    free(store->path);
    free(store);
}

/* Is it a database of ours, made by no newer program?  Reads only. */
static bool examine(Store *store, Connection *connection, Error *error)
{
    Error found = ERROR_NONE;

    if (!sqlite3_compileoption_used("ENABLE_FTS5"))
        return Error_set(error, ERROR_INTERNAL, "The SQLite library here lacks full-text search.");
    int64_t id = Connection_number(connection, "PRAGMA application_id", 0, &found);
    if (!Error_present(&found))
        Connection_number(connection, "SELECT count(*) FROM sqlite_schema", 0, &found);
    if (Error_present(&found)) {
        if (error)
            *error = found;
        return false;
    }
    if (id != 0 && id != APPLICATION_ID)
        return Error_set(error, ERROR_STORAGE,
                         "%s belongs to another program. Nothing was changed.", store->path);
    return Migration_check_future(connection, store->options.schema_version, error);
}

static bool start_writing(Store *store, bool created, Error *error)
{
    Connection *writer = store->writer;

    if (sqlite3_db_readonly(writer->handle, "main")) {
        Error_set(error, ERROR_STORAGE, "%s is read-only. Nothing was changed.", store->path);
        return Error_hint(error, "Check the permissions of the file and how the disk is mounted.");
    }
    Statement *mode = Connection_prepare(writer, "PRAGMA journal_mode=WAL", error);
    if (!mode || Statement_step(mode, error) != STEP_ROW)
        return false;
    bool is_wal = strcmp(Statement_text(mode, 0), "wal") == 0;
    Statement_reset(mode);
    if (!is_wal) {
        Error_set(error, ERROR_STORAGE, "%s cannot keep a log beside it.", store->path);
        return Error_hint(error, "The folder must be writable and on a local disk.");
    }
    if (!created)
        return true;
    return Connection_script(writer, "PRAGMA application_id=0x42697a4f", error) &&
           StoreFile_sync_folder(store->path, error);
}

static bool start(Store *store, bool created, Error *error)
{
    ConnectionRole role = store->options.read_only ? ROLE_CARE : ROLE_WRITER;
    Connection *first = Connection_open(store, role, error);

    if (!first)
        return false;
    if (!examine(store, first, error)) {
        Connection_close(first);
        return false;
    }
    if (store->options.read_only) {
        Connection_close(first);
        return true;
    }
    store->writer = first;
    if (start_writing(store, created, error))
        return true;
    Connection_close(first);
    store->writer = NULL;
    return false;
}

Store *Store_open(const char *path, const StoreOptions *options, Error *error)
{
    bool created = false;
    Store *store = calloc(1, sizeof *store);

    pthread_once(&once, init_once);
    if (!store) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory to open %s.", path);
        return NULL;
    }
    init_locks(store);
    store->options = *options;
    if (!StoreFile_prepare(path, options, &store->path, &created, error))
        goto fail;
    if (!start(store, created, error)) {
        if (created)
            unlink(store->path);
        goto fail;
    }
    Checkpointer_add(store);
    if (store->writer)
        Writer_watch(store);
    return store;
fail:
    discard(store);
    return NULL;
}

void Store_close(Store *store)
{
    if (!store)
        return;
    Writer_stop(store);
    Checkpointer_remove(store);
    ReaderPool_close(store);
    Connection_close(store->writer); /* the last one: SQLite checkpoints and removes the WAL */
    discard(store);
}

const char *Store_path(const Store *store)
{
    return store->path;
}

void Store_figures(Store *store, StoreFigures *figures)
{
    figures->file_bytes = StoreFile_size(store->path, "");
    figures->wal_bytes = StoreFile_size(store->path, "-wal");
    figures->commits = atomic_load(&store->commits);
    figures->writes = atomic_load(&store->writes);
    figures->worst_commit_us = atomic_load(&store->worst_commit_us);
    figures->queued = atomic_load(&store->waiting);
}
