/* mission: X2.1 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/unit/engine_test.h"

static TestHome home;

static int set_up(void **state)
{
    TestHome_make(&home);
    return 0;
}

static int tear_down(void **state)
{
    TestHome_remove(&home);
    return 0;
}

/* ---- records ------------------------------------------------------------------------------ */

static void makes_and_changes_records(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *lead = Test_call(client, "lead.create", "{\"first_name\":\"Ana\",\"last_name\":\"Ruiz\","
                           "\"email\":\"ana@example.com\",\"score\":70}");
    const char *id = Test_id(lead);

    assert_int_equal(Json_int(lead, "version", 0), 1);
    Json *changed = Test_call(client, "lead.update",
                              Test_text("{\"id\":\"%s\",\"version\":1,\"score\":80}", id));
    assert_int_equal(Json_int(changed, "score", 0), 80);
    assert_int_equal(Json_int(changed, "version", 0), 2);
    json_object_put(changed);
    Json *page = Test_call(client, "lead.list", "{\"filter\":\"score >= 75\",\"columns\":[\"email\"]}");
    assert_int_equal(json_object_array_length(Json_get(page, "records")), 1);
    json_object_put(page);
    Json *found = Test_call(client, "lead.search", "{\"text\":\"ruiz\"}");
    assert_string_equal(Test_id(json_object_array_get_idx(Json_get(found, "records"), 0)), id);
    json_object_put(found);
    found = Test_call(client, "search.all", "{\"text\":\"ana\"}");
    assert_true(json_object_array_length(Json_get(found, "records")) >= 1);
    json_object_put(found);
    json_object_put(Test_call(client, "lead.delete", Test_text("{\"id\":\"%s\"}", id)));
    Test_refused_as(client, "lead.get", Test_text("{\"id\":\"%s\"}", id), ERROR_NOT_FOUND);
    json_object_put(Test_call(client, "undo", NULL));
    json_object_put(Test_call(client, "lead.get", Test_text("{\"id\":\"%s\"}", id)));
    json_object_put(lead);
    Client_close(client);
}

static void refuses_what_makes_no_sense(void **state)
{
    Client *client = Test_open(&home, NULL);

    Test_refused_as(client, "lead.create", "{\"emial\":\"x\"}", ERROR_USAGE);
    Test_refused_as(client, "lead.create", "{\"email\":\"no address\"}", ERROR_TYPE);
    Test_refused_as(client, "lead.list", "{\"filtr\":\"x\"}", ERROR_USAGE);
    Test_refused_as(client, "lead.list", "{\"limit\":\"many\"}", ERROR_TYPE);
    Test_refused_as(client, "lead.get", NULL, ERROR_REQUIRED);
    Test_refused_as(client, "lead.get", "{\"id\":\"lead_00000000000000000000000000\"}",
                    ERROR_NOT_FOUND);
    Error error = Test_refused(client, "lead.lst", NULL);
    assert_string_equal(error.code, ERROR_USAGE);
    assert_non_null(strstr(error.hint, "lead.list"));
    error = Test_refused(client, "lead.list", "{\"filter\":\"scoer > 1\"}");
    assert_int_equal(error.column, 1);
    assert_non_null(strstr(error.hint, "score"));
    Client_close(client);
}

static void tells_of_conflicts(void **state)
{
    Client *one = Test_open(&home, NULL), *other = Test_open(&home, NULL);
    Json *lead = Test_call(one, "lead.create", "{\"last_name\":\"Conflict\"}");
    const char *id = Test_id(lead);

    json_object_put(Test_call(other, "lead.update",
                              Test_text("{\"id\":\"%s\",\"version\":1,\"score\":5}", id)));
    Test_refused_as(one, "lead.update", Test_text("{\"id\":\"%s\",\"version\":1,\"score\":6}", id),
                    ERROR_CONFLICT);
    json_object_put(lead);
    Client_close(one);
    Client_close(other);
}

static Json *wait_for_event(Client *client)
{
    Error error = ERROR_NONE;
    Json *body;
    int id;

    for (int i = 0; i < 100; i++) {
        ClientMessage kind = Client_receive(client, &id, &body, &error);
        if (kind == CLIENT_EVENT)
            return body;
        assert_int_equal(kind, CLIENT_NOTHING);
        struct pollfd poller = {.fd = Client_descriptor(client), .events = POLLIN};
        poll(&poller, 1, 50);
    }
    return NULL;
}

static void tells_others_of_changes(void **state)
{
    Client *writer = Test_open(&home, NULL), *reader = Test_open(&home, NULL);

    json_object_put(Test_call(reader, "events.subscribe", NULL));
    Json *lead = Test_call(writer, "lead.create", "{\"last_name\":\"Event\"}");
    Json *event = wait_for_event(reader);
    while (event && strcmp(Test_id(event), Test_id(lead)) != 0) {
        json_object_put(event); /* of a test before */
        event = wait_for_event(reader);
    }
    assert_non_null(event);
    assert_string_equal(Json_text(event, "resource"), "lead");
    assert_string_equal(Json_text(Json_get(event, "actor"), "name"), "anna");
    json_object_put(event);
    json_object_put(lead);
    Client_close(writer);
    Client_close(reader);
}

static void describes_itself(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *lead = Test_call(client, "resource.describe", "{\"resource\":\"leads\"}");
    Json *operation = Test_call(client, "operations.list", "{\"operation\":\"lead.create\"}");
    Json *all = Test_call(client, "operations.list", NULL);

    assert_string_equal(Json_text(lead, "name"), "lead");
    assert_string_equal(Json_text(lead, "state_field"), "state");
    assert_true(Json_bool(Json_get(lead, "actions"), "create", false));
    Json *row = json_object_array_get_idx(operation, 0);
    assert_string_equal(Json_text(row, "right"), "lead:create");
    assert_true(json_object_array_length(Json_get(row, "parameters")) > 20);
    assert_true(json_object_array_length(all) > 500);
    Json *ended = Test_call(client, "request.cancel", "{\"id\":99999}");
    assert_false(Json_bool(ended, "cancelled", true));
    json_object_put(ended);
    json_object_put(lead);
    json_object_put(operation);
    json_object_put(all);
    Client_close(client);
}

static void keeps_tags_and_history(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *lead = Test_call(client, "lead.create", "{\"last_name\":\"Tagged\"}");
    const char *id = Test_id(lead);
    const char *tag = Test_text("{\"resource\":\"lead\",\"id\":\"%s\",\"tag\":\"Hot\"}", id);

    json_object_put(Test_call(client, "tag.add", tag));
    json_object_put(Test_call(client, "tag.add", tag));
    Json *tags = Test_call(client, "tag.of", Test_text("{\"resource\":\"lead\",\"id\":\"%s\"}", id));
    assert_int_equal(json_object_array_length(Json_get(tags, "tags")), 1);
    json_object_put(tags);
    json_object_put(Test_call(client, "tag.remove", tag));
    json_object_put(Test_call(client, "note.create",
                              Test_text("{\"entity\":\"lead\",\"record_id\":\"%s\","
                                        "\"body\":\"Called.\"}", id)));
    Json *history = Test_call(client, "history.list", Test_text("{\"record\":\"%s\"}", id));
    assert_true(json_object_array_length(Json_get(history, "changes")) >= 3);
    json_object_put(history);
    Json *timeline = Test_call(client, "lead.timeline", Test_text("{\"id\":\"%s\"}", id));
    assert_true(json_object_array_length(Json_get(timeline, "entries")) >= 2);
    json_object_put(timeline);
    json_object_put(Test_call(client, "lead.related", Test_text("{\"id\":\"%s\"}", id)));
    json_object_put(Test_call(client, "audit.verify", NULL));
    json_object_put(lead);
    Client_close(client);
}

/* ---- files -------------------------------------------------------------------------------- */

static void keeps_attachments(void **state)
{
    Client *client = Test_open(&home, NULL);
    Json *lead = Test_call(client, "lead.create", "{\"last_name\":\"File\"}");
    Json *upload = Test_call(client, "upload.start", "{\"name\":\"../../x.txt\",\"bytes\":5}");
    const char *name = Json_text(upload, "upload");

    Test_refused_as(client, "upload.chunk", Test_text("{\"upload\":\"%s\",\"offset\":1,"
                    "\"data\":\"aGVsbG8=\"}", name), ERROR_RULE);
    json_object_put(Test_call(client, "upload.chunk", Test_text("{\"upload\":\"%s\",\"offset\":0,"
                              "\"data\":\"aGVsbG8=\"}", name)));
    json_object_put(Test_call(client, "upload.finish", Test_text("{\"upload\":\"%s\"}", name)));
    Json *attachment = Test_call(client, "attachment.create",
                                 Test_text("{\"upload\":\"%s\",\"entity\":\"lead\","
                                           "\"record_id\":\"%s\"}", name, Test_id(lead)));
    assert_string_equal(Json_text(attachment, "mime"), "text/plain");
    Json *file = Test_call(client, "attachment.open",
                           Test_text("{\"attachment\":\"%s\"}", Test_id(attachment)));
    Json *bytes = Test_call(client, "file.read",
                            Test_text("{\"file\":\"%s\"}", Json_text(file, "file")));
    assert_string_equal(Json_text(bytes, "data"), "aGVsbG8=");
    assert_true(Json_bool(bytes, "last", false));
    Test_refused_as(client, "file.read", "{\"file\":\"../../../etc/passwd\"}", ERROR_NOT_FOUND);
    Test_refused_as(client, "file.read", "{\"file\":\"file_../../../../etc/passwd0000\"}",
                    ERROR_NOT_FOUND);
    json_object_put(bytes);
    json_object_put(file);
    json_object_put(attachment);
    json_object_put(upload);
    json_object_put(lead);
    Client_close(client);
}

/* ---- processes ---------------------------------------------------------------------------- */

static void one_engine_serves_a_home(void **state)
{
    char out[4096];
    Client *client = Test_open(&home, NULL);
    const char *arguments[] = {"run", "--home", home.path, NULL};

    assert_int_equal(Test_run_engine(arguments, NULL, out), 75);
    assert_non_null(strstr(out, Test_text("process %d", (int)Test_engine_pid(client))));
    Client_close(client);
}

static void clients_start_at_once(void **state)
{
    Client *client = Test_open(&home, NULL);
    pid_t children[6];
    int status;

    Test_kill_engine(client, SIGTERM);
    Client_close(client);
    for (int i = 0; i < 6; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            ClientOptions options = {.home = home.path, .kind = "cli", .start = true};
            Client *own = Client_open(&options, NULL);
            bool good = own && Client_call(own, "engine.ping", NULL, NULL, NULL);
            _exit(good ? 0 : 1);
        }
    }
    for (int i = 0; i < 6; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void keeps_what_it_acknowledged(void **state)
{
    Client *client = Test_open(&home, NULL);
    Error error = ERROR_NONE;
    int acknowledged = 0;

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 40; i++) {
            json_object_put(Test_call(client, "lead.create", "{\"last_name\":\"Durable\"}"));
            acknowledged++;
        }
        Test_kill_engine(client, SIGKILL);
        Test_refused_as(client, "engine.ping", NULL, ERROR_AGAIN);
        assert_true(Client_reconnect(client, &error));
        Json *count = Test_call(client, "lead.count", "{\"filter\":\"last_name = Durable\"}");
        assert_int_equal(Json_int(count, "count", 0), acknowledged);
        json_object_put(count);
        json_object_put(Test_call(client, "audit.verify", NULL));
    }
    Client_close(client);
}

static void stops_when_asked(void **state)
{
    Client *client = Test_open(&home, NULL);
    pid_t engine = Test_engine_pid(client);

    json_object_put(Test_call(client, "engine.stop", NULL));
    for (int i = 0; i < 400 && kill(engine, 0) == 0; i++)
        poll(NULL, 0, 25);
    assert_int_not_equal(kill(engine, 0), 0);
    Client_close(client);
}

static void refuses_homes_that_are_not_right(void **state)
{
    TestHome other;
    char out[4096], path[256];
    const char *arguments[] = {"run", "--home", other.path, NULL};

    TestHome_make(&other);
    chmod(other.path, 0755);
    assert_int_equal(Test_run_engine(arguments, NULL, out), 1);
    assert_non_null(strstr(out, "open to other users"));
    chmod(other.path, 0700);
    snprintf(path, sizeof path, "%s/company.json", other.path);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("{\"format\":99}", file);
    fclose(file);
    assert_int_equal(Test_run_engine(arguments, NULL, out), 1);
    assert_non_null(strstr(out, "newer program"));
    unlink(path);
    assert_int_equal(Test_run_engine(arguments, NULL, out), 1);
    assert_non_null(strstr(out, "no company"));
    const char *file_home[] = {"run", "--home", "/etc/passwd", NULL};
    assert_int_equal(Test_run_engine(file_home, NULL, out), 1);
    assert_non_null(strstr(out, "not a folder"));
    const char *again[] = {"init", "--home", home.path, NULL};
    assert_int_not_equal(Test_run_engine(again, "{}", out), 0);
    TestHome_remove(&other);
}

static void finds_no_company_in_an_empty_home(void **state)
{
    Error error = ERROR_NONE;
    char empty[] = "/tmp/bizosaas-test-XXXXXX";
    assert_non_null(mkdtemp(empty));
    ClientOptions options = {.home = empty, .kind = "cli", .start = true};

    assert_null(Client_open(&options, &error));
    assert_string_equal(error.code, ERROR_NOT_FOUND);
    rmdir(empty);
}

static void backs_up_and_restores(void **state)
{
    Client *client = Test_open(&home, NULL);
    TestHome other = {.path = ""};
    char out[4096], file[256];

    json_object_put(Test_call(client, "lead.create", "{\"last_name\":\"Kept\"}"));
    Json *job = Test_call(client, "backup.start", "{\"password\":\"a long password\"}");
    Json *status = Test_wait_job(client, Json_text(job, "job"));
    assert_string_equal(Json_text(status, "state"), "done");
    const char *name = Json_text(Json_get(status, "result"), "file");
    snprintf(file, sizeof file, "%s/tenants/acme/uploads/%s", home.path, name);
    snprintf(other.path, sizeof other.path, "%.100s-restored", home.path);
    const char *arguments[] = {"restore", "--home", other.path, file, NULL};
    assert_int_equal(Test_run_engine(arguments, "{\"password\":\"a wrong one\"}", out), 1);
    assert_int_equal(Test_run_engine(arguments, "{\"password\":\"a long password\"}", out), 0);
    assert_int_equal(Test_run_engine(arguments, "{\"password\":\"a long password\"}", out), 1);
    Client *restored = Test_open(&other, NULL);
    Json *count = Test_call(restored, "lead.count", "{\"filter\":\"last_name = Kept\"}");
    assert_int_equal(Json_int(count, "count", 0), 1);
    json_object_put(Test_call(restored, "audit.verify", NULL));
    json_object_put(count);
    json_object_put(status);
    json_object_put(job);
    Client_close(restored);
    Client_close(client);
    TestHome_remove(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_and_changes_records),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(tells_of_conflicts),
        cmocka_unit_test(tells_others_of_changes),
        cmocka_unit_test(describes_itself),
        cmocka_unit_test(keeps_tags_and_history),
        cmocka_unit_test(keeps_attachments),
        cmocka_unit_test(one_engine_serves_a_home),
        cmocka_unit_test(clients_start_at_once),
        cmocka_unit_test(keeps_what_it_acknowledged),
        cmocka_unit_test(backs_up_and_restores),
        cmocka_unit_test(refuses_homes_that_are_not_right),
        cmocka_unit_test(finds_no_company_in_an_empty_home),
        cmocka_unit_test(stops_when_asked),
    };

    setenv("BIZOSAAS_NOW", "2026-11-22T10:00:00+01:00", 1);
    return cmocka_run_group_tests_name("engine", tests, set_up, tear_down);
}
