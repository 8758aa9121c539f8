/* store_private.h - what the files of src/store share; nobody else includes it. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include "store/store.h"

#define CACHE_BUCKETS 128    /* a power of two */
#define CACHE_STATEMENTS 128 /* kept from one unit of work to the next */
#define SAVEPOINT_DEPTH 16
#define APPLICATION_ID 0x42697a4f /* "BizO" in the file's header */

/* ---- connections (connection.c, statement.c) ------------------------------------------------ */

typedef enum ConnectionRole {
    ROLE_WRITER,     /* the one that changes rows */
    ROLE_READER,     /* query_only, with an authorizer */
    ROLE_CARE,       /* integrity check, source of a backup: reads anything, PRAGMA too */
    ROLE_CHECKPOINT, /* runs no statement of its own */
} ConnectionRole;

struct Statement {
    sqlite3_stmt *handle;
    Connection *connection;
    uint64_t hash;
    Statement *chain;         /* next in its bucket */
    Statement *newer, *older; /* order of use */
    unsigned unit;            /* unit of work that used it last */
    bool writes;
    int bind_result; /* first failure of a bind since the reset */
};

struct Connection {
    sqlite3 *handle;
    Store *store;
    ConnectionRole role;
    Statement *buckets[CACHE_BUCKETS];
    Statement *newest, *oldest;
    int cached;
    unsigned unit;    /* counts checkouts and jobs */
    int savepoints;   /* nested ones that are open */
    bool writing;     /* the running statement changes rows */
    bool timed_out;   /* the last stop came from the deadline */
    int64_t started;  /* of this unit, monotonic */
    int64_t deadline; /* monotonic; 0 = none */
    int deadline_ms;
    atomic_bool interrupted;
    atomic_bool in_use; /* debug: a call is running */
    Connection *next;   /* in the pool */
};

Connection *Connection_open(Store *store, ConnectionRole role, Error *error);
void Connection_close(Connection *connection); /* NULL is fine */
/* A unit of work (checkout or job) starts and ends: flags cleared, statements reset, cache trimmed.
 */
void Connection_begin_unit(Connection *connection);
void Connection_end_unit(Connection *connection);
/* One constant statement without rows through the cache. */
bool Connection_execute(Connection *connection, const char *sql, Error *error);
void Connection_enter(Connection *connection); /* debug: one thread at a time */
void Connection_leave(Connection *connection);
bool Connection_must_stop(Connection *connection);
void Connection_forget_statements(Connection *connection);
int64_t Connection_number(Connection *connection, const char *sql, int64_t fallback, Error *error);

/* ---- errors (store_error.c) ----------------------------------------------------------------- */

/* Fills error from the connection's last failure; returns false. */
bool StoreError_set(Error *error, Connection *connection, int result);
void Store_json_member(sqlite3_context *context, int count, sqlite3_value **values); /* member.c */
/* Without a connection: what happened at `path`, by errno. */
bool StoreError_system(Error *error, const char *path, const char *what, int number);

/* ---- files (store_file.c) ------------------------------------------------------------------- */

/* Checks (or creates, when allowed) the file and gives its path without links. */
bool StoreFile_prepare(const char *path, const StoreOptions *options, char **resolved,
                       bool *created, Error *error);
bool StoreFile_sync_folder(const char *path, Error *error);   /* the folder that holds path */
bool StoreFile_sync(const char *path, Error *error);          /* a file that nobody has open */
int64_t StoreFile_size(const char *path, const char *suffix); /* 0 when missing */
/* Writes zeros from the end of the WAL up to `size`, so that commits do not have to extend it. */
void StoreFile_extend_wal(const char *path, int64_t size);

/* ---- writer (writer.c, write_queue.c) ------------------------------------------------------- */

typedef struct Job Job;
struct Job {
    Job *next;
    StoreWork work;
    StoreDone done;
    void *argument;
    int64_t queued_at;
    bool on_heap;
    bool failed;
    Error error;
};

typedef struct JobQueue {
    Job *first, *last;
} JobQueue;

void JobQueue_push(JobQueue *queue, Job *job);
Job *JobQueue_pop(JobQueue *queue); /* NULL when empty */

/* ---- the store ------------------------------------------------------------------------------ */

struct Store {
    char *path;
    StoreOptions options;

    pthread_mutex_t writer_lock; /* its holder may use `writer` */
    Connection *writer;          /* NULL when read-only */
    int64_t wal_extended;        /* bytes of WAL known to be written once */

    pthread_mutex_t queue_lock;
    pthread_cond_t queued;
    JobQueue queues[2]; /* by StorePriority */
    bool closing;
    bool writer_running;
    pthread_t writer_thread;
    atomic_int interactive_waiting;

    pthread_mutex_t pool_lock;
    pthread_cond_t freed;
    Connection *idle;
    int readers; /* opened or being opened */

    /* Under the checkpointer's lock: */
    Store *next_store;
    Connection *checkpoint; /* used by the checkpointer while `checkpointing` */
    bool checkpointing;
    int wal_frames;    /* in the WAL after the last commit */
    int copied_frames; /* of them in the database file */
    int64_t last_commit, not_before;

    atomic_llong commits, writes, worst_commit_us;
    atomic_int waiting;
};

void Writer_watch(Store *store);     /* follow the WAL's growth; once, after opening */
void Writer_run_group(Store *store); /* one transaction of what waits, then tells how it ended */
void Writer_stop(Store *store);      /* drains the queues and ends the thread */

void ReaderPool_close(Store *store);

void Checkpointer_add(Store *store);
void Checkpointer_remove(Store *store);               /* waits until it lets go */
void Checkpointer_note(Store *store, int wal_frames); /* after each commit */

/* Refuses a file that a newer program made. */
bool Migration_check_future(Connection *connection, int newest, Error *error);

#endif
