/* query_value.c - one comparison of a filter as SQL, by the type of its field.
 *
 * Amounts: under the stored name (amount_minor) whole smallest units, under the alias (amount) main
 * units with the exponent of the tenant's currency, whatever the row's currency is.  Times: a word
 * or a day is an interval: = inside, > after its end, < before its start.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "model/query.h"

static const char *const SIGNS[] = {
    [FILTER_EQUAL] = " = ",   [FILTER_LESS] = " < ",           [FILTER_LESS_EQUAL] = " <= ",
    [FILTER_GREATER] = " > ", [FILTER_GREATER_EQUAL] = " >= ",
};

static bool is_custom(const FieldDef *field)
{
    return strncmp(field->name, "custom.", 7) == 0;
}

bool Query_is_folded(const FieldDef *field)
{
    switch (field->type) {
    case FIELD_TEXT:
        return is_custom(field) || field->flags & FIELD_SORTABLE ||
               !(field->flags & (FIELD_INDEXED | FIELD_UNIQUE));
    case FIELD_LONG_TEXT:
    case FIELD_EMAIL:
    case FIELD_PHONE:
    case FIELD_URL:
    case FIELD_JSON:
        return true;
    default:
        return false;
    }
}

char *Query_custom_expression(Arena *arena, const char *alias, const FieldDef *field)
{
    const char *key = Custom_key(field);
    for (const char *c = key; *c; c++) {
        /* keys are slugs by validation; nothing else may enter the text of a statement */
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_' || *c == '-'))
            return Arena_strdup(arena, "NULL");
    }
    bool folded = Query_is_folded(field) && !(field->flags & FIELD_LIST);
    return Arena_printf(arena, "%sJSON_MEMBER(%s%scustom, '%s')%s", folded ? "FOLD(" : "",
                        alias ? alias : "", alias ? "." : "", key, folded ? ")" : "");
}

char *Query_expression(Arena *arena, const char *alias, const FieldDef *field)
{
    if (is_custom(field))
        return Query_custom_expression(arena, alias, field);
    if (field->flags & FIELD_SORTABLE)
        return Arena_printf(arena, "%s.%s", alias, Field_key_column(arena, field));
    if (Query_is_folded(field) && !(field->flags & FIELD_LIST))
        return Arena_printf(arena, "FOLD(%s.%s)", alias, field->column);
    return Arena_printf(arena, "%s.%s", alias, field->column);
}

typedef struct Comparison {
    Compiler *compiler;
    const ResourceDef *resource;
    const char *alias;
    const FieldDef *field;
    const FilterNode *node;
    FilterOperator operation;
    const char *expression;
} Comparison;

static bool at_value(const Comparison *comparison, const FilterValue *value)
{
    Error *error = comparison->compiler->error;
    if (error && !error->column)
        Error_at(error, 1, value->column);
    return false;
}

/* ---- values ------------------------------------------------------------------------------- */

static bool parse_enum(const Comparison *comparison, const FilterValue *value, Value *out)
{
    const FieldDef *field = comparison->field;
    Error *error = comparison->compiler->error;
    if (!Value_parse(comparison->compiler->context, field, value->text, false, NULL, out, error))
        return false;
    if (!out->text || !field->choice_count || Field_has_choice(field, out->text))
        return true;
    const char *nearest = Text_nearest_choice(field, value->text);
    Query_refuse(comparison->compiler, ERROR_ENUM, comparison->node, value->column,
                 "%s has no choice \"%.60s\".", field->label, value->text);
    if (nearest)
        Error_hint(error, "Did you mean %s?", nearest);
    return false;
}

/* A scalar to bind; references and times have their own ways. */
static bool parse_scalar(const Comparison *comparison, const FilterValue *value, Value *out)
{
    ModelContext *context = comparison->compiler->context;
    FieldDef field = Field_element(comparison->field);
    bool by_alias =
        is_custom(&field) || (field.alias && strcmp(comparison->node->field, field.alias) == 0);
    if (field.type == FIELD_ENUM)
        return parse_enum(comparison, value, out);
    if (Query_is_folded(&field)) {
        *out = Value_text(Text_folded(context->arena, value->text));
        return out->text != NULL;
    }
    if (!Value_parse(context, &field, value->text, by_alias, NULL, out,
                     comparison->compiler->error))
        return at_value(comparison, value);
    if (field.type == FIELD_CURRENCY || field.type == FIELD_COUNTRY) {
        Error ignored = ERROR_NONE;
        Validate_value(context, &field, out, &ignored); /* upper case */
    }
    if (out->kind == VALUE_NULL)
        *out = Value_text("");
    return true;
}

static bool put_scalar(const Comparison *comparison, const FilterValue *value)
{
    Value bound;
    Sql *sql = comparison->compiler->sql;
    if (!parse_scalar(comparison, value, &bound))
        return false;
    Sql_puts(sql, comparison->expression);
    Sql_puts(sql, SIGNS[comparison->operation]);
    Sql_bind(sql, &bound);
    return true;
}

static bool put_list_of_scalars(const Comparison *comparison, const char *expression)
{
    Sql *sql = comparison->compiler->sql;
    const FilterNode *node = comparison->node;
    Sql_printf(sql, "%s IN (", expression);
    for (size_t i = 0; i < node->value_count; i++) {
        Value bound;
        if (!parse_scalar(comparison, &node->values[i], &bound))
            return false;
        if (i)
            Sql_puts(sql, ", ");
        Sql_bind(sql, &bound);
    }
    Sql_puts(sql, ")");
    return true;
}

/* ---- contains ----------------------------------------------------------------------------- */

static bool put_contains(const Comparison *comparison, const FilterValue *value)
{
    const FieldDef *field = comparison->field;
    Sql *sql = comparison->compiler->sql;
    Arena *arena = comparison->compiler->context->arena;
    enum ValueKind kind = Field_storage(field);
    if (kind == VALUE_BLOB || (kind == VALUE_INT && field->type != FIELD_INT))
        return Query_refuse(comparison->compiler, ERROR_SYNTAX, comparison->node,
                            comparison->node->column, "%s is a %s and cannot contain a text.",
                            field->label, FieldType_name(field->type));
    const char *expression = comparison->expression;
    if (!Query_is_folded(field))
        expression =
            Arena_printf(arena, kind == VALUE_INT ? "CAST(%s AS TEXT)" : "FOLD(%s)", expression);
    Sql_printf(sql, "instr(%s, ", expression);
    Sql_bind_text(sql, Text_folded(arena, value->text));
    Sql_puts(sql, ") > 0");
    return true;
}

/* ---- times -------------------------------------------------------------------------------- */

static int64_t day_of(ModelContext *context, int64_t time)
{
    CivilTime civil;
    DateTime_to_civil(time, context->tenant->zone, &civil);
    return Date_from_civil(civil.year, civil.month, civil.day);
}

static bool read_interval(const Comparison *comparison, const FilterValue *value, int64_t *start,
                          int64_t *end)
{
    ModelContext *context = comparison->compiler->context;
    const TenantInfo *tenant = context->tenant;
    int32_t date;
    bool days = comparison->field->type == FIELD_DATE;
    if (Date_parse(value->text, &date)) {
        char next[16];
        *start = date;
        *end = (int64_t)date + 1;
        return days || (DateTime_parse(value->text, tenant->zone, start) &&
                        DateTime_parse(Date_format(date + 1, next), tenant->zone, end));
    }
    bool word = !value->quoted && DateTime_parse_relative(value->text, context->now, tenant->zone,
                                                          tenant->week_start, start, end);
    if (!word) {
        if (!DateTime_parse(value->text, tenant->zone, start))
            return false;
        *end = *start;
    }
    if (days) {
        int64_t last = *end > *start ? *end - 1 : *start;
        *start = day_of(context, *start);
        *end = day_of(context, last) + 1;
    }
    return true;
}

static void put_bound(Sql *sql, const char *expression, const char *sign, int64_t bound)
{
    Sql_puts(sql, expression);
    Sql_puts(sql, sign);
    Sql_bind_int(sql, bound);
}

static bool put_time(const Comparison *comparison, const FilterValue *value,
                     FilterOperator operation)
{
    int64_t start, end;
    Sql *sql = comparison->compiler->sql;
    const char *expression = comparison->expression;
    if (!read_interval(comparison, value, &start, &end)) {
        Query_refuse(comparison->compiler, ERROR_TYPE, comparison->node, value->column,
                     "\"%.60s\" cannot be read as a time.", value->text);
        return Error_hint(comparison->compiler->error,
                          "Write it like 2026-11-22, today, this_month or -30d.");
    }
    bool moment = start == end;
    switch (operation) {
    case FILTER_LESS:
        put_bound(sql, expression, " < ", start);
        break;
    case FILTER_LESS_EQUAL:
        put_bound(sql, expression, moment ? " <= " : " < ", end);
        break;
    case FILTER_GREATER:
        put_bound(sql, expression, moment ? " > " : " >= ", end);
        break;
    case FILTER_GREATER_EQUAL:
        put_bound(sql, expression, " >= ", start);
        break;
    default:
        put_bound(sql, expression, moment ? " = " : " >= ", start);
        if (!moment) {
            Sql_puts(sql, " AND ");
            put_bound(sql, expression, " < ", end);
        }
    }
    return true;
}

/* ---- references --------------------------------------------------------------------------- */

/* By id where the value names one record, else by the label that the record carries. */
static bool put_reference(const Comparison *comparison, const ResourceDef *target,
                          const FilterValue *value)
{
    Compiler *compiler = comparison->compiler;
    Error ignored = ERROR_NONE;
    bool contains = comparison->operation == FILTER_CONTAINS;
    int64_t id = 0;
    if (!contains)
        id = Model_resolve(compiler->context, target, value->text, &ignored);
    Sql_puts(compiler->sql, comparison->expression);
    if (id || Model_label_field(target) < 0) {
        Sql_puts(compiler->sql, " = ");
        Sql_bind_int(compiler->sql, id);
        return true;
    }
    const FieldDef *label = &target->fields[Model_label_field(target)];
    const char *far = Query_alias(compiler->sql);
    const char *key = Query_expression(compiler->context->arena, far, label);
    Sql_printf(compiler->sql, " IN (SELECT %s.id FROM %s %s WHERE ", far, target->table, far);
    Sql_printf(compiler->sql, contains ? "instr(%s, " : "%s = ", key);
    Sql_bind_text(compiler->sql, Text_folded(compiler->context->arena, value->text));
    Sql_puts(compiler->sql, contains ? ") > 0)" : ")");
    return true;
}

static bool put_record(const Comparison *comparison, const FilterValue *value)
{
    Compiler *compiler = comparison->compiler;
    Uid uid;
    int length = 0;
    int entity = Resource_field(comparison->resource, comparison->field->reference);
    const ResourceDef *target = NULL;
    if (Uid_parse(value->text, NULL, &uid, &length))
        target = Resource_find_prefix(
            Arena_strndup(compiler->context->arena, value->text, (size_t)length));
    if (!target || entity < 0)
        return Query_refuse(compiler, ERROR_REFERENCE, comparison->node, value->column,
                            "\"%.60s\" is not the id of a record.", value->text);
    Error ignored = ERROR_NONE;
    Sql_puts(compiler->sql, comparison->expression);
    Sql_puts(compiler->sql, " = ");
    Sql_bind_int(compiler->sql, Model_resolve(compiler->context, target, value->text, &ignored));
    Sql_printf(compiler->sql, " AND %s.%s = ", comparison->alias,
               comparison->resource->fields[entity].column);
    Sql_bind_text(compiler->sql, target->name);
    return true;
}

/* ---- lists -------------------------------------------------------------------------------- */

static bool put_element(const Comparison *comparison)
{
    Compiler *compiler = comparison->compiler;
    const FieldDef *field = comparison->field;
    Comparison element = *comparison;
    FieldDef one = Field_element(field);
    Arena *arena = compiler->context->arena;
    const char *far = Query_alias(compiler->sql);
    bool folded = Query_is_folded(&one);
    element.expression = Arena_printf(arena, folded ? "FOLD(%s.value)" : "%s.value", far);
    element.field = &one;
    if (is_custom(field))
        Sql_printf(compiler->sql,
                   "EXISTS (SELECT 1 FROM json_each(%s.custom, '$.\"%s\"') %s WHERE (",
                   comparison->alias, Custom_key(field), far);
    else
        Sql_printf(compiler->sql, "EXISTS (SELECT 1 FROM json_each(%s.%s) %s WHERE (",
                   comparison->alias, field->column, far);
    const ResourceDef *target =
        field->type == FIELD_REFERENCE ? Model_resource(field->reference) : NULL;
    const FilterNode *node = comparison->node;
    bool fine = true;
    for (size_t i = 0; fine && i < node->value_count; i++) {
        if (i)
            Sql_puts(compiler->sql, " OR ");
        if (element.operation == FILTER_IN)
            element.operation = FILTER_EQUAL;
        if (target)
            fine = put_reference(&element, target, &node->values[i]);
        else if (element.operation == FILTER_CONTAINS)
            fine = put_contains(&element, &node->values[i]);
        else
            fine = put_scalar(&element, &node->values[i]);
    }
    Sql_puts(compiler->sql, "))");
    return fine;
}

/* ---- one comparison ----------------------------------------------------------------------- */

static bool put_empty(const Comparison *comparison)
{
    const FieldDef *field = comparison->field;
    Sql *sql = comparison->compiler->sql;
    const char *raw = is_custom(field)
                          ? comparison->expression
                          : Arena_printf(sql->arena, "%s.%s", comparison->alias, field->column);
    Sql_printf(sql, "%s IS NULL", raw);
    if (field->flags & FIELD_LIST)
        Sql_printf(sql, " OR %s = '[]'", raw);
    else if (field->type == FIELD_JSON)
        Sql_printf(sql, " OR %s IN ('[]', '{}', 'null', '\"\"')", raw);
    return true;
}

static bool put_one(const Comparison *comparison, const FilterValue *value)
{
    const FieldDef *field = comparison->field;
    const ResourceDef *target = NULL;
    FilterOperator operation = comparison->operation;
    bool ordered = operation >= FILTER_LESS && operation <= FILTER_GREATER_EQUAL;
    if (field->type == FIELD_REFERENCE)
        target = Model_resource(field->reference);
    else if (!comparison->resource->parent && field == &comparison->resource->fields[BASE_ID])
        target = comparison->resource;
    bool unordered = target || field->type == FIELD_RECORD || field->type == FIELD_ENUM ||
                     field->type == FIELD_BOOL || field->type == FIELD_JSON ||
                     Field_storage(field) == VALUE_BLOB;
    if (ordered && unordered)
        return Query_refuse(comparison->compiler, ERROR_SYNTAX, comparison->node,
                            comparison->node->column, "%s has no order; use = or in.",
                            field->label);
    if (target)
        return put_reference(comparison, target, value);
    if (operation == FILTER_CONTAINS)
        return put_contains(comparison, value);
    if (field->type == FIELD_RECORD)
        return put_record(comparison, value);
    if (field->type == FIELD_TIME || field->type == FIELD_DATE)
        return put_time(comparison, value, operation);
    return put_scalar(comparison, value);
}

static bool put_alternatives(Comparison *comparison)
{
    const FilterNode *node = comparison->node;
    FieldType type = comparison->field->type;
    bool simple = type != FIELD_TIME && type != FIELD_DATE && type != FIELD_REFERENCE &&
                  type != FIELD_RECORD &&
                  !(comparison->field == &comparison->resource->fields[BASE_ID]);
    if (simple)
        return put_list_of_scalars(comparison, comparison->expression);
    if (node->value_count > QUERY_INTERVALS_MAX)
        return Query_refuse(comparison->compiler, ERROR_LIMIT, node, node->column,
                            "At most %d values here.", QUERY_INTERVALS_MAX);
    comparison->operation = FILTER_EQUAL;
    for (size_t i = 0; i < node->value_count; i++) {
        if (i)
            Sql_puts(comparison->compiler->sql, " OR ");
        Sql_puts(comparison->compiler->sql, "(");
        if (!put_one(comparison, &node->values[i]))
            return false;
        Sql_puts(comparison->compiler->sql, ")");
    }
    return true;
}

bool Query_compare(Compiler *compiler, const ResourceDef *resource, const char *alias,
                   const FieldDef *field, const FilterNode *node, FilterOperator operation)
{
    Comparison comparison = {compiler, resource, alias, field, node, operation, NULL};
    comparison.expression = Query_expression(compiler->context->arena, alias, field);
    if (!comparison.expression)
        return Error_set(compiler->error, ERROR_LIMIT, "The filter needs too much memory.");
    if (operation == FILTER_EMPTY)
        return put_empty(&comparison);
    if (field->type == FIELD_SECRET)
        return Query_refuse(compiler, ERROR_SYNTAX, node, node->column,
                            "%s is secret; only `is empty` can be asked.", field->label);
    if (!node->value_count)
        return Query_refuse(compiler, ERROR_SYNTAX, node, node->column, "A value is missing.");
    if (field->flags & FIELD_LIST) {
        if (node->value_count > QUERY_INTERVALS_MAX ||
            (operation >= FILTER_LESS && operation <= FILTER_GREATER_EQUAL))
            return Query_refuse(compiler, ERROR_SYNTAX, node, node->column,
                                "%s is a list; use =, ~ or in.", field->label);
        return put_element(&comparison);
    }
    return operation == FILTER_IN ? put_alternatives(&comparison)
                                  : put_one(&comparison, &node->values[0]);
}
