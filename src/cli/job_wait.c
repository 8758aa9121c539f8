/* job_wait.c - waits for background work; Ctrl-C ends it without loss. */
#include "cli/transfer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/output.h"
#include "cli/progress.h"

#define FIRST_PAUSE 20000   /* microseconds */
#define LONGEST_PAUSE 200000

static volatile sig_atomic_t interrupts;

static void note_interrupt(int number)
{
    (void)number;
    interrupts = interrupts + 1;
}

static Json *job_params(const char *job)
{
    Json *params = json_object_new_object();
    Json_set_text(params, "job", job);
    return params;
}

static void pause_for(long microseconds)
{
    struct timespec time = {.tv_sec = 0, .tv_nsec = microseconds * 1000};
    nanosleep(&time, NULL); /* a signal ends it early */
}

static bool leave_running(const char *name, const char *job, Error *error)
{
    Error_set(error, ERROR_CANCELLED, "Left while the %s goes on in the engine.", name);
    return Error_hint(error, "bizosaas call job.status job=%s tells how far it is.", job);
}

static bool outcome(const char *name, const char *state, const Json *status, Json **result,
                    Error *error)
{
    if (strcmp(state, "done") == 0) {
        *result = json_object_get(Json_get(status, "result"));
        return true;
    }
    Json *why = Json_get(status, "error");
    if (strcmp(state, "cancelled") == 0) {
        Error_set(error, ERROR_CANCELLED, "The %s was stopped after %lld of %lld.", name,
                  (long long)Json_int(status, "done", 0), (long long)Json_int(status, "total", 0));
        return Error_hint(error, "What was done is whole; bizosaas undo takes it back.");
    }
    if (why && json_object_is_type(why, json_type_object))
        Json_to_error(why, error);
    else if (why && json_object_is_type(why, json_type_string))
        Error_set(error, ERROR_INTERNAL, "%s", json_object_get_string(why));
    else
        Error_set(error, ERROR_INTERNAL, "The %s failed.", name);
    return false;
}

static bool is_final(const char *state)
{
    static const char *const FINAL[] = {"done", "failed", "cancelled", "dead"};
    for (size_t i = 0; i < sizeof FINAL / sizeof *FINAL; i++)
        if (strcmp(state, FINAL[i]) == 0)
            return true;
    return false;
}

static bool wait_loop(Invocation *invocation, const char *name, const char *job, Json **result,
                      Error *error)
{
    Progress progress = Progress_begin(name);
    long interval = FIRST_PAUSE;
    bool asked = false;
    for (;;) {
        Json *status = NULL;
        if (interrupts > 1) {
            Progress_end(&progress);
            return leave_running(name, job, error);
        }
        if (interrupts && !asked) {
            asked = true;
            Progress_end(&progress);
            Output_message("Stopping the %s after the batch in hand ...", name);
            Invocation_call(invocation, "job.cancel", job_params(job), NULL, NULL);
        }
        if (!Invocation_call(invocation, "job.status", job_params(job), &status, error)) {
            Progress_end(&progress);
            return false;
        }
        const char *state = status ? Json_text(status, "state") : NULL;
        if (!state || is_final(state)) {
            Progress_end(&progress);
            bool good = state ? outcome(name, state, status, result, error)
                              : Error_set(error, ERROR_INTERNAL, "The job has no state.");
            json_object_put(status);
            return good;
        }
        Progress_show(&progress, Json_int(status, "done", 0), Json_int(status, "total", 0));
        json_object_put(status);
        pause_for(interval);
        interval = interval * 5 / 4 > LONGEST_PAUSE ? LONGEST_PAUSE : interval * 5 / 4;
    }
}

bool Transfer_wait(Invocation *invocation, const char *name, const char *job, Json **result,
                   Error *error)
{
    struct sigaction action = {.sa_handler = note_interrupt}, before;
    sigemptyset(&action.sa_mask);
    interrupts = 0;
    *result = NULL;
    sigaction(SIGINT, &action, &before);
    bool good = wait_loop(invocation, name, job, result, error);
    sigaction(SIGINT, &before, NULL);
    return good;
}

bool Transfer_job(Invocation *invocation, const char *name, const char *operation, Json *params,
                  Json **result, Error *error)
{
    Json *started = NULL;
    *result = NULL;
    if (!Invocation_call(invocation, operation, params, &started, error))
        return false;
    const char *job = started ? Json_text(started, "job") : NULL;
    if (!job) {
        *result = started;
        return true;
    }
    char *kept = strdup(job);
    json_object_put(started);
    bool good = kept && Transfer_wait(invocation, name, kept, result, error);
    free(kept);
    return good;
}
