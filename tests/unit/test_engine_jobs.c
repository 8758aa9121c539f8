/* Work on many records as jobs of the real engine: taken back as one, stopped, killed and gone on. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/engine_test.h"

#define LEADS 600

static TestHome home;

static int set_up(void **state)
{
    TestHome_make(&home);
    Client *client = Test_open(&home, NULL);
    for (int i = 0; i < LEADS; i++) {
        int id;
        Json *params = json_object_new_object();
        Json_set_text(params, "last_name", Test_text("Bulk %d", i));
        assert_true(Client_send(client, "lead.create", params, &id, NULL));
        json_object_put(params);
    }
    json_object_put(Test_call(client, "engine.ping", NULL));
    int64_t made = 0;
    for (int i = 0; i < 500 && made < LEADS; i++) {
        Json *count = Test_call(client, "lead.count", NULL);
        made = Json_int(count, "count", 0);
        json_object_put(count);
        poll(NULL, 0, 20);
    }
    Client_close(client);
    return made == LEADS ? 0 : -1;
}

static int tear_down(void **state)
{
    TestHome_remove(&home);
    return 0;
}

static int64_t count(Client *client, const char *filter)
{
    Json *result = Test_call(client, "lead.count", Test_text("{\"filter\":\"%s\"}", filter));
    int64_t number = Json_int(result, "count", -1);

    json_object_put(result);
    return number;
}

static void says_before_what_it_would_do(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *result = Test_call(client, "bulk.update", "{\"resource\":\"lead\",\"filter\":"
                             "\"last_name ~ Bulk\",\"changes\":{\"score\":11},\"dry_run\":true}");

    assert_int_equal(Json_int(result, "count", 0), LEADS);
    assert_int_equal(json_object_array_length(Json_get(result, "preview")), 10);
    assert_null(Json_text(result, "job"));
    assert_int_equal(count(client, "score = 11"), 0);
    json_object_put(result);
    Test_refused_as(client, "bulk.update", "{\"resource\":\"lead\",\"changes\":{\"score\":1}}",
                    ERROR_USAGE);
    Test_refused_as(client, "bulk.update", "{\"resource\":\"lead\",\"filter\":\"score = 1\","
                    "\"changes\":{\"scoer\":1}}", ERROR_USAGE);
    Client_close(client);
}

static void changes_all_and_takes_all_back(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *result = Test_call(client, "bulk.update", "{\"resource\":\"lead\",\"filter\":"
                             "\"last_name ~ Bulk\",\"changes\":{\"score\":22}}");
    Json *status = Test_wait_job(client, Json_text(result, "job"));

    assert_string_equal(Json_text(status, "state"), "done");
    assert_int_equal(Json_int(Json_get(status, "result"), "changed", 0), LEADS);
    assert_int_equal(count(client, "score = 22"), LEADS);
    json_object_put(Test_call(client, "undo", NULL));
    assert_int_equal(count(client, "score = 22"), 0);
    json_object_put(Test_call(client, "audit.verify", NULL));
    json_object_put(status);
    json_object_put(result);
    Client_close(client);
}

static void reports_rows_that_cannot_be_changed(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *lead = Test_call(client, "lead.create", "{\"last_name\":\"Only\"}");
    Json *gone = Test_call(client, "lead.create", "{\"last_name\":\"Gone\"}");
    Json *result = Test_call(client, "bulk.update",
                             Test_text("{\"resource\":\"lead\",\"ids\":[\"%s\",\"%s\"],"
                                       "\"changes\":{\"state\":\"converted\"}}",
                                       Test_id(lead), Test_id(gone)));
    Json *status = Test_wait_job(client, Json_text(result, "job"));

    assert_string_equal(Json_text(status, "state"), "done");
    assert_int_equal(Json_int(Json_get(status, "result"), "changed", -1), 0);
    assert_int_equal(Json_int(Json_get(status, "result"), "failed", -1), 2);
    json_object_put(status);
    json_object_put(result);
    json_object_put(gone);
    json_object_put(lead);
    Client_close(client);
}

/* The engine is killed while the job runs; the next one ends it, no row is changed twice. */
static void goes_on_after_a_kill(void **state)
{
    Client *client = Test_open(&home, NULL);
    Error error = ERROR_NONE;
    char job[80];

    for (int round = 0; round < 3; round++) {
        Json *result = Test_call(client, "bulk.update",
                                 Test_text("{\"resource\":\"lead\",\"filter\":\"last_name ~ Bulk\","
                                           "\"changes\":{\"score\":%d}}", 40 + round));
        snprintf(job, sizeof job, "%s", Json_text(result, "job"));
        json_object_put(result);
        poll(NULL, 0, 20 + 60 * round);
        Test_kill_engine(client, SIGKILL);
        assert_true(Client_reconnect(client, &error));
        Json *status = Test_wait_job(client, job);
        assert_string_equal(Json_text(status, "state"), "done");
        assert_int_equal(Json_int(Json_get(status, "result"), "changed", 0), LEADS);
        json_object_put(status);
        assert_int_equal(count(client, Test_text("score = %d", 40 + round)), LEADS);
        json_object_put(Test_call(client, "audit.verify", NULL));
    }
    Client_close(client);
}

static void goes_on_after_an_orderly_stop(void **state)
{
    Client *client = Test_open(&home, NULL);
    Error error = ERROR_NONE;
    char job[80];
    Json *result = Test_call(client, "bulk.update", "{\"resource\":\"lead\",\"filter\":"
                             "\"last_name ~ Bulk\",\"changes\":{\"score\":55}}");

    snprintf(job, sizeof job, "%s", Json_text(result, "job"));
    json_object_put(result);
    Test_kill_engine(client, SIGTERM);
    assert_true(Client_reconnect(client, &error));
    Json *status = Test_wait_job(client, job);
    assert_string_equal(Json_text(status, "state"), "done");
    assert_int_equal(count(client, "score = 55"), LEADS);
    json_object_put(status);
    Client_close(client);
}

static void stops_when_told(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *result = Test_call(client, "bulk.delete", "{\"resource\":\"lead\",\"filter\":"
                             "\"last_name ~ Bulk\"}");
    const char *job = Test_text("{\"job\":\"%s\"}", Json_text(result, "job"));
    Json *cancelled = Test_call(client, "job.cancel", job);
    Json *status = Test_wait_job(client, Json_text(result, "job"));

    assert_string_equal(Json_text(status, "state"), "cancelled");
    json_object_put(status);
    json_object_put(cancelled);
    Json *params = Json_parse(job, strlen(job), JSON_BYTES_MAX, NULL);
    for (int i = 0; i < 200 && !Client_call(client, "job.retry", params, NULL, NULL); i++)
        poll(NULL, 0, 25); /* the run ends at its next step */
    json_object_put(params);
    status = Test_wait_job(client, Json_text(result, "job"));
    assert_string_equal(Json_text(status, "state"), "done");
    assert_int_equal(count(client, "last_name ~ Bulk"), 0);
    Json *jobs = Test_call(client, "job.list", "{\"state\":\"done\"}");
    assert_true(json_object_array_length(Json_get(jobs, "records")) >= 5);
    json_object_put(jobs);
    json_object_put(status);
    json_object_put(result);
    Client_close(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_before_what_it_would_do),
        cmocka_unit_test(changes_all_and_takes_all_back),
        cmocka_unit_test(reports_rows_that_cannot_be_changed),
        cmocka_unit_test(goes_on_after_a_kill),
        cmocka_unit_test(goes_on_after_an_orderly_stop),
        cmocka_unit_test(stops_when_told),
    };

    return cmocka_run_group_tests_name("engine jobs", tests, set_up, tear_down);
}
