#include "cli/commands.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "cli/output.h"

#define PREFIX "bench-"
#define BENCHES_MAX 64

typedef struct Benches {
    char folder[PATHS_MAX];
    char *names[BENCHES_MAX]; /* without the prefix, sorted */
    size_t count;
} Benches;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The benchmarks lie beside the engine, as bench-NAME. */
static bool find_benches(Benches *benches, Error *error)
{
    if (!Paths_helper("bizosaas-engine", benches->folder, error))
        return false;
    *strrchr(benches->folder, '/') = '\0';
    DIR *folder = opendir(benches->folder);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)) && benches->count < BENCHES_MAX) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        char *name = strdup(entry->d_name + strlen(PREFIX));
        if (name)
            benches->names[benches->count++] = name;
    }
    if (folder)
        closedir(folder);
    qsort(benches->names, benches->count, sizeof *benches->names, by_name);
    if (benches->count)
        return true;
    Error_set(error, ERROR_NOT_FOUND, "No benchmarks are built here.");
    return Error_hint(error, "A source tree builds them: ./dev bench");
}

static bool known(const Benches *benches, const char *name)
{
    for (size_t i = 0; i < benches->count; i++)
        if (strcmp(benches->names[i], name) == 0)
            return true;
    return false;
}

static bool run_one(const Benches *benches, const char *name)
{
    char path[PATHS_MAX + 128];
    int status = 0;
    snprintf(path, sizeof path, "%s/%s%s", benches->folder, PREFIX, name);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int run_named(Invocation *invocation, const Benches *benches)
{
    bool good = true;
    for (int i = 0; i < invocation->argument_count; i++) {
        const char *name = invocation->arguments[i];
        if (!known(benches, name)) {
            const char *nearest =
                Text_nearest(name, (const char *const *)(uintptr_t)benches->names, benches->count);
            return Invocation_misuse(invocation, "There is no benchmark \"%s\"%s%s%s.", name,
                                     nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                                     nearest ? "\"?" : "");
        }
        good = run_one(benches, name) && good;
    }
    return good ? EXIT_DONE : EXIT_REFUSED;
}

int Command_bench(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Benches benches = {.count = 0};
    int code = EXIT_DONE;
    if (!find_benches(&benches, &error))
        return Invocation_fail(invocation, &error);
    if (Invocation_flag(invocation, "list")) {
        for (size_t i = 0; i < benches.count; i++)
            Output_line("%s", benches.names[i]);
    } else if (invocation->argument_count) {
        code = run_named(invocation, &benches);
    } else {
        for (size_t i = 0; i < benches.count; i++)
            code = run_one(&benches, benches.names[i]) ? code : EXIT_REFUSED;
    }
    for (size_t i = 0; i < benches.count; i++)
        free(benches.names[i]);
    return code;
}
