/* Errors and growing buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/error.h"

static void error_keeps_what_it_was_told(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    assert_false(Error_present(&error));
    assert_false(Error_set_field(&error, ERROR_RULE, "score", "At most %d.", 100));
    assert_false(Error_hint(&error, "Give a number from %d to %d.", 0, 100));
    assert_false(Error_at(&error, 3, 7));
    assert_true(Error_is(&error, ERROR_RULE));
    assert_false(Error_is(&error, ERROR_TYPE));
    assert_string_equal(error.field, "score");
    assert_string_equal(error.message, "At most 100.");
    assert_string_equal(error.hint, "Give a number from 0 to 100.");
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 7);
    Error_clear(&error);
    assert_false(Error_present(&error));
    assert_int_equal(error.column, 0);
}

static void error_may_quote_itself_and_be_absent(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    Error_set(&error, ERROR_TYPE, "not a date");
    Error_set_field(&error, ERROR_INVALID, "due", "Row 4: %s", error.message);
    assert_string_equal(error.message, "Row 4: not a date");
    assert_false(Error_set(NULL, ERROR_TYPE, "%s", "x"));
    assert_false(Error_hint(NULL, "x"));
    assert_false(Error_at(NULL, 1, 1));
    assert_false(Error_is(NULL, ERROR_TYPE));
}

static void error_cuts_long_messages(void **state)
{
    (void)state;
    Error error;
    char text[1000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    Error_set_field(&error, ERROR_INVALID, text, "%s", text);
    assert_int_equal(strlen(error.message), sizeof(error.message) - 1);
    assert_int_equal(strlen(error.field), sizeof(error.field) - 1);
}

static void error_cuts_no_character_in_two(void **state)
{
    (void)state;
    Error error;
    char text[401];
    for (size_t i = 0; i + 3 < sizeof(text); i += 3)
        memcpy(text + i, "\xe2\x82\xac", 4);
    Error_set_field(&error, ERROR_INVALID, text, "%.4s|%s", text, text);
    assert_memory_equal(error.message, "\xe2\x82\xac|", 4);
    assert_int_equal(strlen(error.message) % 3, 1);
    assert_int_equal(strlen(error.field) % 3, 0);
    Error_set(&error, ERROR_INVALID, "\xff\xef\xbf\xbd");
    assert_string_equal(error.message, "\xef\xbf\xbd");
}

static void buffer_grows_and_stays_terminated(void **state)
{
    (void)state;
    Buffer buffer = BUFFER_EMPTY;
    assert_string_equal(Buffer_text(&buffer), "");
    for (int i = 0; i < 1000; i++)
        Buffer_printf(&buffer, "%d,", i % 10);
    assert_int_equal(buffer.length, 2000);
    assert_int_equal(strlen(Buffer_text(&buffer)), 2000);
    Buffer_consume(&buffer, 1998);
    assert_string_equal(Buffer_text(&buffer), "9,");
    Buffer_consume(&buffer, 100);
    assert_string_equal(Buffer_text(&buffer), "");
    Buffer_append(&buffer, "a\0b", 3);
    assert_int_equal(buffer.length, 3);
    char *taken = Buffer_take(&buffer);
    assert_memory_equal(taken, "a\0b", 4);
    assert_null(buffer.data);
    free(taken);
}

static void buffer_fails_once_and_for_all(void **state)
{
    (void)state;
    Buffer buffer = BUFFER_EMPTY;
    Buffer_puts(&buffer, "kept");
    assert_false(Buffer_reserve(&buffer, SIZE_MAX / 2));
    assert_true(buffer.failed);
    Buffer_puts(&buffer, "ignored");
    assert_string_equal(Buffer_text(&buffer), "kept");
    assert_null(Buffer_take(&buffer));
    Buffer_puts(&buffer, "again");
    Buffer_reset(&buffer);
    assert_int_equal(buffer.length, 0);
    Buffer_free(&buffer);
    char *empty = Buffer_take(&buffer);
    assert_string_equal(empty, "");
    free(empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_keeps_what_it_was_told),
        cmocka_unit_test(error_may_quote_itself_and_be_absent),
        cmocka_unit_test(error_cuts_long_messages),
        cmocka_unit_test(error_cuts_no_character_in_two),
        cmocka_unit_test(buffer_grows_and_stays_terminated),
        cmocka_unit_test(buffer_fails_once_and_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
