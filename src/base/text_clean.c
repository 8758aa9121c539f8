/* The choke point: what a terminal may see. */
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

#define REPLACEMENT 0xFFFD
#define ZERO_WIDTH_JOINER 0x200D
#define DOTTED_CIRCLE 0x25CC
#define MARKS_MAX 8

typedef struct Cleaner {
    Buffer *out;
    unsigned flags;
    int32_t base;  /* what a mark would join; 0 = nothing */
    int32_t last;  /* code point shown last; 0 = nothing */
    int marks;     /* marks on the base */
    bool selector; /* the base had its variation selector */
} Cleaner;

static bool in_range(int32_t code_point, int32_t first, int32_t last)
{
    return code_point >= first && code_point <= last;
}

static bool is_selector(int32_t code_point)
{
    return in_range(code_point, 0xFE00, 0xFE0F) || in_range(code_point, 0xE0100, 0xE01EF) ||
           in_range(code_point, 0x180B, 0x180D) || code_point == 0x180F;
}

/* Assigned letters, marks and symbols that show nothing at all. */
static bool is_blank(int32_t code_point)
{
    return code_point == 0x034F || code_point == 0x115F || code_point == 0x1160 ||
           in_range(code_point, 0x17B4, 0x17B5) || code_point == 0x2800 || code_point == 0x3164 ||
           code_point == 0xFFA0;
}

static bool is_emoji(int32_t code_point)
{
    const utf8proc_property_t *property = utf8proc_get_property(code_point);
    return property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ||
           in_range(code_point, 0x1F3FB, 0x1F3FF);
}

static void begin_base(Cleaner *cleaner, int32_t code_point)
{
    cleaner->base = cleaner->last = code_point;
    cleaner->marks = 0;
    cleaner->selector = false;
}

static void put(Cleaner *cleaner, int32_t code_point)
{
    char bytes[4];
    if (code_point >= 0x80 && cleaner->flags & TEXT_CLEAN_ASCII)
        Buffer_putc(cleaner->out, '?');
    else
        Buffer_append(cleaner->out, bytes, Text_encode(code_point, bytes));
}

static void put_base(Cleaner *cleaner, int32_t code_point)
{
    put(cleaner, code_point);
    begin_base(cleaner, code_point);
}

static void put_marker(Cleaner *cleaner, int32_t code_point)
{
    Buffer_printf(cleaner->out, "<U+%04X>", (unsigned)code_point);
    begin_base(cleaner, '>');
}

static void put_control(Cleaner *cleaner, int32_t code_point)
{
    bool multiline = cleaner->flags & TEXT_CLEAN_MULTILINE;
    if (multiline && (code_point == '\n' || code_point == '\t')) {
        Buffer_putc(cleaner->out, (char)code_point);
        begin_base(cleaner, 0);
    } else if (code_point == '\t') {
        put_base(cleaner, ' ');
    } else if (code_point >= 0x80) {
        put_marker(cleaner, code_point);
    } else if (cleaner->flags & TEXT_CLEAN_ASCII) {
        if (code_point == '\n')
            put_base(cleaner, ' ');
        else
            put_marker(cleaner, code_point);
    } else if (code_point == '\n') {
        put_base(cleaner, 0x2424);
    } else {
        put_base(cleaner, code_point == 0x7F ? 0x2421 : 0x2400 + code_point);
    }
}

/* A mark, or anything else without a width of its own, joins the base before it. */
static void put_mark(Cleaner *cleaner, int32_t code_point)
{
    bool ascii = cleaner->flags & TEXT_CLEAN_ASCII;
    if (cleaner->base == 0)
        put_base(cleaner, ascii ? '?' : DOTTED_CIRCLE);
    cleaner->marks++;
    cleaner->last = code_point;
    if (ascii)
        return;
    if (cleaner->marks <= MARKS_MAX)
        put(cleaner, code_point);
    else if (cleaner->marks == MARKS_MAX + 1)
        put(cleaner, REPLACEMENT);
}

/* One selector after a visible base only chooses a picture and is dropped; others hide something.
 */
static void put_selector(Cleaner *cleaner, int32_t code_point)
{
    if (cleaner->base > ' ' && !cleaner->selector)
        cleaner->selector = true;
    else
        put_marker(cleaner, code_point);
}

static void put_format(Cleaner *cleaner, int32_t code_point, const char *rest, size_t length)
{
    if (code_point == ZERO_WIDTH_JOINER && cleaner->last && is_emoji(cleaner->last)) {
        int32_t next;
        if (Text_decode(rest, length, &next) && is_emoji(next))
            return; /* joined emoji are shown one beside the other */
    }
    put_marker(cleaner, code_point);
}

static void put_other(Cleaner *cleaner, int32_t code_point, const char *rest, size_t length)
{
    if (is_selector(code_point)) {
        put_selector(cleaner, code_point);
        return;
    }
    if (is_blank(code_point)) {
        put_marker(cleaner, code_point);
        return;
    }
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
        put_control(cleaner, code_point);
        break;
    case UTF8PROC_CATEGORY_ZS:
        put_base(cleaner, cleaner->flags & TEXT_CLEAN_ASCII ? ' ' : code_point);
        break;
    case UTF8PROC_CATEGORY_CF:
        put_format(cleaner, code_point, rest, length);
        break;
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        put_marker(cleaner, code_point);
        break;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
        put_base(cleaner, REPLACEMENT);
        break;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        put_mark(cleaner, code_point);
        break;
    default:
        if (Text_code_point_width(code_point) == 0)
            put_mark(cleaner, code_point);
        else
            put_base(cleaner, code_point);
    }
}

static size_t plain_run(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && text[i] >= 0x20 && text[i] < 0x7F)
        i++;
    return i;
}

void Text_clean(Buffer *out, const char *text, size_t length, unsigned flags)
{
    Cleaner cleaner = {.out = out, .flags = flags};
    for (size_t i = 0; i < length;) {
        size_t plain = plain_run(text + i, length - i);
        if (plain > 0) {
            Buffer_append(out, text + i, plain);
            i += plain;
            begin_base(&cleaner, text[i - 1]);
            continue;
        }
        int32_t code_point;
        i += Text_decode(text + i, length - i, &code_point);
        if (code_point == '\r' && i < length && text[i] == '\n')
            continue;
        put_other(&cleaner, code_point, text + i, length - i);
    }
}

char *Text_cleaned(Arena *arena, const char *text, unsigned flags)
{
    size_t length = text ? strlen(text) : 0;
    if (plain_run(text ? text : "", length) == length)
        return Arena_strndup(arena, text ? text : "", length);
    Buffer buffer = BUFFER_EMPTY;
    Text_clean(&buffer, text, length, flags);
    char *cleaned = NULL;
    if (buffer.failed)
        Arena_alloc(arena, (size_t)-1); /* marks the arena exhausted */
    else
        cleaned = Arena_strndup(arena, Buffer_text(&buffer), buffer.length);
    Buffer_free(&buffer);
    return cleaned;
}

static bool is_removed_control(int32_t code_point)
{
    if (code_point == '\n' || code_point == '\t')
        return false;
    return code_point < 0x20 || in_range(code_point, 0x7F, 0x9F);
}

char *Text_without_controls(Arena *arena, const char *text, size_t length, bool *removed)
{
    char *out = Arena_alloc(arena, length + 1);
    if (!out)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        int32_t code_point;
        size_t bytes = Text_decode(text + i, length - i, &code_point);
        bool line_end = code_point == '\r' && i + 1 < length && text[i + 1] == '\n';
        if (!is_removed_control(code_point)) {
            memcpy(out + used, text + i, bytes);
            used += bytes;
        } else if (removed && !line_end) {
            *removed = true;
        }
        i += bytes;
    }
    return out;
}
