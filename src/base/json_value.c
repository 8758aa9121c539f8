#include "base/json_value.h"

#include <string.h>

/* json-c reads through pointers that are not const. */
static Json *mutable(const Json *object)
{
    return (Json *)(uintptr_t)object;
}

Json *Json_get(const Json *object, const char *key)
{
    Json *value = NULL;
    if (!json_object_is_type(object, json_type_object))
        return NULL;
    json_object_object_get_ex(object, key, &value);
    return value;
}

const char *Json_text(const Json *object, const char *key)
{
    Json *value = Json_get(object, key);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

int64_t Json_int(const Json *object, const char *key, int64_t fallback)
{
    Json *value = Json_get(object, key);
    return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : fallback;
}

bool Json_bool(const Json *object, const char *key, bool fallback)
{
    Json *value = Json_get(object, key);
    return json_object_is_type(value, json_type_boolean) ? json_object_get_boolean(value)
                                                         : fallback;
}

void Json_set(Json *object, const char *key, Json *value)
{
    if (json_object_object_add(object, key, value) != 0)
        json_object_put(value);
}

void Json_set_text(Json *object, const char *key, const char *text)
{
    Json_set(object, key, text ? json_object_new_string(text) : NULL);
}

void Json_set_int(Json *object, const char *key, int64_t value)
{
    Json_set(object, key, json_object_new_int64(value));
}

void Json_set_bool(Json *object, const char *key, bool value)
{
    Json_set(object, key, json_object_new_boolean(value));
}

const char *Json_serialise(const Json *object, size_t *length)
{
    size_t unused;
    return json_object_to_json_string_length(
        mutable(object), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
        length ? length : &unused);
}

void Json_append_string(Buffer *out, const char *text, size_t length)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    Buffer_putc(out, '"');
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F)
            continue;
        Buffer_append(out, text + start, i - start);
        start = i + 1;
        const char *found = byte ? strchr(plain, byte) : NULL;
        if (found) {
            Buffer_putc(out, '\\');
            Buffer_putc(out, letters[found - plain]);
        } else {
            Buffer_printf(out, "\\u%04x", byte);
        }
    }
    Buffer_append(out, text + start, length - start);
    Buffer_putc(out, '"');
}

Json *Json_from_error(const Error *error)
{
    Json *object = json_object_new_object();
    if (!object)
        return NULL;
    Json_set_text(object, "code", error->code);
    Json_set_text(object, "message", error->message);
    if (error->field[0])
        Json_set_text(object, "field", error->field);
    if (error->hint[0])
        Json_set_text(object, "hint", error->hint);
    if (error->line)
        Json_set_int(object, "line", error->line);
    if (error->column)
        Json_set_int(object, "column", error->column);
    return object;
}

static int position(const Json *object, const char *key)
{
    int64_t value = Json_int(object, key, 0);
    return value > 0 && value <= INT32_MAX ? (int)value : 0;
}

void Json_to_error(const Json *object, Error *error)
{
    const char *code = Json_text(object, "code");
    const char *message = Json_text(object, "message");
    const char *field = Json_text(object, "field");
    const char *hint = Json_text(object, "hint");
    Error_set_field(error, code && *code ? code : ERROR_INTERNAL, field, "%s",
                    message ? message : "An error without a message came back.");
    if (hint)
        Error_hint(error, "%s", hint);
    Error_at(error, position(object, "line"), position(object, "column"));
}
