#include "model/exchange/rows_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/sniff.h"

#define SNIFF_BYTES (64u * 1024)
#define ROW_ARENA (64u * 1024 * 1024)

/* ---- columns -------------------------------------------------------------------------------- */

int RowSource_add_column(RowSource *source, const char *name)
{
    for (size_t i = 0; i < source->column_count; i++)
        if (strcmp(source->names[i], name) == 0)
            return (int)i;
    if (source->column_count == ROW_COLUMNS_MAX)
        return -1;
    source->names[source->column_count] = strdup(name);
    if (!source->names[source->column_count])
        return -1;
    source->cells[source->column_count] = NULL;
    return (int)source->column_count++;
}

bool RowSource_set(RowSource *source, const char *column, const char *text, Error *error)
{
    int index = RowSource_add_column(source, column);

    if (index < 0)
        return Error_set(error, ERROR_LIMIT, "The file has more than %d columns.", ROW_COLUMNS_MAX);
    source->cells[index] = text;
    return true;
}

/* Names of separated values: trimmed; empty ones get a number; repeated ones too. */
static bool take_header(RowSource *source, const CsvRecord *record, Error *error)
{
    if (record->count > ROW_COLUMNS_MAX)
        return Error_set(error, ERROR_LIMIT, "The file has more than %d columns.", ROW_COLUMNS_MAX);
    for (size_t i = 0; i < record->count; i++) {
        bool removed;
        const char *name = Text_without_controls(source->arena, record->cells[i].text,
                                                 record->cells[i].length, &removed);
        size_t length;
        size_t before = source->column_count;

        if (!name)
            return Error_set(error, ERROR_LIMIT, "The header is too long.");
        name += strspn(name, " \t");
        length = strlen(name);
        while (length > 0 && strchr(" \t\r\n", name[length - 1]))
            length--;
        name = length > 0 ? Arena_strndup(source->arena, name, length)
                          : Arena_printf(source->arena, "column %zu", i + 1);
        for (int copy = 2; name && source->column_count == before; copy++) {
            const char *unique = name;

            if (copy > 2)
                unique = Arena_printf(source->arena, "%s (%d)", name, copy - 1);
            if (!unique || RowSource_add_column(source, unique) < 0)
                return Error_set(error, ERROR_LIMIT, "The header is too long.");
        }
    }
    source->header_count = source->column_count;
    return true;
}

/* ---- opening -------------------------------------------------------------------------------- */

/* The reader starts over from the beginning of the file once the separator is known. */
static bool find_delimiter(const char *path, const FileFacts *facts, char *delimiter, size_t *skip,
                           Error *error)
{
    TextStream *stream = TextStream_open(path, facts, error);
    char *text = malloc(SNIFF_BYTES + 1);
    size_t length = 0;
    ptrdiff_t got = 0;
    char found;

    if (!stream || !text) {
        TextStream_close(stream);
        free(text);
        if (!Error_present(error))
            Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
        return false;
    }
    while (length < SNIFF_BYTES &&
           (got = TextStream_read(stream, text + length, SNIFF_BYTES - length, error)) > 0)
        length += (size_t)got;
    TextStream_close(stream);
    text[length] = '\0';
    found = Sniff_delimiter(text, length, length < SNIFF_BYTES, skip);
    if (*delimiter == 0)
        *delimiter = found;
    free(text);
    return got >= 0;
}

static bool skip_bytes(TextStream *stream, size_t skip, Error *error)
{
    char line[16];

    while (skip > 0) {
        ptrdiff_t got =
            TextStream_read(stream, line, skip < sizeof line ? skip : sizeof line, error);

        if (got <= 0)
            return got == 0;
        skip -= (size_t)got;
    }
    return true;
}

static bool open_separated(RowSource *source, const char *path, Error *error)
{
    CsvRecord record = {0};
    CsvResult result;
    size_t skip = 0;

    if (!find_delimiter(path, &source->facts, &source->delimiter, &skip, error) ||
        !skip_bytes(source->stream, skip, error))
        return false;
    source->csv = CsvReader_new(source->delimiter, TextStream_read, source->stream);
    if (!source->csv)
        return Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
    do {
        result = CsvReader_next(source->csv, &record, error);
    } while (result == CSV_RECORD && record.blank);
    if (result == CSV_FAILED)
        return false;
    return result == CSV_END || take_header(source, &record, error);
}

RowSource *RowSource_open(const char *path, const FileFacts *facts, char delimiter,
                          const ResourceDef *resource, Error *error)
{
    RowSource *source = calloc(1, sizeof *source);

    if (!source || !(source->arena = Arena_new(ROW_ARENA))) {
        free(source);
        Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
        return NULL;
    }
    source->facts = *facts;
    source->resource = resource;
    source->delimiter = delimiter;
    source->line = 1;
    source->stream = TextStream_open(path, facts, error);
    if (!source->stream ||
        (facts->kind == FILE_SEPARATED && !open_separated(source, path, error))) {
        RowSource_close(source);
        return NULL;
    }
    return source;
}

void RowSource_close(RowSource *source)
{
    if (!source)
        return;
    CsvReader_free(source->csv);
    TextStream_close(source->stream);
    for (size_t i = 0; i < source->column_count; i++)
        free(source->names[i]);
    Buffer_free(&source->window);
    Arena_free(source->arena);
    free(source);
}

char RowSource_delimiter(const RowSource *source)
{
    return source->delimiter;
}

size_t RowSource_columns(const RowSource *source)
{
    return source->column_count;
}

const char *RowSource_column(const RowSource *source, size_t column)
{
    return source->names[column];
}

/* ---- reading -------------------------------------------------------------------------------- */

bool RowSource_fill(RowSource *source, Error *error)
{
    ptrdiff_t got;

    if (source->window.length > CSV_RECORD_MAX)
        return Error_set(error, ERROR_LIMIT, "The record on line %d is longer than %u MiB.",
                         source->line, CSV_RECORD_MAX >> 20);
    if (!Buffer_reserve(&source->window, SNIFF_BYTES + 1))
        return Error_set(error, ERROR_LIMIT, "Not enough memory to read the file.");
    got = TextStream_read(source->stream, source->window.data + source->window.length, SNIFF_BYTES,
                          error);
    if (got < 0)
        return false;
    source->ended = got == 0;
    source->window.length += (size_t)got;
    source->window.data[source->window.length] = '\0';
    return true;
}

static RowResult next_separated(RowSource *source, SourceRow *row, Error *error)
{
    CsvRecord record;
    CsvResult result = CsvReader_next(source->csv, &record, error);

    if (result != CSV_RECORD)
        return result == CSV_END ? ROW_END : ROW_FAILED;
    *row = (SourceRow){.line = record.line,
                       .blank = record.blank,
                       .malformed = record.malformed,
                       .too_short = record.count < source->header_count,
                       .problem = "there is text behind a closing quote"};
    for (size_t i = 0; i < record.count; i++) {
        const CsvCell *cell = &record.cells[i];

        if (i >= source->header_count) {
            if (cell->text[strspn(cell->text, " \t")] != '\0') {
                row->malformed = true;
                row->problem = "there are more cells than headers";
            }
            continue;
        }
        source->cells[i] = cell->text;
        if (record.has_controls) {
            bool removed = false;

            source->cells[i] =
                Text_without_controls(source->arena, cell->text, cell->length, &removed);
            row->removed_controls |= removed;
        }
    }
    return ROW_READ;
}

RowResult RowSource_next(RowSource *source, SourceRow *row, Error *error)
{
    RowResult result;

    Arena_reset(source->arena);
    memset(source->cells, 0, source->column_count * sizeof source->cells[0]);
    if (source->csv)
        result = next_separated(source, row, error);
    else if (source->facts.kind == FILE_JSON)
        result = JsonRows_next(source, row, error);
    else
        result = VcardRows_next(source, row, error);
    row->cells = source->cells;
    row->count = source->column_count;
    if (Arena_exhausted(source->arena)) {
        Error_set(error, ERROR_LIMIT, "The record on line %d is too large.", row->line);
        return ROW_FAILED;
    }
    return result;
}
