/* plan_json.c - a plan as JSON, for people to look at and for a resumed job. */
#include <string.h>

#include "model/exchange/plan_private.h"

static const char *const KIND_NAMES[] = {"separated", "json", "vcard"};

static Json *column_to_json(const ImportColumn *column)
{
    Json *json = json_object_new_object();
    char notation[2] = {column->numbers.decimal, '\0'};
    char grouping[2] = {column->numbers.grouping, '\0'};

    Json_set_text(json, "header", column->header);
    Json_set_text(json, "field", column->target.kind == TARGET_IGNORED ? "-" : column->target.path);
    if (column->target.kind == TARGET_CUSTOM) {
        Json_set_text(json, "type", column->custom_type);
        Json_set_bool(json, "new", column->custom_new);
        if (column->custom_options)
            Json_set_text(json, "options", column->custom_options);
    }
    Json_set_text(json, "decimal", notation);
    Json_set_text(json, "grouping", grouping);
    Json_set_int(json, "order", column->order);
    if (column->rest_key)
        Json_set_text(json, "rest", column->rest_key);
    if (column->fits_nothing)
        Json_set_bool(json, "unmapped", true);
    return json;
}

Json *ImportPlan_to_json(const ImportPlan *plan)
{
    Json *json = json_object_new_object(), *columns = json_object_new_array();
    Json *warnings = json_object_new_array();
    char delimiter[2] = {plan->delimiter, '\0'};

    Json_set_text(json, "kind", KIND_NAMES[plan->facts.kind]);
    Json_set_text(json, "encoding", TEXT_ENCODING_NAMES[plan->facts.encoding]);
    Json_set_int(json, "bom", plan->facts.bom);
    Json_set_int(json, "bytes", plan->facts.bytes);
    Json_set_int(json, "rows", plan->rows);
    Json_set_text(json, "delimiter", delimiter);
    if (plan->preset)
        Json_set_text(json, "preset", plan->preset->name);
    for (size_t i = 0; i < plan->column_count; i++)
        json_object_array_add(columns, column_to_json(&plan->columns[i]));
    for (size_t i = 0; i < plan->warning_count; i++)
        json_object_array_add(warnings, json_object_new_string(plan->warnings[i]));
    Json_set(json, "columns", columns);
    Json_set(json, "warnings", warnings);
    return json;
}

static bool column_from_json(ImportPlan *plan, ImportColumn *column, const Json *json)
{
    const char *path = Json_text(json, "field"), *decimal = Json_text(json, "decimal");
    const char *grouping = Json_text(json, "grouping");

    column->header = Arena_strdup(plan->arena, Json_text(json, "header"));
    column->custom_type = Arena_strdup(plan->arena, Json_text(json, "type"));
    column->custom_options = Arena_strdup(plan->arena, Json_text(json, "options"));
    column->custom_new = Json_bool(json, "new", false);
    column->rest_key = Arena_strdup(plan->arena, Json_text(json, "rest"));
    column->fits_nothing = Json_bool(json, "unmapped", false);
    column->numbers.decimal = decimal ? decimal[0] : '.';
    column->numbers.grouping = grouping ? grouping[0] : '\0';
    column->order = (DateOrder)Json_int(json, "order", DATE_YMD);
    return column->header && path &&
           Target_resolve(plan->arena, plan->options.resource, path, &column->target);
}

static int index_of(const char *const *names, int count, const char *name)
{
    for (int i = 0; name && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

static bool plan_from_json(ImportPlan *plan, const Json *json, Error *error)
{
    const char *delimiter = Json_text(json, "delimiter"), *preset = Json_text(json, "preset");
    Json *columns = Json_get(json, "columns"), *warnings = Json_get(json, "warnings");

    plan->facts.kind = (FileKind)index_of(KIND_NAMES, 3, Json_text(json, "kind"));
    plan->facts.encoding =
        (TextEncoding)index_of(TEXT_ENCODING_NAMES, 5, Json_text(json, "encoding"));
    plan->facts.bom = (int)Json_int(json, "bom", 0);
    plan->facts.bytes = Json_int(json, "bytes", 0);
    plan->rows = Json_int(json, "rows", 0);
    plan->delimiter = delimiter ? delimiter[0] : ',';
    if (preset && !(plan->preset = Preset_load(plan->arena, preset, error)))
        return false;
    plan->column_count = columns ? json_object_array_length(columns) : 0;
    plan->columns = ARENA_ARRAY(plan->arena, ImportColumn, plan->column_count + 1);
    for (size_t i = 0; plan->columns && i < plan->column_count; i++)
        if (!column_from_json(plan, &plan->columns[i], json_object_array_get_idx(columns, i)))
            return Error_set(error, ERROR_INTERNAL, "The saved plan of the import cannot be read.");
    for (size_t i = 0; warnings && i < json_object_array_length(warnings); i++)
        ImportPlan_warn(plan, "%s", json_object_get_string(json_object_array_get_idx(warnings, i)));
    ImportPlan_find_group(plan);
    return plan->columns && ImportPlan_find_match(plan, error);
}

ImportPlan *ImportPlan_from_json(const ImportOptions *options, const Json *json, Error *error)
{
    ImportPlan *plan = ImportPlan_new(options, error);

    if (!plan || plan_from_json(plan, json, error))
        return plan;
    ImportPlan_free(plan);
    return NULL;
}
