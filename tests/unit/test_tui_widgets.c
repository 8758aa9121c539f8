/* Line editor, table, fuzzy match, form, frame and painter of the terminal toolkit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/languages.h"
#include "tui/chart.h"
#include "tui/form.h"
#include "tui/frame.h"
#include "tui/fuzzy.h"
#include "tui/line_editor.h"
#include "tui/painter.h"
#include "tui/table.h"

static void press(LineEditor *editor, int32_t code)
{
    assert_true(LineEditor_key(editor, &(Key){.code = code}));
}

static void editor_moves_by_grapheme(void **state)
{
    LineEditor editor = {0};

    (void)state;
    LineEditor_set(&editor, "ae\xcc\x81z"); /* a, e + acute, z */
    press(&editor, KEYCODE_LEFT);
    press(&editor, KEYCODE_LEFT);
    assert_int_equal(editor.cursor, 1);
    press(&editor, KEYCODE_DELETE);
    assert_string_equal(LineEditor_text(&editor), "az");
    press(&editor, KEYCODE_END);
    press(&editor, KEYCODE_BACKSPACE);
    press(&editor, KEYCODE_BACKSPACE);
    press(&editor, KEYCODE_BACKSPACE);
    assert_string_equal(LineEditor_text(&editor), "");
    LineEditor_close(&editor);
}

static void editor_takes_no_controls(void **state)
{
    LineEditor editor = {.limit = 12};

    (void)state;
    LineEditor_insert(&editor,
                      "a\033[31mb\r\nc\xff\x01"
                      "d",
                      14);
    assert_string_equal(LineEditor_text(&editor), "a[31mb cd");
    LineEditor_insert(&editor, "0123456789", 10);
    assert_int_equal(strlen(LineEditor_text(&editor)), 12);
    LineEditor_close(&editor);
}

static void editor_continues_lines(void **state)
{
    LineEditor editor = {.multiline = true};

    (void)state;
    LineEditor_set(&editor, "one\\");
    assert_true(LineEditor_continue_line(&editor));
    LineEditor_insert(&editor, "two", 3);
    assert_string_equal(LineEditor_text(&editor), "one\ntwo");
    assert_false(LineEditor_continue_line(&editor));
    press(&editor, KEYCODE_UP);
    assert_int_equal(editor.cursor, 3);
    LineEditor_close(&editor);
}

enum { ROWS = 1000000 };
static long asked;

static void range(void *owner, long *first, long *end)
{
    (void)owner;
    *first = 0;
    *end = ROWS;
}

static const char *cell(void *owner, long row, int column, Style *style)
{
    static char text[32];

    (void)owner;
    (void)style;
    asked++;
    snprintf(text, sizeof text, "%ld.%d", row, column);
    return text;
}

static Table make_table(void)
{
    Table table = {.column_count = 3, .sorted = -1, .source = {NULL, range, cell, NULL}};

    for (int i = 0; i < 3; i++) {
        snprintf(table.columns[i].title, sizeof table.columns[i].title, "Column %d", i);
        table.columns[i].wanted = 20;
        table.columns[i].minimum = 6;
    }
    return table;
}

static void table_asks_only_for_what_it_shows(void **state)
{
    Frame frame;
    Table table = make_table();

    (void)state;
    assert_true(Frame_open(&frame, 80, 24, false));
    Table_draw(&table, &frame, Frame_area(&frame), true);
    asked = 0;
    Table_draw(&table, &frame, Frame_area(&frame), true);
    assert_int_equal(asked, 23 * 3);
    long left = table.cursor;
    asked = 0;
    assert_int_equal(Table_key(&table, &(Key){.code = KEYCODE_DOWN}), TABLE_MOVED);
    Table_draw_move(&table, &frame, left);
    assert_int_equal(asked, 2 * 3); /* two rows, however long the list */
    assert_int_equal(Table_go(&table, ROWS - 1), TABLE_SCROLLED);
    assert_int_equal(table.top, ROWS - 23);
    assert_int_equal(Table_key(&table, &(Key){.code = KEYCODE_DOWN}), TABLE_STAYED);
    assert_int_equal(Table_key(&table, &(Key){.code = KEYCODE_PAGE_UP}), TABLE_SCROLLED);
    assert_int_equal(table.cursor, ROWS - 1 - 22);
    Frame_close(&frame);
}

static void table_drops_columns_that_do_not_fit(void **state)
{
    Table table = make_table();

    (void)state;
    Table_fit(&table, 80);
    assert_int_equal(table.columns[2].width, 20);
    Table_fit(&table, 40);
    assert_true(table.columns[0].width + table.columns[1].width + table.columns[2].width <= 33);
    Table_fit(&table, 18);
    assert_int_equal(table.columns[2].width, 0);
    assert_true(table.columns[0].width >= 6);
}

static void fuzzy_prefers_words_and_prefixes(void **state)
{
    (void)state;
    assert_int_equal(Fuzzy_score("xyz", "Leads"), -1);
    assert_true(Fuzzy_score("", "Leads") == 0);
    assert_true(Fuzzy_score("lead", "Leads") > Fuzzy_score("lead", "Plead here"));
    assert_true(Fuzzy_score("sr", "Score rules") > Fuzzy_score("sr", "Users"));
    assert_true(Fuzzy_score("jose", "José Okafor") > 0);
}

static void form_checks_what_was_left(void **state)
{
    Form form = {0};
    FormField *first = Form_add(&form, "name", "Name", "Who", FORM_TEXT);

    (void)state;
    first->required = true;
    FormField *choice = Form_add(&form, "state", "State", "Who", FORM_CHOICE);
    FormField_add_choice(choice, "new", "New");
    FormField_add_choice(choice, "won", "Won deal");
    assert_false(Form_changed(&form));
    assert_int_equal(Form_key(&form, &(Key){.code = 'x', .text = "x"}), FORM_EDITED);
    assert_int_equal(Form_key(&form, &(Key){.code = KEYCODE_BACKSPACE}), FORM_EDITED);
    assert_int_equal(Form_key(&form, &(Key){.code = KEYCODE_ENTER}), FORM_MOVED);
    assert_true(form.fields[0].error[0] != '\0');
    Form_key(&form, &(Key){.code = 'd', .text = "d"});
    assert_int_equal(Form_key(&form, &(Key){.code = KEYCODE_ENTER}), FORM_DONE);
    assert_string_equal(FormField_value(&form.fields[1]), "won");
    assert_false(Form_check(&form));
    assert_int_equal(form.focus, 0);
    assert_int_equal(Form_key(&form, &(Key){.code = '?', .text = "?"}), FORM_PROMPT);
    Form_close(&form);
}

static void frame_shows_no_control_character(void **state)
{
    Frame frame;
    Buffer out = BUFFER_EMPTY;

    (void)state;
    assert_true(Frame_open(&frame, 60, 2, false));
    Frame_datum(&frame, 0, 0, 60, STYLE_NORMAL,
                "a\033]0;x\007b\xc2\x9b"
                "31m\xe2\x80\xae"
                "c\xff");
    Frame_dump(&frame, &out);
    for (size_t i = 0; i < out.length; i++)
        assert_true((unsigned char)out.data[i] >= 0x20 || out.data[i] == '\n');
    assert_null(strstr(Buffer_text(&out), "\xc2\x9b"));
    assert_null(strstr(Buffer_text(&out), "\xe2\x80\xae"));
    Buffer_free(&out);
    Frame_close(&frame);
}

static void frame_cuts_at_graphemes(void **state)
{
    Frame frame;
    Buffer out = BUFFER_EMPTY;

    (void)state;
    assert_true(Frame_open(&frame, 10, 1, false));
    assert_int_equal(Frame_datum(&frame, 0, 0, 6, STYLE_NORMAL, "漢字漢字"), 5);
    Frame_put(&frame, 1, 0, 1, STYLE_NORMAL, "x"); /* the other half goes too */
    Frame_dump(&frame, &out);
    assert_string_equal(Buffer_text(&out), " x字…\n");
    Buffer_free(&out);
    Frame_close(&frame);
}

static void painter_sends_little_for_one_row(void **state)
{
    Error error = ERROR_NONE;
    Painter *painter = Painter_open("xterm-256color", Theme_find("dark"), &error);
    Frame frame;
    Buffer out = BUFFER_EMPTY;
    Table table = make_table();

    (void)state;
    if (!painter)
        skip(); /* no terminfo on this machine */
    assert_true(Frame_open(&frame, 80, 24, false));
    Table_draw(&table, &frame, Frame_area(&frame), true);
    Painter_paint(painter, &frame, &out);
    assert_true(out.length > 500);
    Buffer_reset(&out);
    Painter_paint(painter, &frame, &out);
    assert_int_equal(out.length, 0); /* nothing new, nothing sent */
    Table_key(&table, &(Key){.code = KEYCODE_DOWN});
    Table_draw_move(&table, &frame, 0);
    Painter_paint(painter, &frame, &out);
    assert_in_range(out.length, 1, 200);
    Painter_close(painter);
    Buffer_free(&out);
    Frame_close(&frame);
}

static void charts_stay_inside(void **state)
{
    Frame frame;
    double values[12] = {1, 5, 3, 0, 9, 12, 2, 2, 7, 11, 4, 6};

    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        assert_true(Frame_open(&frame, 20, 6, ascii));
        Chart_line(&frame, (Area){4, 1, 10, 4}, STYLE_CHART, values, 12, 12);
        Chart_bar(&frame, 4, 0, 10, STYLE_CHART, 3.0);
        Chart_sparkline(&frame, 4, 5, 10, STYLE_CHART, values, 12);
        for (int y = 0; y < 6; y++) {
            assert_int_equal(Frame_cell(&frame, 3, y)->text[0], ' ');
            assert_int_equal(Frame_cell(&frame, 14, y)->text[0], ' ');
        }
        Frame_close(&frame);
    }
    assert_true(Chart_round_top(55) == 60 && Chart_round_top(0) == 1);
}

static void languages_are_sorted(void **state)
{
    (void)state;
    for (int i = 1; i < LANGUAGE_GERMAN.count; i++)
        assert_true(strcmp(LANGUAGE_GERMAN.words[i - 1].english, LANGUAGE_GERMAN.words[i].english) <
                    0);
    Languages_choose("de-AT");
    assert_string_equal(Ui_text("save"), "sichern");
    assert_string_equal(Ui_text("no such text"), "no such text");
    Languages_choose("en");
    assert_string_equal(Ui_text("save"), "save");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(editor_moves_by_grapheme),
        cmocka_unit_test(editor_takes_no_controls),
        cmocka_unit_test(editor_continues_lines),
        cmocka_unit_test(table_asks_only_for_what_it_shows),
        cmocka_unit_test(table_drops_columns_that_do_not_fit),
        cmocka_unit_test(fuzzy_prefers_words_and_prefixes),
        cmocka_unit_test(form_checks_what_was_left),
        cmocka_unit_test(frame_shows_no_control_character),
        cmocka_unit_test(frame_cuts_at_graphemes),
        cmocka_unit_test(painter_sends_little_for_one_row),
        cmocka_unit_test(charts_stay_inside),
        cmocka_unit_test(languages_are_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
