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

static const char *const PASSED[][2] = {{"filter", "filter"}, {"sort", "sort"}, {NULL, NULL}};

static Json *page_params(const Invocation *invocation, const char *after, long records)
{
    Json *params = json_object_new_object();
    Params_add_options(invocation, params, PASSED);
    Json_set_int(params, "limit", records);
    if (after)
        Json_set_text(params, "after", after);
    const char *columns = Invocation_option(invocation, "columns");
    if (columns)
        Json_set(params, "columns", Params_list(columns));
    if (Invocation_flag(invocation, "archived"))
        Json_set_bool(params, "archived", true);
    if (Invocation_flag(invocation, "deleted"))
        Json_set_bool(params, "deleted", true);
    return params;
}

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

/* The columns asked for, else those of the description's list, each with its label and type. */
static int choose_columns(const Json *description, const Json *wanted, PresentColumn *columns)
{
    int count = 0;
    size_t listed = wanted ? json_object_array_length(wanted) : 0;
    for (size_t i = 0; i < listed && count < LIST_COLUMNS_MAX; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(wanted, i));
        const Json *field = field_of(description, name);
        const char *label = field ? Json_text(field, "label") : NULL;
        columns[count++] = (PresentColumn){
            .key = name,
            .title = label ? label : name,
            .type = field ? Json_text(field, "type") : NULL,
        };
    }
    return count;
}

static void show_page(Invocation *invocation, const char *resource, const Json *records)
{
    PresentColumn columns[LIST_COLUMNS_MAX + 1];
    Json *description = NULL;
    Json *wanted = NULL;
    if (invocation->json) {
        Present_rows(invocation, records, NULL, 0);
        return;
    }
    Json *params = json_object_new_object();
    Json_set_text(params, "resource", resource);
    Invocation_call(invocation, "resource.describe", params, &description, NULL);
    const char *asked = Invocation_option(invocation, "columns");
    if (asked)
        wanted = Params_list(asked);
    else if (description)
        wanted = json_object_get(Json_get(description, "list"));
    columns[0] = (PresentColumn){.key = "id", .title = "id", .type = "text"};
    int count = choose_columns(description, wanted, columns + 1);
    Present_rows(invocation, records, count ? columns : NULL, count ? count + 1 : 0);
    json_object_put(wanted);
    json_object_put(description);
}

/* Prints page after page until `limit` records (0 = all); *more gets the cursor of what is left. */
static bool list_pages(Invocation *invocation, const char *resource, long limit, char **more,
                       long *shown, Error *error)
{
    char operation[96];
    const char *asked = Invocation_option(invocation, "after");
    char *after = asked ? strdup(asked) : NULL;
    bool good = true;
    snprintf(operation, sizeof operation, "%s.list", resource);
    do {
        long records = limit == 0 || limit - *shown > PAGE_RECORDS ? PAGE_RECORDS : limit - *shown;
        Json *result = NULL;
        Json *params = page_params(invocation, after, records);
        free(after);
        after = NULL;
        good = Invocation_call(invocation, operation, params, &result, error);
        const Json *page = good && result ? Json_get(result, "records") : NULL;
        size_t count = page ? json_object_array_length(page) : 0;
        if (count)
            show_page(invocation, resource, page);
        *shown += (long)count;
        const char *next = count ? Json_text(result, "next") : NULL;
        after = next ? strdup(next) : NULL;
        json_object_put(result);
    } while (good && after && (limit == 0 || *shown < limit) && !Output_broken());
    *more = after;
    return good;
}

int Command_list(Invocation *invocation)
{
    Error error = ERROR_NONE;
    long limit = invocation->json ? 0 : TERMINAL_LIMIT;
    long shown = 0;
    char *more = NULL;
    if (!Invocation_number(invocation, "limit", 0, LONG_MAX, &limit, &error))
        return Invocation_fail(invocation, &error);
    bool good = list_pages(invocation, invocation->arguments[0], limit, &more, &shown, &error);
    if (good && Output_messages_on_terminal() && !invocation->json) {
        fflush(stdout);
        if (shown == 0)
            Output_message("Nothing matches.");
        else if (more)
            Output_message("There is more: --after %s, or --limit 0 for all.", more);
    }
    free(more);
    return good ? EXIT_DONE : Invocation_fail(invocation, &error);
}
