#include "tests/unit/engine_test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/paths.h"

const char *Test_text(const char *format, ...)
{
    static char texts[8][4096];
    static int next;
    char *text = texts[next++ % 8];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof texts[0], format, arguments);
    va_end(arguments);
    return text;
}

int Test_run_engine(const char *const *arguments, const char *input, char *out)
{
    char program[PATHS_MAX], *words[16];
    int in[2], from[2], status, count = 1;
    size_t length = 0;
    ssize_t got;

    assert_true(Paths_helper("bizosaas-engine", program, NULL));
    words[0] = program;
    for (; arguments[count - 1] && count < 15; count++)
        words[count] = (char *)(uintptr_t)arguments[count - 1];
    words[count] = NULL;
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        dup2(from[1], STDERR_FILENO);
        execv(program, words);
        _exit(127);
    }
    close(in[0]);
    close(from[1]);
    if (input)
        assert_true(write(in[1], input, strlen(input)) == (ssize_t)strlen(input));
    close(in[1]);
    while (length < 4095 && (got = read(from[0], out + length, 4095 - length)) > 0)
        length += (size_t)got;
    out[length] = '\0';
    close(from[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void TestHome_make(TestHome *home)
{
    char out[4096];

    snprintf(home->path, sizeof home->path, "/tmp/bizosaas-test-XXXXXX");
    assert_non_null(mkdtemp(home->path));
    const char *arguments[] = {"init", "--home", home->path, NULL};
    int code = Test_run_engine(arguments, "{\"organization\":{\"name\":\"Acme\",\"currency\":\"EUR\"},"
                               "\"owner\":{\"login\":\"anna\",\"email\":\"anna@example.com\","
                               "\"first_name\":\"Anna\",\"last_name\":\"Berg\"}}", out);
    if (code != 0)
        fail_msg("init: %s", out);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    return remove(path);
}

void TestHome_remove(TestHome *home)
{
    char path[256];
    int pid = 0;

    snprintf(path, sizeof path, "%s/engine.lock", home->path);
    FILE *file = fopen(path, "re");
    if (file) {
        if (fscanf(file, "%d", &pid) == 1 && pid > 1)
            kill(pid, SIGTERM);
        fclose(file);
    }
    for (int i = 0; pid > 1 && i < 400 && kill(pid, 0) == 0; i++)
        poll(NULL, 0, 25);
    nftw(home->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

Client *Test_open(const TestHome *home, const char *as)
{
    Error error = ERROR_NONE;
    ClientOptions options = {.home = home->path, .as = as, .kind = "cli", .start = true};
    Client *client = Client_open(&options, &error);

    if (!client)
        fail_msg("open: %s", error.message);
    return client;
}

static Json *parse(const char *text)
{
    Error error = ERROR_NONE;
    Json *json = text ? Json_parse(text, strlen(text), JSON_BYTES_MAX, &error) : NULL;

    if (text && !json)
        fail_msg("%s: %s", error.message, text);
    return json;
}

Json *Test_call(Client *client, const char *operation, const char *params)
{
    Error error = ERROR_NONE;
    Json *given = parse(params), *result = NULL;
    bool done = Client_call(client, operation, given, &result, &error);

    json_object_put(given);
    if (!done)
        fail_msg("%s: %s: %s %s", operation, error.code, error.message, params ? params : "");
    return result;
}

Error Test_refused(Client *client, const char *operation, const char *params)
{
    Error error = ERROR_NONE;
    Json *given = parse(params), *result = NULL;
    bool done = Client_call(client, operation, given, &result, &error);

    json_object_put(given);
    if (done)
        fail_msg("%s %s was not refused: %s", operation, params ? params : "",
                 json_object_to_json_string(result));
    return error;
}

void Test_refused_as(Client *client, const char *operation, const char *params, const char *code)
{
    Error error = Test_refused(client, operation, params);

    if (strcmp(error.code, code) != 0)
        fail_msg("%s %s: %s instead of %s: %s", operation, params ? params : "", error.code, code,
                 error.message);
}

const char *Test_id(const Json *record)
{
    const char *id = Json_text(record, "id");

    assert_non_null(id);
    return id;
}

pid_t Test_engine_pid(Client *client)
{
    Json *status = Test_call(client, "engine.status", NULL);
    pid_t pid = (pid_t)Json_int(status, "pid", 0);

    json_object_put(status);
    assert_true(pid > 1);
    return pid;
}

void Test_kill_engine(Client *client, int signal)
{
    pid_t pid = Test_engine_pid(client);

    assert_int_equal(kill(pid, signal), 0);
    for (int i = 0; i < 1000 && kill(pid, 0) == 0; i++)
        poll(NULL, 0, 10);
}

Json *Test_wait_job(Client *client, const char *job)
{
    for (int i = 0; i < 1500; i++) {
        Json *status = Test_call(client, "job.status", Test_text("{\"job\":\"%s\"}", job));
        const char *state = Json_text(status, "state");
        if (strcmp(state, "queued") != 0 && strcmp(state, "running") != 0)
            return status;
        json_object_put(status);
        poll(NULL, 0, 20);
    }
    fail_msg("the job %s does not end", job);
    return NULL;
}

const char *Test_shared(const char *relative)
{
    static char path[PATHS_MAX];
    const char *folder = getenv("BIZOSAAS_SHARED");

    snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared", relative);
    return access(path, R_OK) == 0 ? path : NULL;
}

int Test_connect(const TestHome *home)
{
    char path[PATHS_MAX];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(Paths_socket(home->path, path, NULL));
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}
