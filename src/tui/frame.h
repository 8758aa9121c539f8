/* frame.h - a picture of the screen: a grid of cells, each with one grapheme and a style.
 *
 * Screens draw into a frame; a painter compares it with what the terminal shows.  Coordinates
 * outside the frame are clipped, never an error.  Only Frame_datum() and its kin may be given text
 * that comes from people or machines; it is cleaned on the way.
 */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "tui/theme.h"

#define CELL_BYTES 20

typedef struct Cell {
    char text[CELL_BYTES]; /* one grapheme; not terminated */
    uint8_t length;        /* bytes of text */
    uint8_t width;         /* cells it takes: 1 or 2; 0 = right half of the cell before */
    uint8_t style;
    uint8_t reserved; /* always 0, so that cells compare by memcmp */
} Cell;

typedef struct Area {
    int x, y, width, height;
} Area;

typedef struct Frame {
    int columns, rows;
    Cell *cells;
    bool ascii;             /* the terminal shows no UTF-8 */
    int cursor_x, cursor_y; /* where typing goes; -1 = hidden */
} Frame;

/* Limits of a size; a larger terminal is used up to here. */
enum { FRAME_COLUMNS_MAX = 500, FRAME_ROWS_MAX = 300 };

bool Frame_open(Frame *frame, int columns, int rows, bool ascii);
void Frame_close(Frame *frame);
/* New size, blank content. */
bool Frame_resize(Frame *frame, int columns, int rows);
void Frame_clear(Frame *frame);
Cell *Frame_cell(Frame *frame, int x, int y); /* NULL outside */
Area Frame_area(const Frame *frame);

void Frame_fill(Frame *frame, Area area, Style style);
void Frame_restyle(Frame *frame, Area area, Style style);
/* A row of one repeated character, such as a rule. */
void Frame_repeat(Frame *frame, int x, int y, int width, Style style, const char *symbol);
void Frame_rule(Frame *frame, int x, int y, int width);
/* Clean text of ours.  At most `width` cells; longer text ends in an ellipsis.  Returns cells used.
 */
int Frame_put(Frame *frame, int x, int y, int width, Style style, const char *text);
int Frame_put_right(Frame *frame, int x, int y, int width, Style style, const char *text);
/* The same for data: cleaned first. */
int Frame_datum(Frame *frame, int x, int y, int width, Style style, const char *text);
int Frame_datum_right(Frame *frame, int x, int y, int width, Style style, const char *text);
/* Data on several lines, wrapped at spaces; returns rows used.  skip: lines left out at the top.
 * With height 0 nothing is drawn: the result tells how many rows it would take. */
int Frame_wrapped(Frame *frame, Area area, int skip, Style style, const char *text);
/* printf into a small buffer, then Frame_put(). */
int Frame_print(Frame *frame, int x, int y, int width, Style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* A border round an area with a title; clears the inside. */
void Frame_box(Frame *frame, Area area, const char *title);

/* The picture as lines of text, without trailing blanks. */
void Frame_dump(const Frame *frame, Buffer *out);
/* The styles as lines of letters: '.' normal, 'a' strong, 'b' muted ... in the order of Style. */
void Frame_dump_styles(const Frame *frame, Buffer *out);

/* Marks that have an ASCII stand-in. */
typedef enum Symbol {
    SYMBOL_FOCUS,
    SYMBOL_CHECK,
    SYMBOL_DOT,
    SYMBOL_HALF_DOT,
    SYMBOL_RING,
    SYMBOL_UP,
    SYMBOL_DOWN,
    SYMBOL_RULE,
    SYMBOL_BAR,
    SYMBOL_ELLIPSIS,
    SYMBOL_RETURN,
    SYMBOL_SPACE,
    SYMBOL_MIDDLE_DOT,
    SYMBOL_ARROW,
    SYMBOL_VERTICAL,
    SYMBOL_TOP_LEFT,
    SYMBOL_TOP_RIGHT,
    SYMBOL_BOTTOM_LEFT,
    SYMBOL_BOTTOM_RIGHT,
    SYMBOL_MAIL,
    SYMBOL_FLAG,
    SYMBOL_FILTER,
    SYMBOL_DASH,
    SYMBOL_AXIS,
    SYMBOL_COUNT
} Symbol;
const char *Frame_symbol(const Frame *frame, Symbol symbol);

#endif
