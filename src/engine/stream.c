#include "engine/stream.h"

#include <string.h>
#include "engine/internal.h"

bool Stream_is(const ResourceDef *resource)
{
    int record = Resource_field(resource, "record_id");

    return record >= 0 && resource->fields[record].type == FIELD_RECORD &&
           Resource_field(resource, "entity") >= 0;
}

static FilterNode *join(Arena *arena, FilterKind kind, FilterNode *left, FilterNode *right)
{
    FilterNode *node = ARENA_NEW(arena, FilterNode);

    if (node)
        *node = (FilterNode){.kind = kind, .left = left, .right = right};
    return node;
}

/* Kinds of which not every record is open. */
static size_t closed_kinds(OperationContext *context, FilterValue *values)
{
    const Rights *rights = Context_rights(context);
    size_t count = 0;

    for (int i = 0; i < RESOURCE_COUNT; i++) {
        if (!Stream_is(RESOURCES[i]) &&
            !Rights_sees_all(rights, context->model.user_id, RESOURCES[i]))
            values[count++] = (FilterValue){.text = RESOURCES[i]->name, .quoted = true};
    }
    return count;
}

/* entity is empty or entity not in (...) or created_by = me */
bool Stream_narrow(OperationContext *context, const ResourceDef *resource, Error *error)
{
    Arena *arena = context->model.arena;
    char me[UID_TEXT_SIZE];

    if (Context_is_system(context) || !Stream_is(resource))
        return true;
    FilterValue *values = ARENA_ARRAY(arena, FilterValue, (size_t)RESOURCE_COUNT);
    size_t count = values ? closed_kinds(context, values) : 0;
    if (values && count == 0)
        return true;
    FilterNode *open = Filter_compare(arena, "entity", FILTER_NOT_IN, NULL);
    FilterNode *none = Filter_compare(arena, "entity", FILTER_EMPTY, NULL);
    if (!Rights_user_uid(Context_rights(context), context->model.user_id, me) || !open || !none)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory to check the rights.");
    open->values = values;
    open->value_count = count;
    FilterNode *mine = Filter_compare(arena, "created_by", FILTER_EQUAL, Arena_strdup(arena, me));
    if (mine && mine->value_count)
        mine->values[0].quoted = true;
    FilterNode *either = join(arena, FILTER_OR, join(arena, FILTER_OR, none, open), mine);
    FilterNode *scope = (FilterNode *)(uintptr_t)context->model.scope;
    context->model.scope = scope ? join(arena, FILTER_AND, scope, either) : either;
    return context->model.scope != NULL;
}

/* The value that the filter, as a whole, demands of a field. */
static const char *demanded(const FilterNode *node, const char *field)
{
    if (!node)
        return NULL;
    if (node->kind == FILTER_AND) {
        const char *left = demanded(node->left, field);
        return left ? left : demanded(node->right, field);
    }
    bool fits = node->kind == FILTER_COMPARE && node->operation == FILTER_EQUAL &&
                node->value_count == 1 && strcmp(node->field, field) == 0;
    return fits ? node->values[0].text : NULL;
}

/* id: row number, or 0 and the public id. */
static bool is_open(OperationContext *context, const ResourceDef *about, int64_t id, const char *uid)
{
    const FilterNode *scope = context->model.scope;
    const char *const *masked = context->model.masked;
    Decision decision;
    bool open = Context_authorise(context, about, ACTION_READ, NULL, &decision, NULL);

    if (open && !id)
        id = Model_resolve(&context->model, about, uid, NULL);
    open = open && id && Model_read(&context->model, about, id, true, NULL);
    context->model.scope = scope;
    context->model.masked = masked;
    return open;
}

void Stream_widen(OperationContext *context, const ResourceDef *resource, const FilterNode *filter,
                  const FilterNode *open)
{
    const char *entity, *record;

    if (context->model.scope == open || !Stream_is(resource))
        return;
    entity = demanded(filter, "entity");
    record = demanded(filter, "record_id");
    if (!record)
        record = demanded(filter, "record");
    const ResourceDef *about = entity ? Resource_find(entity) : NULL;
    if (about && record && is_open(context, about, 0, record))
        context->model.scope = open;
}

bool Stream_parent_is_open(OperationContext *context, const Record *record)
{
    const ResourceDef *resource = record->resource;
    const char *entity;
    int64_t id;

    if (Context_is_system(context) || !Stream_is(resource))
        return true;
    entity = Record_text(record, Resource_field(resource, "entity"));
    id = Record_int(record, Resource_field(resource, "record_id"), 0);
    const ResourceDef *about = entity ? Resource_find(entity) : NULL;
    return !about || !id || is_open(context, about, id, NULL);
}
