#include "cli/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/paths.h"
#include "cli/progress.h"

#define ENGINE "bizosaas-engine"
#define PROGRESS_MARK "{\"progress\":"
#define OUTPUT_MAX (16 * 1024 * 1024)

typedef struct Child {
    pid_t pid;
    int input, output, messages; /* our ends; -1 = closed */
} Child;

/* argv of the helper; the words are borrowed, the array is free()d by the caller. */
static char **argv_of(const char *program, const char *const *arguments)
{
    size_t count = 0;
    while (arguments[count])
        count++;
    char **words = calloc(count + 2, sizeof *words);
    if (!words)
        return NULL;
    words[0] = (char *)(uintptr_t)program;
    for (size_t i = 0; i < count; i++)
        words[i + 1] = (char *)(uintptr_t)arguments[i];
    return words;
}

bool Helper_become(const char *program, const char *const *arguments, Error *error)
{
    char path[PATHS_MAX];
    if (!Paths_helper(program, path, error))
        return false;
    char **words = argv_of(path, arguments);
    signal(SIGPIPE, SIG_DFL);
    if (words)
        execv(path, words);
    free(words);
    return Error_set(error, ERROR_NOT_CONNECTED, "%s cannot be started: %s.", program,
                     strerror(errno));
}

static void close_end(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static bool start(const char *path, char **words, Child *child, Error *error)
{
    int input[2] = {-1, -1}, output[2] = {-1, -1}, messages[2] = {-1, -1};
    if (pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0 &&
        pipe2(messages, O_CLOEXEC) == 0) {
        child->pid = fork();
        if (child->pid == 0) {
            dup2(input[0], STDIN_FILENO);
            dup2(output[1], STDOUT_FILENO);
            dup2(messages[1], STDERR_FILENO);
            signal(SIGPIPE, SIG_DFL);
            execv(path, words);
            _exit(127);
        }
    }
    int failure = errno;
    close_end(&input[0]);
    close_end(&output[1]);
    close_end(&messages[1]);
    child->input = input[1];
    child->output = output[0];
    child->messages = messages[0];
    if (child->pid > 0)
        return true;
    close_end(&child->input);
    close_end(&child->output);
    close_end(&child->messages);
    return Error_set(error, ERROR_AGAIN, "%s cannot be started: %s.", ENGINE, strerror(failure));
}

static void give(Child *child, const char *input, size_t *given)
{
    size_t length = input ? strlen(input) : 0;
    ssize_t wrote = *given < length ? write(child->input, input + *given, length - *given) : 0;
    if (wrote > 0)
        *given += (size_t)wrote;
    if (*given >= length || (wrote < 0 && errno != EINTR && errno != EAGAIN))
        close_end(&child->input);
}

static void take(int *descriptor, Buffer *out)
{
    char bytes[16384];
    ssize_t got = read(*descriptor, bytes, sizeof bytes);
    if (got > 0 && out->length < OUTPUT_MAX)
        Buffer_append(out, bytes, (size_t)got);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
        close_end(descriptor);
}

/* Lines {"progress":{"done","total"}} are drawn; what else is said stays in the buffer. */
static void follow(Buffer *messages, Progress *progress)
{
    char *end;
    while (messages->length >= strlen(PROGRESS_MARK) &&
           strncmp(messages->data, PROGRESS_MARK, strlen(PROGRESS_MARK)) == 0 &&
           (end = memchr(messages->data, '\n', messages->length))) {
        size_t length = (size_t)(end - messages->data);
        Json *line = Json_parse(messages->data, length, JSON_BYTES_MAX, NULL);
        const Json *step = line ? Json_get(line, "progress") : NULL;
        if (step)
            Progress_show(progress, Json_int(step, "done", 0), Json_int(step, "total", 0));
        json_object_put(line);
        Buffer_consume(messages, length + 1);
    }
}

static void converse(Child *child, const char *input, Buffer *output, Buffer *messages)
{
    size_t given = 0;
    Progress progress = Progress_begin("making the company, day");
    fcntl(child->input, F_SETFL, O_NONBLOCK);
    while (child->output >= 0 || child->messages >= 0) {
        struct pollfd polled[3] = {{.fd = child->input, .events = POLLOUT},
                                   {.fd = child->output, .events = POLLIN},
                                   {.fd = child->messages, .events = POLLIN}};
        if (poll(polled, 3, -1) < 0 && errno != EINTR)
            break;
        if (child->input >= 0 && polled[0].revents)
            give(child, input, &given);
        if (child->output >= 0 && polled[1].revents)
            take(&child->output, output);
        if (child->messages >= 0 && polled[2].revents)
            take(&child->messages, messages);
        follow(messages, &progress);
    }
    Progress_end(&progress);
    close_end(&child->input);
    close_end(&child->output);
    close_end(&child->messages);
}

/* The error document is the last line of stderr. */
static bool read_failure(const Buffer *messages, int status, Error *error)
{
    const char *text = Buffer_text(messages);
    size_t length = messages->length;
    while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    size_t start = length;
    while (start && text[start - 1] != '\n')
        start--;
    Json *document = length > start ? Json_parse(text + start, length - start, JSON_BYTES_MAX, NULL)
                                    : NULL;
    Json *inner = document ? Json_get(document, "error") : NULL;
    if (inner)
        Json_to_error(inner, error);
    else if (WIFSIGNALED(status))
        Error_set(error, ERROR_INTERNAL, "%s was ended by signal %d.", ENGINE, WTERMSIG(status));
    else if (WEXITSTATUS(status) == 127)
        Error_set(error, ERROR_NOT_CONNECTED, "%s is not installed.", ENGINE);
    else
        Error_set(error, ERROR_INTERNAL, "%s failed: %.200s", ENGINE,
                  length > start ? text + start : "it said nothing");
    json_object_put(document);
    return false;
}

bool Helper_run(const char *const *arguments, const char *input, Json **result, Error *error)
{
    char path[PATHS_MAX];
    Child child = {.pid = -1, .input = -1, .output = -1, .messages = -1};
    Buffer output = BUFFER_EMPTY, messages = BUFFER_EMPTY;
    int status = 0;
    *result = NULL;
    if (!Paths_helper(ENGINE, path, error))
        return false;
    char **words = argv_of(path, arguments);
    bool started = words ? start(path, words, &child, error)
                         : Error_set(error, ERROR_AGAIN, "There is not enough memory.");
    free(words);
    if (!started)
        return false;
    converse(&child, input, &output, &messages);
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR)
        ;
    while (output.length && output.data[output.length - 1] == '\n')
        output.length--;
    if (output.length)
        *result = Json_parse(output.data, output.length, OUTPUT_MAX, NULL);
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!good)
        read_failure(&messages, status, error);
    Buffer_free(&output);
    Buffer_free(&messages);
    return good;
}
