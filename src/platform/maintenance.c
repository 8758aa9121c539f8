/* maintenance.c - what is done every night: the trash is emptied of what has lain there for 30 days, old
 * jobs are forgotten, on Sundays the whole file is checked. */
#include <stdio.h>
#include <string.h>
#include "base/datetime.h"
#include "base/log.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/job.h"
#include "platform/parts.h"

#define TRASH_DAYS 30
#define JOB_DAYS 90

static bool purge_one(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = Resource_find(Json_text(params, "resource"));
    int64_t before = context->model.now - TRASH_DAYS * MICROSECONDS_PER_DAY, purged = 0;

    if (!Model_purge(&context->model, resource, before, &purged, error))
        return false;
    *result = json_object_new_int64(purged);
    return true;
}

/* One kind of record after the other, each in a transaction of its own. */
static bool empty_trash(OperationContext *context, Job *job, int64_t *purged, Error *error)
{
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        if (RESOURCES[i]->append_only || RESOURCES[i]->parent)
            continue;
        if (Job_cancelled(context, job))
            return Error_set(error, ERROR_CANCELLED, "The nightly work was stopped.");
        Json *params = json_object_new_object(), *count = NULL;
        Json_set_text(params, "resource", RESOURCES[i]->name);
        bool done = Context_write(context, STORE_BATCH, purge_one, params, &count, error);
        *purged += done ? json_object_get_int64(count) : 0;
        json_object_put(count);
        json_object_put(params);
        if (!done)
            return false;
    }
    return true;
}

/* Rows of jobs are no records of the business: they go without a trace. */
static bool forget_jobs(Connection *connection, void *argument, Error *error)
{
    const int64_t *before = argument;
    Statement *statement = Connection_prepare(
        connection, "DELETE FROM job WHERE finished_at < ?1"
        " AND state IN ('done', 'failed', 'dead', 'cancelled')", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, *before);
    return Statement_run(statement, error);
}

static bool is_sunday(int64_t now)
{
    CivilTime civil;

    DateTime_to_civil(now, NULL, &civil);
    return civil.weekday == 6;
}

static bool run(OperationContext *context, Job *job, Json **result, Error *error)
{
    Store *store = TenantHandle_store(context->tenant_handle);
    int64_t purged = 0, before = World_now() - JOB_DAYS * MICROSECONDS_PER_DAY;
    bool checked = is_sunday(World_now());

    if (!empty_trash(context, job, &purged, error) ||
        !Store_write_wait(store, STORE_BATCH, forget_jobs, &before, error))
        return false;
    if (checked && !Store_check_integrity(store, NULL, NULL, error)) {
        LOG_ERROR("the file of %s is damaged: %s", TenantHandle_slug(context->tenant_handle),
                  error->message);
        return false;
    }
    *result = json_object_new_object();
    Json_set_int(*result, "purged", purged);
    Json_set_bool(*result, "checked", checked);
    return true;
}

static const JobKind KINDS[] = {{.name = "maintenance", .run = run, .daily = true}};

void Maintenance_register(void)
{
    Jobs_register(KINDS, sizeof KINDS / sizeof *KINDS);
}
