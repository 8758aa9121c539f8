/* csv_read.h - a stream of separated values, record by record (RFC 4180 and what people really
 * write).
 *
 * Delimiter , ; tab or |, quotes with "" inside, line breaks LF, CRLF or CR, also inside quotes.
 * Memory is bounded by one record (CSV_RECORD_MAX).  A quote that is never closed fails the file
 * with the line it opened on; text after a closing quote only marks its row as malformed.
 */
#ifndef MODEL_EXCHANGE_CSV_READ_H
#define MODEL_EXCHANGE_CSV_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

#define CSV_RECORD_MAX (8u * 1024 * 1024)
#define CSV_CELLS_MAX 4096

/* Gives up to `capacity` bytes of UTF-8; 0 = end; -1 = failed, error set. */
typedef ptrdiff_t (*CsvFill)(void *source, char *into, size_t capacity, Error *error);

typedef struct CsvCell {
    char *text;    /* NUL-terminated, unescaped; belongs to the reader until the next record */
    size_t length; /* bytes; differs from strlen(text) only when has_controls */
    bool quoted;
} CsvCell;

typedef struct CsvRecord {
    CsvCell *cells;
    size_t count;
    int line;          /* 1-based line on which the record begins */
    bool blank;        /* an empty line, or nothing but empty cells */
    bool malformed;    /* text after a closing quote */
    bool has_controls; /* some cell holds NUL or another control character */
} CsvRecord;

typedef enum CsvResult { CSV_FAILED = -1, CSV_END = 0, CSV_RECORD = 1 } CsvResult;

typedef struct CsvReader CsvReader;

/* NULL when out of memory.  source is handed to fill. */
CsvReader *CsvReader_new(char delimiter, CsvFill fill, void *source);
void CsvReader_free(CsvReader *reader); /* NULL is fine */
/* record and its cells stay valid until the next call. */
CsvResult CsvReader_next(CsvReader *reader, CsvRecord *record, Error *error);

/* A fill over bytes in memory, for tests and for guessing the delimiter. */
typedef struct CsvMemory {
    const char *text;
    size_t length, position;
} CsvMemory;
ptrdiff_t Csv_fill_memory(void *memory, char *into, size_t capacity, Error *error);

#endif
