/* Any filter text: a tree that prints to a text with the same tree, or a mistake with its place. */
#include "tests/fuzz/fuzz.h"

#include "base/filter.h"

static const char object_text[] =
    "{\"a\":1,\"b\":\"x\",\"c\":null,\"d\":[1,\"y\"],\"e\":{\"minor\":5,\"currency\":\"EUR\"},"
    "\"f\":{\"id\":\"lead_1\",\"label\":\"L\"},\"g\":\"2026-11-22T10:00:00Z\",\"h\":0.5,"
    "\"i\":true,\"j\":\"2026-11-22\"}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Json *object;
    if (!object)
        object = Json_parse(object_text, sizeof(object_text) - 1, 0, NULL);
    char *text = copy_text(data, size);
    Arena *arena = Arena_new(8 << 20);
    Error error = ERROR_NONE;
    FilterNode *node = Filter_parse(arena, text, &error);
    CHECK((node == NULL) == Error_present(&error));
    if (node) {
        Buffer first = BUFFER_EMPTY, second = BUFFER_EMPTY;
        Filter_print(&first, node);
        FilterNode *again = Filter_parse(arena, Buffer_text(&first), &error);
        /* parentheses and escapes may make a text at the limit too large */
        CHECK(again || Error_is(&error, ERROR_LIMIT));
        if (again) {
            Filter_print(&second, again);
            CHECK(strcmp(Buffer_text(&first), Buffer_text(&second)) == 0);
            bool matches = Filter_matches(node, object, INT64_C(1795341600000000), "UTC");
            CHECK(matches == Filter_matches(again, object, INT64_C(1795341600000000), "UTC"));
        }
        Buffer_free(&first);
        Buffer_free(&second);
    } else if (Error_is(&error, ERROR_SYNTAX)) {
        CHECK(error.column >= 1 && error.column <= (int)size + 1);
    }
    Arena_free(arena);
    free(text);
    return 0;
}
