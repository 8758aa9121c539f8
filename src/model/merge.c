/* merge.c - two records that are one, and back.
 *
 * The merged record stays in the trash and points to the survivor, so that old ids lead on.  What
 * referred to it refers to the survivor afterwards; which rows moved is kept in merge_record.
 */
#include <string.h>
#include "model/undo.h"

typedef struct Merge {
    ModelContext *context;
    const ResourceDef *resource;
    Record *survivor, *merged;
    const Json *choices;
    Json *moved; /* [{"table","column","ids":[..]}] */
    Error *error;
} Merge;

/* ---- references --------------------------------------------------------------------------- */

static bool collect_ids(Merge *merge, Sql *sql, Json *ids)
{
    Statement *statement = Sql_prepare(sql, merge->context->connection, merge->error);
    StepResult step;
    if (!statement)
        return false;
    while ((step = Statement_step(statement, merge->error)) == STEP_ROW)
        json_object_array_add(ids, json_object_new_int64(Statement_int(statement, 0)));
    Statement_reset(statement);
    return step == STEP_DONE;
}

static void put_match(Sql *sql, const char *column, const char *entity, const char *resource,
                      int64_t id, int64_t tenant)
{
    Sql_printf(sql, " WHERE tenant_id = ");
    Sql_bind_int(sql, tenant);
    Sql_printf(sql, " AND %s = ", column);
    Sql_bind_int(sql, id);
    if (entity) {
        Sql_printf(sql, " AND %s = ", entity);
        Sql_bind_text(sql, resource);
    }
}

/* All rows of a table whose column names the merged record. */
static bool move_column(Merge *merge, const ResourceDef *table, const char *column,
                        const char *entity)
{
    ModelContext *context = merge->context;
    Json *ids = json_object_new_array();
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s", table->table);
    put_match(&sql, column, entity, merge->resource->name, Record_id(merge->merged),
              context->tenant->id);
    if (!collect_ids(merge, &sql, ids) || !json_object_array_length(ids)) {
        json_object_put(ids);
        return !Error_present(merge->error);
    }
    Json *note = json_object_new_object();
    Json_set_text(note, "table", table->table);
    Json_set_text(note, "column", column);
    Json_set(note, "ids", ids);
    json_object_array_add(merge->moved, note);
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "UPDATE %s SET %s = ", table->table, column);
    Sql_bind_int(&sql, Record_id(merge->survivor));
    if (!table->parent) {
        Sql_puts(&sql, ", version = version + 1, updated_at = max(updated_at + 1, ");
        Sql_bind_int(&sql, context->now);
        Sql_puts(&sql, ")");
    }
    put_match(&sql, column, entity, merge->resource->name, Record_id(merge->merged),
              context->tenant->id);
    return Sql_run(&sql, context->connection, merge->error);
}

static bool move_fields(Merge *merge, const ResourceDef *table)
{
    for (int i = table->first_own; i < table->field_count; i++) {
        const FieldDef *field = &table->fields[i];
        bool fine = true;
        if (field->flags & FIELD_LIST)
            continue;
        if (field->type == FIELD_REFERENCE &&
            strcmp(field->reference, merge->resource->name) == 0) {
            fine = move_column(merge, table, field->column, NULL);
        } else if (field->type == FIELD_RECORD) {
            int entity = Resource_field(table, field->reference);
            fine = entity < 0 ||
                   move_column(merge, table, field->column, table->fields[entity].column);
        }
        if (!fine)
            return false;
    }
    return true;
}

static bool move_references(Merge *merge)
{
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        if (!RESOURCES[i]->system && !RESOURCES[i]->append_only &&
            !move_fields(merge, RESOURCES[i]))
            return false;
    }
    for (int i = 0; i < CHILD_RESOURCE_COUNT; i++) {
        if (!CHILD_RESOURCES[i]->parent->system && !move_fields(merge, CHILD_RESOURCES[i]))
            return false;
    }
    for (int i = 0; i < merge->resource->child_count; i++) {
        if (!move_column(merge, merge->resource->children[i], "parent_id", NULL))
            return false;
    }
    return true;
}

/* Back to the merged record, where it still points to the survivor. */
static bool move_back(ModelContext *context, Json *moved, int64_t survivor, int64_t merged,
                      Error *error)
{
    for (size_t i = 0; i < json_object_array_length(moved); i++) {
        Json *note = json_object_array_get_idx(moved, i);
        Json *ids = Json_get(note, "ids");
        for (size_t j = 0; ids && j < json_object_array_length(ids); j++) {
            Sql sql;
            const char *column = Json_text(note, "column");
            Sql_begin(&sql, context->arena);
            Sql_printf(&sql, "UPDATE %s SET %s = ", Json_text(note, "table"), column);
            Sql_bind_int(&sql, merged);
            Sql_puts(&sql, " WHERE id = ");
            Sql_bind_int(&sql, json_object_get_int64(json_object_array_get_idx(ids, j)));
            Sql_printf(&sql, " AND %s = ", column);
            Sql_bind_int(&sql, survivor);
            if (!Sql_run(&sql, context->connection, error))
                return false;
        }
    }
    return true;
}

/* ---- values ------------------------------------------------------------------------------- */

static bool takes_merged(const Merge *merge, int index)
{
    const FieldDef *field = &merge->resource->fields[index];
    const char *choice = merge->choices ? Json_text(merge->choices, field->name) : NULL;
    if (index == merge->resource->state_field || field->flags & (FIELD_DERIVED | FIELD_SYSTEM))
        return false;
    if (strcmp(field->name, "merged_into_id") == 0 || strcmp(field->name, "number") == 0)
        return false;
    if (choice)
        return strcmp(choice, "merged") == 0;
    return !Value_given(&merge->survivor->values[index]);
}

static bool check_choices(const Merge *merge)
{
    for (JsonEntry *at = Json_first(merge->choices); at; at = at->next) {
        const char *value = Json_text(merge->choices, lh_entry_k(at));
        if (Model_field(merge->resource, lh_entry_k(at)) < 0)
            return Error_set_field(merge->error, ERROR_USAGE, lh_entry_k(at),
                                   "%s has no field \"%.60s\".", merge->resource->label,
                                   (const char *)lh_entry_k(at));
        if (!value || (strcmp(value, "survivor") != 0 && strcmp(value, "merged") != 0))
            return Error_set_field(merge->error, ERROR_ENUM, lh_entry_k(at),
                                   "Choose \"survivor\" or \"merged\".");
    }
    return true;
}

static Record *chosen_values(Merge *merge)
{
    Record *record = Record_new(merge->context->arena, merge->resource);
    for (int i = merge->resource->first_own; record && i < merge->resource->field_count; i++) {
        if (takes_merged(merge, i) && Value_given(&merge->merged->values[i]))
            record->values[i] = merge->merged->values[i];
    }
    Json *ours = NULL, *theirs = NULL;
    Error ignored = ERROR_NONE;
    const Value *mine = &merge->survivor->values[BASE_CUSTOM];
    const Value *other = &merge->merged->values[BASE_CUSTOM];
    if (record && Value_given(other) && other->length > 2) {
        ours = Value_given(mine) ? Json_parse(mine->text, mine->length, JSON_BYTES_MAX, &ignored)
                                 : NULL;
        theirs = Json_parse(other->text, other->length, JSON_BYTES_MAX, &ignored);
        for (JsonEntry *at = Json_first(ours); theirs && at; at = at->next)
            json_object_object_del(theirs, lh_entry_k(at));
        if (theirs)
            record->values[BASE_CUSTOM] =
                Value_text(Arena_strdup(merge->context->arena, Json_serialise(theirs, NULL)));
    }
    json_object_put(ours);
    json_object_put(theirs);
    return record;
}

/* ---- the merged record -------------------------------------------------------------------- */

static bool write_tombstone(Merge *merge, bool away, int64_t undoes)
{
    ModelContext *context = merge->context;
    Record *record = Record_copy(context->arena, merge->merged);
    int into = Resource_field(merge->resource, "merged_into_id");
    Uid uid = Record_uid(merge->merged);
    ChangeEntry entry = {.kind = away ? "merged_away" : "unmerge",
                         .resource = merge->resource,
                         .uid = &uid,
                         .record_id = Record_id(merge->merged),
                         .label = Record_text(merge->merged, BASE_LABEL),
                         .undoes = undoes};
    if (!record)
        return Error_set(merge->error, ERROR_LIMIT, "There is not enough memory.");
    record->values[BASE_DELETED_AT] = away ? Value_int(context->now) : Value_null();
    if (into >= 0)
        record->values[into] = away ? Value_int(Record_id(merge->survivor)) : Value_null();
    record->values[BASE_VERSION] = Value_int(Record_int(merge->merged, BASE_VERSION, 1) + 1);
    record->values[BASE_UPDATED_AT] = Value_int(context->now);
    return Row_update(context, merge->merged, record, merge->error) &&
           Change_append(context, &entry, NULL, merge->error);
}

static char *snapshot(ModelContext *context, const Record *record)
{
    Buffer out = BUFFER_EMPTY;
    Buffer_putc(&out, '{');
    Log_record(record, &out);
    Buffer_putc(&out, '}');
    char *text = Arena_strdup(context->arena, Buffer_text(&out));
    Buffer_free(&out);
    return text;
}

static bool write_merge_record(Merge *merge)
{
    ModelContext *context = merge->context;
    const ResourceDef *resource = Model_resource("merge_record");
    Record *row = resource ? Record_new(context->arena, resource) : NULL;
    if (!row)
        return Error_set(merge->error, ERROR_INTERNAL, "Merges cannot be recorded.");
    Record_set_text(row, Resource_field(resource, "entity"), merge->resource->name);
    row->values[Resource_field(resource, "survivor_uid")] = merge->survivor->values[BASE_UID];
    row->values[Resource_field(resource, "merged_uid")] = merge->merged->values[BASE_UID];
    if (merge->choices)
        Record_set_text(row, Resource_field(resource, "field_choices"),
                        Json_serialise(merge->choices, NULL));
    Record_set_text(row, Resource_field(resource, "moved_refs"),
                    Json_serialise(merge->moved, NULL));
    Record_set_text(row, Resource_field(resource, "snapshot"), snapshot(context, merge->merged));
    Row_stamp(context, row);
    Label_compose(context, row);
    return Row_insert(context, row, merge->error);
}

/* Search text of both, before and after the children moved. */
typedef struct Found {
    char *survivor, *merged;
} Found;

static bool search_texts(Merge *merge, Found *found)
{
    Error inner = ERROR_NONE;
    if (!merge->resource->search_id)
        return true;
    found->survivor = Search_text(merge->context, merge->survivor, true, &inner);
    found->merged = Search_text(merge->context, merge->merged, true, &inner);
    if (Error_present(&inner) && merge->error)
        *merge->error = inner;
    return !Error_present(&inner);
}

static bool reindex(Merge *merge, const Found *before, bool away)
{
    Found after = {0};
    if (!merge->resource->search_id)
        return true;
    return search_texts(merge, &after) &&
           Search_replace(merge->context, merge->resource, Record_id(merge->survivor),
                          before->survivor, after.survivor, merge->error) &&
           Search_replace(merge->context, merge->resource, Record_id(merge->merged),
                          away ? before->merged : NULL, away ? NULL : after.merged, merge->error);
}

static bool run(void *argument, Error *error)
{
    Merge *merge = argument;
    const SaveOptions options = {.kind = "merge", .always = true};
    Found before = {0};
    if (!search_texts(merge, &before) || !write_tombstone(merge, true, 0) ||
        !move_references(merge) || !reindex(merge, &before, true) || !write_merge_record(merge))
        return false;
    Record *record = chosen_values(merge);
    if (!record)
        return Error_set(merge->error, ERROR_LIMIT, "There is not enough memory.");
    return Model_save(merge->context, merge->survivor, record, &options, merge->error);
}

bool Model_merge(ModelContext *context, const ResourceDef *resource, int64_t survivor,
                 int64_t merged, const Json *choices, Error *error)
{
    Merge merge = {.context = context, .resource = resource, .choices = choices, .error = error};
    if (resource->append_only || resource->parent || survivor == merged)
        return Error_set(error, ERROR_USAGE, "These two cannot be merged.");
    if (!Model_may_merge(resource, error))
        return false;
    merge.survivor = Model_fetch(context, resource, survivor, 0, false, error);
    merge.merged = merge.survivor ? Model_fetch(context, resource, merged, 0, false, error) : NULL;
    if (!merge.merged || !check_choices(&merge))
        return false;
    merge.moved = json_object_new_array();
    bool fine = Model_atomic(context, run, &merge, error);
    json_object_put(merge.moved);
    return fine;
}

/* ---- back --------------------------------------------------------------------------------- */

static bool find_merge(Merge *merge, const Change *change, int64_t *id)
{
    ModelContext *context = merge->context;
    Statement *statement = Connection_prepare(
        context->connection,
        "SELECT m.id, m.merged_uid, m.moved_refs FROM merge_record m WHERE m.tenant_id = ?1"
        " AND m.survivor_uid = ?2 AND m.undone_at IS NULL AND m.created_at <= ?3"
        " ORDER BY m.id DESC LIMIT 1",
        merge->error);
    Value merged = Value_null();
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_value(statement, 2, &merge->survivor->values[BASE_UID]);
    Statement_bind_int(statement, 3, change->at);
    StepResult step = Statement_step(statement, merge->error);
    if (step == STEP_ROW) {
        static const FieldDef uid = {.type = FIELD_UID};
        const char *text = Statement_text(statement, 2);
        *id = Statement_int(statement, 0);
        merged = Value_of_column(statement, 1, &uid, context->arena);
        merge->moved =
            text ? Json_parse(text, strlen(text), JSON_BYTES_MAX * 16, merge->error) : NULL;
    }
    Statement_reset(statement);
    if (step != STEP_ROW || !merge->moved)
        return Error_set(merge->error, ERROR_NOT_FOUND, "The merge is not on record any more.");
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s WHERE uid = ", merge->resource->table);
    Sql_bind(&sql, &merged);
    int64_t row = Sql_scalar(&sql, context->connection, 0, merge->error);
    merge->merged = row ? Row_read(context, merge->resource, row, merge->error) : NULL;
    return merge->merged != NULL;
}

static bool close_merge_record(ModelContext *context, int64_t id, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection, "UPDATE merge_record SET undone_at = ?1 WHERE id = ?2", error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->now);
    Statement_bind_int(statement, 2, id);
    return Statement_run(statement, error);
}

static bool separate(Merge *merge, const Change *change, int64_t id)
{
    ModelContext *context = merge->context;
    const SaveOptions options = {.kind = "update", .undoes = change->id, .raw = true};
    Found before = {0};
    if (!search_texts(merge, &before) ||
        !move_back(context, merge->moved, Record_id(merge->survivor), Record_id(merge->merged),
                   merge->error) ||
        !reindex(merge, &before, false) || !close_merge_record(context, id, merge->error))
        return false;
    /* The survivor lets go of what it took before the other gets it back: unique values. */
    Record *record =
        change->before ? Undo_record(context, merge->survivor, change->before, merge->error) : NULL;
    if (change->before &&
        (!record || !Model_save(context, merge->survivor, record, &options, merge->error)))
        return false;
    return write_tombstone(merge, false, change->id);
}

bool Merge_undo(ModelContext *context, const Change *change, Error *error)
{
    Merge merge = {
        .context = context, .resource = Model_resource(change->resource), .error = error};
    int64_t id = 0;
    merge.survivor = Model_read(context, merge.resource, change->record_id, false, error);
    bool fine = merge.survivor && find_merge(&merge, change, &id) && separate(&merge, change, id);
    json_object_put(merge.moved);
    return fine;
}
