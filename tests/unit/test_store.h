/* test_store.h - a store in a folder of its own, and the few moves that its tests repeat. */
#ifndef TEST_STORE_H
#define TEST_STORE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store/store.h"

static char folder[256];

static const char SCHEMA[] =
    "CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
    "CREATE TABLE item(id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL DEFAULT 1,"
    " name TEXT NOT NULL, score INTEGER CHECK(score >= 0), parent_id INTEGER"
    " REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED, body BLOB) STRICT;"
    "CREATE UNIQUE INDEX item_name ON item(tenant_id, name);"
    "CREATE VIRTUAL TABLE words USING fts5(text);";

static inline int make_folder(void **state)
{
    const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";

    snprintf(folder, sizeof folder, "%.200s/store-test-XXXXXX", base);
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    char path[600];
    struct dirent *entry;
    DIR *dir = opendir(folder);

    while (dir && (entry = readdir(dir))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    if (dir)
        closedir(dir);
    return rmdir(folder);
}

/* One of four buffers in turn. */
static inline const char *in_folder(const char *name)
{
    static char paths[4][600];
    static int turn;

    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static inline void show_error(const Error *error)
{
    if (Error_present(error))
        print_message("%s %s: %s %s\n", error->code, error->field, error->message, error->hint);
}

static inline bool make_schema(Connection *connection, void *argument, Error *error)
{
    return Connection_script(connection, SCHEMA, error);
}

static inline Store *open_store(const char *name)
{
    Error error = ERROR_NONE;
    StoreOptions options = {.create = true};
    bool fresh = access(in_folder(name), F_OK) != 0;
    Store *store = Store_open(in_folder(name), &options, &error);

    show_error(&error);
    assert_non_null(store);
    if (fresh)
        assert_true(Store_write_wait(store, STORE_INTERACTIVE, make_schema, NULL, &error));
    return store;
}

static inline int64_t number_of(Store *store, const char *sql)
{
    Error error = ERROR_NONE;
    Connection *reader = Store_reader(store, &error);
    assert_non_null(reader);
    Statement *statement = Connection_prepare(reader, sql, &error);
    show_error(&error);
    assert_non_null(statement);
    int64_t value = Statement_scalar(statement, -1, &error);
    Store_release(store, reader);
    return value;
}

static inline bool insert_item(Connection *connection, const char *name, int64_t score,
                               int64_t parent, Error *error)
{
    Statement *insert = Connection_prepare(
        connection, "INSERT INTO item(name, score, parent_id) VALUES(?1, ?2, ?3)", error);

    if (!insert)
        return false;
    Statement_bind_text(insert, 1, name);
    Statement_bind_int(insert, 2, score);
    if (parent)
        Statement_bind_int(insert, 3, parent);
    return Statement_run(insert, error);
}

/* StoreWork: argument = the item's name */
static inline bool add_item(Connection *connection, void *argument, Error *error)
{
    return insert_item(connection, argument, 1, 0, error);
}

static inline bool add(Store *store, const char *name, Error *error)
{
    return Store_write_wait(store, STORE_INTERACTIVE, add_item, (void *)(uintptr_t)name, error);
}

/* A job that keeps the writer busy until opened, so that others queue up behind it. */
typedef struct Gate {
    sem_t entered, open;
} Gate;

static inline bool pass_gate(Connection *connection, void *argument, Error *error)
{
    Gate *gate = argument;

    sem_post(&gate->entered);
    while (sem_wait(&gate->open) != 0)
        continue;
    return true;
}

static inline void close_gate(Gate *gate, Store *store)
{
    sem_init(&gate->entered, 0, 0);
    sem_init(&gate->open, 0, 0);
    assert_true(Store_write(store, STORE_INTERACTIVE, pass_gate, NULL, gate, NULL));
    while (sem_wait(&gate->entered) != 0)
        continue;
    usleep(15000); /* past the time in which its transaction takes further jobs */
}

static inline void open_gate(Gate *gate)
{
    sem_post(&gate->open);
}

#endif
