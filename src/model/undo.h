/* undo.h - between undo.c, undo_check.c and merge.c. */
#ifndef MODEL_UNDO_H
#define MODEL_UNDO_H

#include <stdio.h>
#include "model/internal.h"

#define UNDO_LISTED 100 /* changes named in a preview or result; all are counted */

typedef struct Undo {
    Change asked;
    bool is_batch;
    Uid batch;
    int64_t first, last, entries;
} Undo;

bool Change_read(ModelContext *context, int64_t id, Change *change, Error *error);
/* Part of what a batch did to records? */
bool Undo_counts(const Change *change);
/* False + error with the reason.  preview: later changes of the same batch count as undone. */
bool Undo_check(ModelContext *context, const Undo *undo, const Change *change, bool preview,
                Error *error);
/* "goes to the trash", "First name, E-mail get their earlier values" */
void Undo_words(ModelContext *context, const Change *change, char *out, size_t size);
Record *Undo_record(ModelContext *context, const Record *current, const char *before, Error *error);
/* The names of fields whose current value is not that of `after`; NULL if all agree. */
const char *Undo_differs(ModelContext *context, const Record *current, const char *after);
bool Merge_undo(ModelContext *context, const Change *change, Error *error);

#endif
