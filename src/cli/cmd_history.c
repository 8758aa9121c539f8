#include "cli/commands.h"

#include "cli/present.h"

#define LAST_DEFAULT 20

static const PresentColumn COLUMNS[] = {
    {"id", "change", "text"},          {"at", "when", "time"},
    {"actor.name", "who", "text"},     {"operation", "operation", "text"},
    {"record.label", "record", "text"}, {"after", "now", NULL},
};

int Command_history(Invocation *invocation)
{
    Error error = ERROR_NONE;
    long last = LAST_DEFAULT;
    Json *result = NULL;
    if (!Invocation_number(invocation, "last", 1, 100000, &last, &error))
        return Invocation_fail(invocation, &error);
    Json *params = json_object_new_object();
    Json_set_int(params, "limit", last);
    if (invocation->argument_count == 1)
        Json_set_text(params, "record", invocation->arguments[0]);
    if (!Invocation_call(invocation, "history.list", params, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_rows(invocation, result ? Json_get(result, "changes") : NULL, COLUMNS,
                 sizeof COLUMNS / sizeof *COLUMNS);
    json_object_put(result);
    return EXIT_DONE;
}
