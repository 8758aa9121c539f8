/* writer.c - group commit: what waits goes into one transaction.
 *
 * Interactive writes come first and share a transaction; batches run when none waits.  The first
 * job of a transaction needs no savepoint (its failure undoes the transaction, which holds nothing
 * else); each further one gets a savepoint, so that its failure undoes only itself.  When the
 * database has undone the whole transaction by itself (full disk, I/O error), every job in it is
 * told so.
 */
#include <stdlib.h>
#include "base/world.h"
#include "store/store_private.h"

#define GROUP_JOBS 256           /* most jobs in a transaction */
#define GROUP_US 10000           /* no new job after so long */
#define BATCH_PATIENCE_US 200000 /* then a batch gets its turn */
#define WAL_STEP (INT64_C(2) * 1024 * 1024)
#define WAL_EXTENDED_MAX (INT64_C(16) * 1024 * 1024)
#define WAL_FRAME_BYTES INT64_C(4120) /* a page and its header */

typedef struct Group {
    Store *store;
    JobQueue jobs; /* in the order they ran */
    int count;     /* jobs in the open transaction */
    int taken;
    bool open; /* a transaction is open */
    StorePriority priority;
    int64_t started;
    Job *first_open; /* the first job of the open transaction */
} Group;

/* The queue to take from; NULL ends the group. */
static JobQueue *choose(Store *store, Group *group)
{
    JobQueue *interactive = &store->queues[STORE_INTERACTIVE], *batch = &store->queues[STORE_BATCH];
    int64_t now = World_monotonic();

    if (group->taken == 0) {
        bool overdue = batch->first && now - batch->first->queued_at > BATCH_PATIENCE_US;
        group->priority = interactive->first && !overdue ? STORE_INTERACTIVE : STORE_BATCH;
        return group->priority == STORE_INTERACTIVE ? interactive : batch;
    }
    if (group->taken >= GROUP_JOBS || now - group->started > GROUP_US)
        return NULL;
    if (group->priority == STORE_BATCH && interactive->first)
        return NULL;
    return &store->queues[group->priority];
}

static Job *take(Store *store, Group *group)
{
    pthread_mutex_lock(&store->queue_lock);
    JobQueue *queue = choose(store, group);
    Job *job = queue ? JobQueue_pop(queue) : NULL;
    if (job && queue == &store->queues[STORE_INTERACTIVE])
        atomic_fetch_sub(&store->interactive_waiting, 1);
    pthread_mutex_unlock(&store->queue_lock);
    if (!job)
        return NULL;
    atomic_fetch_sub(&store->waiting, 1);
    JobQueue_push(&group->jobs, job);
    group->taken++;
    return job;
}

/* ---- one group ------------------------------------------------------------------------------ */

static void fail_job(Job *job, const Error *why)
{
    job->failed = true;
    job->error = *why;
}

/* The transaction is gone: so are the jobs of it that had gone well. */
static void lose_transaction(Group *group, const Error *why)
{
    for (Job *job = group->first_open; job; job = job->next)
        if (!job->failed)
            fail_job(job, why);
    group->open = false;
    group->count = 0;
    group->first_open = NULL;
}

static void undo_transaction(Group *group)
{
    Connection *writer = group->store->writer;

    if (!sqlite3_get_autocommit(writer->handle))
        Connection_execute(writer, "ROLLBACK", NULL);
    group->open = false;
    group->count = 0;
    group->first_open = NULL;
}

static bool call_work(Connection *writer, Job *job)
{
    int pending = 0, highest = 0;

    Connection_begin_unit(writer);
    bool done = job->work(writer, job->argument, &job->error);
    if (done &&
        sqlite3_db_status(writer->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &pending, &highest, 0) ==
            SQLITE_OK &&
        pending)
        done = Error_set(&job->error, ERROR_REFERENCE,
                         "The record refers to one that does not exist.");
    if (!done && !Error_present(&job->error))
        Error_set(&job->error, ERROR_INTERNAL, "The write failed without saying why.");
    if (done)
        Error_clear(&job->error);
    Connection_end_unit(writer);
    writer->savepoints = 0;
    return done;
}

static void keep_or_undo(Group *group, Job *job, bool alone, bool done)
{
    Connection *writer = group->store->writer;

    if (sqlite3_get_autocommit(writer->handle)) {
        Error why = job->error;
        if (done)
            Error_set(&why, ERROR_STORAGE, "The database undid the write. Nothing was saved.");
        lose_transaction(group, &why);
        return;
    }
    job->failed = !done;
    if (alone && !done) {
        undo_transaction(group);
        return;
    }
    if (!alone) {
        Error why = ERROR_NONE;
        if ((!done && !Connection_execute(writer, "ROLLBACK TO job", &why)) ||
            !Connection_execute(writer, "RELEASE job", &why)) {
            undo_transaction(group);
            fail_job(job, &why);
            lose_transaction(group, &why);
            return;
        }
    }
    group->count += done;
}

static void run_job(Group *group, Job *job)
{
    Connection *writer = group->store->writer;
    bool alone = group->count == 0;

    if (!group->open) {
        if (!Connection_execute(writer, "BEGIN IMMEDIATE", &job->error)) {
            job->failed = true;
            return;
        }
        group->open = true;
        group->first_open = job;
    } else if (!alone && !Connection_execute(writer, "SAVEPOINT job", &job->error)) {
        job->failed = true;
        return;
    }
    keep_or_undo(group, job, alone, call_work(writer, job));
}

static void commit(Group *group)
{
    Store *store = group->store;
    Error error = ERROR_NONE;
    int64_t before = World_monotonic();

    if (!group->open)
        return;
    if (!Connection_execute(store->writer, "COMMIT", &error)) {
        Job *first = group->first_open;
        undo_transaction(group);
        group->first_open = first;
        lose_transaction(group, &error);
        return;
    }
    int64_t spent = World_monotonic() - before;
    atomic_fetch_add(&store->commits, 1);
    atomic_fetch_add(&store->writes, group->count);
    if (spent > atomic_load(&store->worst_commit_us))
        atomic_store(&store->worst_commit_us, spent);
    group->open = false;
}

static void tell(Group *group)
{
    Job *job;

    while ((job = JobQueue_pop(&group->jobs))) {
        bool on_heap = job->on_heap; /* a waiter's job may be gone after done */
        if (job->done)
            job->done(job->argument, &job->error);
        if (on_heap)
            free(job);
    }
}

static int on_wal(void *argument, sqlite3 *handle, const char *database, int frames)
{
    Store *store = argument;
    int64_t bytes = frames * WAL_FRAME_BYTES + WAL_STEP / 4;

    Checkpointer_note(store, frames);
    if (bytes > store->wal_extended && store->wal_extended < WAL_EXTENDED_MAX) {
        store->wal_extended += WAL_STEP;
        StoreFile_extend_wal(store->path, store->wal_extended);
    }
    return SQLITE_OK;
}

void Writer_watch(Store *store)
{
    sqlite3_wal_hook(store->writer->handle, on_wal, store);
}

void Writer_run_group(Store *store)
{
    Group group = {.store = store, .started = World_monotonic()};
    Job *job;

    pthread_mutex_lock(&store->writer_lock);
    while ((job = take(store, &group)))
        run_job(&group, job);
    commit(&group);
    pthread_mutex_unlock(&store->writer_lock);
    tell(&group);
}
