#include "base/paths.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SERVICE_HOME "/var/lib/bizosaas"
#define SERVICE_SOCKET "/run/bizosaas/engine.sock"

/* false when the result does not fit PATHS_MAX */
static bool join(char *out, const char *folder, const char *between, const char *name)
{
    int length = snprintf(out, PATHS_MAX, "%s%s%s", folder, between, name);
    return length >= 0 && length < PATHS_MAX;
}

static bool too_long(Error *error)
{
    return Error_set(error, ERROR_TOO_LONG, "A path is longer than %d bytes.", PATHS_MAX - 1);
}

/* Folder of the running program. */
static bool program_folder(char *out)
{
    ssize_t length = readlink("/proc/self/exe", out, PATHS_MAX - 1);
    if (length <= 0 || length >= PATHS_MAX - 1)
        return false;
    out[length] = '\0';
    char *slash = strrchr(out, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return true;
}

static bool goes_up(const char *relative)
{
    for (const char *at = relative; at; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
            return true;
        if (*at == '\0')
            break;
    }
    return relative[0] == '/';
}

/* The first of the places that holds name; the programs lie in DIR, DIR/libexec/bizosaas (build
 * tree) or bin and libexec/bizosaas (installed). */
static bool find(const char *const *places, const char *name, int mode, char *out)
{
    char folder[PATHS_MAX];
    if (!program_folder(folder))
        return false;
    for (; *places; places++) {
        char place[PATHS_MAX];
        if (join(place, folder, "/", *places) && join(out, place, *name ? "/" : "", name) &&
            access(out, mode) == 0)
            return true;
    }
    return false;
}

bool Paths_data(const char *relative, char *out, Error *error)
{
    static const char *const places[] = {"share/bizosaas", "../share/bizosaas",
                                         "../../share/bizosaas", NULL};
    if (goes_up(relative))
        return Error_set(error, ERROR_INVALID, "Not a packaged file: %s", relative);
    const char *folder = getenv("BIZOSAAS_DATADIR");
    if (folder && *folder) {
        if (!join(out, folder, *relative ? "/" : "", relative))
            return too_long(error);
        if (access(out, F_OK) == 0)
            return true;
    } else if (find(places, relative, F_OK, out)) {
        return true;
    }
    Error_set(error, ERROR_NOT_FOUND, "A file of the program is missing: %s", relative);
    return Error_hint(error, "Install bizosaas again, or set BIZOSAAS_DATADIR.");
}

bool Paths_helper(const char *program, char *out, Error *error)
{
    static const char *const places[] = {"libexec/bizosaas", "../libexec/bizosaas", ".",
                                         "../../libexec/bizosaas", NULL};
    if (strchr(program, '/') || !*program)
        return Error_set(error, ERROR_INVALID, "Not a helper program: %s", program);
    if (find(places, program, X_OK, out))
        return true;
    Error_set(error, ERROR_NOT_CONNECTED, "The helper program %s is not installed.", program);
    return Error_hint(error, "Install bizosaas again.");
}

/* An absolute path without a slash at its end; links are followed where the folder exists. */
static bool make_absolute(const char *path, char *out, Error *error)
{
    char absolute[PATHS_MAX];
    if (path[0] == '/') {
        if (!join(absolute, path, "", ""))
            return too_long(error);
    } else {
        char folder[PATHS_MAX];
        if (!getcwd(folder, sizeof(folder)) || !join(absolute, folder, "/", path))
            return too_long(error);
    }
    char *real = realpath(absolute, NULL);
    bool fits = join(out, real ? real : absolute, "", "");
    free(real);
    if (!fits)
        return too_long(error);
    size_t length = strlen(out);
    while (length > 1 && out[length - 1] == '/')
        out[--length] = '\0';
    return true;
}

bool Paths_home(const char *home_option, char *out, Error *error)
{
    if (home_option && *home_option)
        return make_absolute(home_option, out, error);
    const char *chosen = getenv("BIZOSAAS_HOME");
    if (chosen && *chosen)
        return make_absolute(chosen, out, error);
    if (access(SERVICE_SOCKET, F_OK) == 0)
        return join(out, SERVICE_HOME, "", "") || too_long(error);
    char folder[PATHS_MAX];
    const char *data = getenv("XDG_DATA_HOME"), *user = getenv("HOME");
    if (data && data[0] == '/') {
        if (!join(folder, data, "/", "bizosaas"))
            return too_long(error);
    } else if (user && user[0] == '/') {
        if (!join(folder, user, "/", ".local/share/bizosaas"))
            return too_long(error);
    } else {
        Error_set(error, ERROR_USAGE, "There is no home folder to keep the data in.");
        return Error_hint(error, "Set HOME, or say where with --home FOLDER.");
    }
    return make_absolute(folder, out, error);
}

/* A folder of this user alone, for sockets; anything else in its place is refused. */
static bool own_socket_folder(char *out, Error *error)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (runtime && runtime[0] == '/' && strlen(runtime) < 64)
        return join(out, runtime, "", "") || too_long(error);
    char folder[64];
    snprintf(folder, sizeof(folder), "/tmp/bizosaas-%lu", (unsigned long)geteuid());
    struct stat status;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return Error_set(error, ERROR_STORAGE, "Cannot make %s: %s", folder, strerror(errno));
    if (lstat(folder, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
        (status.st_mode & 077) != 0) {
        Error_set(error, ERROR_FORBIDDEN, "%s is not a private folder of this user.", folder);
        return Error_hint(error, "Remove it, or set XDG_RUNTIME_DIR.");
    }
    return join(out, folder, "", "") || too_long(error);
}

bool Paths_socket(const char *home, char *out, Error *error)
{
    if (strcmp(home, SERVICE_HOME) == 0)
        return join(out, SERVICE_SOCKET, "", "") || too_long(error);
    if (!join(out, home, "/", "engine.sock"))
        return too_long(error);
    if (strlen(out) < sizeof(((struct sockaddr_un *)0)->sun_path))
        return true;
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *at = home; *at; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    char folder[PATHS_MAX], name[48];
    if (!own_socket_folder(folder, error))
        return false;
    snprintf(name, sizeof(name), "bizosaas-%016llx.sock", (unsigned long long)hash);
    return join(out, folder, "/", name) || too_long(error);
}
