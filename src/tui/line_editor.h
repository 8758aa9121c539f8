/* line_editor.h - one text being typed: insertion, deletion and movement by graphemes.
 *
 * Holds valid UTF-8 without control characters; with `multiline` also newlines.
 */
#ifndef TUI_LINE_EDITOR_H
#define TUI_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "tui/frame.h"
#include "tui/keys.h"

typedef struct LineEditor {
    Buffer text;
    size_t cursor; /* byte offset, on a grapheme border */
    size_t limit;  /* most code points; 0 = 100,000 */
    bool multiline;
    int first_cell; /* horizontal scroll */
} LineEditor;

void LineEditor_close(LineEditor *editor);
void LineEditor_set(LineEditor *editor, const char *text); /* cursor at the end */
const char *LineEditor_text(const LineEditor *editor);
void LineEditor_insert(LineEditor *editor, const char *text, size_t length);
/* True when the key was an editing key. */
bool LineEditor_key(LineEditor *editor, const Key *key);
/* In a multiline editor: a trailing backslash before the cursor becomes a newline (Enter was
 * pressed). False when there is none: Enter means "next field". */
bool LineEditor_continue_line(LineEditor *editor);
/* Draws one row (or area.height rows of a multiline text) and puts the frame's cursor there if
 * focused.  secret: a dot for each character. */
void LineEditor_draw(LineEditor *editor, Frame *frame, Area area, Style style, bool focused,
                     bool secret);

#endif
