/* plan.h - what an import will do with each column; proposed once, kept for a resumed job.
 *
 * The plan comes from the first pass over the file and holds no rows.  Written as JSON into
 * import_job.mapping it is read back after a crash, so that the second attempt cannot decide
 * otherwise.
 */
#ifndef MODEL_EXCHANGE_PLAN_H
#define MODEL_EXCHANGE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/json_value.h"
#include "base/number.h"
#include "model/exchange/encoding.h"
#include "model/exchange/preset.h"
#include "model/exchange/target.h"
#include "model/model.h"

typedef enum OnMatch { MATCH_SKIP, MATCH_UPDATE, MATCH_UPDATE_BLANK, MATCH_CREATE } OnMatch;
typedef enum OnMissing { MISSING_AUTO, MISSING_CREATE, MISSING_BLANK, MISSING_ERROR } OnMissing;
typedef enum OnExtra { EXTRA_CUSTOM, EXTRA_IGNORE, EXTRA_REFUSE } OnExtra;

typedef struct ImportOptions {
    const ResourceDef *resource;
    const char *path;   /* of the file on this machine */
    const char *preset; /* product or preset name; NULL = find one */
    const Json *map;    /* {"Header":"target path"} ; NULL */
    const char *match;  /* field; NULL = only unique fields and our own ids */
    OnMatch on_match;
    OnMissing on_missing; /* AUTO: companies are created, the rest stays blank */
    OnExtra extra;
    const char *locale; /* "de-DE"; NULL = by column, then the tenant's country */
    bool dry_run;
} ImportOptions;

/* Reads the words of the command line and the wire; false + ERROR_USAGE. */
bool ImportOptions_read(const Json *parameters, ImportOptions *options, Error *error);

typedef struct ImportColumn {
    const char *header;
    Target target;
    NumberFormat numbers;
    DateOrder order;
    const char *custom_type;    /* CUSTOM: type word */
    bool custom_new;            /* CUSTOM: the definition has to be made */
    const char *custom_options; /* CUSTOM select: JSON array for a new definition */
    const char *rest_key;       /* custom field that keeps what the target cannot read; NULL */
    bool fits_nothing;          /* named in `unmapped` */
} ImportColumn;

typedef struct ImportPlan {
    Arena *arena; /* owns everything here */
    ImportOptions options;
    FileFacts facts;
    char delimiter;
    Preset *preset; /* NULL */
    ImportColumn *columns;
    size_t column_count;
    int group;        /* column whose equal neighbours form one record; -1 */
    int64_t rows;     /* data rows of the file, blank ones and footers not counted */
    int match_field;  /* -1 */
    bool match_by_id; /* a column holds our own public ids */
    const char **warnings;
    size_t warning_count;
} ImportPlan;

/* First pass: reads the whole file, so that one that cannot be read to its end imports nothing.
 * context: a reader (custom fields, tenant).  NULL + error. */
ImportPlan *ImportPlan_make(ModelContext *context, const ImportOptions *options, Error *error);
void ImportPlan_free(ImportPlan *plan); /* NULL is fine */
/* Caller json_object_put()s. */
Json *ImportPlan_to_json(const ImportPlan *plan);
ImportPlan *ImportPlan_from_json(const ImportOptions *options, const Json *json, Error *error);
void ImportPlan_warn(ImportPlan *plan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Creates the custom fields that the plan asks for; inside the writer.  Those that exist are kept.
 */
bool ImportPlan_make_custom_fields(ModelContext *context, ImportPlan *plan, Error *error);
/* A line below the table ("Grand Total", "Confidential ..."): one filled cell, the first. */
bool ImportPlan_is_footer(const ImportPlan *plan, const char *const *cells, size_t count);

#endif
