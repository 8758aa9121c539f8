/* Decoding, width and graphemes. */
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFD

/* Length and smallest code point of a sequence by its first byte; 0 = starts none. */
static size_t sequence_length(unsigned char first, int32_t *smallest)
{
    if (first >= 0xC2 && first <= 0xDF)
        return *smallest = 0x80, 2;
    if (first >= 0xE0 && first <= 0xEF)
        return *smallest = 0x800, 3;
    if (first >= 0xF0 && first <= 0xF4)
        return *smallest = 0x10000, 4;
    return 0;
}

/* Bytes of the valid sequence at text, 0 if there is none. */
static size_t decode_valid(const char *text, size_t length, int32_t *code_point)
{
    unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        *code_point = first;
        return 1;
    }
    int32_t smallest = 0;
    size_t count = sequence_length(first, &smallest);
    if (count == 0 || count > length)
        return 0;
    int32_t value = first & (0xFF >> (count + 1));
    for (size_t i = 1; i < count; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3F);
    }
    if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code_point = value;
    return count;
}

size_t Text_decode(const char *text, size_t length, int32_t *code_point)
{
    if (length == 0)
        return 0;
    size_t used = decode_valid(text, length, code_point);
    if (used == 0) {
        *code_point = REPLACEMENT;
        return 1;
    }
    return used;
}

size_t Text_encode(int32_t code_point, char out[4])
{
    if (code_point < 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = REPLACEMENT;
    return (size_t)utf8proc_encode_char(code_point, (utf8proc_uint8_t *)out);
}

bool Text_is_utf8(const char *text, size_t length)
{
    int32_t code_point;
    for (size_t i = 0; i < length;) {
        size_t used = text[i] ? decode_valid(text + i, length - i, &code_point) : 0;
        if (used == 0)
            return false;
        i += used;
    }
    return true;
}

size_t Text_code_points(const char *text)
{
    size_t length = strlen(text), count = 0;
    int32_t code_point;
    for (size_t i = 0; i < length; count++)
        i += Text_decode(text + i, length - i, &code_point);
    return count;
}

/* utf8proc's width, corrected where terminals and the C library see it otherwise: spacing marks
 * take a cell, Hangul vowels and finals join the syllable before them, hexagrams are wide. */
int Text_code_point_width(int32_t code_point)
{
    if (code_point < 0x300)
        return code_point >= 0x20 && (code_point < 0x7F || code_point >= 0xA0);
    if ((code_point >= 0x1160 && code_point <= 0x11FF) ||
        (code_point >= 0xD7B0 && code_point <= 0xD7FF))
        return 0;
    if ((code_point >= 0x4DC0 && code_point <= 0x4DFF) ||
        (code_point >= 0x3248 && code_point <= 0x324F))
        return 2;
    const utf8proc_property_t *property = utf8proc_get_property(code_point);
    if (property->category == UTF8PROC_CATEGORY_MC)
        return 1;
    return property->charwidth;
}

static bool is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

int Text_width(const char *text, size_t length)
{
    int width = 0;
    int32_t code_point;
    for (size_t i = 0; i < length;) {
        if (is_plain(text[i])) {
            width++;
            i++;
        } else {
            i += Text_decode(text + i, length - i, &code_point);
            width += Text_code_point_width(code_point);
        }
    }
    return width;
}

size_t Text_grapheme(const char *text, size_t length)
{
    if (length == 0)
        return 0;
    if (length > 1 && is_plain(text[0]) && is_plain(text[1]))
        return 1;
    int32_t before, after, state = 0;
    size_t used = Text_decode(text, length, &before);
    while (used < length) {
        size_t step = Text_decode(text + used, length - used, &after);
        if (utf8proc_grapheme_break_stateful(before, after, &state))
            break;
        used += step;
        before = after;
    }
    return used;
}

size_t Text_fit(const char *text, size_t length, int cells, int *used)
{
    size_t fitting = 0;
    int width = 0;
    while (fitting < length) {
        size_t bytes = Text_grapheme(text + fitting, length - fitting);
        int more = Text_width(text + fitting, bytes);
        if (width + more > cells)
            break;
        width += more;
        fitting += bytes;
    }
    if (used)
        *used = width;
    return fitting;
}
