/* resolve.c - from what people write to a row: public id, document number, label. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "model/internal.h"

/* Row ids of at most two rows where `column` = the value; returns how many. */
static int find_rows(ModelContext *context, const ResourceDef *resource, const char *condition,
                     const Value *value, int64_t ids[2], Error *error)
{
    Sql sql;
    int found = 0;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s WHERE tenant_id = ", resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND %s ", condition);
    Sql_bind(&sql, value);
    Sql_puts(&sql, " LIMIT 2");
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return -1;
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW)
        ids[found++] = Statement_int(statement, 0);
    Statement_reset(statement);
    return step == STEP_FAILED ? -1 : found;
}

static int64_t not_found(const ResourceDef *resource, const char *reference, Error *error)
{
    char shown[64];
    size_t length = strlen(reference);
    size_t fits = Text_fit(reference, length > 48 ? 48 : length, 48, NULL);
    snprintf(shown, sizeof shown, "%.*s", (int)fits, reference);
    Error_set(error, ERROR_NOT_FOUND, "There is no %s \"%s\".", resource->label, shown);
    return 0;
}

/* A merged record leads to the one it went into. */
static int64_t follow_merges(ModelContext *context, const ResourceDef *resource, int64_t id)
{
    int merged = Resource_field(resource, "merged_into_id");
    for (int hops = 0; merged >= 0 && hops < 16; hops++) {
        Sql sql;
        Error ignored = ERROR_NONE;
        Sql_begin(&sql, context->arena);
        Sql_printf(&sql, "SELECT %s FROM %s WHERE id = ", resource->fields[merged].column,
                   resource->table);
        Sql_bind_int(&sql, id);
        Sql_puts(&sql, " AND deleted_at IS NOT NULL");
        int64_t next = Sql_scalar(&sql, context->connection, 0, &ignored);
        if (!next)
            break;
        id = next;
    }
    return id;
}

static int64_t resolve_uid(ModelContext *context, const ResourceDef *resource,
                           const char *reference, bool *tried, Error *error)
{
    Uid uid;
    int64_t ids[2];
    *tried = Uid_parse(reference, resource->prefix, &uid, NULL);
    if (!*tried)
        return 0;
    Value value = Value_blob(uid.bytes, UID_BYTES);
    int found = find_rows(context, resource, "uid =", &value, ids, error);
    if (found < 0)
        return 0;
    return found ? follow_merges(context, resource, ids[0]) : not_found(resource, reference, error);
}

static int64_t resolve_column(ModelContext *context, const ResourceDef *resource, const char *name,
                              const char *reference, Error *error)
{
    int field = Resource_field(resource, name);
    int64_t ids[2];
    if (field < 0 || Field_storage(&resource->fields[field]) != VALUE_TEXT)
        return 0;
    char *condition =
        Arena_printf(context->arena, "deleted_at IS NULL AND %s =", resource->fields[field].column);
    Value value = Value_text(reference);
    return condition && find_rows(context, resource, condition, &value, ids, error) == 1 ? ids[0]
                                                                                         : 0;
}

static int64_t resolve_label(ModelContext *context, const ResourceDef *resource,
                             const char *reference, Error *error)
{
    int64_t ids[2];
    Value key = Value_text(Text_folded(context->arena, reference));
    if (!key.text || !key.length)
        return not_found(resource, reference, error);
    int found =
        find_rows(context, resource, "deleted_at IS NULL AND label_key =", &key, ids, error);
    if (found == 1)
        return ids[0];
    if (found == 0)
        return not_found(resource, reference, error);
    if (found > 1) {
        Error_set(error, ERROR_REFERENCE, "More than one %s is called \"%.100s\".", resource->label,
                  reference);
        Error_hint(error, "Use its id instead of its name.");
    }
    return 0;
}

static int64_t resolve_child(ModelContext *context, const ResourceDef *resource,
                             const char *reference, Error *error)
{
    int64_t ids[2];
    char *end;
    long long number = strtoll(reference, &end, 10);
    Value value = Value_int(number);
    if (*reference && !*end)
        return find_rows(context, resource, "id =", &value, ids, error) == 1
                   ? ids[0]
                   : not_found(resource, reference, error);
    static const char *const names[] = {"name", "title", "code", "sku", "key"};
    value = Value_text(Text_folded(context->arena, reference));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int field = Resource_field(resource, names[i]);
        if (field < 0)
            continue;
        char *condition =
            Arena_printf(context->arena, "FOLD(%s) =", resource->fields[field].column);
        int found = condition ? find_rows(context, resource, condition, &value, ids, error) : 0;
        if (found == 1)
            return ids[0];
        if (found > 1) {
            Error_set(error, ERROR_REFERENCE, "More than one %s is called \"%.100s\".",
                      resource->label, reference);
            return 0;
        }
    }
    return not_found(resource, reference, error);
}

int64_t Model_resolve(ModelContext *context, const ResourceDef *resource, const char *reference,
                      Error *error)
{
    bool tried = false;
    if (!reference || !reference[0])
        return not_found(resource, reference ? reference : "", error);
    int64_t id = 0;
    if (Model_uid_field(resource) >= 0)
        id = resolve_uid(context, resource, reference, &tried, error);
    if (id || tried)
        return id;
    if (resource->parent)
        return resolve_child(context, resource, reference, error);
    bool users = strcmp(resource->name, "user") == 0;
    if (users && strcasecmp(reference, "me") == 0) {
        if (!context->user_id)
            not_found(resource, reference, error);
        return context->user_id;
    }
    static const char *const names[] = {"number", "email", "login"};
    for (size_t i = users ? 1 : 0; i < (users ? 3u : 1u); i++) {
        id = resolve_column(context, resource, names[i], reference, error);
        if (id)
            return id;
    }
    if (Error_present(error) && Error_is(error, ERROR_STORAGE))
        return 0;
    return resolve_label(context, resource, reference, error);
}
