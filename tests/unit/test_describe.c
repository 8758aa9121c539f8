/* What resource files may say, and how a mistake in one is reported. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "model/generate/check.h"
#include "model/generate/describe.h"
#include "model/generate/notation.h"

#define HEAD                                                                             \
    "resource: thing\nplural: things\nlabel: Thing\nlabel_plural: Things\ndomain: crm\n" \
    "title: [name]\nlist: [name]\n"

/* Checks text as a file of its own folder; the caller looks at error. */
static bool check(const char *text, Error *error)
{
    char folder[] = "/tmp/describe-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/thing.yaml", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    *error = ERROR_NONE;
    bool done = ResourceCheck_file(path, error);
    unlink(path);
    rmdir(folder);
    return done;
}

static void good_file(void **state)
{
    Error error;
    assert_true(check(HEAD "fields:\n  name: str !\n  parent_id: ref(thing)\n"
                           "  state: enum[a, b] =a\ntransitions:\n  go: {from: a, to: b}\n",
                      &error));
}

static const struct Mistake {
    const char *text;
    int line, column;
    const char *message, *hint;
} MISTAKES[] = {
    {HEAD "fields:\n  name: srt\n", 9, 9, "unknown field type \"srt\"", "\"str\""},
    {HEAD "fields:\n  name: str ?\n", 9, 13, "is none of", ""},
    {HEAD "fields:\n  name: enum[a, b] =c\n", 9, 9, "\"c\" is not one of the choices", ""},
    {HEAD "fields:\n  name: int 5..1\n", 9, 13, "is empty", ""},
    {HEAD "fields:\n  name: int 1..3 =9\n", 9, 9, "no number of the range", ""},
    {HEAD "fields:\n  name: enum\n", 9, 9, "without choices", ""},
    {HEAD "fields:\n  name: enum[a, a]\n", 9, 17, "there twice", ""},
    {HEAD "fields:\n  name: str\n  Name: str\n", 10, 3, "no field name", ""},
    {HEAD "fields:\n  name: str\n  a: ref(thng)\n", 10, 3, "unknown resource \"thng\"", "thing"},
    {HEAD "fields:\n  name: str\n  a: ref\n", 10, 6, "needs a name", ""},
    {HEAD "fields:\n  name: str\n  a: record(kind)\n", 10, 3, "no field \"kind\"", ""},
    {HEAD "fields:\n  name:\n    type: str\n    lable: x\n", 11, 5, "lable", "label"},
    {HEAD "fields:\n  name: str\nsort: nmae\n", 10, 7, "no field \"nmae\"", "name"},
    {HEAD "fields:\n  name: str\nserch: [name]\n", 10, 1, "serch", "search"},
    {HEAD "fields:\n  name: str\nsearch: [name]\n", 1, 11, "go together", ""},
    {HEAD "fields:\n  name: str\n  version: int\n", 10, 3, "there twice", ""},
    {HEAD "mixins: [owned]\nfields:\n  name: str\n  owner_id: int\n", 8, 9, "there twice", ""},
    {HEAD "mixins: [shared]\nfields:\n  name: str\n", 8, 9, "none of owned", ""},
    {HEAD "fields:\n  name: str i\n  name_key: str\n", 10, 3, "share a column", ""},
    {HEAD "fields:\n  name: str\n  other:\n    type: str\n    label: Name\n", 10, 3,
     "share the label", ""},
    {HEAD "fields:\n  name: str\n  state: enum[new, old] =new\n"
          "transitions:\n  go: {from: new, to: olde}\n",
     12, 23, "no state \"olde\"", "\"old\""},
    {HEAD "fields:\n  name: str\n  state: enum[a, b]\ntransitions:\n  go: {from: a, to: b}\n", 10,
     3, "needs a default", ""},
    {HEAD "fields:\n  name: str\n  state: enum[a, b] =a\n"
          "transitions:\n  archive: {from: a, to: b}\n",
     12, 3, "operation of every resource", ""},
    {HEAD "fields:\n  name: str\n  state: enum[a, b] =a\n"
          "transitions:\n  go: {from: a, to: b, inverse: go}\n",
     12, 33, "does not lead back", ""},
    {HEAD "fields:\n  name: str\n  state: enum[a, b] =a\n"
          "transitions:\n  go: {from: a, to: b, required: [nam]}\n",
     12, 34, "no field \"nam\"", "name"},
    {HEAD "fields:\n  name: str\ntransitions:\n  go: {from: a, to: b}\n", 11, 3, "need a state",
     ""},
    {"resource: thing\nplural: things\n", 1, 1, "needs label", ""},
    {"- a\n- b\n", 1, 1, "is a mapping", ""},
    {"resource: thing\nplural: a\nlabel: A\nlabel_plural: A\ndomain: crn\ntitle: [a]\nlist: [a]\n",
     5, 9, "unknown domain", "crm"},
};

static void mistakes_have_places(void **state)
{
    for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
        const struct Mistake *mistake = &MISTAKES[i];
        Error error;
        bool found = !check(mistake->text, &error) && error.line == mistake->line &&
                     error.column == mistake->column && strstr(error.message, mistake->message) &&
                     (!mistake->hint[0] || strstr(error.hint, mistake->hint) ||
                      strstr(error.message, mistake->hint));
        if (!found)
            fail_msg("mistake %zu: %d:%d: %s | %s", i, error.line, error.column, error.message,
                     error.hint);
    }
}

static void notation_reads_everything(void **state)
{
    Arena *arena = Arena_new(0);
    Notation notation;
    Error error = ERROR_NONE;
    assert_true(Notation_parse(arena, "derived int 0..100 !ui hidden =5", &notation, &error));
    const FieldDef *field = &notation.field;
    assert_int_equal(field->type, FIELD_INT);
    assert_int_equal(field->flags,
                     FIELD_DERIVED | FIELD_REQUIRED | FIELD_UNIQUE | FIELD_INDEXED | FIELD_HIDDEN);
    assert_true(field->has_minimum && field->has_maximum && field->maximum == 100);
    assert_string_equal(field->default_text, "5");
    assert_true(Notation_parse(arena, "str(12) exact personal", &notation, &error));
    assert_int_equal(field->max_length, 12);
    assert_true(notation.exact);
    assert_true(Notation_parse(arena, "enum[a,b,  c] =b", &notation, &error));
    assert_int_equal(field->choice_count, 3);
    assert_true(Notation_parse(arena, "str[] !", &notation, &error));
    assert_int_equal(field->type, FIELD_JSON);
    assert_int_equal(field->flags, FIELD_LIST | FIELD_REQUIRED);
    assert_true(Notation_parse(arena, "refs(team)", &notation, &error));
    assert_int_equal(field->flags, FIELD_LIST);
    assert_string_equal(field->reference, "team");
    assert_false(Notation_parse(arena, "", &notation, &error));
    assert_false(Notation_parse(arena, "str(0)", &notation, &error));
    assert_false(Notation_parse(arena, "ref(a", &notation, &error));
    assert_false(Notation_parse(arena, "enum[a", &notation, &error));
    assert_false(Notation_parse(arena, "bool =yes", &notation, &error));
    Arena_free(arena);
}

static void labels_read_well(void **state)
{
    Arena *arena = Arena_new(0);
    assert_string_equal(Label_of_field(arena, "utm_source"), "UTM source");
    assert_string_equal(Label_of_field(arena, "company_id"), "Company");
    assert_string_equal(Label_of_field(arena, "amount_minor"), "Amount");
    assert_string_equal(Label_of_field(arena, "is_default"), "Default");
    assert_string_equal(Label_of_field(arena, "weight_g"), "Weight (g)");
    assert_string_equal(Label_of_choice(arena, "web_form"), "Web form");
    assert_string_equal(Label_of_choice(arena, "1-10"), "1-10");
    assert_string_equal(Name_in_sql(arena, "order"), "order_");
    assert_string_equal(Name_in_sql(arena, "address.city"), "address_city");
    assert_false(Name_is_valid("Lead"));
    assert_false(Name_is_valid("1st"));
    assert_false(Name_is_valid(""));
    Arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_file),
        cmocka_unit_test(mistakes_have_places),
        cmocka_unit_test(notation_reads_everything),
        cmocka_unit_test(labels_read_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
