/* value_text.c - outside text into stored values. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "model/internal.h"

static bool unreadable(const FieldDef *field, const char *text, const char *hint, Error *error)
{
    char shown[64];
    size_t length = strlen(text);
    size_t fits = Text_fit(text, length > 48 ? 48 : length, 48, NULL);
    snprintf(shown, sizeof shown, "%.*s", (int)fits, text);
    Error_set_field(error, ERROR_TYPE, field->name, "%s: \"%s\" cannot be read as %s.",
                    field->label, shown, FieldType_name(field->type));
    return hint ? Error_hint(error, "%s", hint) : false;
}

static bool parse_bool(const char *text, int64_t *out)
{
    static const char *const yes[] = {"true", "yes", "1", "on", "y"};
    static const char *const no[] = {"false", "no", "0", "off", "n"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
            *out = strcasecmp(text, yes[i]) == 0;
            return true;
        }
    }
    return false;
}

/* "lat_e6" counts in millionths. */
static int scale_of_name(const char *name)
{
    size_t length = strlen(name);
    bool scaled = length > 3 && name[length - 3] == '_' && name[length - 2] == 'e' &&
                  name[length - 1] >= '1' && name[length - 1] <= '9';
    return scaled ? name[length - 1] - '0' : 0;
}

/* Digits after the point of what the alias is written in. */
static int alias_scale(ModelContext *context, const FieldDef *field, const char *currency)
{
    if (!currency || !currency[0])
        currency = context->tenant->currency;
    int exponent = Money_exponent(currency);
    if (exponent < 0)
        exponent = 2;
    switch (field->type) {
    case FIELD_MONEY:
        return exponent;
    case FIELD_UNIT_PRICE:
        return exponent + 4;
    case FIELD_QUANTITY:
        return 4;
    case FIELD_FX:
        return 8;
    case FIELD_INT:
        return scale_of_name(field->name);
    default:
        return 0;
    }
}

static bool parse_number(ModelContext *context, const FieldDef *field, const char *text,
                         bool by_alias, const char *currency, Value *value, Error *error)
{
    int64_t number;
    size_t length = strlen(text);
    if (field->type == FIELD_RATE && length > 1 && length < 40 && text[length - 1] == '%') {
        char digits[40];
        snprintf(digits, sizeof digits, "%.*s", (int)(length - 1), text);
        if (!Number_parse_plain(digits, 4, &number))
            return unreadable(field, text, "Write a rate like 20% or 8.875%.", error);
        *value = Value_int(number);
        return true;
    }
    int scale = by_alias ? alias_scale(context, field, currency) : 0;
    if (strlen(text) > 30 || !Number_parse_plain(text, scale, &number) ||
        (scale == 0 && strchr(text, '.')))
        return unreadable(field, text,
                          by_alias ? "Write it in main units, like 12.50."
                                   : "Write a whole number in its smallest unit.",
                          error);
    *value = Value_int(number);
    return true;
}

static bool parse_moment(ModelContext *context, const FieldDef *field, const char *text,
                         Value *value, Error *error)
{
    int64_t start, end;
    int32_t date;
    const TenantInfo *tenant = context->tenant;
    if (field->type == FIELD_DATE) {
        if (Date_parse(text, &date)) {
            *value = Value_int(date);
            return true;
        }
    } else if (DateTime_parse(text, tenant->zone, &start)) {
        *value = Value_int(start);
        return true;
    }
    if (!DateTime_parse_relative(text, context->now, tenant->zone, tenant->week_start, &start,
                                 &end))
        return unreadable(field, text,
                          field->type == FIELD_DATE ? "Write it like 2026-11-22, today or +3d."
                                                    : "Write it like 2026-11-22T10:00, now or +3d.",
                          error);
    if (field->type == FIELD_DATE) {
        CivilTime civil;
        DateTime_to_civil(start, tenant->zone, &civil);
        *value = Value_int(Date_from_civil(civil.year, civil.month, civil.day));
    } else {
        *value = Value_int(start);
    }
    return true;
}

static bool parse_reference(ModelContext *context, const FieldDef *field, const char *text,
                            Value *value, Error *error)
{
    const ResourceDef *target = NULL;
    Uid uid;
    int prefix = 0;
    if (field->type == FIELD_RECORD) {
        char name[64];
        if (Uid_parse(text, NULL, &uid, &prefix) && prefix < (int)sizeof name) {
            snprintf(name, sizeof name, "%.*s", prefix, text);
            target = Resource_find_prefix(name);
        }
    } else {
        target = Model_resource(field->reference);
    }
    if (!target)
        return unreadable(field, text, "Give the id of the record.", error);
    int64_t id = Model_resolve(context, target, text, error);
    if (!id) {
        char code[sizeof error->code];
        if (error && Error_is(error, ERROR_NOT_FOUND)) {
            snprintf(code, sizeof code, "%s", ERROR_REFERENCE);
            memcpy(error->code, code, sizeof code);
        }
        if (error)
            snprintf(error->field, sizeof error->field, "%s", field->name);
        return false;
    }
    *value = Value_int(id);
    return true;
}

static bool parse_choice(const FieldDef *field, const char *text, Value *value)
{
    *value = Value_text(text);
    if (Field_has_choice(field, text))
        return true;
    for (int i = 0; i < field->choice_count; i++) {
        if (Text_equal_loose(text, field->choices[i].key) ||
            Text_equal_loose(text, field->choices[i].label)) {
            *value = Value_text(field->choices[i].key);
            break;
        }
    }
    return true;
}

/* "a, b" or ["a","b"] */
static bool parse_list(ModelContext *context, const FieldDef *field, const char *text, Value *value,
                       Error *error)
{
    Buffer json = BUFFER_EMPTY;
    if (text[strspn(text, " ")] == '[') {
        *value = Value_text(text);
        return true;
    }
    Buffer_putc(&json, '[');
    for (bool first = true; *text;) {
        size_t length = strcspn(text, ",;"), lead = strspn(text, " ");
        size_t end = length;
        while (end > lead && text[end - 1] == ' ')
            end--;
        if (end > lead) {
            if (!first)
                Buffer_putc(&json, ',');
            first = false;
            if (field->type == FIELD_REFERENCE) {
                Value one;
                char *label = Arena_strndup(context->arena, text + lead, end - lead);
                if (!parse_reference(context, field, label, &one, error)) {
                    Buffer_free(&json);
                    return false;
                }
                Buffer_printf(&json, "%lld", (long long)one.integer);
            } else {
                Json_append_string(&json, text + lead, end - lead);
            }
        }
        text += length + (text[length] != '\0');
    }
    Buffer_putc(&json, ']');
    *value = Value_text(Arena_strdup(context->arena, Buffer_text(&json)));
    Buffer_free(&json);
    return true;
}

static bool parse_bytes(ModelContext *context, const FieldDef *field, const char *text,
                        Value *value, Error *error)
{
    if (field->type == FIELD_UID) {
        Uid *uid = ARENA_NEW(context->arena, Uid);
        if (!uid || !Uid_parse(text, NULL, uid, NULL))
            return unreadable(field, text, NULL, error);
        *value = Value_blob(uid->bytes, UID_BYTES);
        return true;
    }
    return Model_unhex(context->arena, text, value) ||
           unreadable(field, text, "Write the bytes as hexadecimal digits.", error);
}

static bool seal_secret(ModelContext *context, const FieldDef *field, const char *text,
                        Value *value, Error *error)
{
    Buffer sealed = BUFFER_EMPTY;
    char place[200];
    if (!context->tenant->key)
        return Error_set_field(error, ERROR_FORBIDDEN, field->name,
                               "%s cannot be stored: the tenant's key is not open.", field->label);
    snprintf(place, sizeof place, "%s|%s", context->tenant->slug, field->name);
    if (!Seal_close(context->tenant->key, place, text, strlen(text), &sealed)) {
        Buffer_free(&sealed);
        return Error_set_field(error, ERROR_INTERNAL, field->name, "%s could not be sealed.",
                               field->label);
    }
    char *copy = Arena_alloc(context->arena, sealed.length + 1);
    if (copy)
        memcpy(copy, sealed.data, sealed.length);
    *value = Value_blob(copy, copy ? sealed.length : 0);
    Buffer_free(&sealed);
    return copy != NULL;
}

bool Value_parse(ModelContext *context, const FieldDef *field, const char *text, bool by_alias,
                 const char *currency, Value *value, Error *error)
{
    if (!text || (!text[0] && field->type != FIELD_SECRET)) {
        *value = Value_null();
        return true;
    }
    if (field->flags & FIELD_LIST)
        return parse_list(context, field, text, value, error);
    switch (field->type) {
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_UNIT_PRICE:
    case FIELD_RATE:
    case FIELD_QUANTITY:
    case FIELD_FX:
        return parse_number(context, field, text, by_alias, currency, value, error);
    case FIELD_BOOL:
        value->kind = VALUE_INT;
        return parse_bool(text, &value->integer) ||
               unreadable(field, text, "Write true or false.", error);
    case FIELD_TIME:
    case FIELD_DATE:
        return parse_moment(context, field, text, value, error);
    case FIELD_REFERENCE:
    case FIELD_RECORD:
        return parse_reference(context, field, text, value, error);
    case FIELD_ENUM:
        return parse_choice(field, text, value);
    case FIELD_UID:
    case FIELD_BLOB:
        return parse_bytes(context, field, text, value, error);
    case FIELD_SECRET:
        return seal_secret(context, field, text, value, error);
    default:
        *value = Value_text(text);
        return true;
    }
}

bool Record_value_from_text(ModelContext *context, const FieldDef *field, const char *text,
                            Value *value, Error *error)
{
    return Value_parse(context, field, text, false, NULL, value, error) &&
           Validate_value(context, field, value, error);
}
