#include "model/exchange/csv_read.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY (64u * 1024)

/* How a byte matters outside quotes. */
enum { PLAIN, DELIMITER, LINE_FEED, CARRIAGE_RETURN, QUOTE, CONTROL };

typedef enum State { CELL_START, UNQUOTED, QUOTED, QUOTE_SEEN, AFTER_QUOTE } State;

typedef struct Span {
    size_t start, end; /* offsets from the start of the record */
    bool quoted, escaped;
    bool raw; /* text behind the closing quote: kept as it stands */
} Span;

struct CsvReader {
    CsvFill fill;
    void *source;
    char *data;
    size_t capacity, length; /* length: bytes in data */
    size_t begin;            /* where the record starts */
    size_t scan;             /* next byte to look at */
    bool ended;
    uint8_t kind[256];
    State state;
    Span *spans;
    CsvCell *cells;
    size_t span_count, span_capacity;
    int line;       /* line of the byte at `scan` */
    int first_line; /* of the record */
    int quote_line; /* where the open quote stands */
    bool malformed, has_controls;
};

CsvReader *CsvReader_new(char delimiter, CsvFill fill, void *source)
{
    CsvReader *reader = calloc(1, sizeof *reader);

    if (!reader)
        return NULL;
    reader->data = malloc(FIRST_CAPACITY + 1);
    if (!reader->data) {
        free(reader);
        return NULL;
    }
    reader->capacity = FIRST_CAPACITY;
    reader->fill = fill;
    reader->source = source;
    reader->line = 1;
    for (int byte = 0; byte < 32; byte++)
        reader->kind[byte] = CONTROL;
    reader->kind['\t'] = PLAIN;
    reader->kind[127] = CONTROL;
    reader->kind['\n'] = LINE_FEED;
    reader->kind['\r'] = CARRIAGE_RETURN;
    reader->kind['"'] = QUOTE;
    reader->kind[(uint8_t)delimiter] = DELIMITER;
    return reader;
}

void CsvReader_free(CsvReader *reader)
{
    if (!reader)
        return;
    free(reader->data);
    free(reader->spans);
    free(reader->cells);
    free(reader);
}

/* Makes room and asks for more bytes; the record moves to the front. */
static bool load_more(CsvReader *reader, Error *error)
{
    size_t used = reader->length - reader->begin;
    ptrdiff_t got;

    if (reader->begin > 0) {
        memmove(reader->data, reader->data + reader->begin, used);
        reader->scan -= reader->begin;
        reader->begin = 0;
        reader->length = used;
    }
    if (used > CSV_RECORD_MAX) {
        Error_set(error, ERROR_LIMIT, "The record that begins on line %d is longer than %u MiB.",
                  reader->first_line, CSV_RECORD_MAX >> 20);
        return Error_at(error, reader->first_line, 0);
    }
    if (reader->capacity - used < FIRST_CAPACITY / 2) {
        char *larger = realloc(reader->data, reader->capacity * 2 + 1);

        if (!larger)
            return Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
        reader->data = larger;
        reader->capacity *= 2;
    }
    got = reader->fill(reader->source, reader->data + used, reader->capacity - used, error);
    if (got < 0)
        return false;
    reader->ended = got == 0;
    reader->length = used + (size_t)got;
    return true;
}

static bool add_span(CsvReader *reader, Error *error)
{
    if (reader->span_count == reader->span_capacity) {
        size_t capacity = reader->span_capacity ? reader->span_capacity * 2 : 64;
        Span *spans;
        CsvCell *cells;

        if (capacity > CSV_CELLS_MAX * 2) {
            Error_set(error, ERROR_LIMIT, "Line %d has more than %d cells.", reader->first_line,
                      CSV_CELLS_MAX);
            return Error_at(error, reader->first_line, 0);
        }
        spans = realloc(reader->spans, capacity * sizeof *spans);
        if (spans)
            reader->spans = spans;
        cells = realloc(reader->cells, capacity * sizeof *cells);
        if (cells)
            reader->cells = cells;
        if (!spans || !cells)
            return Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
        reader->span_capacity = capacity;
    }
    reader->spans[reader->span_count++] = (Span){.start = reader->scan - reader->begin};
    return true;
}

static Span *open_span(CsvReader *reader)
{
    return &reader->spans[reader->span_count - 1];
}

static void close_span(CsvReader *reader, size_t at)
{
    open_span(reader)->end = at - reader->begin;
}

/* Inside quotes: runs to the next quote; counts the lines it passes. */
static void scan_quoted(CsvReader *reader)
{
    const char *data = reader->data;
    size_t at = reader->scan;

    while (at < reader->length && data[at] != '"') {
        uint8_t byte = (uint8_t)data[at];

        if (byte == '\r' && at + 1 == reader->length && !reader->ended)
            break;
        if (byte == '\n' || (byte == '\r' && !(at + 1 < reader->length && data[at + 1] == '\n')))
            reader->line++;
        else if (byte != '\r' && reader->kind[byte] == CONTROL)
            reader->has_controls = true;
        at++;
    }
    if (at < reader->length && data[at] == '"') {
        reader->state = QUOTE_SEEN;
        at++;
    }
    reader->scan = at;
}

/* After a quote inside quotes: doubled, the end of the cell, or a mistake. */
static void scan_quote_seen(CsvReader *reader)
{
    uint8_t byte = (uint8_t)reader->data[reader->scan];

    if (byte == '"') {
        open_span(reader)->escaped = true;
        reader->state = QUOTED;
        reader->scan++;
        return;
    }
    close_span(reader, reader->scan - 1);
    reader->state = AFTER_QUOTE;
}

static void scan_unquoted(CsvReader *reader)
{
    const char *data = reader->data;
    size_t at = reader->scan;

    while (at < reader->length) {
        uint8_t kind = reader->kind[(uint8_t)data[at]];

        if (kind == PLAIN || kind == QUOTE) {
            at++;
        } else if (kind == CONTROL) {
            reader->has_controls = true;
            at++;
        } else {
            break;
        }
    }
    reader->scan = at;
}

/* Text between a closing quote and the next separator: blanks are forgiven; for anything else the
 * cell keeps its raw text, so that it can be shown, and the row is marked. */
static void scan_after_quote(CsvReader *reader)
{
    Span *span = open_span(reader);
    size_t from = reader->scan;

    scan_unquoted(reader);
    for (size_t at = from; at < reader->scan; at++)
        if (reader->data[at] != ' ')
            span->raw = true;
    if (!span->raw)
        return;
    reader->malformed = true;
    span->escaped = false;
    span->end = reader->scan - reader->begin;
}

/* At a separator: ends the cell; true when it also ends the record. */
static bool take_separator(CsvReader *reader)
{
    uint8_t kind = reader->kind[(uint8_t)reader->data[reader->scan]];
    size_t next = reader->scan + 1;

    if (reader->state == UNQUOTED || reader->state == CELL_START)
        close_span(reader, reader->scan);
    reader->state = CELL_START;
    if (kind != DELIMITER) {
        if (kind == CARRIAGE_RETURN && next < reader->length && reader->data[next] == '\n')
            next++;
        reader->line++;
    }
    reader->scan = next;
    return kind != DELIMITER;
}

static void unescape(CsvCell *cell)
{
    char *to = cell->text;

    for (size_t i = 0; i < cell->length; i++) {
        *to++ = cell->text[i];
        if (cell->text[i] == '"')
            i++;
    }
    cell->length = (size_t)(to - cell->text);
}

/* The spans become NUL-terminated cells in place; separators are overwritten. */
static void finish_record(CsvReader *reader, CsvRecord *record)
{
    bool blank = true;

    for (size_t i = 0; i < reader->span_count; i++) {
        const Span *span = &reader->spans[i];
        CsvCell *cell = &reader->cells[i];

        cell->text = reader->data + reader->begin + span->start;
        cell->length = span->end - span->start;
        cell->quoted = span->quoted;
        if (span->escaped)
            unescape(cell);
        if (cell->length > 0)
            blank = false;
    }
    for (size_t i = 0; i < reader->span_count; i++)
        reader->cells[i].text[reader->cells[i].length] = '\0';
    *record = (CsvRecord){.cells = reader->cells,
                          .count = reader->span_count,
                          .line = reader->first_line,
                          .blank = blank,
                          .malformed = reader->malformed,
                          .has_controls = reader->has_controls};
}

/* One step of the machine on the bytes at hand; true when a record is complete. */
static bool scan_step(CsvReader *reader, bool *failed, Error *error)
{
    if (reader->state == CELL_START && reader->kind[(uint8_t)reader->data[reader->scan]] == QUOTE) {
        open_span(reader)->quoted = true;
        open_span(reader)->start = reader->scan + 1 - reader->begin;
        reader->quote_line = reader->line;
        reader->state = QUOTED;
        reader->scan++;
        return false;
    }
    if (reader->state == CELL_START)
        reader->state = UNQUOTED;
    if (reader->state == QUOTED) {
        scan_quoted(reader);
        return false;
    }
    if (reader->state == QUOTE_SEEN)
        scan_quote_seen(reader);
    if (reader->state == QUOTED)
        return false;
    if (reader->state == AFTER_QUOTE)
        scan_after_quote(reader);
    else
        scan_unquoted(reader);
    if (reader->scan == reader->length)
        return false;
    /* CR at the very end of the bytes at hand: see first whether LF follows. */
    if (reader->data[reader->scan] == '\r' && reader->scan + 1 == reader->length && !reader->ended)
        return false;
    if (take_separator(reader))
        return true;
    *failed = !add_span(reader, error);
    return false;
}

/* The bytes ended inside a record. */
static bool end_record(CsvReader *reader, Error *error)
{
    if (reader->state == QUOTED) {
        Error_set(error, ERROR_SYNTAX, "The quote opened on line %d is never closed.",
                  reader->quote_line);
        Error_hint(error, "Nothing was imported. Close the quote, or double it if it is meant.");
        return Error_at(error, reader->quote_line, 0);
    }
    if (reader->state == QUOTE_SEEN)
        close_span(reader, reader->scan - 1);
    else if (reader->state != AFTER_QUOTE)
        close_span(reader, reader->scan);
    return true;
}

static bool waits_for_more(const CsvReader *reader)
{
    return reader->scan == reader->length ||
           (!reader->ended && reader->scan + 1 == reader->length &&
            reader->data[reader->scan] == '\r');
}

CsvResult CsvReader_next(CsvReader *reader, CsvRecord *record, Error *error)
{
    bool failed = false, complete = false;

    reader->begin = reader->scan;
    reader->span_count = 0;
    reader->state = CELL_START;
    reader->malformed = reader->has_controls = false;
    reader->first_line = reader->line;
    if (!add_span(reader, error))
        return CSV_FAILED;
    while (!complete) {
        if (waits_for_more(reader)) {
            if (!reader->ended && !load_more(reader, error))
                return CSV_FAILED;
            if (reader->ended && reader->scan == reader->length)
                break;
            if (reader->scan == reader->length)
                continue;
        }
        complete = scan_step(reader, &failed, error);
        if (failed)
            return CSV_FAILED;
    }
    if (!complete) {
        if (reader->scan == reader->begin)
            return CSV_END;
        if (!end_record(reader, error))
            return CSV_FAILED;
    }
    finish_record(reader, record);
    return CSV_RECORD;
}

ptrdiff_t Csv_fill_memory(void *memory, char *into, size_t capacity, Error *error)
{
    CsvMemory *bytes = memory;
    size_t left = bytes->length - bytes->position;
    size_t count = left < capacity ? left : capacity;

    (void)error;
    memcpy(into, bytes->text + bytes->position, count);
    bytes->position += count;
    return (ptrdiff_t)count;
}
