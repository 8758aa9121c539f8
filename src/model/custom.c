/* custom.c - the fields that a tenant added: their definitions as FieldDefs, and their values,
 * which live as one JSON object in column `custom`, key -> stored form (as in the change log). */
#include <stdlib.h>
#include <string.h>
#include "model/custom.h"

static const struct CustomType {
    const char *name;
    FieldType type;
    unsigned flags;
} TYPES[] = {
    {"text", FIELD_TEXT, 0},
    {"long_text", FIELD_LONG_TEXT, 0},
    {"int", FIELD_INT, 0},
    {"decimal", FIELD_QUANTITY, 0},
    {"money", FIELD_MONEY, 0},
    {"bool", FIELD_BOOL, 0},
    {"date", FIELD_DATE, 0},
    {"datetime", FIELD_TIME, 0},
    {"select", FIELD_ENUM, 0},
    {"multi_select", FIELD_ENUM, FIELD_LIST},
    {"email", FIELD_EMAIL, 0},
    {"phone", FIELD_PHONE, 0},
    {"url", FIELD_URL, 0},
    {"ref", FIELD_REFERENCE, 0},
    {"user", FIELD_REFERENCE, 0},
    {"country", FIELD_COUNTRY, 0},
    {"file", FIELD_REFERENCE, 0},
    {"rating", FIELD_INT, 0},
    {"formula", FIELD_QUANTITY, FIELD_DERIVED},
};

const char *Custom_key(const FieldDef *field)
{
    return field->name + 7;
}

static const struct CustomType *find_type(const char *name)
{
    for (size_t i = 0; name && i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (strcmp(TYPES[i].name, name) == 0)
            return &TYPES[i];
    }
    return NULL;
}

/* ---- definitions -------------------------------------------------------------------------- */

/* [{"key":"a","label":"A","active":true}, ...] or ["a", ...] */
static void read_choices(Arena *arena, const char *text, FieldDef *field)
{
    Error ignored = ERROR_NONE;
    Json *list = text ? Json_parse(text, strlen(text), JSON_BYTES_MAX, &ignored) : NULL;
    if (!json_object_is_type(list, json_type_array)) {
        json_object_put(list);
        return;
    }
    size_t count = json_object_array_length(list);
    Choice *choices = ARENA_ARRAY(arena, Choice, count + 1);
    int used = 0;
    for (size_t i = 0; choices && i < count; i++) {
        Json *item = json_object_array_get_idx(list, i);
        bool plain = json_object_is_type(item, json_type_string);
        const char *key = plain ? json_object_get_string(item) : Json_text(item, "key");
        const char *label = plain ? NULL : Json_text(item, "label");
        if (key)
            choices[used++] =
                (Choice){Arena_strdup(arena, key), Arena_strdup(arena, label ? label : key)};
    }
    field->choices = choices;
    field->choice_count = used;
    json_object_put(list);
}

static void read_limits(ModelContext *context, CustomField *custom, const char *low,
                        const char *high)
{
    FieldDef *field = &custom->field;
    Value value;
    Error ignored = ERROR_NONE;
    bool text = FieldType_is_text(field->type);
    if (low && low[0] && !text && Value_parse(context, field, low, true, NULL, &value, &ignored)) {
        field->has_minimum = true;
        field->minimum = value.integer;
    }
    if (high && high[0] && text) {
        long length = strtol(high, NULL, 10);
        if (length > 0 && length < 1000000)
            field->max_length = (int)length;
    } else if (high && high[0] && Value_parse(context, field, high, true, NULL, &value, &ignored)) {
        field->has_maximum = true;
        field->maximum = value.integer;
    }
}

static const char *text_of(Record *row, const char *name)
{
    return Record_text(row, Resource_field(row->resource, name));
}

static bool flag_of(Record *row, const char *name)
{
    return Record_int(row, Resource_field(row->resource, name), 0) != 0;
}

bool Custom_define(ModelContext *context, Arena *arena, Record *row, CustomField *custom)
{
    const char *type_name = text_of(row, "type");
    const struct CustomType *type = find_type(type_name);
    const char *key = text_of(row, "key");
    FieldDef *field = &custom->field;
    custom->resource = Model_resource(text_of(row, "entity"));
    if (!custom->resource || custom->resource->parent || !type || !key)
        return false;
    custom->id = Record_id(row);
    custom->position = Record_int(row, Resource_field(row->resource, "position"), 0);
    custom->type = type->name;
    custom->unique = flag_of(row, "unique_value");
    custom->indexed = flag_of(row, "indexed");
    custom->formula = Arena_strdup(arena, text_of(row, "formula"));
    custom->pattern = Arena_strdup(arena, text_of(row, "pattern"));
    custom->fallback = Arena_strdup(arena, text_of(row, "default"));
    field->name = Arena_printf(arena, "custom.%s", key);
    field->column = "custom";
    const char *title = text_of(row, "title");
    if (!title)
        title = text_of(row, "label");
    field->label = Arena_strdup(arena, title ? title : key);
    field->help = Arena_strdup(arena, text_of(row, "help"));
    field->section = Arena_strdup(arena, text_of(row, "section"));
    field->type = type->type;
    field->flags = type->flags | (flag_of(row, "required") ? FIELD_REQUIRED : 0u) |
                   (custom->unique ? FIELD_UNIQUE : 0u) | (custom->indexed ? FIELD_INDEXED : 0u) |
                   (flag_of(row, "pii") ? FIELD_PERSONAL : 0u);
    if (strcmp(type->name, "user") == 0)
        field->reference = "user";
    else if (strcmp(type->name, "file") == 0)
        field->reference = "attachment";
    else if (type->type == FIELD_REFERENCE)
        field->reference = Arena_strdup(arena, text_of(row, "ref_entity"));
    if (type->type == FIELD_MONEY && Resource_field(custom->resource, "currency") >= 0)
        field->currency_field = "currency";
    if (strcmp(type->name, "rating") == 0) {
        field->has_minimum = field->has_maximum = true;
        field->maximum = 5;
    }
    read_choices(arena, text_of(row, "options"), field);
    read_limits(context, custom, text_of(row, "min"), text_of(row, "max"));
    return field->name != NULL;
}

static int compare_fields(const void *left, const void *right)
{
    const CustomField *const *a = left, *const *b = right;
    int order = strcmp((*a)->resource->name, (*b)->resource->name);
    if (!order)
        order = ((*a)->position > (*b)->position) - ((*a)->position < (*b)->position);
    return order ? order : ((*a)->id > (*b)->id) - ((*a)->id < (*b)->id);
}

static bool load(ModelContext *context, Arena *arena, CustomFields *fields, Error *error)
{
    const ResourceDef *resource = Model_resource("custom_field");
    size_t room = 0;
    if (!resource)
        return true;
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_puts(&sql, "SELECT ");
    Row_columns(&sql, resource, "t", NULL);
    Sql_printf(&sql, " FROM %s t WHERE t.tenant_id = ", resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND t.deleted_at IS NULL AND t.%s IS NOT 'archived'",
               Model_column(resource, "state"));
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW) {
        if (fields->count == room) {
            room = room ? room * 2 : 64;
            CustomField **items = ARENA_ARRAY(arena, CustomField *, room);
            if (items && fields->count)
                memcpy(items, fields->items, sizeof *items * fields->count);
            fields->items = items;
        }
        CustomField *custom = ARENA_NEW(arena, CustomField);
        Record *row = Record_new(context->arena, resource);
        if (!fields->items || !custom || !row)
            break;
        Row_fetch(statement, 0, row, NULL, context->arena);
        if (Custom_define(context, arena, row, custom))
            fields->items[fields->count++] = custom;
    }
    Statement_reset(statement);
    if (step == STEP_ROW)
        return Error_set(error, ERROR_LIMIT, "The custom fields need too much memory.");
    if (fields->count)
        qsort(fields->items, fields->count, sizeof *fields->items, compare_fields);
    return step == STEP_DONE;
}

CustomFields *CustomFields_load(ModelContext *context, Error *error)
{
    Arena *arena = Arena_new(0);
    CustomFields *fields = arena ? ARENA_NEW(arena, CustomFields) : NULL;
    if (!fields) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory for the custom fields.");
    } else if (load(context, arena, fields, error)) {
        fields->owned = arena;
        return fields;
    }
    Arena_free(arena);
    return NULL;
}

void CustomFields_free(CustomFields *fields)
{
    if (fields)
        Arena_free(fields->owned);
}

CustomFields *Custom_of(ModelContext *context, Error *error)
{
    if (!context->custom) {
        CustomFields *fields = ARENA_NEW(context->arena, CustomFields);
        if (!fields) {
            Error_set(error, ERROR_LIMIT, "There is not enough memory for the custom fields.");
            return NULL;
        }
        if (!load(context, context->arena, fields, error))
            return NULL;
        context->custom = fields;
    }
    return context->custom;
}

const FieldDef *CustomFields_find(const CustomFields *fields, const ResourceDef *resource,
                                  const char *key)
{
    if (strncmp(key, "custom.", 7) == 0)
        key += 7;
    for (size_t i = 0; fields && i < fields->count; i++) {
        if (fields->items[i]->resource == resource &&
            strcmp(Custom_key(&fields->items[i]->field), key) == 0)
            return &fields->items[i]->field;
    }
    return NULL;
}

size_t CustomFields_of(const CustomFields *fields, const ResourceDef *resource,
                       const FieldDef *const **out)
{
    size_t first = 0, last;
    if (!fields)
        return 0;
    while (first < fields->count && fields->items[first]->resource != resource)
        first++;
    for (last = first; last < fields->count && fields->items[last]->resource == resource;)
        last++;
    /* FieldDef is the first member of CustomField. */
    *out = (const FieldDef *const *)(const void *)(fields->items + first);
    return last - first;
}
