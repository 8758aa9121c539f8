#include "cli/commands.h"

#include <limits.h>
#include <stdio.h>

#include "cli/params.h"
#include "cli/present.h"

int Command_update(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char resource[64], operation[96];
    const char *id = NULL;
    int next = 0;
    long version = 0;
    Json *params = NULL, *result = NULL;
    if (!Params_record(invocation, resource, &id, &next, &error) ||
        !Invocation_number(invocation, "version", 1, LONG_MAX, &version, &error) ||
        !Params_read(invocation, next, &params, &error))
        return Invocation_fail(invocation, &error);
    if (json_object_object_length(params) == 0) {
        json_object_put(params);
        return Invocation_misuse(invocation, "update needs at least one name=value.");
    }
    Json_set_text(params, "id", id);
    if (version)
        Json_set_int(params, "version", version);
    snprintf(operation, sizeof operation, "%s.update", resource);
    if (!Invocation_call(invocation, operation, params, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
