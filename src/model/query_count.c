/* query_count.c - totals, and grouped figures for dashboards and reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/query.h"

bool Model_count(ModelContext *context, const ResourceDef *resource, const FilterNode *filter,
                 int64_t limit, int64_t *count, bool *more, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql,
               limit ? "SELECT count(*) FROM (SELECT 1 FROM %s t" : "SELECT count(*) FROM %s t",
               resource->table);
    if (!Query_where(context, &sql, resource, filter, false, false, error))
        return false;
    if (limit) {
        Sql_puts(&sql, " LIMIT ");
        Sql_bind_int(&sql, limit + 1);
        Sql_puts(&sql, ")");
    }
    Error inner = ERROR_NONE;
    *count = Sql_scalar(&sql, context->connection, 0, &inner);
    if (Error_present(&inner)) {
        if (error)
            *error = inner;
        return false;
    }
    if (more)
        *more = limit && *count > limit;
    if (limit && *count > limit)
        *count = limit;
    return true;
}

/* ---- grouped figures ---------------------------------------------------------------------- */

#define GROUPS_MAX 4
#define MEASURES_MAX 12

typedef struct Column {
    const char *name;      /* as asked; the key in the answer */
    const FieldDef *field; /* NULL: count */
    const char *expression;
    const char *period; /* day, week, month, quarter, year; NULL */
    bool average;
} Column;

typedef struct Aggregate {
    ModelContext *context;
    const ResourceDef *resource;
    Column groups[GROUPS_MAX], measures[MEASURES_MAX];
    int group_count, measure_count;
    Error *error;
} Aggregate;

/* Times are counted in the tenant's zone as it stands now: the offset at `now`, also across a
 * change of the clock, so that a group is a range of the stored time. */
static const char *period_expression(Aggregate *aggregate, const FieldDef *field,
                                     const char *period, const char *expression)
{
    static const struct {
        const char *name, *format;
    } periods[] = {
        {"day", "date(%s, 'unixepoch')"},
        {"week", "date(%s, 'unixepoch', '-6 days', 'weekday 1')"},
        {"month", "strftime('%%Y-%%m', %s, 'unixepoch')"},
        {"quarter", "strftime('%%Y', %s, 'unixepoch') || '-Q' ||"
                    " ((strftime('%%m', %s, 'unixepoch') + 2) / 3)"},
        {"year", "strftime('%%Y', %s, 'unixepoch')"},
    };
    CivilTime civil;
    Arena *arena = aggregate->context->arena;
    DateTime_to_civil(aggregate->context->now, aggregate->context->tenant->zone, &civil);
    const char *seconds =
        field->type == FIELD_DATE
            ? Arena_printf(arena, "%s * 86400", expression)
            : Arena_printf(arena, "(%s / 1000000 + %d)", expression, civil.offset_seconds);
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        if (strcmp(periods[i].name, period) != 0)
            continue;
        Sql text;
        Sql_begin(&text, arena);
        for (const char *at = periods[i].format; *at; at++) {
            char byte[2] = {*at, '\0'};
            if (at[0] == '%' && at[1] == 's') {
                Sql_puts(&text, seconds);
                at++;
            } else {
                Sql_puts(&text, byte);
                at += at[0] == '%' && at[1] == '%';
            }
        }
        return text.text;
    }
    Error_set_field(aggregate->error, ERROR_USAGE, "group_by",
                    "\"%.40s\" is none of day, week, month, quarter, year.", period);
    return NULL;
}

static bool add_group(Aggregate *aggregate, const char *spec)
{
    int index;
    Arena *arena = aggregate->context->arena;
    const char *colon = strchr(spec, ':');
    const char *name = colon ? Arena_strndup(arena, spec, (size_t)(colon - spec)) : spec;
    if (aggregate->group_count == GROUPS_MAX)
        return Error_set_field(aggregate->error, ERROR_LIMIT, "group_by",
                               "At most %d fields to group by.", GROUPS_MAX);
    const FieldDef *field = Query_field(aggregate->context, aggregate->resource, name ? name : "",
                                        0, &index, aggregate->error);
    if (!field)
        return false;
    bool time = field->type == FIELD_TIME || field->type == FIELD_DATE;
    if (field->flags & FIELD_LIST || field->type == FIELD_JSON || field->type == FIELD_SECRET ||
        (colon && !time))
        return Error_set_field(aggregate->error, ERROR_USAGE, spec, "Cannot group by %s.",
                               field->label);
    const char *expression = index < 0 ? Query_custom_expression(arena, "t", field)
                                       : Arena_printf(arena, "t.%s", field->column);
    if (colon)
        expression = period_expression(aggregate, field, colon + 1, expression);
    if (!expression)
        return false;
    aggregate->groups[aggregate->group_count++] = (Column){
        .name = spec, .field = field, .expression = expression, .period = colon ? colon + 1 : NULL};
    return true;
}

static bool add_measure(Aggregate *aggregate, const char *spec)
{
    static const char *const kinds[] = {"sum", "avg", "min", "max", "distinct"};
    int index;
    Arena *arena = aggregate->context->arena;
    Column *column = &aggregate->measures[aggregate->measure_count];
    if (aggregate->measure_count == MEASURES_MAX)
        return Error_set_field(aggregate->error, ERROR_LIMIT, "measures", "At most %d measures.",
                               MEASURES_MAX);
    aggregate->measure_count++;
    if (strcmp(spec, "count") == 0) {
        *column = (Column){.name = spec, .expression = "count(*)"};
        return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(kinds[i]);
        if (strncmp(spec, kinds[i], length) != 0 || spec[length] != ':')
            continue;
        const FieldDef *field = Query_field(aggregate->context, aggregate->resource,
                                            spec + length + 1, 0, &index, aggregate->error);
        if (!field)
            return false;
        if (i < 4 && Field_storage(field) != VALUE_INT)
            return Error_set_field(aggregate->error, ERROR_USAGE, spec, "%s is not a number.",
                                   field->label);
        const char *value = index < 0 ? Query_custom_expression(arena, "t", field)
                                      : Arena_printf(arena, "t.%s", field->column);
        *column = (Column){.name = spec, .field = field, .average = i == 1};
        column->expression = i == 4 ? Arena_printf(arena, "count(DISTINCT %s)", value)
                                    : Arena_printf(arena, "%s(%s)", kinds[i], value);
        if (i == 4)
            column->field = NULL;
        return column->expression != NULL;
    }
    Error_set_field(aggregate->error, ERROR_USAGE, "measures", "\"%.60s\" is no measure.", spec);
    return Error_hint(aggregate->error,
                      "Measures: count, sum:FIELD, avg:FIELD, min:, max:, distinct:");
}

static Json *group_value(Aggregate *aggregate, const Column *column, Statement *statement, int at)
{
    ModelContext *context = aggregate->context;
    if (Statement_is_null(statement, at))
        return NULL;
    if (column->period)
        return json_object_new_string(Statement_text(statement, at));
    Value value = Value_of_column(statement, at, column->field, context->arena);
    return Value_to_json(context, aggregate->resource, column->field, &value);
}

static Json *measure_value(const Column *column, Statement *statement, int at)
{
    char text[48];
    if (Statement_is_null(statement, at))
        return NULL;
    if (column->average)
        return json_object_new_double(strtod(Statement_text(statement, at), NULL));
    int64_t number = Statement_int(statement, at);
    if (column->field && column->field->type == FIELD_TIME)
        return json_object_new_string(DateTime_format(number, text));
    if (column->field && column->field->type == FIELD_DATE)
        return json_object_new_string(Date_format((int32_t)number, text));
    return json_object_new_int64(number);
}

static bool aggregate_rows(Aggregate *aggregate, Sql *sql, Json *out)
{
    Statement *statement = Sql_prepare(sql, aggregate->context->connection, aggregate->error);
    StepResult step;
    if (!statement)
        return false;
    while ((step = Statement_step(statement, aggregate->error)) == STEP_ROW) {
        Json *row = json_object_new_object();
        int at = 0;
        for (int i = 0; i < aggregate->group_count; i++, at++)
            Json_set(row, aggregate->groups[i].name,
                     group_value(aggregate, &aggregate->groups[i], statement, at));
        for (int i = 0; i < aggregate->measure_count; i++, at++)
            Json_set(row, aggregate->measures[i].name,
                     measure_value(&aggregate->measures[i], statement, at));
        json_object_array_add(out, row);
    }
    Statement_reset(statement);
    return step == STEP_DONE;
}

static bool compose(Aggregate *aggregate, const FilterNode *filter, int limit, Sql *sql)
{
    Sql_puts(sql, "SELECT ");
    for (int i = 0; i < aggregate->group_count; i++)
        Sql_printf(sql, "%s%s", i ? ", " : "", aggregate->groups[i].expression);
    for (int i = 0; i < aggregate->measure_count; i++)
        Sql_printf(sql, "%s%s", i || aggregate->group_count ? ", " : "",
                   aggregate->measures[i].expression);
    Sql_printf(sql, " FROM %s t", aggregate->resource->table);
    if (!Query_where(aggregate->context, sql, aggregate->resource, filter, true, false,
                     aggregate->error))
        return false;
    for (int i = 0; i < aggregate->group_count; i++)
        Sql_printf(sql, "%s%d", i ? ", " : " GROUP BY ", i + 1);
    for (int i = 0; i < aggregate->group_count; i++)
        Sql_printf(sql, "%s%d NULLS FIRST", i ? ", " : " ORDER BY ", i + 1);
    Sql_puts(sql, " LIMIT ");
    Sql_bind_int(sql, limit > 0 && limit < 100000 ? limit : 1000);
    return true;
}

Json *Model_aggregate(ModelContext *context, const ResourceDef *resource, const FilterNode *filter,
                      const char *const *group_by, const char *const *measures, int limit,
                      Error *error)
{
    Aggregate aggregate = {.context = context, .resource = resource, .error = error};
    for (; group_by && *group_by; group_by++) {
        if (!add_group(&aggregate, *group_by))
            return NULL;
    }
    for (; measures && *measures; measures++) {
        if (!add_measure(&aggregate, *measures))
            return NULL;
    }
    if (!aggregate.measure_count)
        add_measure(&aggregate, "count");
    Sql sql;
    Sql_begin(&sql, context->arena);
    Json *out = compose(&aggregate, filter, limit, &sql) ? json_object_new_array() : NULL;
    if (out && !aggregate_rows(&aggregate, &sql, out)) {
        json_object_put(out);
        return NULL;
    }
    return out;
}
