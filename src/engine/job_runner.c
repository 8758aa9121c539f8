#include "engine/job_runner.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/datetime.h"
#include "base/log.h"
#include "base/world.h"
#include "engine/events.h"
#include "engine/internal.h"
#include "engine/job_store.h"

#define JOB_THREADS 2
#define KIND_TABLES 32
#define ATTEMPTS 5
#define BACKOFF_FIRST (INT64_C(5) * 1000000)
#define RESCAN_SECONDS 5 /* the wall clock may jump: due times are looked at again this often */
#define JOB_ARENA ((size_t)512 * 1024 * 1024)

/* A tenant that has jobs waiting. */
typedef struct Waiting {
    struct Waiting *next;
    char slug[64];
    int64_t due; /* wall clock; 0 = now */
} Waiting;

struct JobRunner {
    Engine *engine;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    Waiting *waiting;
    atomic_bool stopping;
    bool scanned, joined;
    int running, thread_count;
    pthread_t threads[JOB_THREADS];
    char owner[48]; /* of our leases; no earlier engine had the same */
};

static const JobKind *kind_tables[KIND_TABLES];
static int kind_counts[KIND_TABLES], kind_table_count;

void Jobs_register(const JobKind *kinds, int count)
{
    if (kind_table_count == KIND_TABLES) {
        LOG_ERROR("too many tables of job kinds");
        return;
    }
    kind_tables[kind_table_count] = kinds;
    kind_counts[kind_table_count++] = count;
}

static const JobKind *find_kind(const char *name)
{
    for (int i = 0; i < kind_table_count; i++) {
        for (int j = 0; j < kind_counts[i]; j++) {
            if (strcmp(kind_tables[i][j].name, name) == 0)
                return &kind_tables[i][j];
        }
    }
    return NULL;
}

/* ---- what waits --------------------------------------------------------------------------- */

static void note_due(JobRunner *runner, const char *slug, int64_t due)
{
    Waiting *waiting = runner->waiting;

    while (waiting && strcmp(waiting->slug, slug) != 0)
        waiting = waiting->next;
    if (waiting) {
        if (due < waiting->due)
            waiting->due = due;
    } else if ((waiting = calloc(1, sizeof *waiting))) {
        snprintf(waiting->slug, sizeof waiting->slug, "%s", slug);
        waiting->due = due;
        waiting->next = runner->waiting;
        runner->waiting = waiting;
    }
    pthread_cond_broadcast(&runner->changed);
}

void JobRunner_wake(JobRunner *runner, const char *slug, int64_t at)
{
    pthread_mutex_lock(&runner->mutex);
    note_due(runner, slug, at);
    pthread_mutex_unlock(&runner->mutex);
}

/* Takes the tenant whose job is due; waits for one.  false: the runner stops. */
static bool next_tenant(JobRunner *runner, char slug[64])
{
    bool found = false;

    pthread_mutex_lock(&runner->mutex);
    while (!runner->stopping && !found) {
        int64_t now = World_now();
        for (Waiting **link = &runner->waiting; *link; link = &(*link)->next) {
            Waiting *waiting = *link;
            if (waiting->due > now)
                continue;
            memcpy(slug, waiting->slug, sizeof waiting->slug);
            *link = waiting->next;
            free(waiting);
            found = true;
            break;
        }
        if (found)
            break;
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += runner->waiting ? 1 : RESCAN_SECONDS;
        pthread_cond_timedwait(&runner->changed, &runner->mutex, &until);
    }
    runner->running += found;
    pthread_mutex_unlock(&runner->mutex);
    return found;
}

/* ---- one job ------------------------------------------------------------------------------ */

typedef struct Claim {
    JobRunner *runner;
    JobRow row;
    int64_t next_due;
} Claim;

static bool claim_job(Connection *connection, void *argument, Error *error)
{
    Claim *claim = argument;

    if (!JobStore_claim(connection, World_now(), claim->runner->owner, &claim->row, error))
        return false;
    claim->next_due = JobStore_next_due(connection, error);
    return !Error_present(error);
}

/* Tonight at three, or tomorrow's; tenants are spread over an hour. */
static int64_t next_night(const TenantInfo *tenant, int64_t now)
{
    int64_t spread = (int64_t)(tenant->uid.bytes[15] % 60) * 60;
    int64_t at = now - now % MICROSECONDS_PER_DAY + (3 * 3600 + spread) * MICROSECONDS_PER_SECOND;

    return at > now ? at : at + MICROSECONDS_PER_DAY;
}

static bool ensure_daily(Connection *connection, const JobKind *kind, const TenantInfo *tenant,
                         Error *error)
{
    Uid uid;
    int64_t now = World_now();
    JobOrder order = {.kind = kind->name, .dedupe_key = kind->name, .actor_kind = "system",
                      .tenant_id = tenant->id, .now = now, .at = next_night(tenant, now)};

    return JobStore_find_waiting(connection, kind->name, &uid, error) ||
           (!Error_present(error) && JobStore_insert(connection, &order, &uid, error));
}

typedef struct Ending {
    TenantHandle *tenant;
    const JobKind *kind;
    const JobRow *row;
    const char *state, *result, *problem;
    int64_t next_at;
} Ending;

static bool end_job(Connection *connection, void *argument, Error *error)
{
    const Ending *ending = argument;

    if (!JobStore_finish(connection, ending->row->id, World_now(), ending->state, ending->result,
                         ending->problem, ending->next_at, error))
        return false;
    return !ending->kind || !ending->kind->daily ||
           ensure_daily(connection, ending->kind, TenantHandle_info(ending->tenant), error);
}

/* Doubles each time, half of it by chance, so that many failures do not come back at once. */
static int64_t backoff(int attempt)
{
    int64_t wait = BACKOFF_FIRST;
    uint32_t chance;

    if (World_clock_is_fixed())
        return 0;
    while (--attempt > 0 && wait < JOB_BACKOFF_MOST)
        wait *= 2;
    wait = wait > JOB_BACKOFF_MOST ? JOB_BACKOFF_MOST : wait;
    World_random(&chance, sizeof chance);
    return wait / 2 + wait / 2 * (chance % 1000) / 1000;
}

static bool is_final(const Error *error)
{
    static const char *const PASSING[] = {ERROR_AGAIN, ERROR_STORAGE, ERROR_NOT_CONNECTED,
                                          ERROR_INTERNAL, ERROR_CONFLICT, ERROR_LIMIT};

    for (size_t i = 0; i < sizeof PASSING / sizeof *PASSING; i++) {
        if (Error_is(error, PASSING[i]))
            return false;
    }
    return true;
}

static void write_ending(TenantHandle *tenant, const JobRow *row, const JobKind *kind, bool done,
                         Json *result, const Error *problem)
{
    Ending ending = {.tenant = tenant, .kind = kind, .row = row, .state = "done"};
    Error error = ERROR_NONE;
    Json *json = NULL;
    int most = kind && kind->max_attempts ? kind->max_attempts
               : row->max_attempts > 0    ? row->max_attempts : ATTEMPTS;

    if (!done) {
        json = Json_from_error(problem);
        ending.problem = Json_serialise(json, NULL);
        ending.state = Error_is(problem, ERROR_CANCELLED) ? "cancelled"
                       : is_final(problem)                ? "failed"
                       : row->attempts >= most            ? "dead" : "queued";
        ending.next_at = World_now() + backoff(row->attempts);
        LOG_WARNING("job %s of %s, attempt %d: %s", row->kind, tenant->slug, row->attempts,
                    problem->message);
    } else if (result) {
        ending.result = Json_serialise(result, NULL);
    }
    if (!Store_write_wait(tenant->store, STORE_INTERACTIVE, end_job, &ending, &error))
        LOG_ERROR("the end of job %s of %s could not be stored: %s", row->kind, tenant->slug,
                  error.message);
    json_object_put(json);
}

static Json *parse(const char *text)
{
    return text ? Json_parse(text, strlen(text), REPLY_BYTES_MAX, NULL) : NULL;
}

/* The login of who queued it, for the change log. */
static const char *login_of(OperationContext *context, int64_t user_id)
{
    Store *store = context->tenant_handle->store;
    Connection *connection = user_id ? Store_reader(store, NULL) : NULL;
    const char *name = "system";

    if (!connection)
        return name;
    Statement *row = Connection_prepare(connection, "SELECT name FROM user_ WHERE id = ?1", NULL);
    if (row) {
        Statement_bind_int(row, 1, user_id);
        if (Statement_step(row, NULL) == STEP_ROW)
            name = Arena_strdup(context->model.arena, Statement_text(row, 0));
        Statement_reset(row);
    }
    Store_release(store, connection);
    return name ? name : "system";
}

static void run_job(Engine *engine, TenantHandle *tenant, const JobRow *row)
{
    const JobKind *kind = find_kind(row->kind);
    Error error = ERROR_NONE;
    Arena *arena = Arena_new(JOB_ARENA);
    TenantSnapshot *snapshot = TenantHandle_take_snapshot(tenant, NULL, &error);
    Json *payload = parse(row->payload), *result = NULL;
    Job job = {.id = row->id, .uid = row->uid, .kind = row->kind, .payload = payload,
               .cursor = parse(row->cursor), .attempt = row->attempts, .user_id = row->user_id};
    bool done = false;

    if (!kind) {
        Error_set(&error, ERROR_USAGE, "Nothing here can run a job \"%s\".", row->kind);
    } else if (arena && snapshot) {
        OperationContext context;
        Context_fill(&context, engine, tenant, snapshot, NULL, arena);
        context.model.actor_kind = row->user_id ? ACTOR_USER : ACTOR_SYSTEM;
        context.model.user_id = row->user_id;
        context.model.actor_name = login_of(&context, row->user_id);
        context.model.operation = row->kind;
        context.job_id = row->id;
        if (kind->undoable)
            context.model.batch = row->uid;
        done = kind->run(&context, &job, &result, &error);
    }
    if (!done && !Error_present(&error))
        Error_set(&error, ERROR_INTERNAL, "The job ended without saying why.");
    /* Stopped by us, not by people: it goes on when the engine starts again. */
    if (done || !JobRunner_stopping(engine->jobs) || !Error_is(&error, ERROR_CANCELLED))
        write_ending(tenant, row, kind, done, result, &error);
    json_object_put(result);
    json_object_put(job.cursor);
    json_object_put(payload);
    TenantSnapshot_release(snapshot);
    Arena_free(arena);
}

/* ---- threads ------------------------------------------------------------------------------ */

/* Another job of the tenant may be due as well: it goes back on the list first, so that two jobs of one
 * tenant can run side by side. */
static void serve(JobRunner *runner, const char *slug)
{
    Error error = ERROR_NONE;
    Claim claim = {.runner = runner};
    TenantHandle *tenant = Engine_tenant(runner->engine, slug, &error);

    if (!tenant) {
        LOG_ERROR("jobs of %s: %s", slug, error.message);
        return;
    }
    if (!Store_write_wait(tenant->store, STORE_INTERACTIVE, claim_job, &claim, &error)) {
        LOG_ERROR("jobs of %s: %s", slug, error.message);
        JobRunner_wake(runner, slug, World_now() + RESCAN_SECONDS * INT64_C(1000000));
    } else {
        if (claim.next_due)
            JobRunner_wake(runner, slug, claim.next_due);
        if (claim.row.id) {
            run_job(runner->engine, tenant, &claim.row);
            JobRunner_wake(runner, slug, 0);
        }
    }
    JobRow_clear(&claim.row);
    Engine_release_tenant(runner->engine, tenant);
}

typedef struct Scan {
    const char *owner;
    const TenantInfo *tenant;
    int64_t due;
} Scan;

static bool take_over(Connection *connection, void *argument, Error *error)
{
    Scan *scan = argument;

    if (!JobStore_void_leases(connection, World_now(), scan->owner, error))
        return false;
    for (int i = 0; i < kind_table_count; i++) {
        for (int j = 0; j < kind_counts[i]; j++) {
            if (kind_tables[i][j].daily &&
                !ensure_daily(connection, &kind_tables[i][j], scan->tenant, error))
                return false;
        }
    }
    scan->due = JobStore_next_due(connection, error);
    return !Error_present(error);
}

/* Jobs that an earlier engine left: its leases are void, since the lock of the home is ours.  The other
 * thread may already run a job that came after the start. */
static void scan_tenant(JobRunner *runner, const char *slug)
{
    Error error = ERROR_NONE;
    TenantHandle *tenant = Engine_tenant(runner->engine, slug, &error);
    Scan scan = {.owner = runner->owner, .tenant = tenant ? TenantHandle_info(tenant) : NULL};

    if (tenant && Store_write_wait(tenant->store, STORE_BATCH, take_over, &scan, &error) && scan.due)
        JobRunner_wake(runner, slug, scan.due);
    if (Error_present(&error))
        LOG_ERROR("jobs of %s: %s", slug, error.message);
    Engine_release_tenant(runner->engine, tenant);
}

static void scan(JobRunner *runner)
{
    Engine *engine = runner->engine;
    char slug[64] = "";
    bool more = true;

    while (more && !runner->stopping) {
        Connection *connection = Store_reader(engine->system, NULL);
        Statement *row = connection ? Connection_prepare(
            connection, "SELECT slug FROM tenant WHERE slug > ?1 ORDER BY slug LIMIT 1", NULL)
                                    : NULL;
        more = false;
        if (row) {
            Statement_bind_text(row, 1, slug);
            more = Statement_step(row, NULL) == STEP_ROW;
            if (more)
                snprintf(slug, sizeof slug, "%s", Statement_text(row, 0));
            Statement_reset(row);
        }
        if (connection)
            Store_release(engine->system, connection);
        if (more)
            scan_tenant(runner, slug);
    }
}

static void *run(void *argument)
{
    JobRunner *runner = argument;
    char slug[64];

    pthread_mutex_lock(&runner->mutex);
    bool first = !runner->scanned;
    runner->scanned = true;
    pthread_mutex_unlock(&runner->mutex);
    if (first)
        scan(runner);
    while (next_tenant(runner, slug)) {
        serve(runner, slug);
        pthread_mutex_lock(&runner->mutex);
        runner->running--;
        pthread_mutex_unlock(&runner->mutex);
    }
    return NULL;
}

JobRunner *JobRunner_start(Engine *engine, Error *error)
{
    JobRunner *runner = calloc(1, sizeof *runner);
    pthread_condattr_t attributes;
    sigset_t all, old;
    uint64_t chance;

    if (!runner) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory for jobs.");
        return NULL;
    }
    runner->engine = engine;
    engine->jobs = runner;
    World_random(&chance, sizeof chance);
    snprintf(runner->owner, sizeof runner->owner, "engine %ld %016llx", (long)getpid(),
             (unsigned long long)chance);
    pthread_mutex_init(&runner->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&runner->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (runner->thread_count < JOB_THREADS &&
           pthread_create(&runner->threads[runner->thread_count], NULL, run, runner) == 0)
        runner->thread_count++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (runner->thread_count == 0)
        Error_set(error, ERROR_LIMIT, "No thread for jobs could be started.");
    return runner->thread_count ? runner : NULL;
}

void JobRunner_stop(JobRunner *runner)
{
    if (!runner || runner->joined)
        return;
    pthread_mutex_lock(&runner->mutex);
    runner->stopping = true;
    pthread_cond_broadcast(&runner->changed);
    pthread_mutex_unlock(&runner->mutex);
    for (int i = 0; i < runner->thread_count; i++)
        pthread_join(runner->threads[i], NULL);
    runner->joined = true;
}

void JobRunner_free(JobRunner *runner)
{
    if (!runner)
        return;
    while (runner->waiting) {
        Waiting *waiting = runner->waiting;
        runner->waiting = waiting->next;
        free(waiting);
    }
    pthread_cond_destroy(&runner->changed);
    pthread_mutex_destroy(&runner->mutex);
    free(runner);
}

int JobRunner_running(JobRunner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    int running = runner->running;
    pthread_mutex_unlock(&runner->mutex);
    return running;
}

bool JobRunner_stopping(JobRunner *runner)
{
    return runner && atomic_load(&runner->stopping);
}
