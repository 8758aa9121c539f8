/* Any bytes as JSON: what is accepted is written and read to the same text. */
#include "tests/fuzz/fuzz.h"

#include "base/json_value.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = copy_text(data, size);
    Error error = ERROR_NONE;
    Json *json = Json_parse(text, size, 0, &error);
    CHECK(!json || !Error_present(&error));
    if (!Error_present(&error)) {
        size_t length;
        char *written = strdup(Json_serialise(json, &length));
        Json *back = Json_parse(written, length, 2 * JSON_BYTES_MAX, &error);
        CHECK(!Error_present(&error));
        CHECK(strcmp(written, Json_serialise(back, NULL)) == 0);
        json_object_put(back);
        free(written);
    } else {
        CHECK(error.line >= 0 && error.column >= 0);
    }
    json_object_put(json);
    if (Text_is_utf8(text, size)) {
        Buffer quoted = BUFFER_EMPTY;
        Json_append_string(&quoted, text, size);
        Error_clear(&error);
        json = Json_parse(Buffer_text(&quoted), quoted.length, 0, &error);
        CHECK(json && strcmp(json_object_get_string(json), text) == 0);
        json_object_put(json);
        Buffer_free(&quoted);
    }
    free(text);
    return 0;
}
