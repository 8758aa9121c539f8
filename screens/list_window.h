/* list_window.h - the part of a long list that is held: pages by key, a few at a time.
 *
 * Positions count from the row where reading began (0); rows before it have negative positions.
 * Reading begins at the first row, or at the last one (then the list is read backwards).
 */
#ifndef SCREENS_LIST_WINDOW_H
#define SCREENS_LIST_WINDOW_H

#include <stdbool.h>
#include "screens/describe.h"

enum { WINDOW_COLUMNS_MAX = 16 };

typedef struct WindowRow {
    Json *record;
    char *cells[WINDOW_COLUMNS_MAX]; /* formatted when first shown */
} WindowRow;

/* Rows that came in one answer, with the cursors for what is before and after them. */
typedef struct WindowPage {
    int count;
    char *start, *end; /* NULL = nothing more there */
} WindowPage;

enum { WINDOW_PAGES_MAX = 8 };

typedef struct ListWindow {
    App *app;
    const Description *description;
    const FieldInfo *columns[WINDOW_COLUMNS_MAX];
    int column_count;
    char *filter, *sort;
    bool backwards; /* reading began at the last row */
    WindowRow *rows;
    int count, capacity;
    long first; /* position of rows[0] */
    WindowPage pages[WINDOW_PAGES_MAX];
    int page_count;
    bool loading_next, loading_previous;
    bool dropped_first; /* rows[0] is no longer where reading began */
    bool loaded;
    char error[400], hint[240];
    int error_column;
} ListWindow;

void ListWindow_open(ListWindow *window, App *app, const Description *description);
void ListWindow_close(ListWindow *window);
/* Other rows: filter and sort are copied; NULL = none, default.  Loads the first page; false keeps
 * the rows there were and fills error, error_column. */
bool ListWindow_read(ListWindow *window, const char *filter, const char *sort, bool from_end);
/* The same rows again, as far as they are held.  false when the connection fails. */
bool ListWindow_reload(ListWindow *window);
/* Row at a position; NULL when not held. */
WindowRow *ListWindow_row(ListWindow *window, long position);
const char *ListWindow_cell(ListWindow *window, long position, int column);
/* Called when the focus moved: asks for more rows when it comes near a border. */
void ListWindow_near(ListWindow *window, long position);
/* Waits for rows that were asked for, if position is at or past a border. */
void ListWindow_wait(ListWindow *window, long position);
long ListWindow_find(ListWindow *window, const char *id); /* position; -1 - 2^40 if not held */
#define LIST_WINDOW_NOWHERE (-(1L << 40))
/* Puts a newer record in its place. */
void ListWindow_replace(ListWindow *window, Json *record);

#endif
