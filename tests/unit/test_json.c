/* Strict JSON with limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_value.h"
#include "base/world.h"
#include "tests/unit/corpus.h"

static Json *parse(const char *text, Error *error)
{
    return Json_parse(text, strlen(text), 0, error);
}

static void values_come_back(void **state)
{
    (void)state;
    static const char *const same[] = {
        "{\"a\":1,\"b\":[true,false,null],\"c\":{}}",
        "[]",
        "\"€ / \\n\"",
        "-9223372036854775808",
        "1.50",
        "[1e3,0.1]",
        "null",
        "\"\"",
        "[0,-0.5]",
        "9223372036854775808",
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
        Error error = ERROR_NONE;
        Json *json = parse(same[i], &error);
        if (Error_present(&error))
            fail_msg("%s: %s", same[i], error.message);
        assert_string_equal(Json_serialise(json, NULL), same[i]);
        json_object_put(json);
    }
    Json *json = parse("\"\\ud83d\\ude00\\u00e9\\/\"", NULL);
    assert_string_equal(json_object_get_string(json), "😀é/");
    json_object_put(json);
}

static void mistakes_have_a_place(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    assert_null(parse("{\n  \"a\": 1,\n  \"é\" 2\n}", &error));
    assert_true(Error_is(&error, ERROR_SYNTAX));
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 7);
    assert_null(parse("{\"a\":1,\"\\u0061\":2}", &error));
    assert_true(Error_is(&error, ERROR_SYNTAX));
    assert_int_equal(error.column, 8);
    static const char *const wrong[] = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "[01]",
        "[1.]",
        "[.5]",
        "[+1]",
        "[1e]",
        "'a'",
        "[NaN]",
        "[1] 2",
        "\"\t\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\\u0000\"",
        "\"\\u12\"",
        "tru",
        "[1 2]",
        "{1:2}",
        "\"\xFF\"",
        "/**/1",
        "[1]\v",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        Error_clear(&error);
        if (parse(wrong[i], &error) || !Error_is(&error, ERROR_SYNTAX))
            fail_msg("%s is accepted", wrong[i]);
    }
    assert_null(Json_parse("[1]\0", 4, 0, &error));
    assert_null(parse("[", NULL));
}

static void limits_hold(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    char deep[200] = "";
    memset(deep, '[', 33);
    memset(deep + 33, ']', 33);
    assert_null(parse(deep, &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    Json *json = parse(deep + 1, &error);
    assert_null(json); /* one ] too many */
    deep[65] = '\0';
    json = parse(deep + 1, &error);
    assert_non_null(json);
    json_object_put(json);
    assert_null(Json_parse("[1,2]", 5, 4, &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_null(parse("1e999", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    char *large = calloc(1, JSON_BYTES_MAX + 2);
    memset(large, ' ', JSON_BYTES_MAX + 1);
    large[0] = '1';
    assert_null(parse(large, &error));
    large[JSON_BYTES_MAX] = '\0';
    json = parse(large, &error);
    assert_non_null(json);
    json_object_put(json);
    free(large);
}

static void many_keys_take_no_square_time(void **state)
{
    (void)state;
    Buffer text = BUFFER_EMPTY;
    Buffer_putc(&text, '{');
    for (int i = 0; i < 80000; i++)
        Buffer_printf(&text, "%s\"%d\":0", i ? "," : "", i);
    Buffer_putc(&text, '}');
    int64_t start = World_monotonic();
    Json *json = Json_parse(Buffer_text(&text), text.length, 0, NULL);
    assert_non_null(json);
    assert_int_equal(json_object_object_length(json), 80000);
    assert_true(World_monotonic() - start < 1000000);
    json_object_put(json);
    Buffer_free(&text);
}

static void accessors(void **state)
{
    (void)state;
    Json *json = parse("{\"t\":\"x\",\"n\":7,\"b\":true,\"z\":null,\"d\":1.5}", NULL);
    assert_string_equal(Json_text(json, "t"), "x");
    assert_null(Json_text(json, "n"));
    assert_null(Json_text(NULL, "n"));
    assert_int_equal(Json_int(json, "n", -1), 7);
    assert_int_equal(Json_int(json, "d", -1), -1);
    assert_true(Json_bool(json, "b", false));
    assert_true(Json_bool(json, "n", true));
    assert_null(Json_get(json, "z"));
    Json_set_text(json, "t", NULL);
    Json_set_int(json, "n", 8);
    Json_set_bool(json, "b", false);
    Json_set(json, "list", json_object_new_array());
    size_t length;
    const char *text = Json_serialise(json, &length);
    assert_string_equal(text, "{\"t\":null,\"n\":8,\"b\":false,\"z\":null,\"d\":1.5,\"list\":[]}");
    assert_int_equal(length, strlen(text));
    json_object_put(json);
    Buffer out = BUFFER_EMPTY;
    Json_append_string(&out, "a\"\\/\n\x01\x7F€", 10);
    assert_string_equal(Buffer_text(&out), "\"a\\\"\\\\/\\n\\u0001\\u007f€\"");
    Buffer_free(&out);
}

static void errors_travel(void **state)
{
    (void)state;
    Error error = ERROR_NONE, back = ERROR_NONE;
    Error_set_field(&error, ERROR_RULE, "score", "Too high.");
    Error_hint(&error, "At most 100.");
    Error_at(&error, 2, 9);
    Json *json = Json_from_error(&error);
    Json_to_error(json, &back);
    assert_string_equal(back.code, error.code);
    assert_string_equal(back.field, error.field);
    assert_string_equal(back.message, error.message);
    assert_string_equal(back.hint, error.hint);
    assert_int_equal(back.line, 2);
    assert_int_equal(back.column, 9);
    json_object_put(json);
    Json_to_error(NULL, &back);
    assert_true(Error_is(&back, ERROR_INTERNAL));
}

/* What JSON allows and we refuse: NUL in texts, the same key twice, deep nesting. */
static bool may_be_refused(const CorpusItem *item, const Error *error)
{
    return Error_is(error, ERROR_LIMIT) || strstr(item->bytes, "\\u0000") ||
           strstr(item->source, "duplicate") || strstr(error->message, "same key");
}

static void visit(const CorpusItem *item, void *context)
{
    (void)context;
    Error error = ERROR_NONE;
    int64_t start = World_monotonic();
    Json *json = Json_parse(item->bytes, item->length, 0, &error);
    if (World_monotonic() - start > 1000000)
        fail_msg("%s takes too long", item->id);
    if (strcmp(item->expect, "reject") == 0 && !Error_present(&error))
        fail_msg("%s %s is accepted", item->id, item->source);
    if (strcmp(item->expect, "accept") == 0 && Error_present(&error) &&
        !may_be_refused(item, &error))
        fail_msg("%s %s: %s", item->id, item->source, error.message);
    assert_true(!json || !Error_present(&error));
    json_object_put(json);
}

static void hostile_json(void **state)
{
    (void)state;
    assert_true(Corpus_each("json", visit, NULL) > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back), cmocka_unit_test(mistakes_have_a_place),
        cmocka_unit_test(limits_hold),      cmocka_unit_test(many_keys_take_no_square_time),
        cmocka_unit_test(accessors),        cmocka_unit_test(errors_travel),
        cmocka_unit_test(hostile_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
