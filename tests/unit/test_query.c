/* Filters, pages, search, figures. */
#include "base/datetime.h"
#include "test_model.h"

static void lead(const char *json)
{
    create("lead", json);
}

static void some_leads(void)
{
    lead("{\"first_name\":\"Jos\xc3\xa9\",\"last_name\":\"Alvarez\",\"email\":\"jose@acme.com\","
         "\"score\":80,\"source\":\"web_form\",\"country\":\"ES\",\"budget_minor\":100000,"
         "\"authority\":true,\"score_at\":\"2026-11-22T12:00:00\"}");
    lead("{\"company_name\":\"Beta\",\"score\":60,\"source\":\"ads\",\"country\":\"DE\","
         "\"budget_minor\":5000,\"authority\":false,\"score_at\":\"2026-11-21T23:59:59\"}");
    lead("{\"company_name\":\"Gamma 100%_x\",\"score\":10,\"score_at\":\"2026-11-22T00:00:00\"}");
    lead("{\"company_name\":\"delta\",\"title\":\"alpha\"}");
}

static void test_comparisons(void **state)
{
    static const struct {
        const char *filter;
        int found;
    } cases[] = {
        {"", 4},
        {"score = 60", 1},
        {"score != 60", 3},
        {"score >= 60", 2},
        {"score < 60", 1},
        {"not score < 60", 3},
        {"score is empty", 1},
        {"score is not empty", 3},
        {"score in (10, 80)", 2},
        {"score not in (10, 80)", 2},
        {"first_name = jose", 1},
        {"first_name = \"JOSE\"", 1},
        {"first_name ~ os", 1},
        {"company_name ~ \"0%_x\"", 1},
        {"company_name = DELTA", 1},
        {"company_name > c", 2},
        {"title = alpha", 1},
        {"title ~ LPH", 1},
        {"source = web_form", 1},
        {"source = \"Web form\"", 1},
        {"source in (web_form, ads)", 2},
        {"source != ads", 3},
        {"state = new and score >= 60", 2},
        {"state = new or score >= 60", 4},
        {"not (state = new or score >= 60)", 0},
        {"not (score >= 60 and authority = yes)", 3},
        {"authority = true", 1},
        {"authority = no", 1},
        {"authority != yes", 3},
        {"country = de", 1},
        {"budget_minor = 5000", 1},
        {"budget = 50", 1},
        {"budget >= 50.00", 2},
        {"budget > 50", 1},
        {"created = today", 4},
        {"created_at > -30d", 4},
        {"created < -30d", 0},
        {"created > today", 0},
        {"score_at = today", 2},
        {"score_at = yesterday", 1},
        {"score_at < today", 1},
        {"score_at <= today", 3},
        {"score_at >= 2026-11-22", 2},
        {"score_at > 2026-11-22", 0},
        {"score_at in (yesterday, today)", 3},
        {"score_at = 2026-11-22T11:00:00Z", 1},
        {"created_by = me", 4},
        {"created_by = \"Anna Meyer\"", 4},
        {"created_by = \"nobody\"", 0},
        {"created_by != me", 0},
        {"created_by ~ meyer", 4},
        {"created_by.name ~ ann", 4},
        {"created_by.email = anna@example.com", 4},
        {"owner is empty", 4},
        {"owner.name is empty", 4},
        {"owner.name = anna", 0},
        {"owner.name != anna", 4},
        {"not owner.name = anna", 4},
        {"email ~ acme", 1},
        {"label = \"jose alvarez\"", 1},
        {"number = l-3", 1},
    };
    some_leads();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t found = count("lead", cases[i].filter);
        if (found != cases[i].found) {
            print_message("%s: %lld, not %d\n", cases[i].filter, (long long)found, cases[i].found);
            show_error();
        }
        assert_int_equal(found, cases[i].found);
    }
}

static void test_wrong_filters_say_where(void **state)
{
    static const struct {
        const char *filter;
        int column;
        const char *says;
    } cases[] = {
        {"scroe > 5", 1, "score"},
        {"score > 5 and soruce = ads", 15, "source"},
        {"source = webform2", 10, "web_form"},
        {"score = many", 9, NULL},
        {"created > sometime", 11, NULL},
        {"source > ads", 1, NULL},
        {"owner.nmae = x", 1, "name"},
        {"company_name.x = 1", 1, NULL},
        {"converted_company.owner.team.lead.name = x", 1, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t found = count("lead", cases[i].filter);
        if (found != -1 || bed.error.column != cases[i].column ||
            (cases[i].says && !strstr(bed.error.hint, cases[i].says))) {
            print_message("%s: %lld column %d\n", cases[i].filter, (long long)found,
                          bed.error.column);
            show_error();
        }
        assert_int_equal(found, -1);
        assert_int_equal(bed.error.column, cases[i].column);
        if (cases[i].says)
            assert_non_null(strstr(bed.error.hint, cases[i].says));
        clear();
    }
}

static void test_paths_and_children(void **state)
{
    char json[200];
    Record *acme = create("company", "{\"name\":\"Acme\",\"domains\":[\"acme.com\",\"Acme.org\"]}");
    snprintf(json, sizeof json,
             "{\"first_name\":\"A\",\"company\":\"%s\",\"contact_points\":[{\"value\":\"555\"}]}",
             uid_of(acme));
    create("contact", json);
    create("contact", "{\"first_name\":\"B\"}");
    assert_int_equal(count("contact", "company.name ~ cm"), 1);
    assert_int_equal(count("contact", "company.name !~ cm"), -1);
    clear();
    assert_int_equal(count("contact", "not company.name ~ cm"), 1);
    assert_int_equal(count("contact", "company = acme"), 1);
    assert_int_equal(count("contact", "company != acme"), 1);
    assert_int_equal(count("contact", "company is not empty"), 1);
    assert_int_equal(count("contact", "company.domains = acme.org"), 1);
    assert_int_equal(count("contact", "contact_points.value = 555"), 1);
    assert_int_equal(count("company", "domains ~ ORG"), 1);
    assert_int_equal(count("company", "domains = acme"), 0);
    assert_int_equal(count("company", "domains in (x, acme.com)"), 1);
    assert_int_equal(count("company", "domains is empty"), 0);
    snprintf(json, sizeof json, "company = %s", uid_of(acme));
    assert_int_equal(count("contact", json), 1);
    snprintf(json, sizeof json, "id in (%s)", uid_of(acme));
    assert_int_equal(count("company", json), 1);
}

static void test_scope_hides_rows(void **state)
{
    some_leads();
    FilterNode *scope = Filter_parse(bed.context.arena, "score >= 60", &bed.error);
    Record *outside =
        list("lead",
             &(ListQuery){.filter = Filter_parse(bed.context.arena, "score = 10", &bed.error)})
            .records[0];
    ListPage page;
    bed.context.scope = scope;
    assert_int_equal(count("lead", ""), 2);
    assert_int_equal(list("lead", NULL).count, 2);
    assert_null(Model_read(&bed.context, resource("lead"), Record_id(outside), false, &bed.error));
    expect_error(false, ERROR_NOT_FOUND, NULL);
    expect_error(try_update("lead", Record_id(outside), 0, "{\"score\":11}"), ERROR_NOT_FOUND,
                 NULL);
    expect_ok(Model_search(&bed.context, resource("lead"), "gamma", 10, &page, &bed.error));
    assert_int_equal(page.count, 0);
    bed.context.scope = NULL;
    expect_ok(Model_search(&bed.context, resource("lead"), "gamma", 10, &page, &bed.error));
    assert_int_equal(page.count, 1);
}

/* ---- pages -------------------------------------------------------------------------------- */

static void walk(const char *sort, int total)
{
    bool seen[400] = {false};
    int found = 0, limit = 7;
    ListQuery query = {.sort = sort, .limit = limit};
    int64_t order[400], back[400];
    ListPage page;
    do { /* there */
        page = list("lead", &query);
        for (size_t i = 0; i < page.count; i++) {
            int64_t id = Record_id(page.records[i]);
            assert_true(id < 400 && !seen[id]);
            seen[id] = true;
            order[found++] = id;
        }
        query.after = page.next;
    } while (page.next);
    assert_int_equal(found, total);
    /* and back again from the last page */
    int place = found - (int)page.count;
    query.after = NULL;
    for (query.before = page.previous; query.before; query.before = page.previous) {
        page = list("lead", &query);
        assert_true(page.count > 0 && page.next);
        place -= (int)page.count;
        for (size_t i = 0; i < page.count; i++)
            back[place + (int)i] = Record_id(page.records[i]);
        assert_memory_equal(&back[place], &order[place], page.count * sizeof order[0]);
    }
    assert_int_equal(place, 0);
}

static void test_pages_cover_every_row_once(void **state)
{
    static const char *const sorts[] = {"id",
                                        "-id",
                                        "score",
                                        "-score",
                                        "last_name",
                                        "-last_name",
                                        "state",
                                        "created_at",
                                        "-updated_at",
                                        "company_name,score",
                                        "-company_name,score",
                                        "company_name,-score",
                                        "-score,-title,email",
                                        "owner",
                                        "-owner,score",
                                        "title",
                                        "-email",
                                        "label",
                                        "country,-label",
                                        "budget",
                                        "custom.size",
                                        "-custom.size,score"};
    create("custom_field",
           "{\"entity\":\"lead\",\"key\":\"size\",\"title\":\"Size\",\"type\":\"int\"}");
    bed.context.custom = NULL;
    unsigned seed = 7;
    for (int i = 0; i < 150; i++) {
        char json[400], *at = json;
        at += sprintf(at, "{\"last_name\":\"N%d\"", rand_r(&seed) % 20);
        if (rand_r(&seed) % 3)
            at += sprintf(at, ",\"score\":%d", rand_r(&seed) % 5);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"company_name\":\"c%d\"", rand_r(&seed) % 4);
        if (rand_r(&seed) % 4 == 0)
            at += sprintf(at, ",\"title\":\"T\xc3\xa9%d\"", rand_r(&seed) % 3);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"owner\":\"me\"");
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"size\":%d", rand_r(&seed) % 9);
        strcpy(at, "}");
        bed.context.now += rand_r(&seed) % 2;
        lead(json);
    }
    for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++)
        walk(sorts[i], 150);
    ListPage page = list("lead", &(ListQuery){.limit = 5, .sort = "score"});
    ListQuery foreign = {.limit = 5, .sort = "-score", .after = page.next};
    expect_error(Model_list(&bed.context, resource("lead"), &foreign, &page, &bed.error),
                 ERROR_INVALID, NULL);
    foreign.after = "rubbish!";
    expect_error(Model_list(&bed.context, resource("lead"), &foreign, &page, &bed.error),
                 ERROR_INVALID, NULL);
    foreign = (ListQuery){.sort = "need,nothing"};
    expect_error(Model_list(&bed.context, resource("lead"), &foreign, &page, &bed.error),
                 ERROR_SYNTAX, "nothing");
}

static void test_lists_read_what_they_show(void **state)
{
    char json[200];
    static const char *const columns[] = {"first_name", "company.name", "owner", "company.owner",
                                          NULL};
    Record *acme = create("company", "{\"name\":\"Acme\",\"owner\":\"me\"}");
    snprintf(json, sizeof json, "{\"first_name\":\"A\",\"company\":\"%s\"}", uid_of(acme));
    create("contact", json);
    ListPage page = list("contact", &(ListQuery){.columns = columns});
    Json *out = Record_to_json(&bed.context, page.records[0], columns, &bed.error);
    assert_string_equal(Json_text(out, "first_name"), "A");
    assert_string_equal(Json_text(out, "company.name"), "Acme");
    assert_string_equal(Json_text(Json_get(out, "company.owner"), "label"), "Anna Meyer");
    assert_true(json_object_object_get_ex(out, "owner_id", NULL));
    assert_false(json_object_object_get_ex(out, "last_name", NULL));
    json_object_put(out);
    page = list("contact", NULL);
    out = Record_to_json(&bed.context, page.records[0], resource("contact")->list, &bed.error);
    assert_string_equal(Json_text(Json_get(out, "company_id"), "label"), "Acme");
    assert_string_equal(Json_text(Json_get(out, "company_id"), "id"), uid_of(acme));
    json_object_put(out);
}

/* ---- search and figures ------------------------------------------------------------------- */

static int64_t first_hit(const char *text, size_t *found)
{
    ListPage page;
    expect_ok(Model_search(&bed.context, resource("contact"), text, 20, &page, &bed.error));
    *found = page.count;
    return page.count ? Record_id(page.records[0]) : 0;
}

static void test_search(void **state)
{
    size_t found;
    int64_t jose = Record_id(create("contact", "{\"first_name\":\"Jos\xc3\xa9\",\"last_name\":"
                                               "\"Mart\xc3\xadnez\",\"email\":\"jm@acme.com\"}"));
    int64_t marta = Record_id(create("contact", "{\"first_name\":\"Marta\",\"last_name\":\"Jones\","
                                                "\"phone\":\"+49 (30) 555-123\"}"));
    int64_t omar =
        Record_id(create("contact", "{\"first_name\":\"Omar\",\"last_name\":\"Lee\","
                                    "\"contact_points\":[{\"value\":\"lee@zeta.net\"}]}"));
    int64_t mar = Record_id(create("contact", "{\"first_name\":\"Mar\"}"));
    assert_int_equal(first_hit("jose", &found), jose);
    assert_int_equal(first_hit("artin", &found), jose);
    assert_int_equal(first_hit("jose mart", &found), jose);
    assert_int_equal(found, 1);
    assert_int_equal(first_hit("jo", &found), jose); /* two letters begin a word */
    assert_int_equal(found, 2);
    assert_int_equal(first_hit("m", &found), mar);
    assert_int_equal(found, 3);
    assert_int_equal(first_hit("mar", &found), mar); /* exact, prefix, word, inside */
    assert_int_equal(found, 4);
    ListPage page;
    expect_ok(Model_search(&bed.context, resource("contact"), "mar", 20, &page, &bed.error));
    assert_int_equal(Record_id(page.records[1]), marta);
    assert_int_equal(Record_id(page.records[2]), jose);
    assert_int_equal(Record_id(page.records[3]), omar);
    assert_int_equal(first_hit("30555123", &found), marta);
    assert_int_equal(first_hit("zeta.net", &found), omar);
    assert_int_equal(first_hit("\" OR *", &found), 0);
    assert_int_equal(first_hit("a\"b", &found), 0);
    assert_int_equal(first_hit("nobody", &found), 0);
    update("contact", jose, "{\"last_name\":\"Ruiz\"}");
    assert_int_equal(first_hit("artin", &found), 0);
    assert_int_equal(first_hit("ruiz", &found), jose);
    update("contact", omar, "{\"contact_points\":[]}");
    assert_int_equal(first_hit("zeta", &found), 0);
    expect_ok(Model_delete(&bed.context, resource("contact"), jose, 0, &bed.error));
    assert_int_equal(first_hit("ruiz", &found), 0);
    expect_ok(undo(0));
    assert_int_equal(first_hit("ruiz", &found), jose);
    create("company", "{\"name\":\"Mar\"}");
    const ResourceDef *both[] = {resource("contact"), resource("company")};
    expect_ok(Model_search_all(&bed.context, both, 2, "mar", 20, &page, &bed.error));
    assert_int_equal(page.count, 4);
    expect_ok(script("INSERT INTO search_contact(search_contact) VALUES('integrity-check');"));
}

static void test_figures(void **state)
{
    static const char *const groups[] = {"source", NULL}, *const months[] = {"created_at:month",
                                                                             NULL};
    static const char *const measures[] = {"count", "sum:budget_minor", "avg:score", NULL};
    some_leads();
    Json *rows =
        Model_aggregate(&bed.context, resource("lead"), NULL, groups, measures, 0, &bed.error);
    assert_int_equal(json_object_array_length(rows), 3);
    Json *ads = json_object_array_get_idx(rows, 1);
    assert_null(Json_get(json_object_array_get_idx(rows, 0), "source"));
    assert_string_equal(Json_text(ads, "source"), "ads");
    assert_int_equal(Json_int(ads, "sum:budget_minor", 0), 5000);
    assert_true(json_object_get_double(Json_get(ads, "avg:score")) == 60.0);
    json_object_put(rows);
    rows = Model_aggregate(&bed.context, resource("lead"), NULL, months, NULL, 0, &bed.error);
    assert_int_equal(json_object_array_length(rows), 1);
    assert_string_equal(Json_text(json_object_array_get_idx(rows, 0), "created_at:month"),
                        "2026-11");
    assert_int_equal(Json_int(json_object_array_get_idx(rows, 0), "count", 0), 4);
    json_object_put(rows);
    static const char *const bad[] = {"sum:last_name", NULL};
    assert_null(Model_aggregate(&bed.context, resource("lead"), NULL, NULL, bad, 0, &bed.error));
    expect_error(false, ERROR_USAGE, NULL);
}

/* ---- the same answer as Filter_matches ---------------------------------------------------- */

static void random_leaf(unsigned *seed, char *out)
{
    static const char *const leaves[] = {"score %s %d",
                                         "last_name %s n%d",
                                         "title %s \"t%d\"",
                                         "email %s \"%d@x.org\"",
                                         "company_name ~ \"%1$.0s%2$d\"",
                                         "score is empty",
                                         "title is not empty",
                                         "score in (%1$.0s%2$d, 3)",
                                         "last_name not in (n1, \"N%1$.0s%2$d\")",
                                         "authority = %1$.0s%2$d",
                                         "budget_minor %s %d",
                                         "created_at %s -%dd",
                                         "source = ads",
                                         "source != ads",
                                         "created_by = \"anna meyer\"",
                                         "owner is empty",
                                         "state in (new, working)"};
    static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};
    const char *leaf = leaves[(size_t)rand_r(seed) % (sizeof leaves / sizeof leaves[0])];
    int number = rand_r(seed) % 5;
    if (strncmp(leaf, "authority", 9) == 0)
        number %= 2;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    sprintf(out, leaf, signs[rand_r(seed) % 6], number);
#pragma GCC diagnostic pop
}

static void random_filter(unsigned *seed, int depth, char *out)
{
    int kind = depth ? rand_r(seed) % 4 : 3;
    if (kind == 3) {
        random_leaf(seed, out);
        return;
    }
    if (kind == 2) {
        strcpy(out, "not (");
        random_filter(seed, depth - 1, out + 5);
        strcat(out, ")");
        return;
    }
    strcpy(out, "(");
    random_filter(seed, depth - 1, out + 1);
    strcat(out, kind ? ") and (" : ") or (");
    random_filter(seed, depth - 1, out + strlen(out));
    strcat(out, ")");
}

static void test_sql_agrees_with_evaluation(void **state)
{
    unsigned seed = 11;
    Json *objects[60];
    for (int i = 0; i < 60; i++) {
        char json[500], *at = json + sprintf(json, "{\"last_name\":\"N%d\"", rand_r(&seed) % 4);
        if (rand_r(&seed) % 3)
            at += sprintf(at, ",\"score\":%d", rand_r(&seed) % 5);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"title\":\"T%d\"", rand_r(&seed) % 3);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"company_name\":\"Cor%dp\"", rand_r(&seed) % 5);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"email\":\"%d@X.org\"", rand_r(&seed) % 5);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"authority\":%s", rand_r(&seed) % 2 ? "true" : "false");
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"budget_minor\":%d", rand_r(&seed) % 5);
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"source\":\"%s\"", rand_r(&seed) % 2 ? "ads" : "email");
        if (rand_r(&seed) % 2)
            at += sprintf(at, ",\"owner\":\"me\"");
        strcpy(at, "}");
        bed.context.now = NOW - (rand_r(&seed) % 6) * MICROSECONDS_PER_DAY;
        objects[i] = Record_to_json(&bed.context, create("lead", json), NULL, &bed.error);
        Json *owner = Json_get(objects[i], "owner_id");
        Json_set(objects[i], "owner", owner ? json_object_get(owner) : NULL);
    }
    bed.context.now = NOW;
    for (int i = 0; i < 400; i++) {
        char text[8000];
        int expected = 0;
        random_filter(&seed, 3, text);
        FilterNode *filter = Filter_parse(bed.context.arena, text, &bed.error);
        expect_ok(filter != NULL);
        for (int j = 0; j < 60; j++)
            expected += Filter_matches(filter, objects[j], NOW, bed.tenant.zone);
        int64_t found = count("lead", text);
        if (found != expected) {
            print_message("%s\n", text);
            show_error();
        }
        assert_int_equal(found, expected);
    }
    for (int i = 0; i < 60; i++)
        json_object_put(objects[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_comparisons),
        MODEL_TEST(test_wrong_filters_say_where),
        MODEL_TEST(test_paths_and_children),
        MODEL_TEST(test_scope_hides_rows),
        MODEL_TEST(test_pages_cover_every_row_once),
        MODEL_TEST(test_lists_read_what_they_show),
        MODEL_TEST(test_search),
        MODEL_TEST(test_figures),
        MODEL_TEST(test_sql_agrees_with_evaluation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
