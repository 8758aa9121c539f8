/* engine_main.c - the program `bizosaas-engine`: wires the rooms together and serves a home. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analytics/analytics.h"
#include "base/json_value.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/world.h"
#include "billing/billing.h"
#include "commerce/commerce.h"
#include "crm/crm.h"
#include "doors/socket_door.h"
#include "engine/door.h"
#include "platform/engine_verbs.h"
#include "platform/platform.h"

enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_AGAIN = 75 };

/* Every room that offers operations. */
static void register_rooms(void)
{
    Platform_register();
    Crm_register();
    Commerce_register();
    Billing_register();
    Analytics_register();
}

/* Nothing of the company's data in core files, debuggers of others or programs with more rights. */
static void protect_process(void)
{
    struct rlimit none = {0, 0}, files;

    umask(077);
    setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* sanitizers look at their own process */
#endif
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* ---- errors ------------------------------------------------------------------------------- */

static int exit_code(const Error *error)
{
    if (Error_is(error, ERROR_USAGE))
        return EXIT_USAGE;
    return Error_is(error, ERROR_AGAIN) ? EXIT_AGAIN : EXIT_REFUSED;
}

/* ready < 0: nobody but stderr is told. */
static int fail(const Error *error, int ready)
{
    Json *json = Json_from_error(error);
    const char *text = Json_serialise(json, NULL);

    if (ready >= 0)
        dprintf(ready, "%s\n", text);
    fprintf(stderr, "{\"error\":%s}\n", text);
    json_object_put(json);
    return exit_code(error);
}

/* ---- run ---------------------------------------------------------------------------------- */

static bool serve(const EngineArguments *arguments, Error *error)
{
    char path[PATHS_MAX];
    Engine *engine = NULL;
    SocketDoor *door = NULL;
    bool done = false;

    if (arguments->socket)
        snprintf(path, sizeof path, "%s", arguments->socket);
    else if (!Paths_socket(arguments->home, path, error))
        return false;
    engine = Engine_open(arguments->home, error);
    if (engine)
        door = SocketDoor_open(path, error);
    if (door) {
        EngineDoor callbacks = SocketDoor_callbacks(door);
        done = Engine_start(engine, &callbacks, error);
    }
    if (done) {
        LOG_INFO("engine %s serves %s as process %ld", PACKAGE_VERSION, arguments->home,
                 (long)getpid());
        if (arguments->ready_fd >= 0) {
            dprintf(arguments->ready_fd, "ready\n");
            close(arguments->ready_fd);
        }
        done = SocketDoor_run(door, engine, error);
    }
    if (engine)
        Engine_quiesce(engine);
    SocketDoor_close(door);
    Engine_close(engine);
    return done;
}

static int run(const EngineArguments *arguments)
{
    Error error = ERROR_NONE;
    char log[PATHS_MAX + 16];
    struct stat status;

    protect_process();
    snprintf(log, sizeof log, "%s/engine.log", arguments->home);
    if (stat(arguments->home, &status) == 0 && S_ISDIR(status.st_mode) &&
        status.st_uid == geteuid() && !(status.st_mode & 077))
        Log_open(log, LOG_LEVEL_INFO);
    register_rooms();
    if (serve(arguments, &error))
        return EXIT_DONE;
    LOG_ERROR("%s", error.message);
    return fail(&error, arguments->ready_fd);
}

/* ---- the other verbs ---------------------------------------------------------------------- */

static int stand_alone(const EngineArguments *arguments)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    bool done = EngineVerb_run(arguments, &result, &error);

    if (result)
        printf("%s\n", Json_serialise(result, NULL));
    json_object_put(result);
    if (done)
        return EXIT_DONE;
    return Error_present(&error) ? fail(&error, -1) : EXIT_REFUSED;
}

int main(int argc, char **argv)
{
    Error error = ERROR_NONE;
    EngineArguments arguments;

    if (!World_init(&error) || !EngineArguments_read(&arguments, argc, argv, &error))
        return fail(&error, -1);
    return strcmp(arguments.verb, "run") == 0 ? run(&arguments) : stand_alone(&arguments);
}
