/* internal.h - what the files of this room share; other rooms include model.h only. */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include <stdio.h>
#include "base/buffer.h"
#include "base/datetime.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "model/model.h"

/* Field indices that every top-level resource, or every child table, has. */
enum BaseField {
    BASE_ID,
    BASE_UID,
    BASE_TENANT,
    BASE_LABEL,
    BASE_CREATED_AT,
    BASE_CREATED_BY,
    BASE_ACTOR_KIND,
    BASE_UPDATED_AT,
    BASE_UPDATED_BY,
    BASE_VERSION,
    BASE_ARCHIVED_AT,
    BASE_DELETED_AT,
    BASE_CUSTOM,
    BASE_COUNT
};
enum ChildField { CHILD_ID, CHILD_TENANT, CHILD_PARENT, CHILD_POSITION, CHILD_COUNT };

/* Index of uid and label; -1 for a child that nothing refers to. */
static inline int Model_uid_field(const ResourceDef *resource)
{
    return !resource->parent ? (int)BASE_UID : resource->addressable ? (int)CHILD_COUNT : -1;
}

static inline int Model_label_field(const ResourceDef *resource)
{
    return !resource->parent ? (int)BASE_LABEL : resource->addressable ? CHILD_COUNT + 1 : -1;
}

/* Walks the members of an object; nothing when it is none. */
typedef struct lh_entry JsonEntry;
static inline JsonEntry *Json_first(const Json *object)
{
    return json_object_is_type(object, json_type_object) ? json_object_get_object(object)->head
                                                         : NULL;
}

#define SEARCH_MARK "\x02\x02" /* stands before each word of a search text */

/* ---- sql.c: a statement under construction ------------------------------------------------- */

/* Text from constants, values as numbered parameters; both live in the arena. */
typedef struct Sql {
    Arena *arena;
    char *text;
    size_t length, capacity;
    Value *binds;
    int count, room;
    int aliases;                     /* r1, r2 ... given to joined tables */
    const FilterNode *const *common; /* comparisons that fit too many rows to be the way in */
    int common_count;
    bool failed;
} Sql;

void Sql_begin(Sql *sql, Arena *arena);
void Sql_puts(Sql *sql, const char *text);
void Sql_printf(Sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));
void Sql_bind(Sql *sql, const Value *value); /* appends ?N */
void Sql_bind_int(Sql *sql, int64_t value);
void Sql_bind_text(Sql *sql, const char *text);
Statement *Sql_prepare(Sql *sql, Connection *connection, Error *error);
bool Sql_run(Sql *sql, Connection *connection, Error *error);
/* First integer of the first row; fallback when there is none. */
int64_t Sql_scalar(Sql *sql, Connection *connection, int64_t fallback, Error *error);

/* ---- value.c ------------------------------------------------------------------------------- */

Value Value_int(int64_t integer);
Value Value_text(const char *text); /* NULL gives null; borrowed */
Value Value_blob(const void *bytes, size_t length);
Value Value_null(void);
bool Value_given(const Value *value);                    /* neither unset nor null */
bool Value_equal(const Value *left, const Value *right); /* unset equals null */
enum ValueKind Field_storage(const FieldDef *field);     /* INT, TEXT or BLOB */
FieldDef Field_element(const FieldDef *list); /* one member of a list; str[] holds text */
Value Value_of_column(Statement *statement, int column, const FieldDef *field, Arena *arena);
void Statement_bind_value(Statement *statement, int index, const Value *value);
/* The form of the change log: exact, one JSON value; secrets only say that they are set. */
void Value_append_log(Buffer *out, const FieldDef *field, const Value *value);
bool Value_from_log(Arena *arena, const FieldDef *field, Json *json, Value *value);
char *Model_hex(Arena *arena, const void *bytes, size_t length);
bool Model_unhex(Arena *arena, const char *text, Value *value);

/* json_out.c: one value without its record. */
Json *Value_to_json(ModelContext *context, const ResourceDef *resource, const FieldDef *field,
                    const Value *value);

/* ---- record.c ------------------------------------------------------------------------------ */

/* Top-level resource or addressable child by its exact name; NULL. */
const ResourceDef *Model_resource(const char *name);
bool Record_set(const Record *record, int field); /* given, may be null */
Record *Record_copy(Arena *arena, const Record *record);
int Model_field(const ResourceDef *resource, const char *name); /* also "company" for company_id */
const char *Model_column(const ResourceDef *resource,
                         const char *name); /* of a field that is there */
const char *Field_key_column(Arena *arena, const FieldDef *field);
/* `alias.column, ...` of the wanted fields (NULL = all). */
void Row_columns(Sql *sql, const ResourceDef *resource, const char *alias, const bool *wanted);
void Row_fetch(Statement *statement, int first, Record *record, const bool *wanted, Arena *arena);
Value Field_key_value(Arena *arena, const Value *value); /* of COLUMN_key */
/* Inserts what is set; the new id goes into the record.  No change, no checks. */
bool Row_insert(ModelContext *context, Record *record, Error *error);
/* Writes the fields that differ; old names the row and its version. */
bool Row_update(ModelContext *context, const Record *old, const Record *record, Error *error);
void Row_stamp(ModelContext *context, Record *record); /* base columns of a new row */
Record *Row_read(ModelContext *context, const ResourceDef *resource, int64_t id, Error *error);

/* ---- validate.c, value_text.c -------------------------------------------------------------- */

bool Validate_value(ModelContext *context, const FieldDef *field, Value *value, Error *error);
bool Validate_record(ModelContext *context, const Record *old, Record *record, Error *error);
bool Validate_required(ModelContext *context, const Record *record, Error *error);
bool Validate_references(ModelContext *context, const Record *old, const Record *record,
                         Error *error);
bool Validate_child_unique(ModelContext *context, const Record *old, const Record *child,
                           Error *error);
/* Turns ERROR_DUPLICATE of the store into a message that names field and holder. */
bool Validate_explain_duplicate(ModelContext *context, const Record *record, Error *error);
bool Email_normalise(Arena *arena, const char *text, char **normalised);
const char *Text_nearest_choice(const FieldDef *field, const char *text);
/* by_alias: the outside name was the alias, so amounts are in major units. */
bool Value_parse(ModelContext *context, const FieldDef *field, const char *text, bool by_alias,
                 const char *currency, Value *value, Error *error);

/* ---- label.c ------------------------------------------------------------------------------- */

void Label_compose(ModelContext *context, Record *record);
const char *Label_of_row(ModelContext *context, const ResourceDef *resource, int64_t id);
void Derive_values(ModelContext *context, const Record *old, Record *record);

/* ---- children.c ---------------------------------------------------------------------------- */

int Child_index(const ResourceDef *parent, const ResourceDef *child);
/* Checks and completes the children of a new record before anything is written. */
bool Children_check(ModelContext *context, Record *record, Error *error);
/* Writes given children; appends "plural":[...] members of changed kinds to before and after.  raw:
 * rows of the change log come back with their ids, unchecked. */
bool Children_write(ModelContext *context, const Record *old, Record *record, bool raw,
                    Buffer *before, Buffer *after, bool *changed, Error *error);
void Children_append_log(Buffer *out, const Record *record, const ResourceDef *kind);

/* ---- custom.c ------------------------------------------------------------------------------ */

CustomFields *Custom_of(ModelContext *context, Error *error);
bool Custom_read(ModelContext *context, const ResourceDef *resource, const Json *given, Json *out,
                 Error *error);
/* Merges the given patch over the stored object, validates, computes formulas. */
bool Custom_merge(ModelContext *context, const Record *old, Record *record, Error *error);
Json *Custom_to_json(ModelContext *context, const Record *record, const char *only);
const char *Custom_key(const FieldDef *field); /* "custom.KEY" -> KEY */
/* Before and after a row of custom_field is written. */
bool Custom_definition_check(ModelContext *context, const Record *old, Record *record,
                             Error *error);
bool Custom_definition_saved(ModelContext *context, const Record *old, Record *record,
                             Error *error);
bool Formula_compute(ModelContext *context, const char *formula, const Record *record,
                     const Json *custom, int64_t *result_e4, bool *empty, Error *error);
bool Formula_check(ModelContext *context, const ResourceDef *resource, const char *formula,
                   Error *error);

/* ---- change.c, activity.c ------------------------------------------------------------------ */

typedef struct ChangeEntry {
    const char *kind;      /* create update delete restore archive transition merge purge log */
    const char *event;     /* of a transition; NULL */
    const char *operation; /* NULL = the context's */
    const ResourceDef *resource;
    const Uid *uid;
    int64_t record_id;
    const char *label;
    const char *before, *after; /* JSON objects or NULL */
    int64_t undoes;             /* change id or 0 */
} ChangeEntry;

extern const char *const CHANGE_SCHEMA;
bool Change_append(ModelContext *context, const ChangeEntry *entry, int64_t *id, Error *error);
bool Change_erase(ModelContext *context, const Uid *uid, Error *error);
/* All values and custom values that are given, as members of a JSON object. */
void Log_record(const Record *record, Buffer *out);
bool Sequence_note(ModelContext *context, const char *key, const char *number, Error *error);
/* Activity and event of a write; nothing while importing. */
bool Event_announce(ModelContext *context, const Record *old, const Record *record,
                    const char *kind, const char *event, Error *error);
bool Model_emit(ModelContext *context, const ResourceDef *resource, const Uid *uid,
                const char *kind, const char *payload, Error *error);

/* domain.c */
bool Model_may_delete(ModelContext *context, const Record *record, Error *error);
bool Model_may_merge(const ResourceDef *resource, Error *error);

/* ---- write.c ------------------------------------------------------------------------------- */

typedef struct SaveOptions {
    const char *kind;  /* as ChangeEntry */
    const char *event; /* NULL */
    int64_t undoes;
    bool raw;    /* values come from the change log: no defaults, hooks, sequences */
    bool always; /* a change even when no value differs */
} SaveOptions;

/* old == NULL: insert; else update old to record (all fields set in it). */
bool Model_save(ModelContext *context, const Record *old, Record *record,
                const SaveOptions *options, Error *error);
/* Either all of it or nothing. */
bool Model_atomic(ModelContext *context, bool (*work)(void *argument, Error *error), void *argument,
                  Error *error);
/* Reads for writing: scope, trash and version are checked. */
Record *Model_fetch(ModelContext *context, const ResourceDef *resource, int64_t id, int64_t version,
                    bool with_deleted, Error *error);
bool Model_set_deleted(ModelContext *context, Record *old, bool deleted, int64_t undoes,
                       Error *error);

/* ---- query --------------------------------------------------------------------------------- */

/* Appends a condition on table alias; never empty. */
bool Query_filter(ModelContext *context, Sql *sql, const ResourceDef *resource, const char *alias,
                  const FilterNode *filter, Error *error);
/* " FROM t WHERE tenant and scope and trash and filter". */
bool Query_where(ModelContext *context, Sql *sql, const ResourceDef *resource,
                 const FilterNode *filter, bool with_archived, bool only_deleted, Error *error);
/* " AND scope", nothing when all rows are in reach. */
bool Query_scope(ModelContext *context, Sql *sql, const ResourceDef *resource, const char *alias,
                 Error *error);
bool Query_is_masked(const ModelContext *context, const char *field);
/* A field that a filter or sort names: own, custom or unknown (NULL + error). */
const FieldDef *Query_field(ModelContext *context, const ResourceDef *resource, const char *name,
                            int column, int *index, Error *error);
/* SQL of a custom field's stored value. */
char *Query_custom_expression(Arena *arena, const char *alias, const FieldDef *field);

#define SORT_KEYS_MAX 6
typedef struct SortKey {
    const char *expression; /* SQL over alias t */
    bool descending, nullable, is_text;
} SortKey;
typedef struct SortOrder {
    SortKey keys[SORT_KEYS_MAX];
    int count;
    const char *spec;      /* as asked or the default; part of cursors */
    const FieldDef *first; /* field of the first key; NULL when custom or joined */
} SortOrder;
bool Sort_parse(ModelContext *context, const ResourceDef *resource, const char *spec,
                SortOrder *order, Error *error);
typedef struct Cursor {
    Value keys[SORT_KEYS_MAX];
    int64_t id;
} Cursor;
char *Cursor_write(Arena *arena, const ResourceDef *resource, const SortOrder *order,
                   const Cursor *cursor);
bool Cursor_read(Arena *arena, const ResourceDef *resource, const SortOrder *order,
                 const char *text, Cursor *cursor, Error *error);

/* Rows in the order of ids, with the default columns; page->records has room for them. */
bool List_by_ids(ModelContext *context, const ResourceDef *resource, const int64_t *ids, int count,
                 ListPage *page, Error *error);

/* ---- search.c ------------------------------------------------------------------------------ */

/* Folded, marked text of a row from its searched fields and children; NULL when nothing to find. */
char *Search_text(ModelContext *context, const Record *record, bool with_children, Error *error);
bool Search_replace(ModelContext *context, const ResourceDef *resource, int64_t id,
                    const char *old_text, const char *new_text, Error *error);
void Search_schema(Buffer *out, const ResourceDef *resource);

#endif
