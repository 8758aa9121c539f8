/* children.c - the rows under a record: addresses, lines, steps. */
#include <stdio.h>
#include <string.h>
#include "model/internal.h"

int Child_index(const ResourceDef *parent, const ResourceDef *child)
{
    for (int i = 0; i < parent->child_count; i++) {
        if (parent->children[i] == child)
            return i;
    }
    return -1;
}

bool Record_add_child(Arena *arena, Record *record, Record *child)
{
    if (record->child_count >= record->child_room) {
        int room = record->child_count ? record->child_count * 2 : 4;
        Record **all = ARENA_ARRAY(arena, Record *, (size_t)room);
        if (!all)
            return false;
        if (record->child_count)
            memcpy(all, record->children, sizeof *all * (size_t)record->child_count);
        record->children = all;
        record->child_room = room;
    }
    record->children[record->child_count++] = child;
    return true;
}

static bool read_kind(ModelContext *context, Record *record, const ResourceDef *child, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_puts(&sql, "SELECT ");
    Row_columns(&sql, child, "t", NULL);
    Sql_printf(&sql, " FROM %s t WHERE t.tenant_id = ", child->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_puts(&sql, " AND t.parent_id = ");
    Sql_bind_int(&sql, Record_id(record));
    Sql_puts(&sql, " ORDER BY t.position, t.id");
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW) {
        Record *row = Record_new(context->arena, child);
        if (!row || !Record_add_child(context->arena, record, row)) {
            Statement_reset(statement);
            return Error_set(error, ERROR_LIMIT, "The record has too many rows under it.");
        }
        Row_fetch(statement, 0, row, NULL, context->arena);
    }
    Statement_reset(statement);
    return step == STEP_DONE;
}

bool Model_read_children(ModelContext *context, Record *record, Error *error)
{
    record->children = NULL;
    record->child_count = record->child_room = 0;
    for (int i = 0; i < record->resource->child_count; i++) {
        if (!record->resource->children[i]->unbounded &&
            !read_kind(context, record, record->resource->children[i], error))
            return false;
    }
    if (!record->children)
        record->children = ARENA_ARRAY(context->arena, Record *, 1);
    return record->children != NULL;
}

/* ---- writing ------------------------------------------------------------------------------ */

static Record *find_child(const Record *record, const ResourceDef *kind, int64_t id)
{
    for (int i = 0; record && i < record->child_count; i++) {
        if (record->children[i]->resource == kind && Record_id(record->children[i]) == id)
            return record->children[i];
    }
    return NULL;
}

static bool gives_children(const Record *record, int kind)
{
    if (record->replaces_children[kind])
        return true;
    for (int i = 0; i < record->child_count; i++) {
        if (record->children[i]->resource == record->resource->children[kind])
            return true;
    }
    return false;
}

static bool prefix_field(Error *error, const ResourceDef *kind, int position)
{
    char field[64];
    if (!error)
        return false;
    snprintf(field, sizeof field, "%.20s.%d.%.28s", kind->plural, position + 1, error->field);
    memcpy(error->field, field, sizeof field);
    return false;
}

/* A child that others refer to has a public id and a label. */
static bool give_identity(ModelContext *context, const Record *old, Record *child)
{
    int field = Model_uid_field(child->resource);
    if (field < 0)
        return true;
    if (old)
        child->values[field] = old->values[field];
    if (!Value_given(&child->values[field])) {
        Uid *uid = ARENA_NEW(context->arena, Uid);
        if (!uid)
            return false;
        *uid = Uid_new();
        child->values[field] = Value_blob(uid->bytes, UID_BYTES);
    }
    Label_compose(context, child);
    return true;
}

static bool prepare_child(ModelContext *context, const Record *old, Record *child, Error *error)
{
    const ResourceDef *kind = child->resource;
    for (int i = kind->first_own; i < kind->field_count; i++) {
        if (Record_set(child, i))
            continue;
        if (old)
            child->values[i] = old->values[i];
        else if (kind->fields[i].default_text &&
                 !Record_value_from_text(context, &kind->fields[i], kind->fields[i].default_text,
                                         &child->values[i], error))
            return false;
        else if (!kind->fields[i].default_text)
            child->values[i] = Value_null();
    }
    if (!Validate_record(context, old, child, error))
        return false;
    Derive_values(context, old, child);
    if (!give_identity(context, old, child))
        return Error_set(error, ERROR_LIMIT, "The record needs too much memory.");
    return Validate_required(context, child, error) &&
           Validate_references(context, old, child, error) &&
           Validate_child_unique(context, old, child, error);
}

static bool write_child(ModelContext *context, const Record *parent, const Record *old_parent,
                        Record *child, int64_t position, bool raw, Error *error)
{
    const ResourceDef *kind = child->resource;
    Record *old = Value_given(&child->values[CHILD_ID])
                      ? find_child(old_parent, kind, Record_id(child))
                      : NULL;
    if (!old && Value_given(&child->values[CHILD_ID]) && !raw)
        return Error_set_field(error, ERROR_REFERENCE, "id", "The %s %lld is not part of this %s.",
                               kind->label, (long long)Record_id(child), parent->resource->label);
    child->values[CHILD_TENANT] = Value_int(context->tenant->id);
    child->values[CHILD_PARENT] = Value_int(Record_id(parent));
    child->values[CHILD_POSITION] = Value_int(position);
    bool checked = raw || !old_parent; /* of a new record: all were checked before it was written */
    if (checked ? !give_identity(context, old, child) : !prepare_child(context, old, child, error))
        return false;
    bool fine = old ? Row_update(context, old, child, error) : Row_insert(context, child, error);
    return fine || Validate_explain_duplicate(context, child, error);
}

bool Children_check(ModelContext *context, Record *record, Error *error)
{
    for (int i = 0; i < record->child_count; i++) {
        Record *child = record->children[i];
        child->values[CHILD_PARENT] = Value_int(0);
        child->values[CHILD_ID] = Value_null();
        if (!prepare_child(context, NULL, child, error))
            return prefix_field(error, child->resource, i);
    }
    return true;
}

static bool delete_child(ModelContext *context, const Record *child, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "DELETE FROM %s WHERE id = ", child->resource->table);
    Sql_bind_int(&sql, Record_id(child));
    Sql_puts(&sql, " AND tenant_id = ");
    Sql_bind_int(&sql, context->tenant->id);
    return Sql_run(&sql, context->connection, error);
}

void Children_append_log(Buffer *out, const Record *record, const ResourceDef *kind)
{
    const char *comma = "";
    Buffer_printf(out, "\"%s\":[", kind->plural);
    for (int i = 0; i < record->child_count; i++) {
        const Record *child = record->children[i];
        if (child->resource != kind)
            continue;
        Buffer_printf(out, "%s{\"id\":%lld", comma, (long long)Record_id(child));
        for (int field = CHILD_COUNT; field < kind->field_count; field++) {
            if (!Value_given(&child->values[field]) || field == Model_label_field(kind))
                continue;
            Buffer_printf(out, ",\"%s\":", kind->fields[field].name);
            Value_append_log(out, &kind->fields[field], &child->values[field]);
        }
        Buffer_putc(out, '}');
        comma = ",";
    }
    Buffer_putc(out, ']');
}

/* Given rows of one kind, then (when the list is not a replacement) the old ones not given. */
static bool write_kind(ModelContext *context, Record *old, Record *record, int kind_index, bool raw,
                       Error *error)
{
    const ResourceDef *kind = record->resource->children[kind_index];
    bool replaces = record->replaces_children[kind_index] && !kind->unbounded;
    int64_t position = 0;
    for (int i = 0; old && i < old->child_count; i++) {
        Record *child = old->children[i];
        if (child->resource != kind)
            continue;
        bool given = find_child(record, kind, Record_id(child)) != NULL;
        if (!given && replaces && !delete_child(context, child, error))
            return false;
        if (!replaces && Record_int(child, CHILD_POSITION, 0) > position)
            position = Record_int(child, CHILD_POSITION, 0);
        if (!given && !replaces && !Record_add_child(context->arena, record, child))
            return Error_set(error, ERROR_LIMIT, "The record has too many rows under it.");
    }
    for (int i = 0, count = record->child_count; i < count; i++) {
        Record *child = record->children[i];
        if (child->resource != kind || (old && find_child(old, kind, Record_id(child)) == child))
            continue;
        Record *was = find_child(old, kind, Record_id(child));
        int64_t place = was && !replaces ? Record_int(was, CHILD_POSITION, 0) : ++position;
        if (!write_child(context, record, old, child, place, raw, error))
            return prefix_field(error, kind, i);
    }
    return true;
}

static void separate(Buffer *out)
{
    if (out->length > 1)
        Buffer_putc(out, ',');
}

bool Children_write(ModelContext *context, const Record *old, Record *record, bool raw,
                    Buffer *before, Buffer *after, bool *changed, Error *error)
{
    Record *stored = NULL;
    for (int kind = 0; kind < record->resource->child_count; kind++) {
        const ResourceDef *child = record->resource->children[kind];
        if (!gives_children(record, kind))
            continue;
        if (old && !stored) {
            stored = Record_copy(context->arena, old);
            if (!stored)
                return Error_set(error, ERROR_LIMIT, "The record needs too much memory.");
        }
        if (stored && !child->unbounded && !read_kind(context, stored, child, error))
            return false;
        Buffer was = BUFFER_EMPTY, is = BUFFER_EMPTY;
        if (stored)
            Children_append_log(&was, stored, child);
        else
            Buffer_printf(&was, "\"%s\":[]", child->plural);
        bool fine = write_kind(context, stored, record, kind, raw, error);
        if (fine)
            Children_append_log(&is, record, child);
        if (fine && strcmp(Buffer_text(&was), Buffer_text(&is)) != 0) {
            separate(before);
            separate(after);
            if (old)
                Buffer_puts(before, Buffer_text(&was));
            Buffer_puts(after, Buffer_text(&is));
            *changed = true;
        }
        Buffer_free(&was);
        Buffer_free(&is);
        if (!fine)
            return false;
    }
    return true;
}
