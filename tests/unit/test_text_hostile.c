/* The choke point against every code point and the hostile collections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <utf8proc.h>

#include "base/text.h"
#include "tests/unit/corpus.h"

/* Written here again, independently of the code under test. */
static bool is_forbidden(int32_t code_point, bool multiline)
{
    if (multiline && (code_point == '\n' || code_point == '\t'))
        return false;
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        break;
    }
    return (code_point >= 0xFE00 && code_point <= 0xFE0F) ||
           (code_point >= 0xE0000 && code_point <= 0xE0FFF) ||
           (code_point >= 0x180B && code_point <= 0x180F) || code_point == 0x034F ||
           code_point == 0x115F || code_point == 0x1160 || code_point == 0x17B4 ||
           code_point == 0x17B5 || code_point == 0x3164 || code_point == 0xFFA0;
}

static void check_shown(const Buffer *shown, unsigned flags, const char *id)
{
    bool multiline = flags & TEXT_CLEAN_MULTILINE;
    int marks = 0;
    for (size_t i = 0; i < shown->length;) {
        int32_t code_point;
        i += Text_decode(shown->data + i, shown->length - i, &code_point);
        if (is_forbidden(code_point, multiline))
            fail_msg("%s lets U+%04X through", id, (unsigned)code_point);
        if (flags & TEXT_CLEAN_ASCII && code_point >= 0x80)
            fail_msg("%s: U+%04X is not ASCII", id, (unsigned)code_point);
        utf8proc_category_t category = utf8proc_category(code_point);
        bool mark = category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
        marks = mark ? marks + 1 : 0;
        if (marks > 8)
            fail_msg("%s: more than 8 marks on one base", id);
    }
    if (!Text_is_utf8(Buffer_text(shown), shown->length))
        fail_msg("%s: the picture is not UTF-8", id);
    if (Text_width(Buffer_text(shown), shown->length) < 0)
        fail_msg("%s: negative width", id);
}

static void check_text(const char *text, size_t length, const char *id)
{
    static Buffer once, twice;
    static const unsigned modes[] = {TEXT_CLEAN_LINE, TEXT_CLEAN_MULTILINE, TEXT_CLEAN_ASCII,
                                     TEXT_CLEAN_ASCII | TEXT_CLEAN_MULTILINE};
    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
        Buffer_reset(&once);
        Buffer_reset(&twice);
        Text_clean(&once, text, length, modes[i]);
        check_shown(&once, modes[i], id);
        Text_clean(&twice, Buffer_text(&once), once.length, modes[i]);
        if (once.length != twice.length ||
            memcmp(Buffer_text(&once), Buffer_text(&twice), once.length) != 0)
            fail_msg("%s: cleaning twice changes it again", id);
    }
    Buffer_reset(&once);
    Buffer_reset(&twice);
    Text_fold(&once, text, length);
    Text_fold(&twice, Buffer_text(&once), once.length);
    if (once.length != twice.length ||
        memcmp(Buffer_text(&once), Buffer_text(&twice), once.length) != 0)
        fail_msg("%s: folding twice changes it again", id);
    assert_false(once.failed || twice.failed);
}

static void visit(const CorpusItem *item, void *context)
{
    (void)context;
    check_text(item->bytes, item->length, item->id);
    for (size_t at = 0; at < item->length;) {
        size_t bytes = Text_grapheme(item->bytes + at, item->length - at);
        assert_true(bytes >= 1 && bytes <= item->length - at);
        at += bytes;
    }
    int used;
    assert_true(Text_fit(item->bytes, item->length, 10, &used) <= item->length);
    assert_true(used >= 0 && used <= 10);
}

static void every_code_point(void **state)
{
    (void)state;
    char text[32], id[16];
    for (int32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        size_t length = Text_encode(code_point, text);
        length += Text_encode(code_point, text + length);
        text[length++] = 'a';
        length += Text_encode(code_point, text + length);
        length += Text_encode(code_point, text + length);
        snprintf(id, sizeof(id), "U+%04X", (unsigned)code_point);
        check_text(text, length, id);
    }
}

static void terminal(void **state)
{
    (void)state;
    assert_true(Corpus_each("terminal", visit, NULL) > 500);
}

static void unicode(void **state)
{
    (void)state;
    assert_true(Corpus_each("unicode", visit, NULL) > 100);
}

static void utf8(void **state)
{
    (void)state;
    assert_true(Corpus_each("utf8", visit, NULL) > 300);
}

static void strings(void **state)
{
    (void)state;
    assert_true(Corpus_each("strings", visit, NULL) > 400);
}

static void confusables(void **state)
{
    (void)state;
    assert_true(Corpus_each("confusables", visit, NULL) > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point), cmocka_unit_test(terminal),
        cmocka_unit_test(unicode),          cmocka_unit_test(utf8),
        cmocka_unit_test(strings),          cmocka_unit_test(confusables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
