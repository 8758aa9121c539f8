/* checkpoint.c - one thread of the process copies WALs into their database files.
 *
 * Writers never checkpoint: a passive checkpoint runs beside them.  It alone cannot make the WAL
 * start again from its beginning while commits go on, so when the WAL has grown the thread copies
 * the bulk passively first and then holds the writer for the small rest.
 */
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include "base/log.h"
#include "base/world.h"
#include "store/store_private.h"

#define DUE_FRAMES 1000     /* 4 MiB: checkpoint now */
#define RESTART_FRAMES 4000 /* 16 MiB: let the WAL start again */
#define QUIET_US 2000000 /* a store without commits for so long is checkpointed whatever it holds \
                          */
#define PAUSE_US 50000   /* between two checkpoints of a store */
#define PAUSE_BLOCKED_US 500000 /* when a reader stood in the way */
#define PAUSE_FAILED_US 10000000
#define NEVER INT64_MAX

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;     /* for the thread */
    pthread_cond_t finished; /* a checkpoint has ended */
    Store *stores;
    unsigned generation; /* a thread of an older one ends */
    bool alive;
    pthread_t thread;
} checkpointer = {.lock = PTHREAD_MUTEX_INITIALIZER, .finished = PTHREAD_COND_INITIALIZER};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_once(void)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&checkpointer.wake, &attributes);
    pthread_condattr_destroy(&attributes);
}

static int64_t clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* When the store's next checkpoint is due. */
static int64_t due_at(const Store *store)
{
    int pending = store->wal_frames - store->copied_frames;
    int64_t due;

    if (pending <= 0)
        return NEVER;
    due = pending >= DUE_FRAMES ? 0 : store->last_commit + QUIET_US;
    return due > store->not_before ? due : store->not_before;
}

/* The store to care for now; else NULL and *next = when to look again. */
static Store *pick(int64_t now, int64_t *next)
{
    *next = NEVER;
    for (Store *store = checkpointer.stores; store; store = store->next_store) {
        int64_t due = due_at(store);
        if (due <= now)
            return store;
        if (due < *next)
            *next = due;
    }
    return NULL;
}

/* Returns frames copied so far, or -1; *frames = all frames. */
static int run(Store *store, int mode, int *frames)
{
    int copied = -1;

    int result = sqlite3_wal_checkpoint_v2(store->checkpoint->handle, NULL, mode, frames, &copied);
    if (result != SQLITE_OK && (result & 0xff) != SQLITE_BUSY)
        LOG_WARNING("checkpoint of %s: %s", store->path, sqlite3_errstr(result));
    return copied;
}

static void checkpoint(Store *store, int *frames, int *copied)
{
    *frames = 0;
    *copied = -1;
    if (!store->checkpoint && !(store->checkpoint = Connection_open(store, ROLE_CHECKPOINT, NULL)))
        return;
    *copied = run(store, SQLITE_CHECKPOINT_PASSIVE, frames);
    if (*frames < RESTART_FRAMES || *copied < 0)
        return;
    if (*copied < *frames - DUE_FRAMES) /* much came meanwhile, or a reader is in the way */
        *copied = run(store, SQLITE_CHECKPOINT_PASSIVE, frames);
    if (*copied < *frames - DUE_FRAMES)
        return;
    pthread_mutex_lock(&store->writer_lock);
    *copied = run(store, SQLITE_CHECKPOINT_RESTART, frames);
    pthread_mutex_unlock(&store->writer_lock);
}

/* Called and returns with the lock held. */
static void care_for(Store *store)
{
    int frames, copied, before = store->copied_frames, known = store->wal_frames;

    store->checkpointing = true;
    pthread_mutex_unlock(&checkpointer.lock);
    checkpoint(store, &frames, &copied);
    pthread_mutex_lock(&checkpointer.lock);
    store->checkpointing = false;
    if (copied >= 0 && store->wal_frames >= known) /* else the WAL has begun again meanwhile */
        store->copied_frames = copied;
    bool blocked = copied == before && copied < frames;
    store->not_before = clock_now() + (copied < 0 ? PAUSE_FAILED_US
                                       : blocked  ? PAUSE_BLOCKED_US
                                                  : PAUSE_US);
    pthread_cond_broadcast(&checkpointer.finished);
}

static void *checkpoint_forever(void *argument)
{
    unsigned generation = (unsigned)(uintptr_t)argument;
    int64_t next;

    pthread_setname_np(pthread_self(), "store-checkpoint");
    pthread_mutex_lock(&checkpointer.lock);
    while (generation == checkpointer.generation) {
        Store *store = pick(clock_now(), &next);
        if (store) {
            care_for(store);
        } else if (next == NEVER) {
            pthread_cond_wait(&checkpointer.wake, &checkpointer.lock);
        } else {
            struct timespec until = {next / 1000000, next % 1000000 * 1000};
            pthread_cond_timedwait(&checkpointer.wake, &checkpointer.lock, &until);
        }
    }
    pthread_mutex_unlock(&checkpointer.lock);
    return NULL;
}

static void start_thread(void)
{
    sigset_t all, old;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    checkpointer.alive = pthread_create(&checkpointer.thread, NULL, checkpoint_forever,
                                        (void *)(uintptr_t)checkpointer.generation) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void Checkpointer_add(Store *store)
{
    pthread_once(&once, init_once);
    pthread_mutex_lock(&checkpointer.lock);
    store->next_store = checkpointer.stores;
    checkpointer.stores = store;
    pthread_mutex_unlock(&checkpointer.lock);
}

void Checkpointer_remove(Store *store)
{
    pthread_t thread;
    bool join = false;

    pthread_mutex_lock(&checkpointer.lock);
    while (store->checkpointing)
        pthread_cond_wait(&checkpointer.finished, &checkpointer.lock);
    for (Store **at = &checkpointer.stores; *at; at = &(*at)->next_store)
        if (*at == store) {
            *at = store->next_store;
            break;
        }
    if (!checkpointer.stores && checkpointer.alive) {
        thread = checkpointer.thread;
        join = true;
        checkpointer.alive = false;
        checkpointer.generation++;
        pthread_cond_broadcast(&checkpointer.wake);
    }
    pthread_mutex_unlock(&checkpointer.lock);
    if (join)
        pthread_join(thread, NULL);
    Connection_close(store->checkpoint);
    store->checkpoint = NULL;
}

void Checkpointer_note(Store *store, int wal_frames)
{
    pthread_mutex_lock(&checkpointer.lock);
    bool was_quiet = store->wal_frames <= store->copied_frames;
    if (wal_frames < store->wal_frames) { /* the WAL began again */
        store->copied_frames = 0;
        was_quiet = true;
    }
    store->wal_frames = wal_frames;
    store->last_commit = clock_now();
    if (!checkpointer.alive)
        start_thread();
    else if (was_quiet || wal_frames - store->copied_frames >= DUE_FRAMES)
        pthread_cond_signal(&checkpointer.wake);
    pthread_mutex_unlock(&checkpointer.lock);
}
