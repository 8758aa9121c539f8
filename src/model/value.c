/* value.c - stored values: kinds, comparison, and their exact form in the change log. */
#include <stdio.h>
#include <string.h>
#include "model/internal.h"

static const enum ValueKind STORAGE[] = {
    [FIELD_INT] = VALUE_INT,        [FIELD_BOOL] = VALUE_INT,     [FIELD_TEXT] = VALUE_TEXT,
    [FIELD_LONG_TEXT] = VALUE_TEXT, [FIELD_ENUM] = VALUE_TEXT,    [FIELD_MONEY] = VALUE_INT,
    [FIELD_UNIT_PRICE] = VALUE_INT, [FIELD_RATE] = VALUE_INT,     [FIELD_QUANTITY] = VALUE_INT,
    [FIELD_FX] = VALUE_INT,         [FIELD_TIME] = VALUE_INT,     [FIELD_DATE] = VALUE_INT,
    [FIELD_CURRENCY] = VALUE_TEXT,  [FIELD_COUNTRY] = VALUE_TEXT, [FIELD_LANGUAGE] = VALUE_TEXT,
    [FIELD_ZONE] = VALUE_TEXT,      [FIELD_EMAIL] = VALUE_TEXT,   [FIELD_PHONE] = VALUE_TEXT,
    [FIELD_URL] = VALUE_TEXT,       [FIELD_SLUG] = VALUE_TEXT,    [FIELD_REFERENCE] = VALUE_INT,
    [FIELD_RECORD] = VALUE_INT,     [FIELD_UID] = VALUE_BLOB,     [FIELD_JSON] = VALUE_TEXT,
    [FIELD_BLOB] = VALUE_BLOB,      [FIELD_SECRET] = VALUE_BLOB,
};

enum ValueKind Field_storage(const FieldDef *field)
{
    return field->flags & FIELD_LIST ? VALUE_TEXT : STORAGE[field->type];
}

FieldDef Field_element(const FieldDef *list)
{
    FieldDef element = *list;
    element.flags &= ~(unsigned)FIELD_LIST;
    if (element.type == FIELD_JSON)
        element.type = FIELD_TEXT;
    return element;
}

Value Value_int(int64_t integer)
{
    return (Value){.kind = VALUE_INT, .integer = integer};
}

Value Value_text(const char *text)
{
    if (!text)
        return Value_null();
    return (Value){.kind = VALUE_TEXT, .text = text, .length = strlen(text)};
}

Value Value_blob(const void *bytes, size_t length)
{
    return (Value){.kind = VALUE_BLOB, .text = bytes, .length = length};
}

Value Value_null(void)
{
    return (Value){.kind = VALUE_NULL};
}

bool Value_given(const Value *value)
{
    return value->kind > VALUE_NULL;
}

bool Value_equal(const Value *left, const Value *right)
{
    bool given = Value_given(left);
    if (given != Value_given(right))
        return false;
    if (!given)
        return true;
    if (left->kind != right->kind)
        return false;
    if (left->kind == VALUE_INT)
        return left->integer == right->integer;
    return left->length == right->length && memcmp(left->text, right->text, left->length) == 0;
}

Value Value_of_column(Statement *statement, int column, const FieldDef *field, Arena *arena)
{
    if (Statement_is_null(statement, column))
        return Value_null();
    enum ValueKind kind = Field_storage(field);
    if (kind == VALUE_INT)
        return Value_int(Statement_int(statement, column));
    size_t length;
    const void *bytes;
    if (kind == VALUE_TEXT) {
        bytes = Statement_text(statement, column);
        length = Statement_bytes(statement, column);
    } else {
        bytes = Statement_blob(statement, column);
        length = Statement_bytes(statement, column);
    }
    char *copy = Arena_alloc(arena, length + 1);
    if (!copy || !bytes)
        return copy ? (Value){.kind = kind, .text = copy} : Value_null();
    memcpy(copy, bytes, length);
    return (Value){.kind = kind, .text = copy, .length = length};
}

void Statement_bind_value(Statement *statement, int index, const Value *value)
{
    switch (value->kind) {
    case VALUE_INT:
        Statement_bind_int(statement, index, value->integer);
        break;
    case VALUE_TEXT:
        Statement_bind_text_n(statement, index, value->text, value->length);
        break;
    case VALUE_BLOB:
        Statement_bind_blob(statement, index, value->text, value->length);
        break;
    case VALUE_UNSET:
    case VALUE_NULL:
        Statement_bind_null(statement, index);
        break;
    }
}

char *Model_hex(Arena *arena, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;
    char *text = Arena_alloc(arena, length * 2 + 1);
    for (size_t i = 0; text && i < length; i++) {
        text[i * 2] = digits[from[i] >> 4];
        text[i * 2 + 1] = digits[from[i] & 15];
    }
    return text;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool Model_unhex(Arena *arena, const char *text, Value *value)
{
    size_t length = strlen(text);
    unsigned char *bytes = Arena_alloc(arena, length / 2 + 1);
    if (!bytes || length % 2)
        return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i / 2] = (unsigned char)(high << 4 | low);
    }
    *value = Value_blob(bytes, length / 2);
    return true;
}

static void append_hex(Buffer *out, const Value *value)
{
    Buffer_putc(out, '"');
    for (size_t i = 0; i < value->length; i++)
        Buffer_printf(out, "%02x", (unsigned char)value->text[i]);
    Buffer_putc(out, '"');
}

void Value_append_log(Buffer *out, const FieldDef *field, const Value *value)
{
    char number[24];
    if (!Value_given(value)) {
        Buffer_append(out, "null", 4);
    } else if (field->type == FIELD_SECRET) {
        Buffer_puts(out, "{\"set\":true}");
    } else if (value->kind == VALUE_INT) {
        int length = snprintf(number, sizeof number, "%lld", (long long)value->integer);
        Buffer_append(out, number, (size_t)length);
    } else if (value->kind == VALUE_BLOB) {
        append_hex(out, value);
    } else if (field->type == FIELD_JSON || field->flags & FIELD_LIST) {
        Buffer_append(out, value->text, value->length);
    } else {
        Json_append_string(out, value->text, value->length);
    }
}

bool Value_from_log(Arena *arena, const FieldDef *field, Json *json, Value *value)
{
    if (json_object_is_type(json, json_type_null)) {
        *value = Value_null();
        return true;
    }
    if (field->type == FIELD_SECRET)
        return false;
    enum ValueKind kind = Field_storage(field);
    if (kind == VALUE_INT) {
        *value = Value_int(json_object_get_int64(json));
        return json_object_is_type(json, json_type_int);
    }
    if (kind == VALUE_TEXT && (field->type == FIELD_JSON || field->flags & FIELD_LIST)) {
        *value = Value_text(Arena_strdup(arena, Json_serialise(json, NULL)));
        return true;
    }
    if (!json_object_is_type(json, json_type_string))
        return false;
    if (kind == VALUE_BLOB)
        return Model_unhex(arena, json_object_get_string(json), value);
    *value = Value_text(Arena_strdup(arena, json_object_get_string(json)));
    return value->text != NULL;
}
