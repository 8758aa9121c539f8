#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/world.h"
#include "engine/events.h"
#include "engine/home.h"
#include "engine/internal.h"
#include "engine/job_runner.h"
#include "engine/registry.h"
#include "engine/system_store.h"

#define READER_THREADS 3
#define WORKER_THREADS 2
#define PASSWORD_THREADS 2

static bool open_system(Engine *engine, Error *error)
{
    char path[PATHS_MAX];
    StoreOptions options = {
        .readers = 3,
        .schema_version = SYSTEM_MIGRATIONS[SYSTEM_MIGRATION_COUNT - 1].version,
    };

    if (!Home_path(engine->home, "system.db", path, error))
        return false;
    engine->system = Store_open(path, &options, error);
    return engine->system &&
           Store_migrate(engine->system, SYSTEM_MIGRATIONS, SYSTEM_MIGRATION_COUNT, error);
}

static bool is_known(void *argument, const char *slug)
{
    Connection *connection = argument;
    TenantRow row;
    Error error = ERROR_NONE;

    return TenantRow_by_slug(connection, slug, &row, &error) || Error_present(&error);
}

static void sweep(Engine *engine)
{
    Connection *connection = Store_reader(engine->system, NULL);

    if (!connection)
        return;
    Home_sweep(engine->home, is_known, connection);
    Store_release(engine->system, connection);
}

Engine *Engine_open(const char *home, Error *error)
{
    Engine *engine = calloc(1, sizeof *engine);

    if (!engine || strlen(home) >= sizeof engine->home) {
        free(engine);
        Error_set(error, ERROR_LIMIT, "The engine could not be made.");
        return NULL;
    }
    memcpy(engine->home, home, strlen(home) + 1);
    engine->lock = -1;
    engine->started_at = World_now();
    engine->started_monotonic = World_monotonic();
    pthread_mutex_init(&engine->mutex, NULL);
    engine->events = EventQueue_new();
    if (engine->events && Home_check(home, &engine->owner_uid, error) &&
        Home_check_company(home, error) && (engine->lock = Home_lock(home, error)) >= 0 &&
        Seal_init(error) && (engine->master = Seal_master(home, false, error)) &&
        open_system(engine, error)) {
        sweep(engine);
        return engine;
    }
    Engine_close(engine);
    return NULL;
}

bool Engine_start(Engine *engine, const EngineDoor *door, Error *error)
{
    engine->door = *door;
    Operations_register_own();
    engine->readers = Pool_new(READER_THREADS, error);
    engine->workers = Pool_new(WORKER_THREADS, error);
    engine->password_workers = Pool_new(PASSWORD_THREADS, error);
    if (!engine->readers || !engine->workers || !engine->password_workers)
        return false;
    engine->jobs = JobRunner_start(engine, error);
    return engine->jobs != NULL;
}

void Engine_quiesce(Engine *engine)
{
    JobRunner_stop(engine->jobs);
}

/* Jobs stop first, since they queue writes; then what sessions asked for; then the writers. */
void Engine_close(Engine *engine)
{
    if (!engine)
        return;
    JobRunner_stop(engine->jobs);
    Pool_close(engine->readers);
    Pool_close(engine->workers);
    Pool_close(engine->password_workers);
    Tenants_close_all(engine);
    JobRunner_free(engine->jobs);
    EventQueue_free(engine->events);
    if (engine->system)
        Store_close(engine->system);
    Seal_free(engine->master);
    Home_unlock(engine->lock);
    pthread_mutex_destroy(&engine->mutex);
    free(engine);
}

const char *Engine_home(const Engine *engine)
{
    return engine->home;
}

Store *Engine_system_store(Engine *engine)
{
    return engine->system;
}

const SealKey *Engine_master_key(const Engine *engine)
{
    return engine->master;
}

int64_t Engine_started_at(const Engine *engine)
{
    return engine->started_at;
}

void Engine_figures(Engine *engine, EngineFigures *figures)
{
    pthread_mutex_lock(&engine->mutex);
    figures->tenants_open = engine->tenant_count;
    pthread_mutex_unlock(&engine->mutex);
    figures->sessions = atomic_load(&engine->sessions);
    figures->requests = atomic_load(&engine->requests);
    figures->queued = Pool_queued(engine->readers) + Pool_queued(engine->workers) +
                      Pool_queued(engine->password_workers);
    figures->jobs_running = JobRunner_running(engine->jobs);
    figures->uptime_us = World_monotonic() - engine->started_monotonic;
}

void Engine_request_stop(Engine *engine)
{
    if (engine->door.stop)
        engine->door.stop(engine->door.argument);
}
