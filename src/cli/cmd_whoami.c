#include "cli/commands.h"

#include "cli/present.h"

int Command_whoami(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    if (!Invocation_call(invocation, "whoami", NULL, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
