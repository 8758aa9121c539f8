#include "engine/parameters.h"

#include <math.h>
#include <string.h>
#include "base/text.h"

#define NAMES_MAX 160

static const ParameterDef *find(const OperationDef *operation, const char *name)
{
    for (int i = 0; i < operation->parameter_count; i++) {
        if (strcmp(operation->parameters[i].name, name) == 0)
            return &operation->parameters[i];
    }
    return NULL;
}

static bool refuse_unknown(const OperationDef *operation, const char *name, Error *error)
{
    const char *names[NAMES_MAX];
    size_t count = 0;

    for (int i = 0; i < operation->parameter_count && count < NAMES_MAX; i++)
        names[count++] = operation->parameters[i].name;
    const char *near = count ? Text_nearest(name, names, count) : NULL;
    Error_set_field(error, ERROR_USAGE, name, "%s has no parameter \"%.60s\".", operation->name,
                    name);
    if (near)
        return Error_hint(error, "Did you mean \"%s\"?", near);
    return false;
}

static bool is_whole(Json *value)
{
    if (json_object_is_type(value, json_type_int))
        return true;
    return json_object_is_type(value, json_type_double) &&
           floor(json_object_get_double(value)) == json_object_get_double(value);
}

static bool fits_type(const ParameterDef *parameter, Json *value)
{
    bool text = json_object_is_type(value, json_type_string);

    switch (parameter->type) {
    case FIELD_JSON:
        return true;
    case FIELD_INT:
    case FIELD_RATE:
    case FIELD_QUANTITY:
    case FIELD_FX:
        return is_whole(value);
    case FIELD_BOOL:
        return json_object_is_type(value, json_type_boolean);
    case FIELD_MONEY:
    case FIELD_UNIT_PRICE:
        return text || is_whole(value) || json_object_is_type(value, json_type_object);
    case FIELD_REFERENCE:
    case FIELD_RECORD:
        return text || json_object_is_type(value, json_type_object) || is_whole(value);
    default:
        return text;
    }
}

static bool fits_choice(const ParameterDef *parameter, Json *value, Error *error)
{
    const char *text = json_object_get_string(value);

    for (int i = 0; i < parameter->choice_count; i++) {
        if (strcmp(parameter->choices[i].key, text) == 0)
            return true;
    }
    return parameter->choice_count == 0 ||
           Error_set_field(error, ERROR_ENUM, parameter->name, "\"%.60s\" is none of the choices "
                           "of %s.", text, parameter->name);
}

static bool check_one(const ParameterDef *parameter, Json *value, Error *error)
{
    if (!value)
        return !parameter->required ||
               Error_set_field(error, ERROR_REQUIRED, parameter->name, "%s is needed.",
                               parameter->name);
    if (!fits_type(parameter, value)) {
        const char *type = parameter->type == FIELD_INT ? "a whole number"
                           : parameter->type == FIELD_BOOL ? "true or false"
                           : parameter->type == FIELD_REFERENCE ? "a record's id" : "text";
        return Error_set_field(error, ERROR_TYPE, parameter->name, "%s must be %s.",
                               parameter->name, type);
    }
    return parameter->type != FIELD_ENUM || fits_choice(parameter, value, error);
}

bool Parameters_check(const OperationDef *operation, const ResourceDef *resource,
                      const Json *params, Error *error)
{
    if (!json_object_is_type(params, json_type_object))
        return Error_set(error, ERROR_USAGE, "Parameters are given as an object.");
    json_object_object_foreach((Json *)(uintptr_t)params, name, value) {
        const ParameterDef *parameter = find(operation, name);
        if (parameter ? !check_one(parameter, value, error)
                      : !(operation->flags & OPERATION_FIELDS && resource) &&
                            !refuse_unknown(operation, name, error))
            return false;
    }
    for (int i = 0; i < operation->parameter_count; i++) {
        const ParameterDef *parameter = &operation->parameters[i];
        if (parameter->required && !Json_get(params, parameter->name))
            return check_one(parameter, NULL, error);
    }
    return true;
}

static Json *choices_json(const Choice *choices, int count)
{
    Json *array = json_object_new_array();

    for (int i = 0; i < count; i++) {
        Json *choice = json_object_new_object();
        Json_set_text(choice, "key", choices[i].key);
        Json_set_text(choice, "label", choices[i].label);
        json_object_array_add(array, choice);
    }
    return array;
}

static Json *describe(const char *name, FieldType type, bool required, const char *help,
                      const char *reference, const Choice *choices, int choice_count)
{
    Json *item = json_object_new_object();

    Json_set_text(item, "name", name);
    Json_set_text(item, "type", FieldType_name(type));
    Json_set_bool(item, "required", required);
    if (help)
        Json_set_text(item, "help", help);
    if (reference)
        Json_set_text(item, "reference", reference);
    if (choice_count)
        Json_set(item, "choices", choices_json(choices, choice_count));
    return item;
}

Json *Parameters_describe(const OperationDef *operation, const ResourceDef *resource)
{
    Json *array = json_object_new_array();

    for (int i = 0; i < operation->parameter_count; i++) {
        const ParameterDef *parameter = &operation->parameters[i];
        const char *reference = parameter->reference;
        if (reference && strcmp(reference, "@") == 0)
            reference = resource ? resource->name : NULL;
        json_object_array_add(array, describe(parameter->name, parameter->type,
                                              parameter->required, parameter->help, reference,
                                              parameter->choices, parameter->choice_count));
    }
    if (!(operation->flags & OPERATION_FIELDS) || !resource)
        return array;
    bool creates = strcmp(operation->name, "create") == 0;
    for (int i = 0; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        if (!(field->flags & (FIELD_SYSTEM | FIELD_DERIVED)))
            json_object_array_add(array, describe(field->name, field->type,
                                                  creates && field->flags & FIELD_REQUIRED,
                                                  field->help, field->reference, field->choices,
                                                  field->choice_count));
    }
    return array;
}
