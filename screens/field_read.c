/* field_read.c - what people type in a form -> JSON of the wire. */
#include "screens/field_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/money.h"
#include "base/number.h"
#include "base/text.h"
#include "base/world.h"
#include "tui/words.h"

static bool wrong(FormField *field, const char *message)
{
    snprintf(field->error, sizeof field->error, "%.150s", message);
    return false;
}

static void put_back(FormField *field, const App *app, const FieldInfo *info, Json *value)
{
    Buffer text = BUFFER_EMPTY;

    FieldValue_append(app, &text, info, value, VALUE_EDIT);
    LineEditor_set(&field->editor, Buffer_text(&text));
    Buffer_free(&text);
}

static bool read_scaled(const App *app, const char *text, int scale, int64_t *number)
{
    bool percent = false;
    char currency[4];

    return Number_parse_plain(text, scale, number) ||
           Number_parse(text, Number_format_of_locale(app->formats), scale, number, currency,
                        &percent);
}

static bool read_int(const App *app, const FieldInfo *info, FormField *field, const char *text,
                     Json **value)
{
    int64_t number = 0;

    if (!read_scaled(app, text, 0, &number))
        return wrong(field, Ui_text("A whole number is needed."));
    if (info->has_minimum && number < info->minimum) {
        snprintf(field->error, sizeof field->error, Ui_text("At least %lld."),
                 (long long)info->minimum);
        return false;
    }
    if (info->has_maximum && number > info->maximum) {
        snprintf(field->error, sizeof field->error, Ui_text("At most %lld."),
                 (long long)info->maximum);
        return false;
    }
    *value = json_object_new_int64(number);
    return true;
}

/* "1,234.56", "€ 12", "12 USD": the currency typed, else the record's, else the company's. */
static bool read_money(const App *app, FormField *field, const char *text, const char *currency,
                       Json **value)
{
    char typed[4] = "", last[4] = "";
    int64_t minor = 0;
    size_t length = strlen(text);
    char amount[128];

    snprintf(amount, sizeof amount, "%s", text);
    if (length > 4 && length < sizeof amount && text[length - 4] == ' ') {
        for (int i = 0; i < 3; i++)
            last[i] = (char)(text[length - 3 + (size_t)i] & ~0x20);
        if (Money_currency_exists(last)) {
            amount[length - 4] = '\0';
            currency = last;
        }
    }
    if (!currency || !*currency)
        currency = app->currency;
    int scale = Money_exponent(currency);
    if (scale < 0)
        scale = 2;
    if (!Number_parse_plain(amount, scale, &minor) &&
        !Number_parse(amount, Number_format_of_locale(app->formats), scale, &minor, typed, NULL))
        return wrong(field, Ui_text("An amount is needed, such as 1200.50 EUR."));
    *value = json_object_new_object();
    Json_set_int(*value, "minor", minor);
    Json_set_text(*value, "currency", typed[0] ? typed : currency);
    return true;
}

static bool read_date(const App *app, const FieldInfo *info, FormField *field, const char *text,
                      Json **value)
{
    int64_t time = 0, end = 0;
    bool has_time = false, with_time = info->type == VALUE_TIME;
    char out[64];
    CivilTime civil;

    if (!DateTime_parse_relative(text, World_now(), app->zone, 0, &time, &end) &&
        !DateTime_parse(text, app->zone, &time) &&
        !Number_parse_date(text, Number_date_order_of_locale(app->formats), app->zone, &time,
                           &has_time))
        return wrong(field,
                     Ui_text(with_time ? "A time is needed, such as 2026-11-22 10:30 or +2h."
                                       : "A date is needed, such as 2026-11-22 or tomorrow."));
    if (with_time) {
        *value = json_object_new_string(DateTime_format(time, out));
        return true;
    }
    DateTime_to_civil(time, app->zone, &civil);
    *value = json_object_new_string(
        Date_format(Date_from_civil(civil.year, civil.month, civil.day), out));
    return true;
}

static bool read_text(const FieldInfo *info, FormField *field, const char *text, Json **value)
{
    const char *at = strchr(text, '@');

    if (info->type == VALUE_EMAIL && (!at || at == text || !strchr(at, '.') || strchr(text, ' ')))
        return wrong(field, Ui_text("An e-mail address looks like name@example.com."));
    if (info->max_length > 0 && Text_code_points(text) > (size_t)info->max_length) {
        snprintf(field->error, sizeof field->error, Ui_text("At most %d characters."),
                 info->max_length);
        return false;
    }
    *value = json_object_new_string(text);
    return true;
}

static bool read_json(FormField *field, const char *text, Json **value)
{
    Error error = ERROR_NONE;

    *value = Json_parse(text, strlen(text), JSON_BYTES_MAX, &error);
    return *value || wrong(field, error.message);
}

static bool read_list(const char *text, Json **value)
{
    *value = json_object_new_array();
    while (*text) {
        size_t length = strcspn(text, ",");
        size_t start = strspn(text, " "), end = length;
        while (end > start && text[end - 1] == ' ')
            end--;
        if (start < end)
            json_object_array_add(*value,
                                  json_object_new_string_len(text + start, (int)(end - start)));
        text += length + (text[length] == ',' ? 1 : 0);
    }
    return true;
}

static bool read_number(const App *app, const FieldInfo *info, FormField *field, const char *text,
                        Json **value)
{
    int64_t number = 0;
    int scale = info->type == VALUE_FX ? 8 : 4;

    if (!read_scaled(app, text, scale, &number))
        return wrong(field, Ui_text("A number is needed."));
    *value = json_object_new_int64(number);
    return true;
}

bool FieldValue_read(const App *app, const FieldInfo *info, FormField *field, const char *currency,
                     Json **value)
{
    const char *text = FormField_value(field);
    bool done;

    *value = NULL;
    if (!*text)
        return true;
    if (info->is_list && field->kind == FORM_TEXT)
        return read_list(text, value);
    switch (info->type) {
    case VALUE_INT:
        done = read_int(app, info, field, text, value);
        break;
    case VALUE_MONEY:
        done = read_money(app, field, text, currency, value);
        break;
    case VALUE_UNIT_PRICE:
    case VALUE_QUANTITY:
    case VALUE_RATE:
    case VALUE_FX:
        done = read_number(app, info, field, text, value);
        break;
    case VALUE_DATE:
    case VALUE_TIME:
        done = read_date(app, info, field, text, value);
        break;
    case VALUE_BOOL:
        *value = json_object_new_boolean(strcmp(text, "true") == 0);
        return true;
    case VALUE_JSON:
        return read_json(field, text, value);
    case VALUE_TEXT:
    case VALUE_LONG_TEXT:
    case VALUE_EMAIL:
    case VALUE_PHONE:
    case VALUE_URL:
        return read_text(info, field, text, value);
    default:
        *value = json_object_new_string(text);
        return true;
    }
    if (done)
        put_back(field, app, info, *value); /* in its usual form: what was understood shows */
    return done;
}
