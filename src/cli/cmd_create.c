#include "cli/commands.h"

#include <stdio.h>

#include "cli/params.h"
#include "cli/present.h"

int Command_create(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char operation[96];
    Json *params = NULL, *result = NULL;
    snprintf(operation, sizeof operation, "%.64s.create", invocation->arguments[0]);
    if (!Params_read(invocation, 1, &params, &error) ||
        !Invocation_call(invocation, operation, params, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
