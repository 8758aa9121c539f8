/* main.c - the program `bizosaas`: the command line, and the screens when no verb is given. */
#include <stdio.h>

#include "cli/cli.h"
#include "screens/screens.h"

static bool create_company(void *context, bool demo, Error *error)
{
    return Cli_create_company(context, demo, error);
}

/* "80x24"; anything else is the terminal's own size. */
static void read_size(const char *text, int *columns, int *rows)
{
    int wide = 0, high = 0;
    char rest = '\0';
    if (!text || sscanf(text, "%4dx%4d%c", &wide, &high, &rest) != 2 || wide <= 0 || high <= 0)
        return;
    *columns = wide;
    *rows = high;
}

static int open_screens(const Invocation *invocation)
{
    const Config *config = &invocation->config;
    Invocation own = *invocation;
    ScreensOptions options = {
        .home = invocation->home,
        .tenant = invocation->tenant ? invocation->tenant : config->tenant[0] ? config->tenant : NULL,
        .as = invocation->as,
        .script = invocation->script,
        .theme = invocation->theme ? invocation->theme : config->theme[0] ? config->theme : NULL,
        .create_company = create_company,
        .context = &own,
    };
    read_size(invocation->size, &options.columns, &options.rows);
    return Screens_run(&options);
}

int main(int argc, char **argv)
{
    return Cli_main(argc, argv, open_screens);
}
