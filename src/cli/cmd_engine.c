#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/paths.h"
#include "base/text.h"
#include "cli/helper.h"
#include "cli/output.h"
#include "cli/present.h"

#define STOP_PAUSES 400 /* of 25 ms */

static int run_engine(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char home[PATHS_MAX];
    const char *socket = Invocation_option(invocation, "socket");
    if (!Paths_home(invocation->home, home, &error))
        return Invocation_fail(invocation, &error);
    const char *arguments[] = {"run", "--home", home, socket ? "--socket" : NULL, socket, NULL};
    Helper_become("bizosaas-engine", arguments, &error);
    return Invocation_fail(invocation, &error);
}

static int show_status(Invocation *invocation, bool start)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    if (!Invocation_connect(invocation, start, &error) ||
        !Client_call(invocation->client, "engine.status", NULL, &result, &error))
        return Invocation_fail(invocation, &error);
    Present_result(invocation, result);
    json_object_put(result);
    return EXIT_DONE;
}

static int start_engine(Invocation *invocation)
{
    return show_status(invocation, true);
}

static int status_engine(Invocation *invocation)
{
    return show_status(invocation, false);
}

static bool wait_until_gone(pid_t engine)
{
    struct timespec pause = {.tv_sec = 0, .tv_nsec = 25 * 1000 * 1000};
    for (int i = 0; i < STOP_PAUSES; i++) {
        if (kill(engine, 0) != 0 && errno == ESRCH)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

static int stop_engine(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *status = NULL;
    if (!Invocation_connect(invocation, false, &error)) {
        if (!Error_is(&error, ERROR_AGAIN))
            return Invocation_fail(invocation, &error);
        if (!invocation->json)
            Output_message("No engine runs.");
        return EXIT_DONE;
    }
    if (!Client_call(invocation->client, "engine.status", NULL, &status, &error) ||
        !Client_call(invocation->client, "engine.stop", NULL, NULL, &error)) {
        json_object_put(status);
        return Invocation_fail(invocation, &error);
    }
    pid_t engine = (pid_t)Json_int(status, "pid", 0);
    json_object_put(status);
    Invocation_close(invocation);
    if (engine > 0 && !wait_until_gone(engine)) {
        Error_set(&error, ERROR_AGAIN, "The engine (process %d) has not ended yet.", (int)engine);
        return Invocation_fail(invocation, &error);
    }
    if (!invocation->json)
        Output_message("The engine has stopped.");
    return EXIT_DONE;
}

typedef struct EngineVerb {
    const char *name;
    int (*run)(Invocation *invocation);
} EngineVerb;

static const EngineVerb VERBS[] = {
    {"run", run_engine},
    {"start", start_engine},
    {"stop", stop_engine},
    {"status", status_engine},
};

int Command_engine(Invocation *invocation)
{
    const char *verb = invocation->argument_count ? invocation->arguments[0] : "status";
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp(VERBS[i].name, verb) == 0)
            return VERBS[i].run(invocation);
    return Invocation_misuse(invocation, "engine does not know \"%s\".", verb);
}
