/* rows_internal.h - what the readers of the single formats share (rows.c, json_rows.c, vcard.c). */
#ifndef MODEL_EXCHANGE_ROWS_INTERNAL_H
#define MODEL_EXCHANGE_ROWS_INTERNAL_H

#include "base/buffer.h"
#include "base/json_value.h"
#include "model/exchange/csv_read.h"
#include "model/exchange/rows.h"

struct RowSource {
    FileFacts facts;
    const ResourceDef *resource;
    TextStream *stream;
    CsvReader *csv;
    char delimiter;
    char *names[ROW_COLUMNS_MAX];
    const char *cells[ROW_COLUMNS_MAX];
    size_t column_count;
    Arena *arena;  /* of the row at hand */
    Buffer window; /* JSON, vCard: text not yet consumed */
    bool ended;
    int line;
    bool in_array; /* JSON: behind the opening bracket */
    size_t header_count;
};

/* More text into the window; false = failed.  At the end sets `ended`. */
bool RowSource_fill(RowSource *source, Error *error);
/* Sets a cell of the row at hand, making its column. */
bool RowSource_set(RowSource *source, const char *column, const char *text, Error *error);
RowResult JsonRows_next(RowSource *source, SourceRow *row, Error *error);
RowResult VcardRows_next(RowSource *source, SourceRow *row, Error *error);

#endif
