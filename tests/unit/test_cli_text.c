/* Tables, values and JSON as the command line prints them. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/output.h"
#include "cli/table.h"
#include "cli/transfer.h"
#include "client/base64.h"
#include "cli/value.h"

static char captured[8192];
static int saved_stdout;
static FILE *capture_file;

static void capture_begin(void)
{
    fflush(stdout);
    saved_stdout = dup(STDOUT_FILENO);
    capture_file = tmpfile();
    assert_non_null(capture_file);
    dup2(fileno(capture_file), STDOUT_FILENO);
}

static const char *capture_end(void)
{
    fflush(stdout);
    dup2(saved_stdout, STDOUT_FILENO);
    close(saved_stdout);
    rewind(capture_file);
    size_t length = fread(captured, 1, sizeof captured - 1, capture_file);
    captured[length] = '\0';
    fclose(capture_file);
    return captured;
}

static void assert_shown(const char *json, const char *type, const char *wanted)
{
    const ValueStyle style = {.language = "en", .zone = "Europe/Madrid"};
    Buffer out = BUFFER_EMPTY;
    Json *value = json_tokener_parse(json);
    Value_append(&out, value, type, &style);
    assert_string_equal(Buffer_text(&out), wanted);
    Buffer_free(&out);
    json_object_put(value);
}

static void values_read_like_a_person_writes(void **state)
{
    (void)state;
    assert_shown("\"plain\"", NULL, "plain");
    assert_shown("true", NULL, "yes");
    assert_shown("1234", NULL, "1234");
    assert_shown("-1", NULL, "-1");
    assert_shown("200000", "rate", "20 %");
    assert_shown("15000", "quantity", "1.5");
    assert_shown("{\"minor\":123456,\"currency\":\"EUR\"}", "money", "€1,234.56");
    assert_shown("{\"id\":\"company_0\",\"label\":\"Northwind\"}", NULL, "Northwind");
    assert_shown("[\"a\",\"b\"]", NULL, "a, b");
    assert_shown("\"2026-11-22T09:00:00Z\"", NULL, "2026-11-22 10:00");
    assert_shown("\"2026-11-22\"", NULL, "2026-11-22");
    assert_shown("{\"set\":true}", NULL, "set");
    assert_shown("null", NULL, "");
}

static void assert_escaped(const char *json, size_t length, const char *wanted)
{
    Buffer out = BUFFER_EMPTY;
    Output_escape_json(&out, json, length);
    assert_string_equal(Buffer_text(&out), wanted);
    Buffer_free(&out);
}

static void json_hides_what_a_terminal_must_not_see(void **state)
{
    (void)state;
    const char *good = "{\"name\":\"José Ünal 日本\"}";
    assert_escaped(good, strlen(good), good);
    const char *bidi = "\"a\u202eb\"";
    assert_escaped(bidi, strlen(bidi), "\"a\\u202eb\"");
    const char *zero_width = "\"a\u200bb\"";
    assert_escaped(zero_width, strlen(zero_width), "\"a\\u200bb\"");
    const char *c1 = "\"\xc2\x9b\"";
    assert_escaped(c1, strlen(c1), "\"\\u009b\"");
    const char *tag = "\"\xf3\xa0\x81\x81\"";
    assert_escaped(tag, strlen(tag), "\"\\udb40\\udc41\"");
    const char *delete_key = "\"\x7f\"";
    assert_escaped(delete_key, strlen(delete_key), "\"\\u007f\"");
}

static void escaped_json_means_the_same(void **state)
{
    (void)state;
    const char *text = "\"x\u202e\u200b\xf3\xa0\x81\x81y\"";
    Buffer out = BUFFER_EMPTY;
    Output_escape_json(&out, text, strlen(text));
    Json *before = json_tokener_parse(text);
    Json *after = json_tokener_parse(Buffer_text(&out));
    assert_string_equal(json_object_get_string(before), json_object_get_string(after));
    json_object_put(before);
    json_object_put(after);
    Buffer_free(&out);
}

static void table_aligns_and_cuts(void **state)
{
    (void)state;
    Table *table = Table_new(3);
    Table_title(table, 0, "name", false);
    Table_title(table, 1, "score", true);
    Table_title(table, 2, "note", false);
    const char *cells[] = {"Ana", "7", "short", "日本語", "1234", "a much longer remark than fits"};
    for (size_t i = 0; i < 6; i++)
        Table_cell(table, cells[i]);
    capture_begin();
    Table_print(table, 30);
    const char *shown = capture_end();
    assert_string_equal(shown, "name    score  note\n"
                               "Ana         7  short\n"
                               "日本語   1234  a much longer …\n");
    Table_free(table);
}

static void table_keeps_one_row_on_one_line(void **state)
{
    (void)state;
    Table *table = Table_new(1);
    Table_cell(table, "one\ntwo\x1b[31mred");
    capture_begin();
    Table_print(table, 80);
    const char *shown = capture_end();
    assert_null(strchr(shown, '\x1b'));
    assert_ptr_equal(strchr(shown, '\n'), shown + strlen(shown) - 1);
    Table_free(table);
}

static void base64_there_and_back(void **state)
{
    (void)state;
    for (size_t length = 0; length < 70; length++) {
        unsigned char bytes[70];
        for (size_t i = 0; i < length; i++)
            bytes[i] = (unsigned char)(i * 37 + length * 11);
        Buffer text = BUFFER_EMPTY, back = BUFFER_EMPTY;
        Base64_encode(&text, bytes, length);
        assert_true(Base64_decode(&back, Buffer_text(&text), text.length));
        assert_int_equal(back.length, length);
        assert_memory_equal(Buffer_text(&back), bytes, length);
        Buffer_free(&text);
        Buffer_free(&back);
    }
    Buffer text = BUFFER_EMPTY;
    Base64_encode(&text, (const unsigned char *)"foobar", 6);
    assert_string_equal(Buffer_text(&text), "Zm9vYmFy");
    Buffer_free(&text);
}

static void base64_refuses_rubbish(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"A", "AB", "ABC", "AB=C", "A===", "====", "AB\nC", "AB C"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Buffer out = BUFFER_EMPTY;
        assert_false(Base64_decode(&out, WRONG[i], strlen(WRONG[i])));
        Buffer_free(&out);
    }
}

int main(void)
{
    setenv("LC_ALL", "C.UTF-8", 1);
    Output_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_read_like_a_person_writes),
        cmocka_unit_test(json_hides_what_a_terminal_must_not_see),
        cmocka_unit_test(escaped_json_means_the_same),
        cmocka_unit_test(table_aligns_and_cuts),
        cmocka_unit_test(table_keeps_one_row_on_one_line),
        cmocka_unit_test(base64_there_and_back),
        cmocka_unit_test(base64_refuses_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
