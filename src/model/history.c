/* history.c - reading the change log and timelines. */
#include <string.h>
#include "model/undo.h"

static const char CHANGE_COLUMNS[] =
    "c.id, c.at, c.actor_kind, c.actor_name, c.operation, c.resource, c.record_uid, c.label,"
    " c.reason, c.before, c.after, c.batch, u.undone_by, c.kind, c.event, c.record_id, c.user_id,"
    " c.undoes";

static const char *copy_text(Statement *statement, int column, Arena *arena)
{
    return Arena_strdup(arena, Statement_text(statement, column));
}

static const char *copy_uid(Statement *statement, int column, const char *prefix, Arena *arena)
{
    char text[UID_TEXT_SIZE];
    Uid uid;
    if (Statement_is_null(statement, column) || Statement_bytes(statement, column) != UID_BYTES)
        return NULL;
    memcpy(uid.bytes, Statement_blob(statement, column), UID_BYTES);
    return Arena_strdup(arena, Uid_format(&uid, prefix, text));
}

static void read_change(Statement *statement, Arena *arena, Change *change)
{
    *change = (Change){
        .id = Statement_int(statement, 0),
        .at = Statement_int(statement, 1),
        .actor_kind = copy_text(statement, 2, arena),
        .actor_name = copy_text(statement, 3, arena),
        .operation = copy_text(statement, 4, arena),
        .resource = copy_text(statement, 5, arena),
        .record_label = copy_text(statement, 7, arena),
        .reason = copy_text(statement, 8, arena),
        .before = copy_text(statement, 9, arena),
        .after = copy_text(statement, 10, arena),
        .batch_uid = copy_uid(statement, 11, "batch", arena),
        .undone_by = Statement_int(statement, 12),
        .kind = copy_text(statement, 13, arena),
        .event = copy_text(statement, 14, arena),
        .record_id = Statement_int(statement, 15),
        .user_id = Statement_int(statement, 16),
        .undoes = Statement_int(statement, 17),
    };
    const ResourceDef *resource = Model_resource(change->resource);
    change->record_uid = copy_uid(statement, 6, resource ? resource->prefix : "record", arena);
}

bool Change_read(ModelContext *context, int64_t id, Change *change, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql,
               "SELECT %s FROM change c LEFT JOIN change_undo u ON u.change_id = c.id"
               " WHERE c.id = ?1 AND c.tenant_id = ?2",
               CHANGE_COLUMNS);
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, id);
    Statement_bind_int(statement, 2, context->tenant->id);
    StepResult step = Statement_step(statement, error);
    if (step == STEP_ROW)
        read_change(statement, context->arena, change);
    Statement_reset(statement);
    if (step == STEP_DONE)
        Error_set(error, ERROR_NOT_FOUND, "There is no change %lld.", (long long)id);
    return step == STEP_ROW;
}

bool Model_history(ModelContext *context, const char *record_uid, int limit, int64_t before_id,
                   Change **changes, size_t *count, Error *error)
{
    Sql sql;
    Uid uid;
    *count = 0;
    limit = limit < 1 ? 50 : limit > 1000 ? 1000 : limit;
    *changes = ARENA_ARRAY(context->arena, Change, (size_t)limit);
    if (!*changes)
        return Error_set(error, ERROR_LIMIT, "The history needs too much memory.");
    if (record_uid && !Uid_parse(record_uid, NULL, &uid, NULL))
        return Error_set_field(error, ERROR_TYPE, "record", "\"%.60s\" is not the id of a record.",
                               record_uid);
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql,
               "SELECT %s FROM change c LEFT JOIN change_undo u ON u.change_id = c.id"
               " WHERE c.tenant_id = ",
               CHANGE_COLUMNS);
    Sql_bind_int(&sql, context->tenant->id);
    if (record_uid) {
        Value value = Value_blob(uid.bytes, UID_BYTES);
        Sql_puts(&sql, " AND c.record_uid = ");
        Sql_bind(&sql, &value);
    }
    if (before_id) {
        Sql_puts(&sql, " AND c.id < ");
        Sql_bind_int(&sql, before_id);
    }
    Sql_puts(&sql, " ORDER BY c.id DESC LIMIT ");
    Sql_bind_int(&sql, limit);
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW)
        read_change(statement, context->arena, &(*changes)[(*count)++]);
    Statement_reset(statement);
    return step == STEP_DONE;
}

/* ---- for people --------------------------------------------------------------------------- */

static Json *field_json(ModelContext *context, const ResourceDef *resource, const char *key,
                        Json *member)
{
    Error ignored = ERROR_NONE;
    Value value = Value_null();
    const FieldDef *field = NULL;
    int index = Resource_field(resource, key);
    if (index >= 0) {
        field = &resource->fields[index];
    } else if (strncmp(key, "custom.", 7) == 0) {
        CustomFields *fields = Custom_of(context, &ignored);
        field = fields ? CustomFields_find(fields, resource, key) : NULL;
    }
    if (!field || !Value_from_log(context->arena, field, member, &value))
        return json_object_get(member);
    return Value_to_json(context, resource, field, &value);
}

static Json *children_json(ModelContext *context, const ResourceDef *child, Json *list)
{
    Json *out = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        Json *row = json_object_new_object();
        Json *stored = json_object_array_get_idx(list, i);
        for (JsonEntry *at = Json_first(stored); at; at = at->next) {
            const char *key = lh_entry_k(at);
            Json *member = lh_entry_v(at);
            if (strcmp(key, "uid") != 0)
                Json_set(row, key,
                         strcmp(key, "id") == 0 ? json_object_get(member)
                                                : field_json(context, child, key, member));
        }
        json_object_array_add(out, row);
    }
    return out;
}

Json *Model_change_json(ModelContext *context, const char *resource_name, const char *text)
{
    Error ignored = ERROR_NONE;
    const ResourceDef *resource = Model_resource(resource_name);
    Json *stored = text ? Json_parse(text, strlen(text), JSON_BYTES_MAX * 16, &ignored) : NULL;
    if (!resource || !json_object_is_type(stored, json_type_object))
        return stored;
    Json *out = json_object_new_object();
    for (JsonEntry *at = Json_first(stored); at; at = at->next) {
        const char *key = lh_entry_k(at);
        Json *member = lh_entry_v(at);
        const ResourceDef *child = json_object_is_type(member, json_type_array)
                                       ? Resource_find_child(resource, key)
                                       : NULL;
        if (Query_is_masked(context, key) || key[0] == '_')
            continue;
        Json_set(out, key,
                 child ? children_json(context, child, member)
                       : field_json(context, resource, key, member));
    }
    json_object_put(stored);
    return out;
}

/* ---- timelines ---------------------------------------------------------------------------- */

/* A company's timeline has its people's, leads' and opportunities' lines too. */
static void put_subjects(ModelContext *context, const ResourceDef *resource, int64_t id, Sql *sql)
{
    static const struct {
        const char *resource, *field;
    } under_company[] = {
        {"contact", "company_id"}, {"opportunity", "company_id"}, {"lead", "converted_company_id"}};
    Sql_puts(sql, "(a.entity = ");
    Sql_bind_text(sql, resource->name);
    Sql_puts(sql, " AND a.record_id = ");
    Sql_bind_int(sql, id);
    Sql_puts(sql, ")");
    if (strcmp(resource->name, "company") != 0)
        return;
    for (size_t i = 0; i < sizeof under_company / sizeof under_company[0]; i++) {
        const ResourceDef *below = Model_resource(under_company[i].resource);
        int field = below ? Resource_field(below, under_company[i].field) : -1;
        if (field < 0)
            continue;
        Sql_puts(sql, " OR (a.entity = ");
        Sql_bind_text(sql, below->name);
        Sql_printf(sql, " AND a.record_id IN (SELECT id FROM %s WHERE %s = ", below->table,
                   below->fields[field].column);
        Sql_bind_int(sql, id);
        Sql_puts(sql, "))");
    }
}

static Json *timeline_entry(Statement *statement)
{
    char when[48];
    Error ignored = ERROR_NONE;
    Json *entry = json_object_new_object();
    const char *detail = Statement_text(statement, 4);
    Json_set_int(entry, "entry", Statement_int(statement, 0));
    Json_set_text(entry, "at", DateTime_format(Statement_int(statement, 1), when));
    Json_set_text(entry, "kind", Statement_text(statement, 2));
    Json_set_text(entry, "actor", Statement_text(statement, 5));
    Json_set_text(entry, "title", Statement_text(statement, 3));
    Json_set(entry, "detail",
             detail ? Json_parse(detail, strlen(detail), JSON_BYTES_MAX, &ignored) : NULL);
    return entry;
}

Json *Model_timeline(ModelContext *context, const ResourceDef *resource, int64_t id, int limit,
                     int64_t before, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    const ResourceDef *activity = Model_resource("activity"), *user = Model_resource("user");
    Sql_printf(&sql, "SELECT a.id, a.%s, a.%s, a.%s, a.%s, coalesce(u.label, a.actor_kind)",
               Model_column(activity, "at"), Model_column(activity, "kind"),
               Model_column(activity, "title"), Model_column(activity, "detail"));
    Sql_printf(&sql, " FROM %s a LEFT JOIN %s u ON u.id = a.actor_id WHERE a.tenant_id = ",
               activity->table, user->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_puts(&sql, " AND a.deleted_at IS NULL AND (");
    put_subjects(context, resource, id, &sql);
    Sql_puts(&sql, ")");
    if (before) {
        Sql_puts(&sql, " AND a.id < ");
        Sql_bind_int(&sql, before);
    }
    Sql_printf(&sql, " ORDER BY a.%s DESC, a.id DESC LIMIT ", Model_column(activity, "at"));
    Sql_bind_int(&sql, limit < 1 ? 50 : limit > 500 ? 500 : limit);
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return NULL;
    Json *out = json_object_new_array();
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW)
        json_object_array_add(out, timeline_entry(statement));
    Statement_reset(statement);
    if (step == STEP_DONE)
        return out;
    json_object_put(out);
    return NULL;
}
