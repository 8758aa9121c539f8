#include "cli/cli.h"
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "cli/helper.h"
#include "cli/output.h"
#include "cli/params.h"
#include "cli/present.h"
#include "cli/transfer.h"

#define ANSWER_MAX 200

typedef struct Question {
    const char *group, *key;
    const char *text;
    const char *fallback; /* shown in brackets; NULL = may stay empty */
} Question;

/* What a person at a terminal is asked; Enter takes the bracketed answer. */
static const Question QUESTIONS[] = {
    {"organization", "name", "Name of the organisation", "My company"},
    {"organization", "country", "Country (two letters, as DE)", NULL},
    {"organization", "currency", "Currency (three letters, as EUR)", NULL},
    {"organization", "time_zone", "Time zone (as Europe/Madrid)", NULL},
    {"owner", "first_name", "Your first name", NULL},
    {"owner", "last_name", "Your last name", NULL},
    {"owner", "email", "Your e-mail address", NULL},
};

static Json *group_of(Json *answers, const char *name)
{
    Json *group = Json_get(answers, name);
    if (group)
        return group;
    group = json_object_new_object();
    Json_set(answers, name, group);
    return group;
}

/* false: the input ended; nothing was made yet. */
static bool ask(const Question *question, Json *answers)
{
    char line[ANSWER_MAX];
    if (question->fallback)
        printf("%s [%s]: ", question->text, question->fallback);
    else
        printf("%s: ", question->text);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    const char *answer = line[0] ? line : question->fallback;
    if (answer)
        Json_set_text(group_of(answers, question->group), question->key, answer);
    return true;
}

static bool ask_all(Json *answers, Error *error)
{
    Output_line("A new company. Enter alone takes the proposal; all of it can be changed later.");
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof *QUESTIONS; i++)
        if (!ask(&QUESTIONS[i], answers))
            return Error_set(error, ERROR_CANCELLED, "Left before the last answer; nothing was made.");
    return true;
}

static const char *demo_size(const Invocation *invocation)
{
    const char *size = Invocation_option(invocation, "demo");
    return size && !*size ? "small" : size;
}

static bool check_demo(const Invocation *invocation, Error *error)
{
    const char *size = demo_size(invocation);
    if (!size || strcmp(size, "small") == 0 || strcmp(size, "medium") == 0 ||
        strcmp(size, "large") == 0)
        return true;
    Error_set(error, ERROR_USAGE, "There is no demo company of size \"%s\".", size);
    return Error_hint(error, "small, medium or large");
}

static bool make_company(const Invocation *invocation, const char *home, const char *demo, Json **result,
                         Error *error)
{
    const char *answers_file = Invocation_option(invocation, "answers");
    const char *store = Invocation_option(invocation, "store");
    Json *answers = json_object_new_object();
    bool people = Output_is_terminal() && isatty(STDIN_FILENO) == 1;
    bool good = true;
    if (!answers_file && people && !demo)
        good = ask_all(answers, error);
    const char *arguments[12] = {"init", "--home", home};
    int count = 3;
    if (answers_file) {
        arguments[count++] = "--answers";
        arguments[count++] = answers_file;
    }
    if (store) {
        arguments[count++] = "--store";
        arguments[count++] = store;
    }
    if (demo) {
        arguments[count++] = "--demo";
        arguments[count++] = demo;
    }
    if (good)
        good = Helper_run(arguments, Json_serialise(answers, NULL), result, error);
    json_object_put(answers);
    return good;
}

static void say_next(const char *home, const Json *result)
{
    const Json *tenant = Json_get(result, "tenant");
    const char *name = tenant && json_object_is_type(tenant, json_type_object)
                           ? Json_text(tenant, "name")
                           : NULL;
    Output_line("%s is ready in %s.", name ? name : "The company", home);
    Output_line("%s", "");
    Output_line("Next:");
    Output_line("  bizosaas                                 the screens");
    Output_line("  bizosaas import lead leads.csv --dry-run your own leads");
    Output_line("  bizosaas user invite NAME@EXAMPLE.COM    a colleague");
}

/* size NULL: without a demo company */
static bool create(Invocation *invocation, const char *home, const char *size, Json **result,
                   Error *error)
{
    if (!make_company(invocation, home, size, result, error))
        return false;
    if (!*result)
        *result = json_object_new_object();
    return true;
}

bool Cli_create_company(const Invocation *invocation, bool demo, Error *error)
{
    char home[PATHS_MAX];
    Json *result = NULL;
    Invocation own = {.home = invocation->home, .config = invocation->config};
    bool good = Paths_home(invocation->home, home, error) &&
                create(&own, home, demo ? "small" : NULL, &result, error);
    Invocation_close(&own);
    json_object_put(result);
    return good;
}

int Command_init(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char home[PATHS_MAX];
    Json *result = NULL;
    if (!check_demo(invocation, &error) || !Paths_home(invocation->home, home, &error))
        return Invocation_fail(invocation, &error);
    bool good = create(invocation, home, demo_size(invocation), &result, &error);
    if (good && invocation->json)
        Present_result(invocation, result);
    else if (good)
        say_next(home, result);
    json_object_put(result);
    return good ? EXIT_DONE : Invocation_fail(invocation, &error);
}
