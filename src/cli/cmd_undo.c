#include "cli/commands.h"

#include "cli/output.h"
#include "cli/params.h"
#include "cli/present.h"

int Command_undo(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *params = json_object_new_object(), *result = NULL;
    const char *operation = Invocation_flag(invocation, "preview") ? "undo.preview" : "undo";
    if (invocation->argument_count == 1) {
        Json_set_text(params, "change", invocation->arguments[0]);
        Params_by_type(invocation, operation, params);
    }
    if (!Invocation_call(invocation, operation, params, &result, &error))
        return Invocation_fail(invocation, &error);
    const char *message = result ? Json_text(result, "message") : NULL;
    if (!invocation->json && message)
        Output_line("%s", message);
    else
        Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}
