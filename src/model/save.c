/* save.c - the one way a record reaches the store: prepared, checked, written, logged, announced. */
#include <string.h>
#include "model/internal.h"

#define HOOKS_MAX 256

static struct Hook {
    const ResourceDef *resource;
    SaveHook before, after;
} hooks[HOOKS_MAX];
static int hook_count;

void Model_register_hooks(const char *resource, SaveHook before_save, SaveHook after_save)
{
    const ResourceDef *found = Model_resource(resource);
    if (found && hook_count < HOOKS_MAX)
        hooks[hook_count++] = (struct Hook){found, before_save, after_save};
}

static bool run_hooks(ModelContext *context, const Record *old, Record *record, bool before,
                      bool *ran, Error *error)
{
    for (int i = 0; i < hook_count; i++) {
        SaveHook hook = before ? hooks[i].before : hooks[i].after;
        if (hooks[i].resource != record->resource || !hook)
            continue;
        *ran = true;
        if (!hook(context, old, record, error))
            return false;
    }
    return true;
}

/* ---- preparing ---------------------------------------------------------------------------- */

static bool fill_defaults(ModelContext *context, Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    for (int i = resource->first_own; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        Value *value = &record->values[i];
        if (value->kind != VALUE_UNSET)
            continue;
        *value = Value_null();
        if (field->default_text) {
            if (!Value_parse(context, field, field->default_text, false, NULL, value, error))
                return false;
        } else if (i == resource->state_field && resource->initial_state) {
            *value = Value_text(resource->initial_state);
        } else if (field->type == FIELD_CURRENCY && field->flags & FIELD_REQUIRED) {
            *value = Value_text(context->tenant->currency);
        }
    }
    return true;
}

static bool prepare_new(ModelContext *context, Record *record, const SaveOptions *options,
                        Error *error)
{
    Row_stamp(context, record);
    for (int i = 0; i < BASE_COUNT; i++) {
        if (i != BASE_ID && record->values[i].kind == VALUE_UNSET)
            record->values[i] = Value_null();
    }
    return options->raw || fill_defaults(context, record, error);
}

static bool prepare_changed(ModelContext *context, const Record *old, Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    for (int i = 0; i < resource->field_count; i++) {
        bool kept = i < BASE_COUNT && i != BASE_CUSTOM && i != BASE_ARCHIVED_AT &&
                    i != BASE_DELETED_AT &&
                    !(context->importing && (i == BASE_CREATED_AT || i == BASE_CREATED_BY) &&
                      Record_set(record, i));
        if (kept || !Record_set(record, i))
            record->values[i] = old->values[i];
        else if (resource->fields[i].flags & FIELD_IMMUTABLE && Value_given(&old->values[i]) &&
                 !Value_equal(&old->values[i], &record->values[i]))
            return Error_set_field(error, ERROR_RULE, resource->fields[i].name,
                                   "%s cannot be changed any more.", resource->fields[i].label);
    }
    return true;
}

static bool take_number(ModelContext *context, const Record *old, Record *record, Error *error)
{
    static const char *const late[] = {"invoice", "credit_note"};
    const ResourceDef *resource = record->resource;
    int number = resource->numbered ? Resource_field(resource, "number") : -1;
    if (number < 0)
        return true;
    if (Value_given(&record->values[number])) {
        if (old && Value_equal(&old->values[number], &record->values[number]))
            return true;
        return Sequence_note(context, resource->name, record->values[number].text, error);
    }
    for (size_t i = 0; i < sizeof late / sizeof late[0]; i++) {
        const char *state = Record_text(record, resource->state_field);
        if (strcmp(late[i], resource->name) == 0 &&
            (!state || !resource->initial_state || strcmp(state, resource->initial_state) == 0))
            return true;
    }
    const char *taken = Model_next_number(context, resource->name, error);
    if (taken)
        record->values[number] = Value_text(taken);
    return taken != NULL;
}

static bool check(ModelContext *context, const Record *old, Record *record,
                  const SaveOptions *options, Error *error)
{
    bool ran = false;
    if (options->raw) {
        Label_compose(context, record);
        return true;
    }
    if (!Validate_record(context, old, record, error))
        return false;
    Derive_values(context, old, record);
    if (!run_hooks(context, old, record, true, &ran, error) ||
        !take_number(context, old, record, error) || !Validate_required(context, record, error) ||
        !Custom_merge(context, old, record, error) ||
        !Validate_references(context, old, record, error))
        return false;
    if (strcmp(record->resource->name, "custom_field") == 0 &&
        !Custom_definition_check(context, old, record, error))
        return false;
    Label_compose(context, record);
    return old || Children_check(context, record, error);
}

/* ---- what changed ------------------------------------------------------------------------- */

static void log_member(Buffer *out, const FieldDef *field, const Value *value)
{
    if (out->length > 1)
        Buffer_putc(out, ',');
    Buffer_putc(out, '"');
    Buffer_puts(out, field->name);
    Buffer_append(out, "\":", 2);
    Value_append_log(out, field, value);
}

static void log_custom_member(Buffer *out, const char *key, Json *member)
{
    if (out->length > 1)
        Buffer_putc(out, ',');
    Buffer_printf(out, "\"custom.%s\":%s", key, member ? Json_serialise(member, NULL) : "null");
}

static Json *parse_custom(const Record *record)
{
    Error ignored = ERROR_NONE;
    const Value *value = record ? &record->values[BASE_CUSTOM] : NULL;
    if (!value || !Value_given(value) || value->length <= 2)
        return NULL;
    return Json_parse(value->text, value->length, JSON_BYTES_MAX * 2, &ignored);
}

static void log_custom(const Record *old, const Record *record, Buffer *before, Buffer *after,
                       bool *changed)
{
    if (old && Value_equal(&old->values[BASE_CUSTOM], &record->values[BASE_CUSTOM]))
        return;
    Json *was = parse_custom(old), *is = parse_custom(record);
    for (JsonEntry *at = Json_first(is); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        Json *earlier = Json_get(was, key);
        if (earlier && json_object_equal(earlier, member))
            continue;
        if (old)
            log_custom_member(before, key, earlier);
        log_custom_member(after, key, member);
        *changed = true;
    }
    if (was) {
        for (JsonEntry *left = Json_first(was); left; left = left->next) {
            const char *gone = lh_entry_k(left);
            Json *value = lh_entry_v(left);
            if (Json_get(is, gone))
                continue;
            log_custom_member(before, gone, value);
            log_custom_member(after, gone, NULL);
            *changed = true;
        }
    }
    json_object_put(was);
    json_object_put(is);
}

/* The stored object {"key":value,...} as members "custom.key":value, without building it anew. */
static void log_custom_text(const char *text, Buffer *out)
{
    const char *at = text + 1;
    while (*at == '"') {
        const char *start = at + 1, *end = start;
        int depth = 0;
        while (*end && *end != '"')
            end += *end == '\\' && end[1] ? 2 : 1;
        if (out->length > 1)
            Buffer_putc(out, ',');
        Buffer_append(out, "\"custom.", 8);
        for (at = start; *at && (depth || at < end || (*at != ',' && *at != '}')); at++) {
            if (at > end && *at == '"') {
                for (at++; *at && *at != '"'; at++)
                    at += *at == '\\' && at[1];
                if (!*at)
                    break;
            } else if (at > end) {
                depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
            }
        }
        Buffer_append(out, start, (size_t)(at - start));
        at += *at == ',';
    }
}

void Log_record(const Record *record, Buffer *out)
{
    const ResourceDef *resource = record->resource;
    const Value *custom = &record->values[BASE_CUSTOM];
    for (int i = resource->first_own; i < resource->field_count; i++) {
        if (Value_given(&record->values[i]))
            log_member(out, &resource->fields[i], &record->values[i]);
    }
    if (Value_given(custom) && custom->length > 2)
        log_custom_text(custom->text, out);
}

static void log_fields(const Record *old, const Record *record, Buffer *before, Buffer *after,
                       bool *changed)
{
    static const int states[] = {BASE_ARCHIVED_AT, BASE_DELETED_AT, BASE_CREATED_AT,
                                 BASE_CREATED_BY};
    const ResourceDef *resource = record->resource;
    if (!old) {
        Log_record(record, after);
        *changed = true;
        return;
    }
    for (int i = 0; i < resource->field_count; i++) {
        bool listed = i >= resource->first_own;
        for (size_t s = 0; s < sizeof states / sizeof states[0]; s++)
            listed = listed || states[s] == i;
        if (!listed || Value_equal(&old->values[i], &record->values[i]))
            continue;
        log_member(before, &resource->fields[i], &old->values[i]);
        log_member(after, &resource->fields[i], &record->values[i]);
        *changed = true;
    }
    log_custom(old, record, before, after, changed);
}

/* ---- writing ------------------------------------------------------------------------------ */

typedef struct Save {
    ModelContext *context;
    const Record *old;
    Record *record;
    const SaveOptions *options;
    Buffer before, after; /* of the change */
    char *old_search;
    bool changed, searches;
} Save;

/* Whether the text that quick search knows may differ. */
static bool touches_search(const Record *old, const Record *record)
{
    const ResourceDef *resource = record->resource;
    if (!resource->search_id)
        return false;
    if (!old || record->child_count)
        return true;
    for (int i = 0; i < resource->child_count; i++) {
        if (record->replaces_children[i])
            return true;
    }
    for (int i = 0; i < resource->field_count; i++) {
        bool counts = resource->fields[i].flags & FIELD_SEARCHED || i == BASE_DELETED_AT;
        if (counts && !Value_equal(&old->values[i], &record->values[i]))
            return true;
    }
    return false;
}

static void stamp_update(ModelContext *context, const Record *old, Record *record)
{
    int64_t last = Record_int(old, BASE_UPDATED_AT, 0);
    record->values[BASE_UPDATED_AT] = Value_int(context->now > last ? context->now : last + 1);
    if (context->user_id)
        record->values[BASE_UPDATED_BY] = Value_int(context->user_id);
    record->values[BASE_ACTOR_KIND] = Value_text(ACTOR_KIND_NAMES[context->actor_kind]);
    record->values[BASE_VERSION] = Value_int(Record_int(old, BASE_VERSION, 1) + 1);
}

static bool write_rows(Save *save, Error *error)
{
    ModelContext *context = save->context;
    if (!save->old) {
        return (Row_insert(context, save->record, error) ||
                Validate_explain_duplicate(context, save->record, error)) &&
               Children_write(context, NULL, save->record, save->options->raw, &save->before,
                              &save->after, &save->changed, error);
    }
    if (!Children_write(context, save->old, save->record, save->options->raw, &save->before,
                        &save->after, &save->changed, error))
        return false;
    if (!save->changed)
        return true;
    stamp_update(context, save->old, save->record);
    return Row_update(context, save->old, save->record, error) ||
           Validate_explain_duplicate(context, save->record, error);
}

static bool log_change(Save *save, Error *error)
{
    const Record *record = save->record;
    Uid uid = Record_uid(record);
    if (record->resource->append_only && !save->old && save->context->importing)
        return true;
    Buffer_putc(&save->before, '}');
    Buffer_putc(&save->after, '}');
    if (save->before.failed || save->after.failed)
        return Error_set(error, ERROR_LIMIT, "The record needs too much memory.");
    bool deleting = strcmp(save->options->kind, "delete") == 0;
    ChangeEntry entry = {
        .kind = save->options->kind,
        .event = save->options->event,
        .resource = record->resource,
        .uid = &uid,
        .record_id = Record_id(record),
        .label = record->values[BASE_LABEL].text,
        .before = save->old ? Buffer_text(&save->before) : NULL,
        .after = deleting ? NULL : Buffer_text(&save->after),
        .undoes = save->options->undoes,
    };
    return Change_append(save->context, &entry, NULL, error);
}

static bool update_search(Save *save, Error *error)
{
    if (!save->searches)
        return true;
    Error inner = ERROR_NONE;
    char *text = Value_given(&save->record->values[BASE_DELETED_AT])
                     ? NULL
                     : Search_text(save->context, save->record,
                                   save->old || save->record->child_count, &inner);
    if (Error_present(&inner)) {
        if (error)
            *error = inner;
        return false;
    }
    return Search_replace(save->context, save->record->resource, Record_id(save->record),
                          save->old_search, text, error);
}

static bool finish(Save *save, Error *error)
{
    bool ran = false;
    if (!update_search(save, error) || !log_change(save, error))
        return false;
    if (strcmp(save->record->resource->name, "custom_field") == 0 &&
        !Custom_definition_saved(save->context, save->old, save->record, error))
        return false;
    return Event_announce(save->context, save->old, save->record, save->options->kind,
                          save->options->event, error) &&
           (save->options->raw ||
            run_hooks(save->context, save->old, save->record, false, &ran, error));
}

static bool write_all(void *argument, Error *error)
{
    Save *save = argument;
    return write_rows(save, error) && (!save->changed || finish(save, error));
}

/* A new row is written after everything given was checked, so nothing is left behind when it is refused.
 * A savepoint makes the search index write out what it has collected: many rows would feel that. */
static bool may_stop_half_way(const Save *save)
{
    const Record *record = save->record;
    for (int i = 0; i < hook_count; i++) {
        if (hooks[i].resource == record->resource && hooks[i].after && !save->options->raw)
            return true;
    }
    bool children = record->child_count > 0;
    for (int i = 0; i < record->resource->child_count; i++)
        children = children || record->replaces_children[i];
    return save->old && children;
}

bool Model_atomic(ModelContext *context, bool (*work)(void *argument, Error *error), void *argument,
                  Error *error)
{
    Error ignored = ERROR_NONE;
    if (context->unguarded)
        return work(argument, error);
    if (!Connection_savepoint(context->connection, error))
        return false;
    if (work(argument, error))
        return Connection_release(context->connection, error);
    Connection_rollback(context->connection, &ignored);
    return false;
}

bool Model_save(ModelContext *context, const Record *old, Record *record, const SaveOptions *options,
                Error *error)
{
    Save save = {.context = context, .old = old, .record = record, .options = options,
                 .changed = options->always};
    bool fine = (old ? prepare_changed(context, old, record, error)
                     : prepare_new(context, record, options, error)) &&
                check(context, old, record, options, error);
    if (!fine)
        return false;
    Buffer_putc(&save.before, '{');
    Buffer_putc(&save.after, '{');
    log_fields(old, record, &save.before, &save.after, &save.changed);
    save.searches = touches_search(old, record);
    if (old && save.searches && !Value_given(&old->values[BASE_DELETED_AT]))
        save.old_search = Search_text(context, old, true, error);
    if (old && strcmp(options->kind, "delete") == 0) {
        /* the whole record, so that the log tells what it was */
        Buffer_reset(&save.before);
        Buffer_putc(&save.before, '{');
        Log_record(old, &save.before);
    }
    fine = may_stop_half_way(&save) ? Model_atomic(context, write_all, &save, error)
                                    : write_all(&save, error);
    Buffer_free(&save.before);
    Buffer_free(&save.after);
    return fine;
}
