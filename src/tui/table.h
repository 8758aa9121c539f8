/* table.h - rows and columns of a source that may hold millions: only what is shown is asked for.
 *
 * A row is known by its position.  The source says which positions it holds now; the table never
 * asks for others.
 */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include <stdbool.h>
#include "tui/frame.h"
#include "tui/keys.h"

enum { TABLE_COLUMNS_MAX = 40 };

typedef struct TableColumn {
    char title[48];
    int wanted;  /* cells most of its content takes; set by the owner */
    int widest;  /* cells its longest content takes; 0 = as wanted */
    int minimum; /* fewer make it useless: then it is left out; 0 = wanted */
    int width;   /* after Table_fit(); 0 = left out */
    bool right, empty;
} TableColumn;

typedef struct TableSource {
    void *owner;
    void (*range)(void *owner, long *first, long *end); /* positions held: first <= p < end */
    const char *(*cell)(void *owner, long row, int column, Style *style);
    bool (*marked)(void *owner, long row); /* may be NULL */
} TableSource;

typedef struct Table {
    TableColumn columns[TABLE_COLUMNS_MAX];
    int column_count;
    int sorted; /* column with the sort mark; -1 = none */
    bool descending;
    TableSource source;
    long cursor, top;
    Area area; /* where the rows were drawn last */
    int fitted_width;
} Table;

typedef enum TableMove {
    TABLE_IGNORED, /* not a movement key */
    TABLE_STAYED,  /* at the border */
    TABLE_MOVED,   /* the focus moved; Table_draw_move() is enough */
    TABLE_SCROLLED /* other rows show */
} TableMove;

void Table_fit(Table *table, int width);
/* Title row and rows; the focused row is highlighted when `focused`. */
void Table_draw(Table *table, Frame *frame, Area area, bool focused);
void Table_draw_row(const Table *table, Frame *frame, long row, bool focused);
/* Repaints the row left and the row reached. */
void Table_draw_move(const Table *table, Frame *frame, long left);
TableMove Table_key(Table *table, const Key *key);
TableMove Table_go(Table *table, long row);
int Table_page(const Table *table);

#endif
