/* draft.h - a record of the file on its way into the base (private to the import).
 *
 * Drafts are made from cells without touching the database, so that this can happen beside the
 * writer; what needs the database (references, matching) is written down in the draft and done
 * inside the writer's transaction.
 */
#ifndef MODEL_EXCHANGE_DRAFT_H
#define MODEL_EXCHANGE_DRAFT_H

#include "model/exchange/plan.h"

#define CSV_JSON_MAX (8u * 1024 * 1024)

typedef struct Issue {
    const char *column; /* header; "" when none */
    const char *value;
    const char *code; /* ERROR_TYPE ... */
    const char *message;
} Issue;

/* A reference to be looked up: the text found for record->values[field]. */
typedef struct PendingReference {
    Record *record;
    int field;
    const char *text;
    const char *header;
} PendingReference;

/* A value for the record that a reference names, should it have to be made. */
typedef struct LinkedValue {
    int through, field;
    Value value;
} LinkedValue;

typedef struct FactValue {
    const char *name, *text;
    const ImportColumn *column;
} FactValue;

/* One file row as it stood, for the error file. */
typedef struct OriginalRow {
    const char **cells;
    size_t count;
} OriginalRow;

typedef struct Draft {
    int64_t number;   /* of the record in the file, first = 1 */
    int64_t last_row; /* file rows consumed with it (data rows, first = 1) */
    Record *record;
    const char *own_id;  /* our public id that the file gave; NULL */
    Buffer custom;       /* members of the custom patch, without braces */
    bool empties_custom; /* some of them are null */
    PendingReference *references;
    int reference_count, reference_room;
    LinkedValue linked[8];
    int linked_count;
    FactValue facts[16];
    int fact_count;
    Json *lists;           /* NULL: {"external":{"images":[{...}]}} under construction */
    Json *children;        /* NULL: {"variants":[...]}, given whole; read inside the writer */
    bool currency_assumed; /* no cell gave it */
    OriginalRow *originals;
    int original_count, original_room;
    Issue error; /* code NULL = fine */
} Draft;

typedef struct DraftBatch {
    Arena *arena; /* owns the drafts */
    Draft **drafts;
    size_t count, room;
    int64_t file_rows; /* data rows behind these drafts */
} DraftBatch;

/* What happened often and is told once: a sentence with the number of rows and the first of them.
 */
typedef struct Tally {
    const char *kind; /* the sentence's middle */
    char header[80], sample[80];
    int64_t count, first_row;
} Tally;
#define TALLIES_MAX 200

typedef struct Import Import;
void Import_tally(Import *import, const char *header, const char *kind, const char *sample,
                  int64_t row);

/* ---- convert.c: a cell becomes a value ------------------------------------------------------ */

typedef struct Conversion {
    Import *import;
    const ImportPlan *plan;
    const TenantInfo *tenant;
    int64_t now;
    Arena *arena;
    const char *currency; /* of the row; "" = not known yet */
    const char *country;  /* of the row, two letters; "" */
    int64_t row;
} Conversion;

typedef enum CellResult {
    CELL_BLANK,     /* nothing there */
    CELL_NULL,      /* \N: empty the field */
    CELL_VALUE,     /* *value */
    CELL_REFERENCE, /* *value.text: to be looked up */
    CELL_KEPT,      /* unreadable; goes to the column's rest field: *value.text */
    CELL_FAILED     /* *issue */
} CellResult;
CellResult Convert_cell(Conversion *conversion, const ImportColumn *column, const FieldDef *field,
                        const char *cell, Value *value, Issue *issue);
/* Takes the guard away and (foreign files) the outer blanks; NULL = blank. In the arena or
 * borrowed. */
const char *Convert_text(const Conversion *conversion, const char *cell, bool *is_null);
/* E.164 of a number as typed, for a country; NULL = not readable. */
const char *Phone_e164(Arena *arena, const char *text, const char *country);

/* ---- draft.c -------------------------------------------------------------------------------- */

/* Definitions of the custom columns, index by column; NULL where none. */
bool Draft_custom_fields(ModelContext *context, ImportPlan *plan, const FieldDef ***fields,
                         Error *error);
Draft *Draft_new(DraftBatch *batch, const ResourceDef *resource);
/* Adds a file row to the draft (the first, or a further one of its group). */
bool Draft_add_row(Conversion *conversion, Draft *draft, const FieldDef *const *custom,
                   const char *const *cells, size_t count);
/* One cell into a field of the record or of a child of it. */
void Draft_set_value(Conversion *conversion, Draft *draft, Record *record, int index,
                     const ImportColumn *column, const char *cell);
/* draft_close.c: constants, lists and custom members go into the record. */
bool Draft_close(Conversion *conversion, Draft *draft);
void Draft_fail(Draft *draft, Arena *arena, const char *column, const char *value, const char *code,
                const char *message);

#endif
