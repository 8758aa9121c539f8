/* Keys from bytes: every sequence of the common terminals, and rubbish that takes nothing with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tui/keys.h"

static Decoder decoder;

static int32_t next(bool expired)
{
    Key key;

    return Decoder_next(&decoder, &key, expired) ? key.code : KEYCODE_NONE;
}

static void feed(const char *bytes)
{
    Decoder_feed(&decoder, bytes, strlen(bytes));
}

static int reset(void **state)
{
    (void)state;
    Decoder_close(&decoder);
    memset(&decoder, 0, sizeof decoder);
    return 0;
}

static void sequences_of_terminals(void **state)
{
    static const struct {
        const char *bytes;
        int32_t code;
    } CASES[] = {
        {"\033[A", KEYCODE_UP},
        {"\033OB", KEYCODE_DOWN},
        {"\033[1;5C", KEYCODE_RIGHT},
        {"\033[H", KEYCODE_HOME},
        {"\033[4~", KEYCODE_END},
        {"\033[8~", KEYCODE_END},
        {"\033[5~", KEYCODE_PAGE_UP},
        {"\033[3~", KEYCODE_DELETE},
        {"\033OP", KEYCODE_F1},
        {"\033[[A", KEYCODE_F1},
        {"\033[15~", KEYCODE_F5},
        {"\033[24~", KEYCODE_F12},
        {"\033[Z", KEYCODE_BACK_TAB},
        {"\r", KEYCODE_ENTER},
        {"\n", KEYCODE_ENTER},
        {"\x08", KEYCODE_BACKSPACE},
        {"\x7f", KEYCODE_BACKSPACE},
        {"\x10", KEYCODE_CTRL + 'p'},
        {"\033[97;5u", KEYCODE_CTRL + 'a'},
        {"a", 'a'},
        {"\xc3\xa9", 0xE9},
        {"\xf0\x9f\x98\x80", 0x1F600},
        {"\033[<64;3;3M", KEYCODE_WHEEL_UP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        feed(CASES[i].bytes);
        assert_int_equal(next(false), CASES[i].code);
        assert_int_equal(next(true), KEYCODE_NONE);
    }
}

static void bytes_may_come_one_by_one(void **state)
{
    const char *bytes = "\033[6~\xe6\xbc\xa2";

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        Decoder_feed(&decoder, bytes + i, 1);
        assert_int_equal(next(false), KEYCODE_NONE);
    }
    Decoder_feed(&decoder, bytes + 3, 1);
    assert_int_equal(next(false), KEYCODE_PAGE_DOWN);
    Decoder_feed(&decoder, bytes + 4, 2);
    assert_int_equal(next(false), KEYCODE_NONE);
    Decoder_feed(&decoder, bytes + 6, 1);
    assert_int_equal(next(false), 0x6F22);
}

static void escape_alone_needs_time(void **state)
{
    (void)state;
    feed("\033");
    assert_int_equal(next(false), KEYCODE_NONE);
    assert_true(Decoder_waiting(&decoder));
    assert_int_equal(next(true), KEYCODE_ESCAPE);
    feed("\033q"); /* typed ahead: two keys */
    assert_int_equal(next(false), KEYCODE_ESCAPE);
    assert_int_equal(next(false), 'q');
    feed("\033Ox");
    assert_int_equal(next(false), KEYCODE_ESCAPE);
    assert_int_equal(next(false), 'O');
    assert_int_equal(next(false), 'x');
}

static void rubbish_never_takes_the_next_key(void **state)
{
    static const char *const JUNK[] = {
        "\xff",
        "\xc3",
        "\xed\xa0\x80",
        "\xf8\x88\x80\x80",
        "\033[999;999R",
        "\033[?1;2c",
        "\033]11;rgb:0000/0000/0000\007",
        "\033]0;title\033\\",
        "\033P1$r0m\033\\",
        "\033[I",
        "\033[O",
        "\033[1;2;3;4;5;6;7;8;9x",
        "\033[M !!",
        "\033[<0;10;5m",
        "\033[=1;2u",
        "\033[>1;2;3c",
        "\xc2\x9b",
    };

    (void)state;
    for (size_t i = 0; i < sizeof JUNK / sizeof JUNK[0]; i++) {
        int32_t code = KEYCODE_NONE;
        feed(JUNK[i]);
        feed("k");
        for (int keys = 0; keys < 4 && code != 'k'; keys++)
            code = next(keys > 0);
        assert_int_equal(code, 'k');
        assert_int_equal(next(true), KEYCODE_NONE);
    }
}

static void unfinished_sequences_are_dropped_in_time(void **state)
{
    static const char *const PARTS[] = {"\033[1;5", "\033]0;never ends", "\033[<0;1", "\xe6\xbc"};

    (void)state;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        feed(PARTS[i]);
        assert_int_equal(next(false), KEYCODE_NONE);
        assert_int_equal(next(true), KEYCODE_NONE);
        feed("x");
        assert_int_equal(next(false), 'x');
    }
    feed("\033[1\033[B"); /* a new sequence breaks the old one off */
    assert_int_equal(next(false), KEYCODE_DOWN);
}

static void paste_is_one_key(void **state)
{
    Key key;

    (void)state;
    feed("\033[200~one\ntwo \033[A");
    assert_false(Decoder_next(&decoder, &key, false));
    feed("\033[201~z");
    assert_true(Decoder_next(&decoder, &key, false));
    assert_int_equal(key.code, KEYCODE_PASTE);
    assert_string_equal(Buffer_text(&decoder.paste), "one\ntwo \033[A");
    assert_int_equal(next(false), 'z');
    feed("\033[200~cut off");
    assert_false(Decoder_next(&decoder, &key, false));
    assert_true(Decoder_waiting(&decoder));
    assert_true(Decoder_next(&decoder, &key, true));
    assert_int_equal(key.code, KEYCODE_PASTE);
}

static void answers_of_the_terminal(void **state)
{
    Key key;

    (void)state;
    feed("\033[?2026;2$y\033[?1u");
    assert_true(Decoder_next(&decoder, &key, false));
    assert_int_equal(key.code, KEYCODE_REPORT);
    assert_int_equal(key.x, 2026);
    assert_int_equal(key.y, 2);
    assert_true(Decoder_next(&decoder, &key, false));
    assert_int_equal(key.x, REPORT_KEYBOARD);
}

static void names_go_both_ways(void **state)
{
    static const char *const NAMES[] = {"Enter", "Esc",    "Space", "PageDown",
                                        "F4",    "Ctrl-P", "q",     "é"};
    char out[24];
    Key key;

    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        assert_true(Key_parse(NAMES[i], &key));
        assert_string_equal(Key_name(&key, out), NAMES[i]);
    }
    assert_false(Key_parse("Nonsense", &key));
    assert_true(Key_parse("Down", &key));
    assert_true(Key_in(&key, "j Down"));
    assert_false(Key_in(&key, "Up k"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sequences_of_terminals, reset),
        cmocka_unit_test_setup(bytes_may_come_one_by_one, reset),
        cmocka_unit_test_setup(escape_alone_needs_time, reset),
        cmocka_unit_test_setup(rubbish_never_takes_the_next_key, reset),
        cmocka_unit_test_setup(unfinished_sequences_are_dropped_in_time, reset),
        cmocka_unit_test_setup(paste_is_one_key, reset),
        cmocka_unit_test_setup(answers_of_the_terminal, reset),
        cmocka_unit_test_setup(names_go_both_ways, reset),
    };

    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    Decoder_close(&decoder);
    return failed;
}
