/* Cleaning, folding, width and distance of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static const char *clean(const char *text, size_t length, unsigned flags)
{
    static Buffer buffer;
    Buffer_reset(&buffer);
    Text_clean(&buffer, text, length, flags);
    return Buffer_text(&buffer);
}

#define CLEAN(literal, flags) clean((literal), sizeof(literal) - 1, (flags))

static const char *fold(const char *text)
{
    static Buffer buffer;
    Buffer_reset(&buffer);
    Text_fold(&buffer, text, strlen(text));
    return Buffer_text(&buffer);
}

static void decoding_is_strict(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "\x80",         "\xC0\xAF",         "\xC1\xBF",         "\xE0\x80\xAF",
        "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xF4\x90\x80\x80", "\xE2\x82",
        "\xFF"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        int32_t code_point = 0;
        assert_int_equal(Text_decode(broken[i], strlen(broken[i]), &code_point), 1);
        assert_int_equal(code_point, 0xFFFD);
        assert_false(Text_is_utf8(broken[i], strlen(broken[i])));
    }
    assert_false(Text_is_utf8("a\0b", 3));
    assert_true(Text_is_utf8("a€😀", strlen("a€😀")));
    assert_int_equal(Text_decode("", 0, &(int32_t){0}), 0);
    for (int32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        char bytes[4];
        int32_t back;
        if (code_point == 0xD800)
            code_point = 0xE000;
        size_t used = Text_encode(code_point, bytes);
        if (Text_decode(bytes, used, &back) != used || back != code_point)
            fail_msg("U+%04X does not come back", (unsigned)code_point);
    }
    assert_int_equal(Text_code_points("a€😀\xFF"), 4);
}

static void controls_become_visible(void **state)
{
    (void)state;
    assert_string_equal(CLEAN("a\033[31mb", 0), "a␛[31mb");
    assert_string_equal(CLEAN("a\0b\x7F", 0), "a␀b␡");
    assert_string_equal(CLEAN("900.00\rapprove", 0), "900.00␍approve");
    assert_string_equal(CLEAN("one\r\ntwo\tx", 0), "one␤two x");
    assert_string_equal(CLEAN("one\r\ntwo\tx", TEXT_CLEAN_MULTILINE), "one\ntwo\tx");
    assert_string_equal(CLEAN("\xC2\x9B"
                              "31m",
                              0),
                        "<U+009B>31m");
    assert_string_equal(CLEAN("\xFF\xC3", 0), "��");
}

static void invisible_characters_are_named(void **state)
{
    (void)state;
    assert_string_equal(CLEAN("pay\u200Bpal", 0), "pay<U+200B>pal");
    assert_string_equal(CLEAN("\u202Egpj.exe", 0), "<U+202E>gpj.exe");
    assert_string_equal(CLEAN("a\U000E0041", 0), "a<U+E0041>");
    assert_string_equal(CLEAN("a\u2028b", TEXT_CLEAN_MULTILINE), "a<U+2028>b");
    assert_string_equal(CLEAN("\u3164\u2800", 0), "<U+3164><U+2800>");
    assert_string_equal(CLEAN("\uE000\U0010FFFF", 0), "��");
    assert_string_equal(CLEAN("a\uFE0F\uFE0F", 0), "a<U+FE0F>");
}

static void emoji_stay(void **state)
{
    (void)state;
    assert_string_equal(CLEAN("👩\u200D💻", 0), "👩💻");
    assert_string_equal(CLEAN("👩🏽\u200D💻!", 0), "👩🏽💻!");
    assert_string_equal(CLEAN("❤\uFE0F", 0), "❤");
    assert_string_equal(CLEAN("a\u200Db", 0), "a<U+200D>b");
    assert_int_equal(Text_width("👩💻", strlen("👩💻")), 4);
}

static void marks_are_limited(void **state)
{
    (void)state;
    char text[3 + 2 * 40] = "a";
    for (int i = 0; i < 40; i++)
        strcat(text, "\u0301");
    const char *shown = clean(text, strlen(text), 0);
    assert_int_equal(strlen(shown), 1 + 8 * 2 + 3);
    assert_string_equal(CLEAN("\u0301x", 0), "◌\u0301x");
    assert_string_equal(CLEAN("x\n\u0301", TEXT_CLEAN_MULTILINE), "x\n◌\u0301");
}

static void terminals_without_utf8_get_ascii(void **state)
{
    (void)state;
    assert_string_equal(CLEAN("Jos\u00E9 \u20AC\u00A05\n\x1B", TEXT_CLEAN_ASCII),
                        "Jos? ? 5 <U+001B>");
    assert_string_equal(CLEAN("e\u0301", TEXT_CLEAN_ASCII), "e");
}

static void folding_finds_what_people_type(void **state)
{
    (void)state;
    assert_string_equal(fold("  José\t MÜLLER\n"), "jose muller");
    assert_string_equal(fold("Straße"), "strasse");
    assert_string_equal(fold("ﬁne Ⅳ ２"), "fine iv 2");
    assert_string_equal(fold("Łódź Ørsted Æther œuvre"), "lodz orsted aether oeuvre");
    assert_string_equal(fold("İstanbul ısı"), "istanbul isi");
    assert_string_equal(fold("a\u200Bb\u00ADc"), "abc");
    assert_string_equal(fold("\u00A0x\u3000y "), "x y");
    assert_string_equal(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφος"));
    assert_true(Text_equal_folded("Zürich", "ZURICH"));
    assert_false(Text_equal_folded("Zürich", "Zurich 1"));
    assert_true(Text_equal_loose("Web Form", "web_form"));
    assert_true(Text_equal_loose("E-Mail", "email"));
    assert_false(Text_equal_loose("phone", "phones"));
}

static void widths_and_graphemes(void **state)
{
    (void)state;
    assert_int_equal(Text_width("ab", 2), 2);
    assert_int_equal(Text_width("日本", 6), 4);
    assert_int_equal(Text_width("e\u0301", 3), 1);
    assert_int_equal(Text_code_point_width('\n'), 0);
    assert_int_equal(Text_code_point_width(0x0903), 1);
    assert_int_equal(Text_grapheme("e\u0301x", 4), 3);
    assert_int_equal(Text_grapheme("🇩🇪🇫🇷", 16), 8);
    assert_int_equal(Text_grapheme("", 0), 0);
    int used;
    assert_int_equal(Text_fit("日本語", 9, 5, &used), 6);
    assert_int_equal(used, 4);
    assert_int_equal(Text_fit("ae\u0301b", 5, 2, &used), 4);
    assert_int_equal(Text_fit("abc", 3, 0, NULL), 0);
    assert_int_equal(Text_fit("abc", 3, 99, &used), 3);
    assert_int_equal(used, 3);
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(Text_distance("kitten", "sitting", 9), 3);
    assert_int_equal(Text_distance("lead", "laed", 9), 1);
    assert_int_equal(Text_distance("", "abc", 9), 3);
    assert_int_equal(Text_distance("abcdef", "uvwxyz", 2), 3);
    static const char *const names[] = {"email", "phone", "state", "Größe"};
    assert_string_equal(Text_nearest("emial", names, 4), "email");
    assert_string_equal(Text_nearest("grosse", names, 4), "Größe");
    assert_null(Text_nearest("zzzzzz", names, 4));
    assert_null(Text_nearest("", names, 4));
}

static void stored_text_loses_controls(void **state)
{
    (void)state;
    Arena *arena = Arena_new(0);
    bool removed = false;
    assert_string_equal(Text_without_controls(arena, "a\r\nb\tc", 6, &removed), "a\nb\tc");
    assert_false(removed);
    assert_string_equal(Text_without_controls(arena, "a\0b\033c\xC2\x85", 7, &removed), "abc");
    assert_true(removed);
    assert_string_equal(Text_cleaned(arena, NULL, 0), "");
    assert_string_equal(Text_cleaned(arena, "a\033b", 0), "a␛b");
    assert_string_equal(Text_folded(arena, NULL), "");
    Arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoding_is_strict),
        cmocka_unit_test(controls_become_visible),
        cmocka_unit_test(invisible_characters_are_named),
        cmocka_unit_test(emoji_stay),
        cmocka_unit_test(marks_are_limited),
        cmocka_unit_test(terminals_without_utf8_get_ascii),
        cmocka_unit_test(folding_finds_what_people_type),
        cmocka_unit_test(widths_and_graphemes),
        cmocka_unit_test(distances),
        cmocka_unit_test(stored_text_loses_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
