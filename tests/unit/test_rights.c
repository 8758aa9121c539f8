/* mission: C2.3
 * What each built-in role may do with own and others' records; written down here once more, so that a
 * change of data/roles.yaml has to be meant. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/engine_test.h"

/* c = may create; then what may be done with one's own and with others' records: r(ead) u(pdate)
 * a(rchive) d(elete). */
typedef struct Cell {
    const char *create, *own, *other;
} Cell;

typedef struct RoleRow {
    const char *role;
    Cell lead, company, product, ticket, campaign, form, role_record;
} RoleRow;

#define ALL {"c", "ruad", "ruad"}
#define LOOK {"", "r", "r"}
#define NONE {"", "", ""}

static const RoleRow MATRIX[] = {
    {"owner", ALL, ALL, ALL, ALL, ALL, ALL, ALL},
    {"admin", ALL, ALL, ALL, ALL, ALL, ALL, ALL},
    {"sales_manager", ALL, ALL, LOOK, ALL, ALL, NONE, LOOK},
    {"sales_rep", {"c", "rua", ""}, {"c", "ru", "ru"}, LOOK, {"", "r", ""}, LOOK, NONE, LOOK},
    {"store_manager", NONE, {"c", "ru", "ru"}, ALL, NONE, NONE, NONE, LOOK},
    {"fulfilment", NONE, LOOK, LOOK, NONE, NONE, NONE, LOOK},
    {"accountant", LOOK, {"", "ru", "ru"}, LOOK, LOOK, LOOK, NONE, LOOK},
    {"editor", NONE, NONE, LOOK, NONE, LOOK, {"c", "rua", "rua"}, LOOK},
    {"publisher", NONE, NONE, LOOK, NONE, LOOK, ALL, LOOK},
    {"marketer", {"c", "ru", "ru"}, {"c", "ru", "ru"}, LOOK, NONE, ALL, ALL, LOOK},
    {"analyst", LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK},
    {"integrator", LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK},
    {"support", {"", "ru", "ru"}, {"", "ru", "ru"}, LOOK, {"c", "rua", "rua"}, NONE, NONE, LOOK},
    {"client", NONE, {"", "r", ""}, NONE, {"c", "ru", ""}, NONE, NONE, NONE},
    {"viewer", LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK},
};

static const struct {
    const char *resource, *fields, *owner; /* fields without braces; owner: field that makes it own */
    size_t cell;
} SUBJECTS[] = {
    {"lead", "\"last_name\":\"Subject\"", "owner_id", offsetof(RoleRow, lead)},
    {"company", "\"name\":\"Subject %d\"", "owner_id", offsetof(RoleRow, company)},
    {"product", "\"title\":\"Subject\",\"handle\":\"subject-%d\"", NULL, offsetof(RoleRow, product)},
    {"ticket", "\"subject\":\"Subject\"", "owner_id", offsetof(RoleRow, ticket)},
    {"campaign", "\"name\":\"Subject\"", "owner_id", offsetof(RoleRow, campaign)},
    {"form", "\"name\":\"Subject\",\"key\":\"subject-%d\"", NULL, offsetof(RoleRow, form)},
    {"role", "\"name\":\"Subject %d\"", NULL, offsetof(RoleRow, role_record)},
};

static TestHome home;
static Client *owner;
static char client_company[80];

static void invite(const char *role)
{
    json_object_put(Test_call(owner, "user.invite",
                              Test_text("{\"email\":\"%s@example.com\",\"login\":\"%s\",\"role\":\"%s\","
                                        "\"password\":\"a long password\"}", role, role, role)));
}

static int set_up(void **state)
{
    TestHome_make(&home);
    owner = Test_open(&home, NULL);
    for (size_t i = 0; i < sizeof MATRIX / sizeof *MATRIX; i++)
        invite(MATRIX[i].role);
    Json *company = Test_call(owner, "company.create", "{\"name\":\"Client Ltd\"}");
    Json *user = Test_call(owner, "user.get", "{\"id\":\"client@example.com\"}");
    snprintf(client_company, sizeof client_company, "%s", Test_id(company));
    json_object_put(Test_call(owner, "contact.create",
                              Test_text("{\"last_name\":\"Portal\",\"company_id\":\"%s\","
                                        "\"portal_user_id\":\"%s\"}", client_company,
                                        Test_id(user))));
    json_object_put(user);
    json_object_put(company);
    return 0;
}

static int tear_down(void **state)
{
    Client_close(owner);
    TestHome_remove(&home);
    return 0;
}

static bool attempt(Client *client, const char *operation, const char *params)
{
    Error error = ERROR_NONE;
    Json *given = Json_parse(params, strlen(params), JSON_BYTES_MAX, NULL), *result = NULL;
    bool done = Client_call(client, operation, given, &result, &error);

    json_object_put(given);
    json_object_put(result);
    if (!done && !Error_is(&error, ERROR_FORBIDDEN) && !Error_is(&error, ERROR_NOT_FOUND))
        fail_msg("%s %s: %s: %s", operation, params, error.code, error.message);
    return done;
}

static int serial;

static const char *fields_of(size_t subject)
{
    char text[256], number[16];
    const char *mark = strstr(SUBJECTS[subject].fields, "%d");

    if (!mark)
        return SUBJECTS[subject].fields;
    snprintf(number, sizeof number, "%d", ++serial);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(mark - SUBJECTS[subject].fields),
             SUBJECTS[subject].fields, number, mark + 2);
    return Test_text("%s", text);
}

/* A record by the owner of the company; its own: handed to the role's user or the client's company. */
static void make_subject(size_t subject, const char *role, const char *user, bool own, char id[80])
{
    const char *resource = SUBJECTS[subject].resource, *holder = SUBJECTS[subject].owner;
    const char *extra = "";
    bool client = strcmp(role, "client") == 0;

    if (own && client && strcmp(resource, "company") == 0) {
        snprintf(id, 80, "%s", client_company);
        return;
    }
    if (own && client && strcmp(resource, "ticket") == 0)
        extra = Test_text(",\"company_id\":\"%s\"", client_company);
    else if (own && holder && !client)
        extra = Test_text(",\"%s\":\"%s\"", holder, user);
    Json *made = Test_call(owner, Test_text("%s.create", resource),
                           Test_text("{%s%s}", fields_of(subject), extra));
    snprintf(id, 80, "%s", Test_id(made));
    json_object_put(made);
}

static void check_record(Client *client, const RoleRow *row, size_t subject, const char *id,
                         const char *expected, const char *whose)
{
    static const struct {
        char letter;
        const char *verb;
    } VERBS[] = {{'r', "get"}, {'u', "update"}, {'a', "archive"}, {'d', "delete"}};

    for (size_t i = 0; i < 4; i++) {
        const char *operation = Test_text("%s.%s", SUBJECTS[subject].resource, VERBS[i].verb);
        bool wanted = strchr(expected, VERBS[i].letter) != NULL;
        if (attempt(client, operation, Test_text("{\"id\":\"%s\"}", id)) != wanted)
            fail_msg("%s: %s of %s record should be %s", row->role, operation, whose,
                     wanted ? "allowed" : "refused");
    }
}

static void check_subject(Client *client, const RoleRow *row, size_t subject, const char *user)
{
    const Cell *cell = (const Cell *)(const void *)((const char *)row + SUBJECTS[subject].cell);
    char own[80], other[80];

    make_subject(subject, row->role, user, true, own);
    make_subject(subject, row->role, user, false, other);
    check_record(client, row, subject, own, cell->own, "an own");
    check_record(client, row, subject, other, cell->other, "another's");
    const char *operation = Test_text("%s.create", SUBJECTS[subject].resource);
    const char *company = "";
    if (strcmp(SUBJECTS[subject].resource, "ticket") == 0 && strcmp(row->role, "client") == 0)
        company = Test_text(",\"company_id\":\"%s\"", client_company);
    if (attempt(client, operation, Test_text("{%s%s}", fields_of(subject), company)) !=
        (cell->create[0] != '\0'))
        fail_msg("%s: %s should be %s", row->role, operation,
                 cell->create[0] ? "allowed" : "refused");
}

static void every_role_has_its_rights(void **state)
{
    for (size_t i = 0; i < sizeof MATRIX / sizeof *MATRIX; i++) {
        Client *client = Test_open(&home, MATRIX[i].role);
        const char *user = Test_id(Json_get(Client_hello(client), "user"));
        for (size_t j = 0; j < sizeof SUBJECTS / sizeof *SUBJECTS; j++)
            check_subject(client, &MATRIX[i], j, user);
        Client_close(client);
    }
}

static void every_built_in_role_is_in_the_matrix(void **state)
{
    Json *roles = Test_call(owner, "role.list", "{\"filter\":\"builtin = true\",\"columns\":[\"name\"]}");
    Json *records = Json_get(roles, "records");
    size_t rows = sizeof MATRIX / sizeof *MATRIX, found = 0;

    assert_int_equal(json_object_array_length(records) >= rows - 1, 1);
    for (size_t i = 0; i < json_object_array_length(records); i++) {
        const char *name = Json_text(json_object_array_get_idx(records, i), "name");
        for (size_t j = 0; j < rows; j++)
            found += strcmp(MATRIX[j].role, name) == 0;
    }
    assert_int_equal(found, json_object_array_length(records));
    json_object_put(roles);
}

/* ---- scopes reach every way of reading ---------------------------------------------------- */

static int64_t number(Json *taken, const char *key)
{
    int64_t value = Json_int(taken, key, -1);
    json_object_put(taken);
    return value;
}

static int64_t records(Json *taken)
{
    int64_t value = (int64_t)json_object_array_length(Json_get(taken, "records"));
    json_object_put(taken);
    return value;
}

static void scopes_hold_everywhere(void **state)
{
    Client *rep = Test_open(&home, "sales_rep");
    Json *secret = Test_call(owner, "lead.create",
                             "{\"last_name\":\"Zebrafish\",\"email\":\"zebrafish@example.com\"}");
    const char *id = Test_text("{\"id\":\"%s\"}", Test_id(secret));
    const char *about = Test_text("\"entity\":\"lead\",\"record_id\":\"%s\"", Test_id(secret));

    Json *note = Test_call(owner, "note.create", Test_text("{%s,\"body\":\"Zebrafish\"}", about));
    assert_int_equal(records(Test_call(rep, "lead.list", "{\"filter\":\"last_name = Zebrafish\"}")), 0);
    assert_int_equal(number(Test_call(rep, "lead.count", "{\"filter\":\"last_name = Zebrafish\"}"),
                            "count"), 0);
    assert_int_equal(records(Test_call(rep, "lead.search", "{\"text\":\"zebrafish\"}")), 0);
    assert_int_equal(records(Test_call(rep, "search.all", "{\"text\":\"zebrafish\"}")), 0);
    assert_int_equal(records(Test_call(rep, "note.list", "{\"filter\":\"body ~ Zebrafish\"}")), 0);
    Test_refused_as(rep, "note.get", Test_text("{\"id\":\"%s\"}", Test_id(note)), ERROR_NOT_FOUND);
    Test_refused_as(rep, "note.create", Test_text("{%s,\"body\":\"x\"}", about), ERROR_FORBIDDEN);
    Test_refused_as(rep, "lead.timeline", id, ERROR_NOT_FOUND);
    Test_refused_as(rep, "lead.related", id, ERROR_NOT_FOUND);
    Test_refused_as(rep, "tag.of", Test_text("{\"resource\":\"lead\",\"id\":\"%s\"}",
                                             Test_id(secret)), ERROR_NOT_FOUND);
    Json *history = Test_call(rep, "history.list",
                              Test_text("{\"record\":\"%s\"}", Test_id(secret)));
    assert_int_equal(json_object_array_length(Json_get(history, "changes")), 0);
    json_object_put(history);
    Json *rows = Test_call(rep, "lead.aggregate", "{\"filter\":\"last_name = Zebrafish\"}");
    assert_null(strstr(json_object_to_json_string(rows), "\"count\":1"));
    json_object_put(rows);
    Test_refused_as(rep, "bulk.update", "{\"resource\":\"lead\",\"filter\":\"last_name ~ e\","
                    "\"changes\":{\"score\":1}}", ERROR_FORBIDDEN);
    json_object_put(note);
    json_object_put(secret);
    Client_close(rep);
}

static void colleagues_see_what_hangs_on_their_records(void **state)
{
    Client *rep = Test_open(&home, "sales_rep");
    Json *lead = Test_call(rep, "lead.create", "{\"last_name\":\"Shared\"}");
    const char *about = Test_text("\"entity\":\"lead\",\"record_id\":\"%s\"", Test_id(lead));
    Json *note = Test_call(owner, "note.create", Test_text("{%s,\"body\":\"From above\"}", about));

    assert_int_equal(records(Test_call(rep, "note.list",
                                       Test_text("{\"filter\":\"entity = lead and record_id = %s\"}",
                                                 Test_id(lead)))), 1);
    json_object_put(Test_call(rep, "note.get", Test_text("{\"id\":\"%s\"}", Test_id(note))));
    json_object_put(Test_call(rep, "note.create", Test_text("{%s,\"body\":\"Mine\"}", about)));
    json_object_put(note);
    json_object_put(lead);
    Client_close(rep);
}

static void teams_share_what_they_read(void **state)
{
    Client *rep = Test_open(&home, "sales_rep");
    const char *user = Test_id(Json_get(Client_hello(rep), "user"));
    Json *team = Test_call(owner, "team.create",
                           Test_text("{\"name\":\"North\",\"team_members\":[{\"user_id\":\"%s\"}]}",
                                     user));
    Json *lead = Test_call(owner, "lead.create",
                           Test_text("{\"last_name\":\"Team\",\"team_id\":\"%s\"}", Test_id(team)));
    const char *id = Test_text("{\"id\":\"%s\"}", Test_id(lead));

    json_object_put(Test_call(rep, "lead.get", id));
    assert_false(attempt(rep, "lead.update", id));
    json_object_put(lead);
    json_object_put(team);
    Client_close(rep);
}

static void only_some_hand_rowsover(void **state)
{
    Client *rep = Test_open(&home, "sales_rep");
    Json *lead = Test_call(rep, "lead.create", "{\"last_name\":\"Handed\"}");
    const char *anna = Test_id(Json_get(Client_hello(owner), "user"));

    Test_refused_as(rep, "lead.update", Test_text("{\"id\":\"%s\",\"owner_id\":\"%s\"}",
                                                  Test_id(lead), anna), ERROR_FORBIDDEN);
    json_object_put(Test_call(rep, "lead.update",
                              Test_text("{\"id\":\"%s\",\"owner_id\":\"%s\"}", Test_id(lead),
                                        Test_id(Json_get(Client_hello(rep), "user")))));
    json_object_put(lead);
    Client_close(rep);
}

static void fields_are_hidden_and_closed(void **state)
{
    Client *analyst = Test_open(&home, "analyst"), *marketer = Test_open(&home, "marketer");
    Json *made = Test_call(owner, "company.create",
                           "{\"name\":\"Masked\",\"tax_id\":\"DE811569869\"}");
    const char *id = Test_text("{\"id\":\"%s\"}", Test_id(made));
    Json *seen = Test_call(analyst, "company.get", id);

    assert_null(strstr(json_object_to_json_string(seen), "811569869"));
    json_object_put(seen);
    seen = Test_call(owner, "company.get", id);
    assert_non_null(strstr(json_object_to_json_string(seen), "811569869"));
    json_object_put(seen);
    seen = Test_call(analyst, "history.list", Test_text("{\"record\":\"%s\"}", Test_id(made)));
    assert_null(strstr(json_object_to_json_string(seen), "811569869"));
    json_object_put(seen);
    Error error = Test_refused(marketer, "company.update",
                               Test_text("{\"id\":\"%s\",\"tax_id\":\"x\"}", Test_id(made)));
    assert_string_equal(error.code, ERROR_FORBIDDEN);
    assert_string_equal(error.field, "tax_id");
    assert_false(attempt(analyst, "company.list", "{\"filter\":\"tax_id = DE811569869\"}") &&
                 records(Test_call(analyst, "company.list",
                                   "{\"filter\":\"tax_id = DE811569869\"}")) > 0);
    json_object_put(made);
    Client_close(analyst);
    Client_close(marketer);
}

/* What everybody may do with their own does not narrow what somebody may do with all. */
static void rights_add_up(void **state)
{
    Client *admin = Test_open(&home, "admin"), *rep = Test_open(&home, "sales_rep");

    assert_true(records(Test_call(admin, "membership.list", NULL)) >=
                (int64_t)(sizeof MATRIX / sizeof *MATRIX));
    assert_int_equal(records(Test_call(rep, "membership.list", NULL)), 1);
    assert_true(records(Test_call(admin, "job.list", NULL)) >= 1);
    assert_int_equal(records(Test_call(rep, "job.list", NULL)), 0);
    Client_close(admin);
    Client_close(rep);
}

static void nobody_climbs(void **state)
{
    Client *admin = Test_open(&home, "admin");
    Json *owner_role = Test_call(owner, "role.get", "{\"id\":\"owner\"}");
    Json *admins = Test_call(owner, "membership.list",
                             Test_text("{\"filter\":\"user_id = %s\"}",
                                       Test_id(Json_get(Client_hello(admin), "user"))));
    const char *own = Test_id(json_object_array_get_idx(Json_get(admins, "records"), 0));
    const char *climb = Test_text("{\"id\":\"%s\",\"role_ids\":[\"%s\"]}", own,
                                  Test_id(owner_role));

    Test_refused_as(admin, "membership.update", climb, ERROR_FORBIDDEN);
    Test_refused_as(admin, "role.update", "{\"id\":\"admin\",\"permissions\":[]}", ERROR_FORBIDDEN);
    Test_refused_as(admin, "role.delete", "{\"id\":\"owner\"}", ERROR_RULE);
    Test_refused_as(admin, "user.disable", "{\"login\":\"anna\"}", ERROR_FORBIDDEN);
    Test_refused_as(admin, "user.delete", "{\"id\":\"anna@example.com\"}", ERROR_FORBIDDEN);
    Test_refused_as(admin, "user.lock", "{\"id\":\"anna@example.com\"}", ERROR_FORBIDDEN);
    Test_refused_as(owner, "user.delete", "{\"id\":\"anna@example.com\"}", ERROR_RULE);
    Test_refused_as(admin, "job.create", "{\"kind\":\"backup\"}", ERROR_USAGE);
    Test_refused_as(admin, "session.create", "{}", ERROR_USAGE);
    Test_refused_as(owner, "tenant.create", "{\"name\":\"x\"}", ERROR_USAGE);
    json_object_put(admins);
    json_object_put(owner_role);
    Client_close(admin);
}

static void one_owner_stays(void **state)
{
    Json *memberships = Test_call(owner, "membership.list", "{\"columns\":[\"role_ids\"]}");
    Json *viewer = Test_call(owner, "role.get", "{\"id\":\"viewer\"}");
    Json *high = Test_call(owner, "role.get", "{\"id\":\"owner\"}");
    Json *rows = Json_get(memberships, "records");
    size_t refused = 0;

    for (size_t i = 0; i < json_object_array_length(rows); i++) {
        Json *row = json_object_array_get_idx(rows, i), *result = NULL;
        const char *text = json_object_to_json_string(Json_get(row, "role_ids"));
        if (!strstr(text, Test_id(high)))
            continue;
        Error error = ERROR_NONE;
        Json *params = json_object_new_object(), *roles = json_object_new_array();
        json_object_array_add(roles, json_object_new_string(Test_id(viewer)));
        Json_set_text(params, "id", Test_id(row));
        Json_set(params, "role_ids", roles);
        refused += !Client_call(owner, "membership.update", params, &result, &error);
        json_object_put(result);
        json_object_put(params);
    }
    assert_true(refused >= 1);
    json_object_put(high);
    json_object_put(viewer);
    json_object_put(memberships);
}

static void changed_roles_count_at_once(void **state)
{
    Client *viewer = Test_open(&home, "viewer");
    Json *role = Test_call(owner, "role.get", "{\"id\":\"viewer\"}");
    Json *rows = json_object_get(Json_get(role, "permissions")), *extra = json_object_new_object();
    Json *changes = json_object_new_object();

    assert_false(attempt(viewer, "lead.create", "{\"last_name\":\"By viewer\"}"));
    for (size_t i = 0; i < json_object_array_length(rows); i++)
        json_object_object_del(json_object_array_get_idx(rows, i), "label");
    Json_set_text(extra, "entity", "lead");
    Json_set_text(extra, "action", "create");
    Json_set_text(extra, "scope", "tenant");
    Json_set_text(extra, "effect", "allow");
    json_object_array_add(rows, extra);
    Json_set_text(changes, "id", Test_id(role));
    Json_set(changes, "permissions", rows);
    json_object_put(Test_call(owner, "role.update", json_object_to_json_string(changes)));
    assert_true(attempt(viewer, "lead.create", "{\"last_name\":\"By viewer\"}"));
    json_object_put(changes);
    json_object_put(role);
    Client_close(viewer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_built_in_role_is_in_the_matrix),
        cmocka_unit_test(every_role_has_its_rights),
        cmocka_unit_test(scopes_hold_everywhere),
        cmocka_unit_test(colleagues_see_what_hangs_on_their_records),
        cmocka_unit_test(teams_share_what_they_read),
        cmocka_unit_test(only_some_hand_rowsover),
        cmocka_unit_test(fields_are_hidden_and_closed),
        cmocka_unit_test(rights_add_up),
        cmocka_unit_test(changed_roles_count_at_once),
        cmocka_unit_test(nobody_climbs),
        cmocka_unit_test(one_owner_stays), /* the last: it unmakes owners */
    };

    return cmocka_run_group_tests_name("rights", tests, set_up, tear_down);
}
