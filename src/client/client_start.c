#include "config.h"
#include "client/client_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/json_value.h"
#include "base/paths.h"

#define READY_MILLISECONDS 30000
#define READY_BYTES 4096
#define OTHER_MILLISECONDS 50
#define OTHER_ATTEMPTS 300 /* 15 s: an engine that was asked to stop finishes what it has begun */

int ClientStart_connect(const char *home, Error *error)
{
    char path[PATHS_MAX];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (!Paths_socket(home, path, error))
        return -1;
    if (strlen(path) >= sizeof address.sun_path) {
        Error_set(error, ERROR_AGAIN, "The path of the engine's socket is too long.");
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    Error_set(error, ERROR_AGAIN, "No engine answers for %s: %s.", home, strerror(errno));
    Error_hint(error, "Start one with: bizosaas engine start");
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Standard streams of the engine lead nowhere: it logs to its own file. */
static void detach_streams(int keep)
{
    int null = open("/dev/null", O_RDWR);

    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    if (null > STDERR_FILENO && null != keep)
        close(null);
}

/* The grandchild becomes the engine; its parent ends at once, so that nobody has to wait for it. */
static void become_engine(const char *program, const char *home, int ready)
{
    char number[16];

    if (setsid() < 0)
        _exit(127);
    pid_t child = fork();
    if (child != 0)
        _exit(child < 0 ? 127 : 0);
    if (ready <= STDERR_FILENO)
        ready = fcntl(ready, F_DUPFD, STDERR_FILENO + 1);
    if (ready < 0 || fcntl(ready, F_SETFD, 0) < 0)
        _exit(127);
    detach_streams(ready);
    snprintf(number, sizeof number, "%d", ready);
    execl(program, program, "run", "--home", home, "--ready-fd", number, (char *)NULL);
    _exit(127);
}

/* What the engine says first: "ready", or an error as JSON. */
static bool read_readiness(int fd, Error *error)
{
    char text[READY_BYTES];
    size_t length = 0;
    struct pollfd poller = {.fd = fd, .events = POLLIN};

    while (length + 1 < sizeof text && !memchr(text, '\n', length)) {
        int ready = poll(&poller, 1, READY_MILLISECONDS);
        if (ready < 0 && errno == EINTR)
            continue;
        ssize_t got = ready > 0 ? read(fd, text + length, sizeof text - 1 - length) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    if (strncmp(text, "ready", 5) == 0)
        return true;
    Json *said = length ? Json_parse(text, strcspn(text, "\n"), READY_BYTES, NULL) : NULL;
    if (!said)
        return Error_set(error, ERROR_AGAIN, "The engine could not be started.") ||
               Error_hint(error, "The reason is in engine.log in the data folder.");
    Json_to_error(said, error);
    json_object_put(said);
    return false;
}

static bool start_engine(const char *home, Error *error)
{
    char program[PATHS_MAX];
    int pipes[2];

    if (!Paths_helper("bizosaas-engine", program, error))
        return false;
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return Error_set(error, ERROR_AGAIN, "The engine could not be started: %s.",
                         strerror(errno));
    pid_t child = fork();
    if (child == 0)
        become_engine(program, home, pipes[1]);
    close(pipes[1]);
    bool ready = false;
    if (child < 0) {
        Error_set(error, ERROR_AGAIN, "The engine could not be started: %s.", strerror(errno));
    } else {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            ;
        ready = read_readiness(pipes[0], error);
    }
    close(pipes[0]);
    return ready;
}

/* An engine of other hands holds the lock: one that does not listen yet, or one that is about to end. */
static int wait_for_other(const char *home, Error *error)
{
    for (int attempt = 1; attempt <= OTHER_ATTEMPTS; attempt++) {
        int fd = ClientStart_connect(home, NULL);
        if (fd >= 0)
            return fd;
        poll(NULL, 0, OTHER_MILLISECONDS);
        Error_clear(error);
        if (attempt % 5 == 0 && start_engine(home, error))
            return ClientStart_connect(home, error);
        if (Error_present(error) && !Error_is(error, ERROR_AGAIN))
            return -1;
    }
    return ClientStart_connect(home, NULL);
}

static int start_and_connect(const char *home, Error *error)
{
    char path[PATHS_MAX + 16];
    Error why = ERROR_NONE;
    int fd = -1;

    snprintf(path, sizeof path, "%s/engine.start", home);
    int turn = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (turn < 0 || flock(turn, LOCK_EX) != 0) {
        Error_set(error, ERROR_AGAIN, "The engine could not be started in %s: %s.", home,
                  strerror(errno));
    } else {
        fd = ClientStart_connect(home, NULL);
        if (fd < 0 && start_engine(home, &why))
            fd = ClientStart_connect(home, error);
        else if (fd < 0 && Error_is(&why, ERROR_AGAIN))
            fd = wait_for_other(home, &why);
        if (fd < 0 && Error_present(&why) && error)
            *error = why;
    }
    if (turn >= 0)
        close(turn);
    return fd;
}

int ClientStart_reach(const char *home, bool start, Error *error)
{
    char path[PATHS_MAX + 16];
    int fd = ClientStart_connect(home, error);

    if (fd >= 0) {
        Error_clear(error);
        return fd;
    }
    snprintf(path, sizeof path, "%s/company.json", home);
    int missing = access(path, F_OK) != 0 ? errno : 0;
    if (missing == EACCES)
        return -1; /* somebody else's home: only its service serves it */
    if (missing == ENOENT || missing == ENOTDIR) {
        Error_clear(error);
        Error_set(error, ERROR_NOT_FOUND, "There is no company in %s yet.", home);
        Error_hint(error, "Make one with: bizosaas init");
        return -1;
    }
    if (!start)
        return -1;
    Error_clear(error);
    return start_and_connect(home, error);
}
