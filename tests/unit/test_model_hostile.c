/* Hostile texts through text fields and filters: they stay what they are, and are found like any
 * other. */
#include "test_model.h"
#include "tests/unit/corpus.h"

typedef struct Tally {
    int stored, refused, asked;
} Tally;

static char *without_controls(const char *bytes, size_t length)
{
    bool removed;
    return Text_without_controls(bed.context.arena, bytes, length, &removed);
}

static void store(const CorpusItem *item, void *argument)
{
    Tally *tally = argument;
    const char *bytes = item->bytes;
    size_t length = item->length;
    const ResourceDef *def = resource("company");
    int name = Resource_field(def, "name"), text = Resource_field(def, "description");
    Record *record = Record_new(bed.context.arena, def), *created = NULL;
    Record_set_text(record, name, "x");
    record->values[text] = (Value){.kind = VALUE_TEXT, .text = bytes, .length = length};
    bool fine = Model_create(&bed.context, record, &created, &bed.error);
    if (!Text_is_utf8(bytes, length)) {
        expect_error(fine, ERROR_TYPE, "description");
        tally->refused++;
        return;
    }
    expect_ok(fine);
    char *expected = without_controls(bytes, length);
    const char *kept = Record_text(created, text);
    assert_string_equal(kept ? kept : "", expected);
    Json *json = Record_to_json(&bed.context, created, NULL, &bed.error);
    size_t bytes_out;
    const char *document = Json_serialise(json, &bytes_out);
    Json *again = Json_parse(document, bytes_out, JSON_BYTES_MAX, &bed.error);
    assert_non_null(again);
    const char *returned = Json_text(again, "description");
    assert_string_equal(returned ? returned : "", expected);
    json_object_put(json);
    json_object_put(again);
    tally->stored++;
}

/* As many rows as a plain comparison of folded texts finds. */
static int64_t expected_rows(const char *folded, bool contains)
{
    int64_t found = 0;
    Statement *statement = Connection_prepare(
        bed.connection, "SELECT description FROM company WHERE description IS NOT NULL",
        &bed.error);
    while (Statement_step(statement, &bed.error) == STEP_ROW) {
        Buffer text = BUFFER_EMPTY;
        Text_fold(&text, Statement_text(statement, 0), Statement_bytes(statement, 0));
        found += contains ? strstr(Buffer_text(&text), folded) != NULL
                          : strcmp(Buffer_text(&text), folded) == 0;
        Buffer_free(&text);
    }
    Statement_reset(statement);
    return found;
}

static void ask(const CorpusItem *item, void *argument)
{
    Tally *tally = argument;
    const char *bytes = item->bytes;
    size_t length = item->length;
    if (!Text_is_utf8(bytes, length) || length > 2000 || tally->asked >= 150)
        return;
    for (int contains = 0; contains < 2; contains++) {
        int64_t found = -1;
        FilterNode *filter = Filter_compare(bed.context.arena, "description",
                                            contains ? FILTER_CONTAINS : FILTER_EQUAL, bytes);
        filter->values[0].quoted = true;
        expect_ok(
            Model_count(&bed.context, resource("company"), filter, 0, &found, NULL, &bed.error));
        assert_int_equal(found, expected_rows(Text_folded(bed.context.arena, bytes), contains));
    }
    ListPage page;
    if (!Model_search(&bed.context, resource("company"), bytes, 5, &page, &bed.error))
        expect_error(false, ERROR_TOO_LONG, "text");
    /* as the text of a whole filter: understood or refused with a place, never an error of the
     * store */
    FilterNode *filter = Filter_parse(bed.context.arena, bytes, &bed.error);
    int64_t ignored;
    bool fine = filter && Model_count(&bed.context, resource("company"), filter, 0, &ignored, NULL,
                                      &bed.error);
    assert_true(fine ||
                !(Error_is(&bed.error, ERROR_STORAGE) || Error_is(&bed.error, ERROR_INTERNAL)));
    clear();
    tally->asked++;
}

static void test_hostile_texts(void **state)
{
    static const char *const corpora[] = {"sqli", "strings", "unicode"};
    Tally tally = {0};
    for (size_t i = 0; i < 3; i++)
        Corpus_each(corpora[i], store, &tally);
    for (size_t i = 0; i < 3; i++) {
        tally.asked = 0;
        Corpus_each(corpora[i], ask, &tally);
        assert_true(tally.asked > 20);
    }
    assert_true(tally.stored > 500);
    assert_int_equal(count("company", ""), tally.stored);
    changes();
}

int main(void)
{
    const struct CMUnitTest tests[] = {MODEL_TEST(test_hostile_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
