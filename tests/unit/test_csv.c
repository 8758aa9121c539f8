/* The reader and writer of separated values, encodings, and what is refused by its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/exchange/csv_read.h"
#include "model/exchange/csv_write.h"
#include "model/exchange/encoding.h"
#include "model/exchange/rows.h"
#include "model/exchange/sniff.h"
#include "tests/unit/corpus.h"

/* ---- helpers -------------------------------------------------------------------------------- */

/* Gives the text in pieces of `step` bytes, so that every cell crosses a border once. */
typedef struct Pieces {
    CsvMemory memory;
    size_t step;
} Pieces;

static ptrdiff_t fill_pieces(void *source, char *into, size_t capacity, Error *error)
{
    Pieces *pieces = source;

    return Csv_fill_memory(&pieces->memory, into, pieces->step < capacity ? pieces->step : capacity,
                           error);
}

/* Cells joined by '|', records by '/'; "!" and the line when reading failed. */
static char *read_all(const char *text, size_t length, char delimiter, size_t step)
{
    Pieces pieces = {{text, length, 0}, step};
    CsvReader *reader = CsvReader_new(delimiter, fill_pieces, &pieces);
    Buffer out = BUFFER_EMPTY;
    Error error = ERROR_NONE;
    CsvRecord record;
    CsvResult result;

    while ((result = CsvReader_next(reader, &record, &error)) == CSV_RECORD) {
        for (size_t i = 0; i < record.count; i++) {
            if (i)
                Buffer_putc(&out, '|');
            Buffer_append(&out, record.cells[i].text, record.cells[i].length);
        }
        if (record.malformed)
            Buffer_putc(&out, '?');
        Buffer_putc(&out, '/');
    }
    if (result == CSV_FAILED)
        Buffer_printf(&out, "!%d", error.line);
    CsvReader_free(reader);
    return Buffer_take(&out);
}

static void expect(const char *text, char delimiter, const char *expected)
{
    for (size_t step = 1; step < 12; step += 3) {
        char *got = read_all(text, strlen(text), delimiter, step);

        assert_string_equal(got ? got : "", expected);
        free(got);
    }
}

static void temporary(char path[64], const void *bytes, size_t length)
{
    int fd;

    strcpy(path, "/tmp/bizosaas-test-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    close(fd);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void reads_records(void **state)
{
    expect("a,b\n1,2\n", ',', "a|b/1|2/");
    expect("a,b\r\n1,2\r\n", ',', "a|b/1|2/");
    expect("a,b\r1,2\r", ',', "a|b/1|2/");
    expect("a;b\n1;2", ';', "a|b/1|2/");
    expect("a\tb\n1\t", '\t', "a|b/1|/");
    expect("a|b\n", '|', "a|b/");
    expect("a,b\n\n1,2\n", ',', "a|b//1|2/");
    expect("", ',', "");
    expect(",", ',', "|/");
}

static void reads_quotes(void **state)
{
    expect("a,\"b,c\"\n", ',', "a|b,c/");
    expect("\"say \"\"yes\"\"\",x\n", ',', "say \"yes\"|x/");
    expect("\"two\nlines\",x\n", ',', "two\nlines|x/");
    expect("\"two\r\nlines\"\r\nx\r\n", ',', "two\r\nlines/x/");
    expect("\"\"\n", ',', "/");
    expect("5\" disk,x\n", ',', "5\" disk|x/");
    expect("\"a\" ,b\n", ',', "a|b/");
    expect("\"a\"b\",c\n", ',', "a\"b\"|c?/");
    expect("1,\"Hey, I missed \" it\",3", ',', "1|Hey, I missed \" it\"|3?/");
}

static void names_the_line_of_an_open_quote(void **state)
{
    expect("a,b\n\"x", ',', "a|b/!2");
    expect("a,b\n1,2\n3,\"x\ny\nz\n", ',', "a|b/1|2/!3");
    expect("a\r\n\"b\r\nc\"\r\nd\r\n\"", ',', "a/b\r\nc/d/!5");
}

static void memory_is_bounded_by_one_record(void **state)
{
    size_t length = CSV_RECORD_MAX + 1024 * 1024;
    char *text = malloc(length), *got;

    memset(text, 'x', length);
    got = read_all(text, length, ',', 65536);
    assert_string_equal(got, "!1");
    free(got);
    free(text);
}

/* ---- the separator -------------------------------------------------------------------------- */

static char sniff(const char *text)
{
    size_t skip;

    return Sniff_delimiter(text, strlen(text), true, &skip);
}

static void finds_the_separator(void **state)
{
    size_t skip;

    assert_int_equal(sniff("a,b,c\n1,2,3\n"), ',');
    assert_int_equal(sniff("a;b;c\n1,5;2,5;3,5\n"), ';');
    assert_int_equal(sniff("name\temail\nx, y\ta@b.c\n"), '\t');
    assert_int_equal(sniff("a|b\n1|2\n"), '|');
    assert_int_equal(sniff("a\n1\n"), ',');
    assert_int_equal(sniff(""), ',');
    assert_int_equal(sniff("\"a;b\",c\n1,2\n"), ',');
    assert_int_equal(Sniff_delimiter("sep=;\r\na;b\n", 11, true, &skip), ';');
    assert_int_equal(skip, 7);
}

/* ---- encodings and what is no table --------------------------------------------------------- */

static void check_encoding(const void *bytes, size_t length, TextEncoding encoding,
                           const char *expected)
{
    char path[64], text[256];
    FileFacts facts;
    Error error = ERROR_NONE;
    TextStream *stream;
    ptrdiff_t got;

    temporary(path, bytes, length);
    assert_true(Encoding_examine(path, &facts, &error));
    assert_int_equal(facts.encoding, encoding);
    stream = TextStream_open(path, &facts, &error);
    got = TextStream_read(stream, text, sizeof text - 1, &error);
    assert_true(got >= 0);
    text[got] = '\0';
    assert_string_equal(text, expected);
    TextStream_close(stream);
    unlink(path);
}

static void detects_encodings(void **state)
{
    check_encoding("name\nM\xc3\xbcller\n", 13, ENCODING_UTF8, "name\nM\xc3\xbcller\n");
    check_encoding("\xef\xbb\xbfname\nx\n", 10, ENCODING_UTF8, "name\nx\n");
    check_encoding("\xff\xfen\0a\0\xfc\0\n\0", 10, ENCODING_UTF16LE, "na\xc3\xbc\n");
    check_encoding("\xfe\xff\0n\0a\0\xfc\0\n", 10, ENCODING_UTF16BE, "na\xc3\xbc\n");
    check_encoding("n\0a\0m\0e\0,\0x\0\n\0a\0,\0b\0\n\0", 22, ENCODING_UTF16LE, "name,x\na,b\n");
    check_encoding("M\xfcller,\x80 5\n", 11, ENCODING_WINDOWS_1252,
                   "M\xc3\xbcller,\xe2\x82\xac 5\n");
    check_encoding("M\xfcller,\xa4 5\n", 11, ENCODING_LATIN9, "M\xc3\xbcller,\xe2\x82\xac 5\n");
}

static void check_refused(const void *bytes, size_t length, const char *code, const char *word,
                          int line)
{
    char path[64];
    FileFacts facts;
    Error error = ERROR_NONE;

    temporary(path, bytes, length);
    assert_false(Encoding_examine(path, &facts, &error));
    unlink(path);
    assert_string_equal(error.code, code);
    assert_non_null(strstr(error.message, word));
    assert_int_equal(error.line, line);
}

static void refuses_what_is_no_table(void **state)
{
    check_refused("PK\x03\x04 something else", 18, ERROR_TYPE, "ZIP", 0);
    check_refused("PK\x03\x04 xl/workbook.xml", 19, ERROR_NOT_CONNECTED, "spreadsheet", 0);
    check_refused("%PDF-1.7", 8, ERROR_TYPE, "PDF", 0);
    check_refused("\x89PNG\r\n\x1a\n", 8, ERROR_TYPE, "PNG", 0);
    check_refused("", 0, ERROR_TYPE, "empty", 0);
    check_refused("a\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16", 18,
                  ERROR_TYPE, "binary", 0);
    /* mostly UTF-8 with a broken byte on line 3 */
    check_refused("n\n\xc3\xa9\xc3\xa9\n\xc3x\xc3\xa9\n", 12, ERROR_SYNTAX, "UTF-8", 3);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void check_cell(const char *text, const char *expected)
{
    Buffer out = BUFFER_EMPTY;

    Csv_append_cell(&out, text, true, true);
    assert_string_equal(Buffer_text(&out), expected);
    Buffer_free(&out);
}

static void guards_formulas(void **state)
{
    check_cell("=1+1", "'=1+1");
    check_cell("@SUM(1)", "'@SUM(1)");
    check_cell("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\"");
    check_cell("-1+1", "'-1+1");
    check_cell("\tx", "\"'\tx\"");
    check_cell("-12.50", "-12.50");
    check_cell("+49 30 1234567", "+49 30 1234567");
    check_cell("+1 (555) 010-9999", "+1 (555) 010-9999");
    check_cell("'=1", "''=1");
    check_cell("'plain", "'plain");
    check_cell("\\N", "'\\N");
    check_cell("a,b", "\"a,b\"");
    check_cell("say \"x\"", "\"say \"\"x\"\"\"");
    assert_string_equal(Csv_unguarded("'=1+1"), "=1+1");
    assert_string_equal(Csv_unguarded("'+4930123"), "+4930123");
    assert_string_equal(Csv_unguarded("'plain"), "'plain");
}

/* A text through the writer and the reader is the same text. */
static void survives(const CorpusItem *item, void *context)
{
    Buffer out = BUFFER_EMPTY;
    CsvMemory memory;
    CsvReader *reader;
    CsvRecord record;
    Error error = ERROR_NONE;
    char *text;

    if (memchr(item->bytes, 0, item->length))
        return;
    text = strndup(item->bytes, item->length);
    Csv_append_cell(&out, text, true, true);
    assert_false(out.data && strchr("=@\t\r", out.data[0]) && out.data[0]);
    Csv_append_cell(&out, "end", false, true);
    Csv_end_record(&out);
    memory = (CsvMemory){.text = Buffer_text(&out), .length = out.length};
    reader = CsvReader_new(',', Csv_fill_memory, &memory);
    assert_int_equal(CsvReader_next(reader, &record, &error), CSV_RECORD);
    assert_int_equal(record.count, 2);
    assert_string_equal(Csv_unguarded(record.cells[0].text), text);
    CsvReader_free(reader);
    Buffer_free(&out);
    free(text);
}

static void hostile_texts_survive_the_round(void **state)
{
    size_t seen = Corpus_each("strings", survives, NULL) + Corpus_each("formula", survives, NULL) +
                  Corpus_each("unicode", survives, NULL);

    assert_true(seen > 500);
}

typedef struct Odd {
    int rows;
    bool json;
} Odd;

static bool context_is_json(const void *context)
{
    return ((const Odd *)context)->json;
}

/* Every file of the corpus ends in rows or in a clear refusal. */
static void read_hostile_file(const CorpusItem *item, void *context)
{
    char path[64];
    FileFacts facts;
    Error error = ERROR_NONE;
    RowSource *source = NULL;
    SourceRow row;
    RowResult result = ROW_FAILED;
    int odd = 0;

    temporary(path, item->bytes, item->length);
    if (Encoding_examine(path, &facts, &error))
        source = RowSource_open(path, &facts, 0, NULL, &error);
    while (source && (result = RowSource_next(source, &row, &error)) == ROW_READ)
        odd += row.malformed || row.too_short;
    if (result == ROW_FAILED)
        assert_true(Error_present(&error) && error.message[0]);
    if (strcmp(item->expect, "accept") == 0 && !context_is_json(context))
        assert_int_equal(result, ROW_END);
    RowSource_close(source);
    unlink(path);
    ((Odd *)context)->rows += odd;
}

static void hostile_files_are_read_or_refused(void **state)
{
    Odd odd = {0};

    assert_true(Corpus_each("csv", read_hostile_file, &odd) > 30);
    assert_true(odd.rows > 0);
    assert_true(Corpus_each("utf8", read_hostile_file, &odd) > 30);
}

static void hostile_json_does_no_harm(void **state)
{
    Odd odd = {.json = true};

    assert_true(Corpus_each("json", read_hostile_file, &odd) > 100);
}

/* ---- other kinds ---------------------------------------------------------------------------- */

static RowSource *open_text(const char *text, char path[64])
{
    FileFacts facts;
    Error error = ERROR_NONE;
    RowSource *source;

    temporary(path, text, strlen(text));
    assert_true(Encoding_examine(path, &facts, &error));
    source = RowSource_open(path, &facts, 0, NULL, &error);
    assert_non_null(source);
    unlink(path);
    return source;
}

static const char *cell(const RowSource *source, const SourceRow *row, const char *name)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(RowSource_column(source, i), name) == 0)
            return row->cells[i];
    return NULL;
}

static void reads_json(void **state)
{
    static const char *const FORMS[] = {
        "[{\"name\":\"A\",\"n\":1.50,\"address\":{\"city\":\"X\"},\"v\":null},\n {\"name\":\"B\"}]",
        "{\"name\":\"A\",\"n\":1.50,\"address\":{\"city\":\"X\"},\"v\":null}\n{\"name\":\"B\"}\n",
    };
    Error error = ERROR_NONE;
    char path[64];
    SourceRow row;

    for (size_t i = 0; i < 2; i++) {
        RowSource *source = open_text(FORMS[i], path);

        assert_int_equal(RowSource_next(source, &row, &error), ROW_READ);
        assert_string_equal(cell(source, &row, "name"), "A");
        assert_string_equal(cell(source, &row, "n"), "1.50");
        assert_string_equal(cell(source, &row, "address.city"), "X");
        assert_string_equal(cell(source, &row, "v"), "\\N");
        assert_int_equal(RowSource_next(source, &row, &error), ROW_READ);
        assert_string_equal(cell(source, &row, "name"), "B");
        assert_null(cell(source, &row, "n"));
        assert_int_equal(row.line, 2);
        assert_int_equal(RowSource_next(source, &row, &error), ROW_END);
        RowSource_close(source);
    }
}

static void json_that_breaks_off_names_its_line(void **state)
{
    Error error = ERROR_NONE;
    char path[64];
    SourceRow row;
    RowSource *source = open_text("[{\"a\":1},\n{\"a\":", path);

    assert_int_equal(RowSource_next(source, &row, &error), ROW_READ);
    assert_int_equal(RowSource_next(source, &row, &error), ROW_FAILED);
    assert_int_equal(error.line, 2);
    RowSource_close(source);
}

static void reads_vcards(void **state)
{
    Error error = ERROR_NONE;
    char path[64];
    SourceRow row;
    RowSource *source =
        open_text("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;Ada;;Dr.;\r\nFN:Dr. Ada Love\r\n"
                  " lace\r\nORG:Analytical\\, Ltd.;Research\r\nEMAIL;TYPE=work:ada@example"
                  ".com\r\nitem1.EMAIL:ada2@example.com\r\nTEL;TYPE=cell:+44 20 7946 0000\r\n"
                  "ADR;TYPE=home:;;1 Main St;London;;N1;UK\r\nNOTE:one\\ntwo\r\nEND:VCARD\r\n",
                  path);

    assert_int_equal(RowSource_next(source, &row, &error), ROW_READ);
    assert_string_equal(cell(source, &row, "first_name"), "Ada");
    assert_string_equal(cell(source, &row, "last_name"), "Lovelace");
    assert_string_equal(cell(source, &row, "full_name"), "Dr. Ada Lovelace");
    assert_string_equal(cell(source, &row, "company"), "Analytical, Ltd.");
    assert_string_equal(cell(source, &row, "department"), "Research");
    assert_string_equal(cell(source, &row, "email"), "ada@example.com");
    assert_string_equal(cell(source, &row, "email_2"), "ada2@example.com");
    assert_string_equal(cell(source, &row, "mobile"), "+44 20 7946 0000");
    assert_string_equal(cell(source, &row, "address.city"), "London");
    assert_string_equal(cell(source, &row, "address.country"), "UK");
    assert_string_equal(cell(source, &row, "description"), "one\ntwo");
    assert_int_equal(RowSource_next(source, &row, &error), ROW_END);
    RowSource_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_records),
        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(names_the_line_of_an_open_quote),
        cmocka_unit_test(memory_is_bounded_by_one_record),
        cmocka_unit_test(finds_the_separator),
        cmocka_unit_test(detects_encodings),
        cmocka_unit_test(refuses_what_is_no_table),
        cmocka_unit_test(guards_formulas),
        cmocka_unit_test(hostile_texts_survive_the_round),
        cmocka_unit_test(hostile_files_are_read_or_refused),
        cmocka_unit_test(hostile_json_does_no_harm),
        cmocka_unit_test(reads_json),
        cmocka_unit_test(json_that_breaks_off_names_its_line),
        cmocka_unit_test(reads_vcards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
