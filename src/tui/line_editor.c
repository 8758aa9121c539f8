#include "tui/line_editor.h"

#include <string.h>

#include "base/text.h"

enum { LIMIT_DEFAULT = 100000 };

void LineEditor_close(LineEditor *editor)
{
    Buffer_free(&editor->text);
    editor->cursor = 0;
}

const char *LineEditor_text(const LineEditor *editor)
{
    return Buffer_text(&editor->text);
}

static size_t next_border(const LineEditor *editor, size_t at)
{
    size_t length = editor->text.length;
    size_t step = at < length ? Text_grapheme(LineEditor_text(editor) + at, length - at) : 0;

    return at < length ? at + (step > 0 ? step : 1) : length;
}

static size_t previous_border(const LineEditor *editor, size_t at)
{
    const char *text = LineEditor_text(editor);
    size_t line = at, border;

    /* graphemes are found from the front: start at the line's beginning, not the text's */
    while (line > 0 && text[line - 1] != '\n')
        line--;
    if (line == at)
        return at > 0 ? at - 1 : 0;
    border = line;
    for (size_t next = line; next < at; next = next_border(editor, next))
        border = next;
    return border;
}

static void remove_range(LineEditor *editor, size_t from, size_t to)
{
    if (from >= to || to > editor->text.length)
        return;
    memmove(editor->text.data + from, editor->text.data + to, editor->text.length - to + 1);
    editor->text.length -= to - from;
    editor->cursor = from;
}

static bool acceptable(const LineEditor *editor, int32_t code_point)
{
    if (code_point == '\n')
        return editor->multiline;
    return code_point >= 0x20 && code_point != 0x7F && !(code_point >= 0x80 && code_point < 0xA0);
}

void LineEditor_insert(LineEditor *editor, const char *text, size_t length)
{
    Buffer clean = BUFFER_EMPTY;
    size_t limit = editor->limit > 0 ? editor->limit : LIMIT_DEFAULT;
    size_t count = Text_code_points(LineEditor_text(editor));

    for (size_t at = 0; at < length && count < limit;) {
        int32_t code_point = 0;
        size_t step = Text_decode(text + at, length - at, &code_point);
        bool broken = step == 1 && (unsigned char)text[at] >= 0x80;
        if (step == 0)
            break;
        if (code_point == '\r') { /* a pasted line end */
            bool pair = at + 1 < length && text[at + 1] == '\n';
            if (!pair && editor->multiline)
                Buffer_putc(&clean, '\n');
        } else if (!broken && acceptable(editor, code_point)) {
            Buffer_append(&clean, text + at, step);
            count++;
        } else if (code_point == '\n' || code_point == '\t') {
            Buffer_putc(&clean, ' ');
            count++;
        }
        at += step;
    }
    size_t tail = editor->text.length - editor->cursor;
    if (clean.length > 0 && Buffer_reserve(&editor->text, clean.length + 1)) {
        char *at = editor->text.data + editor->cursor;
        memmove(at + clean.length, at, tail);
        memcpy(at, clean.data, clean.length);
        editor->text.length += clean.length;
        editor->text.data[editor->text.length] = '\0';
        editor->cursor += clean.length;
    }
    Buffer_free(&clean);
}

void LineEditor_set(LineEditor *editor, const char *text)
{
    Buffer_reset(&editor->text);
    editor->cursor = 0;
    editor->first_cell = 0;
    LineEditor_insert(editor, text ? text : "", text ? strlen(text) : 0);
}

static size_t line_start(const LineEditor *editor, size_t at)
{
    const char *text = LineEditor_text(editor);

    while (at > 0 && text[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const LineEditor *editor, size_t at)
{
    const char *text = LineEditor_text(editor);

    while (at < editor->text.length && text[at] != '\n')
        at++;
    return at;
}

static bool move_line(LineEditor *editor, int direction)
{
    size_t start = line_start(editor, editor->cursor), end = line_end(editor, editor->cursor);
    const char *text = LineEditor_text(editor);
    int column = Text_width(text + start, editor->cursor - start);
    size_t target;

    if (!editor->multiline || (direction < 0 ? start == 0 : end >= editor->text.length))
        return false;
    target = direction < 0 ? line_start(editor, start - 1) : end + 1;
    size_t target_end = line_end(editor, target);
    editor->cursor = target + Text_fit(text + target, target_end - target, column, NULL);
    return true;
}

static void delete_word(LineEditor *editor)
{
    const char *text = LineEditor_text(editor);
    size_t at = editor->cursor;

    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ' && text[at - 1] != '\n')
        at--;
    remove_range(editor, at, editor->cursor);
}

bool LineEditor_key(LineEditor *editor, const Key *key)
{
    size_t at = editor->cursor;

    switch (key->code) {
    case KEYCODE_LEFT:
        editor->cursor = previous_border(editor, at);
        return true;
    case KEYCODE_RIGHT:
        editor->cursor = next_border(editor, at);
        return true;
    case KEYCODE_UP:
    case KEYCODE_DOWN:
        return move_line(editor, key->code == KEYCODE_UP ? -1 : 1);
    case KEYCODE_HOME:
    case KEYCODE_CTRL + 'a':
        editor->cursor = line_start(editor, at);
        return true;
    case KEYCODE_END:
    case KEYCODE_CTRL + 'e':
        editor->cursor = line_end(editor, at);
        return true;
    case KEYCODE_BACKSPACE:
        remove_range(editor, previous_border(editor, at), at);
        return true;
    case KEYCODE_DELETE:
        remove_range(editor, at, next_border(editor, at));
        editor->cursor = at;
        return true;
    case KEYCODE_CTRL + 'u':
        remove_range(editor, line_start(editor, at), at);
        return true;
    case KEYCODE_CTRL + 'k':
        remove_range(editor, at, line_end(editor, at));
        editor->cursor = at;
        return true;
    case KEYCODE_CTRL + 'w':
        delete_word(editor);
        return true;
    default:
        if (!Key_is_text(key))
            return false;
        LineEditor_insert(editor, key->text, strlen(key->text));
        return true;
    }
}

bool LineEditor_continue_line(LineEditor *editor)
{
    size_t at = editor->cursor;

    if (!editor->multiline || at == 0 || LineEditor_text(editor)[at - 1] != '\\')
        return false;
    remove_range(editor, at - 1, at);
    LineEditor_insert(editor, "\n", 1);
    return true;
}

static void draw_secret(const LineEditor *editor, Frame *frame, Area area, Style style,
                        bool focused)
{
    int count = (int)Text_code_points(LineEditor_text(editor));
    int shown = count < area.width - 1 ? count : area.width - 1;

    Frame_repeat(frame, area.x, area.y, shown, style, Frame_symbol(frame, SYMBOL_DOT));
    if (focused) {
        frame->cursor_x = area.x + (shown > 0 ? shown : 0);
        frame->cursor_y = area.y;
    }
}

/* One line of the text, scrolled so that the cursor shows. */
static void draw_line(LineEditor *editor, Frame *frame, Area area, Style style, size_t from,
                      size_t to, bool cursor_here)
{
    const char *text = LineEditor_text(editor);
    char shown[4096];
    int column = cursor_here ? Text_width(text + from, editor->cursor - from) : 0;
    int first = column >= area.width ? column - area.width + 1 : 0;
    size_t skip = first > 0 ? Text_fit(text + from, to - from, first, NULL) : 0;

    if (first > 0)
        column -= Text_width(text + from, skip);
    size_t length = Text_fit(text + from + skip, to - from - skip, area.width, NULL);
    if (length >= sizeof shown)
        length = sizeof shown - 1;
    memcpy(shown, text + from + skip, length);
    shown[length] = '\0';
    Frame_datum(frame, area.x, area.y, area.width, style, shown);
    if (cursor_here) {
        frame->cursor_x = area.x + (column < area.width ? column : area.width - 1);
        frame->cursor_y = area.y;
    }
}

void LineEditor_draw(LineEditor *editor, Frame *frame, Area area, Style style, bool focused,
                     bool secret)
{
    int cursor_line = 0, line = 0, first;
    const char *text = LineEditor_text(editor);

    Frame_fill(frame, area, style);
    if (secret) {
        draw_secret(editor, frame, area, style, focused);
        return;
    }
    for (size_t i = 0; i < editor->cursor; i++)
        cursor_line += text[i] == '\n';
    first = focused && cursor_line >= area.height ? cursor_line - area.height + 1 : 0;
    for (size_t from = 0; from <= editor->text.length; line++) {
        size_t to = line_end(editor, from);
        Area row = {area.x, area.y + line - first, area.width, 1};
        if (line >= first && line < first + area.height)
            draw_line(editor, frame, row, style, from, to, focused && line == cursor_line);
        from = to + 1;
    }
}
