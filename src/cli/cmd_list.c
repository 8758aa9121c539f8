#include "cli/commands.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/params.h"
#include "cli/present.h"

#define TERMINAL_LIMIT 50
#define PAGE_RECORDS 200
#define LIST_COLUMNS_MAX 40

typedef struct Listing {
    Invocation *invocation;
    const char *resource;
    Json *columns;     /* names asked for, or chosen for a terminal; NULL = the engine's own choice */
    Json *description; /* on a terminal: labels and types; may be NULL */
    long limit;        /* 0 = all */
    long shown;
    char *after; /* cursor of what is left; NULL at the end */
} Listing;

static const char *const PASSED[][2] = {{"filter", "filter"}, {"sort", "sort"}, {NULL, NULL}};

static const Json *field_of(const Json *description, const char *name)
{
    const Json *fields = description ? Json_get(description, "fields") : NULL;
    size_t count = fields ? json_object_array_length(fields) : 0;
    for (size_t i = 0; i < count; i++) {
        const Json *field = json_object_array_get_idx(fields, i);
        const char *own = Json_text(field, "name");
        if (own && strcmp(own, name) == 0)
            return field;
    }
    return NULL;
}

/* On a terminal the first column names the record: its number, else its id. */
static Json *terminal_columns(const Json *description)
{
    const Json *list = description ? Json_get(description, "list") : NULL;
    if (!list || !json_object_is_type(list, json_type_array))
        return NULL;
    Json *columns = json_object_new_array();
    const char *first = field_of(description, "number") ? "number" : "id";
    json_object_array_add(columns, json_object_new_string(first));
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(list, i));
        if (strcmp(name, first) != 0)
            json_object_array_add(columns, json_object_new_string(name));
    }
    return columns;
}

static void prepare(Listing *listing)
{
    const char *asked = Invocation_option(listing->invocation, "columns");
    if (asked)
        listing->columns = Params_list(asked);
    if (listing->invocation->json)
        return;
    Json *params = json_object_new_object();
    Json_set_text(params, "resource", listing->resource);
    Invocation_call(listing->invocation, "resource.describe", params, &listing->description, NULL);
    if (!asked)
        listing->columns = terminal_columns(listing->description);
}

/* The engine adds the id by itself and takes it for no field. */
static Json *fields_wanted(const Json *columns)
{
    Json *wanted = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(columns); i++) {
        Json *name = json_object_array_get_idx(columns, i);
        if (strcmp(json_object_get_string(name), "id") != 0)
            json_object_array_add(wanted, json_object_get(name));
    }
    return wanted;
}

static Json *page_params(const Listing *listing)
{
    const Invocation *invocation = listing->invocation;
    long left = listing->limit ? listing->limit - listing->shown : PAGE_RECORDS;
    Json *params = json_object_new_object();
    Params_add_options(invocation, params, PASSED);
    Json_set_int(params, "limit", left < PAGE_RECORDS ? left : PAGE_RECORDS);
    if (listing->after)
        Json_set_text(params, "after", listing->after);
    if (listing->columns)
        Json_set(params, "columns", fields_wanted(listing->columns));
    if (Invocation_flag(invocation, "archived"))
        Json_set_bool(params, "archived", true);
    if (Invocation_flag(invocation, "deleted"))
        Json_set_bool(params, "deleted", true);
    return params;
}

/* A column that is empty on the whole page only takes room, unless it was asked for. */
static bool is_empty(const Json *records, const char *name)
{
    for (size_t i = 0; i < json_object_array_length(records); i++)
        if (Present_member(json_object_array_get_idx(records, i), name))
            return false;
    return true;
}

/* Fields that every record has are not described. */
static const PresentColumn BASE_COLUMNS[] = {
    {"label", "Name", "text"},        {"created_at", "Created", "time"},
    {"updated_at", "Updated", "time"}, {"version", "Version", "int"},
    {"archived_at", "Archived", "time"}, {"deleted_at", "Deleted", "time"},
};

static PresentColumn column_of(const Listing *listing, const char *name)
{
    for (size_t i = 0; i < sizeof BASE_COLUMNS / sizeof *BASE_COLUMNS; i++)
        if (strcmp(BASE_COLUMNS[i].key, name) == 0)
            return BASE_COLUMNS[i];
    const Json *field = field_of(listing->description, name);
    const char *label = field ? Json_text(field, "label") : NULL;
    return (PresentColumn){
        .key = name,
        .title = label ? label : name,
        .type = field ? Json_text(field, "type") : NULL,
    };
}

static void show_page(const Listing *listing, const Json *records)
{
    PresentColumn columns[LIST_COLUMNS_MAX];
    int count = 0;
    size_t wanted = listing->columns ? json_object_array_length(listing->columns) : 0;
    bool asked = Invocation_flag(listing->invocation, "columns");
    for (size_t i = 0; i < wanted && count < LIST_COLUMNS_MAX; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(listing->columns, i));
        if (asked || !is_empty(records, name))
            columns[count++] = column_of(listing, name);
    }
    Present_rows(listing->invocation, records, columns, listing->invocation->json ? 0 : count);
}

/* Prints page after page until the limit. */
static bool list_pages(Listing *listing, Error *error)
{
    char operation[96];
    bool good = true;
    snprintf(operation, sizeof operation, "%.64s.list", listing->resource);
    do {
        Json *result = NULL;
        good = Invocation_call(listing->invocation, operation, page_params(listing), &result, error);
        free(listing->after);
        listing->after = NULL;
        const Json *page = good && result ? Json_get(result, "records") : NULL;
        size_t count = page ? json_object_array_length(page) : 0;
        if (count)
            show_page(listing, page);
        listing->shown += (long)count;
        const char *next = count ? Json_text(result, "next") : NULL;
        listing->after = next ? strdup(next) : NULL;
        json_object_put(result);
    } while (good && listing->after && (!listing->limit || listing->shown < listing->limit) &&
             !Output_broken());
    return good;
}

int Command_list(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Listing listing = {
        .invocation = invocation,
        .resource = invocation->arguments[0],
        .limit = invocation->json ? 0 : TERMINAL_LIMIT,
    };
    if (!Invocation_number(invocation, "limit", 0, LONG_MAX, &listing.limit, &error))
        return Invocation_fail(invocation, &error);
    const char *after = Invocation_option(invocation, "after");
    listing.after = after ? strdup(after) : NULL;
    prepare(&listing);
    bool good = list_pages(&listing, &error);
    if (good && Output_messages_on_terminal() && !invocation->json) {
        fflush(stdout);
        if (listing.shown == 0)
            Output_message("Nothing matches.");
        else if (listing.after)
            Output_message("There is more: --after %s, or --limit 0 for all.", listing.after);
    }
    free(listing.after);
    json_object_put(listing.columns);
    json_object_put(listing.description);
    return good ? EXIT_DONE : Invocation_fail(invocation, &error);
}
