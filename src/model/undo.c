/* undo.c - taking back a change, or the batch it belongs to, by a new change.
 *
 * Newest first, all or nothing.  A change that undoes is a change like any other, so it can be
 * undone by its number.  What is an issued document, money or stock is left to its
 * counter-operation.
 */
#include <string.h>
#include "model/undo.h"

/* ---- which changes ------------------------------------------------------------------------ */

static int64_t newest(ModelContext *context, const char *sql, Error *error)
{
    Statement *statement = Connection_prepare(context->connection, sql, error);
    if (!statement)
        return 0;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_int(statement, 2, context->user_id);
    return Statement_scalar(statement, 0, error);
}

/* The caller's last change, or the last of a batch, that is neither undone nor an undo. */
static int64_t last_change(ModelContext *context, Error *error)
{
    int64_t single = newest(
        context,
        "SELECT c.id FROM change c WHERE c.tenant_id = ?1 AND c.user_id = ?2 AND c.batch IS NULL"
        " AND c.undoes IS NULL AND c.kind NOT IN ('log', 'purge') AND NOT EXISTS"
        " (SELECT 1 FROM change_undo u WHERE u.change_id = c.id) ORDER BY c.id DESC LIMIT 1",
        error);
    int64_t batch =
        newest(context,
               "SELECT b.last_id FROM change_batch b WHERE b.tenant_id = ?1 AND b.user_id = ?2"
               " AND b.undoes IS NULL AND NOT EXISTS"
               " (SELECT 1 FROM change_undo u WHERE u.change_id = b.last_id)"
               " ORDER BY b.last_id DESC LIMIT 1",
               error);
    return single > batch ? single : batch;
}

static bool find_batch(ModelContext *context, Undo *undo, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection, "SELECT first_id, last_id, entries FROM change_batch WHERE uid = ?1",
        error);
    if (!statement)
        return false;
    Statement_bind_blob(statement, 1, undo->batch.bytes, UID_BYTES);
    StepResult step = Statement_step(statement, error);
    if (step == STEP_ROW) {
        undo->first = Statement_int(statement, 0);
        undo->last = Statement_int(statement, 1);
        undo->entries = Statement_int(statement, 2);
    }
    Statement_reset(statement);
    return step != STEP_FAILED;
}

static bool choose(ModelContext *context, int64_t change_id, Undo *undo, Error *error)
{
    if (!change_id) {
        Error inner = ERROR_NONE;
        change_id = last_change(context, &inner);
        if (Error_present(&inner) && error)
            *error = inner;
        if (!change_id)
            return Error_present(&inner)
                       ? false
                       : Error_set(error, ERROR_NOT_FOUND, "You have no change to undo.");
    }
    if (!Change_read(context, change_id, &undo->asked, error))
        return false;
    undo->first = undo->last = change_id;
    undo->entries = 1;
    if (!undo->asked.batch_uid)
        return true;
    undo->is_batch = Uid_parse(undo->asked.batch_uid, NULL, &undo->batch, NULL);
    return find_batch(context, undo, error);
}

/* The next older change of the batch below `below`; 0 at the end. */
static int64_t older(ModelContext *context, const Undo *undo, int64_t below, Error *error)
{
    if (!undo->is_batch)
        return below > undo->last ? undo->last : 0;
    Statement *statement = Connection_prepare(
        context->connection,
        "SELECT id FROM change WHERE id < ?1 AND id >= ?2 AND batch = ?3 ORDER BY id DESC LIMIT 1",
        error);
    if (!statement)
        return 0;
    Statement_bind_int(statement, 1, below);
    Statement_bind_int(statement, 2, undo->first);
    Statement_bind_blob(statement, 3, undo->batch.bytes, UID_BYTES);
    return Statement_scalar(statement, 0, error);
}

/* ---- applying ----------------------------------------------------------------------------- */

static bool take_children(ModelContext *context, Record *record, int kind, Json *list, Error *error)
{
    const ResourceDef *child = record->resource->children[kind];
    record->replaces_children[kind] = true;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        Json *stored = json_object_array_get_idx(list, i);
        Record *row = Record_new(context->arena, child);
        if (!row || !Record_add_child(context->arena, record, row))
            return Error_set(error, ERROR_LIMIT, "The record needs too much memory.");
        row->values[CHILD_ID] = Value_int(Json_int(stored, "id", 0));
        for (int f = child->first_own - (child->addressable ? 2 : 0); f < child->field_count; f++) {
            Json *member = Json_get(stored, child->fields[f].name);
            row->values[f] = Value_null();
            if (member &&
                !Value_from_log(context->arena, &child->fields[f], member, &row->values[f]))
                row->values[f] = (Value){0}; /* a secret: as it is */
        }
    }
    return true;
}

/* The values of `before` over the current record; custom members into the stored object. */
Record *Undo_record(ModelContext *context, const Record *current, const char *before, Error *error)
{
    const ResourceDef *resource = current->resource;
    Record *record = Record_new(context->arena, resource);
    const Value *stored = &current->values[BASE_CUSTOM];
    Json *json = Json_parse(before, strlen(before), JSON_BYTES_MAX * 16, error);
    Json *custom = Value_given(stored)
                       ? Json_parse(stored->text, stored->length, JSON_BYTES_MAX * 2, error)
                       : json_object_new_object();
    bool fine = record && json && custom;
    for (JsonEntry *at = Json_first(json); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        int field = Resource_field(resource, key);
        if (!fine)
            break;
        if (strncmp(key, "custom.", 7) == 0) {
            if (member)
                Json_set(custom, key + 7, json_object_get(member));
            else
                json_object_object_del(custom, key + 7);
        } else if (field >= 0) {
            if (!Value_from_log(context->arena, &resource->fields[field], member,
                                &record->values[field]))
                record->values[field] = (Value){0};
        }
        for (int kind = 0; fine && field < 0 && kind < resource->child_count; kind++) {
            if (strcmp(resource->children[kind]->plural, key) == 0)
                fine = take_children(context, record, kind, member, error);
        }
    }
    if (fine)
        record->values[BASE_CUSTOM] =
            Value_text(Arena_strdup(context->arena, Json_serialise(custom, NULL)));
    json_object_put(json);
    json_object_put(custom);
    return fine ? record : NULL;
}

static bool set_back(ModelContext *context, const Change *change, const Record *current,
                     Error *error)
{
    const SaveOptions options = {.kind = "update", .undoes = change->id, .raw = true};
    Record *record = Undo_record(context, current, change->before, error);
    return record && Model_save(context, current, record, &options, error);
}

static bool apply(ModelContext *context, const Change *change, Error *error)
{
    const ResourceDef *resource = Model_resource(change->resource);
    if (strcmp(change->kind, "merge") == 0)
        return Merge_undo(context, change, error);
    Record *current = Model_read(context, resource, change->record_id, true, error);
    if (!current)
        return false;
    if (strcmp(change->kind, "create") == 0 || strcmp(change->kind, "restore") == 0)
        return Model_set_deleted(context, current, true, change->id, error);
    if (strcmp(change->kind, "delete") == 0)
        return Model_set_deleted(context, current, false, change->id, error);
    return set_back(context, change, current, error);
}

/* Undoing an undo makes the first change count again. */
static bool mark(ModelContext *context, const Change *change, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection,
        "INSERT INTO change_undo(change_id, tenant_id, undone_by, at) VALUES(?1, ?2,"
        " (SELECT entries FROM change_head WHERE tenant_id = ?2 AND lane = 0), ?3)",
        error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, change->id);
    Statement_bind_int(statement, 2, context->tenant->id);
    Statement_bind_int(statement, 3, context->now);
    if (!Statement_run(statement, error))
        return false;
    if (!change->undoes)
        return true;
    statement = Connection_prepare(context->connection,
                                   "DELETE FROM change_undo WHERE change_id = ?1", error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, change->undoes);
    return Statement_run(statement, error);
}

static Json *describe(const Change *change, const char *what)
{
    Json *one = json_object_new_object();
    Json_set_int(one, "change", change->id);
    Json_set_text(one, "resource", change->resource);
    Json_set_text(one, "id", change->record_uid);
    Json_set_text(one, "label", change->record_label);
    Json_set_text(one, "what", what);
    return one;
}

static bool undo_one(ModelContext *context, const Undo *undo, int64_t id, Json *undone,
                     int64_t *count, Error *error)
{
    Change change;
    char what[200];
    if (!Change_read(context, id, &change, error))
        return false;
    if (undo->is_batch && !Undo_counts(&change))
        return true;
    if (!Undo_check(context, undo, &change, false, error))
        return false;
    Undo_words(context, &change, what, sizeof what);
    if (!apply(context, &change, error) || !mark(context, &change, error))
        return false;
    if (++*count <= UNDO_LISTED)
        json_object_array_add(undone, describe(&change, what));
    return true;
}

/* Each entry in memory of its own, so that a batch may be of any size. */
static bool undo_all(ModelContext *context, const Undo *undo, Json *undone, int64_t *count,
                     Error *error)
{
    ModelContext inner = *context;
    inner.arena = Arena_new(0);
    inner.operation = context->operation ? context->operation : "undo";
    if (!inner.arena)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    if (undo->is_batch && undo->entries > 1)
        inner.batch = Uid_new();
    bool fine = true;
    Error found = ERROR_NONE;
    for (int64_t id = undo->last + 1;
         fine && (id = older(&inner, undo, id, &found)) && !Error_present(&found);) {
        inner.custom = context->custom;
        fine = undo_one(&inner, undo, id, undone, count, &found);
        Arena_reset(inner.arena);
    }
    Arena_free(inner.arena);
    context->custom = NULL; /* a custom field may have come back */
    if (Error_present(&found) && error)
        *error = found;
    return fine && !Error_present(&found);
}

bool Model_undo(ModelContext *context, int64_t change_id, Json **result, Error *error)
{
    Undo undo = {0};
    int64_t count = 0;
    if (!choose(context, change_id, &undo, error))
        return false;
    Json *undone = json_object_new_array();
    if (!Connection_savepoint(context->connection, error)) {
        json_object_put(undone);
        return false;
    }
    if (!undo_all(context, &undo, undone, &count, error)) {
        Error ignored = ERROR_NONE;
        Connection_rollback(context->connection, &ignored);
        json_object_put(undone);
        return false;
    }
    if (!Connection_release(context->connection, error)) {
        json_object_put(undone);
        return false;
    }
    Json *out = json_object_new_object();
    char message[160];
    snprintf(message, sizeof message,
             count == 1 ? "1 change was undone." : "%lld changes were undone.", (long long)count);
    Json_set(out, "undone", undone);
    Json_set_int(out, "count", count);
    Json_set_text(out, "message", message);
    if (result)
        *result = out;
    else
        json_object_put(out);
    return true;
}

/* ---- preview ------------------------------------------------------------------------------ */

static void refuse(Json *out, const Error *why)
{
    Json *refused = json_object_new_object();
    Json_set_text(refused, "reason", why->message);
    if (why->hint[0])
        Json_set_text(refused, "hint", why->hint);
    Json_set(out, "refused", refused);
}

Json *Model_undo_preview(ModelContext *context, int64_t change_id, Error *error)
{
    Undo undo = {0};
    char what[200], when[48];
    if (!choose(context, change_id, &undo, error))
        return NULL;
    Json *out = json_object_new_object(), *changes = json_object_new_array();
    Error why = ERROR_NONE;
    int64_t count = 0;
    for (int64_t id = undo.last + 1; (id = older(context, &undo, id, &why)) != 0;) {
        Change change;
        if (!Change_read(context, id, &change, &why))
            break;
        if (undo.is_batch && !Undo_counts(&change))
            continue;
        if (!Undo_check(context, &undo, &change, true, &why))
            break;
        Undo_words(context, &change, what, sizeof what);
        if (++count <= UNDO_LISTED)
            json_object_array_add(changes, describe(&change, what));
    }
    Json_set_int(out, "change", undo.asked.id);
    Json_set_text(out, "operation", undo.asked.operation);
    Json_set_text(out, "actor", undo.asked.actor_name);
    Json_set_text(out, "at", DateTime_format(undo.asked.at, when));
    Json_set_text(out, "batch", undo.asked.batch_uid);
    Json_set_int(out, "count", count);
    Json_set(out, "changes", changes);
    if (Error_present(&why))
        refuse(out, &why);
    return out;
}
