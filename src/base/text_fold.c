/* Folding for search and comparison. */
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

/* Letters that Unicode does not decompose but people type without their stroke. */
static const struct {
    int32_t letter;
    const char *plain;
} undecomposed[] = {
    {0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"}, {0x0127, "h"},
    {0x0131, "i"},  {0x0142, "l"}, {0x014B, "n"}, {0x0153, "oe"}, {0x0167, "t"},
};

typedef struct Folder {
    Buffer *out;
    bool started; /* something was written: a space may follow */
    bool space;   /* a space is due before the next character */
} Folder;

static void put_bytes(Folder *folder, const char *bytes, size_t length)
{
    if (folder->space && folder->started)
        Buffer_putc(folder->out, ' ');
    folder->space = false;
    folder->started = true;
    Buffer_append(folder->out, bytes, length);
}

static const char *plain_letter(int32_t code_point)
{
    for (size_t i = 0; i < sizeof(undecomposed) / sizeof(*undecomposed); i++)
        if (undecomposed[i].letter == code_point)
            return undecomposed[i].plain;
    return NULL;
}

static void put_folded(Folder *folder, int32_t code_point)
{
    utf8proc_category_t category = utf8proc_category(code_point);
    bool blank = category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
                 category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
    if (blank) {
        folder->space = true;
        return;
    }
    if (category == UTF8PROC_CATEGORY_CF)
        return;
    const char *plain = code_point >= 0xE6 && code_point <= 0x167 ? plain_letter(code_point) : NULL;
    if (plain) {
        put_bytes(folder, plain, strlen(plain));
        return;
    }
    char bytes[4];
    put_bytes(folder, bytes, Text_encode(code_point, bytes));
}

static void fold_code_point(Folder *folder, int32_t code_point)
{
    utf8proc_int32_t parts[32];
    int boundary = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(code_point, parts, 32,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &boundary);
    for (utf8proc_ssize_t i = 0; i < count && i < 32; i++)
        put_folded(folder, parts[i]);
}

/* The ASCII bytes at text, written without asking for room each; returns how many there were. */
static size_t fold_ascii(Folder *folder, const char *text, size_t length)
{
    size_t count = 0;
    while (count < length && (unsigned char)text[count] < 0x80)
        count++;
    if (count == 0 || !Buffer_reserve(folder->out, count + 1))
        return count;
    char *out = folder->out->data + folder->out->length;
    for (size_t i = 0; i < count; i++) {
        char byte = text[i];
        if (byte <= ' ' || byte == 0x7F) {
            folder->space = true;
            continue;
        }
        if (folder->space && folder->started)
            *out++ = ' ';
        folder->space = false;
        folder->started = true;
        *out++ = byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
    }
    *out = '\0';
    folder->out->length = (size_t)(out - folder->out->data);
    return count;
}

void Text_fold(Buffer *out, const char *text, size_t length)
{
    Folder folder = {.out = out};
    for (size_t i = 0; i < length;) {
        i += fold_ascii(&folder, text + i, length - i);
        if (i == length)
            break;
        int32_t code_point;
        i += Text_decode(text + i, length - i, &code_point);
        fold_code_point(&folder, code_point);
    }
}

char *Text_folded(Arena *arena, const char *text)
{
    Buffer buffer = BUFFER_EMPTY;
    Text_fold(&buffer, text ? text : "", text ? strlen(text) : 0);
    char *folded = NULL;
    if (buffer.failed)
        Arena_alloc(arena, (size_t)-1); /* marks the arena exhausted */
    else
        folded = Arena_strndup(arena, Buffer_text(&buffer), buffer.length);
    Buffer_free(&buffer);
    return folded;
}

bool Text_equal_folded(const char *a, const char *b)
{
    Buffer left = BUFFER_EMPTY, right = BUFFER_EMPTY;
    Text_fold(&left, a, strlen(a));
    Text_fold(&right, b, strlen(b));
    bool equal = !left.failed && !right.failed && left.length == right.length &&
                 memcmp(Buffer_text(&left), Buffer_text(&right), left.length) == 0;
    Buffer_free(&left);
    Buffer_free(&right);
    return equal;
}

/* Folds and drops what people write or leave out between the words of a name. */
static void fold_loose(Buffer *out, const char *text)
{
    Text_fold(out, text, strlen(text));
    size_t used = 0;
    for (size_t i = 0; i < out->length; i++)
        if (!strchr(" -_", out->data[i]))
            out->data[used++] = out->data[i];
    out->length = used;
}

bool Text_equal_loose(const char *a, const char *b)
{
    Buffer left = BUFFER_EMPTY, right = BUFFER_EMPTY;
    fold_loose(&left, a);
    fold_loose(&right, b);
    bool equal = !left.failed && !right.failed && left.length == right.length &&
                 memcmp(Buffer_text(&left), Buffer_text(&right), left.length) == 0;
    Buffer_free(&left);
    Buffer_free(&right);
    return equal;
}
