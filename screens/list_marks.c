/* list_marks.c - rows chosen with Space, and how many rows there are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/list.h"

enum { COUNT_LIMIT = 100000, TAG_COUNT = 11, TAG_TOTAL = 12 };

static int mark_index(const ListScreen *list, const char *id)
{
    for (int i = 0; id && i < list->mark_count; i++) {
        if (strcmp(list->marks[i], id) == 0)
            return i;
    }
    return -1;
}

bool List_is_marked(const ListScreen *list, const char *id)
{
    return mark_index(list, id) >= 0;
}

void List_toggle_mark(ListScreen *list, const char *id)
{
    int index = mark_index(list, id);

    if (!id)
        return;
    if (index >= 0) {
        free(list->marks[index]);
        list->marks[index] = list->marks[--list->mark_count];
        return;
    }
    if (list->mark_count == list->mark_capacity) {
        int capacity = list->mark_capacity > 0 ? list->mark_capacity * 2 : 16;
        char **marks = realloc(list->marks, (size_t)capacity * sizeof *marks);
        if (!marks)
            return;
        list->marks = marks;
        list->mark_capacity = capacity;
    }
    char *kept = strdup(id);
    if (kept)
        list->marks[list->mark_count++] = kept;
}

void List_clear_marks(ListScreen *list)
{
    for (int i = 0; i < list->mark_count; i++)
        free(list->marks[i]);
    list->mark_count = 0;
}

Json *List_chosen(ListScreen *list)
{
    Json *ids = json_object_new_array();

    for (int i = 0; i < list->mark_count; i++)
        json_object_array_add(ids, json_object_new_string(list->marks[i]));
    if (list->mark_count == 0 && List_id(list))
        json_object_array_add(ids, json_object_new_string(List_id(list)));
    return ids;
}

/* ---- counts: asked for after the rows are there ---- */

static void count_arrived(void *owner, Json *result, const Error *error, long tag)
{
    ListScreen *list = owner;

    (void)error;
    if (!result)
        return;
    if (tag == TAG_TOTAL) {
        list->total = Json_int(result, "count", -1);
        list->total_more = Json_bool(result, "more", false);
    } else {
        list->count = Json_int(result, "count", -1);
        list->count_more = Json_bool(result, "more", false);
    }
    list->screen.app->dirty = true;
}

static void ask_count(ListScreen *list, const char *filter, long tag)
{
    Json *params = json_object_new_object();
    char name[96];

    if (filter)
        Json_set_text(params, "filter", filter);
    Json_set_int(params, "limit", COUNT_LIMIT);
    snprintf(name, sizeof name, "%s.count", list->description->name);
    Link_request(list->screen.app, name, params, list, count_arrived, tag);
}

void List_ask_count(ListScreen *list)
{
    list->count = -1;
    ask_count(list, list->window.filter, TAG_COUNT);
    if (list->window.filter && list->total < 0)
        ask_count(list, NULL, TAG_TOTAL);
}
