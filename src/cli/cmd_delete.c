#include "cli/commands.h"

#include <stdio.h>

#include "cli/output.h"
#include "cli/params.h"
#include "cli/present.h"

int Command_delete(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char resource[64], operation[96];
    const char *id = NULL;
    int next = 0;
    if (!Params_record(invocation, resource, &id, &next, &error))
        return Invocation_fail(invocation, &error);
    snprintf(operation, sizeof operation, "%s.delete", resource);
    for (;;) {
        Json *params = json_object_new_object(), *result = NULL;
        Json_set_text(params, "id", id);
        if (!Invocation_call(invocation, operation, params, &result, &error))
            return Invocation_fail(invocation, &error);
        if (invocation->json)
            Present_result(invocation, result);
        else
            Output_message("%s is in the trash; bizosaas undo takes that back.", id);
        json_object_put(result);
        if (next >= invocation->argument_count)
            return EXIT_DONE;
        id = invocation->arguments[next++];
    }
}
