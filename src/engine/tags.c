/* tags.c - words that people stick on records. */
#include <string.h>
#include "base/text.h"
#include "engine/generic.h"
#include "engine/own_operations.h"

/* The tag with this name; made when `make` and missing.  0 + error, or 0 without one when not made. */
static int64_t find_tag(OperationContext *context, const char *name, bool make, Error *error)
{
    const ResourceDef *tag = Resource_find("tag");
    const char *folded = Text_folded(context->model.arena, name);
    Statement *row = Connection_prepare(
        context->model.connection, "SELECT id FROM tag WHERE tenant_id = ?1 AND FOLD(name) = ?2"
        " AND deleted_at IS NULL ORDER BY id LIMIT 1", error);

    if (!row || !folded)
        return 0;
    Statement_bind_int(row, 1, context->model.tenant->id);
    Statement_bind_text(row, 2, folded);
    int64_t id = Statement_scalar(row, 0, error);
    if (id || !make || Error_present(error))
        return id;
    Json *json = json_object_new_object();
    Json_set_text(json, "name", name);
    Record *record = Record_from_json(&context->model, tag, json, error), *created;
    json_object_put(json);
    return record && Model_create(&context->model, record, &created, error) ? Record_id(created) : 0;
}

static bool link_exists(OperationContext *context, int64_t tag, const char *entity, int64_t id,
                        Error *error)
{
    Statement *row = Connection_prepare(
        context->model.connection, "SELECT count(*) FROM tag_link WHERE parent_id = ?1"
        " AND entity = ?2 AND record_id = ?3", error);

    if (!row)
        return false;
    Statement_bind_int(row, 1, tag);
    Statement_bind_text(row, 2, entity);
    Statement_bind_int(row, 3, id);
    return Statement_scalar(row, 0, error) > 0;
}

/* One link; the children of a tag are too many to be written as a list. */
static bool change_links(OperationContext *context, int64_t tag_id, const ResourceDef *resource,
                         int64_t id, bool add, Error *error)
{
    const ResourceDef *tag = Resource_find("tag");
    const ResourceDef *link = Resource_find_child(tag, "tag_link");
    Statement *statement = Connection_prepare(
        context->model.connection,
        add ? "INSERT INTO tag_link (tenant_id, parent_id, position, entity, record_id)"
              " SELECT ?1, ?2, coalesce(max(position), 0) + 1, ?3, ?4 FROM tag_link"
              " WHERE parent_id = ?2"
            : "DELETE FROM tag_link WHERE tenant_id = ?1 AND parent_id = ?2 AND entity = ?3"
              " AND record_id = ?4", error);

    if (!link || !statement)
        return link ? false : Error_set(error, ERROR_INTERNAL, "Tags have no links.");
    Statement_bind_int(statement, 1, context->model.tenant->id);
    Statement_bind_int(statement, 2, tag_id);
    Statement_bind_text(statement, 3, resource->name);
    Statement_bind_int(statement, 4, id);
    return Statement_run(statement, error);
}

static bool log_tag(OperationContext *context, const ResourceDef *resource, int64_t id,
                    const char *name, bool add, Error *error)
{
    Record *record = Model_read(&context->model, resource, id, false, error);
    Json *json = json_object_new_object();

    if (!record) {
        json_object_put(json);
        return false;
    }
    Uid uid = Record_uid(record);
    Json_set_text(json, "tag", name);
    bool done = Model_log(&context->model, resource, &uid,
                          Model_label(&context->model, resource, id), context->model.operation,
                          add ? NULL : json, add ? json : NULL, error);
    json_object_put(json);
    if (done && context->model.on_event)
        context->model.on_event(&context->model, context->model.operation, resource, &uid);
    return done;
}

static bool change_tag(OperationContext *context, const Json *params, bool add, Error *error)
{
    const ResourceDef *resource = Generic_resource(params, "resource", error);
    const char *name = Json_text(params, "tag");
    Decision decision;

    if (!resource ||
        !Context_authorise(context, resource, ACTION_UPDATE, NULL, &decision, error))
        return false;
    if (!name[0] || Text_code_points(name) > 64)
        return Error_set_field(error, ERROR_RULE, "tag", "A tag has 1 to 64 characters.");
    int64_t id = Generic_id(context, resource, params, "id", error);
    if (!id || !Model_read(&context->model, resource, id, false, error))
        return false;
    int64_t tag = find_tag(context, name, add, error);
    if (!tag)
        return !Error_present(error); /* no such tag: nothing to remove */
    if (link_exists(context, tag, resource->name, id, error) == add)
        return !Error_present(error);
    return change_links(context, tag, resource, id, add, error) &&
           log_tag(context, resource, id, name, add, error);
}

static bool tag_add(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return change_tag(context, params, true, error);
}

static bool tag_remove(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return change_tag(context, params, false, error);
}

static bool tag_of(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = Generic_resource(params, "resource", error);
    Decision decision;

    if (!resource || !Context_authorise(context, resource, ACTION_READ, NULL, &decision, error))
        return false;
    int64_t id = Generic_id(context, resource, params, "id", error);
    if (!id || !Model_read(&context->model, resource, id, false, error))
        return false;
    Statement *row = Connection_prepare(
        context->model.connection, "SELECT t.name, t.color FROM tag_link l JOIN tag t"
        " ON t.id = l.parent_id WHERE l.entity = ?1 AND l.record_id = ?2 AND t.deleted_at IS NULL"
        " ORDER BY FOLD(t.name)", error);
    if (!row)
        return false;
    Statement_bind_text(row, 1, resource->name);
    Statement_bind_int(row, 2, id);
    Json *tags = json_object_new_array();
    while (Statement_step(row, error) == STEP_ROW) {
        Json *tag = json_object_new_object();
        Json_set_text(tag, "name", Statement_text(row, 0));
        Json_set_text(tag, "color", Statement_text(row, 1));
        json_object_array_add(tags, tag);
    }
    Statement_reset(row);
    *result = json_object_new_object();
    Json_set(*result, "tags", tags);
    return !Error_present(error);
}

static const ParameterDef TAG[] = {
    {.name = "resource", .type = FIELD_TEXT, .required = true, .help = "lead, company, ..."},
    {.name = "id", .type = FIELD_REFERENCE, .required = true, .help = "The record."},
    {.name = "tag", .type = FIELD_TEXT, .required = true, .help = "The word."},
};

static const OperationDef ROWS[] = {
    {.name = "tag.add", .summary = "Stick a tag on a record", .kind = OPERATION_WRITE,
     PARAMETERS(TAG), .run = tag_add},
    {.name = "tag.remove", .summary = "Take a tag off a record", .kind = OPERATION_WRITE,
     PARAMETERS(TAG), .run = tag_remove},
    {.name = "tag.of", .summary = "Show the tags of a record", .kind = OPERATION_READ,
     .parameters = TAG, .parameter_count = 2, .run = tag_of},
};

void TagOperations_register(void)
{
    REGISTER(ROWS);
}
