/* bulk.c - one change to many records, as a job that can be taken back as a whole. */
#include <string.h>
#include "engine/generic.h"
#include "engine/guards.h"
#include "engine/job.h"
#include "engine/own_operations.h"

#define STEP_ROWS 100
#define IDS_MAX 100000
#define PREVIEW_ROWS 10
#define PROBLEMS_MAX 20

/* ---- queueing ----------------------------------------------------------------------------- */

static bool authorise(OperationContext *context, const ResourceDef *resource, bool deletes,
                      const Json *changes, Error *error)
{
    Decision decision;

    return Context_authorise(context, resource, ACTION_BULK, NULL, &decision, error) &&
           Context_authorise(context, resource, deletes ? ACTION_DELETE : ACTION_UPDATE, NULL,
                             &decision, error) &&
           (deletes || (Context_check_fields(resource, &decision, changes, error) &&
                        Context_check_assignment(context, resource, changes, error)));
}

static bool preview_ids(OperationContext *context, const ResourceDef *resource, Json *ids,
                        Json *preview, int64_t *count, Error *error)
{
    size_t given = json_object_array_length(ids);

    *count = (int64_t)given;
    for (size_t i = 0; i < given && i < PREVIEW_ROWS; i++) {
        Json *item = json_object_array_get_idx(ids, i);
        const char *text = json_object_is_type(item, json_type_string)
                               ? json_object_get_string(item) : "";
        int64_t id = Model_resolve(&context->model, resource, text, error);
        if (!id || !Model_read(&context->model, resource, id, false, error))
            return false;
        Json *row = json_object_new_object();
        Json_set_text(row, "id", text);
        Json_set_text(row, "label", Model_label(&context->model, resource, id));
        json_object_array_add(preview, row);
    }
    return true;
}

static bool preview_filter(OperationContext *context, const ResourceDef *resource,
                           const Json *params, Json *preview, int64_t *count, Error *error)
{
    static const char *const COLUMNS[] = {"label", NULL};
    ListPage page = {0};
    ListQuery query = {.limit = PREVIEW_ROWS, .columns = COLUMNS};
    bool more;

    if (!Generic_filter(context, resource, params, &query.filter, error) ||
        !Model_count(&context->model, resource, query.filter, 0, count, &more, error) ||
        !Model_list(&context->model, resource, &query, &page, error))
        return false;
    Json *rows = Generic_records(context, &page, COLUMNS, error);
    for (size_t i = 0; rows && i < page.count; i++)
        json_object_array_add(preview, json_object_get(json_object_array_get_idx(rows, i)));
    json_object_put(rows);
    return rows != NULL;
}

static bool check_choice(const Json *params, Error *error)
{
    Json *ids = Json_get(params, "ids");

    if (!ids == !Json_text(params, "filter"))
        return Error_set_field(error, ERROR_USAGE, "ids", "Give either ids or a filter.");
    if (ids && (!json_object_is_type(ids, json_type_array) ||
                json_object_array_length(ids) > IDS_MAX))
        return Error_set_field(error, ERROR_LIMIT, "ids", "ids is a list of at most %d ids.",
                               IDS_MAX);
    return true;
}

static bool begin(OperationContext *context, const Json *params, bool deletes, Json **result,
                  Error *error)
{
    const ResourceDef *resource = Generic_resource(params, "resource", error);
    Json *changes = Json_get(params, "changes"), *ids = Json_get(params, "ids");
    int64_t count = 0;
    Uid uid;
    char id[UID_TEXT_SIZE];

    if (!resource || !check_choice(params, error) ||
        !authorise(context, resource, deletes, changes, error))
        return false;
    if (!deletes && !json_object_is_type(changes, json_type_object))
        return Error_set_field(error, ERROR_TYPE, "changes", "changes is an object of fields.");
    if (!deletes && !Record_from_json(&context->model, resource, changes, error))
        return false;
    Json *preview = json_object_new_array();
    bool fine = ids ? preview_ids(context, resource, ids, preview, &count, error)
                    : preview_filter(context, resource, params, preview, &count, error);
    if (!fine) {
        json_object_put(preview);
        return false;
    }
    *result = json_object_new_object();
    Json_set_int(*result, "count", count);
    Json_set(*result, "preview", preview);
    if (Json_bool(params, "dry_run", false))
        return true;
    if (!Job_enqueue(context, deletes ? "bulk.delete" : "bulk.update", params, 0, 0, NULL, &uid,
                     error))
        return false;
    Json_set_text(*result, "job", Uid_format(&uid, "job", id));
    return true;
}

static bool bulk_update(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return begin(context, params, false, result, error);
}

static bool bulk_delete(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return begin(context, params, true, result, error);
}

/* ---- running ------------------------------------------------------------------------------ */

typedef struct Bulk {
    OperationContext *context;
    const ResourceDef *resource;
    const Job *job;
    Json *cursor; /* {"after", "index", "done", "failed", "total", "problems"} */
    bool deletes, finished;
} Bulk;

static void note_problem(const Bulk *bulk, const char *label, const Error *problem)
{
    Json *problems = Json_get(bulk->cursor, "problems");

    Json_set_int(bulk->cursor, "failed", Json_int(bulk->cursor, "failed", 0) + 1);
    if (json_object_array_length(problems) >= PROBLEMS_MAX)
        return;
    Json *json = Json_from_error(problem);
    Json_set_text(json, "record", label);
    json_object_array_add(problems, json);
}

/* A row that cannot be changed is left alone and reported; the others go on. */
static bool change_row(const Bulk *bulk, int64_t id, const Json *changes, Error *error)
{
    ModelContext *model = &bulk->context->model;
    Error problem = ERROR_NONE;
    bool done;

    if (!Connection_savepoint(model->connection, error))
        return false;
    if (bulk->deletes) {
        done = Guards_check_removal(bulk->context, bulk->resource, id, &problem) &&
               Model_delete(model, bulk->resource, id, 0, &problem);
    } else {
        Record *record = Record_from_json(model, bulk->resource, changes, &problem);
        done = record && Model_update(model, id, 0, record, NULL, &problem);
    }
    if (done)
        Json_set_int(bulk->cursor, "done", Json_int(bulk->cursor, "done", 0) + 1);
    else
        note_problem(bulk, Model_label(model, bulk->resource, id), &problem);
    return done ? Connection_release(model->connection, error)
                : Connection_rollback(model->connection, error);
}

static bool step_ids(Bulk *bulk, Json *ids, const Json *changes, Error *error)
{
    ModelContext *model = &bulk->context->model;
    size_t index = (size_t)Json_int(bulk->cursor, "index", 0), count = json_object_array_length(ids);

    for (int i = 0; i < STEP_ROWS && index < count; i++, index++) {
        Error problem = ERROR_NONE;
        const char *text = json_object_get_string(json_object_array_get_idx(ids, index));
        int64_t id = Model_resolve(model, bulk->resource, text, &problem);
        if (!id)
            note_problem(bulk, text, &problem);
        else if (!change_row(bulk, id, changes, error))
            return false;
    }
    Json_set_int(bulk->cursor, "index", (int64_t)index);
    bulk->finished = index >= count;
    return true;
}

static bool step_filter(Bulk *bulk, const Json *changes, Error *error)
{
    static const char *const COLUMNS[] = {"label", NULL};
    ModelContext *model = &bulk->context->model;
    ListPage page = {0};
    /* What does not change by the work itself orders the rows. */
    ListQuery query = {.limit = STEP_ROWS, .columns = COLUMNS, .sort = "created_at",
                       .after = Json_text(bulk->cursor, "after")};

    if (!Generic_filter(bulk->context, bulk->resource, bulk->job->payload, &query.filter, error) ||
        !Model_list(model, bulk->resource, &query, &page, error))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        if (!change_row(bulk, Record_id(page.records[i]), changes, error))
            return false;
    }
    Json_set_text(bulk->cursor, "after", page.next);
    bulk->finished = !page.next;
    return true;
}

static bool step(Connection *connection, void *argument, Error *error)
{
    Bulk *bulk = argument;
    const Json *payload = bulk->job->payload;
    Json *ids = Json_get(payload, "ids"), *changes = Json_get(payload, "changes");
    Decision decision;

    if (!Context_authorise(bulk->context, bulk->resource,
                           bulk->deletes ? ACTION_DELETE : ACTION_UPDATE, NULL, &decision, error))
        return false;
    return ids ? step_ids(bulk, ids, changes, error) : step_filter(bulk, changes, error);
}

static Json *first_cursor(void)
{
    Json *cursor = json_object_new_object();

    Json_set(cursor, "problems", json_object_new_array());
    return cursor;
}

static bool run(OperationContext *context, Job *job, bool deletes, Json **result, Error *error)
{
    Bulk bulk = {.context = context, .job = job, .deletes = deletes};
    Arena *whole = context->model.arena;
    bool done = true;

    bulk.resource = Generic_resource(job->payload, "resource", error);
    if (!bulk.resource)
        return false;
    if (!job->cursor)
        job->cursor = first_cursor();
    while (done && !bulk.finished) {
        if (Job_cancelled(context, job)) {
            done = Error_set(error, ERROR_CANCELLED, "Stopped after %lld records.",
                             (long long)Json_int(job->cursor, "done", 0));
            break;
        }
        /* The cursor of this step is only kept when its rows are. */
        Json *next = NULL;
        json_object_deep_copy(job->cursor, &next, NULL);
        bulk.cursor = next;
        context->model.arena = Arena_new(0);
        done = context->model.arena &&
               Job_step(context, job, step, &bulk, next, Json_int(next, "done", 0),
                        Json_int(job->cursor, "total", -1), error);
        Arena_free(context->model.arena);
        context->model.arena = whole;
        json_object_put(done ? job->cursor : next);
        if (done)
            job->cursor = next;
    }
    if (!done)
        return false;
    *result = json_object_new_object();
    Json_set_int(*result, "changed", Json_int(job->cursor, "done", 0));
    Json_set_int(*result, "failed", Json_int(job->cursor, "failed", 0));
    Json_set(*result, "problems", json_object_get(Json_get(job->cursor, "problems")));
    return true;
}

static bool run_update(OperationContext *context, Job *job, Json **result, Error *error)
{
    return run(context, job, false, result, error);
}

static bool run_delete(OperationContext *context, Job *job, Json **result, Error *error)
{
    return run(context, job, true, result, error);
}

static const JobKind KINDS[] = {
    {.name = "bulk.update", .run = run_update, .undoable = true},
    {.name = "bulk.delete", .run = run_delete, .undoable = true},
};

#define CHOICE                                                                                     \
    {.name = "resource", .type = FIELD_TEXT, .required = true, .help = "lead, orders, ..."},       \
    {.name = "ids", .type = FIELD_JSON, .help = "List of ids."},                                   \
    {.name = "filter", .type = FIELD_TEXT, .help = "Instead of ids: every record that fits."},     \
    {.name = "dry_run", .type = FIELD_BOOL, .help = "Only say what would be done."}

static const ParameterDef UPDATE[] = {
    CHOICE,
    {.name = "changes", .type = FIELD_JSON, .required = true, .help = "{\"state\": \"new\"}"},
};
static const ParameterDef DELETE[] = {CHOICE};

static const OperationDef ROWS[] = {
    {.name = "bulk.update", .summary = "Change many records", .kind = OPERATION_WRITE,
     .flags = OPERATION_DANGEROUS, PARAMETERS(UPDATE), .run = bulk_update},
    {.name = "bulk.delete", .summary = "Put many records into the trash",
     .kind = OPERATION_WRITE, .flags = OPERATION_DANGEROUS, PARAMETERS(DELETE),
     .run = bulk_delete},
};

void BulkOperations_register(void)
{
    REGISTER(ROWS);
    Jobs_register(KINDS, sizeof KINDS / sizeof *KINDS);
}
