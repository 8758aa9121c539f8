/* model.h - records: validation, reading, writing, the change log, undo.
 *
 * Everything runs inside a ModelContext that an operation hands down; reading uses a reader
 * connection, writing the writer's.  Every write makes its change, search entry, activity and event in
 * the same transaction.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/error.h"
#include "base/filter.h"
#include "base/json_value.h"
#include "base/uid.h"
#include "model/resource.h"
#include "store/store.h"
#include "store/seal.h"

/* ---- who and where ------------------------------------------------------------------------ */

typedef enum ActorKind {
    ACTOR_USER, ACTOR_API_KEY, ACTOR_AGENT, ACTOR_WORKFLOW, ACTOR_IMPORT, ACTOR_SYSTEM
} ActorKind;
extern const char *const ACTOR_KIND_NAMES[]; /* "user", "api_key", ... */

typedef struct TenantInfo {
    int64_t id;            /* value of tenant_id in each row */
    Uid uid;
    char slug[64];
    char name[128];
    char currency[4], country[3], language[16], zone[64];
    int week_start;        /* 0 = Monday */
    const SealKey *key;
} TenantInfo;

/* Custom fields of a tenant, as FieldDefs (name "custom.KEY"); refreshed when custom_field changes. */
typedef struct CustomFields CustomFields;

typedef struct ModelContext {
    Connection *connection;
    Arena *arena;
    const TenantInfo *tenant;
    CustomFields *custom;     /* may be NULL: loaded when needed */
    int64_t now;              /* UTC microseconds, one for the whole operation */
    ActorKind actor_kind;
    int64_t user_id;          /* row id of user; 0 = none */
    const char *actor_name;   /* for the log: login, agent key */
    int64_t on_behalf_of;     /* user row id; 0 = none */
    const char *session_uid;
    const char *operation;    /* "lead.update" */
    const char *reason;       /* may be NULL */
    Uid batch;                /* zero when not part of a batch */
    bool importing;           /* states without guards, derived fields accepted, no activity per row */
    bool custom_checked;      /* custom values of a new record are valid and in their stored form */
    struct ModelBulk *bulk;   /* see bulk.h; NULL outside long runs of writes */
    bool unguarded;           /* the caller rolls its transaction back when a write fails half-way, so
                                 no write needs a savepoint (which makes the search index flush) */
    const FilterNode *scope;  /* rights: rows outside do not exist; NULL = all */
    const char *const *masked; /* field names shown as null with "masked"; NULL-terminated; or NULL */
    void (*on_event)(struct ModelContext *context, const char *topic, const ResourceDef *resource,
                     const Uid *uid); /* may be NULL */
    void *on_event_data;
} ModelContext;

/* ---- values ------------------------------------------------------------------------------- */

typedef struct Value {
    enum ValueKind { VALUE_UNSET = 0, VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BLOB } kind;
    int64_t integer;
    const char *text; /* text, JSON or bytes; in the arena */
    size_t length;    /* bytes */
} Value;

/* A value of another row that a list read along: "company.name". */
typedef struct DottedValue {
    const char *name;
    const FieldDef *field; /* of the far row */
    Value value;
    const char *label;     /* when the far field is a reference */
    const char *currency;  /* of the far row, for money; NULL = tenant's */
} DottedValue;

/* One row, fields by index of its ResourceDef; UNSET = not given / not read.  The value of `custom` in
 * a record to be written is a patch: keys not given stay, null empties one. */
typedef struct Record {
    const ResourceDef *resource;
    Value *values;            /* resource->field_count */
    const char **labels;      /* of references, by field, as far as read along; may be NULL */
    DottedValue *dotted;      /* asked dotted columns; NULL if none */
    int dotted_count;
    struct Record **children; /* given children, all kinds; NULL if none */
    int child_count, child_room;
    bool *replaces_children;  /* per child kind: the given list replaces the stored one */
} Record;

Record *Record_new(Arena *arena, const ResourceDef *resource);
int64_t Record_id(const Record *record);
Uid Record_uid(const Record *record);
const char *Record_text(const Record *record, int field); /* NULL when unset, null or not text */
int64_t Record_int(const Record *record, int field, int64_t fallback);
void Record_set_text(Record *record, int field, const char *text); /* borrowed */
void Record_set_int(Record *record, int field, int64_t value);
void Record_set_null(Record *record, int field);
bool Record_add_child(Arena *arena, Record *record, Record *child); /* false: out of memory */

/* JSON as doors give it -> Record: unknown names refused (with the nearest), types read, references by
 * public id (or number, or unique label), money {"minor","currency"} or "12.50" in major units for the
 * alias and integer minor units for the name, custom fields under "custom" or by bare key, children as
 * arrays under their plural. */
Record *Record_from_json(ModelContext *context, const ResourceDef *resource, const Json *json,
                         Error *error);
/* One outside text (command line, cell, form) into a value of the field. */
bool Record_value_from_text(ModelContext *context, const FieldDef *field, const char *text,
                            Value *value, Error *error);
/* Record -> JSON as commands.md says; references get labels; masked fields are null.
 * columns: NULL-terminated names or NULL for all; caller json_object_put()s. */
Json *Record_to_json(ModelContext *context, const Record *record, const char *const *columns,
                     Error *error);

/* ---- one record --------------------------------------------------------------------------- */

/* Validates (types, required, enums, ranges, lengths, references, uniqueness, custom fields), fills
 * defaults and derived values, writes.  *created (may be NULL) is the stored record. */
bool Model_create(ModelContext *context, Record *record, Record **created, Error *error);
/* version: what the caller saw; 0 = whatever is there.  A mismatch is ERROR_CONFLICT naming who changed
 * it and when.  Only set fields change.  Changing nothing writes nothing and succeeds. */
bool Model_update(ModelContext *context, int64_t id, int64_t version, Record *changes,
                  Record **updated, Error *error);
bool Model_delete(ModelContext *context, const ResourceDef *resource, int64_t id, int64_t version,
                  Error *error); /* to the trash */
bool Model_restore(ModelContext *context, const ResourceDef *resource, int64_t id, Error *error);
bool Model_archive(ModelContext *context, const ResourceDef *resource, int64_t id, bool archived,
                   Error *error);
/* Removes what has been in the trash before `before` for good; the change keeps digests only. */
bool Model_purge(ModelContext *context, const ResourceDef *resource, int64_t before, int64_t *purged,
                 Error *error);
/* state change through the table of transitions and its guard; writes state, change, activity, event. */
bool Model_transition(ModelContext *context, const ResourceDef *resource, int64_t id, int64_t version,
                      const char *event, Record *with, Record **updated, Error *error);
typedef bool (*TransitionGuard)(ModelContext *context, const TransitionDef *transition, Record *record,
                                Error *error);
void Model_register_guard(const char *name, TransitionGuard guard);
/* Every guard that a transition names is registered; called once after registration. */
bool Model_check_guards(Error *error);
/* Hooks of a domain around a write; before_save may set derived fields. old is NULL at creation. */
typedef bool (*SaveHook)(ModelContext *context, const Record *old, Record *record, Error *error);
void Model_register_hooks(const char *resource, SaveHook before_save, SaveHook after_save);
/* For the rules of domains, inside hooks and guards. */
bool Record_given(const Record *record, int field); /* neither unset nor null */
bool Record_changed(const Record *old, const Record *record, int field); /* old NULL: given at all */
bool Record_gives_children(const Record *record, const ResourceDef *kind);
/* Afterwards record holds all rows of the kind as they will be: given ones over stored ones. */
bool Model_take_children(ModelContext *context, const Record *old, Record *record,
                         const ResourceDef *kind, Error *error);
/* The row of the kind at a place counted from 0, or a new last one; NULL: out of memory. */
Record *Model_child_at(ModelContext *context, Record *record, const ResourceDef *kind, int place);
void Model_cut_children(Record *record, const ResourceDef *kind, int count); /* keeps the first */
/* First integer of constant SQL: ?1 is the tenant, ?2 ... the arguments; 0 when there is no row. */
bool Model_sum(ModelContext *context, const char *sql, const int64_t *arguments, int count,
               int64_t *sum, Error *error);
/* Reading and writing that follows from a permitted write, beyond the caller's scope. */
Record *Model_look(ModelContext *context, const ResourceDef *resource, int64_t id, Error *error);
bool Model_follow(ModelContext *context, int64_t id, Record *changes, Error *error);
bool Model_advance(ModelContext *context, const ResourceDef *resource, int64_t id, const char *event,
                   Record *with, Error *error);
/* Asked before a record goes to the trash by itself (not when its creation is undone). */
typedef bool (*DeleteGuard)(ModelContext *context, const Record *record, Error *error);
void Model_register_delete_guard(const char *resource, DeleteGuard guard);
/* Documents, money and stock: sums would not follow the rows that a merge moves. */
void Model_refuse_merge(const char *resource);

/* Merge `merged` into `survivor`: choices {"field": "survivor"|"merged"}; references, children and
 * stream rows move; undoable. */
bool Model_merge(ModelContext *context, const ResourceDef *resource, int64_t survivor, int64_t merged,
                 const Json *choices, Error *error);

/* NULL + ERROR_NOT_FOUND when missing, deleted (unless with_deleted) or outside scope. */
Record *Model_read(ModelContext *context, const ResourceDef *resource, int64_t id, bool with_deleted,
                   Error *error);
bool Model_read_children(ModelContext *context, Record *record, Error *error);
/* Row id of a public id, a document number, or (unique) label. 0 + error. */
int64_t Model_resolve(ModelContext *context, const ResourceDef *resource, const char *reference,
                      Error *error);
/* label of a row; "" if gone. In the arena. */
const char *Model_label(ModelContext *context, const ResourceDef *resource, int64_t id);

/* ---- many records ------------------------------------------------------------------------- */

typedef struct ListQuery {
    const FilterNode *filter;    /* NULL = all */
    const char *sort;            /* "-score,last_name"; NULL = default */
    int limit;                   /* 1..1000; 0 = 50 */
    const char *after;           /* opaque cursor of the previous page; NULL = first */
    const char *before;          /* cursor: page backwards; NULL */
    const char *const *columns;  /* fields to read; NULL = the default list; may be dotted references */
    bool with_archived, only_deleted;
} ListQuery;

typedef struct ListPage {
    Record **records;
    size_t count;
    const char *next;     /* cursor; NULL at the end */
    const char *previous; /* cursor; NULL at the beginning */
} ListPage;

bool Model_list(ModelContext *context, const ResourceDef *resource, const ListQuery *query,
                ListPage *page, Error *error);
/* Stops counting at limit (0 = never) and says so in *more. */
bool Model_count(ModelContext *context, const ResourceDef *resource, const FilterNode *filter,
                 int64_t limit, int64_t *count, bool *more, Error *error);
/* Quick search: substrings of folded words, ranked; one or two characters match word beginnings. */
bool Model_search(ModelContext *context, const ResourceDef *resource, const char *text, int limit,
                  ListPage *page, Error *error);
/* The same over several resources: the caller names those that it may read. */
bool Model_search_all(ModelContext *context, const ResourceDef *const *resources, int count,
                      const char *text, int limit, ListPage *page, Error *error);
/* Checks fields, operators and values against the resource; error names the column of the mistake and
 * suggests the nearest field. */
bool Model_check_filter(ModelContext *context, const ResourceDef *resource, const FilterNode *filter,
                        Error *error);
/* Grouped figures for dashboards and reports: measures such as count, sum:amount_minor, avg:score,
 * min:, max:; group_by fields (a time field as created_at:month).  Array of objects. */
Json *Model_aggregate(ModelContext *context, const ResourceDef *resource, const FilterNode *filter,
                      const char *const *group_by, const char *const *measures, int limit,
                      Error *error);

/* ---- change log --------------------------------------------------------------------------- */

typedef struct Change {
    int64_t id;
    int64_t at;
    const char *actor_kind, *actor_name, *operation, *resource, *record_uid, *record_label, *reason;
    const char *before, *after; /* JSON of the changed fields; NULL when erased or absent */
    const char *batch_uid;      /* NULL if none */
    int64_t undone_by;          /* change id; 0 = not undone */
    const char *kind;  /* create update delete restore archive transition merge merged_away unmerge
                          purge log */
    const char *event; /* of a transition; NULL */
    int64_t record_id, user_id;
    int64_t undoes;    /* change id; 0 = not an undo */
} Change;

/* History of a record (uid text) or, with NULL, the newest of the tenant; newest first. */
bool Model_history(ModelContext *context, const char *record_uid, int limit, int64_t before_id,
                   Change **changes, size_t *count, Error *error);
/* before or after of a change as doors show it: references with labels, times as text, masked fields
 * left out.  Caller json_object_put()s; NULL for NULL. */
Json *Model_change_json(ModelContext *context, const char *resource, const char *text);
/* Newest first: [{entry, at, kind, actor, title, detail}]; before: an `entry`, 0 = newest.  A company's
 * has those of its contacts, opportunities and leads. */
Json *Model_timeline(ModelContext *context, const ResourceDef *resource, int64_t id, int limit,
                     int64_t before, Error *error);
/* What undoing the change (or its whole batch) would do; JSON for people. change_id 0 = the caller's
 * last undoable change or batch. */
Json *Model_undo_preview(ModelContext *context, int64_t change_id, Error *error);
/* Refused with a reason when a later change conflicts or the change is not of an undoable kind. */
bool Model_undo(ModelContext *context, int64_t change_id, Json **result, Error *error);
/* Walks the chain; false + error naming the first broken entry. */
bool Model_verify_chain(ModelContext *context, int64_t *entries, Error *error);
/* Adds an entry for what is not a record write (login, export, rights). */
bool Model_log(ModelContext *context, const ResourceDef *resource, const Uid *uid, const char *label,
               const char *operation, const Json *before, const Json *after, Error *error);

/* A line in the timeline of a record: kind is one of activity.kind, detail JSON or NULL.  An import adds
 * one per batch (about its import_job); single writes add theirs themselves. */
bool Model_activity(ModelContext *context, const ResourceDef *about, int64_t record_id,
                    const char *kind, const char *title, const char *detail, Error *error);

/* ---- tenant file -------------------------------------------------------------------------- */

extern const Migration TENANT_MIGRATIONS[];
extern const size_t TENANT_MIGRATION_COUNT;
CustomFields *CustomFields_load(ModelContext *context, Error *error); /* caller frees */
void CustomFields_free(CustomFields *fields);
const FieldDef *CustomFields_find(const CustomFields *fields, const ResourceDef *resource,
                                  const char *key); /* NULL */
size_t CustomFields_of(const CustomFields *fields, const ResourceDef *resource,
                       const FieldDef *const **out); /* borrowed array */
/* The next number of a sequence ("lead"), inside the writer. In the arena. */
const char *Model_next_number(ModelContext *context, const char *sequence, Error *error);

#endif
