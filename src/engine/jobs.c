/* jobs.c - what operations and jobs themselves call: queueing, steps; and the operations about jobs. */
#include <string.h>
#include "base/datetime.h"
#include "base/world.h"
#include "engine/events.h"
#include "engine/generic.h"
#include "engine/internal.h"
#include "engine/job_runner.h"
#include "engine/job_store.h"
#include "engine/own_operations.h"

bool Job_enqueue(OperationContext *context, const char *kind, const Json *payload, int priority,
                 int64_t at, const char *dedupe_key, Uid *uid, Error *error)
{
    Uid made;
    JobOrder order = {
        .kind = kind,
        .payload = payload ? Json_serialise(payload, NULL) : NULL,
        .dedupe_key = dedupe_key,
        .actor_kind = ACTOR_KIND_NAMES[context->model.actor_kind],
        .tenant_id = context->model.tenant->id,
        .user_id = context->model.user_id,
        .priority = priority,
        .now = context->model.now,
        .at = at ? at : context->model.now,
    };

    if (!context->writing)
        return Error_set(error, ERROR_INTERNAL, "A job is queued inside a writing operation.");
    if (dedupe_key && JobStore_find_waiting(context->model.connection, dedupe_key,
                                            uid ? uid : &made, error))
        return true;
    if (Error_present(error) ||
        !JobStore_insert(context->model.connection, &order, uid ? uid : &made, error))
        return false;
    if (context->model.on_event == Events_collect && context->model.on_event_data)
        EventList_add_job(context->model.on_event_data, order.at);
    return true;
}

/* ---- steps -------------------------------------------------------------------------------- */

typedef struct Step {
    OperationContext *context;
    Job *job;
    StoreWork work;
    void *argument;
    const Json *cursor; /* written after the work, which may add to it; its thread waits meanwhile */
    int64_t done, total;
} Step;

static bool write_step(Connection *connection, void *argument, Error *error)
{
    const Step *step = argument;

    step->context->model.connection = connection;
    step->context->writing = true;
    bool done = !step->work || step->work(connection, step->argument, error);
    step->context->model.connection = NULL;
    step->context->writing = false;
    return done && JobStore_progress(connection, step->job->id, World_now(),
                                     step->cursor ? Json_serialise(step->cursor, NULL) : NULL,
                                     step->done, step->total, error);
}

bool Job_step(OperationContext *context, Job *job, StoreWork work, void *argument, Json *cursor,
              int64_t done, int64_t total, Error *error)
{
    Step step = {.context = context, .job = job, .work = work, .argument = argument,
                 .cursor = cursor, .done = done, .total = total};
    EventList *events = EventList_new();

    if (!events)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    context->model.on_event = Events_collect;
    context->model.on_event_data = events;
    bool stored = Store_write_wait(TenantHandle_store(context->tenant_handle), STORE_BATCH,
                                   write_step, &step, error);
    context->model.on_event_data = NULL;
    if (!stored) {
        EventList_free(events);
        return false;
    }
    Events_committed(context->tenant_handle, events, context->model.actor_name,
                     context->model.operation);
    return true;
}

bool Job_cancelled(OperationContext *context, Job *job)
{
    Store *store = TenantHandle_store(context->tenant_handle);

    if (JobRunner_stopping(context->engine->jobs))
        return true;
    Connection *connection = Store_reader(store, NULL);
    if (!connection)
        return false;
    bool cancelled = JobStore_is_cancelled(connection, job->id);
    Store_release(store, connection);
    return cancelled;
}

/* ---- operations --------------------------------------------------------------------------- */

static Json *parse(const char *text)
{
    return text ? Json_parse(text, strlen(text), REPLY_BYTES_MAX, NULL) : NULL;
}

static void set_time(Json *json, const char *key, Statement *row, int column)
{
    char text[40];
    Json_set_text(json, key, Statement_is_null(row, column)
                                 ? NULL : DateTime_format(Statement_int(row, column), text));
}

/* Rows a second since it started, and what is left at that pace. */
static void set_rate(Json *json, Statement *row)
{
    int64_t start = Statement_int(row, 8), end = Statement_int(row, 9);
    int64_t done = Statement_int(row, 4), total = Statement_int(row, 5);
    int64_t took = (end ? end : World_now()) - start;

    if (!start || took <= 0 || done <= 0)
        return;
    int64_t rate = done * 1000000 / took;
    Json_set_int(json, "rate", rate);
    if (!end && rate > 0 && total > done)
        Json_set_int(json, "seconds_left", (total - done) / rate);
}

static Json *describe(Statement *row)
{
    Json *json = json_object_new_object();
    char id[UID_TEXT_SIZE];
    Uid uid = {{0}};
    const void *bytes = Statement_blob(row, 0);

    if (bytes && Statement_bytes(row, 0) == UID_BYTES)
        memcpy(uid.bytes, bytes, UID_BYTES);
    Json_set_text(json, "job", Uid_format(&uid, "job", id));
    Json_set_text(json, "kind", Statement_text(row, 1));
    Json_set_text(json, "state", Statement_text(row, 2));
    Json_set_int(json, "attempts", Statement_int(row, 3));
    Json_set_int(json, "done", Statement_int(row, 4));
    Json_set(json, "total", Statement_is_null(row, 5)
                                ? NULL : json_object_new_int64(Statement_int(row, 5)));
    Json_set(json, "result", parse(Statement_text(row, 6)));
    Json_set(json, "error", parse(Statement_text(row, 7)));
    set_time(json, "started_at", row, 8);
    set_time(json, "finished_at", row, 9);
    set_time(json, "next_at", row, 10);
    set_rate(json, row);
    return json;
}

#define COLUMNS                                                                                    \
    "SELECT uid, kind, state, attempts, done, total, result, error, started_at, finished_at,"      \
    " next_at, user_id FROM job"

/* One's own jobs; all of them for who may read jobs. */
static bool sees_all_jobs(const OperationContext *context)
{
    return Context_is_system(context) ||
           Rights_sees_all(Context_rights(context), context->model.user_id,
                           Resource_find("job"));
}

static bool read_job_id(const Json *params, Uid *uid, Error *error)
{
    const char *text = Json_text(params, "job");

    if (text && Uid_parse(text, "job", uid, NULL))
        return true;
    return Error_set_field(error, ERROR_NOT_FOUND, "job", "There is no job \"%.60s\".",
                           text ? text : "");
}

static Json *find_job(OperationContext *context, const Uid *uid, Error *error)
{
    Statement *row = Connection_prepare(
        context->model.connection, COLUMNS " WHERE uid = ?1 AND deleted_at IS NULL", error);
    Json *json = NULL;

    if (!row)
        return NULL;
    Statement_bind_blob(row, 1, uid->bytes, UID_BYTES);
    if (Statement_step(row, error) == STEP_ROW &&
        (Statement_int(row, 11) == context->model.user_id || sees_all_jobs(context)))
        json = describe(row);
    Statement_reset(row);
    if (!json && !Error_present(error))
        Error_set_field(error, ERROR_NOT_FOUND, "job", "There is no such job.");
    return json;
}

static bool job_status(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Uid uid;

    if (!read_job_id(params, &uid, error))
        return false;
    *result = find_job(context, &uid, error);
    return *result != NULL;
}

static bool job_list(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Statement *row = Connection_prepare(
        context->model.connection, COLUMNS " WHERE deleted_at IS NULL AND (?1 OR user_id = ?2)"
        " AND (?3 IS NULL OR state = ?3) ORDER BY id DESC LIMIT ?4", error);
    int64_t limit = Json_int(params, "limit", 50);

    if (!row)
        return false;
    Statement_bind_int(row, 1, sees_all_jobs(context));
    Statement_bind_int(row, 2, context->model.user_id);
    Statement_bind_text(row, 3, Json_text(params, "state"));
    Statement_bind_int(row, 4, limit < 1 ? 1 : limit > 500 ? 500 : limit);
    Json *jobs = json_object_new_array();
    while (Statement_step(row, error) == STEP_ROW)
        json_object_array_add(jobs, describe(row));
    Statement_reset(row);
    *result = json_object_new_object();
    Json_set(*result, "records", jobs);
    return !Error_present(error);
}

static bool change_state(OperationContext *context, const Json *params, const char *sql,
                         const char *refusal, Json **result, Error *error)
{
    Uid uid;

    if (!read_job_id(params, &uid, error))
        return false;
    Json *before = find_job(context, &uid, error);
    if (!before)
        return false;
    json_object_put(before);
    Statement *statement = Connection_prepare(context->model.connection, sql, error);
    if (!statement)
        return false;
    Statement_bind_blob(statement, 1, uid.bytes, UID_BYTES);
    Statement_bind_int(statement, 2, context->model.now);
    if (!Statement_run(statement, error))
        return false;
    if (Connection_changed(context->model.connection) == 0)
        return Error_set(error, ERROR_STATE, "%s", refusal);
    if (context->model.on_event_data)
        EventList_add_job(context->model.on_event_data, context->model.now);
    *result = find_job(context, &uid, error);
    return *result != NULL;
}

static bool job_cancel(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return change_state(context, params,
                        "UPDATE job SET state = 'cancelled', updated_at = ?2, finished_at = ?2,"
                        " version = version + 1 WHERE uid = ?1 AND state IN ('queued', 'running')",
                        "The job has already ended.", result, error);
}

static bool job_retry(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return change_state(context, params,
                        "UPDATE job SET state = 'queued', attempts = 0, next_at = ?2, error = NULL,"
                        " finished_at = NULL, updated_at = ?2, version = version + 1"
                        " WHERE uid = ?1 AND state IN ('failed', 'dead', 'cancelled')"
                        " AND lease_until IS NULL", /* its last run has ended */
                        "Only a job that has failed or was stopped can be tried again.", result,
                        error);
}

static const ParameterDef JOB[] = {
    {.name = "job", .type = FIELD_REFERENCE, .required = true, .reference = "job"},
};
static const ParameterDef LIST[] = {
    {.name = "state", .type = FIELD_TEXT, .help = "queued, running, done, failed, cancelled, dead"},
    {.name = "limit", .type = FIELD_INT},
};

static const OperationDef ROWS[] = {
    {.name = "job.status", .summary = "How far a job is", .kind = OPERATION_READ,
     PARAMETERS(JOB), .run = job_status},
    {.name = "job.list", .summary = "List jobs, newest first", .kind = OPERATION_READ,
     PARAMETERS(LIST), .run = job_list},
    {.name = "job.cancel", .summary = "Stop a job at its next step", .kind = OPERATION_WRITE,
     .flags = OPERATION_DANGEROUS, PARAMETERS(JOB), .run = job_cancel},
    {.name = "job.retry", .summary = "Let a failed job run again", .kind = OPERATION_WRITE,
     PARAMETERS(JOB), .run = job_retry},
};

void JobOperations_register(void)
{
    REGISTER(ROWS);
}
