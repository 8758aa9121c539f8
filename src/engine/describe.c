/* describe.c - what screens and other doors need to know: resources, their fields, operations. */
#include <stdio.h>
#include <string.h>
#include "engine/generic.h"
#include "engine/own_operations.h"
#include "engine/parameters.h"
#include "engine/registry.h"
#include "model/translation.h"

/* The language of the asking person; the organisation's when they chose none. */
static const char *language_of(OperationContext *context)
{
    Statement *row = Connection_prepare(context->model.connection,
                                        "SELECT lang FROM user_ WHERE id = ?1", NULL);
    const char *language = NULL;

    if (row) {
        Statement_bind_int(row, 1, context->model.user_id);
        if (Statement_step(row, NULL) == STEP_ROW)
            language = Arena_strdup(context->model.arena, Statement_text(row, 0));
        Statement_reset(row);
    }
    return language && language[0] ? language : context->model.tenant->language;
}

static void set_translated(Json *json, const char *key, const char *language, const char *text)
{
    Json_set_text(json, key, text ? Translation_of(language, text) : NULL);
}

/* ---- resource.list ------------------------------------------------------------------------ */

static bool resource_list(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *language = language_of(context);

    *result = json_object_new_array_ext(RESOURCE_COUNT);
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        const ResourceDef *resource = RESOURCES[i];
        if (!Context_may(context, resource, ACTION_READ))
            continue;
        Json *json = json_object_new_object();
        Json_set_text(json, "name", resource->name);
        Json_set_text(json, "plural", resource->plural);
        set_translated(json, "label", language, resource->label);
        set_translated(json, "label_plural", language, resource->label_plural);
        Json_set_text(json, "domain", resource->domain);
        Json_set_bool(json, "searchable", resource->search_id != 0);
        json_object_array_add(*result, json);
    }
    return true;
}

/* ---- resource.describe -------------------------------------------------------------------- */

static bool named(const char *const *names, const char *name)
{
    for (; names && *names; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

static void set_flag(Json *json, const char *key, bool value)
{
    if (value)
        Json_set_bool(json, key, true);
}

static Json *choices_of(const FieldDef *field, const char *language)
{
    Json *choices = json_object_new_array_ext(field->choice_count);

    for (int i = 0; i < field->choice_count; i++) {
        Json *choice = json_object_new_object();
        Json_set_text(choice, "key", field->choices[i].key);
        set_translated(choice, "label", language, field->choices[i].label);
        json_object_array_add(choices, choice);
    }
    return choices;
}

static void describe_limits(Json *json, const FieldDef *field)
{
    if (field->has_minimum)
        Json_set_int(json, "min", field->minimum);
    if (field->has_maximum)
        Json_set_int(json, "max", field->maximum);
    if (field->max_length)
        Json_set_int(json, "max_length", field->max_length);
    if (field->default_text)
        Json_set_text(json, "default", field->default_text);
    if (field->currency_field)
        Json_set_text(json, "currency_field", field->currency_field);
}

static Json *describe_field(const ResourceDef *resource, const FieldDef *field,
                            const char *language, const char *const *masked,
                            const char *const *refused)
{
    Json *json = json_object_new_object();
    bool custom = strncmp(field->name, "custom.", 7) == 0;

    Json_set_text(json, "name", field->name);
    if (field->alias)
        Json_set_text(json, "alias", field->alias);
    Json_set_text(json, "label",
                  custom ? field->label : Translation_of(language, field->label));
    Json_set_text(json, "type", FieldType_name(field->type));
    if (field->section)
        set_translated(json, "section", language, field->section);
    if (field->reference)
        Json_set_text(json, "reference", field->reference);
    if (field->choice_count)
        Json_set(json, "choices", choices_of(field, language));
    if (field->help)
        set_translated(json, "help", language, field->help);
    describe_limits(json, field);
    set_flag(json, "required", field->flags & FIELD_REQUIRED);
    set_flag(json, "derived", field->flags & FIELD_DERIVED);
    set_flag(json, "unique", field->flags & FIELD_UNIQUE);
    set_flag(json, "indexed", field->flags & (FIELD_INDEXED | FIELD_UNIQUE));
    set_flag(json, "list", field->flags & FIELD_LIST);
    set_flag(json, "hidden", field->flags & FIELD_HIDDEN);
    set_flag(json, "immutable", field->flags & FIELD_IMMUTABLE);
    set_flag(json, "custom", custom);
    set_flag(json, "masked", named(masked, field->name));
    set_flag(json, "read_only", field->flags & (FIELD_SYSTEM | FIELD_DERIVED) ||
                                    named(refused, field->name) || resource->append_only);
    return json;
}

static Json *describe_fields(const ResourceDef *resource, const char *language,
                             const Decision *read, const Decision *update)
{
    Json *fields = json_object_new_array();

    for (int i = resource->first_own; i < resource->field_count; i++)
        json_object_array_add(fields, describe_field(resource, &resource->fields[i], language,
                                                     read->masked, update->refused));
    return fields;
}

static void add_custom(OperationContext *context, const ResourceDef *resource, Json *fields,
                       const char *language, const Decision *read, const Decision *update)
{
    const FieldDef *const *custom;
    size_t count = context->model.custom
                       ? CustomFields_of(context->model.custom, resource, &custom) : 0;

    for (size_t i = 0; i < count; i++)
        json_object_array_add(fields, describe_field(resource, custom[i], language, read->masked,
                                                     update->refused));
}

static Json *describe_children(const ResourceDef *resource, const char *language)
{
    static const Decision OPEN = {.allowed = true};
    Json *children = json_object_new_array();

    for (int i = 0; i < resource->child_count; i++) {
        const ResourceDef *child = resource->children[i];
        Json *json = json_object_new_object();
        Json_set_text(json, "name", child->name);
        Json_set_text(json, "plural", child->plural);
        set_translated(json, "label", language, child->label);
        set_translated(json, "label_plural", language, child->label_plural);
        Json_set(json, "fields", describe_fields(child, language, &OPEN, &OPEN));
        json_object_array_add(children, json);
    }
    return children;
}

static Json *describe_transitions(OperationContext *context, const ResourceDef *resource,
                                  const char *language)
{
    Json *transitions = json_object_new_array();

    for (int i = 0; i < resource->transition_count; i++) {
        const TransitionDef *transition = &resource->transitions[i];
        if (!Context_is_system(context) &&
            !Rights_may(Context_rights(context), context->model.user_id, resource,
                        ACTION_TRANSITION, transition->name))
            continue;
        Json *json = json_object_new_object();
        Json_set_text(json, "name", transition->name);
        set_translated(json, "label", language, transition->label);
        Json_set_text(json, "from", transition->from);
        Json_set_text(json, "to", transition->to);
        if (transition->note)
            set_translated(json, "note", language, transition->note);
        json_object_array_add(transitions, json);
    }
    return transitions;
}

static Json *names_json(const char *const *names)
{
    Json *array = json_object_new_array();

    for (; names && *names; names++)
        json_object_array_add(array, json_object_new_string(*names));
    return array;
}

static Json *actions_of(const OperationContext *context, const ResourceDef *resource)
{
    Json *actions = json_object_new_object();

    for (int i = 0; i < ACTION_COUNT; i++) {
        bool changes = i != ACTION_READ && i != ACTION_EXPORT;
        Json_set_bool(actions, ACTION_NAMES[i],
                      !(changes && resource->append_only) && Context_may(context, resource, (Action)i));
    }
    return actions;
}

static bool resource_describe(OperationContext *context, const Json *params, Json **result,
                              Error *error)
{
    const ResourceDef *resource = Generic_resource(params, "resource", error);
    const char *language = language_of(context);
    Decision read, update;

    if (!resource ||
        !Context_authorise(context, resource, ACTION_READ, NULL, &read, error))
        return false;
    if (!Context_authorise(context, resource, ACTION_UPDATE, NULL, &update, NULL))
        update.refused = NULL;
    Json *json = *result = json_object_new_object();
    Json_set_text(json, "name", resource->name);
    Json_set_text(json, "plural", resource->plural);
    set_translated(json, "label", language, resource->label);
    set_translated(json, "label_plural", language, resource->label_plural);
    if (resource->help)
        set_translated(json, "help", language, resource->help);
    Json_set_text(json, "domain", resource->domain);
    Json_set_text(json, "version", RESOURCE_CHECKSUM);
    Json_set(json, "title", names_json(resource->title));
    Json_set(json, "list", names_json(resource->list));
    Json_set_text(json, "sort", resource->sort);
    Json_set_bool(json, "searchable", resource->search_id != 0);
    Json_set_bool(json, "stream", resource->stream);
    Json_set_bool(json, "append_only", resource->append_only);
    Json_set_text(json, "state_field", resource->state_field < 0
                                           ? NULL : resource->fields[resource->state_field].name);
    Json *fields = describe_fields(resource, language, &read, &update);
    add_custom(context, resource, fields, language, &read, &update);
    Json_set(json, "fields", fields);
    Json_set(json, "children", describe_children(resource, language));
    Json_set(json, "transitions", describe_transitions(context, resource, language));
    Json_set(json, "actions", actions_of(context, resource));
    return true;
}

/* ---- operations.list ---------------------------------------------------------------------- */

typedef struct Listing {
    OperationContext *context;
    const char *only;
    const char *language;
    Json *rows;
} Listing;

static bool is_allowed(const OperationContext *context, const OperationDef *row,
                       const ResourceDef *own)
{
    char name[64];
    const char *colon = row->right ? strchr(row->right, ':') : NULL;

    if (!colon || Context_is_system(context))
        return true;
    snprintf(name, sizeof name, "%.*s", (int)(colon - row->right), row->right);
    const ResourceDef *resource = strcmp(name, "@") == 0 ? own : Resource_find(name);
    return resource && Context_may(context, resource, Action_find(colon + 1));
}

static void add_row(const Listing *listing, const OperationDef *row, const ResourceDef *own,
                    const char *name)
{
    static const char *const KINDS[] = {"read", "write", "work"};
    Json *json = json_object_new_object();
    char right[128];

    Json_set_text(json, "name", name);
    set_translated(json, "summary", listing->language, row->summary);
    Json_set_text(json, "kind", KINDS[row->kind]);
    if (row->right && row->right[0] == '@' && own) {
        snprintf(right, sizeof right, "%s%s", own->name, row->right + 1);
        Json_set_text(json, "right", right);
    } else {
        Json_set_text(json, "right", row->right);
    }
    Json_set_bool(json, "allowed", is_allowed(listing->context, row, own));
    set_flag(json, "dangerous", row->flags & OPERATION_DANGEROUS);
    Json_set(json, "parameters", listing->only
                                     ? Parameters_describe(row, own)
                                     : Parameters_describe(
                                           &(OperationDef){.parameters = row->parameters,
                                                           .parameter_count = row->parameter_count},
                                           own));
    json_object_array_add(listing->rows, json);
}

static void list_row(void *argument, const OperationDef *row, bool is_generic)
{
    const Listing *listing = argument;
    char name[128];

    if (row->flags & OPERATION_HIDDEN)
        return;
    if (!is_generic) {
        add_row(listing, row, NULL, row->name);
        return;
    }
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        if (!Operation_fits(row, RESOURCES[i]))
            continue;
        snprintf(name, sizeof name, "%s.%s", RESOURCES[i]->name, row->name);
        add_row(listing, row, RESOURCES[i], name);
    }
}

static bool operations_list(OperationContext *context, const Json *params, Json **result,
                            Error *error)
{
    Listing listing = {.context = context, .only = Json_text(params, "operation"),
                       .language = language_of(context), .rows = json_object_new_array()};
    const ResourceDef *resource;
    const char *nearest;

    *result = listing.rows;
    if (!listing.only) {
        Operations_each(list_row, &listing);
        return true;
    }
    const OperationDef *row = Operations_find(listing.only, &resource, &nearest);
    if (row) {
        add_row(&listing, row, resource, listing.only);
        return true;
    }
    Error_set_field(error, ERROR_USAGE, "operation", "There is no operation \"%.80s\".",
                    listing.only);
    if (nearest)
        Error_hint(error, "Did you mean \"%s\"?", nearest);
    return false;
}

static const ParameterDef DESCRIBE[] = {
    {.name = "resource", .type = FIELD_TEXT, .required = true, .help = "lead, orders, ..."},
};
static const ParameterDef OPERATION[] = {
    {.name = "operation", .type = FIELD_TEXT, .help = "Only this one, with all its parameters."},
};

static const OperationDef ROWS[] = {
    {.name = "resource.list", .summary = "Which kinds of records there are",
     .kind = OPERATION_READ, .run = resource_list},
    {.name = "resource.describe", .summary = "Fields, choices and rights of a kind of record",
     .kind = OPERATION_READ, PARAMETERS(DESCRIBE), .run = resource_describe},
    {.name = "operations.list", .summary = "What can be done, with parameters and rights",
     .kind = OPERATION_READ, PARAMETERS(OPERATION), .run = operations_list},
};

void DescribeOperations_register(void)
{
    REGISTER(ROWS);
}
