/* Custom fields: every type, their rules, formulas, indexes, changes of type. */
#include "test_model.h"

static Record *define(const char *key, const char *type, const char *more)
{
    char json[600];
    snprintf(json, sizeof json,
             "{\"entity\":\"lead\",\"key\":\"%s\",\"title\":\"Field %s\",\"type\":\"%s\"%s%s}", key,
             key, type, *more ? "," : "", more);
    Record *field = try_create("custom_field", json);
    bed.context.custom = NULL;
    return field;
}

static void define_ok(const char *key, const char *type, const char *more)
{
    Record *field = define(key, type, more);
    if (!field)
        show_error();
    assert_non_null(field);
}

static char *custom_of(int64_t id)
{
    Json *json = Record_to_json(&bed.context, get("lead", id), NULL, &bed.error);
    char *text = Arena_strdup(bed.context.arena, Json_serialise(Json_get(json, "custom"), NULL));
    json_object_put(json);
    return text;
}

static void test_all_types_round(void **state)
{
    static const struct {
        const char *type, *more, *given, *shown, *bad;
    } cases[] = {
        {"text", "", "\"a b\"", "\"a b\"", "7.5e400"},
        {"long_text", "", "\"a\\nb\"", "\"a\\nb\"", "[1]"},
        {"int", "\"min\":\"1\",\"max\":\"9\"", "5", "5", "10"},
        {"decimal", "", "12.5", "12.5", "\"x\""},
        {"money", "", "{\"minor\":1250,\"currency\":\"EUR\"}",
         "{\"minor\":1250,\"currency\":\"EUR\"}", "\"lots\""},
        {"bool", "", "true", "true", "\"maybe\""},
        {"date", "", "\"2026-11-22\"", "\"2026-11-22\"", "\"22.11.\""},
        {"datetime", "", "\"2026-11-22T10:00:00Z\"", "\"2026-11-22T10:00:00Z\"", "\"noonish\""},
        {"select", "\"options\":[{\"key\":\"s\",\"label\":\"Small\"},\"l\"]", "\"Small\"", "\"s\"",
         "\"m\""},
        {"multi_select", "\"options\":[\"a\",\"b\"]", "[\"a\",\"b\"]", "[\"a\",\"b\"]", "[\"c\"]"},
        {"email", "", "\"a@b.co\"", "\"a@b.co\"", "\"a@\""},
        {"phone", "", "\"+49 1\"", "\"+49 1\"", "{}"},
        {"url", "", "\"https://x.org\"", "\"https://x.org\"", "\"javascript:1\""},
        {"ref", "\"ref_entity\":\"company\"", "\"Acme\"", "\"label\":\"Acme\"", "\"Nobody\""},
        {"user", "", "\"me\"", "\"label\":\"Anna Meyer\"", "\"Nobody\""},
        {"country", "", "\"de\"", "\"DE\"", "\"XX\""},
        {"rating", "", "5", "5", "6"},
        {"file", "", "null", "", "\"attachment_x\""},
        {"formula", "\"formula\":\"score * 2\"", "", "", "3"},
    };
    create("company", "{\"name\":\"Acme\"}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char key[20], json[300];
        snprintf(key, sizeof key, "k%zu", i);
        define_ok(key, cases[i].type, cases[i].more);
        if (*cases[i].given) {
            snprintf(json, sizeof json, "{\"company_name\":\"X\",\"custom\":{\"%s\":%s}}", key,
                     cases[i].given);
            char *shown = custom_of(Record_id(create("lead", json)));
            if (!strstr(shown, cases[i].shown))
                print_message("%s: %s\n", cases[i].type, shown);
            assert_non_null(strstr(shown, cases[i].shown));
        }
        snprintf(json, sizeof json, "{\"company_name\":\"X\",\"%s\":%s}", key, cases[i].bad);
        if (i == 0)
            continue;
        Record *bad = try_create("lead", json);
        if (bad)
            print_message("%s accepted %s\n", cases[i].type, cases[i].bad);
        assert_null(bad);
        assert_true(Error_present(&bed.error));
        clear();
    }
}

static void test_rules(void **state)
{
    define_ok("code", "text", "\"unique_value\":true,\"pattern\":\"^[A-Z]{3}$\"");
    define_ok("tier", "select", "\"options\":[\"a\",\"b\"],\"required\":true,\"default\":\"a\"");
    Record *first = create("lead", "{\"company_name\":\"One\",\"code\":\"ABC\"}");
    assert_string_equal(custom_of(Record_id(first)), "{\"code\":\"ABC\",\"tier\":\"a\"}");
    expect_error(try_create("lead", "{\"company_name\":\"Two\",\"code\":\"abc\"}") != NULL,
                 ERROR_RULE, "custom.code");
    assert_null(try_create("lead", "{\"company_name\":\"Two\",\"code\":\"ABC\"}"));
    assert_non_null(strstr(bed.error.message, "One"));
    expect_error(false, ERROR_DUPLICATE, "custom.code");
    expect_error(try_update("lead", Record_id(first), 0, "{\"tier\":null}"), ERROR_REQUIRED,
                 "custom.tier");
    update("lead", Record_id(first), "{\"custom\":{\"code\":\"XYZ\"}}");
    assert_string_equal(custom_of(Record_id(first)), "{\"code\":\"XYZ\",\"tier\":\"a\"}");
    update("lead", Record_id(first), "{\"custom\":{\"code\":null}}");
    assert_string_equal(custom_of(Record_id(first)), "{\"tier\":\"a\"}");
    expect_ok(undo(0));
    assert_string_equal(custom_of(Record_id(first)), "{\"tier\":\"a\",\"code\":\"XYZ\"}");
    expect_error(try_update("lead", Record_id(first), 0, "{\"custom\":{\"nope\":1}}"), ERROR_USAGE,
                 NULL);
}

static void test_formulas(void **state)
{
    define_ok("seats", "int", "");
    define_ok("weighted", "formula", "\"formula\":\"budget * score / 100 + -(1 - seats)\"");
    Record *lead = create("lead", "{\"company_name\":\"A\",\"budget\":\"100.50\",\"score\":50,"
                                  "\"seats\":3}");
    assert_non_null(strstr(custom_of(Record_id(lead)), "\"weighted\":52.25"));
    update("lead", Record_id(lead), "{\"score\":100}");
    assert_non_null(strstr(custom_of(Record_id(lead)), "\"weighted\":102.5"));
    assert_int_equal(count("lead", "weighted > 102"), 1);
    assert_int_equal(count("lead", "custom.weighted > 103"), 0);
    update("lead", Record_id(lead), "{\"score\":null}");
    assert_null(strstr(custom_of(Record_id(lead)), "weighted"));
    assert_null(define("bad", "formula", "\"formula\":\"score +\""));
    expect_error(false, ERROR_SYNTAX, "formula");
    assert_null(define("bad", "formula", "\"formula\":\"last_name * 2\""));
    expect_error(false, ERROR_SYNTAX, "formula");
    assert_null(define("bad", "formula", ""));
    expect_error(false, ERROR_REQUIRED, "formula");
    define_ok("half", "formula", "\"formula\":\"1 / seats\"");
    update("lead", Record_id(lead), "{\"seats\":0}");
    assert_null(strstr(custom_of(Record_id(lead)), "half"));
}

static int64_t plan_uses(const char *index)
{
    Statement *statement = Connection_prepare(
        bed.connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?1",
        &bed.error);
    Statement_bind_text(statement, 1, index);
    return Statement_scalar(statement, -1, &bed.error);
}

static void test_indexes_and_changes_of_type(void **state)
{
    char index[64], json[100];
    Record *field = define("size", "int", "\"indexed\":true");
    snprintf(index, sizeof index, "custom_index_%lld", (long long)Record_id(field));
    assert_int_equal(plan_uses(index), 1);
    for (int i = 0; i < 10; i++) {
        snprintf(json, sizeof json, "{\"company_name\":\"C%d\",\"size\":%d}", i, i);
        create("lead", json);
    }
    assert_int_equal(count("lead", "size >= 5"), 5);
    assert_int_equal(count("lead", "custom.size in (1, 2)"), 2);
    update("custom_field", Record_id(field), "{\"type\":\"decimal\"}");
    assert_int_equal(count("lead", "size >= 4.5"), 5);
    assert_int_equal(count("lead", "size = 3"), 1);
    expect_error(try_update("custom_field", Record_id(field), 0, "{\"type\":\"text\"}"), ERROR_RULE,
                 "type");
    update("custom_field", Record_id(field), "{\"indexed\":false}");
    assert_int_equal(plan_uses(index), 0);
    Record *colour = define("colour", "select", "\"options\":[\"red\",\"blue\"]");
    create("lead", "{\"company_name\":\"R\",\"colour\":\"red\"}");
    update("custom_field", Record_id(colour), "{\"type\":\"multi_select\"}");
    assert_int_equal(count("lead", "colour = red"), 1);
    create("lead", "{\"company_name\":\"RB\",\"colour\":[\"red\",\"blue\"]}");
    assert_int_equal(count("lead", "colour = blue"), 1);
    assert_int_equal(count("lead", "colour in (red, blue)"), 2);
    expect_ok(Model_transition(&bed.context, resource("custom_field"), Record_id(colour), 0,
                               "retire", NULL, NULL, &bed.error));
    assert_int_equal(count("lead", "colour = red"), -1);
    clear();
    assert_null(define("score", "int", ""));
    expect_error(false, ERROR_DUPLICATE, "key");
    assert_null(define("Not A Slug", "int", ""));
    expect_error(false, ERROR_TYPE, "key");
}

static void test_any_text_is_found_again(void **state)
{
    static const char *const texts[] = {"say \"hi\"",
                                        "back\\slash",
                                        "line\nbreak\ttab",
                                        "{\"a\":1}",
                                        "\xf0\x9f\x98\x80 smile",
                                        "\xc3\xa9t\xc3\xa9",
                                        "[,]}",
                                        "/x/"};
    int64_t ids[8];
    Record *field = define("remark", "text", "\"indexed\":true");
    assert_non_null(field);
    define_ok("other", "text", "");
    for (int i = 0; i < 8; i++) {
        Json *json = json_object_new_object();
        Json_set_text(json, "company_name", "X");
        Json_set_text(json, "other", "},\"remark\":\"fake");
        Json_set_text(json, "remark", texts[i]);
        ids[i] = Record_id(create("lead", Json_serialise(json, NULL)));
        json_object_put(json);
    }
    for (int i = 0; i < 8; i++) {
        ListQuery query = {.filter =
                               Filter_compare(bed.context.arena, "remark", FILTER_EQUAL, texts[i])};
        ListPage page = list("lead", &query);
        assert_int_equal(page.count, 1);
        assert_int_equal(Record_id(page.records[0]), ids[i]);
    }
    assert_int_equal(count("lead", "remark = fake"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_all_types_round),
        MODEL_TEST(test_rules),
        MODEL_TEST(test_formulas),
        MODEL_TEST(test_indexes_and_changes_of_type),
        MODEL_TEST(test_any_text_is_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
