/* domain.c - what the rules of domains need around a write: the children as they will be, sums over
 * other rows, and writes that follow from a write. */
#include <string.h>
#include "model/internal.h"

bool Record_given(const Record *record, int field)
{
    return record && field >= 0 && Value_given(&record->values[field]);
}

bool Record_changed(const Record *old, const Record *record, int field)
{
    if (!Record_set(record, field))
        return false;
    return old ? !Value_equal(&old->values[field], &record->values[field])
               : Value_given(&record->values[field]);
}

bool Record_gives_children(const Record *record, const ResourceDef *kind)
{
    int index = Child_index(record->resource, kind);
    if (index >= 0 && record->replaces_children[index])
        return true;
    for (int i = 0; i < record->child_count; i++) {
        if (record->children[i]->resource == kind)
            return true;
    }
    return false;
}

static Record *stored_child(const Record *stored, const ResourceDef *kind, const Record *child)
{
    for (int i = 0; stored && Value_given(&child->values[CHILD_ID]) && i < stored->child_count;
         i++) {
        if (stored->children[i]->resource == kind &&
            Record_id(stored->children[i]) == Record_id(child))
            return stored->children[i];
    }
    return NULL;
}

/* Fields not given are as stored. */
static void fill_child(Record *child, const Record *stored)
{
    for (int i = child->resource->first_own; stored && i < child->resource->field_count; i++) {
        if (!Record_set(child, i))
            child->values[i] = stored->values[i];
    }
}

static Record *given_child(const Record *record, const ResourceDef *kind, const Record *stored)
{
    for (int i = 0; i < record->child_count; i++) {
        if (record->children[i]->resource == kind && Record_id(stored) &&
            Record_id(record->children[i]) == Record_id(stored))
            return record->children[i];
    }
    return NULL;
}

/* The stored rows in their order, given ones in their place. */
static bool keep_stored(ModelContext *context, const Record *stored, const Record *given,
                        const ResourceDef *kind, Record *whole)
{
    for (int i = 0; stored && i < stored->child_count; i++) {
        if (stored->children[i]->resource != kind)
            continue;
        Record *child = given_child(given, kind, stored->children[i]);
        if (!child)
            child = Record_copy(context->arena, stored->children[i]);
        if (!child || !Record_add_child(context->arena, whole, child))
            return false;
    }
    return true;
}

bool Model_take_children(ModelContext *context, const Record *old, Record *record,
                         const ResourceDef *kind, Error *error)
{
    int index = Child_index(record->resource, kind);
    Record whole = {.resource = record->resource};
    Record *stored = old ? Record_copy(context->arena, old) : NULL;
    if (index < 0 || kind->unbounded)
        return Error_set(error, ERROR_INTERNAL, "%s cannot be taken whole.", kind->label_plural);
    if (stored && !Model_read_children(context, stored, error))
        return false;
    bool replaces = record->replaces_children[index];
    bool fine = replaces || keep_stored(context, stored, record, kind, &whole);
    for (int i = 0; fine && i < record->child_count; i++) {
        Record *child = record->children[i], *was = NULL;
        if (child->resource == kind && (was = stored_child(stored, kind, child)))
            fill_child(child, was);
        if (replaces || !was)
            fine = Record_add_child(context->arena, &whole, child);
    }
    if (!fine)
        return Error_set(error, ERROR_LIMIT, "The record has too many rows under it.");
    record->children = whole.children;
    record->child_count = whole.child_count;
    record->child_room = whole.child_room;
    record->replaces_children[index] = true;
    return true;
}

Record *Model_child_at(ModelContext *context, Record *record, const ResourceDef *kind, int place)
{
    for (int i = 0; i < record->child_count; i++) {
        if (record->children[i]->resource == kind && place-- == 0)
            return record->children[i];
    }
    Record *child = Record_new(context->arena, kind);
    return child && Record_add_child(context->arena, record, child) ? child : NULL;
}

void Model_cut_children(Record *record, const ResourceDef *kind, int count)
{
    int kept = 0;
    for (int i = 0; i < record->child_count; i++) {
        if (record->children[i]->resource != kind || count-- > 0)
            record->children[kept++] = record->children[i];
    }
    record->child_count = kept;
}

bool Model_sum(ModelContext *context, const char *sql, const int64_t *arguments, int count,
               int64_t *sum, Error *error)
{
    Error inner = ERROR_NONE;
    Statement *statement = Connection_prepare(context->connection, sql, error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->tenant->id);
    for (int i = 0; i < count; i++)
        Statement_bind_int(statement, i + 2, arguments[i]);
    *sum = Statement_scalar(statement, 0, &inner);
    if (Error_present(&inner) && error)
        *error = inner;
    return !Error_present(&inner);
}

/* ---- writes that follow ------------------------------------------------------------------- */

typedef struct Reach {
    const FilterNode *scope;
    const char *const *masked;
} Reach;

/* What follows from a permitted write is not a second request of its caller. */
static Reach widen(ModelContext *context)
{
    Reach reach = {context->scope, context->masked};
    context->scope = NULL;
    context->masked = NULL;
    return reach;
}

static bool narrow(ModelContext *context, Reach reach, bool result)
{
    context->scope = reach.scope;
    context->masked = reach.masked;
    return result;
}

Record *Model_look(ModelContext *context, const ResourceDef *resource, int64_t id, Error *error)
{
    Reach reach = widen(context);
    Record *record = Model_read(context, resource, id, false, error);
    narrow(context, reach, record != NULL);
    return record;
}

bool Model_follow(ModelContext *context, int64_t id, Record *changes, Error *error)
{
    Reach reach = widen(context);
    return narrow(context, reach, Model_update(context, id, 0, changes, NULL, error));
}

bool Model_advance(ModelContext *context, const ResourceDef *resource, int64_t id,
                   const char *event, Record *with, Error *error)
{
    Reach reach = widen(context);
    return narrow(context, reach,
                  Model_transition(context, resource, id, 0, event, with, NULL, error));
}

/* ---- what may go to the trash ------------------------------------------------------------- */

#define GUARDED_MAX 32

static struct Guarded {
    const char *resource;
    DeleteGuard guard;
} guarded[GUARDED_MAX];
static int guarded_count;

void Model_register_delete_guard(const char *resource, DeleteGuard guard)
{
    if (guarded_count < GUARDED_MAX)
        guarded[guarded_count++] = (struct Guarded){resource, guard};
}

bool Model_may_delete(ModelContext *context, const Record *record, Error *error)
{
    for (int i = 0; i < guarded_count; i++) {
        if (strcmp(guarded[i].resource, record->resource->name) == 0 &&
            !guarded[i].guard(context, record, error))
            return false;
    }
    return true;
}

/* ---- what is never merged ----------------------------------------------------------------- */

#define UNMERGEABLE_MAX 32

static const char *unmergeable[UNMERGEABLE_MAX];
static int unmergeable_count;

void Model_refuse_merge(const char *resource)
{
    if (unmergeable_count < UNMERGEABLE_MAX)
        unmergeable[unmergeable_count++] = resource;
}

bool Model_may_merge(const ResourceDef *resource, Error *error)
{
    for (int i = 0; i < unmergeable_count; i++) {
        if (strcmp(unmergeable[i], resource->name) == 0)
            return Error_set(error, ERROR_RULE, "Two %s are never one.", resource->label_plural);
    }
    return true;
}
