/* custom_define.c - when a custom field itself is made or changed: what is allowed, its index, and
 * the stored values of a changed type. */
#include <regex.h>
#include <string.h>
#include "model/custom.h"

static bool allowed_change(const char *from, const char *to)
{
    static const char *const pairs[][2] = {{"text", "long_text"},
                                           {"long_text", "text"},
                                           {"int", "decimal"},
                                           {"select", "multi_select"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (strcmp(from, pairs[i][0]) == 0 && strcmp(to, pairs[i][1]) == 0)
            return true;
    }
    return false;
}

static const char *text_of(const Record *row, const char *name)
{
    return row ? Record_text(row, Resource_field(row->resource, name)) : NULL;
}

static bool check_definition(ModelContext *context, const Record *old, const Record *record,
                             const CustomField *custom, Error *error)
{
    const char *key = Custom_key(&custom->field), *was = text_of(old, "type");
    const char *kept = text_of(old, "key"), *entity = text_of(old, "entity");
    if (Model_field(custom->resource, key) >= 0)
        return Error_set_field(error, ERROR_DUPLICATE, "key", "%s already has a field \"%s\".",
                               custom->resource->label, key);
    if ((kept && strcmp(kept, key) != 0) || (entity && strcmp(entity, custom->resource->name) != 0))
        return Error_set_field(error, ERROR_RULE, "key",
                               "Key and resource of a custom field stay as they are.");
    if (was && strcmp(was, custom->type) != 0 && !allowed_change(was, custom->type))
        return Error_set_field(error, ERROR_RULE, "type", "A field of type %s cannot become %s.",
                               was, custom->type);
    if (strcmp(custom->type, "formula") == 0) {
        if (!custom->formula || !custom->formula[0])
            return Error_set_field(error, ERROR_REQUIRED, "formula", "The formula is missing.");
        if (!Formula_check(context, custom->resource, custom->formula, error))
            return false;
    }
    if (strcmp(custom->type, "ref") == 0 &&
        (!custom->field.reference || !Model_resource(custom->field.reference)))
        return Error_set_field(error, ERROR_REQUIRED, "ref_entity",
                               "Say which kind of record the field refers to.");
    regex_t regex;
    if (custom->pattern && custom->pattern[0]) {
        if (strlen(custom->pattern) > 200 ||
            regcomp(&regex, custom->pattern, REG_EXTENDED | REG_NOSUB) != 0)
            return Error_set_field(error, ERROR_SYNTAX, "pattern", "The pattern cannot be read.");
        regfree(&regex);
    }
    return true;
}

static bool convert_values(ModelContext *context, const CustomField *custom, const char *was,
                           Error *error)
{
    const char *key = Custom_key(&custom->field), *convert;
    const char *table = custom->resource->table;
    if (strcmp(was, "int") == 0)
        convert = "JSON_MEMBER(custom, '%s') * 10000";
    else if (strcmp(was, "select") == 0)
        convert = "json_array(JSON_MEMBER(custom, '%s'))";
    else
        return true;
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "UPDATE %s SET custom = json_set(custom, '$.\"%s\"', ", table, key);
    char *expression = Arena_alloc(context->arena, strlen(convert) + strlen(key) + 1);
    if (!expression)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    const char *mark = strstr(convert, "%s");
    memcpy(expression, convert, (size_t)(mark - convert));
    strcpy(expression + (mark - convert), key);
    strcat(expression, mark + 2);
    Sql_puts(&sql, expression);
    Sql_puts(&sql, ") WHERE tenant_id = ");
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND JSON_MEMBER(custom, '%s') IS NOT NULL", key);
    return Sql_run(&sql, context->connection, error);
}

/* The index is named by the row id of the definition: nothing typed by people enters its name. */
static bool set_index(ModelContext *context, const CustomField *custom, bool wanted, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    if (wanted && !(custom->field.flags & FIELD_LIST))
        Sql_printf(&sql, "CREATE INDEX IF NOT EXISTS custom_index_%lld ON %s(tenant_id, %s)",
                   (long long)custom->id, custom->resource->table,
                   Query_custom_expression(context->arena, NULL, &custom->field));
    else
        Sql_printf(&sql, "DROP INDEX IF EXISTS custom_index_%lld", (long long)custom->id);
    return Sql_run(&sql, context->connection, error);
}

bool Custom_definition_check(ModelContext *context, const Record *old, Record *record, Error *error)
{
    CustomField custom = {{0}};
    if (!Custom_define(context, context->arena, record, &custom))
        return Error_set_field(error, ERROR_ENUM, "entity",
                               "A custom field needs a resource, a key and a type.");
    return check_definition(context, old, record, &custom, error);
}

bool Custom_definition_saved(ModelContext *context, const Record *old, Record *record, Error *error)
{
    CustomField custom = {{0}};
    const char *was = text_of(old, "type"), *state = text_of(record, "state");
    if (!Custom_define(context, context->arena, record, &custom))
        return true;
    bool alive = !(state && strcmp(state, "archived") == 0) &&
                 !Value_given(&record->values[BASE_DELETED_AT]);
    context->custom = NULL; /* read again */
    if (was && strcmp(was, custom.type) != 0) {
        if (!set_index(context, &custom, false, error) ||
            !convert_values(context, &custom, was, error))
            return false;
    }
    return set_index(context, &custom, alive && (custom.indexed || custom.unique), error);
}
