#include "cli/commands.h"

#include "cli/helper.h"

int Command_bench(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Helper_become("bizosaas-bench", invocation->arguments, &error);
    if (Error_is(&error, ERROR_NOT_FOUND))
        Error_hint(&error, "The benchmarks are built in a source tree: ./dev bench");
    return Invocation_fail(invocation, &error);
}
