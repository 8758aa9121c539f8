#include "cli/commands.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "cli/helper.h"
#include "cli/output.h"
#include "cli/present.h"

static void add_check(Json *checks, const char *name, const char *state, const char *text,
                      const char *hint)
{
    Json *check = json_object_new_object();
    Json_set_text(check, "name", name);
    Json_set_text(check, "state", state);
    Json_set_text(check, "text", text);
    if (hint)
        Json_set_text(check, "hint", hint);
    json_object_array_add(checks, check);
}

/* What only this side can see: the terminal and the way to the engine. */
static void check_terminal(Json *checks)
{
    const char *type = getenv("TERM");
    if (!Output_is_terminal() && !Output_messages_on_terminal())
        add_check(checks, "terminal", "ok", "no terminal here; the verbs work all the same", NULL);
    else if (!type || !*type || strcmp(type, "dumb") == 0)
        add_check(checks, "terminal", "warning", "TERM names no terminal that can show screens",
                  "set TERM, for instance to xterm-256color");
    else
        add_check(checks, "terminal", "ok", type, NULL);
    if (Output_utf8())
        add_check(checks, "characters", "ok", "UTF-8", NULL);
    else
        add_check(checks, "characters", "warning", nl_langinfo(CODESET),
                  "set LANG to a UTF-8 locale such as C.UTF-8");
}

static void check_engine(Invocation *invocation, Json *checks)
{
    Error error = ERROR_NONE;
    Json *status = NULL;
    char text[80];
    bool good = Invocation_connect(invocation, false, &error) &&
                Client_call(invocation->client, "engine.status", NULL, &status, &error);
    if (good) {
        snprintf(text, sizeof text, "answers, process %lld", (long long)Json_int(status, "pid", 0));
        add_check(checks, "engine", "ok", text, NULL);
    } else if (Error_is(&error, ERROR_AGAIN)) {
        add_check(checks, "engine", "ok", "none runs now; it starts when needed", NULL);
    } else if (!Error_is(&error, ERROR_NOT_FOUND)) {
        add_check(checks, "engine", "warning", error.message, error.hint[0] ? error.hint : NULL);
    }
    json_object_put(status);
}

static bool any_failed(const Json *checks)
{
    for (size_t i = 0; i < json_object_array_length(checks); i++) {
        const char *state = Json_text(json_object_array_get_idx(checks, i), "state");
        if (state && strcmp(state, "failed") == 0)
            return true;
    }
    return false;
}

static void show(const Invocation *invocation, Json *report)
{
    static const PresentColumn COLUMNS[] = {
        {"state", NULL, "text"}, {"name", NULL, "text"}, {"text", NULL, "text"}, {"hint", NULL, "text"},
    };
    if (invocation->json)
        Present_result(invocation, report);
    else
        Present_rows(invocation, Json_get(report, "checks"), COLUMNS,
                     sizeof COLUMNS / sizeof *COLUMNS);
}

int Command_doctor(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char home[PATHS_MAX];
    Json *report = NULL;
    if (!Paths_home(invocation->home, home, &error))
        return Invocation_fail(invocation, &error);
    const char *arguments[] = {"doctor", "--home", home, NULL};
    Helper_run(arguments, NULL, &report, &error);
    Json *checks = report ? Json_get(report, "checks") : NULL;
    if (!checks || !json_object_is_type(checks, json_type_array)) {
        json_object_put(report);
        if (!Error_present(&error))
            Error_set(&error, ERROR_INTERNAL, "The engine's doctor said nothing.");
        return Invocation_fail(invocation, &error);
    }
    check_terminal(checks);
    check_engine(invocation, checks);
    show(invocation, report);
    bool failed = any_failed(checks);
    json_object_put(report);
    return failed ? EXIT_REFUSED : EXIT_DONE;
}
