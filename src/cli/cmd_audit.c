#include "cli/commands.h"

#include <string.h>

#include "cli/output.h"
#include "cli/present.h"

int Command_audit(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    if (strcmp(invocation->arguments[0], "verify") != 0)
        return Invocation_misuse(invocation, "audit knows only \"verify\", not \"%s\".",
                                 invocation->arguments[0]);
    if (!Invocation_call(invocation, "audit.verify", NULL, &result, &error))
        return Invocation_fail(invocation, &error);
    if (invocation->json)
        Present_result(invocation, result);
    else
        Output_line("The change log is whole: %lld entries, every hash as it should be.",
                    (long long)(result ? Json_int(result, "entries", 0) : 0));
    bool whole = !result || Json_bool(result, "ok", true);
    json_object_put(result);
    return whole ? EXIT_DONE : EXIT_REFUSED;
}
