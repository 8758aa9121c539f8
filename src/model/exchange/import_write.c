#include <stdlib.h>
#include <string.h>

#include "model/bulk.h"
#include "model/exchange/import_private.h"
#include "model/internal.h"

#define ROW_ARENA_MAX (64u * 1024 * 1024)

/* ---- writing a record ----------------------------------------------------------------------- */

static bool is_fatal(const Error *error)
{
    return Error_is(error, ERROR_STORAGE) || Error_is(error, ERROR_AGAIN) ||
           Error_is(error, ERROR_CANCELLED) || Error_is(error, ERROR_INTERNAL);
}

/* Which of our five words a refusal is. */
static const char *code_of(const Error *error)
{
    static const char *const CODES[] = {ERROR_REQUIRED, ERROR_TYPE,      ERROR_ENUM,
                                        ERROR_RULE,     ERROR_REFERENCE, ERROR_DUPLICATE,
                                        ERROR_TOO_LONG, ERROR_SYNTAX};

    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
        if (Error_is(error, CODES[i]))
            return CODES[i];
    return ERROR_RULE;
}

/* The column of the file behind a field that the model complains about. */
static void fail_draft(Import *import, ModelContext *context, Draft *draft, const Error *error)
{
    const ImportPlan *plan = import->plan;
    const char *header = error->field, *value = "";

    for (size_t i = 0; i < plan->column_count; i++) {
        const Target *target = &plan->columns[i].target;
        const FieldDef *field = Target_field(target);
        bool custom = target->kind == TARGET_CUSTOM && strncmp(error->field, "custom.", 7) == 0 &&
                      strcmp(error->field + 7, target->key) == 0;
        const char *dot = strrchr(error->field, '.');

        if (!custom && !(field && (strcmp(field->name, error->field) == 0 ||
                                   (target->kind == TARGET_CHILD && dot &&
                                    strcmp(field->name, dot + 1) == 0))))
            continue;
        header = plan->columns[i].header;
        if (draft->original_count > 0 && i < draft->originals[0].count &&
            draft->originals[0].cells[i])
            value = draft->originals[0].cells[i];
        break;
    }
    Draft_fail(draft, context->arena, header, value, code_of(error), error->message);
}

/* Children given as JSON: what the model makes itself is taken out of them; ids count only on
 * updates. */
static bool is_child_of(const Record *old, const ResourceDef *kind, const Json *id)
{
    const char *text = json_object_is_type(id, json_type_string)
                           ? json_object_get_string((Json *)(uintptr_t)id)
                           : NULL;
    Uid uid;

    if (text && !Uid_parse(text, kind->prefix, &uid, NULL))
        return false;
    for (int i = 0; id && old && i < old->child_count; i++) {
        const Record *child = old->children[i];
        Uid other = Record_uid(child);

        if (child->resource == kind &&
            (text ? memcmp(&other, &uid, sizeof uid) == 0
                  : Record_id(child) == json_object_get_int64((Json *)(uintptr_t)id)))
            return true;
    }
    return false;
}

static void clean_children(Json *children, const ResourceDef *resource, const Record *old)
{
    json_object_object_foreach(children, plural, list)
    {
        const ResourceDef *kind = Resource_find_child(resource, plural);

        for (size_t i = 0; kind && i < json_object_array_length(list); i++) {
            Json *item = json_object_array_get_idx(list, i);
            bool known;

            if (!json_object_is_type(item, json_type_object))
                continue;
            known = is_child_of(old, kind, Json_get(item, "id"));
            for (int field = 1; field < kind->field_count; field++)
                if (kind->fields[field].flags & FIELD_SYSTEM)
                    json_object_object_del(item, kind->fields[field].name);
            if (!known)
                json_object_object_del(item, "id");
        }
    }
}

static bool read_children(ModelContext *context, Draft *draft, Record *old, Error *error)
{
    Record *read;

    if (!draft->children)
        return true;
    if (old && !Model_read_children(context, old, error))
        return false;
    clean_children(draft->children, draft->record->resource, old);
    read = Record_from_json(context, draft->record->resource, draft->children, error);
    if (!read)
        return false;
    for (int i = 0; i < read->child_count; i++)
        if (!Record_add_child(context->arena, draft->record, read->children[i]))
            return Error_set(error, ERROR_LIMIT, "The record is too large.");
    for (int i = 0; i < read->resource->child_count; i++)
        draft->record->replaces_children[i] |= read->replaces_children[i];
    return true;
}

static bool update_record(Import *import, ModelContext *context, Draft *draft, int64_t id,
                          int64_t *counter[], Error *error)
{
    const ResourceDef *resource = draft->record->resource;
    Record *old = Model_read(context, resource, id, false, error), *now;

    if (!old || !read_children(context, draft, old, error) ||
        !Match_reduce(import, context, draft, old, error) ||
        !Model_update(context, id, 0, draft->record, NULL, error))
        return false;
    now = Row_read(context, resource, id, error);
    if (!now)
        return false;
    *counter = Record_int(now, BASE_VERSION, 0) == Record_int(old, BASE_VERSION, 0)
                   ? &import->counts.skipped
                   : &import->counts.updated;
    return true;
}

/* In a new record there is nothing to empty: defaults apply. */
static void forget_nulls(Record *record)
{
    for (int i = 0; i < record->resource->field_count; i++)
        if (record->values[i].kind == VALUE_NULL)
            record->values[i] = (Value){0};
}

static bool create_record(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    bool created;

    forget_nulls(draft->record);
    for (int i = 0; i < draft->record->child_count; i++) {
        Record *child = draft->record->children[i];
        int uid = Model_uid_field(child->resource);

        forget_nulls(child);
        child->values[CHILD_ID] = (Value){0}; /* it was of another base */
        if (uid >= 0)
            child->values[uid] = (Value){0};
    }
    if (!read_children(context, draft, NULL, error) || !Finish_new(import, context, draft, error))
        return false;
    context->custom_checked = !draft->empties_custom;
    created = Model_create(context, draft->record, NULL, error);
    context->custom_checked = false;
    return created && Finish_created(import, context, draft, draft->record, error);
}

/* Decides what the row is and does it; *counter = what it counts as. */
static bool save_record(Import *import, ModelContext *context, Draft *draft, int64_t **counter,
                        Error *error)
{
    bool seen = import->plan->options.dry_run && Match_seen_before(import, draft);
    int64_t id;

    if (!References_resolve(import, context, draft, error))
        return false;
    id = Match_find(import, context, draft, error);
    if (Error_present(error))
        return false;
    if (!id && seen) { /* an earlier row of this dry run would have made it */
        if (import->plan->match_field < 0)
            return Error_set(error, ERROR_DUPLICATE,
                             "An earlier row of the file has the same value.");
        *counter = import->plan->options.on_match == MATCH_SKIP ? &import->counts.skipped
                                                                : &import->counts.updated;
        return true;
    }
    if (id && import->plan->options.on_match == MATCH_SKIP) {
        *counter = &import->counts.skipped;
        return true;
    }
    if (id && import->plan->options.on_match != MATCH_CREATE)
        return update_record(import, context, draft, id, counter, error);
    *counter = &import->counts.created;
    return create_record(import, context, draft, error);
}

/* A plain new record is written by statements that each do all or nothing, and its own row comes
 * last of what may be refused; everything else may stop half-way. */
static bool needs_savepoint(const Import *import, const Draft *draft)
{
    const ResourceDef *resource = draft->record->resource;

    return import->careful || draft->record->child_count > 0 || draft->children ||
           draft->reference_count > 0 || draft->own_id || import->plan->match_field >= 0 ||
           strcmp(resource->name, "order") == 0 || strcmp(resource->name, "invoice") == 0;
}

static bool count_failure(Import *import, ModelContext *context, Draft *draft, const Error *failure,
                          Error *error)
{
    if (!draft->error.code)
        fail_draft(import, context, draft, failure);
    import->counts.failed++;
    return Report_failure(import, draft, error);
}

static bool write_guarded(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    int64_t *counter = NULL;
    Error local = ERROR_NONE;
    ModelBulk before = *context->bulk;

    import->created_references = false;
    if (!Connection_savepoint(context->connection, error))
        return false;
    if (save_record(import, context, draft, &counter, &local) && !draft->error.code) {
        ++*counter;
        return Connection_release(context->connection, error);
    }
    *context->bulk = before;
    if (!Connection_rollback(context->connection, error))
        return false;
    if (is_fatal(&local)) {
        *error = local;
        return false;
    }
    if (import->created_references)
        References_forget(import->references);
    return count_failure(import, context, draft, &local, error);
}

/* A savepoint costs more than a plain row does: it makes the search index write what it holds. */
static bool write_plain(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    int64_t *counter = NULL;
    Error local = ERROR_NONE;

    context->unguarded = true;
    if (save_record(import, context, draft, &counter, &local)) {
        context->unguarded = false;
        ++*counter;
        return true;
    }
    context->unguarded = false;
    import->half_written = Value_given(&draft->record->values[BASE_ID]);
    if (is_fatal(&local) || import->half_written) {
        *error = local;
        return false;
    }
    return count_failure(import, context, draft, &local, error);
}

static bool write_draft(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    if (draft->error.code)
        return count_failure(import, context, draft, NULL, error);
    return needs_savepoint(import, draft) ? write_guarded(import, context, draft, error)
                                          : write_plain(import, context, draft, error);
}

/* ---- writing a batch ------------------------------------------------------------------------ */

static bool write_drafts(Import *import, ModelContext *context, DraftBatch *batch, Error *error)
{
    Arena *outer = context->arena, *rows = Arena_new(ROW_ARENA_MAX);
    CustomFields *custom = Custom_of(context, error); /* loaded once, in the outer arena */
    ModelBulk bulk = {0};
    bool fine = rows && custom;

    context->bulk = &bulk;
    context->arena = rows;
    for (size_t i = 0; fine && i < batch->count; i++) {
        fine = write_draft(import, context, batch->drafts[i], error);
        context->custom = custom;
        Arena_reset(rows);
    }
    context->arena = outer;
    fine = fine && ModelBulk_finish(context, error);
    context->bulk = NULL;
    Arena_free(rows);
    if (!fine && !Error_present(error))
        Error_set(error, ERROR_LIMIT, "Not enough memory for the import.");
    return fine;
}

/* Values as they were before the first attempt; children are only written under savepoints. */
static Value **keep_values(const DraftBatch *batch)
{
    Value **kept = ARENA_ARRAY(batch->arena, Value *, batch->count + 1);

    for (size_t i = 0; kept && i < batch->count; i++) {
        const Record *record = batch->drafts[i]->record;
        size_t count = (size_t)record->resource->field_count;

        kept[i] = ARENA_ARRAY(batch->arena, Value, count);
        if (!kept[i])
            return NULL;
        memcpy(kept[i], record->values, count * sizeof *kept[i]);
    }
    return kept;
}

/* The whole batch; should a record be refused half-way, the drafts are made good for a second
 * attempt, with care, in a transaction of its own. */
static bool write_all(Import *import, ModelContext *context, DraftBatch *batch, Error *error)
{
    Value **kept = import->careful ? NULL : keep_values(batch);
    bool again = import->again;

    import->careful = again || kept == NULL;
    import->half_written = import->again = false;
    if (write_drafts(import, context, batch, error)) {
        import->careful = false;
        return true;
    }
    if (!import->half_written || is_fatal(error))
        return false;
    for (size_t i = 0; kept && i < batch->count; i++) {
        Record *record = batch->drafts[i]->record;

        memcpy(record->values, kept[i], (size_t)record->resource->field_count * sizeof *kept[i]);
    }
    import->again = kept != NULL;
    return false;
}

bool Import_wants_again(const Import *import)
{
    return import->again;
}

static void write_cursor(const Import *import, const DraftBatch *batch, Json *cursor)
{
    const ImportCounts *counts = &import->counts;

    Json_set_int(cursor, "rows", counts->rows);
    Json_set_int(cursor, "records", batch->drafts[batch->count - 1]->number);
    Json_set_int(cursor, "created", counts->created);
    Json_set_int(cursor, "updated", counts->updated);
    Json_set_int(cursor, "skipped", counts->skipped);
    Json_set_int(cursor, "failed", counts->failed);
    Json_set_int(cursor, "errors", import->errors_bytes);
}

bool Import_write(Import *import, ModelContext *context, DraftBatch *batch, Json *cursor,
                  Error *error)
{
    ImportCounts before = import->counts;
    int64_t errors_before = import->errors_bytes;
    size_t shown = json_object_array_length(import->first_errors);
    bool dry = import->plan->options.dry_run, fine;
    ActorKind actor = context->actor_kind;

    context->importing = true;
    context->actor_kind = ACTOR_IMPORT;
    if (dry) {
        context->on_event = NULL;
        if (!Connection_savepoint(context->connection, error))
            return false;
        context->custom = NULL;
    }
    fine = write_all(import, context, batch, error);
    if (dry) {
        context->custom = NULL;
        References_forget(import->references);
        if (!Connection_rollback(context->connection, error))
            fine = false;
    }
    context->actor_kind = actor;
    import->counts.rows += batch->file_rows;
    if (fine) {
        if (cursor)
            write_cursor(import, batch, cursor);
        return true;
    }
    import->counts = before;
    References_forget(import->references);
    json_object_array_del_idx(import->first_errors, shown,
                              json_object_array_length(import->first_errors) - shown);
    Report_truncate(import, errors_before, NULL);
    return false;
}
