#include "cli/commands.h"

#include "cli/output.h"
#include "cli/transfer.h"

int Command_get_file(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *params = json_object_new_object(), *result = NULL;
    const char *output = Invocation_option(invocation, "output");
    if (!output && Output_is_terminal()) {
        json_object_put(params);
        return Invocation_misuse(invocation, "A file is not for the terminal: -o FILE, or a pipe.");
    }
    Json_set_text(params, "attachment", invocation->arguments[0]);
    if (!Invocation_call(invocation, "attachment.open", params, &result, &error))
        return Invocation_fail(invocation, &error);
    const char *file = result ? Json_text(result, "file") : NULL;
    bool good = file ? Transfer_download(invocation, file, output, &error)
                     : Error_set(&error, ERROR_NOT_FOUND, "The attachment has no file.");
    json_object_put(result);
    return good ? EXIT_DONE : Invocation_fail(invocation, &error);
}
