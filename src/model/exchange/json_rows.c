#include <string.h>

#include "model/exchange/rows_internal.h"
#include "model/resource.h"

#define NESTING_FLATTENED 3

/* ---- one value of the stream ---------------------------------------------------------------- */

static RowResult fail_at(const RowSource *source, Error *error, const char *what)
{
    Error_set(error, ERROR_SYNTAX, "Line %d: %s.", source->line, what);
    Error_hint(error, "Nothing was imported.");
    Error_at(error, source->line, 0);
    return ROW_FAILED;
}

static void drop(RowSource *source, size_t length)
{
    for (size_t i = 0; i < length; i++)
        source->line += source->window.data[i] == '\n';
    Buffer_consume(&source->window, length);
}

/* Skips blanks, commas and the outer brackets. 1 = an object begins, 0 = the end, -1 = failed. */
static int find_object(RowSource *source, Error *error)
{
    for (;;) {
        const char *text = Buffer_text(&source->window);
        size_t blank = strspn(text, " \t\r\n,");

        drop(source, blank);
        if (source->window.length == 0) {
            if (source->ended) {
                if (source->in_array)
                    return (int)fail_at(source, error, "the array is never closed");
                return 0;
            }
            if (!RowSource_fill(source, error))
                return -1;
            continue;
        }
        if (source->window.data[0] == '[' && !source->in_array) {
            source->in_array = true;
            drop(source, 1);
        } else if (source->window.data[0] == ']' && source->in_array) {
            source->in_array = false;
            drop(source, 1);
        } else if (source->window.data[0] == '{') {
            return 1;
        } else {
            return (int)fail_at(source, error, "an object was expected here");
        }
    }
}

/* Bytes of the object at the start of the window; fills until it is whole. 0 = failed. */
static size_t object_length(RowSource *source, Error *error)
{
    size_t at = 0, depth = 0;
    bool in_string = false;

    for (;; at++) {
        char byte;

        while (at >= source->window.length) {
            if (source->ended) {
                fail_at(source, error, "the object that begins here is never closed");
                return 0;
            }
            if (!RowSource_fill(source, error))
                return 0;
        }
        byte = source->window.data[at];
        if (in_string) {
            if (byte == '\\')
                at++;
            else if (byte == '"')
                in_string = false;
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if ((byte == '}' || byte == ']') && --depth == 0) {
            return at + 1;
        }
    }
}

/* ---- an object becomes cells ---------------------------------------------------------------- */

/* {"minor","currency"}, {"id","label"}, {"set"}: our own written forms stay whole. */
static bool is_written_value(const Json *object)
{
    return Json_get(object, "minor") || (Json_get(object, "id") && Json_get(object, "label")) ||
           (Json_get(object, "set") && json_object_object_length(object) == 1);
}

static bool stays_whole(const RowSource *source, const char *name, const Json *value)
{
    int field;

    if (is_written_value(value))
        return true;
    field = source->resource ? Resource_field(source->resource, name) : -1;
    return field >= 0 && strcmp(name, "custom") != 0 &&
           source->resource->fields[field].type == FIELD_JSON;
}

static bool take_value(RowSource *source, const char *name, Json *value, int depth, Error *error);

static bool take_members(RowSource *source, const char *prefix, Json *object, int depth,
                         Error *error)
{
    json_object_object_foreach(object, key, member)
    {
        const char *name = key;

        if (prefix)
            name = Arena_printf(source->arena, "%s.%s", prefix, key);
        if (!name || !take_value(source, name, member, depth, error))
            return false;
    }
    return true;
}

static bool take_value(RowSource *source, const char *name, Json *value, int depth, Error *error)
{
    const char *text;

    if (!value)
        return RowSource_set(source, name, "\\N", error);
    if (json_object_is_type(value, json_type_object) && depth < NESTING_FLATTENED &&
        json_object_object_length(value) > 0 && !stays_whole(source, name, value))
        return take_members(source, name, value, depth + 1, error);
    if (json_object_is_type(value, json_type_string)) {
        text = Arena_strndup(source->arena, json_object_get_string(value),
                             (size_t)json_object_get_string_len(value));
        /* A text that reads like our mark for null is guarded, as a cell of a table would be. */
        if (text && strcmp(text + strspn(text, "'"), "\\N") == 0)
            text = Arena_printf(source->arena, "'%s", text);
    } else {
        text = Arena_strdup(source->arena, Json_serialise(value, NULL));
    }
    return RowSource_set(source, name, text, error);
}

RowResult JsonRows_next(RowSource *source, SourceRow *row, Error *error)
{
    int found = find_object(source, error);
    Json *object;
    Error local = ERROR_NONE;
    size_t length;
    bool taken;

    if (found <= 0)
        return found < 0 ? ROW_FAILED : ROW_END;
    *row = (SourceRow){.line = source->line};
    length = object_length(source, error);
    if (length == 0)
        return ROW_FAILED;
    object = Json_parse(source->window.data, length, CSV_RECORD_MAX, &local);
    drop(source, length);
    if (!object) {
        row->malformed = true;
        row->problem = Arena_strdup(source->arena, local.message);
        return ROW_READ;
    }
    row->blank = json_object_object_length(object) == 0;
    taken = take_members(source, NULL, object, 0, error);
    json_object_put(object);
    return taken ? ROW_READ : ROW_FAILED;
}
