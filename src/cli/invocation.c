/* invocation.c - argv -> Invocation, by the tables of commands.c. */
#include "cli/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/output.h"

#define NAMES_MAX 64

static const OptionDef *find_long(const OptionDef *rows, const char *name, size_t length, int *index)
{
    for (int i = 0; rows && rows[i].name; i++) {
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0) {
            *index = i;
            return &rows[i];
        }
    }
    return NULL;
}

static const OptionDef *find_letter(const OptionDef *rows, char letter, int *index)
{
    for (int i = 0; rows && rows[i].name; i++) {
        if (rows[i].letter == letter) {
            *index = i;
            return &rows[i];
        }
    }
    return NULL;
}

static void set_common(Invocation *invocation, const OptionDef *option, const char *value)
{
    const struct {
        const char *name;
        const char **text;
        bool *flag;
    } places[] = {
        {"home", &invocation->home, NULL},       {"tenant", &invocation->tenant, NULL},
        {"as", &invocation->as, NULL},           {"secret-file", &invocation->secret_file, NULL},
        {"json", NULL, &invocation->json},       {"help", NULL, &invocation->help},
        {"version", NULL, &invocation->version}, {"theme", &invocation->theme, NULL},
        {"script", &invocation->script, NULL},   {"size", &invocation->size, NULL},
        {"ascii", NULL, &invocation->ascii},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (strcmp(places[i].name, option->name) != 0)
            continue;
        if (places[i].text)
            *places[i].text = value;
        else
            *places[i].flag = true;
    }
}

static bool unknown_option(const Invocation *invocation, const char *word, Error *error)
{
    Error_set(error, ERROR_USAGE, "There is no option \"%s\"%s%s.", word,
              invocation->command ? " of " : "",
              invocation->command ? invocation->command->name : "");
    const char *names[NAMES_MAX];
    size_t count = 0;
    const OptionDef *tables[] = {invocation->command ? invocation->command->options : NULL,
                                 COMMON_OPTIONS};
    for (size_t t = 0; t < 2; t++)
        for (int i = 0; tables[t] && tables[t][i].name && count < NAMES_MAX; i++)
            names[count++] = tables[t][i].name;
    char bare[64];
    const char *start = word + strspn(word, "-");
    size_t length = strcspn(start, "=");
    if (length >= sizeof bare)
        length = sizeof bare - 1;
    memcpy(bare, start, length);
    bare[length] = '\0';
    const char *nearest = length > 1 ? Text_nearest(bare, names, count) : NULL;
    if (nearest)
        return Error_hint(error, "Did you mean --%s?", nearest);
    return Error_hint(error, "bizosaas %s--help lists the options.",
                      invocation->command ? "VERB " : "");
}

/* Reads the option at argv[*at]; moves *at past what it used. */
static bool read_option(Invocation *invocation, int argc, char **argv, int *at, Error *error)
{
    const char *word = argv[*at];
    const OptionDef *own = invocation->command ? invocation->command->options : NULL;
    const OptionDef *option;
    const char *value = NULL;
    int index = 0;
    bool is_own = true;
    if (word[1] == '-') {
        const char *name = word + 2;
        size_t length = strcspn(name, "=");
        value = name[length] == '=' ? name + length + 1 : NULL;
        option = find_long(own, name, length, &index);
        if (!option) {
            is_own = false;
            option = find_long(COMMON_OPTIONS, name, length, &index);
        }
    } else {
        option = find_letter(own, word[1], &index);
        if (!option) {
            is_own = false;
            option = find_letter(COMMON_OPTIONS, word[1], &index);
        }
        if (option && word[2] != '\0')
            value = word + 2;
    }
    if (!option)
        return unknown_option(invocation, word, error);
    if (!option->value && value)
        return Error_set(error, ERROR_USAGE, "--%s takes no value.", option->name);
    if (option->value && option->value[0] != '=' && !value) {
        if (*at + 1 >= argc)
            return Error_set(error, ERROR_USAGE, "--%s needs a value: --%s %s.", option->name,
                             option->name, option->value);
        value = argv[++*at];
    }
    if (is_own)
        invocation->values[index] = value ? value : "";
    else
        set_common(invocation, option, value);
    return true;
}

static bool choose_command(Invocation *invocation, const char *word, Error *error)
{
    invocation->command = Command_find(word);
    if (invocation->command)
        return true;
    Error_set(error, ERROR_USAGE, "There is no verb \"%s\".", word);
    const char *nearest = Command_nearest(word);
    if (nearest)
        return Error_hint(error, "Did you mean \"bizosaas %s\"?", nearest);
    return Error_hint(error, "bizosaas --help lists the verbs.");
}

static bool check_count(const Invocation *invocation, Error *error)
{
    const Command *command = invocation->command;
    if (!command || invocation->help)
        return true;
    if (invocation->argument_count < command->minimum)
        Error_set(error, ERROR_USAGE, "%s needs more arguments.", command->name);
    else if (command->maximum >= 0 && invocation->argument_count > command->maximum)
        Error_set(error, ERROR_USAGE, "%s does not know what to do with \"%s\".", command->name,
                  invocation->arguments[command->maximum]);
    else
        return true;
    return Error_hint(error, "Usage: bizosaas %s%s%s", command->name,
                      command->usage[0] ? " " : "", command->usage);
}

bool Invocation_parse(Invocation *invocation, int argc, char **argv, Error *error)
{
    bool options_over = false;
    invocation->json = !Output_is_terminal();
    for (int at = 1; at < argc; at++) {
        const char *word = argv[at];
        if (!options_over && strcmp(word, "--") == 0)
            options_over = true;
        else if (!options_over && word[0] == '-' && word[1] != '\0') {
            if (!read_option(invocation, argc, argv, &at, error))
                return false;
        } else if (!invocation->command) {
            if (!choose_command(invocation, word, error))
                return false;
        } else {
            invocation->arguments[invocation->argument_count++] = word;
        }
    }
    return check_count(invocation, error);
}

const char *Invocation_option(const Invocation *invocation, const char *name)
{
    int index = 0;
    if (!invocation->command || !find_long(invocation->command->options, name, strlen(name), &index))
        return NULL;
    return invocation->values[index];
}

bool Invocation_flag(const Invocation *invocation, const char *name)
{
    return Invocation_option(invocation, name) != NULL;
}

bool Invocation_number(const Invocation *invocation, const char *name, long minimum, long maximum,
                       long *value, Error *error)
{
    const char *text = Invocation_option(invocation, name);
    if (!text)
        return true;
    char *end = NULL;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno || end == text || *end || number < minimum || number > maximum) {
        Error_set(error, ERROR_USAGE, "--%s takes a whole number, not \"%s\".", name, text);
        return Error_hint(error, "It lies between %ld and %ld.", minimum, maximum);
    }
    *value = number;
    return true;
}
