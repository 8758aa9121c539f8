/* command.h - the command line: one table of verbs, and one invocation of one of them.
 *
 * The table (commands.c) is the only place that says what verbs and options exist; parsing, --help,
 * completion and the nearest-name suggestion read it.  A handler returns the exit code.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include "base/error.h"
#include "base/json_value.h"
#include "cli/preferences.h"
#include "client/client.h"

#define EXIT_DONE 0
#define EXIT_REFUSED 1
#define EXIT_USAGE 2
#define EXIT_AGAIN 75

#define OPTIONS_MAX 16

typedef struct Invocation Invocation;

typedef struct OptionDef {
    const char *name;  /* "filter" is written --filter */
    char letter;       /* 'o' is written -o; 0 = none */
    const char *value; /* "EXPR"; NULL = a flag; "=SIZE" = a value only as --name=SIZE */
    const char *help;
} OptionDef;

enum CommandFlag {
    COMMAND_OWN_SECRET = 1 << 0, /* --secret-file is the command's own, not the login's */
    COMMAND_NO_JSON = 1 << 1     /* writes exactly the format it names */
};

typedef struct Command {
    const char *name;
    const char *usage;        /* what follows "bizosaas NAME" */
    const char *summary;      /* one line */
    const char *details;      /* more lines for --help; may be NULL */
    const char *const *words; /* first arguments that completion offers; NULL-terminated; or NULL */
    const OptionDef *options; /* ends with an empty row; may be NULL */
    int minimum, maximum;     /* arguments; maximum -1 = any number */
    unsigned flags;
    int (*run)(Invocation *invocation);
} Command;

struct Invocation {
    const Command *command;
    const char *home, *tenant, *as, *secret_file; /* NULL when not given */
    const char *theme, *script, *size;            /* for the screens */
    bool ascii;
    bool json;                      /* print JSON: --json, or stdout is no terminal */
    bool help, version;
    const char *values[OPTIONS_MAX]; /* by row of command->options; "" for a flag */
    const char **arguments;          /* after the verb, options taken out */
    int argument_count;
    Config config;
    Client *client; /* opened by Invocation_call() */
};

extern const Command COMMANDS[];
extern const int COMMAND_COUNT;
extern const OptionDef COMMON_OPTIONS[]; /* of every verb; ends with an empty row */

const Command *Command_find(const char *name);    /* NULL if unknown */
const char *Command_nearest(const char *name);    /* NULL if nothing is near */
void Command_print_help(const Command *command);  /* NULL: the overview */

/* Reads argv into invocation; arguments must hold argc pointers.  ERROR_USAGE on a mistake. */
bool Invocation_parse(Invocation *invocation, int argc, char **argv, Error *error);
const char *Invocation_option(const Invocation *invocation, const char *name); /* NULL if absent */
bool Invocation_flag(const Invocation *invocation, const char *name);
bool Invocation_number(const Invocation *invocation, const char *name, long minimum, long maximum,
                       long *value, Error *error); /* absent: *value unchanged */

/* Connects as the options say; starts an engine when `start`.  Logs in with --as and --secret-file,
 * or asks for the password on the terminal, when the engine wants a login. */
bool Invocation_connect(Invocation *invocation, bool start, Error *error);
/* Performs an operation, connecting first (and starting an engine) if need be.  params is taken. */
bool Invocation_call(Invocation *invocation, const char *operation, Json *params, Json **result,
                     Error *error);
void Invocation_close(Invocation *invocation);

/* Says what went wrong on stderr (JSON or a sentence) and gives the exit code. */
int Invocation_fail(const Invocation *invocation, const Error *error);
/* A usage mistake: sentence, hint to --help, exit code 2. */
int Invocation_misuse(const Invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
