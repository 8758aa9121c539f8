/* list.h - the list of any resource: window of rows, filter, sort, marks, pane beside it. */
#ifndef SCREENS_LIST_H
#define SCREENS_LIST_H

#include "screens/list_window.h"
#include "screens/record_view.h"
#include "tui/line_editor.h"
#include "tui/table.h"

typedef struct ListScreen {
    Screen screen;
    Description *description;
    ListWindow window;
    Table table;
    bool filtering; /* the filter line is being typed in */
    LineEditor filter;
    char **marks; /* ids chosen with Space */
    int mark_count, mark_capacity;
    int64_t count, total; /* -1 = not known yet */
    bool count_more, total_more;
    char status[120];
    bool pane; /* the record beside the list shows */
    RecordView view;
    char *view_id, *asked_id;
} ListScreen;

extern const Action LIST_ACTIONS[];
extern const int LIST_ACTION_COUNT;

const Json *List_record(ListScreen *list); /* under the focus; NULL when empty */
const char *List_id(ListScreen *list);
void List_ask_count(ListScreen *list);
void List_read(ListScreen *list, bool from_end);
void List_move(ListScreen *list, TableMove move, long left);
void List_toggle_mark(ListScreen *list, const char *id);
bool List_is_marked(const ListScreen *list, const char *id);
void List_clear_marks(ListScreen *list);
Json *List_chosen(ListScreen *list); /* array of ids: the marked, else the focused; new reference */
void List_fit_columns(ListScreen *list);

#endif
