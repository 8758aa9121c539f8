#include "screens/field_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/money.h"
#include "base/number.h"
#include "base/world.h"
#include "tui/words.h"

static bool is_type(const Json *value, enum json_type type)
{
    return json_object_is_type(value, type);
}

const char *FieldValue_reference_id(const Json *value)
{
    if (is_type(value, json_type_object))
        return Json_text(value, "id");
    if (is_type(value, json_type_string))
        return json_object_get_string((Json *)(uintptr_t)value);
    return NULL;
}

static const char *string_of(const Json *value)
{
    return json_object_get_string((Json *)(uintptr_t)value);
}

static int64_t int_of(const Json *value)
{
    return json_object_get_int64((Json *)(uintptr_t)value);
}

void FieldValue_append_number(const App *app, Buffer *out, int64_t number)
{
    char digits[32];
    const char *group = strncmp(app->formats, "de", 2) == 0 ? "." : ",";
    int length =
        snprintf(digits, sizeof digits, "%lld", (long long)(number < 0 ? -number : number));

    if (number < 0)
        Buffer_putc(out, '-');
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            Buffer_puts(out, group);
        Buffer_putc(out, digits[i]);
    }
}

double FieldValue_money_major(const Json *money)
{
    const char *currency = Json_text(money, "currency");
    int exponent = currency ? Money_exponent(currency) : 2;
    double value = (double)Json_int(money, "minor", 0);

    for (int i = 0; i < exponent; i++)
        value /= 10;
    return value;
}

void FieldValue_append_money(const App *app, Buffer *out, const Json *money)
{
    char text[64];
    const char *currency = Json_text(money, "currency");

    Money_format(Json_int(money, "minor", 0), currency ? currency : app->currency, app->formats,
                 text);
    Buffer_puts(out, text);
}

void FieldValue_append_compact(Buffer *out, double value)
{
    static const char SUFFIXES[] = " kMGT";
    int power = 0;

    while ((value >= 1000 || value <= -1000) && power < 4) {
        value /= 1000;
        power++;
    }
    Buffer_printf(out, value < 10 && value > -10 && power > 0 ? "%.1f" : "%.0f", value);
    if (power > 0)
        Buffer_putc(out, SUFFIXES[power]);
}

void FieldValue_append_age(Buffer *out, int64_t time)
{
    char age[16];
    int64_t past = World_now() - time;

    DateTime_format_age(past < 0 ? -past : past, age);
    if (past < 0)
        Buffer_printf(out, Ui_text("in %s"), age);
    else
        Buffer_puts(out, age);
}

static void append_time(const App *app, Buffer *out, const char *text, ValueForm form)
{
    int64_t time = 0;
    CivilTime civil;

    if (!DateTime_parse(text, "UTC", &time)) {
        Buffer_puts(out, text);
        return;
    }
    if (form == VALUE_SHORT) {
        FieldValue_append_age(out, time);
        return;
    }
    DateTime_to_civil(time, app->zone, &civil);
    Buffer_printf(out, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour,
                  civil.minute);
    if (form == VALUE_FULL) {
        Buffer_puts(out, "  (");
        FieldValue_append_age(out, time);
        Buffer_puts(out, ")");
    }
}

static void append_scaled(Buffer *out, int64_t value, int scale, const char *unit)
{
    char text[48];

    Buffer_puts(out, Number_format_scaled(value, scale, text));
    Buffer_puts(out, unit);
}

static void append_money_for(const App *app, Buffer *out, const Json *value, ValueForm form)
{
    char text[40];
    const char *currency = Json_text(value, "currency");

    if (!is_type(value, json_type_object))
        FieldValue_append_number(app, out, int_of(value));
    else if (form != VALUE_EDIT)
        FieldValue_append_money(app, out, value);
    else
        Buffer_printf(
            out, "%s %s",
            Money_format_plain(Json_int(value, "minor", 0), currency ? currency : "EUR", text),
            currency ? currency : "");
}

static void append_list(const App *app, Buffer *out, const FieldInfo *field, const Json *value,
                        ValueForm form)
{
    FieldInfo item = *field;
    size_t count = json_object_array_length(value);

    item.is_list = false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            Buffer_puts(out, ", ");
        FieldValue_append(app, out, &item, json_object_array_get_idx(value, i), form);
    }
}

static void append_reference(Buffer *out, const Json *value)
{
    const char *label = is_type(value, json_type_object) ? Json_text(value, "label") : NULL;

    Buffer_puts(out, label                            ? label
                     : FieldValue_reference_id(value) ? FieldValue_reference_id(value)
                                                      : "");
}

void FieldValue_append(const App *app, Buffer *out, const FieldInfo *field, const Json *value,
                       ValueForm form)
{
    if (!value || is_type(value, json_type_null))
        return;
    if (is_type(value, json_type_array) && field->type != VALUE_JSON) {
        append_list(app, out, field, value, form);
        return;
    }
    switch (field->type) {
    case VALUE_MONEY:
        append_money_for(app, out, value, form);
        return;
    case VALUE_UNIT_PRICE:
    case VALUE_QUANTITY:
        append_scaled(
            out, is_type(value, json_type_object) ? Json_int(value, "minor", 0) : int_of(value), 4,
            "");
        return;
    case VALUE_FX:
        append_scaled(out, int_of(value), 8, "");
        return;
    case VALUE_RATE:
        append_scaled(out, int_of(value), 4, form == VALUE_EDIT ? "" : " %");
        return;
    case VALUE_BOOL:
        Buffer_puts(out, Ui_text(json_object_get_boolean(value) ? "yes" : "no"));
        return;
    case VALUE_ENUM:
        Buffer_puts(out, Field_choice_label(field, string_of(value)));
        return;
    case VALUE_TIME:
        append_time(app, out, string_of(value), form);
        return;
    case VALUE_REFERENCE:
    case VALUE_RECORD:
        append_reference(out, value);
        return;
    case VALUE_SECRET:
        Buffer_puts(out, Json_bool(value, "set", false) ? "********" : "");
        return;
    case VALUE_INT:
        if (form == VALUE_EDIT || !is_type(value, json_type_int))
            Buffer_puts(out, string_of(value));
        else
            FieldValue_append_number(app, out, int_of(value));
        return;
    default:
        if (is_type(value, json_type_object) && Json_text(value, "label"))
            append_reference(out, value);
        else
            Buffer_puts(out, string_of(value));
    }
}
