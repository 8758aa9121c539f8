#include "cli/commands.h"

#include <stdio.h>

#include "cli/params.h"
#include "cli/present.h"

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
    const char *columns = Invocation_option(invocation, "columns");
    if (columns)
        Json_set(params, "columns", Params_list(columns));
    snprintf(operation, sizeof operation, "%s.get", resource);
    if (!Invocation_call(invocation, operation, params, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
