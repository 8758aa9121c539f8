#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/helper.h"
#include "cli/output.h"
#include "cli/present.h"

static void show_file(const Json *row)
{
    const char *file = Json_text(row, "file");
    const Json *problem = Json_get(row, "error");
    if (!problem || !json_object_is_type(problem, json_type_object)) {
        Output_line("%s: good", file ? file : "");
        return;
    }
    Error error = ERROR_NONE;
    Json_to_error(problem, &error);
    Output_line("%s:%d:%d: %s%s%s", file ? file : "", error.line, error.column, error.message,
                error.hint[0] ? " " : "", error.hint);
}

int Command_check(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    size_t count = (size_t)invocation->argument_count;
    const char **arguments = calloc(count + 2, sizeof *arguments);
    if (!arguments)
        return EXIT_AGAIN;
    arguments[0] = "check";
    memcpy(arguments + 1, invocation->arguments, count * sizeof *arguments);
    bool good = Helper_run(arguments, NULL, &result, &error);
    free(arguments);
    const Json *files = result ? Json_get(result, "files") : NULL;
    if (!files) {
        if (good)
            Present_result(invocation, result);
        json_object_put(result);
        return good ? EXIT_DONE : Invocation_fail(invocation, &error);
    }
    if (invocation->json)
        Present_rows(invocation, files, NULL, 0);
    for (size_t i = 0; !invocation->json && i < json_object_array_length(files); i++)
        show_file(json_object_array_get_idx(files, i));
    json_object_put(result);
    return good ? EXIT_DONE : EXIT_REFUSED;
}
