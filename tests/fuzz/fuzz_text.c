/* Cleaning and folding of any bytes: harmless, stable, never wider than a terminal can count. */
#include "tests/fuzz/fuzz.h"

#include <utf8proc.h>

#include "base/text.h"

static void check_harmless(const Buffer *shown, unsigned flags)
{
    for (size_t i = 0; i < shown->length;) {
        int32_t code_point;
        i += Text_decode(shown->data + i, shown->length - i, &code_point);
        utf8proc_category_t category = utf8proc_category(code_point);
        bool layout = code_point == '\n' || code_point == '\t';
        CHECK(category != UTF8PROC_CATEGORY_CC || (layout && flags & TEXT_CLEAN_MULTILINE));
        CHECK(category != UTF8PROC_CATEGORY_CF && category != UTF8PROC_CATEGORY_CN);
        CHECK(category != UTF8PROC_CATEGORY_CO && category != UTF8PROC_CATEGORY_ZL);
        CHECK(category != UTF8PROC_CATEGORY_ZP);
        CHECK(code_point < 0x80 || !(flags & TEXT_CLEAN_ASCII));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unsigned flags = data[0] & 3;
    char *text = copy_text(data + 1, size - 1);
    size_t length = size - 1;
    Buffer once = BUFFER_EMPTY, twice = BUFFER_EMPTY;
    Text_clean(&once, text, length, flags);
    Text_clean(&twice, Buffer_text(&once), once.length, flags);
    CHECK(once.length == twice.length);
    CHECK(memcmp(Buffer_text(&once), Buffer_text(&twice), once.length) == 0);
    CHECK(Text_is_utf8(Buffer_text(&once), once.length));
    check_harmless(&once, flags);
    int width = Text_width(Buffer_text(&once), once.length), used;
    CHECK(width >= 0);
    size_t fitting = Text_fit(Buffer_text(&once), once.length, width / 2, &used);
    CHECK(fitting <= once.length && used <= width / 2);
    CHECK(Text_width(Buffer_text(&once), fitting) == used);
    for (size_t at = 0; at < length;) {
        size_t bytes = Text_grapheme(text + at, length - at);
        CHECK(bytes > 0 && bytes <= length - at);
        at += bytes;
    }
    Buffer_reset(&once);
    Buffer_reset(&twice);
    Text_fold(&once, text, length);
    Text_fold(&twice, Buffer_text(&once), once.length);
    CHECK(once.length == twice.length);
    CHECK(Text_is_utf8(Buffer_text(&once), once.length));
    Arena *arena = Arena_new(0);
    char *kept = Text_without_controls(arena, text, length, NULL);
    CHECK(kept && strlen(kept) <= length);
    CHECK(Text_distance(kept, text, 5) <= 6);
    Arena_free(arena);
    Buffer_free(&once);
    Buffer_free(&twice);
    free(text);
    return 0;
}
