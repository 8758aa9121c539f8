/* Any bytes as separated values: read whole and in pieces they give the same records; what is read
 * is written and read to the same cells; any file ends in rows or in a refusal. */
#include "tests/fuzz/fuzz.h"

#include <unistd.h>

#include "base/buffer.h"
#include "model/exchange/csv_read.h"
#include "model/exchange/csv_write.h"
#include "model/exchange/encoding.h"
#include "model/exchange/rows.h"
#include "model/exchange/sniff.h"

typedef struct Pieces {
    CsvMemory memory;
    size_t step;
} Pieces;

static ptrdiff_t fill(void *source, char *into, size_t capacity, Error *error)
{
    Pieces *pieces = source;

    return Csv_fill_memory(&pieces->memory, into, pieces->step < capacity ? pieces->step : capacity,
                           error);
}

/* Records as one text with lengths, so that equal texts mean equal cells. */
static void read_all(Buffer *out, const char *text, size_t size, char delimiter, size_t step,
                     Buffer *again)
{
    Pieces pieces = {{text, size, 0}, step};
    CsvReader *reader = CsvReader_new(delimiter, fill, &pieces);
    Error error = ERROR_NONE;
    CsvRecord record;
    CsvResult result;

    CHECK(reader);
    while ((result = CsvReader_next(reader, &record, &error)) == CSV_RECORD) {
        Buffer_printf(out, "%d %d:", record.line, record.malformed);
        for (size_t i = 0; i < record.count; i++) {
            CHECK(record.cells[i].text[record.cells[i].length] == '\0');
            Buffer_printf(out, "%zu,", record.cells[i].length);
            Buffer_append(out, record.cells[i].text, record.cells[i].length);
            if (again && strlen(record.cells[i].text) == record.cells[i].length) {
                Buffer cell = BUFFER_EMPTY;
                Pieces one;
                CsvReader *back;
                CsvRecord read;

                Csv_append_cell(&cell, record.cells[i].text, true, true);
                Csv_end_record(&cell);
                one = (Pieces){{Buffer_text(&cell), cell.length, 0}, 7};
                back = CsvReader_new(',', fill, &one);
                CHECK(CsvReader_next(back, &read, &error) == CSV_RECORD && read.count == 1);
                CHECK(strcmp(Csv_unguarded(read.cells[0].text), record.cells[i].text) == 0);
                CsvReader_free(back);
                Buffer_free(&cell);
            }
        }
        Buffer_putc(out, '\n');
    }
    CHECK(result == CSV_END || error.line > 0 || Error_is(&error, ERROR_LIMIT));
    Buffer_printf(out, "%d", result);
    CsvReader_free(reader);
}

static void read_as_file(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/bizosaas-fuzz-XXXXXX";
    int fd = mkstemp(path);
    Error error = ERROR_NONE;
    FileFacts facts;
    RowSource *source = NULL;
    RowResult result = ROW_FAILED;
    SourceRow row;

    CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
    if (Encoding_examine(path, &facts, &error))
        source = RowSource_open(path, &facts, 0, NULL, &error);
    while (source && (result = RowSource_next(source, &row, &error)) == ROW_READ)
        CHECK(row.count == RowSource_columns(source));
    CHECK(result == ROW_END || Error_present(&error));
    RowSource_close(source);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char DELIMITERS[] = ",;\t|";
    char *text = copy_text(data, size);
    char delimiter = DELIMITERS[size ? data[0] % 4 : 0];
    Buffer whole = BUFFER_EMPTY, pieces = BUFFER_EMPTY;
    size_t skip;

    read_all(&whole, text, size, delimiter, size + 1, &pieces);
    Buffer_reset(&pieces);
    read_all(&pieces, text, size, delimiter, 1 + size % 5, NULL);
    CHECK(strcmp(Buffer_text(&whole), Buffer_text(&pieces)) == 0);
    CHECK(strchr(DELIMITERS, Sniff_delimiter(text, size, size % 2, &skip)) && skip <= size);
    read_as_file(data, size);
    Buffer_free(&whole);
    Buffer_free(&pieces);
    free(text);
    return 0;
}
