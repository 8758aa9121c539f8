/* history.c - the change log for people: what was done, taking it back, checking that it is whole. */
#include <stdlib.h>
#include <string.h>
#include "base/datetime.h"
#include "engine/generic.h"
#include "engine/own_operations.h"

static Json *embedded(const char *text)
{
    return text ? Json_parse(text, strlen(text), EMBEDDED_BYTES_MAX, NULL) : NULL;
}

static Json *describe(const Change *change)
{
    char at[40];
    Json *json = json_object_new_object(), *actor = json_object_new_object();
    Json *record = json_object_new_object();

    Json_set_int(json, "id", change->id);
    Json_set_text(json, "at", DateTime_format(change->at, at));
    Json_set_text(actor, "kind", change->actor_kind);
    Json_set_text(actor, "name", change->actor_name);
    Json_set(json, "actor", actor);
    Json_set_text(json, "operation", change->operation);
    Json_set_text(json, "resource", change->resource);
    Json_set_text(record, "id", change->record_uid);
    Json_set_text(record, "label", change->record_label);
    Json_set(json, "record", record);
    Json_set(json, "before", embedded(change->before));
    Json_set(json, "after", embedded(change->after));
    if (change->reason)
        Json_set_text(json, "reason", change->reason);
    if (change->batch_uid)
        Json_set_text(json, "batch", change->batch_uid);
    if (change->undone_by)
        Json_set_int(json, "undone_by", change->undone_by);
    return json;
}

static void drop_masked(Json *values, const char *const *masked)
{
    for (; values && masked && *masked; masked++) {
        if (json_object_is_type(values, json_type_object))
            json_object_object_del(values, *masked);
    }
}

/* Shown when its record may be read; of records with limited reach only what is still there. */
static bool add_visible(OperationContext *context, const Change *change, Json *changes)
{
    const ResourceDef *resource = change->resource ? Resource_find(change->resource) : NULL;

    if (!resource) {
        if (Context_is_system(context) ||
            Rights_has_role(Context_rights(context), context->model.user_id, "owner"))
            json_object_array_add(changes, describe(change));
        return true;
    }
    if (!Generic_may_read(context, resource))
        return false;
    if (context->model.scope) {
        int64_t id = change->record_uid
                         ? Model_resolve(&context->model, resource, change->record_uid, NULL) : 0;
        if (!id || !Model_read(&context->model, resource, id, true, NULL))
            return false;
    }
    Json *json = describe(change);
    drop_masked(Json_get(json, "before"), context->model.masked);
    drop_masked(Json_get(json, "after"), context->model.masked);
    json_object_array_add(changes, json);
    return true;
}

static bool history_list(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *record = Json_text(params, "record");
    int64_t before = Json_int(params, "before", 0), wanted = Json_int(params, "limit", 50);
    Json *changes = json_object_new_array();

    wanted = wanted < 1 ? 1 : wanted > 500 ? 500 : wanted;
    for (int round = 0; round < 20 && (int64_t)json_object_array_length(changes) < wanted; round++) {
        Change *page;
        size_t count;
        if (!Model_history(&context->model, record, (int)wanted, before, &page, &count, error)) {
            json_object_put(changes);
            return false;
        }
        for (size_t i = 0; i < count && (int64_t)json_object_array_length(changes) < wanted; i++) {
            add_visible(context, &page[i], changes);
            before = page[i].id;
        }
        if (count < (size_t)wanted)
            break;
    }
    *result = json_object_new_object();
    Json_set(*result, "changes", changes);
    return true;
}

/* "chg_12", "12" or 12 */
static int64_t change_of(const Json *params)
{
    const Json *value = Json_get(params, "change");

    if (json_object_is_type(value, json_type_string)) {
        const char *text = json_object_get_string((Json *)(uintptr_t)value);
        const char *digits = text + strcspn(text, "0123456789");
        return strtoll(digits, NULL, 10);
    }
    return Json_int(params, "change", 0);
}

/* Others' changes are taken back by those who may configure the tenant. */
static bool check_undo(OperationContext *context, int64_t change, Error *error)
{
    Change *page;
    size_t count;

    if (!change || Context_is_system(context))
        return true;
    if (!Model_history(&context->model, NULL, 1, change + 1, &page, &count, error))
        return false;
    if (!count || page[0].id != change)
        return Error_set(error, ERROR_NOT_FOUND, "There is no change %lld.", (long long)change);
    const ResourceDef *resource = page[0].resource ? Resource_find(page[0].resource) : NULL;
    Decision decision;
    if (resource && !Context_authorise(context, resource, ACTION_UPDATE, NULL, &decision, error))
        return false;
    context->model.masked = NULL;
    if (page[0].actor_name && strcmp(page[0].actor_name, context->model.actor_name) == 0)
        return true;
    const ResourceDef *tenant = Resource_find("tenant");
    if (tenant && Rights_may(Context_rights(context), context->model.user_id, tenant,
                             ACTION_CONFIGURE, NULL))
        return true;
    return Error_set(error, ERROR_FORBIDDEN, "Change %lld was made by %s.", (long long)change,
                     page[0].actor_name ? page[0].actor_name : "somebody else");
}

static bool undo_preview(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t change = change_of(params);

    if (!check_undo(context, change, error))
        return false;
    *result = Model_undo_preview(&context->model, change, error);
    return *result != NULL;
}

static bool undo(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t change = change_of(params);

    if (!check_undo(context, change, error))
        return false;
    context->model.scope = NULL; /* a batch may hold records of other resources */
    return Model_undo(&context->model, change, result, error);
}

static bool audit_verify(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Store *store = TenantHandle_store(context->tenant_handle);
    Connection *connection = Store_reader(store, error);
    int64_t entries = 0;

    if (!connection)
        return false;
    context->model.connection = connection;
    bool whole = Model_verify_chain(&context->model, &entries, error);
    context->model.connection = NULL;
    Store_release(store, connection);
    if (!whole)
        return false;
    *result = json_object_new_object();
    Json_set_int(*result, "entries", entries);
    Json_set_bool(*result, "ok", true);
    return true;
}

static const ParameterDef HISTORY[] = {
    {.name = "record", .type = FIELD_TEXT, .help = "Id of a record; everything when absent."},
    {.name = "limit", .type = FIELD_INT, .help = "At most so many; 50."},
    {.name = "before", .type = FIELD_INT, .help = "Older than the change with this id."},
};
static const ParameterDef UNDO[] = {
    {.name = "change", .type = FIELD_JSON,
     .help = "Id of a change; your own last change or batch when absent."},
};

static const OperationDef ROWS[] = {
    {.name = "history.list", .summary = "Show who changed what", .kind = OPERATION_READ,
     PARAMETERS(HISTORY), .run = history_list},
    {.name = "undo.preview", .summary = "Say what taking a change back would do",
     .kind = OPERATION_READ, PARAMETERS(UNDO), .run = undo_preview},
    {.name = "undo", .summary = "Take a change or a batch back", .kind = OPERATION_WRITE,
     .flags = OPERATION_DANGEROUS, PARAMETERS(UNDO), .run = undo},
    {.name = "audit.verify", .summary = "Check that the change log is whole",
     .kind = OPERATION_WORK, .right = "tenant:read", .run = audit_verify},
};

void HistoryOperations_register(void)
{
    REGISTER(ROWS);
}
