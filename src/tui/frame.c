#include "tui/frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const SYMBOLS[SYMBOL_COUNT][2] = {
    [SYMBOL_FOCUS] = {"▸", ">"},        [SYMBOL_CHECK] = {"✓", "x"},
    [SYMBOL_DOT] = {"●", "*"},          [SYMBOL_HALF_DOT] = {"◐", "+"},
    [SYMBOL_RING] = {"○", "o"},         [SYMBOL_UP] = {"▲", "+"},
    [SYMBOL_DOWN] = {"▼", "-"},         [SYMBOL_RULE] = {"─", "-"},
    [SYMBOL_BAR] = {"█", "#"},          [SYMBOL_ELLIPSIS] = {"…", "~"},
    [SYMBOL_RETURN] = {"⏎", "Enter"},   [SYMBOL_SPACE] = {"␣", "Space"},
    [SYMBOL_MIDDLE_DOT] = {"·", "-"},   [SYMBOL_ARROW] = {"→", "->"},
    [SYMBOL_VERTICAL] = {"│", "|"},     [SYMBOL_TOP_LEFT] = {"┌", "+"},
    [SYMBOL_TOP_RIGHT] = {"┐", "+"},    [SYMBOL_BOTTOM_LEFT] = {"└", "+"},
    [SYMBOL_BOTTOM_RIGHT] = {"┘", "+"}, [SYMBOL_MAIL] = {"✉", "@"},
    [SYMBOL_FLAG] = {"⚑", "!"},         [SYMBOL_FILTER] = {"⧩", "="},
    [SYMBOL_DASH] = {"–", "-"},         [SYMBOL_AXIS] = {"┤", "|"},
};

const char *Frame_symbol(const Frame *frame, Symbol symbol)
{
    return SYMBOLS[symbol][frame->ascii ? 1 : 0];
}

static const Cell BLANK = {.text = " ", .length = 1, .width = 1, .style = STYLE_NORMAL};

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

bool Frame_open(Frame *frame, int columns, int rows, bool ascii)
{
    *frame = (Frame){.ascii = ascii, .cursor_x = -1, .cursor_y = -1};
    return Frame_resize(frame, columns, rows);
}

void Frame_close(Frame *frame)
{
    free(frame->cells);
    *frame = (Frame){0};
}

bool Frame_resize(Frame *frame, int columns, int rows)
{
    columns = clamp(columns, 1, FRAME_COLUMNS_MAX);
    rows = clamp(rows, 1, FRAME_ROWS_MAX);
    Cell *cells = calloc((size_t)columns * (size_t)rows, sizeof *cells);
    if (!cells)
        return false;
    free(frame->cells);
    frame->cells = cells;
    frame->columns = columns;
    frame->rows = rows;
    Frame_clear(frame);
    return true;
}

void Frame_clear(Frame *frame)
{
    size_t count = (size_t)frame->columns * (size_t)frame->rows;

    for (size_t i = 0; i < count; i++)
        frame->cells[i] = BLANK;
    frame->cursor_x = frame->cursor_y = -1;
}

Area Frame_area(const Frame *frame)
{
    return (Area){0, 0, frame->columns, frame->rows};
}

Cell *Frame_cell(Frame *frame, int x, int y)
{
    if (x < 0 || y < 0 || x >= frame->columns || y >= frame->rows)
        return NULL;
    return &frame->cells[(size_t)y * (size_t)frame->columns + (size_t)x];
}

/* A wide character that loses one half must not leave the other. */
static void break_wide(Frame *frame, int x, int y)
{
    Cell *cell = Frame_cell(frame, x, y);

    if (!cell)
        return;
    Cell *left = cell->width == 0 ? Frame_cell(frame, x - 1, y) : NULL;
    Cell *right = cell->width == 2 ? Frame_cell(frame, x + 1, y) : NULL;
    if (left && left->width == 2) {
        uint8_t style = left->style;
        *left = BLANK;
        left->style = style;
    }
    if (right && right->width == 0) {
        uint8_t style = right->style;
        *right = BLANK;
        right->style = style;
    }
}

static void set_cell(Frame *frame, int x, int y, Style style, const char *text, size_t length,
                     int width)
{
    Cell *cell = Frame_cell(frame, x, y);

    if (!cell)
        return;
    break_wide(frame, x, y);
    if (width == 2)
        break_wide(frame, x + 1, y);
    while (length > CELL_BYTES) {
        length--;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    }
    *cell = (Cell){.length = (uint8_t)length, .width = (uint8_t)width, .style = (uint8_t)style};
    memcpy(cell->text, text, length);
    Cell *second = width == 2 ? Frame_cell(frame, x + 1, y) : NULL;
    if (second)
        *second = (Cell){.style = (uint8_t)style};
}

void Frame_fill(Frame *frame, Area area, Style style)
{
    for (int y = area.y; y < area.y + area.height; y++) {
        for (int x = area.x; x < area.x + area.width; x++)
            set_cell(frame, x, y, style, " ", 1, 1);
    }
}

void Frame_restyle(Frame *frame, Area area, Style style)
{
    for (int y = area.y; y < area.y + area.height; y++) {
        for (int x = area.x; x < area.x + area.width; x++) {
            Cell *cell = Frame_cell(frame, x, y);
            if (cell)
                cell->style = (uint8_t)style;
        }
    }
}

void Frame_repeat(Frame *frame, int x, int y, int width, Style style, const char *symbol)
{
    for (int i = 0; i < width; i++)
        set_cell(frame, x + i, y, style, symbol, strlen(symbol), 1);
}

void Frame_rule(Frame *frame, int x, int y, int width)
{
    Frame_repeat(frame, x, y, width, STYLE_RULE, Frame_symbol(frame, SYMBOL_RULE));
}

static int put_fitted(Frame *frame, int x, int y, Style style, const char *text, size_t length)
{
    int used = 0;

    for (size_t at = 0; at < length;) {
        unsigned char first = (unsigned char)text[at];
        unsigned char second = at + 1 < length ? (unsigned char)text[at + 1] : 0;
        size_t step = 1;
        int width = 1;
        if (first >= 0x80 || second >= 0x80) {
            step = Text_grapheme(text + at, length - at);
            width = Text_width(text + at, step);
            if (step == 0)
                break;
        }
        if (first < 0x20 || first == 0x7F) {
            set_cell(frame, x + used, y, style, " ", 1, 1);
            width = 1;
        } else if (width > 0) {
            set_cell(frame, x + used, y, style, text + at, step, width > 2 ? 2 : width);
            width = width > 2 ? 2 : width;
        }
        used += width;
        at += step;
    }
    return used;
}

static int put_clean(Frame *frame, int x, int y, int width, Style style, const char *text,
                     size_t length)
{
    if (y < 0 || y >= frame->rows || width <= 0 || x >= frame->columns)
        return 0;
    if (width > frame->columns - x)
        width = frame->columns - x;
    int used = 0;
    size_t fit = Text_fit(text, length, width, &used);
    if (fit >= length)
        return put_fitted(frame, x, y, style, text, length);
    fit = Text_fit(text, length, width - 1, &used);
    used = put_fitted(frame, x, y, style, text, fit);
    const char *ellipsis = Frame_symbol(frame, SYMBOL_ELLIPSIS);
    set_cell(frame, x + used, y, style, ellipsis, strlen(ellipsis), 1);
    return used + 1;
}

static bool is_plain(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x7F || (unsigned char)*text < 0x20)
            return false;
    }
    return true;
}

int Frame_put(Frame *frame, int x, int y, int width, Style style, const char *text)
{
    if (frame->ascii && !is_plain(text))
        return Frame_datum(frame, x, y, width, style, text);
    return put_clean(frame, x, y, width, style, text, strlen(text));
}

int Frame_datum(Frame *frame, int x, int y, int width, Style style, const char *text)
{
    Buffer clean = BUFFER_EMPTY;
    int used;

    if (is_plain(text))
        return put_clean(frame, x, y, width, style, text, strlen(text));
    Text_clean(&clean, text, strlen(text), frame->ascii ? TEXT_CLEAN_ASCII : TEXT_CLEAN_LINE);
    used = put_clean(frame, x, y, width, style, Buffer_text(&clean), clean.length);
    Buffer_free(&clean);
    return used;
}

static int put_right(Frame *frame, int x, int y, int width, Style style, const char *text)
{
    Buffer clean = BUFFER_EMPTY;
    int used = 0, cells;

    Text_clean(&clean, text, strlen(text), frame->ascii ? TEXT_CLEAN_ASCII : TEXT_CLEAN_LINE);
    cells = Text_width(Buffer_text(&clean), clean.length);
    if (cells > width)
        cells = width;
    used = put_clean(frame, x + width - cells, y, cells, style, Buffer_text(&clean), clean.length);
    Buffer_free(&clean);
    return used;
}

int Frame_put_right(Frame *frame, int x, int y, int width, Style style, const char *text)
{
    return put_right(frame, x, y, width, style, text);
}

int Frame_datum_right(Frame *frame, int x, int y, int width, Style style, const char *text)
{
    return put_right(frame, x, y, width, style, text);
}

int Frame_print(Frame *frame, int x, int y, int width, Style style, const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return Frame_datum(frame, x, y, width, style, text);
}
