/* status.c - who one is, how the engine does, the settings of the organisation. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/datetime.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "platform/parts.h"

static bool whoami(OperationContext *context, const Json *params, Json **result, Error *error)
{
    *result = Session_describe(context, error);
    return *result != NULL;
}

static int64_t resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file && fscanf(file, "%*s %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static bool engine_status(OperationContext *context, const Json *params, Json **result, Error *error)
{
    EngineFigures figures;
    StoreFigures store;
    char text[40];
    Json *json = json_object_new_object();

    Engine_figures(context->engine, &figures);
    Store_figures(TenantHandle_store(context->tenant_handle), &store);
    Json_set_int(json, "pid", getpid());
    Json_set_text(json, "version", PACKAGE_VERSION);
    Json_set_text(json, "home", Engine_home(context->engine));
    Json_set_text(json, "started_at", DateTime_format(Engine_started_at(context->engine), text));
    Json_set_int(json, "uptime_s", figures.uptime_us / MICROSECONDS_PER_SECOND);
    Json_set_int(json, "sessions", figures.sessions);
    Json_set_int(json, "tenants_open", figures.tenants_open);
    Json_set_int(json, "requests", figures.requests);
    Json_set_int(json, "rss_bytes", resident_bytes());
    Json_set_int(json, "schema_version",
                 TENANT_MIGRATIONS[TENANT_MIGRATION_COUNT - 1].version);
    Json_set_text(json, "resources", RESOURCE_CHECKSUM);
    Json_set_int(json, "queue", figures.queued + store.queued);
    Json_set_int(json, "jobs_running", figures.jobs_running);
    Json_set_int(json, "file_bytes", store.file_bytes);
    Json_set_int(json, "wal_bytes", store.wal_bytes);
    Json_set_int(json, "commits", store.commits);
    Json_set_int(json, "writes", store.writes);
    Json_set_int(json, "worst_commit_us", store.worst_commit_us);
    *result = json;
    return true;
}

static bool engine_stop(OperationContext *context, const Json *params, Json **result, Error *error)
{
    if (!Session_is_home_owner(context->session) && !Context_has_role(context, "owner"))
        return Error_set(error, ERROR_FORBIDDEN, "Only an owner may stop the engine.");
    Engine_request_stop(context->engine);
    return true;
}

/* ---- the organisation --------------------------------------------------------------------- */

static bool tenant_get(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Record *record = Model_read(&context->model, Resource_find("tenant"),
                                context->model.tenant->id, false, error);

    if (record)
        *result = Record_to_json(&context->model, record, NULL, error);
    return *result != NULL;
}

static bool tenant_update(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = Resource_find("tenant");
    Json *fields = json_object_new_object();

    json_object_object_foreach((Json *)(uintptr_t)params, name, value) {
        if (strcmp(name, "version") != 0 && strcmp(name, "id") != 0)
            json_object_object_add(fields, name, json_object_get(value));
    }
    Record *changes = NULL;
    if (Json_get(fields, "slug"))
        Error_set_field(error, ERROR_RULE, "slug", "The slug of a company does not change.");
    else
        changes = Record_from_json(&context->model, resource, fields, error);
    json_object_put(fields);
    return changes && Model_update(&context->model, context->model.tenant->id,
                                   Json_int(params, "version", 0), changes, NULL, error) &&
           tenant_get(context, params, result, error);
}

static const ParameterDef UPDATE[] = {
    {.name = "id", .type = FIELD_TEXT, .help = "Not needed: there is one."},
    {.name = "version", .type = FIELD_INT, .help = "The version that you saw."},
};
static const ParameterDef GET[] = {
    {.name = "id", .type = FIELD_TEXT, .help = "Not needed: there is one."},
};

static const OperationDef ROWS[] = {
    {.name = "whoami", .summary = "Who one is, in which company, with which roles",
     .kind = OPERATION_WORK, .run = whoami},
    {.name = "engine.status", .summary = "How the engine does", .kind = OPERATION_READ,
     .run = engine_status},
    {.name = "engine.stop", .summary = "Stop the engine", .kind = OPERATION_READ,
     .flags = OPERATION_DANGEROUS, .run = engine_stop},
    {.name = "tenant.get", .summary = "Show the settings of the organisation",
     .kind = OPERATION_READ, .right = "tenant:read", PARAMETERS(GET), .run = tenant_get},
    {.name = "tenant.update", .summary = "Change the settings of the organisation",
     .kind = OPERATION_WRITE, .right = "tenant:update", .flags = OPERATION_FIELDS,
     PARAMETERS(UPDATE), .run = tenant_update},
};

void Status_register(void)
{
    Operations_register(ROWS, sizeof ROWS / sizeof *ROWS);
}
