#include "cli/value.h"

#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/money.h"
#include "base/number.h"

typedef struct ScaledType {
    const char *type;
    int scale;
    const char *suffix;
} ScaledType;

/* Integers of the wire that stand for decimals. */
static const ScaledType SCALED_TYPES[] = {
    {"rate", 4, " %"},
    {"quantity", 4, ""},
    {"fx", 8, ""},
};
#define SCALED_COUNT (sizeof SCALED_TYPES / sizeof *SCALED_TYPES)

static const ScaledType *scaled_type(const char *type)
{
    for (size_t i = 0; type && i < SCALED_COUNT; i++)
        if (strcmp(SCALED_TYPES[i].type, type) == 0)
            return &SCALED_TYPES[i];
    return NULL;
}

ValueStyle ValueStyle_of(const Json *hello)
{
    const Json *user = hello ? Json_get(hello, "user") : NULL;
    const Json *tenant = hello ? Json_get(hello, "tenant") : NULL;
    ValueStyle style = {.language = "en", .zone = "UTC"};
    const Json *sources[] = {tenant, user};
    for (size_t i = 0; i < 2; i++) {
        if (!sources[i] || !json_object_is_type(sources[i], json_type_object))
            continue;
        const char *language = Json_text(sources[i], "language");
        const char *zone = Json_text(sources[i], "zone");
        style.language = language && *language ? language : style.language;
        style.zone = zone && *zone ? zone : style.zone;
    }
    return style;
}

static bool looks_like_time(const char *text)
{
    size_t length = strlen(text);
    return length >= 20 && length <= 32 && text[4] == '-' && text[10] == 'T' &&
           text[length - 1] == 'Z';
}

static void append_time(Buffer *out, const char *text, const ValueStyle *style)
{
    int64_t time;
    if (!DateTime_parse(text, "UTC", &time)) {
        Buffer_puts(out, text);
        return;
    }
    CivilTime civil;
    DateTime_to_civil(time, style->zone, &civil);
    Buffer_printf(out, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour,
                  civil.minute);
}

static void append_text(Buffer *out, const Json *value, const ValueStyle *style)
{
    const char *text = json_object_get_string((Json *)(uintptr_t)value);
    if (looks_like_time(text))
        append_time(out, text, style);
    else
        Buffer_append(out, text, (size_t)json_object_get_string_len(value));
}

static bool append_known_object(Buffer *out, const Json *value, const ValueStyle *style)
{
    const char *currency = Json_text(value, "currency");
    Json *minor = Json_get(value, "minor");
    if (currency && minor) {
        char text[64];
        Buffer_puts(out, Money_format(json_object_get_int64(minor), currency, style->language, text));
        return true;
    }
    const char *label = Json_text(value, "label");
    const char *id = Json_text(value, "id");
    if (!id)
        id = Json_text(value, "key");
    if (label && *label) {
        Buffer_puts(out, label);
        return true;
    }
    if (id) {
        Buffer_puts(out, id);
        return true;
    }
    Json *set = Json_get(value, "set");
    if (set && json_object_object_length(value) == 1) {
        Buffer_puts(out, json_object_get_boolean(set) ? "set" : "not set");
        return true;
    }
    return false;
}

static void append_array(Buffer *out, const Json *value, const ValueStyle *style)
{
    size_t count = json_object_array_length(value);
    for (size_t i = 0; i < count; i++) {
        if (i)
            Buffer_puts(out, ", ");
        Value_append(out, json_object_array_get_idx(value, i), NULL, style);
    }
}

static void append_object(Buffer *out, const Json *value, const ValueStyle *style)
{
    if (append_known_object(out, value, style))
        return;
    bool first = true;
    json_object_object_foreach((Json *)(uintptr_t)value, key, member)
    {
        if (!first)
            Buffer_puts(out, ", ");
        first = false;
        Buffer_printf(out, "%s: ", key);
        Value_append(out, member, NULL, style);
    }
}

void Value_append(Buffer *out, const Json *value, const char *type, const ValueStyle *style)
{
    const ScaledType *scaled = scaled_type(type);
    char number[40];
    switch (json_object_get_type(value)) {
    case json_type_null:
        return;
    case json_type_boolean:
        Buffer_puts(out, json_object_get_boolean(value) ? "yes" : "no");
        return;
    case json_type_int:
        Buffer_puts(out, Number_format_scaled(json_object_get_int64(value),
                                              scaled ? scaled->scale : 0, number));
        Buffer_puts(out, scaled ? scaled->suffix : "");
        return;
    case json_type_double:
        Buffer_printf(out, "%.6g", json_object_get_double(value));
        return;
    case json_type_string:
        append_text(out, value, style);
        return;
    case json_type_array:
        append_array(out, value, style);
        return;
    case json_type_object:
        append_object(out, value, style);
        return;
    }
}

bool Value_is_number(const Json *value, const char *type)
{
    static const char *const NUMERIC[] = {"int", "money", "unit_price", "rate", "quantity", "fx"};
    for (size_t i = 0; type && i < sizeof NUMERIC / sizeof *NUMERIC; i++)
        if (strcmp(type, NUMERIC[i]) == 0)
            return true;
    if (type || !value)
        return false;
    enum json_type kind = json_object_get_type(value);
    return kind == json_type_int || kind == json_type_double ||
           (kind == json_type_object && Json_get(value, "minor"));
}
