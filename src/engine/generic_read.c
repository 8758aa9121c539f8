/* generic_read.c - list, get, count, search and aggregate of every resource. */
#include <stdlib.h>
#include <string.h>
#include "engine/generic.h"
#include "engine/own_operations.h"
#include "engine/stream.h"

#define SEARCH_DEFAULT 50
#define SEARCH_MAX 200

static int limit_of(const Json *params, int fallback, int most)
{
    int64_t limit = Json_int(params, "limit", fallback);
    return limit < 1 ? 1 : limit > most ? most : (int)limit;
}

bool Generic_list(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = context->resource;
    ListPage page = {0};
    ListQuery query = {
        .sort = Json_text(params, "sort"),
        .limit = limit_of(params, 50, 1000),
        .after = Json_text(params, "after"),
        .before = Json_text(params, "before"),
        .with_archived = Json_bool(params, "archived", false),
        .only_deleted = Json_bool(params, "deleted", false),
    };

    if (!Generic_filter(context, resource, params, &query.filter, error))
        return false;
    Stream_widen(context, resource, query.filter, context->reach);
    if (!Generic_names(context, params, "columns", &query.columns, error) ||
        !Model_list(&context->model, resource, &query, &page, error))
        return false;
    const char *const *columns = query.columns ? query.columns : resource->list;
    Json *records = Generic_records(context, &page, columns, error);
    if (!records)
        return false;
    *result = json_object_new_object();
    Json_set(*result, "records", records);
    Json_set_text(*result, "next", page.next);
    Json_set_text(*result, "previous", page.previous);
    return true;
}

static bool get(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = context->resource;
    bool deleted = Json_bool(params, "deleted", false);
    int64_t id = Generic_id(context, resource, params, "id", error);

    if (id && Stream_is(resource)) {
        const FilterNode *scope = context->model.scope;
        context->model.scope = context->reach;
        Record *record = Model_read(&context->model, resource, id, deleted, NULL);
        if (!record || !Stream_parent_is_open(context, record))
            context->model.scope = scope;
    }
    if (id)
        *result = Generic_record(context, resource, id, deleted, error);
    return *result != NULL;
}

static bool count(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const FilterNode *filter;
    int64_t number;
    bool more = false;

    if (!Generic_filter(context, context->resource, params, &filter, error))
        return false;
    Stream_widen(context, context->resource, filter, context->reach);
    if (!Model_count(&context->model, context->resource, filter, Json_int(params, "limit", 0),
                     &number, &more, error))
        return false;
    *result = json_object_new_object();
    Json_set_int(*result, "count", number);
    Json_set_bool(*result, "more", more);
    return true;
}

static bool search(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = context->resource;
    ListPage page = {0};

    if (!resource->search_id)
        return Error_set(error, ERROR_USAGE, "%s cannot be searched.", resource->label_plural);
    if (!Model_search(&context->model, resource, Json_text(params, "text"),
                      limit_of(params, SEARCH_DEFAULT, SEARCH_MAX), &page, error))
        return false;
    size_t listed = 0;
    while (resource->list && resource->list[listed])
        listed++;
    const char **columns = ARENA_ARRAY(context->model.arena, const char *, listed + 2);
    if (!columns)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    columns[0] = "label";
    for (size_t i = 0; i < listed; i++)
        columns[i + 1] = resource->list[i];
    Json *records = Generic_records(context, &page, columns, error);
    if (!records)
        return false;
    *result = json_object_new_object();
    Json_set(*result, "records", records);
    return true;
}

static bool add_found(OperationContext *context, const ResourceDef *resource, const char *text,
                      int limit, Json *records, Error *error)
{
    static const char *const COLUMNS[] = {"label", NULL};
    ListPage page = {0};

    if (!Model_search(&context->model, resource, text, limit, &page, error))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        Json *record = Record_to_json(&context->model, page.records[i], COLUMNS, error);
        if (!record)
            return false;
        Json_set_text(record, "resource", resource->name);
        json_object_array_add(records, record);
    }
    return true;
}

/* A few of each kind, so that one kind does not hide the others. */
static bool search_all(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int limit = limit_of(params, SEARCH_DEFAULT, SEARCH_MAX);
    const FilterNode *scope = context->model.scope;
    const char *const *masked = context->model.masked;
    Json *records = json_object_new_array();
    bool done = true;

    for (int i = 0; done && i < RESOURCE_COUNT && (int)json_object_array_length(records) < limit;
         i++) {
        int left = limit - (int)json_object_array_length(records);
        if (RESOURCES[i]->search_id && Generic_may_read(context, RESOURCES[i]))
            done = add_found(context, RESOURCES[i], Json_text(params, "text"),
                             left < 10 ? left : 10, records, error);
    }
    context->model.scope = scope;
    context->model.masked = masked;
    if (!done) {
        json_object_put(records);
        return false;
    }
    *result = json_object_new_object();
    Json_set(*result, "records", records);
    return true;
}

static bool aggregate(OperationContext *context, const Json *params, Json **result, Error *error)
{
    static const char *const COUNT_ONLY[] = {"count", NULL};
    const FilterNode *filter;
    const char *const *groups, *const *measures;

    if (!Generic_filter(context, context->resource, params, &filter, error) ||
        !Generic_names(context, params, "group_by", &groups, error) ||
        !Generic_names(context, params, "measures", &measures, error))
        return false;
    Json *rows = Model_aggregate(&context->model, context->resource, filter, groups,
                                 measures ? measures : COUNT_ONLY, limit_of(params, 1000, 10000),
                                 error);
    if (!rows)
        return false;
    *result = json_object_new_object();
    Json_set(*result, "rows", rows);
    return true;
}

#define FILTER {.name = "filter", .type = FIELD_TEXT, .help = "state = new and score >= 60"}
#define LIMIT {.name = "limit", .type = FIELD_INT, .help = "At most so many."}

static const ParameterDef LIST[] = {
    FILTER,
    {.name = "sort", .type = FIELD_TEXT, .help = "Fields with commas; - before one turns it round."},
    LIMIT,
    {.name = "after", .type = FIELD_TEXT, .help = "`next` of the page before."},
    {.name = "before", .type = FIELD_TEXT, .help = "`previous` of the page after."},
    {.name = "columns", .type = FIELD_JSON, .help = "Names of fields; also company.name."},
    {.name = "archived", .type = FIELD_BOOL, .help = "Also archived records."},
    {.name = "deleted", .type = FIELD_BOOL, .help = "Only records in the trash."},
};
static const ParameterDef GET[] = {
    {.name = "id", .type = FIELD_REFERENCE, .required = true, .reference = "@",
     .help = "Id, number or unique name."},
    {.name = "deleted", .type = FIELD_BOOL, .help = "Also from the trash."},
};
static const ParameterDef COUNT[] = {FILTER, LIMIT};
static const ParameterDef SEARCH[] = {
    {.name = "text", .type = FIELD_TEXT, .required = true,
     .help = "Parts of words; one or two letters begin a word."},
    LIMIT,
};
static const ParameterDef AGGREGATE[] = {
    FILTER,
    {.name = "group_by", .type = FIELD_JSON, .help = "Fields; a time as created_at:month."},
    {.name = "measures", .type = FIELD_JSON, .help = "count, sum:FIELD, avg:, min:, max:"},
    LIMIT,
};

static const OperationDef GENERIC[] = {
    {.name = "list", .summary = "List records", .kind = OPERATION_READ, .right = "@:read",
     PARAMETERS(LIST), .run = Generic_list},
    {.name = "get", .summary = "Show a record", .kind = OPERATION_READ, .right = "@:read",
     PARAMETERS(GET), .run = get},
    {.name = "count", .summary = "Count records", .kind = OPERATION_READ, .right = "@:read",
     PARAMETERS(COUNT), .run = count},
    {.name = "search", .summary = "Find records by text", .kind = OPERATION_READ,
     .right = "@:read", PARAMETERS(SEARCH), .run = search},
    {.name = "aggregate", .summary = "Figures over groups of records", .kind = OPERATION_READ,
     .right = "@:read", PARAMETERS(AGGREGATE), .run = aggregate},
};
static const OperationDef NAMED[] = {
    {.name = "search.all", .summary = "Find records of every kind by text",
     .kind = OPERATION_READ, PARAMETERS(SEARCH), .run = search_all},
};

void ReadOperations_register(void)
{
    REGISTER_GENERIC(GENERIC);
    REGISTER(NAMED);
}
