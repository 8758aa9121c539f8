/* generic_write.c - create, update, delete, archive, merge and transitions of every resource. */
#include <string.h>
#include "engine/generic.h"
#include "engine/guards.h"
#include "engine/own_operations.h"
#include "engine/stream.h"

/* A record that one may not see oneself may not be made, nor may one be pushed out of one's own sight
 * unless one may assign records. */
static bool check_reach(OperationContext *context, int64_t id, Action action, Error *error)
{
    const ResourceDef *resource = context->resource;
    const FilterNode *scope = context->model.scope;

    if (!scope)
        return true;
    context->model.scope = context->reach;
    Record *seen = Model_read(&context->model, resource, id, false, NULL);
    context->model.scope = scope;
    if (seen && !Stream_parent_is_open(context, seen))
        return Error_set(error, ERROR_FORBIDDEN, "Your role does not reach the record that this %s "
                         "belongs to.", resource->name);
    if (seen)
        return true;
    if (action == ACTION_UPDATE && Context_rights(context) &&
        Rights_may(Context_rights(context), context->model.user_id, resource, ACTION_ASSIGN,
                   NULL))
        return true;
    return Error_set(error, ERROR_FORBIDDEN, "Your role does not reach this %s.", resource->name);
}

/* The answer is what the caller may read; a right to write alone gives the id only. */
static Json *answer(OperationContext *context, int64_t id, Error *error)
{
    const ResourceDef *resource = context->resource;

    if (Generic_may_read(context, resource)) {
        Json *record = Generic_record(context, resource, id, false, NULL);
        if (record)
            return record;
    }
    context->model.scope = NULL;
    Record *record = Model_read(&context->model, resource, id, true, error);
    if (!record)
        return NULL;
    char text[UID_TEXT_SIZE];
    Uid uid = Record_uid(record);
    Json *json = json_object_new_object();
    Json_set_text(json, "id", Uid_format(&uid, resource->prefix, text));
    return json;
}

static bool create(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Record *created;
    Record *record = Record_from_json(&context->model, context->resource, params, error);

    if (!record || !Model_create(&context->model, record, &created, error) ||
        !check_reach(context, Record_id(created), ACTION_CREATE, error))
        return false;
    *result = answer(context, Record_id(created), error);
    return *result != NULL;
}

static const char *const NOT_FIELDS[] = {"id", "version", "event", NULL};

/* The fields that are left when the call's own parameters are taken away. */
static Record *changes_of(OperationContext *context, const Json *params, Error *error)
{
    Json *fields = Generic_without(params, NOT_FIELDS);
    Record *changes = Record_from_json(&context->model, context->resource, fields, error);

    json_object_put(fields);
    return changes;
}

static bool update(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t id = Generic_id(context, context->resource, params, "id", error);
    Record *changes = id ? changes_of(context, params, error) : NULL;
    Record *updated;

    if (!changes || !Model_update(&context->model, id, Json_int(params, "version", 0), changes,
                                  &updated, error) ||
        !check_reach(context, id, ACTION_UPDATE, error))
        return false;
    *result = answer(context, id, error);
    return *result != NULL;
}

static bool delete_(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t id = Generic_id(context, context->resource, params, "id", error);

    return id && Guards_check_removal(context, context->resource, id, error) &&
           Model_delete(&context->model, context->resource, id,
                              Json_int(params, "version", 0), error);
}

static bool restore(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t id = Generic_id(context, context->resource, params, "id", error);

    if (!id || !Model_restore(&context->model, context->resource, id, error))
        return false;
    *result = answer(context, id, error);
    return *result != NULL;
}

static bool set_archived(OperationContext *context, const Json *params, bool archived, Json **result,
                         Error *error)
{
    int64_t id = Generic_id(context, context->resource, params, "id", error);

    if (!id || (archived && !Guards_check_removal(context, context->resource, id, error)) ||
        !Model_archive(&context->model, context->resource, id, archived, error))
        return false;
    *result = answer(context, id, error);
    return *result != NULL;
}

static bool archive(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return set_archived(context, params, true, result, error);
}

static bool unarchive(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return set_archived(context, params, false, result, error);
}

static bool merge(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = context->resource;
    int64_t survivor = Generic_id(context, resource, params, "survivor", error);
    int64_t merged = survivor ? Generic_id(context, resource, params, "merged", error) : 0;

    if (!merged || !Model_merge(&context->model, resource, survivor, merged,
                                Json_get(params, "choices"), error))
        return false;
    *result = answer(context, survivor, error);
    return *result != NULL;
}

/* lead.qualify is lead.transition with its event. */
static bool transition(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *event = Json_text(params, "event");
    int64_t id = Generic_id(context, context->resource, params, "id", error);
    Record *with = id ? changes_of(context, params, error) : NULL;
    Record *updated;

    if (!event)
        event = strrchr(context->model.operation, '.') + 1;
    if (with && strcmp(event, "transition") == 0)
        return Error_set_field(error, ERROR_REQUIRED, "event", "event is needed.");
    if (!with || !Model_transition(&context->model, context->resource, id,
                                   Json_int(params, "version", 0), event, with, &updated, error))
        return false;
    *result = answer(context, id, error);
    return *result != NULL;
}

#define ID                                                                                         \
    {.name = "id", .type = FIELD_REFERENCE, .required = true, .reference = "@",                    \
     .help = "Id, number or unique name."}
#define VERSION {.name = "version", .type = FIELD_INT, .help = "The version that you saw."}

static const ParameterDef ID_VERSION[] = {ID, VERSION};
static const ParameterDef ID_ONLY[] = {ID};
static const ParameterDef MERGE[] = {
    {.name = "survivor", .type = FIELD_REFERENCE, .required = true, .reference = "@",
     .help = "The record that stays."},
    {.name = "merged", .type = FIELD_REFERENCE, .required = true, .reference = "@",
     .help = "The record that goes into it."},
    {.name = "choices", .type = FIELD_JSON, .help = "{\"field\": \"survivor\" or \"merged\"}"},
};
static const ParameterDef TRANSITION[] = {
    ID, VERSION,
    {.name = "event", .type = FIELD_TEXT, .help = "Name of the transition."},
};

static const OperationDef GENERIC[] = {
    {.name = "create", .summary = "Make a record", .kind = OPERATION_WRITE, .right = "@:create",
     .flags = OPERATION_FIELDS, .run = create},
    {.name = "update", .summary = "Change a record", .kind = OPERATION_WRITE,
     .right = "@:update", .flags = OPERATION_FIELDS, PARAMETERS(ID_VERSION), .run = update},
    {.name = "delete", .summary = "Put a record into the trash", .kind = OPERATION_WRITE,
     .right = "@:delete", .flags = OPERATION_DANGEROUS, PARAMETERS(ID_VERSION), .run = delete_},
    {.name = "restore", .summary = "Take a record out of the trash", .kind = OPERATION_WRITE,
     .right = "@:delete", PARAMETERS(ID_ONLY), .run = restore},
    {.name = "archive", .summary = "Hide a record from lists", .kind = OPERATION_WRITE,
     .right = "@:archive", PARAMETERS(ID_ONLY), .run = archive},
    {.name = "unarchive", .summary = "Show an archived record again", .kind = OPERATION_WRITE,
     .right = "@:archive", PARAMETERS(ID_ONLY), .run = unarchive},
    {.name = "merge", .summary = "Make one record of two", .kind = OPERATION_WRITE,
     .right = "@:merge", .flags = OPERATION_DANGEROUS, PARAMETERS(MERGE), .run = merge},
    {.name = "transition", .summary = "Move a record to another state", .kind = OPERATION_WRITE,
     .right = "@:transition", .flags = OPERATION_FIELDS, PARAMETERS(TRANSITION),
     .run = transition},
};

void WriteOperations_register(void)
{
    REGISTER_GENERIC(GENERIC);
}
