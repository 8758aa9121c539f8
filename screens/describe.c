#include "screens/describe.h"

#include <stdlib.h>
#include <string.h>

#include "tui/words.h"

static const struct {
    const char *name;
    ValueType type;
} TYPES[] = {
    {"text", VALUE_TEXT},
    {"long_text", VALUE_LONG_TEXT},
    {"int", VALUE_INT},
    {"bool", VALUE_BOOL},
    {"enum", VALUE_ENUM},
    {"money", VALUE_MONEY},
    {"unit_price", VALUE_UNIT_PRICE},
    {"rate", VALUE_RATE},
    {"quantity", VALUE_QUANTITY},
    {"fx", VALUE_FX},
    {"time", VALUE_TIME},
    {"date", VALUE_DATE},
    {"reference", VALUE_REFERENCE},
    {"email", VALUE_EMAIL},
    {"phone", VALUE_PHONE},
    {"url", VALUE_URL},
    {"json", VALUE_JSON},
    {"secret", VALUE_SECRET},
    {"record", VALUE_RECORD},
};

static ValueType type_of(const char *name)
{
    for (size_t i = 0; name && i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (strcmp(TYPES[i].name, name) == 0)
            return TYPES[i].type;
    }
    return VALUE_TEXT;
}

static void read_field(FieldInfo *field, const Json *json)
{
    field->name = Json_text(json, "name");
    field->label = Json_text(json, "label");
    field->section = Json_text(json, "section");
    field->help = Json_text(json, "help");
    field->reference = Json_text(json, "reference");
    field->currency_field = Json_text(json, "currency_field");
    field->type = type_of(Json_text(json, "type"));
    field->required = Json_bool(json, "required", false);
    field->derived = Json_bool(json, "derived", false);
    field->custom = Json_bool(json, "custom", false);
    field->read_only = Json_bool(json, "read_only", false);
    field->masked = Json_bool(json, "masked", false);
    field->hidden = Json_bool(json, "hidden", false);
    field->is_list = Json_bool(json, "is_list", false) || Json_bool(json, "list", false);
    field->has_minimum = Json_get(json, "min") != NULL;
    field->has_maximum = Json_get(json, "max") != NULL;
    field->minimum = Json_int(json, "min", 0);
    field->maximum = Json_int(json, "max", 0);
    field->max_length = (int)Json_int(json, "max_length", 0);
    field->choices = Json_get(json, "choices");
    if (!field->name)
        field->name = "";
    if (!field->label)
        field->label = field->name;
    if (field->choices && field->type == VALUE_TEXT)
        field->type = VALUE_ENUM;
}

static bool may(const Json *json, const char *action)
{
    const Json *actions = Json_get(json, "actions");

    return !actions || Json_bool(actions, action, true);
}

static void close_description(Description *description)
{
    if (!description)
        return;
    json_object_put(description->json);
    free(description->fields);
    free(description);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Fields of a section stand together, in the order of the sections' first fields. */
static void gather_sections(Description *description)
{
    FieldInfo *fields = description->fields;
    int count = description->field_count;

    for (int i = 1; i < count; i++) {
        int place = i;
        for (int j = 0; j < i; j++) {
            if (same_text(fields[j].section, fields[i].section))
                place = j + 1;
        }
        FieldInfo moved = fields[i];
        memmove(&fields[place + 1], &fields[place], (size_t)(i - place) * sizeof *fields);
        fields[place] = moved;
    }
}

/* Every record has a label, described or not. */
static void add_label(Description *description)
{
    if (Description_field(description, "label"))
        return;
    description->fields[description->field_count++] = (FieldInfo){.name = "label",
                                                                  .label = Ui_text("Name"),
                                                                  .type = VALUE_TEXT,
                                                                  .derived = true,
                                                                  .hidden = true,
                                                                  .read_only = true};
}

/* Takes json. */
static Description *read_description(Json *json)
{
    Description *description = calloc(1, sizeof *description);
    const Json *fields = Json_get(json, "fields");
    size_t count = fields ? json_object_array_length(fields) : 0;

    if (description)
        description->fields = calloc(count + 1, sizeof *description->fields);
    if (!description || !description->fields) {
        free(description);
        json_object_put(json);
        return NULL;
    }
    description->json = json;
    description->name = Json_text(json, "name");
    description->plural = Json_text(json, "plural");
    description->label = Json_text(json, "label");
    description->label_plural = Json_text(json, "label_plural");
    description->domain = Json_text(json, "domain");
    description->sort = Json_text(json, "sort");
    description->state_field = Json_text(json, "state_field");
    description->can_create = may(json, "create");
    description->can_update = may(json, "update");
    description->can_delete = may(json, "delete");
    description->field_count = (int)count;
    for (size_t i = 0; i < count; i++)
        read_field(&description->fields[i], json_object_array_get_idx(fields, i));
    gather_sections(description);
    add_label(description);
    return description;
}

Description *Describe(App *app, const char *resource, Error *error)
{
    Json *params, *result = NULL;

    for (int i = 0; i < app->description_count; i++) {
        const char *name = app->descriptions[i]->name;
        if (name && strcmp(name, resource) == 0)
            return app->descriptions[i];
    }
    if (app->description_count == DESCRIPTIONS_MAX) {
        Error_set(error, ERROR_LIMIT, "Too many kinds of records are open.");
        return NULL;
    }
    params = json_object_new_object();
    Json_set_text(params, "resource", resource);
    if (!Link_call(app, "resource.describe", params, &result, error))
        return NULL;
    Description *description = read_description(result);
    if (!description || !description->name) {
        close_description(description);
        Error_set(error, ERROR_INTERNAL, "The engine described \"%s\" in a way we cannot read.",
                  resource);
        return NULL;
    }
    app->descriptions[app->description_count++] = description;
    return description;
}

void Descriptions_forget(App *app)
{
    if (app->depth == 0)
        Descriptions_close(app);
}

void Descriptions_close(App *app)
{
    for (int i = 0; i < app->description_count; i++)
        close_description(app->descriptions[i]);
    app->description_count = 0;
}

const FieldInfo *Description_field(const Description *description, const char *name)
{
    for (int i = 0; name && i < description->field_count; i++) {
        if (strcmp(description->fields[i].name, name) == 0)
            return &description->fields[i];
    }
    return NULL;
}

int Description_columns(const Description *description, const FieldInfo **out, int limit)
{
    const Json *list = Json_get(description->json, "list");
    size_t length = list ? json_object_array_length(list) : 0;
    int count = 0;

    for (size_t i = 0; i < length && count < limit; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(list, i));
        const FieldInfo *field = Description_field(description, name);
        if (field)
            out[count++] = field;
    }
    for (int i = 0; i < description->field_count && count == 0; i++) {
        if (!description->fields[i].hidden)
            out[count++] = &description->fields[i];
    }
    return count;
}

Json *Record_value(const Json *record, const FieldInfo *field)
{
    const Json *custom = field->custom ? Json_get(record, "custom") : NULL;
    const char *name = strncmp(field->name, "custom.", 7) == 0 ? field->name + 7 : field->name;
    const char *dot = strchr(field->name, '.');
    Json *value = custom ? Json_get(custom, name) : Json_get(record, field->name);

    if (!value && dot && !custom) { /* "address.city" may come nested */
        char group[64];
        size_t length = (size_t)(dot - field->name);
        if (length < sizeof group) {
            memcpy(group, field->name, length);
            group[length] = '\0';
            const Json *inner = Json_get(record, group);
            value = inner && json_object_is_type(inner, json_type_object) ? Json_get(inner, dot + 1)
                                                                          : NULL;
        }
    }
    return value;
}

const char *Field_choice_label(const FieldInfo *field, const char *key)
{
    size_t count = field->choices ? json_object_array_length(field->choices) : 0;

    for (size_t i = 0; key && i < count; i++) {
        const Json *choice = json_object_array_get_idx(field->choices, i);
        const char *name = Json_text(choice, "key"), *label = Json_text(choice, "label");
        if (name && strcmp(name, key) == 0)
            return label ? label : name;
    }
    return key;
}

bool ValueType_is_number(ValueType type)
{
    switch (type) {
    case VALUE_INT:
    case VALUE_MONEY:
    case VALUE_UNIT_PRICE:
    case VALUE_RATE:
    case VALUE_QUANTITY:
    case VALUE_FX:
        return true;
    default:
        return false;
    }
}
