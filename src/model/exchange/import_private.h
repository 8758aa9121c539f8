/* import_private.h - the state of an import, shared by its parts. */
#ifndef MODEL_EXCHANGE_IMPORT_PRIVATE_H
#define MODEL_EXCHANGE_IMPORT_PRIVATE_H

#include <pthread.h>
#include <stdio.h>

#include "model/exchange/draft.h"
#include "model/exchange/import.h"
#include "model/exchange/rows.h"

typedef struct ImportCounts {
    int64_t rows, created, updated, skipped, failed;
} ImportCounts;

/* What texts referred to which record; forgotten whenever a transaction is rolled back. */
typedef struct ReferenceCache ReferenceCache;

/* What cells of a column were found to mean. */
#define CHOICE_SLOTS 512
typedef struct ChoiceCache {
    const char *texts[CHOICE_SLOTS], *keys[CHOICE_SLOTS];
    int count;
} ChoiceCache;

struct Import {
    ImportPlan *plan;
    const TenantInfo *tenant;
    int64_t now;
    const FieldDef **custom; /* by column */
    RowSource *source;
    int64_t next_number;      /* of the next record */
    int64_t next_row;         /* data rows read so far */
    const char **held;        /* grouped files: the first row of the next group, read too far */
    const char *held_problem; /* it was malformed */
    Arena *held_arena;
    bool ended;
    ImportCounts counts;
    ReferenceCache *references;
    bool created_references; /* by the record at hand */
    bool careful;            /* every record in a savepoint of its own */
    bool half_written;       /* a record failed behind its first write */
    bool again;              /* the batch is to be written once more, carefully */
    ChoiceCache **choices;   /* by column; NULL until used */
    int errors_fd;           /* -1 */
    int64_t errors_bytes;
    Json *first_errors; /* array of at most FIRST_ERRORS */
    uint64_t *seen;     /* dry run: hashes of match and unique values of earlier rows */
    size_t seen_count, seen_room;
    pthread_mutex_t lock; /* tallies */
    Tally tallies[TALLIES_MAX];
    int tally_count;
};

#define FIRST_ERRORS 20

/* convert.c: the meaning of a choice or country cell of the column; NULL = none. */
const char *Convert_known_choice(Import *import, const ImportColumn *column, const FieldDef *field,
                                 const char *text);

/* references.c */
ReferenceCache *References_new(void);
void References_free(ReferenceCache *cache);
void References_forget(ReferenceCache *cache);
/* Resolves what the draft refers to; false: the draft fails (draft->error) or, when error is set,
 * the batch does. */
bool References_resolve(Import *import, ModelContext *context, Draft *draft, Error *error);

/* Row id by e-mail, ignoring case; 0. */
int64_t References_by_email(ModelContext *context, const ResourceDef *resource, const char *email);

/* match.c */
/* Row id of the record that this one is; 0 = new. */
int64_t Match_find(Import *import, ModelContext *context, Draft *draft, Error *error);
/* Reduces the draft to what an update should change, by --on-match. */
bool Match_reduce(Import *import, ModelContext *context, Draft *draft, Record *old, Error *error);
/* Dry run: an earlier row of the file had the same key. */
bool Match_seen_before(Import *import, const Draft *draft);

/* finish.c */
/* Before a new record is written: what foreign files never have. */
bool Finish_new(Import *import, ModelContext *context, Draft *draft, Error *error);
/* After it: the payment behind a paid document. */
bool Finish_created(Import *import, ModelContext *context, Draft *draft, Record *created,
                    Error *error);

/* import_report.c */
bool Report_failure(Import *import, Draft *draft, Error *error);
bool Report_open(Import *import, const char *path, Error *error);
bool Report_truncate(Import *import, int64_t bytes, Error *error);

#endif
