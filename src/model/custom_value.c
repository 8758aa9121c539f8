/* custom_value.c - values of custom fields at a write: defaults, rules, uniqueness, formulas. */
#include <regex.h>
#include <string.h>
#include "model/custom.h"
#include "model/query.h"

#define PATTERN_TEXT_MAX 1000

static bool matches_pattern(const CustomField *custom, const Value *value, Error *error)
{
    regex_t regex;
    if (!custom->pattern || !custom->pattern[0] || value->kind != VALUE_TEXT)
        return true;
    if (value->length > PATTERN_TEXT_MAX)
        return Error_set_field(error, ERROR_TOO_LONG, custom->field.name,
                               "%s is longer than %d bytes.", custom->field.label,
                               PATTERN_TEXT_MAX);
    if (regcomp(&regex, custom->pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return true; /* refused when the field was defined */
    bool fits = regexec(&regex, value->text, 0, NULL, 0) == 0;
    regfree(&regex);
    return fits || Error_set_field(error, ERROR_RULE, custom->field.name,
                                   "%s does not have the required form.", custom->field.label);
}

static bool reference_exists(ModelContext *context, const CustomField *custom, const Value *value,
                             Error *error)
{
    const ResourceDef *target = custom->field.type == FIELD_REFERENCE
                                    ? Model_resource(custom->field.reference)
                                    : NULL;
    Error ignored = ERROR_NONE;
    if (!target || value->kind != VALUE_INT || Row_read(context, target, value->integer, &ignored))
        return true;
    return Error_set_field(error, ERROR_REFERENCE, custom->field.name,
                           "%s refers to a %s that is not there.", custom->field.label,
                           target->label);
}

static bool is_free(ModelContext *context, const CustomField *custom, const Record *record,
                    const Value *value, Error *error)
{
    if (!custom->unique || !Value_given(value))
        return true;
    const ResourceDef *resource = record->resource;
    Value bound = *value;
    Sql sql;
    if (bound.kind == VALUE_TEXT && Query_is_folded(&custom->field))
        bound = Value_text(Text_folded(context->arena, value->text));
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT t.id FROM %s t WHERE t.tenant_id = ", resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND %s = ",
               Query_custom_expression(context->arena, "t", &custom->field));
    Sql_bind(&sql, &bound);
    Sql_puts(&sql, " AND t.deleted_at IS NULL AND t.id <> ");
    Sql_bind_int(&sql, Record_int(record, BASE_ID, 0));
    Sql_puts(&sql, " LIMIT 1");
    Error inner = ERROR_NONE;
    int64_t holder = Sql_scalar(&sql, context->connection, 0, &inner);
    if (Error_present(&inner)) {
        *error = inner;
        return false;
    }
    return !holder || Error_set_field(error, ERROR_DUPLICATE, custom->field.name,
                                      "%s is already used by the %s \"%.120s\".",
                                      custom->field.label, resource->label,
                                      Label_of_row(context, resource, holder));
}

static bool set_member(ModelContext *context, const CustomField *custom, const Record *record,
                       Json *member, Json *object, Error *error)
{
    Value value = Value_null();
    if (member && !Value_from_log(context->arena, &custom->field, member, &value))
        return Error_set_field(error, ERROR_TYPE, custom->field.name, "%s cannot be read as %s.",
                               custom->field.label, custom->type);
    if (!Validate_value(context, &custom->field, &value, error) ||
        (Value_given(&value) && (!matches_pattern(custom, &value, error) ||
                                 !reference_exists(context, custom, &value, error) ||
                                 !is_free(context, custom, record, &value, error))))
        return false;
    if (!Value_given(&value)) {
        json_object_object_del(object, Custom_key(&custom->field));
        return true;
    }
    Buffer text = BUFFER_EMPTY;
    Value_append_log(&text, &custom->field, &value);
    Json *stored = Json_parse(Buffer_text(&text), text.length, JSON_BYTES_MAX * 2, error);
    Buffer_free(&text);
    if (stored)
        Json_set(object, Custom_key(&custom->field), stored);
    return stored != NULL;
}

static bool apply_patch(ModelContext *context, const Record *record, Json *patch, Json *object,
                        Error *error)
{
    CustomFields *fields = Custom_of(context, error);
    if (!fields)
        return false;
    for (JsonEntry *at = Json_first(patch); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        const FieldDef *field = CustomFields_find(fields, record->resource, key);
        if (!field) {
            /* A value of an archived field may be kept or emptied, not made. */
            if (member && !Json_get(object, key))
                return Error_set_field(error, ERROR_USAGE, "custom",
                                       "%s has no custom field \"%.60s\".", record->resource->label,
                                       key);
            if (!member)
                json_object_object_del(object, key);
            continue;
        }
        if (!set_member(context, (const CustomField *)(const void *)field, record, member, object,
                        error))
            return false;
    }
    return true;
}

/* Rows of custom fields, once. */
static size_t definitions(ModelContext *context, const ResourceDef *resource,
                          const CustomField *const **out, Error *error)
{
    const FieldDef *const *list = NULL;
    CustomFields *fields = Custom_of(context, error);
    size_t count = fields ? CustomFields_of(fields, resource, &list) : 0;
    *out = (const CustomField *const *)(const void *)list;
    return count;
}

static bool fill_defaults(ModelContext *context, const Record *record, Json *object, Error *error)
{
    const CustomField *const *list;
    size_t count = definitions(context, record->resource, &list, error);
    for (size_t i = 0; i < count; i++) {
        Json *present = Json_get(object, Custom_key(&list[i]->field));
        if (present || !list[i]->fallback)
            continue;
        Json *value = Json_parse(list[i]->fallback, strlen(list[i]->fallback), JSON_BYTES_MAX, error);
        Json *given = json_object_new_object(), *read = json_object_new_object();
        Json_set(given, Custom_key(&list[i]->field), value);
        bool fine = Custom_read(context, record->resource, given, read, error) &&
                    set_member(context, list[i], record,
                               Json_get(read, Custom_key(&list[i]->field)), object, error);
        json_object_put(given);
        json_object_put(read);
        if (!fine)
            return false;
    }
    return true;
}

static bool check_required(ModelContext *context, const Record *record, Json *object, Error *error)
{
    const CustomField *const *list;
    size_t count = definitions(context, record->resource, &list, error);
    for (size_t i = 0; i < count; i++) {
        if (list[i]->field.flags & FIELD_REQUIRED && !(list[i]->field.flags & FIELD_DERIVED) &&
            !Json_get(object, Custom_key(&list[i]->field)))
            return Error_set_field(error, ERROR_REQUIRED, list[i]->field.name, "%s is missing.",
                                   list[i]->field.label);
    }
    return true;
}

static bool compute_formulas(ModelContext *context, const Record *record, Json *object,
                             Error *error)
{
    const CustomField *const *list;
    size_t count = definitions(context, record->resource, &list, error);
    for (size_t i = 0; i < count; i++) {
        int64_t result;
        bool empty;
        if (!(list[i]->field.flags & FIELD_DERIVED) || !list[i]->formula)
            continue;
        const char *key = Custom_key(&list[i]->field);
        if (!Formula_compute(context, list[i]->formula, record, object, &result, &empty, error)) {
            if (error)
                snprintf(error->field, sizeof error->field, "custom.%.50s", key);
            return false;
        }
        if (empty)
            json_object_object_del(object, key);
        else
            Json_set_int(object, key, result);
    }
    return true;
}

/* No field computes, defaults or must be unique: checked values need no second look. */
static bool needs_nothing(const CustomField *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i]->formula || list[i]->fallback || list[i]->unique || list[i]->pattern ||
            list[i]->field.type == FIELD_REFERENCE)
            return false;
    }
    return true;
}

bool Custom_merge(ModelContext *context, const Record *old, Record *record, Error *error)
{
    const CustomField *const *list;
    Error inner = ERROR_NONE;
    const Value *given = &record->values[BASE_CUSTOM];
    const Value *stored = old ? &old->values[BASE_CUSTOM] : NULL;
    size_t count = definitions(context, record->resource, &list, &inner);
    bool patched = Value_given(given) && given->length > 2 &&
                   !(stored && Value_equal(given, stored));
    if (Error_present(&inner)) {
        if (error)
            *error = inner;
        return false;
    }
    if (!old && patched && context->custom_checked && needs_nothing(list, count))
        return true;
    if (!count && !patched) {
        record->values[BASE_CUSTOM] = stored && Value_given(stored) ? *stored : Value_text("{}");
        return true;
    }
    Json *object = stored && Value_given(stored)
                       ? Json_parse(stored->text, stored->length, JSON_BYTES_MAX * 2, error)
                       : json_object_new_object();
    Json *patch = patched ? Json_parse(given->text, given->length, JSON_BYTES_MAX * 2, error)
                          : json_object_new_object();
    bool fine = object && patch && json_object_is_type(patch, json_type_object) &&
                apply_patch(context, record, patch, object, error) &&
                (old || fill_defaults(context, record, object, error)) &&
                compute_formulas(context, record, object, error) &&
                (context->importing || (old && !patched) ||
                 check_required(context, record, object, error));
    if (fine)
        record->values[BASE_CUSTOM] =
            Value_text(Arena_strdup(context->arena, Json_serialise(object, NULL)));
    json_object_put(object);
    json_object_put(patch);
    if (!fine && !Error_present(error))
        Error_set_field(error, ERROR_TYPE, "custom", "Custom fields are given as an object.");
    return fine;
}
