/* mission: X2.2
 * Jobs of our own kinds in an engine inside this process: order, delay, leases, retries, dead letters. */
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/datetime.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/door.h"
#include "engine/engine.h"
#include "engine/job.h"
#include "tests/unit/engine_test.h"

static TestHome home;
static Engine *engine;
static TenantHandle *tenant;
static atomic_int runs, never_runs;
static char order[64];
static atomic_int order_length;
static atomic_bool gate;

/* ---- a clock that we move ----------------------------------------------------------------- */

static World shifted;
static int64_t (*real_now)(void);
static atomic_llong shift;

static int64_t shifted_now(void)
{
    return real_now() + atomic_load(&shift);
}

/* ---- kinds -------------------------------------------------------------------------------- */

static bool run_ok(OperationContext *context, Job *job, Json **result, Error *error)
{
    atomic_fetch_add(&runs, 1);
    *result = json_object_new_object();
    Json_set_int(*result, "attempt", job->attempt);
    return true;
}

static bool run_fails_twice(OperationContext *context, Job *job, Json **result, Error *error)
{
    if (job->attempt < 3)
        return Error_set(error, ERROR_AGAIN, "Not yet.");
    return run_ok(context, job, result, error);
}

static bool run_never(OperationContext *context, Job *job, Json **result, Error *error)
{
    atomic_fetch_add(&never_runs, 1);
    return Error_set(error, ERROR_NOT_CONNECTED, "Nobody answers.");
}

static bool run_refused(OperationContext *context, Job *job, Json **result, Error *error)
{
    atomic_fetch_add(&never_runs, 1);
    return Error_set(error, ERROR_INVALID, "This can never work.");
}

static bool run_ordered(OperationContext *context, Job *job, Json **result, Error *error)
{
    int at = atomic_fetch_add(&order_length, 1);

    order[at] = Json_text(job->payload, "letter")[0];
    return true;
}

static bool run_gate(OperationContext *context, Job *job, Json **result, Error *error)
{
    while (!atomic_load(&gate))
        poll(NULL, 0, 5);
    return true;
}

/* Steps with a cursor; the engine stops in the middle. */
static bool count_step(Connection *connection, void *argument, Error *error)
{
    int *counted = argument;
    ++*counted;
    return true;
}

static bool run_steps(OperationContext *context, Job *job, Json **result, Error *error)
{
    int at = job->cursor ? (int)Json_int(job->cursor, "at", 0) : 0, counted = 0;

    for (; at < 200; at++) {
        Json *cursor = json_object_new_object();
        Json_set_int(cursor, "at", at + 1);
        if (Job_cancelled(context, job)) {
            json_object_put(cursor);
            return Error_set(error, ERROR_CANCELLED, "Stopped at %d.", at);
        }
        bool done = Job_step(context, job, count_step, &counted, cursor, at + 1, 200, error);
        json_object_put(cursor);
        if (!done)
            return false;
    }
    *result = json_object_new_object();
    Json_set_int(*result, "counted", counted);
    Json_set_int(*result, "attempt", job->attempt);
    return true;
}

static const JobKind KINDS[] = {
    {.name = "test.ok", .run = run_ok},
    {.name = "test.fails_twice", .run = run_fails_twice},
    {.name = "test.never", .run = run_never, .max_attempts = 3},
    {.name = "test.refused", .run = run_refused},
    {.name = "test.ordered", .run = run_ordered},
    {.name = "test.gate", .run = run_gate},
    {.name = "test.steps", .run = run_steps},
};

/* ---- the engine --------------------------------------------------------------------------- */

static void ignore(void *argument)
{
}

static void start_engine(void)
{
    static const EngineDoor DOOR = {.wake = ignore, .stop = ignore};
    Error error = ERROR_NONE;

    engine = Engine_open(home.path, &error);
    if (!engine || !Engine_start(engine, &DOOR, &error))
        fail_msg("%s", error.message);
    tenant = Engine_tenant(engine, "acme", &error);
    assert_non_null(tenant);
}

static void stop_engine(void)
{
    Engine_release_tenant(engine, tenant);
    Engine_quiesce(engine);
    Engine_close(engine);
}

static int set_up(void **state)
{
    Jobs_register(KINDS, sizeof KINDS / sizeof *KINDS);
    TestHome_make(&home);
    start_engine();
    return 0;
}

static int tear_down(void **state)
{
    stop_engine();
    TestHome_remove(&home);
    return 0;
}

/* params: {kind, priority, at, key, payload} */
static bool enqueue(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Uid uid;
    char id[UID_TEXT_SIZE];

    if (!Job_enqueue(context, Json_text(params, "kind"), Json_get(params, "payload"),
                     (int)Json_int(params, "priority", 0), Json_int(params, "at", 0),
                     Json_text(params, "key"), &uid, error))
        return false;
    *result = json_object_new_string(Uid_format(&uid, "job", id));
    return true;
}

static Json *perform(OperationRun run, const char *operation, const char *params)
{
    OperationContext context;
    Error error = ERROR_NONE;
    Arena *arena = Arena_new(0);
    Json *given = Json_parse(params, strlen(params), JSON_BYTES_MAX, &error), *result = NULL;
    bool done = false;

    Engine_context(engine, tenant, arena, &context);
    if (given)
        done = run ? Context_write(&context, STORE_INTERACTIVE, run, given, &result, &error)
                   : Operation_perform(&context, operation, given, &result, &error);
    if (!done)
        fail_msg("%s: %s", params, error.message);
    json_object_put(given);
    Arena_free(arena);
    return result;
}

static const char *queue_job(const char *params)
{
    static char ids[64][80];
    static int next;
    Json *id = perform(enqueue, NULL, params);
    char *text = ids[next++ % 64];

    snprintf(text, sizeof ids[0], "%s", json_object_get_string(id));
    json_object_put(id);
    return text;
}

static Json *status_of(const char *job)
{
    return perform(NULL, "job.status", Test_text("{\"job\":\"%s\"}", job));
}

static Json *wait_for(const char *job, const char *state)
{
    for (int i = 0; i < 600; i++) {
        Json *status = status_of(job);
        if (strcmp(Json_text(status, "state"), state) == 0)
            return status;
        json_object_put(status);
        poll(NULL, 0, 20);
        atomic_fetch_add(&shift, 1000000); /* so that retries come soon */
    }
    fail_msg("%s does not become %s", job, state);
    return NULL;
}

static void ends(const char *job, const char *state, int attempts)
{
    Json *status = wait_for(job, state);

    assert_int_equal(Json_int(status, "attempts", 0), attempts);
    json_object_put(status);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void runs_what_is_queued(void **state)
{
    const char *job = queue_job("{\"kind\":\"test.ok\",\"payload\":{\"a\":1}}");
    Json *status = wait_for(job, "done");

    assert_int_equal(Json_int(Json_get(status, "result"), "attempt", 0), 1);
    json_object_put(status);
}

static void tries_again_and_gives_up(void **state)
{
    ends(queue_job("{\"kind\":\"test.fails_twice\"}"), "done", 3);
    const char *dead = queue_job("{\"kind\":\"test.never\"}");
    ends(dead, "dead", 3);
    Json *status = status_of(dead);
    assert_string_equal(Json_text(Json_get(status, "error"), "code"), ERROR_NOT_CONNECTED);
    json_object_put(status);
    ends(queue_job("{\"kind\":\"test.refused\"}"), "failed", 1);
    ends(queue_job("{\"kind\":\"test.unknown\"}"), "failed", 1);
}

static void does_the_urgent_first(void **state)
{
    const char *one = queue_job("{\"kind\":\"test.gate\",\"priority\":9}");
    const char *two = queue_job("{\"kind\":\"test.gate\",\"priority\":9}");

    json_object_put(wait_for(one, "running"));
    json_object_put(wait_for(two, "running"));
    static const char *const LETTERS[] = {"a", "b", "c", "d"};
    static const int PRIORITIES[] = {0, 5, 1, 7};
    const char *last = NULL;
    for (int i = 0; i < 4; i++) {
        const char *job = queue_job(Test_text("{\"kind\":\"test.ordered\",\"priority\":%d,"
                                              "\"payload\":{\"letter\":\"%s\"}}", PRIORITIES[i],
                                              LETTERS[i]));
        if (i == 0)
            last = job;
    }
    atomic_store(&gate, true);
    json_object_put(wait_for(last, "done"));
    /* Two threads: neighbours may change places, the least urgent is not first. */
    assert_true(order[0] == 'd' || order[0] == 'b');
    assert_true(order[3] == 'a' || order[3] == 'c');
}

static void keeps_one_of_a_kind(void **state)
{
    int64_t later = World_now() + MICROSECONDS_PER_DAY;
    const char *params = Test_text("{\"kind\":\"test.ok\",\"key\":\"nightly\",\"at\":%lld}",
                                   (long long)later);
    char first[80];

    snprintf(first, sizeof first, "%s", queue_job(params));
    assert_string_equal(queue_job(params), first);
    json_object_put(perform(NULL, "job.cancel", Test_text("{\"job\":\"%s\"}", first)));
    assert_string_not_equal(queue_job(params), first);
}

/* Due by the wall clock, found by the monotonic one: a clock that jumps loses nothing. */
static void waits_for_its_time(void **state)
{
    const char *job = queue_job(Test_text("{\"kind\":\"test.ok\",\"at\":%lld}",
                                          (long long)(World_now() + 3600 * INT64_C(1000000))));

    poll(NULL, 0, 300);
    Json *status = status_of(job);
    assert_string_equal(Json_text(status, "state"), "queued");
    json_object_put(status);
    atomic_fetch_add(&shift, 2 * 3600 * INT64_C(1000000));
    json_object_put(wait_for(job, "done"));
    atomic_store(&shift, 0);
}

/* The engine stops in the middle; the next one goes on behind the last step. */
static void goes_on_at_the_cursor(void **state)
{
    char job[80];

    snprintf(job, sizeof job, "%s", queue_job("{\"kind\":\"test.steps\"}"));
    for (int i = 0; i < 300; i++) {
        Json *status = status_of(job);
        int64_t done = Json_int(status, "done", 0);
        json_object_put(status);
        if (done >= 5)
            break;
        poll(NULL, 0, 10);
    }
    stop_engine();
    start_engine();
    Json *status = wait_for(job, "done");
    const Json *result = Json_get(status, "result");
    if (Json_int(result, "attempt", 0) > 1)
        assert_true(Json_int(result, "counted", 0) < 200);
    assert_int_equal(Json_int(status, "done", 0), 200);
    json_object_put(status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_what_is_queued),
        cmocka_unit_test(tries_again_and_gives_up),
        cmocka_unit_test(does_the_urgent_first),
        cmocka_unit_test(keeps_one_of_a_kind),
        cmocka_unit_test(waits_for_its_time),
        cmocka_unit_test(goes_on_at_the_cursor),
    };

    setenv("BIZOSAAS_NOW", "2026-11-22T10:00:00Z", 1);
    assert_true(World_init(NULL));
    shifted = *World_get();
    real_now = shifted.now;
    shifted.now = shifted_now;
    World_set(&shifted);
    return cmocka_run_group_tests_name("jobs", tests, set_up, tear_down);
}
