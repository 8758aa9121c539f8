/* export_private.h - the table form of an export (export_csv.c) for the writer (export.c). */
#ifndef MODEL_EXCHANGE_EXPORT_PRIVATE_H
#define MODEL_EXCHANGE_EXPORT_PRIVATE_H

#include "base/buffer.h"
#include "model/exchange/export.h"

typedef enum CellSource {
    CELL_OF_RECORD,
    CELL_OF_LABEL,
    CELL_OF_CUSTOM,
    CELL_OF_PRIMARY,
    CELL_OF_ROW,
    CELL_OF_NAME
} CellSource;

typedef struct ExportColumn {
    const char *header;
    CellSource source;
    const FieldDef *field;    /* NULL: as the JSON shows it */
    const ResourceDef *child; /* PRIMARY, ROW */
    const char *kind;         /* PRIMARY: of this kind only; NULL */
} ExportColumn;

typedef struct ExportTable {
    ExportColumn *columns;
    size_t count, room;
    const ResourceDef *rows; /* child of which each makes a row; NULL */
} ExportTable;

/* Columns of the file; strings and table live in the arena. */
bool ExportTable_make(ModelContext *context, Arena *arena, const ExportOptions *options,
                      ExportTable *table, Error *error);
void ExportTable_header(const ExportTable *table, Buffer *out);
/* json: the record with children. */
void ExportTable_record(ModelContext *context, const ExportTable *table,
                        const ResourceDef *resource, const Json *json, Buffer *out);

#endif
