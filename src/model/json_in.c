/* json_in.c - JSON as doors give it into a Record. */
#include <string.h>
#include "model/internal.h"

typedef struct Reader {
    ModelContext *context;
    const ResourceDef *resource;
    const Json *json;
    Record *record;
    const char *currency; /* for amounts in major units; "" = not looked up yet */
    Json *custom;         /* patch under construction; NULL */
} Reader;

static bool read_member(Reader *reader, const char *name, Json *value, Error *error);

static bool wrong_type(const FieldDef *field, Error *error)
{
    return Error_set_field(error, ERROR_TYPE, field->name, "%s cannot be read as %s.", field->label,
                           FieldType_name(field->type));
}

/* The currency field of the JSON, else of the stored record, else the tenant's. */
static const char *currency_of(Reader *reader, const FieldDef *field)
{
    if (!field->currency_field)
        return reader->context->tenant->currency;
    if (reader->currency)
        return reader->currency;
    reader->currency = Json_text(reader->json, field->currency_field);
    const char *id = Json_text(reader->json, "id");
    int index = Resource_field(reader->resource, field->currency_field);
    if (!reader->currency && id && index >= 0 && !reader->resource->parent) {
        Error ignored = ERROR_NONE;
        int64_t row = Model_resolve(reader->context, reader->resource, id, &ignored);
        Record *old = row ? Row_read(reader->context, reader->resource, row, &ignored) : NULL;
        reader->currency = old ? Record_text(old, index) : NULL;
    }
    if (!reader->currency)
        reader->currency = reader->context->tenant->currency;
    return reader->currency;
}

/* {"minor": 1250, "currency": "EUR"} */
static bool read_money(Reader *reader, const FieldDef *field, Json *json, Value *value,
                       Error *error)
{
    Json *minor = Json_get(json, "minor");
    const char *currency = Json_text(json, "currency");
    if (!minor || !json_object_is_type(minor, json_type_int))
        return wrong_type(field, error);
    *value = Value_int(json_object_get_int64(minor));
    int index = field->currency_field && reader->record
                    ? Resource_field(reader->resource, field->currency_field)
                    : -1;
    if (!currency)
        return true;
    if (index < 0)
        return strcmp(currency, reader->context->tenant->currency) == 0 ||
               Error_set_field(error, ERROR_RULE, field->name, "%s must be in %s.", field->label,
                               reader->context->tenant->currency);
    const char *given = Record_text(reader->record, index);
    if (given && strcmp(given, currency) != 0)
        return Error_set_field(error, ERROR_RULE, field->name, "%s is in %s but the record in %s.",
                               field->label, currency, given);
    if (!given)
        reader->record->values[index] = Value_text(Arena_strdup(reader->context->arena, currency));
    return true;
}

static bool read_reference(Reader *reader, const FieldDef *field, Json *json, Value *value,
                           Error *error)
{
    if (json_object_is_type(json, json_type_object))
        json = Json_get(json, "id");
    if (!json ||
        !(json_object_is_type(json, json_type_string) || json_object_is_type(json, json_type_int)))
        return wrong_type(field, error);
    return Value_parse(reader->context, field,
                       Arena_strdup(reader->context->arena, json_object_get_string(json)), false,
                       NULL, value, error);
}

static bool read_list(Reader *reader, const FieldDef *field, Json *json, Value *value, Error *error)
{
    if (json_object_is_type(json, json_type_string))
        return Value_parse(reader->context, field,
                           Arena_strdup(reader->context->arena, json_object_get_string(json)),
                           false, NULL, value, error);
    if (!json_object_is_type(json, json_type_array))
        return wrong_type(field, error);
    FieldDef element = Field_element(field);
    Buffer out = BUFFER_EMPTY;
    bool fine = true;
    Buffer_putc(&out, '[');
    for (size_t i = 0; fine && i < json_object_array_length(json); i++) {
        Json *item = json_object_array_get_idx(json, i);
        Value one = Value_null();
        if (element.type == FIELD_REFERENCE)
            fine = read_reference(reader, &element, item, &one, error);
        else
            fine = json_object_is_type(item, json_type_string)
                       ? Value_parse(
                             reader->context, &element,
                             Arena_strdup(reader->context->arena, json_object_get_string(item)),
                             false, NULL, &one, error)
                       : wrong_type(field, error);
        fine = fine && Validate_value(reader->context, &element, &one, error);
        if (i)
            Buffer_putc(&out, ',');
        if (fine)
            Value_append_log(&out, &element, &one);
    }
    Buffer_putc(&out, ']');
    *value = Value_text(Arena_strdup(reader->context->arena, Buffer_text(&out)));
    Buffer_free(&out);
    return fine;
}

static bool is_amount(FieldType type)
{
    return type == FIELD_INT || type == FIELD_MONEY || type == FIELD_UNIT_PRICE ||
           type == FIELD_RATE || type == FIELD_QUANTITY || type == FIELD_FX || type == FIELD_TIME ||
           type == FIELD_DATE;
}

static bool read_value(Reader *reader, const FieldDef *field, bool by_alias, Json *json,
                       Value *value, Error *error)
{
    Arena *arena = reader->context->arena;
    if (json_object_is_type(json, json_type_null)) {
        *value = Value_null();
        return true;
    }
    if (field->flags & FIELD_LIST)
        return read_list(reader, field, json, value, error);
    if (field->type == FIELD_REFERENCE || field->type == FIELD_RECORD)
        return read_reference(reader, field, json, value, error);
    if (field->type == FIELD_JSON) {
        *value = Value_text(Arena_strdup(arena, Json_serialise(json, NULL)));
        return true;
    }
    bool object = json_object_is_type(json, json_type_object);
    if (object && (field->type == FIELD_MONEY || field->type == FIELD_UNIT_PRICE))
        return read_money(reader, field, json, value, error);
    if (object && field->type == FIELD_SECRET && Json_get(json, "set")) {
        value->kind = VALUE_UNSET; /* as it was shown: no change */
        return true;
    }
    if (field->type == FIELD_BOOL && json_object_is_type(json, json_type_boolean)) {
        *value = Value_int(json_object_get_boolean(json) ? 1 : 0);
        return true;
    }
    bool number =
        json_object_is_type(json, json_type_int) || json_object_is_type(json, json_type_double);
    if (object || json_object_is_type(json, json_type_array) ||
        json_object_is_type(json, json_type_boolean) || (number && field->type == FIELD_SECRET))
        return wrong_type(field, error);
    if (number && (field->type == FIELD_TIME || field->type == FIELD_DATE))
        return wrong_type(field, error);
    const char *text = Arena_strndup(arena, json_object_get_string(json),
                                     number ? strlen(json_object_get_string(json))
                                            : (size_t)json_object_get_string_len(json));
    if (!number && text && strlen(text) != (size_t)json_object_get_string_len(json))
        return Error_set_field(error, ERROR_TYPE, field->name, "%s holds a NUL character.",
                               field->label);
    const char *currency = by_alias && is_amount(field->type) ? currency_of(reader, field) : NULL;
    return Value_parse(reader->context, field, text, by_alias, currency, value, error);
}

bool Custom_read(ModelContext *context, const ResourceDef *resource, const Json *given, Json *out,
                 Error *error)
{
    CustomFields *fields = Custom_of(context, error);
    Reader reader = {.context = context, .resource = resource, .json = given};
    if (!fields)
        return false;
    for (JsonEntry *at = Json_first(given); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        const FieldDef *field = CustomFields_find(fields, resource, key);
        Value value = Value_null();
        Buffer text = BUFFER_EMPTY;
        if (!field)
            return Error_set_field(error, ERROR_USAGE, "custom",
                                   "%s has no custom field \"%.60s\".", resource->label, key);
        if (field->flags & FIELD_DERIVED)
            return Error_set_field(error, ERROR_RULE, field->name, "%s is computed.", field->label);
        if (!read_value(&reader, field, true, member, &value, error) ||
            !Validate_value(context, field, &value, error))
            return false;
        Value_append_log(&text, field, &value);
        Json *stored = Value_given(&value)
                           ? Json_parse(Buffer_text(&text), text.length, JSON_BYTES_MAX * 2, error)
                           : NULL;
        bool fine = stored || !Value_given(&value);
        Buffer_free(&text);
        if (!fine)
            return false;
        Json_set(out, key, stored);
    }
    return true;
}

static bool read_children(Reader *reader, int kind, Json *list, Error *error)
{
    const ResourceDef *child = reader->resource->children[kind];
    Record *record = reader->record;
    if (!json_object_is_type(list, json_type_array))
        return Error_set_field(error, ERROR_TYPE, child->plural, "%s must be a list.",
                               child->label_plural);
    size_t count = json_object_array_length(list);
    if (count > 10000)
        return Error_set_field(error, ERROR_LIMIT, child->plural, "%s: at most 10000.",
                               child->label_plural);
    record->replaces_children[kind] = true;
    for (size_t i = 0; i < count; i++) {
        Json *item = json_object_array_get_idx(list, i);
        Record *row = json_object_is_type(item, json_type_object)
                          ? Record_from_json(reader->context, child, item, error)
                          : NULL;
        if (!row && !Error_present(error))
            return Error_set_field(error, ERROR_TYPE, child->plural, "%s must hold objects.",
                                   child->label_plural);
        if (!row)
            return false;
        if (!Record_add_child(reader->context->arena, record, row))
            return Error_set(error, ERROR_LIMIT, "The request needs more memory than it may take.");
    }
    return true;
}

static bool refuse_computed(Reader *reader, const FieldDef *field, int index, Error *error)
{
    if (field->flags & FIELD_SYSTEM) {
        bool dates = index == BASE_CREATED_AT || index == BASE_CREATED_BY;
        if (reader->context->importing && !reader->resource->parent && dates)
            return true;
        return Error_set_field(error, ERROR_RULE, field->name, "%s is set by the program.",
                               field->label);
    }
    if (field->flags & FIELD_DERIVED && !reader->context->importing)
        return Error_set_field(error, ERROR_RULE, field->name, "%s is computed.", field->label);
    return true;
}

/* A record of any resource carries the resource's name in a field beside it. */
static void name_entity(Reader *reader, const FieldDef *field, Json *json)
{
    int entity = field->reference ? Resource_field(reader->resource, field->reference) : -1;
    const char *text = json_object_is_type(json, json_type_object) ? Json_text(json, "id")
                                                                   : json_object_get_string(json);
    Uid uid;
    int length = 0;
    if (entity < 0 || !text || !Uid_parse(text, NULL, &uid, &length))
        return;
    const ResourceDef *target =
        Resource_find_prefix(Arena_strndup(reader->context->arena, text, (size_t)length));
    if (target)
        reader->record->values[entity] = Value_text(target->name);
}

static bool read_field(Reader *reader, int index, const char *name, Json *value, Error *error)
{
    const FieldDef *field = &reader->resource->fields[index];
    bool by_alias = field->alias && strcmp(name, field->alias) == 0;
    if (!reader->resource->parent && index == BASE_CUSTOM) {
        if (!json_object_is_type(value, json_type_object))
            return wrong_type(field, error);
        return Custom_read(reader->context, reader->resource, value, reader->custom, error);
    }
    if (!refuse_computed(reader, field, index, error) ||
        !read_value(reader, field, by_alias, value, &reader->record->values[index], error))
        return false;
    if (field->type == FIELD_RECORD)
        name_entity(reader, field, value);
    return Validate_value(reader->context, field, &reader->record->values[index], error);
}

static bool unknown_field(Reader *reader, const char *name, Error *error)
{
    const char *nearest = Resource_nearest_field(reader->resource, name);
    Error_set_field(error, ERROR_USAGE, name, "%s has no field \"%.60s\".", reader->resource->label,
                    name);
    return nearest ? Error_hint(error, "Did you mean %s?", nearest) : false;
}

/* {"address": {"city": ...}} is the same as {"address.city": ...} */
static bool read_group(Reader *reader, const char *group, Json *object, bool *known, Error *error)
{
    *known = false;
    for (JsonEntry *at = Json_first(object); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        char *name = Arena_printf(reader->context->arena, "%s.%s", group, key);
        if (!name || Resource_field(reader->resource, name) < 0)
            return *known ? unknown_field(reader, name ? name : key, error) : true;
        *known = true;
        if (!read_member(reader, name, member, error))
            return false;
    }
    return true;
}

static bool read_member(Reader *reader, const char *name, Json *value, Error *error)
{
    const ResourceDef *resource = reader->resource;
    int index = Model_field(resource, name);
    if (index >= 0)
        return read_field(reader, index, name, value, error);
    for (int kind = 0; kind < resource->child_count; kind++) {
        if (strcmp(resource->children[kind]->plural, name) == 0)
            return read_children(reader, kind, value, error);
    }
    bool known = false;
    if (json_object_is_type(value, json_type_object)) {
        if (!read_group(reader, name, value, &known, error))
            return false;
        if (known)
            return true;
    }
    CustomFields *fields = resource->parent ? NULL : Custom_of(reader->context, error);
    if (fields && CustomFields_find(fields, resource, name)) {
        Json *one = json_object_new_object();
        Json_set(one, name, json_object_get(value));
        bool fine = Custom_read(reader->context, resource, one, reader->custom, error);
        json_object_put(one);
        return fine;
    }
    return unknown_field(reader, name, error);
}

static bool read_id_of_child(Reader *reader, Json *value, Error *error)
{
    if (json_object_is_type(value, json_type_string) && reader->resource->addressable) {
        int64_t id =
            Model_resolve(reader->context, reader->resource, json_object_get_string(value), error);
        reader->record->values[CHILD_ID] = Value_int(id);
        return id != 0;
    }
    if (!json_object_is_type(value, json_type_int) && !json_object_is_type(value, json_type_null))
        return Error_set_field(error, ERROR_TYPE, "id", "The id of a %s is a number.",
                               reader->resource->label);
    if (value)
        reader->record->values[CHILD_ID] = Value_int(json_object_get_int64(value));
    return true;
}

Record *Record_from_json(ModelContext *context, const ResourceDef *resource, const Json *json,
                         Error *error)
{
    Reader reader = {.context = context, .resource = resource, .json = json};
    reader.record = Record_new(context->arena, resource);
    reader.custom = json_object_new_object();
    bool fine = reader.record && reader.custom;
    if (!json_object_is_type(json, json_type_object))
        fine = Error_set(error, ERROR_TYPE, "A %s is given as an object.", resource->label);
    for (JsonEntry *at = Json_first(json); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        if (!fine)
            break;
        if (strcmp(key, "version") == 0 && !resource->parent)
            continue;
        if (strcmp(key, "id") == 0)
            fine = !resource->parent || read_id_of_child(&reader, member, error);
        else if (!(resource->parent && strcmp(key, "position") == 0))
            fine = read_member(&reader, key, member, error);
    }
    if (fine && !resource->parent && json_object_object_length(reader.custom) > 0)
        reader.record->values[BASE_CUSTOM] =
            Value_text(Arena_strdup(context->arena, Json_serialise(reader.custom, NULL)));
    json_object_put(reader.custom);
    return fine ? reader.record : NULL;
}
