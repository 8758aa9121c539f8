#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/output.h"

static void print_words(const char *const *words)
{
    for (int i = 0; words && words[i]; i++)
        printf("%s%s", i ? " " : "", words[i]);
}

static void print_options(const OptionDef *rows)
{
    for (int i = 0; rows && rows[i].name; i++)
        printf(" --%s", rows[i].name);
}

static void print_verbs(void)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        printf("%s%s", i ? " " : "", COMMANDS[i].name);
}

static void print_bash(void)
{
    puts("# bash completion for bizosaas: source <(bizosaas completion bash)");
    puts("_bizosaas() {");
    puts("    local word=${COMP_WORDS[COMP_CWORD]} verb= words= i");
    puts("    for ((i = 1; i < COMP_CWORD; i++)); do");
    puts("        case ${COMP_WORDS[i]} in");
    puts("        --home | --tenant | --as | --secret-file | --theme | --script | --size) i=$((i + 1)) ;;");
    puts("        -*) ;;");
    puts("        *) verb=${COMP_WORDS[i]}; break ;;");
    puts("        esac");
    puts("    done");
    puts("    COMPREPLY=()");
    puts("    case $verb in");
    printf("    '') words='");
    print_verbs();
    puts("' ;;");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("    %s) words='", COMMANDS[i].name);
        print_words(COMMANDS[i].words);
        print_options(COMMANDS[i].options);
        puts("' ;;");
    }
    puts("    esac");
    printf("    case $word in -*) words=\"$words");
    print_options(COMMON_OPTIONS);
    puts("\" ;; esac");
    puts("    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")");
    puts("}");
    puts("complete -o bashdefault -o default -F _bizosaas bizosaas");
}

/* Inside single quotes of a shell. */
static void print_quoted(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (*text == ':' || *text == '[' || *text == ']')
            printf("\\%c", *text);
        else
            putchar(*text);
    }
    putchar('\'');
}

static void print_zsh_options(const OptionDef *rows)
{
    for (int i = 0; rows && rows[i].name; i++) {
        bool takes = rows[i].value && rows[i].value[0] != '=';
        printf(" '--%s%s['", rows[i].name, takes ? "=" : "");
        print_quoted(rows[i].help);
        printf("']%s'", takes ? ":value:_files" : "");
    }
}

static void print_zsh(void)
{
    puts("#compdef bizosaas");
    puts("# zsh completion for bizosaas: bizosaas completion zsh > a folder of $fpath, as _bizosaas");
    puts("_bizosaas() {");
    puts("    local -a verbs");
    puts("    verbs=(");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("        %s:", COMMANDS[i].name);
        print_quoted(COMMANDS[i].summary);
        putchar('\n');
    }
    puts("    )");
    puts("    if (( CURRENT == 2 )); then _describe verb verbs; return; fi");
    puts("    case $words[2] in");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("    %s) _arguments", COMMANDS[i].name);
        print_zsh_options(COMMANDS[i].options);
        print_zsh_options(COMMON_OPTIONS);
        if (COMMANDS[i].words) {
            printf(" '2:word:(");
            print_words(COMMANDS[i].words);
            printf(")'");
        }
        puts(" '*:argument:_files' ;;");
    }
    puts("    esac");
    puts("}");
    puts("_bizosaas \"$@\"");
}

static void print_fish_text(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void print_fish_options(const char *condition, const OptionDef *rows)
{
    for (int i = 0; rows && rows[i].name; i++) {
        printf("complete -c bizosaas%s%s%s -l %s", condition ? " -n '__fish_seen_subcommand_from " : "",
               condition ? condition : "", condition ? "'" : "", rows[i].name);
        if (rows[i].letter)
            printf(" -s %c", rows[i].letter);
        if (rows[i].value && rows[i].value[0] != '=')
            printf(" -r");
        printf(" -d ");
        print_fish_text(rows[i].help);
        putchar('\n');
    }
}

static void print_fish(void)
{
    puts("# fish completion for bizosaas: bizosaas completion fish | source");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("complete -c bizosaas -f -n __fish_use_subcommand -a %s -d ", COMMANDS[i].name);
        print_fish_text(COMMANDS[i].summary);
        putchar('\n');
        if (COMMANDS[i].words) {
            printf("complete -c bizosaas -f -n '__fish_seen_subcommand_from %s' -a '",
                   COMMANDS[i].name);
            print_words(COMMANDS[i].words);
            puts("'");
        }
        print_fish_options(COMMANDS[i].name, COMMANDS[i].options);
    }
    print_fish_options(NULL, COMMON_OPTIONS);
}

typedef struct ShellRow {
    const char *name;
    void (*print)(void);
} ShellRow;

static const ShellRow SHELLS[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

int Command_completion(Invocation *invocation)
{
    const char *shell = invocation->arguments[0];
    for (size_t i = 0; i < sizeof SHELLS / sizeof *SHELLS; i++) {
        if (strcmp(SHELLS[i].name, shell) != 0)
            continue;
        SHELLS[i].print();
        return EXIT_DONE;
    }
    return Invocation_misuse(invocation, "There is no completion for \"%s\".", shell);
}
