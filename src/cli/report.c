/* report.c - what went wrong: a JSON document or a sentence on stderr, and the exit code. */
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>

#include "cli/output.h"

static int exit_code_of(const Error *error)
{
    if (Error_is(error, ERROR_USAGE))
        return EXIT_USAGE;
    if (Error_is(error, ERROR_AGAIN))
        return EXIT_AGAIN;
    return EXIT_REFUSED;
}

int Invocation_fail(const Invocation *invocation, const Error *error)
{
    fflush(stdout);
    if (invocation->json) {
        Json *document = json_object_new_object();
        Json_set(document, "error", Json_from_error(error));
        Output_json(stderr, document);
        json_object_put(document);
    } else {
        char place[48] = "";
        if (error->line > 0 && error->column > 0)
            snprintf(place, sizeof place, "line %d, column %d: ", error->line, error->column);
        else if (error->column > 0)
            snprintf(place, sizeof place, "column %d: ", error->column);
        Output_message("bizosaas: %s%s%s%s", place, error->message, error->hint[0] ? " " : "",
                       error->hint);
    }
    return exit_code_of(error);
}

int Invocation_misuse(const Invocation *invocation, const char *format, ...)
{
    Error error = ERROR_NONE;
    char message[sizeof error.message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    Error_set(&error, ERROR_USAGE, "%s", message);
    if (invocation->command)
        Error_hint(&error, "Usage: bizosaas %s%s%s", invocation->command->name,
                   invocation->command->usage[0] ? " " : "", invocation->command->usage);
    return Invocation_fail(invocation, &error);
}
