/* main.c - the program `bizosaas`: the command line, and the screens when no verb is given. */
#include "cli/cli.h"
#include "cli/output.h"
#include "screens/screens.h"

static int open_screens(const Invocation *invocation)
{
    const char *tenant = invocation->tenant;
    if (!tenant && invocation->config.tenant[0])
        tenant = invocation->config.tenant;
    const ScreensOptions options = {
        .home = invocation->home,
        .tenant = tenant,
        .as = invocation->as,
    };
    return Screens_run(&options);
}

int main(int argc, char **argv)
{
    return Cli_main(argc, argv, open_screens);
}
