#include "tui/table.h"

#include <string.h>

#include "base/text.h"

enum { GAP = 2, MARK_WIDTH = 3, SORT_WIDTH = 2, TITLE_MINIMUM = 9 };

static int total_width(const Table *table)
{
    int total = MARK_WIDTH;

    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].width > 0)
            total += table->columns[i].width + GAP;
    }
    return total - GAP;
}

static int title_width(const TableColumn *column)
{
    return Text_width(column->title, strlen(column->title));
}

/* The title, or as many whole words of it as fit; a word that does not fit is cut by the frame. */
static size_t title_length(const char *title, int width)
{
    size_t length = strlen(title);

    while (length > 0 && Text_width(title, length) > width) {
        do
            length--;
        while (length > 0 && title[length] != ' ');
    }
    return length > 0 ? length : strlen(title);
}

/* Cells a title needs at least: its first word, as far as that is no longer than usual. */
static int title_minimum(const TableColumn *column)
{
    int width = Text_width(column->title, strcspn(column->title, " "));

    return width > TITLE_MINIMUM ? TITLE_MINIMUM : width;
}

/* The column that can give most without getting useless; -1 if none. */
static int most_to_give(const Table *table)
{
    int best = -1, most = 0;

    for (int i = 0; i < table->column_count; i++) {
        const TableColumn *column = &table->columns[i];
        int spare = column->width > 0 ? column->width - column->minimum : 0;
        if (spare > most || (spare > 0 && spare == most && best >= 0 &&
                             column->width > table->columns[best].width)) {
            best = i;
            most = spare;
        }
    }
    return best;
}

/* Left out first: what has no content in the rows at hand, then from the right. */
static bool leave_one_out(Table *table)
{
    int last = -1, empty = -1;

    for (int i = 1; i < table->column_count; i++) {
        if (table->columns[i].width == 0)
            continue;
        last = i;
        empty = table->columns[i].empty ? i : empty;
    }
    if (empty >= 0)
        last = empty;
    if (last < 0)
        return false;
    table->columns[last].width = 0;
    return true;
}

static int minimum_total(const Table *table)
{
    int total = MARK_WIDTH - GAP;

    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].width > 0)
            total += table->columns[i].minimum + GAP;
    }
    return total;
}

/* Widens columns from the left to what `wish` says, as far as there is space. */
static void widen(Table *table, int width, int (*wish)(const Table *table, int index))
{
    for (int i = 0; i < table->column_count; i++) {
        TableColumn *column = &table->columns[i];
        int more = column->width > 0 ? wish(table, i) - column->width : 0;
        int space = width - total_width(table);
        if (more > 0 && space > 0)
            column->width += more < space ? more : space;
    }
}

static int whole_title(const Table *table, int index)
{
    return title_width(&table->columns[index]) + (table->sorted == index ? SORT_WIDTH : 0);
}

static int whole_content(const Table *table, int index)
{
    return table->columns[index].widest;
}

void Table_fit(Table *table, int width)
{
    for (int i = 0; i < table->column_count; i++) {
        TableColumn *column = &table->columns[i];
        int mark = table->sorted == i ? SORT_WIDTH : 0, title = title_minimum(column) + mark;
        if (column->minimum < 1 || column->minimum > column->wanted)
            column->minimum = column->wanted;
        column->width = column->wanted > title ? column->wanted : title;
        if (column->minimum < title)
            column->minimum = title;
    }
    while (minimum_total(table) > width && leave_one_out(table))
        continue;
    while (total_width(table) > width) {
        int giving = most_to_give(table);
        if (giving < 0)
            break;
        table->columns[giving].width--;
    }
    widen(table, width, whole_title);
    widen(table, width, whole_content);
    table->fitted_width = width;
}

static void draw_titles(const Table *table, Frame *frame, Area row)
{
    int x = row.x + MARK_WIDTH;

    for (int i = 0; i < table->column_count; i++) {
        const TableColumn *column = &table->columns[i];
        int mark = table->sorted == i ? SORT_WIDTH : 0, width = column->width - mark;
        char title[sizeof column->title];
        if (column->width == 0)
            continue;
        size_t length = title_length(column->title, width);
        memcpy(title, column->title, length);
        title[length] = '\0';
        if (column->right)
            Frame_datum_right(frame, x, row.y, width, STYLE_HEADER, title);
        else
            width = Frame_datum(frame, x, row.y, width, STYLE_HEADER, title);
        if (mark)
            Frame_put(frame, x + width + 1, row.y, 1, STYLE_ACCENT,
                      Frame_symbol(frame, table->descending ? SYMBOL_DOWN : SYMBOL_UP));
        x += column->width + GAP;
    }
}

void Table_draw_row(const Table *table, Frame *frame, long row, bool focused)
{
    int y = table->area.y + (int)(row - table->top), x = table->area.x + MARK_WIDTH;
    const TableSource *source = &table->source;
    bool marked = source->marked && source->marked(source->owner, row);
    Style base = focused ? STYLE_SELECTED : STYLE_NORMAL;
    Area area = {table->area.x, y, table->area.width, 1};

    if (y < table->area.y || y >= table->area.y + table->area.height)
        return;
    Frame_fill(frame, area, base);
    if (focused)
        Frame_put(frame, area.x + 1, y, 1, base, Frame_symbol(frame, SYMBOL_FOCUS));
    if (marked)
        Frame_put(frame, area.x, y, 1, focused ? base : STYLE_MARKED,
                  Frame_symbol(frame, SYMBOL_CHECK));
    for (int i = 0; i < table->column_count; i++) {
        const TableColumn *column = &table->columns[i];
        Style style = STYLE_NORMAL;
        if (column->width == 0)
            continue;
        const char *text = source->cell(source->owner, row, i, &style);
        if (focused)
            style = base;
        else if (marked)
            style = STYLE_MARKED;
        if (text && column->right)
            Frame_datum_right(frame, x, y, column->width, style, text);
        else if (text)
            Frame_datum(frame, x, y, column->width, style, text);
        x += column->width + GAP;
    }
}

static void keep_in_range(Table *table)
{
    long first = 0, end = 0, page = table->area.height > 0 ? table->area.height : 1;

    table->source.range(table->source.owner, &first, &end);
    if (table->cursor >= end)
        table->cursor = end - 1;
    if (table->cursor < first)
        table->cursor = first;
    if (table->cursor < table->top)
        table->top = table->cursor;
    if (table->cursor >= table->top + page)
        table->top = table->cursor - page + 1;
    if (table->top > end - page)
        table->top = end - page;
    if (table->top < first)
        table->top = first;
}

void Table_draw(Table *table, Frame *frame, Area area, bool focused)
{
    long first = 0, end = 0;

    table->area = (Area){area.x, area.y + 1, area.width, area.height > 1 ? area.height - 1 : 0};
    if (table->fitted_width != area.width)
        Table_fit(table, area.width);
    keep_in_range(table);
    draw_titles(table, frame, area);
    table->source.range(table->source.owner, &first, &end);
    for (long row = table->top; row < end && row < table->top + table->area.height; row++)
        Table_draw_row(table, frame, row, focused && row == table->cursor);
}

void Table_draw_move(const Table *table, Frame *frame, long left)
{
    Table_draw_row(table, frame, left, false);
    Table_draw_row(table, frame, table->cursor, true);
}

int Table_page(const Table *table)
{
    return table->area.height > 1 ? table->area.height - 1 : 1;
}

TableMove Table_go(Table *table, long row)
{
    long old_cursor = table->cursor, old_top = table->top;

    table->cursor = row;
    keep_in_range(table);
    if (table->top != old_top)
        return TABLE_SCROLLED;
    return table->cursor != old_cursor ? TABLE_MOVED : TABLE_STAYED;
}

TableMove Table_key(Table *table, const Key *key)
{
    int page = Table_page(table);

    switch (key->code) {
    case KEYCODE_DOWN:
    case 'j':
    case KEYCODE_WHEEL_DOWN:
        return Table_go(table, table->cursor + 1);
    case KEYCODE_UP:
    case 'k':
    case KEYCODE_WHEEL_UP:
        return Table_go(table, table->cursor - 1);
    case KEYCODE_PAGE_DOWN:
    case KEYCODE_CTRL + 'd':
        table->top += page;
        return Table_go(table, table->cursor + page) == TABLE_STAYED ? TABLE_STAYED
                                                                     : TABLE_SCROLLED;
    case KEYCODE_PAGE_UP:
    case KEYCODE_CTRL + 'b':
        table->top -= page;
        return Table_go(table, table->cursor - page) == TABLE_STAYED ? TABLE_STAYED
                                                                     : TABLE_SCROLLED;
    case KEYCODE_CLICK:
        if (key->y < table->area.y || key->y >= table->area.y + table->area.height)
            return TABLE_IGNORED;
        return Table_go(table, table->top + key->y - table->area.y);
    default:
        return TABLE_IGNORED;
    }
}
