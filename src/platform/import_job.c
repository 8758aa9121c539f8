#include "platform/import_job.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/world.h"
#include "base/yaml_tree.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/files.h"
#include "model/exchange/import.h"

/* A step holds the writer for about this long, so that other people's writes hardly wait. */
#define STEP_AIM_US 20000
#define STEP_FIRST 50
#define STEP_MAX 2000

/* ---- options -------------------------------------------------------------------------------- */

/* header: target path; also below a key `columns`. */
static bool read_map(const Json *given, Json **map, Error *error)
{
    Arena *arena;
    YamlNode *root;
    const YamlNode *columns;
    const char *text;

    if (!given)
        return true;
    if (json_object_is_type(given, json_type_object)) {
        *map = json_object_get((Json *)(uintptr_t)given);
        return true;
    }
    text = json_object_get_string((Json *)(uintptr_t)given);
    arena = Arena_new(0);
    root = arena ? Yaml_parse(arena, text, strlen(text), error) : NULL;
    columns = root && root->kind == YAML_MAPPING ? Yaml_get(root, "columns") : NULL;
    if (columns && columns->kind == YAML_MAPPING)
        *map = Yaml_to_json(columns);
    else if (root && root->kind == YAML_MAPPING)
        *map = Yaml_to_json(root);
    else if (!Error_present(error))
        Error_set_field(error, ERROR_USAGE, "map", "The map is a list of lines \"header: field\".");
    Arena_free(arena);
    return *map != NULL;
}

bool ImportJob_options(const Json *parameters, ImportOptions *options, Json **map, Error *error)
{
    *map = NULL;
    if (!read_map(Json_get(parameters, "map"), map, error))
        return false;
    if (!ImportOptions_read(parameters, options, error)) {
        json_object_put(*map);
        *map = NULL;
        return false;
    }
    options->map = *map;
    return true;
}

/* ---- the record of the import --------------------------------------------------------------- */

typedef struct Run {
    OperationContext *context;
    Job *job;
    ImportOptions options;
    Json *map;
    Import *import;
    DraftBatch *batch;
    Json *cursor;            /* of the step at hand */
    int64_t spent_us;        /* inside the writer, by the last step */
    char uid[UID_TEXT_SIZE]; /* public id of the import_job */
    char errors_id[UID_TEXT_SIZE], errors_path[PATHS_MAX];
} Run;

static const char *source_of(const ImportPlan *plan)
{
    if (plan->preset && (strcmp(plan->preset->product, "hubspot") == 0 ||
                         strcmp(plan->preset->product, "shopify") == 0 ||
                         strcmp(plan->preset->product, "stripe") == 0))
        return plan->preset->product;
    return plan->facts.kind == FILE_JSON ? "json" : "csv";
}

static void put(Record *record, const char *name, const char *text)
{
    Record_set_text(record, Resource_field(record->resource, name), text);
}

static void put_counts(Record *record, const Json *counts)
{
    static const char *const NAMES[] = {"total", "created", "updated", "skipped", "failed"};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        Record_set_int(record, Resource_field(record->resource, NAMES[i]),
                       Json_int(counts, NAMES[i], 0));
}

/* First step: custom fields and the record that tells about the import, with the plan in it. */
static bool first_step(Connection *connection, void *argument, Error *error)
{
    static const char *const ON_MATCH[] = {"skip", "update", "update_blank_only", "create"};
    static const char *const ON_MISSING[] = {"create", "create", "blank", "error"};
    Run *run = argument;
    ModelContext *model = &run->context->model;
    const ImportPlan *plan = Import_plan(run->import);
    const ResourceDef *resource = Resource_find("import_job");
    Record *record = Record_new(model->arena, resource);
    char delimiter[2] = {plan->delimiter, '\0'};
    Json *mapping;
    Uid uid;

    model->importing = true;
    model->custom = NULL;
    if (!record || !Import_prepare(run->import, model, error))
        return false;
    mapping = ImportPlan_to_json(plan);
    put(record, "mapping", Arena_strdup(model->arena, Json_serialise(mapping, NULL)));
    json_object_put(mapping);
    put(record, "entity", plan->options.resource->name);
    put(record, "source", source_of(plan));
    if (plan->facts.kind == FILE_SEPARATED)
        put(record, "delimiter", delimiter);
    put(record, "encoding", TEXT_ENCODING_NAMES[plan->facts.encoding]);
    put(record, "on_match", ON_MATCH[plan->options.on_match]);
    put(record, "on_missing_ref", ON_MISSING[plan->options.on_missing]);
    put(record, "state", "running");
    Record_set_int(record, Resource_field(resource, "has_header"), 1);
    Record_set_int(record, Resource_field(resource, "total"), plan->rows);
    if (!Model_create(model, record, NULL, error))
        return false;
    uid = Record_uid(record);
    Uid_format(&uid, resource->prefix, run->uid);
    Json_set_text(run->cursor, "import", run->uid);
    return true;
}

static bool last_step(Connection *connection, void *argument, Error *error)
{
    Run *run = argument;
    ModelContext *model = &run->context->model;
    const ResourceDef *resource = Resource_find("import_job");
    Json *counts = Import_result(run->import, run->uid);
    Record *record = Record_new(model->arena, resource);
    int64_t id = Model_resolve(model, resource, run->uid, error);
    bool done = record && id;

    model->importing = true;
    if (done) {
        put_counts(record, counts);
        put(record, "state", Import_all_failed(run->import) ? "failed" : "done");
        done = Model_update(model, id, 0, record, NULL, error);
    }
    Json_set(run->cursor, "finished", counts);
    return done;
}

/* ---- steps ---------------------------------------------------------------------------------- */

static bool batch_step(Connection *connection, void *argument, Error *error)
{
    Run *run = argument;
    int64_t started = World_monotonic();
    bool done;

    run->context->model.custom = NULL;
    done = Import_write(run->import, &run->context->model, run->batch, run->cursor, error);
    run->spent_us = World_monotonic() - started;
    return done;
}

static bool prepare_dry(Connection *connection, void *argument, Error *error)
{
    Run *run = argument;

    run->context->model.custom = NULL;
    return Import_prepare(run->import, &run->context->model, error);
}

/* One transaction with an arena of its own; the cursor is kept only when the step is. */
static bool take_step(Run *run, StoreWork work, Error *error)
{
    OperationContext *context = run->context;
    Arena *whole = context->model.arena;
    bool dry = run->options.dry_run, done;

    run->cursor = NULL;
    json_object_deep_copy(run->job->cursor, &run->cursor, NULL);
    context->model.arena = Arena_new(0);
    context->model.now = World_now();
    done = context->model.arena && run->cursor &&
           Job_step(context, run->job, work, run, dry ? NULL : run->cursor,
                    Import_done(run->import), Import_plan(run->import)->rows, error);
    Arena_free(context->model.arena);
    context->model.arena = whole;
    context->model.custom = NULL;
    if (done) {
        json_object_put(run->job->cursor);
        run->job->cursor = run->cursor;
    } else {
        json_object_put(run->cursor);
    }
    return done;
}

typedef struct Ahead {
    Import *import;
    size_t limit;
    DraftBatch *batch;
    Error error;
} Ahead;

static void *read_ahead(void *argument)
{
    Ahead *ahead = argument;

    ahead->batch = Import_read(ahead->import, ahead->limit, &ahead->error);
    return NULL;
}

/* How many records the next step takes, from what this one cost. */
static size_t next_size(size_t size, int64_t spent_us)
{
    int64_t per_record = spent_us / (int64_t)size + 1;
    size_t fits = (size_t)(STEP_AIM_US / per_record);

    if (fits > size * 2)
        fits = size * 2;
    return fits < 10 ? 10 : fits > STEP_MAX ? STEP_MAX : fits;
}

static bool write_batch(Run *run, Error *error)
{
    if (take_step(run, batch_step, error))
        return true;
    if (!Import_wants_again(run->import))
        return false;
    Error_clear(error);
    return take_step(run, batch_step, error);
}

/* Reads the next batch while the writer writes this one. */
static bool write_batches(Run *run, Error *error)
{
    Ahead ahead = {.import = run->import, .limit = STEP_FIRST};
    size_t size = STEP_FIRST;
    bool fine = true;

    read_ahead(&ahead);
    while (fine && ahead.batch) {
        pthread_t thread;
        bool threaded;

        if (Job_cancelled(run->context, run->job)) {
            Import_free_batch(ahead.batch);
            return Error_set(error, ERROR_CANCELLED, "The import was stopped after %lld rows.",
                             (long long)Import_done(run->import));
        }
        size_t records = ahead.limit;

        run->batch = ahead.batch;
        ahead.batch = NULL;
        ahead.limit = size;
        threaded = pthread_create(&thread, NULL, read_ahead, &ahead) == 0;
        fine = write_batch(run, error);
        size = next_size(records, run->spent_us);
        if (threaded)
            pthread_join(thread, NULL);
        else
            read_ahead(&ahead);
        Import_free_batch(run->batch);
    }
    if (fine && Error_present(&ahead.error)) {
        *error = ahead.error;
        fine = false;
    }
    Import_free_batch(ahead.batch);
    return fine;
}

/* ---- the job -------------------------------------------------------------------------------- */

/* The plan that an earlier attempt wrote down. */
static ImportPlan *saved_plan(Run *run, Error *error)
{
    ModelContext *model = &run->context->model;
    const ResourceDef *resource = Resource_find("import_job");
    int64_t id = Model_resolve(model, resource, run->uid, error);
    Record *record = id ? Model_read(model, resource, id, true, error) : NULL;
    const char *mapping = record ? Record_text(record, Resource_field(resource, "mapping")) : NULL;
    Json *json = mapping ? Json_parse(mapping, strlen(mapping), 16u * 1024 * 1024, error) : NULL;
    ImportPlan *plan = json ? ImportPlan_from_json(&run->options, json, error) : NULL;

    json_object_put(json);
    return plan;
}

static ImportPlan *make_plan(Run *run, Error *error)
{
    OperationContext *context = run->context;
    Store *store = TenantHandle_store(context->tenant_handle);
    const char *import = run->job->cursor ? Json_text(run->job->cursor, "import") : NULL;
    ImportPlan *plan;

    context->model.connection = Store_reader(store, error);
    if (!context->model.connection)
        return NULL;
    if (import) {
        snprintf(run->uid, sizeof run->uid, "%s", import);
        plan = saved_plan(run, error);
    } else {
        plan = ImportPlan_make(&context->model, &run->options, error);
    }
    Store_release(store, context->model.connection);
    context->model.connection = NULL;
    context->model.custom = NULL;
    return plan;
}

/* The file of refused rows: a new one, or that of the earlier attempt. */
static bool find_errors_file(Run *run, Error *error)
{
    const Json *cursor = run->job->cursor;
    const char *id = cursor ? Json_text(cursor, "errors_id") : NULL;
    const char *path = cursor ? Json_text(cursor, "errors_path") : NULL;

    if (id && path) {
        snprintf(run->errors_id, sizeof run->errors_id, "%s", id);
        snprintf(run->errors_path, sizeof run->errors_path, "%s", path);
        return true;
    }
    return Files_new(run->context, run->errors_id, run->errors_path, error);
}

static bool open_import(Run *run, Error *error)
{
    ImportPlan *plan = make_plan(run, error);
    bool resumed = run->uid[0] != '\0';

    if (!plan || !find_errors_file(run, error)) {
        ImportPlan_free(plan);
        return false;
    }
    run->import = Import_open(plan, run->context->model.tenant, run->context->model.now,
                              run->errors_path, error);
    if (!run->import)
        return false;
    if (!run->job->cursor) {
        run->job->cursor = json_object_new_object();
        Json_set_text(run->job->cursor, "errors_id", run->errors_id);
        Json_set_text(run->job->cursor, "errors_path", run->errors_path);
    }
    if (!resumed)
        return take_step(run, run->options.dry_run ? prepare_dry : first_step, error);
    return take_step(run, prepare_dry, error) &&
           Import_resume(run->import, run->job->cursor, error);
}

/* Every row is written, and result says so; what is left may be done again. */
static bool offer_result(Run *run, Json **result, Error *error)
{
    bool failed = Json_int(*result, "failed", 0) > 0;

    if (failed && !Files_offer(run->context, run->errors_id, "errors.csv", "text/csv", error))
        return false;
    if (failed)
        Json_set_text(*result, "errors_file", run->errors_id);
    TenantHandle_refresh(run->context->tenant_handle);
    return true;
}

static bool finish_import(Run *run, Json **result, Error *error)
{
    if (!run->options.dry_run && !take_step(run, last_step, error))
        return false;
    *result = Import_result(run->import, run->options.dry_run ? NULL : run->uid);
    return offer_result(run, result, error);
}

/* An earlier attempt ended between its last step and the note that the job is done: its upload may
 * be gone already. */
static bool finish_again(Run *run, const Json *finished, Json **result, Error *error)
{
    json_object_deep_copy((Json *)(uintptr_t)finished, result, NULL);
    return *result && find_errors_file(run, error) && offer_result(run, result, error);
}

bool ImportJob_run(OperationContext *context, Job *job, Json **result, Error *error)
{
    Run run = {.context = context, .job = job};
    const char *upload = Json_text(job->payload, "upload");
    const Json *finished = job->cursor ? Json_get(job->cursor, "finished") : NULL;
    FileInfo info;
    Decision decision;
    bool done;

    if (finished) {
        done = finish_again(&run, finished, result, error);
        if (done)
            Files_remove_upload(context, upload);
        return done;
    }
    if (!ImportJob_options(job->payload, &run.options, &run.map, error))
        return false;
    done = upload && Files_upload(context, upload, &info, error) &&
           Context_authorise(context, run.options.resource, ACTION_IMPORT, NULL, &decision, error);
    if (done) {
        run.options.path = info.path;
        done = open_import(&run, error) && write_batches(&run, error) &&
               finish_import(&run, result, error);
    }
    if (done)
        Files_remove_upload(context, upload);
    Import_close(run.import);
    json_object_put(run.map);
    return done;
}
