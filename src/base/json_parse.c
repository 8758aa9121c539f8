/* Strict JSON text -> json-c objects, with limits, positions and no duplicate keys. */
#include <stdlib.h>
#include <string.h>

#include "base/json_reader.h"
#include "base/text.h"

static Json *parse_value(JsonReader *reader);

static Json *parse_members(JsonReader *reader, Json *object)
{
    JsonReader_skip_space(reader);
    if (JsonReader_peek(reader) == '}') {
        reader->at++;
        return object;
    }
    for (;;) {
        JsonReader_skip_space(reader);
        if (JsonReader_peek(reader) != '"')
            return JsonReader_fail(reader, ERROR_SYNTAX, "a key in quotes belongs here");
        const char *key_at = reader->at;
        if (!JsonReader_string(reader))
            return NULL;
        if (json_object_object_get_ex(object, Buffer_text(&reader->string), NULL)) {
            reader->at = key_at;
            return JsonReader_fail(reader, ERROR_SYNTAX, "the same key stands twice in one object");
        }
        char *key = Buffer_take(&reader->string);
        JsonReader_skip_space(reader);
        Json *value = NULL;
        bool done = false;
        if (!key)
            JsonReader_fail(reader, ERROR_LIMIT, "out of memory");
        else if (JsonReader_peek(reader) != ':')
            JsonReader_fail(reader, ERROR_SYNTAX, "a colon belongs after a key");
        else {
            reader->at++;
            value = parse_value(reader);
            done = !Error_present(reader->error);
        }
        if (done && json_object_object_add(object, key, value) != 0) {
            JsonReader_fail(reader, ERROR_LIMIT, "out of memory");
            done = false;
        }
        free(key);
        if (!done) {
            json_object_put(value);
            return NULL;
        }
        JsonReader_skip_space(reader);
        int next = JsonReader_peek(reader);
        if (next != ',' && next != '}')
            return JsonReader_fail(reader, ERROR_SYNTAX, "a comma or } belongs here");
        reader->at++;
        if (next == '}')
            return object;
    }
}

static Json *parse_items(JsonReader *reader, Json *array)
{
    JsonReader_skip_space(reader);
    if (JsonReader_peek(reader) == ']') {
        reader->at++;
        return array;
    }
    for (;;) {
        Json *value = parse_value(reader);
        if (Error_present(reader->error))
            return NULL;
        if (json_object_array_add(array, value) != 0) {
            json_object_put(value);
            return JsonReader_fail(reader, ERROR_LIMIT, "out of memory");
        }
        JsonReader_skip_space(reader);
        int next = JsonReader_peek(reader);
        if (next != ',' && next != ']')
            return JsonReader_fail(reader, ERROR_SYNTAX, "a comma or ] belongs here");
        reader->at++;
        if (next == ']')
            return array;
    }
}

static Json *parse_container(JsonReader *reader, bool is_object)
{
    if (reader->depth >= JSON_DEPTH_MAX)
        return JsonReader_fail(reader, ERROR_LIMIT, "it is nested too deeply");
    Json *container = is_object ? json_object_new_object() : json_object_new_array();
    if (!container)
        return JsonReader_fail(reader, ERROR_LIMIT, "out of memory");
    reader->depth++;
    reader->at++;
    Json *done = is_object ? parse_members(reader, container) : parse_items(reader, container);
    reader->depth--;
    if (!done)
        json_object_put(container);
    return done;
}

static Json *parse_word(JsonReader *reader, const char *word, Json *value)
{
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        json_object_put(value);
        return JsonReader_fail(reader, ERROR_SYNTAX, "a value belongs here");
    }
    reader->at += length;
    return value;
}

/* NULL is also the value null: the error tells. */
static Json *parse_value(JsonReader *reader)
{
    JsonReader_skip_space(reader);
    switch (JsonReader_peek(reader)) {
    case '{':
        return parse_container(reader, true);
    case '[':
        return parse_container(reader, false);
    case '"':
        if (!JsonReader_string(reader))
            return NULL;
        return json_object_new_string_len(Buffer_text(&reader->string), (int)reader->string.length);
    case 't':
        return parse_word(reader, "true", json_object_new_boolean(1));
    case 'f':
        return parse_word(reader, "false", json_object_new_boolean(0));
    case 'n':
        return parse_word(reader, "null", NULL);
    case -1:
        return JsonReader_fail(reader, ERROR_SYNTAX, "it ends too early");
    default:
        return JsonReader_number(reader);
    }
}

Json *Json_parse(const char *text, size_t length, size_t limit, Error *error)
{
    Error own = ERROR_NONE;
    Error *result = error ? error : &own;
    Error_clear(result);
    if (limit == 0)
        limit = JSON_BYTES_MAX;
    if (limit > INT32_MAX)
        limit = INT32_MAX;
    if (length > limit) {
        Error_set(result, ERROR_LIMIT, "The JSON is larger than %zu bytes.", limit);
        return NULL;
    }
    JsonReader reader = {.text = text, .at = text, .end = text + length, .error = result};
    Json *value = NULL;
    if (!Text_is_utf8(text, length)) {
        Error_set(result, ERROR_SYNTAX, "The JSON is not valid UTF-8 text.");
        return NULL;
    }
    value = parse_value(&reader);
    if (!Error_present(result)) {
        JsonReader_skip_space(&reader);
        if (reader.at < reader.end)
            JsonReader_fail(&reader, ERROR_SYNTAX, "something follows the value");
        else if (reader.string.failed)
            JsonReader_fail(&reader, ERROR_LIMIT, "out of memory");
    }
    Buffer_free(&reader.string);
    if (Error_present(result)) {
        json_object_put(value);
        return NULL;
    }
    return value;
}
