/* exchange_operations.c - import.start, import.preview, export.start and the job behind an export.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/world.h"
#include "engine/context.h"
#include "engine/files.h"
#include "engine/generic.h"
#include "engine/job.h"
#include "model/exchange/export.h"
#include "platform/import_job.h"
#include "platform/parts.h"

/* ---- import --------------------------------------------------------------------------------- */

/* The wire and the command line may both write update_blank. */
static Json *with_plain_words(const Json *params)
{
    Json *copy = NULL;
    const char *on_match = Json_text(params, "on_match");

    json_object_deep_copy((Json *)(uintptr_t)params, &copy, NULL);
    if (copy && on_match && strcmp(on_match, "update_blank") == 0)
        Json_set_text(copy, "on_match", "update-blank");
    return copy;
}

static bool check_import(OperationContext *context, const Json *params, ImportOptions *options,
                         Json **map, FileInfo *info, Error *error)
{
    Decision decision;

    if (!ImportJob_options(params, options, map, error))
        return false;
    if (!Context_authorise(context, options->resource, ACTION_IMPORT, NULL, &decision, error) ||
        !Files_upload(context, Json_text(params, "upload"), info, error))
        return false;
    options->path = info->path;
    return true;
}

static bool import_start(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Json *payload = with_plain_words(params), *map = NULL;
    ImportOptions options = {0};
    FileInfo info;
    char id[UID_TEXT_SIZE];
    Uid uid;
    bool done = payload && check_import(context, payload, &options, &map, &info, error) &&
                Job_enqueue(context, "import", payload, 0, 0, NULL, &uid, error);

    if (done) {
        *result = json_object_new_object();
        Json_set_text(*result, "job", Uid_format(&uid, "job", id));
    }
    json_object_put(map);
    json_object_put(payload);
    return done;
}

static bool import_preview(OperationContext *context, const Json *params, Json **result,
                           Error *error)
{
    Json *payload = with_plain_words(params), *map = NULL;
    Store *store = TenantHandle_store(context->tenant_handle);
    ImportOptions options = {0};
    ImportPlan *plan = NULL;
    FileInfo info;

    context->model.connection = Store_reader(store, error);
    if (payload && context->model.connection &&
        check_import(context, payload, &options, &map, &info, error))
        plan = ImportPlan_make(&context->model, &options, error);
    if (plan)
        *result = ImportPlan_to_json(plan);
    Store_release(store, context->model.connection);
    context->model.connection = NULL;
    ImportPlan_free(plan);
    json_object_put(map);
    json_object_put(payload);
    return *result != NULL;
}

/* ---- export --------------------------------------------------------------------------------- */

/* Reads what is asked for; context->model.connection is a reader or the writer. */
static bool read_export(OperationContext *context, const Json *params, ExportOptions *options,
                        Error *error)
{
    const char *format = Json_text(params, "format");
    Decision decision;

    options->resource = Generic_resource(params, "resource", error);
    options->format = format ? format : "csv";
    options->bom = Json_bool(params, "bom", false);
    return options->resource && Export_check(options, error) &&
           Context_authorise(context, options->resource, ACTION_EXPORT, NULL, &decision, error) &&
           Context_authorise(context, options->resource, ACTION_READ, NULL, &decision, error) &&
           Generic_filter(context, options->resource, params, &options->filter, error) &&
           Generic_names(context, params, "columns", &options->columns, error);
}

static bool export_start(OperationContext *context, const Json *params, Json **result, Error *error)
{
    ExportOptions options = {0};
    char id[UID_TEXT_SIZE];
    Uid uid;

    if (!read_export(context, params, &options, error) ||
        !Job_enqueue(context, "export", params, 0, 0, NULL, &uid, error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "job", Uid_format(&uid, "job", id));
    return true;
}

typedef struct ExportRun {
    OperationContext *context;
    Job *job;
    ExportOptions options;
    int64_t records;
} ExportRun;

static bool go_on(void *argument, int64_t records)
{
    ExportRun *run = argument;

    run->records = records;
    return !Job_cancelled(run->context, run->job);
}

static bool log_export(Connection *connection, void *argument, Error *error)
{
    ExportRun *run = argument;
    Json *after = json_object_new_object();
    const char *filter = Json_text(run->job->payload, "filter");
    bool done;

    Json_set_text(after, "format", run->options.format);
    Json_set_int(after, "records", run->records);
    if (filter)
        Json_set_text(after, "filter", filter);
    done = Model_log(&run->context->model, run->options.resource, NULL,
                     run->options.resource->label_plural, "export.start", NULL, after, error);
    json_object_put(after);
    return done;
}

static bool write_file(ExportRun *run, const char *path, Error *error)
{
    OperationContext *context = run->context;
    Store *store = TenantHandle_store(context->tenant_handle);
    int fd = World_get()->open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = false;

    if (fd < 0)
        return Error_set(error, ERROR_STORAGE, "The export cannot be written: %s.",
                         strerror(errno));
    context->model.connection = Store_reader(store, error);
    if (context->model.connection)
        done = read_export(context, run->job->payload, &run->options, error) &&
               Export_write(&context->model, &run->options, fd, &run->records, go_on, run, error);
    Store_release(store, context->model.connection);
    context->model.connection = NULL;
    context->model.custom = NULL;
    if (close(fd) != 0 && done)
        return Error_set(error, ERROR_STORAGE, "The export cannot be written: %s.",
                         strerror(errno));
    return done;
}

static bool run_export(OperationContext *context, Job *job, Json **result, Error *error)
{
    ExportRun run = {.context = context, .job = job};
    char id[UID_TEXT_SIZE], path[PATHS_MAX], name[160];

    if (!Files_new(context, id, path, error))
        return false;
    if (!write_file(&run, path, error)) {
        unlink(path);
        return false;
    }
    snprintf(name, sizeof name, "%s.%s", run.options.resource->plural, run.options.format);
    if (!Job_step(context, job, log_export, &run, NULL, run.records, run.records, error) ||
        !Files_offer(context, id, name,
                     strcmp(run.options.format, "csv") == 0 ? "text/csv" : "application/json",
                     error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "file", id);
    Json_set_text(*result, "name", name);
    Json_set_int(*result, "records", run.records);
    return true;
}

/* ---- tables --------------------------------------------------------------------------------- */

#define IMPORT_PARAMETERS                                                                         \
    {.name = "resource", .type = FIELD_TEXT, .required = true, .help = "lead, orders, ..."},      \
        {.name = "upload",                                                                        \
         .type = FIELD_TEXT,                                                                      \
         .required = true,                                                                        \
         .help = "Id of the uploaded file."},                                                     \
        {.name = "preset", .type = FIELD_TEXT, .help = "hubspot, shopify, stripe, salesforce."},  \
        {.name = "map", .type = FIELD_JSON, .help = "Header to field: an object, or YAML text."}, \
        {.name = "match", .type = FIELD_TEXT, .help = "Field that tells records apart."},         \
        {.name = "on_match", .type = FIELD_TEXT, .help = "skip, update, update-blank, create."},  \
        {.name = "on_missing", .type = FIELD_TEXT, .help = "create, blank, error."},              \
        {.name = "extra", .type = FIELD_TEXT, .help = "custom, ignore, refuse."},                 \
        {.name = "locale",                                                                        \
         .type = FIELD_TEXT,                                                                      \
         .help = "How numbers and dates are written: de-DE."},                                    \
    {                                                                                             \
        .name = "dry_run", .type = FIELD_BOOL, .help = "Only say what would be done."             \
    }

static const ParameterDef IMPORT[] = {IMPORT_PARAMETERS};
static const ParameterDef EXPORT[] = {
    {.name = "resource", .type = FIELD_TEXT, .required = true, .help = "lead, orders, ..."},
    {.name = "filter", .type = FIELD_TEXT, .help = "Only records that fit."},
    {.name = "format", .type = FIELD_TEXT, .help = "csv, json, jsonl."},
    {.name = "columns", .type = FIELD_JSON, .help = "Names of fields; everything when absent."},
    {.name = "bom", .type = FIELD_BOOL, .help = "CSV with a byte order mark."},
};

static const OperationDef OPERATIONS[] = {
    {.name = "import.start",
     .summary = "Import an uploaded file",
     .kind = OPERATION_WRITE,
     PARAMETERS(IMPORT),
     .run = import_start},
    {.name = "import.preview",
     .summary = "Say how a file would be imported, column by column",
     .kind = OPERATION_WORK,
     PARAMETERS(IMPORT),
     .run = import_preview},
    {.name = "export.start",
     .summary = "Write records to a file",
     .kind = OPERATION_WRITE,
     PARAMETERS(EXPORT),
     .run = export_start},
};

static const JobKind KINDS[] = {
    {.name = "import", .run = ImportJob_run, .undoable = true},
    {.name = "export", .run = run_export},
};

void Exchange_register(void)
{
    REGISTER(OPERATIONS);
    Jobs_register(KINDS, sizeof KINDS / sizeof *KINDS);
}
