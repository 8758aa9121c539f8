/* rows.h - rows of named cells, whatever the file: separated values, JSON, JSON Lines or vCard.
 *
 * All cells are UTF-8 text.  In JSON, numbers and booleans are as written, null is the text \N,
 * nested objects become dotted columns ("address.city"); money, references, lists and JSON fields
 * stay whole as JSON text.  Columns of JSON and vCard are found while reading; they never change
 * their place.
 */
#ifndef MODEL_EXCHANGE_ROWS_H
#define MODEL_EXCHANGE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/error.h"
#include "model/exchange/encoding.h"
#include "model/resource.h"

#define ROW_COLUMNS_MAX 1024

typedef struct SourceRow {
    const char **cells; /* `count` texts, NULL = not given; valid until the next row */
    size_t count;       /* columns known by now */
    int line;           /* where it begins; 0 = unknown */
    bool blank;
    bool malformed;        /* the row alone cannot be read: ERROR_SYNTAX */
    bool too_short;        /* cells are missing at the end */
    bool removed_controls; /* NUL or control characters were taken out */
    const char *problem;   /* when malformed: a sentence */
} SourceRow;

typedef struct RowSource RowSource;

/* delimiter 0 = find it.  The first record of separated values is the header. */
RowSource *RowSource_open(const char *path, const FileFacts *facts, char delimiter,
                          const ResourceDef *resource, Error *error);
void RowSource_close(RowSource *source); /* NULL is fine */
char RowSource_delimiter(const RowSource *source);
size_t RowSource_columns(const RowSource *source);
const char *RowSource_column(const RowSource *source, size_t column);
/* Columns by name, made when missing: a resumed reading starts with those of the plan. Index, -1.
 */
int RowSource_add_column(RowSource *source, const char *name);

typedef enum RowResult { ROW_FAILED = -1, ROW_END = 0, ROW_READ = 1 } RowResult;
RowResult RowSource_next(RowSource *source, SourceRow *row, Error *error);

#endif
