#include "cli/commands.h"

#include <stdio.h>

#include "cli/params.h"
#include "cli/present.h"

/* Takes record, gives an object with these members and the id. */
static Json *only_columns(Json *record, const char *columns)
{
    Json *chosen = json_object_new_object();
    Json *names = Params_list(columns);
    Json_set(chosen, "id", json_object_get(Json_get(record, "id")));
    for (size_t i = 0; i < json_object_array_length(names); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        Json *value = (Json *)(uintptr_t)Present_member(record, name);
        Json_set(chosen, name, json_object_get(value));
    }
    json_object_put(names);
    json_object_put(record);
    return chosen;
}

int Command_get(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char resource[64], operation[96];
    const char *id = NULL;
    int next = 0;
    Json *result = NULL;
    if (!Params_record(invocation, resource, &id, &next, &error))
        return Invocation_fail(invocation, &error);
    if (next < invocation->argument_count)
        return Invocation_misuse(invocation, "get takes one record.");
    Json *params = json_object_new_object();
    Json_set_text(params, "id", id);
    snprintf(operation, sizeof operation, "%s.get", resource);
    if (!Invocation_call(invocation, operation, params, &result, &error))
        return Invocation_fail(invocation, &error);
    const char *columns = Invocation_option(invocation, "columns");
    if (columns && result)
        result = only_columns(result, columns);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
