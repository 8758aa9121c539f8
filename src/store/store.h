/* store.h - databases behind one interface.
 *
 * The only room that knows which database it talks to.  Embedded: SQLite, one file per tenant plus
 * system.db; WAL, synchronous=FULL, pre-extended WAL, DEFENSIVE, limits.  SQL is the common subset:
 * parameters ?1 ?2 ..., STRICT types INTEGER, TEXT, BLOB; bool is 0/1; NULLS FIRST explicit; JSON only
 * through JSON_MEMBER and json_each; no NUL in text.  Two functions are added, which may be used in
 * indexes and generated columns: FOLD(text), the folded form of base/text.h, and JSON_MEMBER(object,
 * 'key'), one member of a JSON object as a number, text, 0/1 or null.
 *
 * Threads: a Connection belongs to one thread at a time.  Reading: any thread takes a reader with
 * Store_reader() and gives it back.  Writing: Store_write() queues a function; the store's writer runs
 * whatever waits inside one transaction, each undone alone when it fails, commits once (group commit)
 * and only then calls `done` of each.  The writer thread starts at the first write; one thread of the
 * process checkpoints all open stores.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef struct Store Store;           /* one opened database */
typedef struct Connection Connection; /* one session with it */
typedef struct Statement Statement;   /* prepared; cached by its connection */

typedef struct StoreOptions {
    bool create;          /* make the file when it is missing */
    bool read_only;       /* open without a writer (doctor, verify) */
    int readers;          /* most reader connections; 0 = 4 */
    int schema_version;   /* the newest this program knows; a newer file is refused (ERROR_STORAGE) */
} StoreOptions;

/* Opens path (0600, not a symbolic link, not readable by others: else refused).  A missing file is
 * ERROR_NOT_FOUND, anything else that stands in the way ERROR_STORAGE.  NULL + error. */
Store *Store_open(const char *path, const StoreOptions *options, Error *error);
/* Finishes what is queued, checkpoints, closes.  All readers must be back; never call it from a
 * StoreWork or StoreDone.  NULL is fine. */
void Store_close(Store *store);
const char *Store_path(const Store *store);

/* ---- statements -------------------------------------------------------------------------- */

/* A cached prepared statement, reset and with no bindings; valid until the connection prepares the same
 * text again, the reader is released or the StoreWork returns.  NULL + error.  Only constant SQL or SQL from model/query comes here: values are always bound. */
Statement *Connection_prepare(Connection *connection, const char *sql, Error *error);
void Statement_bind_int(Statement *statement, int index, int64_t value);
void Statement_bind_text(Statement *statement, int index, const char *text); /* NULL = null; borrowed
                                                                                 until the next reset */
void Statement_bind_text_n(Statement *statement, int index, const char *text, size_t length);
void Statement_bind_blob(Statement *statement, int index, const void *bytes, size_t length);
void Statement_bind_null(Statement *statement, int index);
typedef enum StepResult { STEP_FAILED = -1, STEP_DONE = 0, STEP_ROW = 1 } StepResult;
/* STEP_FAILED fills error: ERROR_DUPLICATE (error.field = "table.column", the last column of the
 * constraint; the name of the index when it stands on an expression), ERROR_RULE for CHECK and NOT NULL,
 * ERROR_TYPE for a value of the wrong type, ERROR_REFERENCE, ERROR_STORAGE (full, read-only, corrupt),
 * ERROR_TOO_LONG, ERROR_AGAIN, ERROR_CANCELLED (interrupted or past the deadline). */
StepResult Statement_step(Statement *statement, Error *error);
bool Statement_is_null(Statement *statement, int column); /* columns count from 0 */
int64_t Statement_int(Statement *statement, int column);
const char *Statement_text(Statement *statement, int column); /* NULL when null; until next step */
size_t Statement_bytes(Statement *statement, int column);     /* length of text or blob */
const void *Statement_blob(Statement *statement, int column);
int Statement_columns(Statement *statement);
/* Back to the start, without bindings: bind everything again. */
void Statement_reset(Statement *statement);
/* Runs to the end and resets; for statements without rows.  false + error. */
bool Statement_run(Statement *statement, Error *error);
/* One integer of the first row; fallback when there is no row, it is null or the statement fails (then
 * error is filled).  Resets. */
int64_t Statement_scalar(Statement *statement, int64_t fallback, Error *error);

int64_t Connection_last_id(Connection *connection); /* of the last INSERT */
int64_t Connection_changed(Connection *connection); /* rows of the last statement */
/* Several statements of our own schema files; never user text. */
bool Connection_script(Connection *connection, const char *sql, Error *error);
/* From any thread, while the connection is checked out: the running and all following statements end
 * with ERROR_CANCELLED, until the reader is released or the StoreWork returns.  On the writer a statement
 * that changes rows is finished first, so that no other job of the group is harmed. */
void Connection_interrupt(Connection *connection);
/* At most `milliseconds` from now for the statements that follow, as with Connection_interrupt();
 * 0 = no limit.  Ends with the checkout. */
void Connection_deadline(Connection *connection, int milliseconds);

/* ---- reading ----------------------------------------------------------------------------- */

/* A reader with a stable snapshot until given back.  Blocks until one is free. */
Connection *Store_reader(Store *store, Error *error);
void Store_release(Store *store, Connection *connection);

/* ---- writing ----------------------------------------------------------------------------- */

/* The write part of an operation: no outside I/O, under 20 ms.  false + error rolls back its own
 * savepoint only. */
typedef bool (*StoreWork)(Connection *connection, void *argument, Error *error);
/* Called on the writer's thread after the commit is durable (error empty) or failed.  Keep it short;
 * Store_write() may be called from it, Store_write_wait() not. */
typedef void (*StoreDone)(void *argument, const Error *error);

/* Batches run only when no interactive write waits (but after 0.2 s of waiting one gets its
 * turn).  A batch of many rows asks Connection_should_yield() after each row and, when told so, returns
 * true with what it has done and queues the rest: so interactive writes stay under 50 ms. */
typedef enum StorePriority { STORE_INTERACTIVE, STORE_BATCH } StorePriority;
/* false + error: not queued, `done` (may be NULL) is not called. */
bool Store_write(Store *store, StorePriority priority, StoreWork work, StoreDone done,
                 void *argument, Error *error);
/* Queues and waits for the durable commit. */
bool Store_write_wait(Store *store, StorePriority priority, StoreWork work, void *argument,
                      Error *error);

/* Inside a StoreWork: it has taken 25 ms, or 8 ms while an interactive write waits. */
bool Connection_should_yield(Connection *connection);
/* A nested savepoint inside a StoreWork (or an apply of a migration); names are made by the store.
 * Release keeps, rollback undoes the innermost one. */
bool Connection_savepoint(Connection *connection, Error *error);
bool Connection_release(Connection *connection, Error *error);
bool Connection_rollback(Connection *connection, Error *error);

/* ---- schema ------------------------------------------------------------------------------ */

typedef struct Migration {
    int version;      /* 1, 2, 3 ... without gaps */
    const char *name; /* "first tables" */
    const char *sql;  /* NULL when apply does it */
    bool (*apply)(Connection *connection, Error *error); /* may be NULL */
} Migration;

/* Brings the file to the newest migration, each in its own transaction, recorded with a checksum of its
 * sql (of its name when it has none) in table `migration`.  A file from the future or with another
 * checksum is refused untouched (ERROR_STORAGE). */
bool Store_migrate(Store *store, const Migration *migrations, size_t count, Error *error);
int Store_schema_version(Store *store, Error *error);

/* ---- care -------------------------------------------------------------------------------- */

/* Full check; slow; progress (may be NULL) returns false to stop. */
bool Store_check_integrity(Store *store, bool (*progress)(void *), void *argument, Error *error);
/* Online copy of one moment into a file of its own (0600); steps give way to writers.  The copy is
 * verified (integrity, row counts), synced and only then renamed to path. */
bool Store_backup(Store *store, const char *path, Error *error);
typedef struct StoreFigures {
    int64_t file_bytes, wal_bytes, commits, writes, worst_commit_us, queued;
} StoreFigures;
void Store_figures(Store *store, StoreFigures *figures);

#endif
