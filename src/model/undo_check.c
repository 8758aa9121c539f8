/* undo_check.c - whether a change may be undone, and what that would do, in words. */
#include <string.h>
#include "model/undo.h"

/* What has left the house: taken back by a counter-operation only. */
static const struct Issued {
    const char *resource;
    const char *free_state; /* still undoable in this state; NULL = never */
    const char *instead;
} ISSUED[] = {
    {"invoice", "draft", "Issue a credit note instead."},
    {"credit_note", "draft", "Issue a new invoice instead."},
    {"payment", NULL, "Refund the payment instead."},
    {"refund", "draft", "Take a new payment instead."},
    {"stock", NULL, "Record a stock movement instead."},
    {"message", "queued", "What was sent cannot be called back."},
};

/* What also changed something outside this file: taken back by the operation that did it. */
static const struct Outside {
    const char *operation, *instead;
} OUTSIDE[] = {
    {"user.disable", "Let the person in again with user.enable."},
    {"user.enable", "Shut the person out with user.disable."},
};

static bool is_kind(const Change *change, const char *kind)
{
    return strcmp(change->kind, kind) == 0;
}

bool Undo_counts(const Change *change)
{
    return !is_kind(change, "log") && !is_kind(change, "purge") && !is_kind(change, "merged_away");
}

static bool check_kind(const ResourceDef *resource, const Change *change, Error *error)
{
    if (change->undone_by) {
        Error_set(error, ERROR_STATE, "Change %lld was already undone by change %lld.",
                  (long long)change->id, (long long)change->undone_by);
        return Error_hint(error, "Undo change %lld to get it back.", (long long)change->undone_by);
    }
    if (is_kind(change, "merged_away"))
        return Error_set(error, ERROR_RULE, "Undo the merge from the record that was kept.");
    if (!Undo_counts(change) || !resource)
        return Error_set(error, ERROR_RULE, "Change %lld (%s) changed no record.",
                         (long long)change->id, change->operation);
    if (is_kind(change, "unmerge"))
        return Error_set(error, ERROR_RULE, "Merge the two records again instead.");
    for (size_t i = 0; i < sizeof OUTSIDE / sizeof OUTSIDE[0]; i++) {
        if (strcmp(OUTSIDE[i].operation, change->operation) != 0)
            continue;
        Error_set(error, ERROR_RULE, "The login changed with it, which undo does not reach.");
        return Error_hint(error, "%s", OUTSIDE[i].instead);
    }
    if (resource->append_only)
        return Error_set(error, ERROR_RULE, "A %s stays as it was written.", resource->label);
    if (!is_kind(change, "create") && !change->before)
        return Error_set(error, ERROR_RULE, "What it was before has been erased.");
    return true;
}

static bool check_issued(const Change *change, const Record *current, Error *error)
{
    const char *state = Record_text(current, current->resource->state_field);
    for (size_t i = 0; i < sizeof ISSUED / sizeof ISSUED[0]; i++) {
        if (strcmp(ISSUED[i].resource, change->resource) != 0 ||
            (ISSUED[i].free_state && state && strcmp(state, ISSUED[i].free_state) == 0))
            continue;
        Error_set(error, ERROR_RULE, "The %s \"%.100s\" cannot be undone once it is issued.",
                  current->resource->label, change->record_label ? change->record_label : "");
        return Error_hint(error, "%s", ISSUED[i].instead);
    }
    return true;
}

static bool check_transition(const ResourceDef *resource, const Change *change, Error *error)
{
    Error ignored = ERROR_NONE;
    if (!is_kind(change, "transition") || !change->event || !change->before ||
        resource->state_field < 0)
        return true;
    Json *before =
        Json_parse(change->before, strlen(change->before), JSON_BYTES_MAX * 16, &ignored);
    const char *from = Json_text(before, resource->fields[resource->state_field].name);
    const TransitionDef *transition =
        Resource_transition(resource, change->event, from ? from : "");
    bool fine = transition && transition->inverse;
    json_object_put(before);
    return fine || Error_set(error, ERROR_RULE, "\"%s\" of a %s cannot be undone.",
                             transition ? transition->label : change->event, resource->label);
}

/* ---- later changes ------------------------------------------------------------------------ */

/* The newest change of the record after this one that still counts; 0 if none. */
static int64_t later_change(ModelContext *context, const Undo *undo, const Change *change,
                            bool preview, Error *error)
{
    Statement *statement = Connection_prepare(
        context->connection,
        "SELECT c.id FROM change c WHERE c.tenant_id = ?1 AND c.record_uid = ?2 AND c.id > ?3"
        " AND c.undoes IS NULL AND c.kind <> 'log' AND (?4 IS NULL OR c.batch IS NOT ?4)"
        " AND NOT EXISTS (SELECT 1 FROM change_undo u WHERE u.change_id = c.id)"
        " ORDER BY c.id DESC LIMIT 1",
        error);
    Uid uid;
    if (!statement || !change->record_uid || !Uid_parse(change->record_uid, NULL, &uid, NULL))
        return 0;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_blob(statement, 2, uid.bytes, UID_BYTES);
    Statement_bind_int(statement, 3, change->id);
    if (preview && undo->is_batch)
        Statement_bind_blob(statement, 4, undo->batch.bytes, UID_BYTES);
    return Statement_scalar(statement, 0, error);
}

static bool refuse_later(ModelContext *context, const Change *change, int64_t later,
                         const char *what, Error *error)
{
    Change newer = {0};
    Error ignored = ERROR_NONE;
    char when[48];
    if (later)
        Change_read(context, later, &newer, &ignored);
    Error_set(error, ERROR_CONFLICT, "%s of \"%.80s\" was changed later by %s at %s.", what,
              change->record_label ? change->record_label : change->resource,
              newer.actor_name ? newer.actor_name : "somebody",
              newer.at ? DateTime_format(newer.at, when) : "an unknown time");
    if (newer.id)
        Error_hint(error, "Undo change %lld first, or edit the record.", (long long)newer.id);
    return false;
}

static bool same_children(ModelContext *context, const Record *current, const ResourceDef *child,
                          Json *list)
{
    Error ignored = ERROR_NONE;
    Buffer now = BUFFER_EMPTY;
    Record *copy = Record_copy(context->arena, current);
    if (!copy || !Model_read_children(context, copy, &ignored))
        return false;
    Buffer_putc(&now, '{');
    Children_append_log(&now, copy, child);
    Buffer_putc(&now, '}');
    Json *json = Json_parse(Buffer_text(&now), now.length, JSON_BYTES_MAX * 16, &ignored);
    bool same = json_object_equal(Json_get(json, child->plural), list);
    json_object_put(json);
    Buffer_free(&now);
    return same;
}

static bool same_value(ModelContext *context, const Record *current, Json *custom, const char *key,
                       Json *member)
{
    const ResourceDef *resource = current->resource;
    Value value = Value_null();
    int field = Resource_field(resource, key);
    if (strncmp(key, "custom.", 7) == 0) {
        Json *now = Json_get(custom, key + 7);
        return now && member ? json_object_equal(now, member) : !now && !member;
    }
    if (field >= 0)
        return !Value_from_log(context->arena, &resource->fields[field], member, &value) ||
               Value_equal(&value, &current->values[field]);
    const ResourceDef *child = Resource_find_child(resource, key);
    return !child || strcmp(child->plural, key) != 0 ||
           same_children(context, current, child, member);
}

static const char *label_of_key(ModelContext *context, const ResourceDef *resource, const char *key)
{
    Error ignored = ERROR_NONE;
    int field = Resource_field(resource, key);
    if (field >= 0)
        return resource->fields[field].label;
    if (strncmp(key, "custom.", 7) == 0) {
        CustomFields *fields = Custom_of(context, &ignored);
        const FieldDef *custom = fields ? CustomFields_find(fields, resource, key) : NULL;
        return custom ? custom->label : key + 7;
    }
    const ResourceDef *child = Resource_find_child(resource, key);
    return child ? child->label_plural : NULL;
}

const char *Undo_differs(ModelContext *context, const Record *current, const char *after)
{
    Error ignored = ERROR_NONE;
    const char *found = NULL;
    const Value *stored = &current->values[BASE_CUSTOM];
    Json *json = Json_parse(after, strlen(after), JSON_BYTES_MAX * 16, &ignored);
    Json *custom = Value_given(stored)
                       ? Json_parse(stored->text, stored->length, JSON_BYTES_MAX * 2, &ignored)
                       : NULL;
    for (JsonEntry *at = Json_first(json); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        if (found || key[0] == '_' || same_value(context, current, custom, key, member))
            continue;
        const char *label = label_of_key(context, current->resource, key);
        found = Arena_strdup(context->arena, label ? label : key);
    }
    json_object_put(json);
    json_object_put(custom);
    return found;
}

bool Undo_check(ModelContext *context, const Undo *undo, const Change *change, bool preview,
                Error *error)
{
    const ResourceDef *resource = Model_resource(change->resource);
    if (!check_kind(resource, change, error))
        return false;
    Record *current = Model_read(context, resource, change->record_id, true, error);
    if (!current || !check_issued(change, current, error) ||
        !check_transition(resource, change, error))
        return false;
    bool deleted = Value_given(&current->values[BASE_DELETED_AT]);
    bool making = is_kind(change, "create") || is_kind(change, "restore");
    int64_t later = later_change(context, undo, change, preview, error);
    if (is_kind(change, "delete"))
        return deleted || Error_set(error, ERROR_CONFLICT, "\"%.100s\" is no longer in the trash.",
                                    change->record_label);
    if (deleted)
        return Error_set(error, ERROR_CONFLICT, "\"%.100s\" is in the trash. Restore it first.",
                         change->record_label ? change->record_label : "");
    if (making)
        return !later || refuse_later(context, change, later, "A value", error);
    const char *field = change->after ? Undo_differs(context, current, change->after) : NULL;
    /* Later changes of the same batch go first, so only others count in a preview. */
    if (!field || (preview && undo->is_batch && !later))
        return true;
    return refuse_later(context, change, later, field, error);
}

/* ---- words -------------------------------------------------------------------------------- */

void Undo_words(ModelContext *context, const Change *change, char *out, size_t size)
{
    const ResourceDef *resource = Model_resource(change->resource);
    Error ignored = ERROR_NONE;
    if (is_kind(change, "create") || is_kind(change, "restore")) {
        snprintf(out, size, "goes to the trash");
    } else if (is_kind(change, "delete")) {
        snprintf(out, size, "comes back from the trash");
    } else if (is_kind(change, "merge")) {
        snprintf(out, size, "becomes two records again");
    } else {
        size_t used = 0;
        int names = 0;
        Json *json = change->before ? Json_parse(change->before, strlen(change->before),
                                                 JSON_BYTES_MAX * 16, &ignored)
                                    : NULL;
        out[0] = '\0';
        for (JsonEntry *at = Json_first(json); at; at = at->next) {
            const char *key = lh_entry_k(at);
            Json *member = lh_entry_v(at);
            const char *label = resource ? label_of_key(context, resource, key) : key;
            if (!label || used + strlen(label) + 40 > size)
                continue;
            used += (size_t)snprintf(out + used, size - used, "%s%s", names++ ? ", " : "", label);
            (void)member;
        }
        snprintf(out + used, size - used,
                 names == 1 ? " gets its earlier value" : " get their earlier values");
        json_object_put(json);
    }
}
