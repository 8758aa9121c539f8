#include "cli/commands.h"

#include "cli/output.h"
#include "cli/present.h"

static const PresentColumn OPERATION_COLUMNS[] = {
    {"name", "operation", "text"},
    {"kind", "kind", "text"},
    {"right", "right", "text"},
    {"allowed", "allowed", "bool"},
    {"summary", "what it does", "text"},
};
static const PresentColumn PARAMETER_COLUMNS[] = {
    {"name", "parameter", "text"},
    {"type", "type", "text"},
    {"required", "required", "bool"},
    {"help", "meaning", "text"},
};
#define COUNT(rows) ((int)(sizeof(rows) / sizeof *(rows)))

static void show_one(const Invocation *invocation, const Json *operation)
{
    const char *right = Json_text(operation, "right");
    Output_line("%s", Json_text(operation, "name") ? Json_text(operation, "name") : "");
    Output_line("  %s", Json_text(operation, "summary") ? Json_text(operation, "summary") : "");
    Output_line("  right: %s; you %s", right ? right : "any login",
                Json_bool(operation, "allowed", false) ? "have it" : "do not have it");
    const Json *parameters = Json_get(operation, "parameters");
    if (parameters && json_object_array_length(parameters) > 0) {
        Output_line("%s", "");
        Present_rows(invocation, parameters, PARAMETER_COLUMNS, COUNT(PARAMETER_COLUMNS));
    }
}

int Command_operations(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *params = json_object_new_object(), *result = NULL;
    bool one = invocation->argument_count == 1;
    if (one)
        Json_set_text(params, "operation", invocation->arguments[0]);
    if (!Invocation_call(invocation, "operations.list", params, &result, &error))
        return Invocation_fail(invocation, &error);
    const Json *rows = result && json_object_is_type(result, json_type_object)
                           ? Json_get(result, "operations")
                           : result;
    bool single = one && rows && json_object_is_type(rows, json_type_array) &&
                  json_object_array_length(rows) == 1;
    const Json *only = single ? json_object_array_get_idx(rows, 0) : NULL;
    if (one && !only && result && Json_get(result, "parameters"))
        only = result;
    if (only && invocation->json)
        Output_json(stdout, only);
    else if (only)
        show_one(invocation, only);
    else
        Present_rows(invocation, rows, OPERATION_COLUMNS, COUNT(OPERATION_COLUMNS));
    json_object_put(result);
    return EXIT_DONE;
}
