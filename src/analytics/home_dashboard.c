/* home_dashboard.c - the figures of the first screen, each computed by the operations anybody may call.
 *
 * Every figure is asked for with the rights of the session: what a role may not read is left out, and
 * what has no records says so with zero, never with an invented number.  Each figure carries the
 * resource and filter of the rows behind it, so that Enter on it opens exactly those.
 */
#include "analytics/analytics.h"

#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "engine/operation.h"

/* A count of records now, beside the same count in the period before. */
typedef struct CountFigure {
    const char *label;
    const char *resource;
    const char *filter;   /* rows behind the figure */
    const char *previous; /* filter of the period before; NULL = no comparison */
    const char *good;     /* "up", "down": which direction is good */
} CountFigure;

static const CountFigure COUNT_FIGURES[] = {
    {"New leads today", "lead", "created_at = today", "created_at = yesterday", "up"},
    {"Hot, unanswered", "lead",
     "rating = hot and first_response_at is empty and state in (new, scored, assigned)", NULL, "down"},
    {"Orders to ship", "order", "state = confirmed and fulfilment_state in (none, part_fulfilled)",
     NULL, "down"},
    {"Open tickets", "ticket", "state in (new, open)", NULL, "down"},
    {"Invoices overdue", "invoice", "state = open and due_date < today", NULL, "down"},
};

static bool perform(OperationContext *context, const char *name, Json *params, Json **result)
{
    Error error = ERROR_NONE;
    bool done = Operation_perform(context, name, params, result, &error);
    json_object_put(params);
    return done;
}

/* false when the role may not read the resource. */
static bool count_rows(OperationContext *context, const char *resource, const char *filter,
                       int64_t *count)
{
    char name[96];
    snprintf(name, sizeof name, "%s.count", resource);
    Json *params = json_object_new_object();
    Json_set_text(params, "filter", filter);
    Json *result = NULL;
    if (!perform(context, name, params, &result))
        return false;
    *count = Json_int(result, "count", 0);
    json_object_put(result);
    return true;
}

static void add_count(OperationContext *context, Json *figures, const CountFigure *figure)
{
    int64_t count = 0, previous = 0;
    if (!count_rows(context, figure->resource, figure->filter, &count))
        return;
    Json *entry = json_object_new_object();
    Json_set_text(entry, "label", figure->label);
    Json_set_int(entry, "value", count);
    if (figure->previous && count_rows(context, figure->resource, figure->previous, &previous))
        Json_set_int(entry, "change", count - previous);
    Json_set_text(entry, "good", figure->good);
    Json_set_text(entry, "resource", figure->resource);
    Json_set_text(entry, "filter", figure->filter);
    json_object_array_add(figures, entry);
}

/* RESOURCE.aggregate; a new reference to its rows, or NULL. */
static Json *aggregate(OperationContext *context, const char *resource, const char *filter,
                       const char *group, const char *measure)
{
    char name[96];
    snprintf(name, sizeof name, "%s.aggregate", resource);
    Json *params = json_object_new_object();
    Json_set_text(params, "filter", filter);
    Json *measures = json_object_new_array();
    json_object_array_add(measures, json_object_new_string("count"));
    json_object_array_add(measures, json_object_new_string(measure));
    Json_set(params, "measures", measures);
    if (group) {
        Json *groups = json_object_new_array();
        json_object_array_add(groups, json_object_new_string(group));
        Json_set(params, "group_by", groups);
    }
    Json *result = NULL;
    if (!perform(context, name, params, &result))
        return NULL;
    Json *rows = Json_get(result, "rows");
    if (rows)
        json_object_get(rows);
    json_object_put(result);
    return rows;
}

/* Minor units of a measure that may come as money or as a plain integer. */
static int64_t minor_of(const Json *row, const char *measure)
{
    Json *value = Json_get(row, measure);
    if (value && json_object_is_type(value, json_type_object))
        return Json_int(value, "minor", 0);
    return value ? json_object_get_int64(value) : 0;
}

static int64_t invoiced(OperationContext *context, const char *filter, bool *allowed)
{
    Json *rows = aggregate(context, "invoice", filter, NULL, "sum:total_minor");
    *allowed = rows != NULL;
    int64_t minor = 0;
    if (rows && json_object_array_length(rows) > 0)
        minor = minor_of(json_object_array_get_idx(rows, 0), "sum:total_minor");
    json_object_put(rows);
    return minor;
}

static Json *money(OperationContext *context, int64_t minor)
{
    Json *value = json_object_new_object();
    Json_set_int(value, "minor", minor);
    Json_set_text(value, "currency", context->model.tenant->currency);
    return value;
}

static void add_revenue(OperationContext *context, Json *figures)
{
    static const char *const NOW = "state in (open, paid) and issue_date = this_month";
    static const char *const BEFORE = "state in (open, paid) and issue_date = last_month";
    bool allowed;
    int64_t current = invoiced(context, NOW, &allowed);
    if (!allowed)
        return;
    int64_t previous = invoiced(context, BEFORE, &allowed);
    Json *entry = json_object_new_object();
    Json_set_text(entry, "label", "Invoiced this month");
    Json_set(entry, "value", money(context, current));
    Json_set(entry, "previous", money(context, previous));
    Json_set_text(entry, "good", "up");
    Json_set_text(entry, "resource", "invoice");
    Json_set_text(entry, "filter", NOW);
    json_object_array_add(figures, entry);
}

/* Open opportunities by stage, in the order of the pipeline. */
static void add_pipeline(OperationContext *context, Json *home)
{
    Json *rows = aggregate(context, "opportunity", "state = open", "stage_id", "sum:amount_minor");
    if (!rows)
        return;
    Json *pipeline = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(rows); i++) {
        Json *row = json_object_array_get_idx(rows, i);
        Json *stage = Json_get(row, "stage_id");
        const char *label = Json_text(stage, "label");
        Json *entry = json_object_new_object();
        Json_set_text(entry, "label", label ? label : "");
        Json_set(entry, "amount", money(context, minor_of(row, "sum:amount_minor")));
        Json_set_int(entry, "count", Json_int(row, "count", 0));
        Json_set_text(entry, "resource", "opportunity");
        char filter[160];
        snprintf(filter, sizeof filter, "state = open and stage_id = \"%s\"",
                 Json_text(stage, "id") ? Json_text(stage, "id") : "");
        Json_set_text(entry, "filter", filter);
        json_object_array_add(pipeline, entry);
    }
    json_object_put(rows);
    Json_set(home, "pipeline", pipeline);
}

/* Label "YYYY-MM" of the month that lies `back` months before now, in the tenant's zone. */
static void month_label(OperationContext *context, int back, char out[16])
{
    CivilTime civil;
    DateTime_to_civil(context->model.now, context->model.tenant->zone, &civil);
    int month = civil.year * 12 + civil.month - 1 - back;
    snprintf(out, 16, "%04d-%02d", month / 12, month % 12 + 1);
}

/* Invoiced per month over the last twelve whole and running months; months without rows are zero. */
static void add_series(OperationContext *context, Json *home)
{
    Json *rows = aggregate(context, "invoice", "state in (open, paid) and issue_date > -400d",
                           "issue_date:month", "sum:total_minor");
    if (!rows)
        return;
    Json *points = json_object_new_array();
    for (int back = 11; back >= 0; back--) {
        char label[16];
        month_label(context, back, label);
        int64_t minor = 0;
        for (size_t i = 0; i < json_object_array_length(rows); i++) {
            Json *row = json_object_array_get_idx(rows, i);
            const char *month = Json_text(row, "issue_date:month");
            if (month && strcmp(month, label) == 0)
                minor = minor_of(row, "sum:total_minor");
        }
        Json *point = json_object_new_object();
        Json_set_text(point, "label", label);
        Json_set(point, "value", money(context, minor));
        json_object_array_add(points, point);
    }
    json_object_put(rows);
    Json *series = json_object_new_object();
    Json_set_text(series, "label", "Invoiced, last 12 months");
    Json_set(series, "points", points);
    Json_set(home, "series", series);
}

/* The caller's open tasks that are due until tomorrow, most urgent first. */
static void add_tasks(OperationContext *context, Json *home)
{
    Json *params = json_object_new_object();
    Json_set_text(params, "filter",
                  "state in (open, in_progress) and due_at < tomorrow and assignee_id = me");
    Json_set_text(params, "sort", "due_at");
    Json_set_int(params, "limit", 8);
    Json *result = NULL;
    if (!perform(context, "task.list", params, &result))
        return;
    Json *records = Json_get(result, "records");
    if (records)
        Json_set(home, "tasks", json_object_get(records));
    json_object_put(result);
}

static bool home_dashboard(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Json *home = json_object_new_object();
    Json *figures = json_object_new_array();
    add_revenue(context, figures);
    for (size_t i = 0; i < sizeof COUNT_FIGURES / sizeof *COUNT_FIGURES; i++)
        add_count(context, figures, &COUNT_FIGURES[i]);
    Json_set(home, "figures", figures);
    add_pipeline(context, home);
    add_series(context, home);
    add_tasks(context, home);
    char now[40];
    Json_set_text(home, "as_of", DateTime_format(context->model.now, now));
    *result = home;
    return true;
}

static const OperationDef OPERATIONS[] = {
    {.name = "dashboard.home",
     .summary = "Figures of the first screen, computed from the records the caller may read",
     .kind = OPERATION_READ,
     .run = home_dashboard},
};

void Analytics_register(void)
{
    Operations_register(OPERATIONS, sizeof OPERATIONS / sizeof *OPERATIONS);
}
