#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/paths.h"
#include "cli/output.h"
#include "cli/present.h"
#include "cli/service_files.h"

/* Runs a system program and waits; its own messages go to stderr. */
static bool run_program(const char *const *words, Error *error)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(words[0], (char **)(uintptr_t)words);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return Error_set(error, ERROR_STORAGE, "%s %s did not work (exit code %d).", words[0],
                     words[1] ? words[1] : "", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

#define RUN(error, ...) run_program((const char *const[]){__VA_ARGS__, NULL}, error)

static bool systemd_runs(void)
{
    return access("/run/systemd/system", F_OK) == 0;
}

static const char *root_of(const Invocation *invocation)
{
    const char *root = Invocation_option(invocation, "root");
    return root && strcmp(root, "/") != 0 ? root : "";
}

static bool below(const char *root, const char *path, char out[PATHS_MAX], Error *error)
{
    int length = snprintf(out, PATHS_MAX, "%s%s", root, path);
    if (length > 0 && length < PATHS_MAX)
        return true;
    return Error_set(error, ERROR_TOO_LONG, "The path of --root is too long.");
}

static bool make_folders(const char *path, Error *error)
{
    char part[PATHS_MAX];
    for (size_t i = 1; path[i]; i++) {
        if (path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return Error_set(error, ERROR_STORAGE, "%s cannot be made: %s.", part,
                             strerror(errno));
    }
    return true;
}

static bool make_accounts(Error *error)
{
    if (!getgrnam(SERVICE_USER) && !RUN(error, "groupadd", "--system", SERVICE_USER))
        return false;
    if (getpwnam(SERVICE_USER))
        return true;
    return RUN(error, "useradd", "--system", "--gid", SERVICE_USER, "--home-dir", SERVICE_HOME,
               "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER);
}

static bool make_home(const char *root, Error *error)
{
    char path[PATHS_MAX];
    if (!below(root, SERVICE_HOME, path, error) || !make_folders(path, error))
        return false;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return Error_set(error, ERROR_STORAGE, "%s cannot be made: %s.", path, strerror(errno));
    const struct passwd *owner = *root ? NULL : getpwnam(SERVICE_USER);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool good = folder >= 0 && fchmod(folder, 0700) == 0 &&
                (!owner || fchown(folder, owner->pw_uid, owner->pw_gid) == 0);
    if (!good)
        Error_set(error, ERROR_STORAGE, "%s cannot be given to %s: %s.", path, SERVICE_USER,
                  strerror(errno));
    if (folder >= 0)
        close(folder);
    return good;
}

static bool write_unit(const char *root, Error *error)
{
    char path[PATHS_MAX], engine[PATHS_MAX];
    if (!Paths_helper("bizosaas-engine", engine, error) ||
        !below(root, SERVICE_UNIT, path, error) || !make_folders(path, error))
        return false;
    Buffer unit = BUFFER_EMPTY;
    Buffer_printf(&unit, "%s%s%s", SERVICE_UNIT_HEAD, engine, SERVICE_UNIT_TAIL);
    bool good = Paths_write_file(path, Buffer_text(&unit), unit.length, 0644, error);
    Buffer_free(&unit);
    return good;
}

static Json *report(const char *root)
{
    char unit[PATHS_MAX], company[PATHS_MAX];
    bool fits = below(root, SERVICE_UNIT, unit, NULL) &&
                below(root, SERVICE_HOME "/company.json", company, NULL);
    Json *state = json_object_new_object();
    Json_set_bool(state, "installed", fits && access(unit, F_OK) == 0);
    Json_set_bool(state, "company", fits && access(company, F_OK) == 0);
    Json_set_bool(state, "systemd", systemd_runs());
    Json_set_bool(state, "listening", !*root && access(SERVICE_SOCKET, F_OK) == 0);
    Json_set_text(state, "home", SERVICE_HOME);
    Json_set_text(state, "unit", SERVICE_UNIT);
    return state;
}

static void show(const Invocation *invocation, const char *root)
{
    Json *state = report(root);
    Present_result(invocation, state);
    json_object_put(state);
}

static void say_next(void)
{
    Output_message("Next, as root:");
    Output_message("  runuser -u %s -- bizosaas --home %s init", SERVICE_USER, SERVICE_HOME);
    if (systemd_runs())
        Output_message("  systemctl start bizosaas");
    else
        Output_message("  systemd is not running here, so start the engine yourself: "
                       "runuser -u %s -- bizosaas --home %s engine run --socket %s",
                       SERVICE_USER, SERVICE_HOME, SERVICE_SOCKET);
    Output_message("  usermod -aG %s LOGIN     for everybody who may work here", SERVICE_USER);
}

static int install(Invocation *invocation)
{
    Error error = ERROR_NONE;
    const char *root = root_of(invocation);
    bool live = !*root && systemd_runs();
    bool good = (*root || make_accounts(&error)) && make_home(root, &error) &&
                write_unit(root, &error);
    if (good && live)
        good = RUN(&error, "systemctl", "daemon-reload") &&
               RUN(&error, "systemctl", "enable", "bizosaas.service");
    if (!good)
        return Invocation_fail(invocation, &error);
    show(invocation, root);
    if (!*root && !invocation->json)
        say_next();
    return EXIT_DONE;
}

static int uninstall(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char unit[PATHS_MAX];
    const char *root = root_of(invocation);
    if (!below(root, SERVICE_UNIT, unit, &error))
        return Invocation_fail(invocation, &error);
    bool there = access(unit, F_OK) == 0;
    if (there && !*root && systemd_runs())
        RUN(NULL, "systemctl", "disable", "--now", "bizosaas.service");
    if (there && unlink(unit) != 0) {
        Error_set(&error, ERROR_STORAGE, "%s cannot be removed: %s.", unit, strerror(errno));
        return Invocation_fail(invocation, &error);
    }
    if (there && !*root && systemd_runs())
        RUN(NULL, "systemctl", "daemon-reload");
    show(invocation, root);
    if (!invocation->json)
        Output_message("The company in %s%s was left as it is.", root, SERVICE_HOME);
    return EXIT_DONE;
}

static int status(Invocation *invocation)
{
    show(invocation, root_of(invocation));
    return EXIT_DONE;
}

typedef struct ServiceVerb {
    const char *name;
    bool needs_root;
    int (*run)(Invocation *invocation);
} ServiceVerb;

static const ServiceVerb VERBS[] = {
    {"install", true, install},
    {"uninstall", true, uninstall},
    {"status", false, status},
};

int Command_service(Invocation *invocation)
{
    Error error = ERROR_NONE;
    const char *verb = invocation->arguments[0];
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (strcmp(VERBS[i].name, verb) != 0)
            continue;
        if (VERBS[i].needs_root && !*root_of(invocation) && geteuid() != 0) {
            Error_set(&error, ERROR_FORBIDDEN, "service %s is for root.", verb);
            Error_hint(&error, "sudo bizosaas service %s", verb);
            return Invocation_fail(invocation, &error);
        }
        return VERBS[i].run(invocation);
    }
    return Invocation_misuse(invocation, "service does not know \"%s\".", verb);
}
