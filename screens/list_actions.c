/* list_actions.c - what can be done in a list: one row an action. */
#include "screens/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/words.h"

static void run_open(void *owner)
{
    ListScreen *list = owner;
    char *id = List_id(list) ? strdup(List_id(list)) : NULL;

    if (id)
        App_open_record(list->screen.app, list->description->name, id);
    free(id);
}

static void run_new(void *owner)
{
    ListScreen *list = owner;

    App_push(list->screen.app, Edit_new(list->screen.app, list->description, NULL));
}

/* The whole record of the focused row (new reference); NULL says why. */
static Json *whole_record(ListScreen *list)
{
    Json *record = NULL, *params = json_object_new_object();
    Error error = ERROR_NONE;
    char name[96];

    Json_set_text(params, "id", List_id(list));
    snprintf(name, sizeof name, "%s.get", list->description->name);
    if (!Link_call(list->screen.app, name, params, &record, &error))
        App_error(list->screen.app, &error);
    return record;
}

static void run_edit(void *owner)
{
    ListScreen *list = owner;

    if (list->mark_count > 0) {
        Bulk_edit_ask(list->screen.app, list->description, List_chosen(list));
        return;
    }
    Json *record = whole_record(list);
    if (record)
        App_push(list->screen.app, Edit_new(list->screen.app, list->description, record));
    json_object_put(record);
}

static void run_delete(void *owner)
{
    ListScreen *list = owner;
    Json *ids = List_chosen(list);

    Delete_ask(list->screen.app, list->description, ids);
    json_object_put(ids);
}

static void run_transition(void *owner)
{
    ListScreen *list = owner;
    Json *record = whole_record(list);

    if (record)
        Transitions_ask(list->screen.app, list->description, record);
    json_object_put(record);
}

static void run_filter(void *owner)
{
    ListScreen *list = owner;

    list->filtering = true;
    LineEditor_set(&list->filter, list->window.filter ? list->window.filter : "");
}

static void run_clear_filter(void *owner)
{
    ListScreen *list = owner;

    if (ListWindow_read(&list->window, NULL, list->window.sort, false)) {
        list->table.cursor = list->table.top = 0;
        List_fit_columns(list);
        List_ask_count(list);
    }
}

static void run_mark(void *owner)
{
    ListScreen *list = owner;

    List_toggle_mark(list, List_id(list));
    Table_go(&list->table, list->table.cursor + 1);
    ListWindow_near(&list->window, list->table.cursor);
}

static void run_mark_all(void *owner)
{
    ListScreen *list = owner;

    if (list->mark_count > 0) {
        List_clear_marks(list);
        return;
    }
    for (int i = 0; i < list->window.count; i++)
        List_toggle_mark(list, Json_text(list->window.rows[i].record, "id"));
    if (list->count > list->mark_count)
        App_notice(list->screen.app, STYLE_WARNING, Ui_text("Selected the %d rows read so far."),
                   list->mark_count);
}

static void sort_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    ListScreen *list = context;
    char sort[128];

    (void)typed;
    if (!chosen || App_top(app) != &list->screen)
        return;
    const FieldInfo *field = &list->description->fields[chosen->value];
    const char *now = list->window.sort ? list->window.sort : list->description->sort;
    bool same = now && strcmp(now, field->name) == 0;
    bool reversed = now && *now == '-' && strcmp(now + 1, field->name) == 0;
    bool down_first =
        ValueType_is_number(field->type) || field->type == VALUE_TIME || field->type == VALUE_DATE;
    bool down = same || (!reversed && down_first);
    snprintf(sort, sizeof sort, "%s%s", down ? "-" : "", field->name);
    if (!ListWindow_read(&list->window, list->window.filter, sort, false)) {
        App_notice(app, STYLE_BAD, "%s %s", list->window.error, list->window.hint);
        return;
    }
    list->table.cursor = list->table.top = 0;
    List_fit_columns(list);
}

static void run_sort(void *owner)
{
    ListScreen *list = owner;
    Picker *picker = App_picker(list->screen.app, Ui_text("Sort by"));

    picker->typing = true;
    snprintf(picker->hint, sizeof picker->hint, "%s",
             Ui_text("The same column again turns the order round."));
    for (int pass = 0; pass < 2; pass++) { /* shown columns first */
        for (int i = 0; i < list->description->field_count; i++) {
            const FieldInfo *field = &list->description->fields[i];
            bool shown = false;
            for (int c = 0; c < list->window.column_count; c++)
                shown = shown || list->window.columns[c] == field;
            if (shown == (pass == 0) && !field->is_list && field->type != VALUE_JSON &&
                field->type != VALUE_LONG_TEXT && field->type != VALUE_SECRET &&
                (!field->hidden || strcmp(field->name, "label") == 0))
                Picker_add(picker, field->label, field->name, "", i);
        }
    }
    App_show(list->screen.app, list, sort_chosen, NULL);
}

static void run_refresh(void *owner)
{
    ListScreen *list = owner;
    char *id = List_id(list) ? strdup(List_id(list)) : NULL;

    list->window.dropped_first = false;
    list->screen.class->refresh(&list->screen);
    free(id);
    App_notice(list->screen.app, STYLE_GOOD, "%s", Ui_text("Read again."));
}

static const char *refuse_empty(void *owner)
{
    ListScreen *list = owner;

    return list->window.count > 0 ? NULL : Ui_text("the list is empty");
}

static const char *refuse_new(void *owner)
{
    return ((ListScreen *)owner)->description->can_create ? NULL
                                                          : Ui_text("your role may not do this");
}

static const char *refuse_edit(void *owner)
{
    ListScreen *list = owner;

    return list->description->can_update ? refuse_empty(owner)
                                         : Ui_text("your role may not do this");
}

static const char *refuse_delete(void *owner)
{
    ListScreen *list = owner;

    return list->description->can_delete ? refuse_empty(owner)
                                         : Ui_text("your role may not do this");
}

static const char *refuse_clear(void *owner)
{
    return ((ListScreen *)owner)->window.filter ? NULL : Ui_text("there is no filter");
}

const Action LIST_ACTIONS[] = {
    {"open", "open", "Open the record", "Enter l Right", ACTION_FOOTER, run_open, refuse_empty},
    {"edit", "edit", "Change the record, or one field of all selected", "e F2",
     ACTION_FOOTER | ACTION_NEEDS_SELECTION, run_edit, refuse_edit},
    {"new", "new", "Make a new record", "n Insert", ACTION_FOOTER, run_new, refuse_new},
    {"filter", "filter", "Show only rows that fit, such as score >= 60 and state = new", "/",
     ACTION_FOOTER, run_filter, NULL},
    {"sort", "sort", "Sort by any field", "o", ACTION_FOOTER, run_sort, NULL},
    {"select", "select", "Select or unselect the row", "Space", ACTION_FOOTER, run_mark,
     refuse_empty},
    {"state", "next step", "Move the record to another state", "t", 0, run_transition, refuse_edit},
    {"delete", "delete", "Delete the record or all selected; can be undone", "d Delete",
     ACTION_DANGEROUS | ACTION_NEEDS_SELECTION, run_delete, refuse_delete},
    {"select-all", "select all", "Select the rows read so far, or none", "*", 0, run_mark_all,
     refuse_empty},
    {"clear-filter", "no filter", "Show all rows again", "\\", 0, run_clear_filter, refuse_clear},
    {"refresh", "read again", "Read the rows again", "r F5", 0, run_refresh, NULL},
    {"down", "down", "Next row", "j Down", ACTION_SILENT, NULL, NULL},
    {"up", "up", "Row before", "k Up", ACTION_SILENT, NULL, NULL},
    {"page-down", "page down", "A page on", "PageDown", ACTION_SILENT, NULL, NULL},
    {"page-up", "page up", "A page back", "PageUp", ACTION_SILENT, NULL, NULL},
    {"first", "first row", "The first row (also g g)", "Home", ACTION_SILENT, NULL, NULL},
    {"last", "last row", "The last row", "End G", ACTION_SILENT, NULL, NULL},
};
const int LIST_ACTION_COUNT = sizeof LIST_ACTIONS / sizeof LIST_ACTIONS[0];
