#include "screens/list_window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/field_value.h"

enum { PAGE_ROWS = 100, NEAR_ROWS = 40, TAG_NEXT = 1, TAG_PREVIOUS = 2 };

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

static void replace_text(char **place, const char *text)
{
    char *fresh = copy(text);

    free(*place);
    *place = fresh;
}

static void close_row(WindowRow *row)
{
    json_object_put(row->record);
    for (int i = 0; i < WINDOW_COLUMNS_MAX; i++)
        free(row->cells[i]);
    *row = (WindowRow){0};
}

void ListWindow_open(ListWindow *window, App *app, const Description *description)
{
    *window = (ListWindow){.app = app, .description = description};
    window->column_count = Description_columns(description, window->columns, WINDOW_COLUMNS_MAX);
}

static void close_page(WindowPage *page)
{
    free(page->start);
    free(page->end);
    *page = (WindowPage){0};
}

static void drop_rows(ListWindow *window)
{
    for (int i = 0; i < window->count; i++)
        close_row(&window->rows[i]);
    for (int i = 0; i < window->page_count; i++)
        close_page(&window->pages[i]);
    window->count = window->page_count = 0;
    window->first = 0;
}

/* Cursor to what follows the last row, or precedes the first; NULL = nothing there. */
static const char *border_cursor(const ListWindow *window, bool at_end)
{
    if (window->page_count == 0)
        return NULL;
    return at_end ? window->pages[window->page_count - 1].end : window->pages[0].start;
}

/* The page farthest from where the focus goes makes room. */
static void drop_page(ListWindow *window, bool from_start)
{
    WindowPage *page = &window->pages[from_start ? 0 : window->page_count - 1];
    int from = from_start ? 0 : window->count - page->count;

    for (int i = from; i < from + page->count; i++)
        close_row(&window->rows[i]);
    if (from_start) {
        window->first += page->count;
        memmove(window->rows, window->rows + page->count,
                (size_t)(window->count - page->count) * sizeof *window->rows);
    }
    window->count -= page->count;
    if (from_start != window->backwards)
        window->dropped_first = true;
    close_page(page);
    window->page_count--;
    if (from_start)
        memmove(window->pages, window->pages + 1,
                (size_t)window->page_count * sizeof *window->pages);
}

void ListWindow_close(ListWindow *window)
{
    Link_forget(window->app, window);
    drop_rows(window);
    free(window->rows);
    free(window->filter);
    free(window->sort);
    window->rows = NULL;
}

/* "-score,name" -> "score,-name" */
static void append_reversed(Buffer *out, const char *sort)
{
    while (*sort) {
        size_t length = strcspn(sort, ",");
        if (*sort == '-')
            Buffer_append(out, sort + 1, length - 1);
        else {
            Buffer_putc(out, '-');
            Buffer_append(out, sort, length);
        }
        sort += length;
        if (*sort == ',') {
            Buffer_putc(out, ',');
            sort++;
        }
    }
}

static Json *list_params(const ListWindow *window, const char *filter, const char *sort,
                         bool backwards, int limit)
{
    Json *params = json_object_new_object(), *columns = json_object_new_array();
    const char *order = sort && *sort ? sort : window->description->sort;

    if (filter && *filter)
        Json_set_text(params, "filter", filter);
    if (order && backwards) {
        Buffer reversed = BUFFER_EMPTY;
        append_reversed(&reversed, order);
        Json_set_text(params, "sort", Buffer_text(&reversed));
        Buffer_free(&reversed);
    } else if (order) {
        Json_set_text(params, "sort", order);
    }
    for (int i = 0; i < window->column_count; i++)
        json_object_array_add(columns, json_object_new_string(window->columns[i]->name));
    Json_set(params, "columns", columns);
    Json_set_int(params, "limit", limit);
    return params;
}

static bool reserve(ListWindow *window, int count)
{
    if (count <= window->capacity)
        return true;
    WindowRow *rows = realloc(window->rows, (size_t)count * sizeof *rows);
    if (!rows)
        return false;
    window->rows = rows;
    window->capacity = count;
    return true;
}

/* Adds a page at one end; the records of a list read backwards come in reverse. */
static void add_page(ListWindow *window, const Json *result, bool at_end)
{
    const Json *records = Json_get(result, "records");
    int count = records ? (int)json_object_array_length(records) : 0;
    bool reverse = window->backwards;

    if (window->page_count == WINDOW_PAGES_MAX)
        drop_page(window, at_end);
    if (!reserve(window, window->count + count))
        return;
    if (!at_end) {
        memmove(window->rows + count, window->rows, (size_t)window->count * sizeof *window->rows);
        memmove(window->pages + 1, window->pages,
                (size_t)window->page_count * sizeof *window->pages);
        window->first -= count;
    }
    WindowRow *place = at_end ? window->rows + window->count : window->rows;
    for (int i = 0; i < count; i++) {
        int from = reverse ? count - 1 - i : i;
        Json *record = json_object_array_get_idx(records, (size_t)from);
        place[i] = (WindowRow){.record = json_object_get(record)};
    }
    window->pages[at_end ? window->page_count : 0] =
        (WindowPage){count, copy(Json_text(result, reverse ? "next" : "previous")),
                     copy(Json_text(result, reverse ? "previous" : "next"))};
    window->count += count;
    window->page_count++;
}

bool ListWindow_read(ListWindow *window, const char *filter, const char *sort, bool from_end)
{
    char name[96];
    Json *result = NULL;
    Error error = ERROR_NONE;
    Json *params = list_params(window, filter, sort, from_end, PAGE_ROWS);

    snprintf(name, sizeof name, "%s.list", window->description->name);
    window->error[0] = window->hint[0] = '\0';
    window->error_column = 0;
    if (!Link_call(window->app, name, params, &result, &error)) {
        snprintf(window->error, sizeof window->error, "%s", error.message);
        snprintf(window->hint, sizeof window->hint, "%s", error.hint);
        window->error_column = error.column;
        return false;
    }
    Link_forget(window->app, window);
    window->loading_next = window->loading_previous = window->dropped_first = false;
    drop_rows(window);
    if (filter != window->filter)
        replace_text(&window->filter, filter);
    if (sort != window->sort)
        replace_text(&window->sort, sort);
    window->backwards = from_end;
    add_page(window, result, true);
    if (from_end)
        window->first = -window->count;
    window->loaded = true;
    json_object_put(result);
    return true;
}

bool ListWindow_reload(ListWindow *window)
{
    char name[96];
    Json *result = NULL;
    Error error = ERROR_NONE;
    int limit = window->count > PAGE_ROWS ? window->count : PAGE_ROWS;

    if (window->dropped_first)
        return true; /* the place is kept; rows come fresh when it is read again */
    snprintf(name, sizeof name, "%s.list", window->description->name);
    Json *params = list_params(window, window->filter, window->sort, window->backwards, limit);
    if (!Link_call(window->app, name, params, &result, &error))
        return false;
    Link_forget(window->app, window);
    window->loading_next = window->loading_previous = false;
    drop_rows(window);
    add_page(window, result, true);
    if (window->backwards)
        window->first = -window->count;
    window->loaded = true;
    json_object_put(result);
    return true;
}

WindowRow *ListWindow_row(ListWindow *window, long position)
{
    long index = position - window->first;

    return index >= 0 && index < window->count ? &window->rows[index] : NULL;
}

const char *ListWindow_cell(ListWindow *window, long position, int column)
{
    WindowRow *row = ListWindow_row(window, position);

    if (!row || column < 0 || column >= window->column_count)
        return "";
    if (!row->cells[column]) {
        Buffer text = BUFFER_EMPTY;
        const FieldInfo *field = window->columns[column];
        FieldValue_append(window->app, &text, field, Record_value(row->record, field), VALUE_SHORT);
        row->cells[column] = text.length > 0 ? Buffer_take(&text) : strdup("");
        Buffer_free(&text);
    }
    return row->cells[column] ? row->cells[column] : "";
}

static void page_arrived(void *owner, Json *result, const Error *error, long tag)
{
    ListWindow *window = owner;
    bool at_end = tag == TAG_NEXT;

    if (at_end)
        window->loading_next = false;
    else
        window->loading_previous = false;
    if (result)
        add_page(window, result, at_end);
    (void)error;
}

static void ask_page(ListWindow *window, bool at_end)
{
    const char *cursor = border_cursor(window, at_end);
    bool *loading = at_end ? &window->loading_next : &window->loading_previous;
    char name[96];

    if (!cursor || *loading)
        return;
    Json *params = list_params(window, window->filter, window->sort, window->backwards, PAGE_ROWS);
    Json_set_text(params, at_end != window->backwards ? "after" : "before", cursor);
    snprintf(name, sizeof name, "%s.list", window->description->name);
    *loading = Link_request(window->app, name, params, window, page_arrived,
                            at_end ? TAG_NEXT : TAG_PREVIOUS);
}

void ListWindow_near(ListWindow *window, long position)
{
    if (position >= window->first + window->count - NEAR_ROWS)
        ask_page(window, true);
    if (position < window->first + NEAR_ROWS)
        ask_page(window, false);
}

void ListWindow_wait(ListWindow *window, long position)
{
    bool past_end = position >= window->first + window->count;
    bool past_start = position < window->first;

    if ((past_end || past_start) && border_cursor(window, past_end)) {
        ask_page(window, past_end);
        Link_settle(window->app, window);
    }
}

long ListWindow_find(ListWindow *window, const char *id)
{
    for (int i = 0; id && i < window->count; i++) {
        const char *own = Json_text(window->rows[i].record, "id");
        if (own && strcmp(own, id) == 0)
            return window->first + i;
    }
    return LIST_WINDOW_NOWHERE;
}

void ListWindow_replace(ListWindow *window, Json *record)
{
    WindowRow *row = ListWindow_row(window, ListWindow_find(window, Json_text(record, "id")));

    if (!row)
        return;
    close_row(row);
    row->record = json_object_get(record);
}
