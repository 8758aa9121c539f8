#include "cli/commands.h"

#include "cli/params.h"
#include "cli/present.h"

int Command_call(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *params = NULL, *result = NULL;
    if (!Params_read(invocation, 1, &params, &error))
        return Invocation_fail(invocation, &error);
    Params_by_type(invocation, invocation->arguments[0], params);
    if (!Invocation_call(invocation, invocation->arguments[0], params, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
