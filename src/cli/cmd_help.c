#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/output.h"

static void print_options(const OptionDef *rows)
{
    for (int i = 0; rows && rows[i].name; i++) {
        char left[64];
        const char *value = rows[i].value ? rows[i].value : "";
        bool optional = value[0] == '=';
        snprintf(left, sizeof left, "%s%c%s--%s%s%s%s", rows[i].letter ? "-" : "",
                 rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ", " : "", rows[i].name,
                 optional ? "[" : value[0] ? " " : "", value, optional ? "]" : "");
        Output_line("  %-26s %s", left[0] == ' ' ? left + 1 : left, rows[i].help);
    }
}

static void print_lines(const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        Output_line("%.*s", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_overview(void)
{
    Output_line("bizosaas: leads, customers, orders, invoices and all that, in the terminal");
    Output_line("%s", "");
    Output_line("  %-12s %s", "bizosaas", "the screens; starts an engine if none runs");
    for (int i = 0; i < COMMAND_COUNT; i++)
        Output_line("  %-12s %s", COMMANDS[i].name, COMMANDS[i].summary);
    Output_line("%s", "");
    Output_line("Options of every verb:");
    print_options(COMMON_OPTIONS);
    Output_line("%s", "");
    Output_line("bizosaas VERB --help says more about a verb, bizosaas man everything.");
}

void Command_print_help(const Command *command)
{
    if (!command) {
        print_overview();
        return;
    }
    Output_line("bizosaas %s%s%s", command->name, command->usage[0] ? " " : "", command->usage);
    Output_line("  %s", command->summary);
    if (command->details) {
        Output_line("%s", "");
        print_lines(command->details);
    }
    if (command->options) {
        Output_line("%s", "");
        print_options(command->options);
    }
    Output_line("%s", "");
    Output_line("Options of every verb (--home, --tenant, --as, --json ...): bizosaas --help");
}

int Command_help(Invocation *invocation)
{
    const Command *command = NULL;
    if (invocation->argument_count == 1) {
        command = Command_find(invocation->arguments[0]);
        if (!command) {
            const char *nearest = Command_nearest(invocation->arguments[0]);
            return Invocation_misuse(invocation, "There is no verb \"%s\"%s%s%s.",
                                     invocation->arguments[0], nearest ? "; did you mean \"" : "",
                                     nearest ? nearest : "", nearest ? "\"?" : "");
        }
    }
    Command_print_help(command);
    return EXIT_DONE;
}
