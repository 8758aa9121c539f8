#include "tui/painter.h"

#include <stdlib.h>
#include <string.h>

#include "tui/terminal_type.h"

/* Where the terminal writes next and how; -1 = unknown. */
typedef struct Pen {
    int x, y, style;
} Pen;

struct Painter {
    TerminalType type;
    const Theme *theme;
    Frame shown;
    bool known; /* `shown` is what the terminal shows */
    Pen pen;
    bool cursor_shown;
};

Painter *Painter_open(const char *terminal_type, const Theme *theme, Error *error)
{
    Painter *painter = calloc(1, sizeof *painter);

    if (!painter || !Frame_open(&painter->shown, 1, 1, false)) {
        free(painter);
        Error_set(error, ERROR_LIMIT, "There is not enough memory for the screen.");
        return NULL;
    }
    if (!TerminalType_read(&painter->type, terminal_type, error)) {
        Painter_close(painter);
        return NULL;
    }
    painter->theme = theme;
    Painter_forget(painter);
    return painter;
}

void Painter_close(Painter *painter)
{
    if (!painter)
        return;
    Frame_close(&painter->shown);
    free(painter);
}

const char *Painter_enter(const Painter *painter)
{
    return painter->type.enter;
}

const char *Painter_leave(const Painter *painter)
{
    return painter->type.leave;
}

void Painter_set_theme(Painter *painter, const Theme *theme)
{
    painter->theme = theme;
    Painter_forget(painter);
}

void Painter_forget(Painter *painter)
{
    painter->known = false;
    painter->pen.x = painter->pen.y = painter->pen.style = -1;
    painter->cursor_shown = false;
}

static int background_of(const Painter *painter, int style)
{
    const StyleDef *def = &painter->theme->styles[style];

    if (painter->type.colours < 8)
        return COLOUR_DEFAULT;
    return TerminalType_many_colours(&painter->type) ? def->background : def->small_background;
}

static void set_style(Painter *painter, int style, Buffer *out)
{
    const StyleDef *def = &painter->theme->styles[style];
    const StyleDef *now =
        painter->pen.style >= 0 ? &painter->theme->styles[painter->pen.style] : NULL;

    if (now && memcmp(def, now, sizeof *def) == 0) {
        painter->pen.style = style;
        return;
    }
    TerminalType_append_style(&painter->type, def, out);
    painter->pen.style = style;
}

static void move_to(Painter *painter, int x, int y, Buffer *out)
{
    if (painter->pen.x == x && painter->pen.y == y)
        return;
    if (painter->type.ansi) {
        if (painter->pen.y == y && painter->pen.x >= 0 && x > painter->pen.x)
            Buffer_printf(out, x - painter->pen.x > 1 ? "\033[%dC" : "\033[C", x - painter->pen.x);
        else if (painter->pen.y == y && x == 0 && painter->pen.x >= 0)
            Buffer_putc(out, '\r');
        else if (painter->pen.y >= 0 && y == painter->pen.y + 1 && x == 0)
            Buffer_puts(out, "\r\n");
        else if (x == 0)
            Buffer_printf(out, "\033[%dH", y + 1);
        else
            Buffer_printf(out, "\033[%d;%dH", y + 1, x + 1);
    } else {
        TerminalType_append_move(&painter->type, x, y, out);
    }
    painter->pen.x = x;
    painter->pen.y = y;
}

static bool cell_is_blank(const Cell *cell)
{
    return cell->length == 1 && cell->text[0] == ' ';
}

/* Cells that look the same on this terminal. */
static bool same_cell(const Cell *a, const Cell *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Blank cells of one style from x on. */
static int blank_run(const Cell *row, int x, int columns)
{
    int end = x;

    while (end < columns && cell_is_blank(&row[end]) && row[end].style == row[x].style)
        end++;
    return end - x;
}

static bool can_erase(const Painter *painter, int style)
{
    const StyleDef *def = &painter->theme->styles[style];
    unsigned attributes =
        TerminalType_many_colours(&painter->type) ? def->attributes : def->small_attributes;

    if (attributes & (ATTRIBUTE_REVERSE | ATTRIBUTE_UNDERLINE))
        return false;
    return painter->type.fills || background_of(painter, style) < 0;
}

static void put_cell(Painter *painter, const Cell *cell, int columns, Buffer *out)
{
    set_style(painter, cell->style, out);
    Buffer_append(out, cell->text, cell->length);
    painter->pen.x += cell->width;
    if (painter->pen.x >= columns)
        painter->pen.x = painter->pen.y = -1; /* at the margin terminals differ */
}

/* A run of blanks in the cheapest way; returns cells done. */
static int put_blanks(Painter *painter, const Cell *row, int x, int columns, Buffer *out)
{
    int run = blank_run(row, x, columns);
    int style = row[x].style;

    if (run > 3 && x + run == columns && painter->type.erase_line && can_erase(painter, style)) {
        set_style(painter, style, out);
        TerminalType_append(out, painter->type.erase_line);
        return run;
    }
    if (run > 8 && painter->type.ansi && painter->type.erase_cells && can_erase(painter, style) &&
        x + run < columns) {
        set_style(painter, style, out);
        Buffer_printf(out, "\033[%dX", run);
        return run;
    }
    put_cell(painter, &row[x], columns, out);
    return 1;
}

/* Unchanged cells between two changed ones are cheaper rewritten than jumped over when few. */
static bool worth_rewriting(const Painter *painter, const Cell *row, int from, int to)
{
    if (to - from > 3 || painter->pen.x != from)
        return false;
    for (int x = from; x < to; x++) {
        if (row[x].style != painter->pen.style || row[x].length != 1)
            return false;
    }
    return true;
}

static void encode_row(Painter *painter, const Cell *was, const Cell *row, int y, int columns,
                       bool bottom, Buffer *out)
{
    int limit = bottom && !painter->type.last_cell ? columns - 1 : columns;

    for (int x = 0; x < limit;) {
        int same = x;
        while (same < limit && same_cell(&was[same], &row[same]))
            same++;
        if (same >= limit)
            return;
        while (row[same].width == 0 && same > x)
            same--;
        if (!(x < same && painter->pen.y == y && worth_rewriting(painter, row, x, same)))
            x = same;
        move_to(painter, x, y, out);
        if (cell_is_blank(&row[x])) {
            x += put_blanks(painter, row, x, columns, out);
        } else {
            put_cell(painter, &row[x], columns, out);
            x += row[x].width > 0 ? row[x].width : 1;
        }
    }
}

/* Clears the row in the style of its last cell, then writes what is not blank. */
static bool encode_cleared(Painter *painter, const Cell *row, int y, int columns, bool bottom,
                           Buffer *out)
{
    static Cell blank[FRAME_COLUMNS_MAX];
    int style = row[columns - 1].style;

    if (!painter->type.erase_line || !can_erase(painter, style))
        return false;
    for (int x = 0; x < columns; x++)
        blank[x] = (Cell){.text = " ", .length = 1, .width = 1, .style = (uint8_t)style};
    move_to(painter, 0, y, out);
    set_style(painter, style, out);
    TerminalType_append(out, painter->type.erase_line);
    encode_row(painter, blank, row, y, columns, bottom, out);
    return true;
}

static void paint_row(Painter *painter, const Frame *frame, int y, Buffer *out)
{
    size_t offset = (size_t)y * (size_t)frame->columns;
    const Cell *row = frame->cells + offset;
    Cell *was = painter->shown.cells + offset;
    size_t bytes = (size_t)frame->columns * sizeof *row;
    bool bottom = y == frame->rows - 1;
    size_t start = out->length;

    if (memcmp(was, row, bytes) == 0)
        return;
    Pen before = painter->pen;
    encode_row(painter, was, row, y, frame->columns, bottom, out);
    size_t plain_length = out->length - start;
    Pen after_plain = painter->pen;
    painter->pen = before;
    if (plain_length > 24 && encode_cleared(painter, row, y, frame->columns, bottom, out) &&
        out->length - start - plain_length < plain_length && !out->failed) {
        size_t cleared = out->length - start - plain_length;
        memmove(out->data + start, out->data + start + plain_length, cleared);
        out->length = start + cleared;
    } else {
        painter->pen = after_plain;
        out->length = start + plain_length;
    }
    memcpy(was, row, bytes);
}

static void paint_cursor(Painter *painter, const Frame *frame, Buffer *out)
{
    bool show = frame->cursor_x >= 0 && frame->cursor_y >= 0;

    if (show)
        move_to(painter, frame->cursor_x, frame->cursor_y, out);
    if (show != painter->cursor_shown)
        Buffer_puts(out, show ? painter->type.show_cursor : painter->type.hide_cursor);
    painter->cursor_shown = show;
}

void Painter_paint(Painter *painter, const Frame *frame, Buffer *out)
{
    bool same_size = painter->shown.columns == frame->columns && painter->shown.rows == frame->rows;

    if (!same_size && !Frame_resize(&painter->shown, frame->columns, frame->rows))
        return;
    if (!painter->known || !same_size) {
        Painter_forget(painter);
        Frame_clear(&painter->shown);
        set_style(painter, STYLE_NORMAL, out);
        TerminalType_append(out, painter->type.clear);
        painter->pen.x = painter->pen.y = 0;
        painter->known = true;
    }
    for (int y = 0; y < frame->rows; y++)
        paint_row(painter, frame, y, out);
    paint_cursor(painter, frame, out);
}
