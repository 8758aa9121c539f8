#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/world.h"
#include "cli/output.h"

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

static int run_command(Invocation *invocation, CliScreens screens)
{
    if (invocation->version && !invocation->command) {
        Output_line("bizosaas %s", PACKAGE_VERSION);
        return EXIT_DONE;
    }
    if (invocation->help) {
        Command_print_help(invocation->command);
        return EXIT_DONE;
    }
    if (invocation->command)
        return invocation->command->run(invocation);
    if (Output_is_terminal() || invocation->script)
        return screens(invocation);
    Error error = ERROR_NONE;
    Error_set(&error, ERROR_USAGE, "The screens need a terminal.");
    Error_hint(&error, "bizosaas --help lists the verbs that scripts use.");
    return Invocation_fail(invocation, &error);
}

int Cli_main(int argc, char **argv, CliScreens screens)
{
    Error error = ERROR_NONE;
    Invocation invocation = {.command = NULL};
    int code;
    Output_open();
    invocation.arguments = calloc((size_t)argc + 1, sizeof *invocation.arguments);
    if (!invocation.arguments)
        return EXIT_AGAIN;
    if (!Invocation_parse(&invocation, argc, argv, &error) || !World_init(&error) ||
        !Config_read(&invocation.config, &error))
        code = Invocation_fail(&invocation, &error);
    else {
        if (invocation.ascii || invocation.config.ascii)
            Output_use_ascii();
        code = run_command(&invocation, screens);
    }
    Invocation_close(&invocation);
    free(invocation.arguments);
    return Output_close(code);
}
