/* query_filter.c - a filter as a condition: and, or, not, fields, dotted paths.
 *
 * Logic has two values, as in Filter_matches(): a comparison with an empty field is false, so its
 * negation is true.  `not` is pushed down to the comparisons; `(c) IS NOT TRUE` is their negation.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "model/query.h"

bool Query_refuse(Compiler *compiler, const char *code, const FilterNode *node, int column,
                  const char *format, ...)
{
    char message[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    Error_set_field(compiler->error, code, node->field ? node->field : "filter", "%s", message);
    return Error_at(compiler->error, 1, column);
}

const char *Query_alias(Sql *sql)
{
    return Arena_printf(sql->arena, "r%d", ++sql->aliases);
}

bool Query_is_masked(const ModelContext *context, const char *field)
{
    for (const char *const *name = context->masked; name && *name; name++) {
        if (strcmp(*name, field) == 0)
            return true;
    }
    return false;
}

static bool compile(Compiler *compiler, const ResourceDef *resource, const char *alias,
                    const FilterNode *node, bool negate);

/* ---- fields ------------------------------------------------------------------------------- */

static const FieldDef *custom_field(ModelContext *context, const ResourceDef *resource,
                                    const char *name)
{
    Error ignored = ERROR_NONE;
    CustomFields *fields = resource->parent ? NULL : Custom_of(context, &ignored);
    return fields ? CustomFields_find(fields, resource, name) : NULL;
}

static const FieldDef *find_field(ModelContext *context, const ResourceDef *resource,
                                  const char *name, int *index)
{
    *index = strncmp(name, "custom.", 7) == 0 ? -1 : Model_field(resource, name);
    if (*index >= 0)
        return &resource->fields[*index];
    return custom_field(context, resource, name);
}

static void suggest(ModelContext *context, const ResourceDef *resource, const char *name,
                    Error *error)
{
    const char *nearest = Resource_nearest_field(resource, name);
    if (nearest)
        Error_hint(error, "Did you mean %s?", nearest);
}

const FieldDef *Query_field(ModelContext *context, const ResourceDef *resource, const char *name,
                            int column, int *index, Error *error)
{
    const FieldDef *field = find_field(context, resource, name, index);
    if (!field) {
        Error_set_field(error, ERROR_SYNTAX, name, "%s has no field \"%.60s\".", resource->label,
                        name);
        suggest(context, resource, name, error);
        Error_at(error, 1, column);
    } else if (Query_is_masked(context, field->name)) {
        Error_set_field(error, ERROR_FORBIDDEN, name, "Your role does not show %s.", field->label);
        Error_at(error, 1, column);
        field = NULL;
    }
    return field;
}

/* ---- paths -------------------------------------------------------------------------------- */

/* company.name, owner.name, contact_points.value: a row of the far table that fits. */
static bool compile_path(Compiler *compiler, const ResourceDef *resource, const char *alias,
                         const FilterNode *node, bool negate)
{
    Sql *sql = compiler->sql;
    const char *dot = strchr(node->field, '.');
    char *head = Arena_strndup(sql->arena, node->field, (size_t)(dot - node->field));
    int index = head ? Model_field(resource, head) : -1;
    const FieldDef *field = index >= 0 ? &resource->fields[index] : NULL;
    const ResourceDef *child = field || !head ? NULL : Resource_find_child(resource, head);
    const ResourceDef *target = child;
    if (field && field->type == FIELD_REFERENCE && !(field->flags & FIELD_LIST))
        target = Model_resource(field->reference);
    if (!target) {
        Query_refuse(compiler, ERROR_SYNTAX, node, node->column, "%s has no field \"%.60s\".",
                     resource->label, node->field);
        suggest(compiler->context, resource, head ? head : "", compiler->error);
        return false;
    }
    if (field && Query_is_masked(compiler->context, field->name))
        return Query_refuse(compiler, ERROR_FORBIDDEN, node, node->column,
                            "Your role does not show %s.", field->label);
    if (++compiler->depth > QUERY_PATH_DEPTH)
        return Query_refuse(compiler, ERROR_LIMIT, node, node->column,
                            "\"%.60s\" leads through too many records; at most %d.", node->field,
                            QUERY_PATH_DEPTH);
    FilterNode inner = *node;
    bool empty = node->operation == FILTER_EMPTY;
    bool inverse = node->operation == FILTER_NOT_EQUAL || node->operation == FILTER_NOT_IN || empty;
    inner.field = dot + 1;
    if (inverse)
        inner.operation = empty                              ? FILTER_NOT_EMPTY
                          : node->operation == FILTER_NOT_IN ? FILTER_IN
                                                             : FILTER_EQUAL;
    const char *far = Query_alias(sql);
    Sql_printf(sql, "%sEXISTS (SELECT 1 FROM %s %s WHERE %s.%s = %s.%s AND ",
               inverse != negate ? "NOT " : "", target->table, far, far, child ? "parent_id" : "id",
               alias, child ? "id" : field->column);
    bool fine = compile(compiler, target, far, &inner, false);
    Sql_puts(sql, ")");
    compiler->depth--;
    return fine;
}

/* ---- comparisons -------------------------------------------------------------------------- */

static bool compile_comparison(Compiler *compiler, const ResourceDef *resource, const char *alias,
                               const FilterNode *node, bool negate)
{
    int index;
    FilterOperator operation = node->operation;
    const FieldDef *field = find_field(compiler->context, resource, node->field, &index);
    if (!field && strchr(node->field, '.'))
        return compile_path(compiler, resource, alias, node, negate);
    Error *error = compiler->error;
    field = Query_field(compiler->context, resource, node->field, node->column, &index, error);
    if (!field)
        return false;
    if (operation == FILTER_NOT_EQUAL || operation == FILTER_NOT_IN ||
        operation == FILTER_NOT_EMPTY) {
        negate = !negate;
        operation = operation == FILTER_NOT_EQUAL ? FILTER_EQUAL
                    : operation == FILTER_NOT_IN  ? FILTER_IN
                                                  : FILTER_EMPTY;
    }
    Sql_puts(compiler->sql, "(");
    if (!Query_compare(compiler, resource, alias, field, node, operation))
        return false;
    /* A comparison inside IS TRUE is never looked up by its index. */
    bool common = false;
    for (int i = 0; i < compiler->sql->common_count; i++)
        common = common || compiler->sql->common[i] == node;
    Sql_puts(compiler->sql, negate ? ") IS NOT TRUE" : common ? ") IS TRUE" : ")");
    return true;
}

static bool compile(Compiler *compiler, const ResourceDef *resource, const char *alias,
                    const FilterNode *node, bool negate)
{
    if (node->kind == FILTER_COMPARE)
        return compile_comparison(compiler, resource, alias, node, negate);
    if (node->kind == FILTER_NOT)
        return compile(compiler, resource, alias, node->left, !negate);
    if (node->kind == FILTER_ALL) {
        Sql_puts(compiler->sql, negate ? "1 = 0" : "1 = 1");
        return true;
    }
    Sql_puts(compiler->sql, "(");
    if (!compile(compiler, resource, alias, node->left, negate))
        return false;
    Sql_puts(compiler->sql, (node->kind == FILTER_AND) != negate ? " AND " : " OR ");
    if (!compile(compiler, resource, alias, node->right, negate))
        return false;
    Sql_puts(compiler->sql, ")");
    return true;
}

bool Query_filter(ModelContext *context, Sql *sql, const ResourceDef *resource, const char *alias,
                  const FilterNode *filter, Error *error)
{
    Compiler compiler = {.context = context, .sql = sql, .error = error};
    return compile(&compiler, resource, alias, filter, false);
}

bool Query_scope(ModelContext *context, Sql *sql, const ResourceDef *resource, const char *alias,
                 Error *error)
{
    if (!context->scope || context->scope->kind == FILTER_ALL)
        return true;
    /* The rights may look at what the asker may not. */
    const char *const *masked = context->masked;
    context->masked = NULL;
    Sql_puts(sql, " AND ");
    bool fine = Query_filter(context, sql, resource, alias, context->scope, error);
    context->masked = masked;
    return fine;
}

bool Query_where(ModelContext *context, Sql *sql, const ResourceDef *resource,
                 const FilterNode *filter, bool with_archived, bool only_deleted, Error *error)
{
    Sql_puts(sql, " WHERE t.tenant_id = ");
    Sql_bind_int(sql, context->tenant->id);
    if (!resource->parent) {
        Sql_puts(sql, only_deleted ? " AND t.deleted_at IS NOT NULL" : " AND t.deleted_at IS NULL");
        if (!with_archived && !only_deleted)
            Sql_puts(sql, " AND t.archived_at IS NULL");
    }
    if (!Query_scope(context, sql, resource, "t", error))
        return false;
    if (!filter || filter->kind == FILTER_ALL)
        return true;
    Sql_puts(sql, " AND ");
    return Query_filter(context, sql, resource, "t", filter, error);
}

bool Model_check_filter(ModelContext *context, const ResourceDef *resource,
                        const FilterNode *filter, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    return !filter || Query_filter(context, &sql, resource, "t", filter, error);
}
