/* write_queue.c - the queue of writes, the thread that serves it, and what callers see of both. */
#include <assert.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/world.h"
#include "store/store_private.h"

#define IDLE_SECONDS 30 /* then the page cache is given back */

static _Thread_local Store *store_of_writer; /* set on writer threads */

void JobQueue_push(JobQueue *queue, Job *job)
{
    job->next = NULL;
    *(queue->last ? &queue->last->next : &queue->first) = job;
    queue->last = job;
}

Job *JobQueue_pop(JobQueue *queue)
{
    Job *job = queue->first;

    if (job && !(queue->first = job->next))
        queue->last = NULL;
    return job;
}

/* ---- the thread ----------------------------------------------------------------------------- */

static bool nothing_waits(const Store *store)
{
    return !store->queues[STORE_INTERACTIVE].first && !store->queues[STORE_BATCH].first;
}

/* Waits for work; false = the store closes and the queues are empty. */
static bool wait_for_work(Store *store)
{
    struct timespec until;
    bool shrunk = false;

    pthread_mutex_lock(&store->queue_lock);
    while (nothing_waits(store) && !store->closing) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += IDLE_SECONDS;
        if (shrunk) {
            pthread_cond_wait(&store->queued, &store->queue_lock);
        } else if (pthread_cond_timedwait(&store->queued, &store->queue_lock, &until) != 0 &&
                   nothing_waits(store)) {
            pthread_mutex_unlock(&store->queue_lock);
            pthread_mutex_lock(&store->writer_lock);
            sqlite3_db_release_memory(store->writer->handle);
            pthread_mutex_unlock(&store->writer_lock);
            pthread_mutex_lock(&store->queue_lock);
            shrunk = true;
        }
    }
    bool work = !nothing_waits(store);
    pthread_mutex_unlock(&store->queue_lock);
    return work;
}

static void *write_forever(void *argument)
{
    Store *store = argument;

    store_of_writer = store;
    pthread_setname_np(pthread_self(), "store-writer");
    while (wait_for_work(store))
        Writer_run_group(store);
    return NULL;
}

/* Called with queue_lock held. */
static bool start_thread(Store *store, Error *error)
{
    sigset_t all, old;

    if (store->writer_running)
        return true;
    sigfillset(&all); /* signals belong to the main thread */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int result = pthread_create(&store->writer_thread, NULL, write_forever, store);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (result != 0)
        return Error_set(error, ERROR_AGAIN, "No thread can be started for writing: %s.",
                         strerror(result));
    store->writer_running = true;
    return true;
}

void Writer_stop(Store *store)
{
    pthread_mutex_lock(&store->queue_lock);
    store->closing = true;
    bool running = store->writer_running;
    pthread_cond_signal(&store->queued);
    pthread_mutex_unlock(&store->queue_lock);
    if (running)
        pthread_join(store->writer_thread, NULL);
}

/* ---- what callers see ----------------------------------------------------------------------- */

static bool enqueue(Store *store, StorePriority priority, Job *job, Error *error)
{
    if (!store->writer) {
        Error_set(error, ERROR_STORAGE, "The database was opened for reading only.");
        return Error_hint(error, "Nothing was changed.");
    }
    job->queued_at = World_monotonic();
    Error_clear(&job->error);
    pthread_mutex_lock(&store->queue_lock);
    bool taken = !store->closing && start_thread(store, error);
    if (taken) {
        bool was_empty = nothing_waits(store);
        JobQueue_push(&store->queues[priority], job);
        atomic_fetch_add(&store->waiting, 1);
        if (priority == STORE_INTERACTIVE)
            atomic_fetch_add(&store->interactive_waiting, 1);
        if (was_empty)
            pthread_cond_signal(&store->queued);
    } else if (store->closing) {
        Error_set(error, ERROR_AGAIN, "The database is being closed. Nothing was changed.");
    }
    pthread_mutex_unlock(&store->queue_lock);
    return taken;
}

bool Store_write(Store *store, StorePriority priority, StoreWork work, StoreDone done,
                 void *argument, Error *error)
{
    Job *job = calloc(1, sizeof *job);

    if (!job)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory for this write.");
    job->work = work;
    job->done = done;
    job->argument = argument;
    job->on_heap = true;
    if (enqueue(store, priority, job, error))
        return true;
    free(job);
    return false;
}

typedef struct Waiter {
    StoreWork work;
    void *argument;
    Error *error;
    bool failed;
    sem_t done;
} Waiter;

static bool work_of_waiter(Connection *connection, void *argument, Error *error)
{
    Waiter *waiter = argument;
    return waiter->work(connection, waiter->argument, error);
}

static void wake(void *argument, const Error *error)
{
    Waiter *waiter = argument;

    waiter->failed = Error_present(error);
    if (waiter->failed && waiter->error)
        *waiter->error = *error;
    sem_post(&waiter->done);
}

bool Store_write_wait(Store *store, StorePriority priority, StoreWork work, void *argument,
                      Error *error)
{
    Waiter waiter = {.work = work, .argument = argument, .error = error};
    Job job = {.work = work_of_waiter, .done = wake, .argument = &waiter};

    assert(store_of_writer != store); /* the writer cannot wait for itself */
    sem_init(&waiter.done, 0, 0);
    bool queued = enqueue(store, priority, &job, error);
    while (queued && sem_wait(&waiter.done) != 0)
        continue; /* a signal came */
    sem_destroy(&waiter.done);
    return queued && !waiter.failed;
}
