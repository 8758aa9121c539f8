#include "engine/generic.h"

#include <string.h>

int64_t Generic_id(OperationContext *context, const ResourceDef *resource, const Json *params,
                   const char *name, Error *error)
{
    const Json *value = Json_get(params, name);
    const char *text = json_object_is_type(value, json_type_object) ? Json_text(value, "id")
                                                                    : Json_text(params, name);

    if (!text || !text[0]) {
        Error_set_field(error, ERROR_REQUIRED, name, "%s is needed: the id of a %s.", name,
                        resource->name);
        return 0;
    }
    return Model_resolve(&context->model, resource, text, error);
}

const ResourceDef *Generic_resource(const Json *params, const char *name, Error *error)
{
    const char *word = Json_text(params, name);
    const ResourceDef *resource = word ? Resource_find(word) : NULL;

    if (resource || !word) {
        if (!word)
            Error_set_field(error, ERROR_REQUIRED, name, "%s is needed.", name);
        return resource;
    }
    Error_set_field(error, ERROR_USAGE, name, "There is no resource \"%.60s\".", word);
    const char *nearest = Resource_nearest(word);
    if (nearest)
        Error_hint(error, "Did you mean \"%s\"?", nearest);
    return NULL;
}

bool Generic_filter(OperationContext *context, const ResourceDef *resource, const Json *params,
                    const FilterNode **filter, Error *error)
{
    const char *text = Json_text(params, "filter");

    *filter = NULL;
    if (!text)
        return true;
    *filter = Filter_parse(context->model.arena, text, error);
    return *filter && Model_check_filter(&context->model, resource, *filter, error);
}

/* Cuts "a,b" in place. */
static const char **split(Arena *arena, char *text)
{
    size_t count = 1;

    for (const char *at = text; *at; at++)
        count += *at == ',';
    const char **names = ARENA_ARRAY(arena, const char *, count + 1);
    count = 0;
    for (char *at = text; names && at;) {
        char *comma = strchr(at, ',');
        if (comma)
            *comma = '\0';
        while (*at == ' ')
            at++;
        if (*at)
            names[count++] = at;
        at = comma ? comma + 1 : NULL;
    }
    return names;
}

bool Generic_names(OperationContext *context, const Json *params, const char *name,
                   const char *const **names, Error *error)
{
    Arena *arena = context->model.arena;
    Json *value = Json_get(params, name);

    *names = NULL;
    if (!value)
        return true;
    if (json_object_is_type(value, json_type_string)) {
        char *text = Arena_strdup(arena, json_object_get_string(value));
        *names = text && text[0] ? split(arena, text) : NULL;
        return true;
    }
    if (!json_object_is_type(value, json_type_array))
        return Error_set_field(error, ERROR_TYPE, name, "%s is a list of names.", name);
    size_t count = json_object_array_length(value);
    const char **list = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; list && i < count; i++) {
        Json *item = json_object_array_get_idx(value, i);
        if (!json_object_is_type(item, json_type_string))
            return Error_set_field(error, ERROR_TYPE, name, "%s is a list of names.", name);
        list[i] = Arena_strdup(arena, json_object_get_string(item));
    }
    *names = list;
    return true;
}

Json *Generic_record(OperationContext *context, const ResourceDef *resource, int64_t id, bool deleted,
                     Error *error)
{
    Record *record = Model_read(&context->model, resource, id, deleted, error);

    if (!record || !Model_read_children(&context->model, record, error))
        return NULL;
    return Record_to_json(&context->model, record, NULL, error);
}

Json *Generic_records(OperationContext *context, const ListPage *page, const char *const *columns,
                      Error *error)
{
    Json *records = json_object_new_array_ext((int)page->count);

    for (size_t i = 0; i < page->count; i++) {
        Json *record = Record_to_json(&context->model, page->records[i], columns, error);
        if (!record) {
            json_object_put(records);
            return NULL;
        }
        json_object_array_add(records, record);
    }
    return records;
}

Json *Generic_without(const Json *params, const char *const *names)
{
    Json *rest = json_object_new_object();

    json_object_object_foreach((Json *)(uintptr_t)params, name, value) {
        const char *const *each = names;
        while (*each && strcmp(*each, name) != 0)
            each++;
        if (!*each)
            json_object_object_add(rest, name, json_object_get(value));
    }
    return rest;
}

const ResourceDef *Generic_resource_of_id(const char *id)
{
    Uid uid;
    int length;
    char prefix[64];

    if (!Uid_parse(id, NULL, &uid, &length) || length <= 0 || length >= (int)sizeof prefix)
        return NULL;
    memcpy(prefix, id, (size_t)length);
    prefix[length] = '\0';
    return Resource_find_prefix(prefix);
}

bool Generic_may_read(OperationContext *context, const ResourceDef *resource)
{
    Decision decision;
    return Context_authorise(context, resource, ACTION_READ, NULL, &decision, NULL);
}
