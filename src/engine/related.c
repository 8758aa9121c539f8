/* related.c - what happened to a record, and which other records refer to it. */
#include <string.h>
#include "base/datetime.h"
#include "engine/generic.h"
#include "engine/own_operations.h"

#define RELATED_SHOWN 5
#define RELATED_COUNTED 1000

/* ---- timeline ----------------------------------------------------------------------------- */

static Json *entry_of(Statement *row)
{
    char at[40];
    Json *entry = json_object_new_object(), *actor = json_object_new_object();
    const char *detail = Statement_text(row, 4), *name = Statement_text(row, 5);

    Json_set_int(entry, "id", Statement_int(row, 6));
    Json_set_text(entry, "at", DateTime_format(Statement_int(row, 0), at));
    Json_set_text(entry, "kind", Statement_text(row, 1));
    Json_set_text(actor, "kind", Statement_text(row, 2));
    Json_set_text(actor, "name", name);
    Json_set(entry, "actor", actor);
    Json_set_text(entry, "title", Statement_text(row, 3));
    Json_set(entry, "detail", detail ? Json_parse(detail, strlen(detail), EMBEDDED_BYTES_MAX, NULL)
                                     : NULL);
    return entry;
}

static bool timeline(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = context->resource;
    int64_t id = Generic_id(context, resource, params, "id", error);
    int64_t limit = Json_int(params, "limit", 50);

    if (!id || !Model_read(&context->model, resource, id, true, error))
        return false;
    Statement *row = Connection_prepare(
        context->model.connection,
        "SELECT a.at, a.kind, a.actor_kind, a.title, a.detail, u.name, a.id FROM activity a"
        " LEFT JOIN user_ u ON u.id = a.actor_id"
        " WHERE a.tenant_id = ?1 AND a.entity = ?2 AND a.record_id = ?3 AND a.deleted_at IS NULL"
        " AND (?4 = 0 OR a.id < ?4) ORDER BY a.id DESC LIMIT ?5", error);
    if (!row)
        return false;
    Statement_bind_int(row, 1, context->model.tenant->id);
    Statement_bind_text(row, 2, resource->name);
    Statement_bind_int(row, 3, id);
    Statement_bind_int(row, 4, Json_int(params, "before", 0));
    Statement_bind_int(row, 5, limit < 1 ? 1 : limit > 500 ? 500 : limit);
    Json *entries = json_object_new_array();
    StepResult step;
    while ((step = Statement_step(row, error)) == STEP_ROW)
        json_object_array_add(entries, entry_of(row));
    Statement_reset(row);
    if (step == STEP_FAILED) {
        json_object_put(entries);
        return false;
    }
    *result = json_object_new_object();
    Json_set(*result, "entries", entries);
    return true;
}

/* ---- related ------------------------------------------------------------------------------ */

/* Fields of other records that point at this one: {"invoice", "company_id"}. */
static FilterNode *pointing(OperationContext *context, const ResourceDef *other,
                            const FieldDef *field, const char *id)
{
    const ResourceDef *resource = context->resource;
    Arena *arena = context->model.arena;

    if (field->flags & (FIELD_SYSTEM | FIELD_LIST))
        return NULL;
    if (field->type == FIELD_REFERENCE && field->reference &&
        strcmp(field->reference, resource->name) == 0) {
        FilterNode *node = Filter_compare(arena, field->name, FILTER_EQUAL, id);
        if (node && node->value_count)
            node->values[0].quoted = true;
        return node;
    }
    return NULL;
}

static bool add_group(OperationContext *context, const ResourceDef *other, const FieldDef *field,
                      const FilterNode *filter, Json *groups, Error *error)
{
    ListPage page = {0};
    ListQuery query = {.filter = filter, .limit = RELATED_SHOWN};
    int64_t count;
    bool more;

    if (!Model_list(&context->model, other, &query, &page, error))
        return false;
    if (page.count == 0)
        return true;
    if (!Model_count(&context->model, other, filter, RELATED_COUNTED, &count, &more, error))
        return false;
    Json *group = json_object_new_object();
    size_t listed = 0;
    while (other->list && other->list[listed])
        listed++;
    const char **columns = ARENA_ARRAY(context->model.arena, const char *, listed + 2);
    if (columns) {
        columns[0] = "label";
        memcpy(columns + 1, other->list, listed * sizeof *columns);
    }
    Json_set_text(group, "resource", other->name);
    Json_set_text(group, "label", other->label_plural);
    Json_set_text(group, "field", field->name);
    Json_set_int(group, "count", count);
    Json_set_bool(group, "more", more);
    Json_set(group, "records", Generic_records(context, &page, columns, error));
    json_object_array_add(groups, group);
    return !Error_present(error);
}

static bool add_groups(OperationContext *context, const ResourceDef *other, const char *id,
                       Json *groups, Error *error)
{
    bool allowed = false, asked = false;

    for (int i = other->first_own; i < other->field_count; i++) {
        FilterNode *filter = pointing(context, other, &other->fields[i], id);
        if (!filter)
            continue;
        if (!asked)
            allowed = Generic_may_read(context, other);
        asked = true;
        if (allowed && !add_group(context, other, &other->fields[i], filter, groups, error))
            return false;
    }
    return true;
}

static bool related(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = context->resource;
    int64_t row = Generic_id(context, resource, params, "id", error);
    Record *record = row ? Model_read(&context->model, resource, row, false, error) : NULL;
    char id[UID_TEXT_SIZE];

    if (!record)
        return false;
    Uid uid = Record_uid(record);
    Uid_format(&uid, resource->prefix, id);
    Json *groups = json_object_new_array();
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        if (!add_groups(context, RESOURCES[i], id, groups, error)) {
            json_object_put(groups);
            return false;
        }
    }
    *result = json_object_new_object();
    Json_set(*result, "groups", groups);
    return true;
}

static const ParameterDef TIMELINE[] = {
    {.name = "id", .type = FIELD_REFERENCE, .required = true, .reference = "@"},
    {.name = "limit", .type = FIELD_INT, .help = "At most so many; 50."},
    {.name = "before", .type = FIELD_INT, .help = "Older than the entry with this id."},
};
static const ParameterDef RELATED[] = {
    {.name = "id", .type = FIELD_REFERENCE, .required = true, .reference = "@"},
};

static const OperationDef GENERIC[] = {
    {.name = "timeline", .summary = "Show what happened to a record", .kind = OPERATION_READ,
     .right = "@:read", PARAMETERS(TIMELINE), .run = timeline},
    {.name = "related", .summary = "Show records that refer to a record",
     .kind = OPERATION_READ, .right = "@:read", PARAMETERS(RELATED), .run = related},
};

void RelatedOperations_register(void)
{
    REGISTER_GENERIC(GENERIC);
}
