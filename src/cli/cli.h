/* cli.h - the command line as main() sees it. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/command.h"

/* Opens the screens; returns the exit code. */
typedef int (*CliScreens)(const Invocation *invocation);

/* Runs the verb of argv, or the screens when there is none. */
int Cli_main(int argc, char **argv, CliScreens screens);

/* What `bizosaas init` does, for the screens of a home without a company; may ask and print. */
bool Cli_create_company(const Invocation *invocation, bool demo, Error *error);

#endif
