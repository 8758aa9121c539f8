/* terminal_type.h - what terminfo (ncurses) says about a kind of terminal. */
#ifndef TUI_TERMINAL_TYPE_H
#define TUI_TERMINAL_TYPE_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/error.h"
#include "tui/theme.h"

enum { SEQUENCE_MAX = 64 };

typedef struct TerminalType {
    bool ansi;      /* SGR, cursor and erase sequences are the ECMA-48 ones */
    bool fills;     /* erasing fills with the background colour */
    bool last_cell; /* the bottom right cell can be written without scrolling */
    int colours;
    const char *move, *clear, *erase_line, *erase_cells; /* NULL when missing */
    const char *plain, *bold, *dim, *underline, *reverse, *foreground, *background;
    char show_cursor[SEQUENCE_MAX], hide_cursor[SEQUENCE_MAX];
    char enter[4 * SEQUENCE_MAX], leave[5 * SEQUENCE_MAX];
} TerminalType;

/* ERROR_NOT_FOUND: unknown type; ERROR_INVALID: it cannot show a full screen. */
bool TerminalType_read(TerminalType *type, const char *name, Error *error);
/* Appends a sequence without its padding; NULL appends nothing. */
void TerminalType_append(Buffer *out, const char *sequence);
void TerminalType_append_move(const TerminalType *type, int x, int y, Buffer *out);
/* Whether 256 colours are there: then StyleDef's large palette is used. */
bool TerminalType_many_colours(const TerminalType *type);
void TerminalType_append_style(const TerminalType *type, const StyleDef *style, Buffer *out);

#endif
