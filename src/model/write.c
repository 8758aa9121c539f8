/* write.c - create, update, delete, restore, archive, purge. */
#include <string.h>
#include "model/internal.h"

static bool can_change(const ResourceDef *resource, Error *error)
{
    if (!resource->append_only)
        return true;
    return Error_set(error, ERROR_RULE, "A %s stays as it was written.", resource->label);
}

static bool stale(ModelContext *context, const Record *old, int64_t version, Error *error)
{
    char when[48];
    int64_t by = Record_int(old, BASE_UPDATED_BY, 0);
    const ResourceDef *users = Model_resource("user");
    const char *who = by && users ? Label_of_row(context, users, by) : "";
    DateTime_format(Record_int(old, BASE_UPDATED_AT, 0), when);
    Error_set(error, ERROR_CONFLICT, "%s changed \"%.100s\" at %s, after you had read it.",
              who[0] ? who : "The system", Record_text(old, BASE_LABEL), when);
    return Error_hint(error, "Load it again (version %lld; you have %lld) and repeat your change.",
                      (long long)Record_int(old, BASE_VERSION, 0), (long long)version);
}

Record *Model_read(ModelContext *context, const ResourceDef *resource, int64_t id,
                   bool with_deleted, Error *error)
{
    Record *record = Row_read(context, resource, id, error);
    if (!record || resource->parent)
        return record;
    bool visible = with_deleted || !Value_given(&record->values[BASE_DELETED_AT]);
    if (visible && context->scope && context->scope->kind != FILTER_ALL) {
        Sql sql;
        Sql_begin(&sql, context->arena);
        Sql_printf(&sql, "SELECT 1 FROM %s t WHERE t.id = ", resource->table);
        Sql_bind_int(&sql, id);
        if (!Query_scope(context, &sql, resource, "t", error))
            return NULL;
        visible = Sql_scalar(&sql, context->connection, 0, error) == 1;
    }
    if (visible)
        return record;
    Error_set(error, ERROR_NOT_FOUND, "There is no such %s.", resource->label);
    return NULL;
}

Record *Model_fetch(ModelContext *context, const ResourceDef *resource, int64_t id, int64_t version,
                    bool with_deleted, Error *error)
{
    Record *record = Model_read(context, resource, id, with_deleted, error);
    if (record && version && Record_int(record, BASE_VERSION, 0) != version) {
        stale(context, record, version, error);
        return NULL;
    }
    return record;
}

static bool hand_over(ModelContext *context, Record *record, Record **out, Error *error)
{
    if (!out)
        return true;
    *out = Row_read(context, record->resource, Record_id(record), error);
    return *out && Model_read_children(context, *out, error);
}

bool Model_create(ModelContext *context, Record *record, Record **created, Error *error)
{
    const ResourceDef *resource = record->resource;
    const SaveOptions options = {.kind = "create"};
    if (resource->parent)
        return Error_set(error, ERROR_USAGE, "A %s is written with its %s.", resource->label,
                         resource->parent->label);
    const char *state = Record_text(record, resource->state_field);
    if (state && resource->transition_count && !context->importing &&
        !(resource->initial_state && strcmp(state, resource->initial_state) == 0))
        return Error_set_field(error, ERROR_STATE, resource->fields[resource->state_field].name,
                               "A new %s begins as %s.", resource->label, resource->initial_state);
    return Model_save(context, NULL, record, &options, error) &&
           hand_over(context, record, created, error);
}

bool Model_update(ModelContext *context, int64_t id, int64_t version, Record *changes,
                  Record **updated, Error *error)
{
    const ResourceDef *resource = changes->resource;
    const SaveOptions options = {.kind = "update"};
    if (!can_change(resource, error))
        return false;
    Record *old = Model_fetch(context, resource, id, version, false, error);
    if (!old)
        return false;
    int state = resource->state_field;
    if (state >= 0 && Record_set(changes, state) && resource->transition_count &&
        !context->importing && !Value_equal(&old->values[state], &changes->values[state])) {
        Error_set_field(error, ERROR_STATE, resource->fields[state].name,
                        "The state of a %s changes by its own actions.", resource->label);
        return Error_hint(error, "resource.describe %s lists them.", resource->name);
    }
    changes->values[BASE_ARCHIVED_AT] = changes->values[BASE_DELETED_AT] = (Value){0};
    return Model_save(context, old, changes, &options, error) &&
           hand_over(context, changes, updated, error);
}

bool Model_set_deleted(ModelContext *context, Record *old, bool deleted, int64_t undoes,
                       Error *error)
{
    const SaveOptions options = {
        .kind = deleted ? "delete" : "restore", .undoes = undoes, .raw = true};
    Record *record = Record_new(context->arena, old->resource);
    if (!record)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    record->values[BASE_DELETED_AT] = deleted ? Value_int(context->now) : Value_null();
    return Model_save(context, old, record, &options, error);
}

bool Model_delete(ModelContext *context, const ResourceDef *resource, int64_t id, int64_t version,
                  Error *error)
{
    Record *old;
    return can_change(resource, error) &&
           (old = Model_fetch(context, resource, id, version, false, error)) &&
           Model_may_delete(context, old, error) && Model_set_deleted(context, old, true, 0, error);
}

bool Model_restore(ModelContext *context, const ResourceDef *resource, int64_t id, Error *error)
{
    if (!can_change(resource, error))
        return false;
    Record *old = Model_fetch(context, resource, id, 0, true, error);
    if (!old)
        return false;
    int merged = Resource_field(resource, "merged_into_id");
    if (merged >= 0 && Value_given(&old->values[merged])) {
        Error_set(error, ERROR_RULE, "\"%.100s\" was merged into another record.",
                  Record_text(old, BASE_LABEL));
        return Error_hint(error, "Undo the merge instead.");
    }
    return !Value_given(&old->values[BASE_DELETED_AT]) ||
           Model_set_deleted(context, old, false, 0, error);
}

bool Model_archive(ModelContext *context, const ResourceDef *resource, int64_t id, bool archived,
                   Error *error)
{
    const SaveOptions options = {.kind = "archive", .raw = true};
    if (!can_change(resource, error))
        return false;
    Record *old = Model_fetch(context, resource, id, 0, false, error);
    Record *record = old ? Record_new(context->arena, resource) : NULL;
    if (!record)
        return false;
    if (archived == Value_given(&old->values[BASE_ARCHIVED_AT]))
        return true;
    record->values[BASE_ARCHIVED_AT] = archived ? Value_int(context->now) : Value_null();
    return Model_save(context, old, record, &options, error);
}

/* ---- for good ----------------------------------------------------------------------------- */

static bool delete_rows(ModelContext *context, const ResourceDef *resource, const char *column,
                        int64_t id, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "DELETE FROM %s WHERE %s = ", resource->table, column);
    Sql_bind_int(&sql, id);
    Sql_puts(&sql, " AND tenant_id = ");
    Sql_bind_int(&sql, context->tenant->id);
    return Sql_run(&sql, context->connection, error);
}

static bool purge_one(ModelContext *context, Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    Uid uid = Record_uid(record);
    ChangeEntry entry = {
        .kind = "purge", .resource = resource, .uid = &uid, .record_id = Record_id(record)};
    for (int i = 0; i < resource->child_count; i++) {
        if (!delete_rows(context, resource->children[i], "parent_id", Record_id(record), error))
            return false;
    }
    return delete_rows(context, resource, "id", Record_id(record), error) &&
           Change_erase(context, &uid, error) && Change_append(context, &entry, NULL, error);
}

bool Model_purge(ModelContext *context, const ResourceDef *resource, int64_t before,
                 int64_t *purged, Error *error)
{
    int64_t ids[500];
    int count = 0;
    Sql sql;
    *purged = 0;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s WHERE tenant_id = ", resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_puts(&sql, " AND deleted_at < ");
    Sql_bind_int(&sql, before);
    Sql_puts(&sql, " LIMIT 500");
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    StepResult step;
    while (count < 500 && (step = Statement_step(statement, error)) == STEP_ROW)
        ids[count++] = Statement_int(statement, 0);
    Statement_reset(statement);
    for (int i = 0; i < count; i++) {
        Record *record = Row_read(context, resource, ids[i], error);
        if (!record || !purge_one(context, record, error))
            return false;
        ++*purged;
    }
    return true;
}
