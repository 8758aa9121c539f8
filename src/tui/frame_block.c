/* frame_block.c - wrapped text, boxes and dumps: what takes more than one row. */
#include "tui/frame.h"

#include <string.h>

#include "base/text.h"

/* Bytes of the next display line of text: up to a newline or the last space that fits. */
static size_t next_line(const char *text, size_t length, int width, size_t *skip)
{
    const char *newline = memchr(text, '\n', length);
    size_t limit = newline ? (size_t)(newline - text) : length;
    size_t fit = Text_fit(text, limit, width, NULL);

    *skip = 0;
    if (fit >= limit) {
        *skip = newline ? 1 : 0;
        return limit;
    }
    for (size_t at = fit; at > 0; at--) {
        if (text[at] == ' ') {
            *skip = 1;
            return at;
        }
    }
    return fit > 0 ? fit : Text_grapheme(text, limit);
}

int Frame_wrapped(Frame *frame, Area area, int skip, Style style, const char *text)
{
    Buffer clean = BUFFER_EMPTY;
    unsigned flags = TEXT_CLEAN_MULTILINE | (frame->ascii ? TEXT_CLEAN_ASCII : 0u);
    int lines = 0;

    Text_clean(&clean, text, strlen(text), flags);
    const char *at = Buffer_text(&clean), *end = at + clean.length;
    while (at < end && area.width > 0) {
        size_t gap = 0;
        size_t length = next_line(at, (size_t)(end - at), area.width, &gap);
        if (length + gap == 0)
            break;
        int row = lines - skip;
        if (row >= 0 && row < area.height) {
            char saved[4096];
            size_t copy = length < sizeof saved - 1 ? length : sizeof saved - 1;
            memcpy(saved, at, copy);
            saved[copy] = '\0';
            Frame_put(frame, area.x, area.y + row, area.width, style, saved);
        }
        at += length + gap;
        lines++;
    }
    Buffer_free(&clean);
    return lines;
}

void Frame_box(Frame *frame, Area area, const char *title)
{
    int right = area.x + area.width - 1, bottom = area.y + area.height - 1;
    const char *horizontal = Frame_symbol(frame, SYMBOL_RULE);
    const char *vertical = Frame_symbol(frame, SYMBOL_VERTICAL);

    if (area.width < 2 || area.height < 2)
        return;
    Frame_fill(frame, area, STYLE_FLOAT);
    Frame_repeat(frame, area.x, area.y, area.width, STYLE_FLOAT_EDGE, horizontal);
    Frame_repeat(frame, area.x, bottom, area.width, STYLE_FLOAT_EDGE, horizontal);
    for (int y = area.y; y <= bottom; y++) {
        Frame_repeat(frame, area.x, y, 1, STYLE_FLOAT_EDGE, vertical);
        Frame_repeat(frame, right, y, 1, STYLE_FLOAT_EDGE, vertical);
    }
    Frame_repeat(frame, area.x, area.y, 1, STYLE_FLOAT_EDGE, Frame_symbol(frame, SYMBOL_TOP_LEFT));
    Frame_repeat(frame, right, area.y, 1, STYLE_FLOAT_EDGE, Frame_symbol(frame, SYMBOL_TOP_RIGHT));
    Frame_repeat(frame, area.x, bottom, 1, STYLE_FLOAT_EDGE,
                 Frame_symbol(frame, SYMBOL_BOTTOM_LEFT));
    Frame_repeat(frame, right, bottom, 1, STYLE_FLOAT_EDGE,
                 Frame_symbol(frame, SYMBOL_BOTTOM_RIGHT));
    if (title && *title && area.width > 6)
        Frame_print(frame, area.x + 2, area.y, area.width - 4, STYLE_FLOAT_KEY, " %s ", title);
}

void Frame_dump(const Frame *frame, Buffer *out)
{
    for (int y = 0; y < frame->rows; y++) {
        const Cell *row = frame->cells + (size_t)y * (size_t)frame->columns;
        int last = frame->columns - 1;
        while (last >= 0 && row[last].length == 1 && row[last].text[0] == ' ')
            last--;
        for (int x = 0; x <= last; x++)
            Buffer_append(out, row[x].text, row[x].length);
        Buffer_putc(out, '\n');
    }
}

void Frame_dump_styles(const Frame *frame, Buffer *out)
{
    for (int y = 0; y < frame->rows; y++) {
        const Cell *row = frame->cells + (size_t)y * (size_t)frame->columns;
        int last = frame->columns - 1;
        while (last >= 0 && row[last].style == STYLE_NORMAL)
            last--;
        for (int x = 0; x <= last; x++) {
            uint8_t style = row[x].style;
            Buffer_putc(out, style == STYLE_NORMAL ? '.' : (char)('a' + style - 1));
        }
        Buffer_putc(out, '\n');
    }
}
