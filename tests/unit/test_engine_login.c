/* Who comes in: by the operating system's word, by password, by invitation, on behalf of another. */
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static Client *open_stranger(void)
{
    Error error = ERROR_NONE;
    ClientOptions options = {.home = home.path, .kind = "tui", .start = true};
    Client *client = Client_open(&options, &error);

    assert_non_null(client);
    return client;
}

static bool has_role(const Client *client, const char *role)
{
    Json *roles = Json_get(Json_get(Client_hello(client), "user"), "roles");

    for (size_t i = 0; i < json_object_array_length(roles); i++) {
        if (strcmp(json_object_get_string(json_object_array_get_idx(roles, i)), role) == 0)
            return true;
    }
    return false;
}

static void knows_the_owner_by_the_socket(void **state)
{
    Client *client = Test_open(&home, NULL);

    assert_true(Client_logged_in(client));
    assert_string_equal(Json_text(Json_get(Client_hello(client), "user"), "login"), "anna");
    assert_string_equal(Json_text(Json_get(Client_hello(client), "tenant"), "slug"), "acme");
    assert_true(has_role(client, "owner"));
    Client_close(client);
}

static void lets_owners_act_as_others(void **state)
{
    Client *owner = Test_open(&home, NULL);
    Json *made = Test_call(owner, "user.invite", "{\"email\":\"ben@example.com\",\"login\":\"ben\","
                           "\"role\":\"sales_rep\",\"password\":\"bens own password\"}");

    assert_string_equal(Json_text(made, "state"), "active");
    Client *ben = Test_open(&home, "ben");
    assert_true(has_role(ben, "sales_rep"));
    Test_refused_as(ben, "user.invite", "{\"email\":\"c@example.com\"}", ERROR_FORBIDDEN);
    Client_close(ben);
    json_object_put(made);
    Client_close(owner);
}

static void takes_invitations_once(void **state)
{
    Client *owner = Test_open(&home, NULL), *guest = Test_open(&home, NULL);
    Json *made = Test_call(owner, "user.invite",
                           "{\"email\":\"Cleo@Example.com\",\"name\":\"Cleo Day\",\"role\":\"editor\"}");
    const char *token = Json_text(made, "token");

    assert_string_equal(Json_text(made, "login"), "cleo");
    assert_non_null(token);
    Test_refused_as(guest, "user.accept", "{\"tenant\":\"acme\",\"login\":\"cleo\",\"token\":\"00\","
                    "\"password\":\"a long password\"}", ERROR_FORBIDDEN);
    Test_refused_as(guest, "user.accept", Test_text("{\"tenant\":\"acme\",\"login\":\"cleo\","
                    "\"token\":\"%s\",\"password\":\"short\"}", token), ERROR_RULE);
    const char *accept = Test_text("{\"tenant\":\"acme\",\"login\":\"cleo\",\"token\":\"%s\","
                                   "\"password\":\"a long password\"}", token);
    json_object_put(Test_call(guest, "user.accept", accept));
    assert_true(has_role(guest, "editor"));
    Test_refused_as(owner, "user.accept", accept, ERROR_FORBIDDEN);
    json_object_put(made);
    Client_close(guest);
    Client_close(owner);
}

static void asks_for_the_password(void **state)
{
    Client *owner = Test_open(&home, NULL);

    json_object_put(Test_call(owner, "user.passwd", "{\"password\":\"annas password\"}"));
    Client_close(owner);
    Client *client = open_stranger();
    assert_false(Client_logged_in(client));
    assert_true(Json_bool(Client_hello(client), "login_required", false));
    Test_refused_as(client, "lead.list", NULL, ERROR_UNAUTHENTICATED);
    Test_refused_as(client, "session.login", "{\"login\":\"anna\",\"password\":\"a guess\"}",
                    ERROR_UNAUTHENTICATED);
    Test_refused_as(client, "session.login", "{\"login\":\"nobody\",\"password\":\"a guess\"}",
                    ERROR_UNAUTHENTICATED);
    json_object_put(Test_call(client, "session.login",
                              "{\"login\":\"anna@example.com\",\"password\":\"annas password\"}"));
    assert_true(Client_logged_in(client));
    Json *sessions = Test_call(client, "session.list", NULL);
    assert_true(json_object_array_length(Json_get(sessions, "records")) >= 1);
    json_object_put(sessions);
    json_object_put(Test_call(client, "session.logout", NULL));
    assert_false(Client_logged_in(client));
    Test_refused_as(client, "lead.list", NULL, ERROR_UNAUTHENTICATED);
    Client_close(client);
}

/* Several people over one account of the operating system: the login screen asks who it is. */
static void asks_who_it_is_on_a_shared_account(void **state)
{
    const struct passwd *person = getpwuid(geteuid());
    Client *owner = Test_open(&home, "anna");

    json_object_put(Test_call(owner, "user.invite",
                              Test_text("{\"email\":\"dora@example.com\",\"login\":\"dora\","
                                        "\"os_user\":\"%s\"}", person->pw_name)));
    Client_close(owner);
    Client *client = open_stranger();
    assert_true(Json_bool(Client_hello(client), "login_required", false));
    Client *dora = Test_open(&home, "dora");
    assert_true(has_role(dora, "viewer"));
    Client_close(dora);
    Client_close(client);
}

static void locks_after_ten_failures(void **state)
{
    Client *client = open_stranger();

    for (int i = 0; i < 10; i++)
        Test_refused_as(client, "session.login", "{\"login\":\"ben\",\"password\":\"a guess\"}",
                        ERROR_UNAUTHENTICATED);
    Error error = Test_refused(client, "session.login",
                               "{\"login\":\"ben\",\"password\":\"bens own password\"}");
    assert_string_equal(error.code, ERROR_FORBIDDEN);
    assert_non_null(strstr(error.message, "locked"));
    Client *owner = Test_open(&home, "anna");
    json_object_put(Test_call(owner, "user.enable", "{\"login\":\"ben\"}"));
    json_object_put(Test_call(client, "session.login",
                              "{\"login\":\"ben\",\"password\":\"bens own password\"}"));
    Client_close(owner);
    Client_close(client);
}

static void keeps_disabled_people_out(void **state)
{
    Client *owner = Test_open(&home, "anna"), *ben = Test_open(&home, "ben");

    json_object_put(Test_call(ben, "lead.list", NULL));
    json_object_put(Test_call(owner, "user.disable", "{\"login\":\"ben\"}"));
    Test_refused_as(ben, "lead.list", NULL, ERROR_FORBIDDEN);
    Test_refused_as(ben, "search.all", "{\"text\":\"a\"}", ERROR_FORBIDDEN);
    Client *other = open_stranger();
    Test_refused_as(other, "session.login",
                    "{\"login\":\"ben\",\"password\":\"bens own password\"}", ERROR_FORBIDDEN);
    Test_refused_as(owner, "user.disable", "{\"login\":\"anna\"}", ERROR_RULE);
    Client_close(other);
    Client_close(ben);
    Client_close(owner);
}

static bool file_holds(const char *path, const char *word)
{
    FILE *file = fopen(path, "re");
    char text[65536];
    size_t length = 0;
    bool found = false;

    while (file && !found && (length = fread(text, 1, sizeof text, file)) > 0)
        found = memmem(text, length, word, strlen(word)) != NULL;
    if (file)
        fclose(file);
    return found;
}

static void writes_no_password_down(void **state)
{
    static const char *const FILES[] = {"engine.log", "system.db", "system.db-wal",
                                        "tenants/acme/data.db", "tenants/acme/data.db-wal"};
    char path[256];

    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", home.path, FILES[i]);
        assert_false(file_holds(path, "annas password"));
        assert_false(file_holds(path, "bens own password"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_owner_by_the_socket),
        cmocka_unit_test(lets_owners_act_as_others),
        cmocka_unit_test(takes_invitations_once),
        cmocka_unit_test(asks_for_the_password),
        cmocka_unit_test(asks_who_it_is_on_a_shared_account),
        cmocka_unit_test(locks_after_ten_failures),
        cmocka_unit_test(keeps_disabled_people_out),
        cmocka_unit_test(writes_no_password_down),
    };

    return cmocka_run_group_tests_name("engine login", tests, set_up, tear_down);
}
