#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/params.h"
#include "cli/transfer.h"

static const char *const PASSED[][2] = {{"filter", "filter"}, {NULL, NULL}};
static const char *const FORMATS[] = {"csv", "json", "jsonl", "xlsx"};

static bool known_format(const char *format)
{
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strcmp(FORMATS[i], format) == 0)
            return true;
    return false;
}

int Command_export(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    const char *format = Invocation_option(invocation, "format");
    const char *output = Invocation_option(invocation, "output");
    const char *columns = Invocation_option(invocation, "columns");
    format = format ? format : "csv";
    if (!known_format(format))
        return Invocation_misuse(invocation, "There is no format \"%s\".", format);
    if (strcmp(format, "xlsx") == 0 && !output && Output_is_terminal())
        return Invocation_misuse(invocation, "A spreadsheet needs --output FILE.");
    Json *params = json_object_new_object();
    Json_set_text(params, "resource", invocation->arguments[0]);
    Json_set_text(params, "format", format);
    Params_add_options(invocation, params, PASSED);
    if (columns)
        Json_set(params, "columns", Params_list(columns));
    if (Invocation_flag(invocation, "bom"))
        Json_set_bool(params, "bom", true);
    bool good = Transfer_job(invocation, "export", "export.start", params, &result, &error);
    const char *file = good && result ? Json_text(result, "file") : NULL;
    if (good && !file)
        good = Error_set(&error, ERROR_INTERNAL, "The export made no file.");
    if (good)
        good = Transfer_download(invocation, file, output, &error);
    json_object_put(result);
    return good ? EXIT_DONE : Invocation_fail(invocation, &error);
}
