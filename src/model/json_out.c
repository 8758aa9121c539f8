/* json_out.c - Record into JSON for doors. */
#include <string.h>
#include "model/internal.h"

typedef struct Writer {
    ModelContext *context;
    const ResourceDef *resource;
    const char *currency; /* of amounts in a row other than the record's; NULL */
    const Record *record; /* NULL for a dotted value */
} Writer;

static Json *reference_json(ModelContext *context, const ResourceDef *target, int64_t id,
                            const char *label)
{
    Json *json = json_object_new_object();
    if (!label)
        label = Model_label(context, target, id);
    if (Model_uid_field(target) < 0) {
        Json_set_int(json, "id", id);
    } else {
        Sql sql;
        Error ignored = ERROR_NONE;
        char text[UID_TEXT_SIZE] = "";
        Sql_begin(&sql, context->arena);
        Sql_printf(&sql, "SELECT uid FROM %s WHERE id = ?1", target->table);
        Statement *statement = Sql_prepare(&sql, context->connection, &ignored);
        if (statement) {
            Statement_bind_int(statement, 1, id);
            if (Statement_step(statement, &ignored) == STEP_ROW &&
                Statement_bytes(statement, 0) == UID_BYTES) {
                Uid uid;
                memcpy(uid.bytes, Statement_blob(statement, 0), UID_BYTES);
                Uid_format(&uid, target->prefix, text);
            }
            Statement_reset(statement);
        }
        Json_set_text(json, "id", text[0] ? text : NULL);
    }
    Json_set_text(json, "label", label);
    return json;
}

static const ResourceDef *target_of(const Writer *writer, const FieldDef *field)
{
    if (field->type == FIELD_REFERENCE)
        return Model_resource(field->reference);
    if (!writer->record || !field->reference)
        return NULL;
    int entity = Resource_field(writer->resource, field->reference);
    return entity < 0 ? NULL : Model_resource(Record_text(writer->record, entity));
}

/* Labels read along are PREFIX_ID + tab + label, see query_list. */
static Json *reference_value(const Writer *writer, const FieldDef *field, int64_t id,
                             const char *read_along)
{
    const ResourceDef *target = target_of(writer, field);
    if (!target)
        return NULL;
    const char *tab = read_along ? strchr(read_along, '\t') : NULL;
    if (!tab)
        return reference_json(writer->context, target, id, NULL);
    Json *json = json_object_new_object();
    Json_set(json, "id", json_object_new_string_len(read_along, (int)(tab - read_along)));
    Json_set_text(json, "label", tab + 1);
    return json;
}

static Json *list_value(const Writer *writer, const FieldDef *field, const Value *value)
{
    Error ignored = ERROR_NONE;
    Json *stored = Json_parse(value->text, value->length, JSON_BYTES_MAX * 2, &ignored);
    const ResourceDef *target =
        field->type == FIELD_REFERENCE ? Model_resource(field->reference) : NULL;
    if (!target || !json_object_is_type(stored, json_type_array))
        return stored;
    Json *out = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(stored); i++)
        json_object_array_add(
            out, reference_json(writer->context, target,
                                json_object_get_int64(json_object_array_get_idx(stored, i)), NULL));
    json_object_put(stored);
    return out;
}

static Json *money_value(const Writer *writer, const FieldDef *field, int64_t amount)
{
    const char *currency = writer->currency;
    if (writer->record && field->currency_field)
        currency =
            Record_text(writer->record, Resource_field(writer->resource, field->currency_field));
    Json *json = json_object_new_object();
    Json_set_int(json, "minor", amount);
    Json_set_text(json, "currency", currency ? currency : writer->context->tenant->currency);
    return json;
}

static Json *bytes_value(const Writer *writer, const FieldDef *field, const Value *value)
{
    char text[UID_TEXT_SIZE];
    if (field->type == FIELD_UID && value->length == UID_BYTES) {
        Uid uid;
        const ResourceDef *target = field->reference ? Model_resource(field->reference) : NULL;
        int entity = Resource_field(writer->resource, "entity");
        if (!target && writer->record && entity >= 0)
            target = Model_resource(Record_text(writer->record, entity));
        memcpy(uid.bytes, value->text, UID_BYTES);
        return json_object_new_string(Uid_format(&uid, target ? target->prefix : "uid", text));
    }
    return json_object_new_string(Model_hex(writer->context->arena, value->text, value->length));
}

static Json *integer_value(const Writer *writer, const FieldDef *field, const Value *value,
                           const char *read_along)
{
    char text[48];
    switch (field->type) {
    case FIELD_BOOL:
        return json_object_new_boolean(value->integer != 0);
    case FIELD_MONEY:
        return money_value(writer, field, value->integer);
    case FIELD_TIME:
        return json_object_new_string(DateTime_format(value->integer, text));
    case FIELD_DATE:
        return json_object_new_string(Date_format((int32_t)value->integer, text));
    case FIELD_REFERENCE:
    case FIELD_RECORD:
        return reference_value(writer, field, value->integer, read_along);
    case FIELD_QUANTITY:
        if (strncmp(field->name, "custom.", 7) == 0)
            return json_object_new_double_s((double)value->integer / 1e4,
                                            Number_format_scaled(value->integer, 4, text));
        return json_object_new_int64(value->integer);
    default:
        return json_object_new_int64(value->integer);
    }
}

static Json *value_json(const Writer *writer, const FieldDef *field, const Value *value,
                        const char *read_along)
{
    if (field->type == FIELD_SECRET) {
        Json *json = json_object_new_object();
        Json_set_bool(json, "set", Value_given(value));
        return json;
    }
    if (!Value_given(value))
        return NULL;
    if (field->flags & FIELD_LIST || field->type == FIELD_JSON)
        return list_value(writer, field, value);
    if (value->kind == VALUE_INT)
        return integer_value(writer, field, value, read_along);
    if (value->kind == VALUE_BLOB)
        return bytes_value(writer, field, value);
    return json_object_new_string_len(value->text, (int)value->length);
}

Json *Value_to_json(ModelContext *context, const ResourceDef *resource, const FieldDef *field,
                    const Value *value)
{
    Writer writer = {.context = context, .resource = resource};
    return value_json(&writer, field, value, NULL);
}

Json *Custom_to_json(ModelContext *context, const Record *record, const char *only)
{
    Error ignored = ERROR_NONE;
    const Value *text = &record->values[BASE_CUSTOM];
    Json *out = json_object_new_object();
    if (!Value_given(text) || text->length <= 2)
        return out;
    Json *stored = Json_parse(text->text, text->length, JSON_BYTES_MAX * 2, &ignored);
    CustomFields *fields = stored ? Custom_of(context, &ignored) : NULL;
    Writer writer = {.context = context, .resource = record->resource, .record = record};
    if (fields) {
        for (JsonEntry *at = Json_first(stored); at; at = at->next) {
            const char *key = lh_entry_k(at);
            Json *member = lh_entry_v(at);
            const FieldDef *field = CustomFields_find(fields, record->resource, key);
            Value value = Value_null();
            if (!field || (only && strcmp(only, key) != 0) ||
                Query_is_masked(context, field->name) ||
                !Value_from_log(context->arena, field, member, &value))
                continue;
            Json_set(out, key, value_json(&writer, field, &value, NULL));
        }
    }
    json_object_put(stored);
    return out;
}

/* ---- columns ------------------------------------------------------------------------------ */

static bool wanted(const char *const *columns, const FieldDef *field)
{
    if (!columns)
        return true;
    for (; *columns; columns++) {
        if (strcmp(*columns, field->name) == 0 ||
            (field->alias && strcmp(*columns, field->alias) == 0))
            return true;
        size_t length = strlen(*columns);
        if (strncmp(*columns, field->name, length) == 0 &&
            (strcmp(field->name + length, "_id") == 0 || strcmp(field->name + length, "_at") == 0))
            return true;
    }
    return false;
}

static void add_custom(ModelContext *context, const Record *record, const char *const *columns,
                       Json *out)
{
    if (!Record_set(record, BASE_CUSTOM))
        return;
    Json *custom = Custom_to_json(context, record, NULL);
    bool all = !columns;
    for (const char *const *column = columns; column && *column; column++)
        all = all || strcmp(*column, "custom") == 0;
    if (all) {
        Json_set(out, "custom", custom);
        return;
    }
    for (; *columns; columns++) {
        const char *key = strncmp(*columns, "custom.", 7) == 0 ? *columns + 7 : *columns;
        Json *member = NULL;
        if (Model_field(record->resource, *columns) < 0 &&
            (json_object_object_get_ex(custom, key, &member) || key != *columns))
            Json_set(out, *columns, json_object_get(member));
    }
    json_object_put(custom);
}

static void add_dotted(ModelContext *context, const Record *record, Json *out)
{
    for (int i = 0; i < record->dotted_count; i++) {
        const DottedValue *dotted = &record->dotted[i];
        Writer writer = {
            .context = context, .resource = record->resource, .currency = dotted->currency};
        Json_set(out, dotted->name,
                 value_json(&writer, dotted->field, &dotted->value, dotted->label));
    }
}

static Json *record_json(ModelContext *context, const Record *record, const char *const *columns,
                         const char *currency, Error *error);

static Json *children_json(ModelContext *context, const Record *record, int kind, Error *error)
{
    const char *currency = Record_text(record, Resource_field(record->resource, "currency"));
    Json *list = json_object_new_array();
    for (int i = 0; i < record->child_count; i++) {
        if (record->children[i]->resource != record->resource->children[kind])
            continue;
        Json *one = record_json(context, record->children[i], NULL, currency, error);
        if (!one) {
            json_object_put(list);
            return NULL;
        }
        json_object_array_add(list, one);
    }
    return list;
}

static void add_identity(const Record *record, Json *out)
{
    char text[UID_TEXT_SIZE];
    Uid uid = Record_uid(record);
    if (Model_uid_field(record->resource) < 0)
        Json_set_int(out, "id", Record_int(record, CHILD_ID, 0));
    else
        Json_set_text(out, "id", Uid_format(&uid, record->resource->prefix, text));
    if (!record->resource->parent && Record_set(record, BASE_VERSION))
        Json_set_int(out, "version", Record_int(record, BASE_VERSION, 0));
}

static bool is_plumbing(const ResourceDef *resource, int index)
{
    if (resource->parent)
        return index == CHILD_ID || index == CHILD_TENANT || index == CHILD_PARENT ||
               index == Model_uid_field(resource);
    return index == BASE_ID || index == BASE_UID || index == BASE_TENANT || index == BASE_VERSION ||
           index == BASE_CUSTOM;
}

static Json *record_json(ModelContext *context, const Record *record, const char *const *columns,
                         const char *currency, Error *error)
{
    const ResourceDef *resource = record->resource;
    Writer writer = {
        .context = context, .resource = resource, .record = record, .currency = currency};
    Json *out = json_object_new_object(), *masked = NULL;
    if (!out) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory.");
        return NULL;
    }
    add_identity(record, out);
    for (int i = 0; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        if (is_plumbing(resource, i) || !Record_set(record, i) || !wanted(columns, field))
            continue;
        if (Query_is_masked(context, field->name)) {
            masked = masked ? masked : json_object_new_array();
            json_object_array_add(masked, json_object_new_string(field->name));
            Json_set(out, field->name, NULL);
            continue;
        }
        Json_set(out, field->name,
                 value_json(&writer, field, &record->values[i],
                            record->labels ? record->labels[i] : NULL));
    }
    if (!resource->parent)
        add_custom(context, record, columns, out);
    add_dotted(context, record, out);
    for (int kind = 0; kind < resource->child_count && !columns && record->children; kind++) {
        Json *list = resource->children[kind]->unbounded
                         ? NULL
                         : children_json(context, record, kind, error);
        if (list)
            Json_set(out, resource->children[kind]->plural, list);
    }
    if (masked)
        Json_set(out, "masked", masked);
    return out;
}

Json *Record_to_json(ModelContext *context, const Record *record, const char *const *columns,
                     Error *error)
{
    return record_json(context, record, columns, NULL, error);
}
