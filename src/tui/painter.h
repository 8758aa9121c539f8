/* painter.h - frames -> bytes for one kind of terminal.
 *
 * The terminal's description comes from terminfo (ncurses).  The painter remembers what the
 * terminal shows and writes only differences; each changed row is encoded in two ways (as a
 * difference, and cleared and rewritten) and the shorter one is sent.  Nothing is written here: the
 * bytes are appended to a buffer that the terminal sends with one write(2).
 */
#ifndef TUI_PAINTER_H
#define TUI_PAINTER_H

#include <stdbool.h>
#include "base/buffer.h"
#include "base/error.h"
#include "tui/frame.h"
#include "tui/theme.h"

typedef struct Painter Painter;

/* ERROR_NOT_FOUND: the terminal type is unknown; ERROR_INVALID: it cannot show a full screen. */
Painter *Painter_open(const char *terminal_type, const Theme *theme, Error *error);
void Painter_close(Painter *painter);
void Painter_set_theme(Painter *painter, const Theme *theme);
/* The terminal shows nothing we know: the next frame is painted whole. */
void Painter_forget(Painter *painter);
/* Appends what turns the shown picture into `frame`. */
void Painter_paint(Painter *painter, const Frame *frame, Buffer *out);
/* What is written when the screen is taken and given back; constant for the painter's life. */
const char *Painter_enter(const Painter *painter);
const char *Painter_leave(const Painter *painter);

#endif
