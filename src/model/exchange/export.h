/* export.h - records out to a file: CSV, JSON or JSON Lines, page by page in bounded memory.
 *
 * CSV: UTF-8, CRLF, amounts in major units, references as their public id with the label in a
 * column beside (NAME.label).  The primary address and contact points stand flat; a product writes
 * a row per variant, a document one per line.  JSON has everything, children as arrays.  Either
 * form imports again into the same base without changing anything.
 */
#ifndef MODEL_EXCHANGE_EXPORT_H
#define MODEL_EXCHANGE_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "model/model.h"

typedef struct ExportOptions {
    const ResourceDef *resource;
    const FilterNode *filter;   /* NULL = all */
    const char *format;         /* "csv", "json", "jsonl" */
    const char *const *columns; /* NULL-terminated names; NULL = everything */
    bool bom;                   /* CSV: for spreadsheets that need it */
} ExportOptions;

/* "xlsx" and unknown formats are refused here. */
bool Export_check(const ExportOptions *options, Error *error);
/* Writes to fd.  context: a reader with a snapshot; its arena may be reset between pages and must
 * not be used by the caller meanwhile.  progress may be NULL; returning false stops with
 * ERROR_CANCELLED. */
bool Export_write(ModelContext *context, const ExportOptions *options, int fd, int64_t *records,
                  bool (*progress)(void *argument, int64_t records), void *argument, Error *error);

#endif
