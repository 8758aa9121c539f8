/* validate.c - what a stored value must be; messages name the field. */
#include <ctype.h>
#include <string.h>
#include "model/internal.h"

#define TEXT_MAX 10000              /* code points of a text without a limit of its own */
#define LONG_TEXT_MAX (1024 * 1024) /* bytes of a long text or JSON */
#define EMAIL_MAX 254

static bool host_is_fine(const char *host)
{
    bool dot = false;
    if (!*host || *host == '.' || *host == '-')
        return false;
    for (const char *c = host; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (!(isalnum(byte) || byte == '-' || byte == '.' || byte >= 0x80))
            return false;
        if (byte == '.') {
            if (c[1] == '.' || c[1] == '\0')
                return false;
            dot = true;
        }
    }
    return dot;
}

bool Email_normalise(Arena *arena, const char *text, char **normalised)
{
    const char *at = strrchr(text, '@');
    size_t length = strlen(text);
    if (!at || at == text || length > EMAIL_MAX || at - text > 64 || !host_is_fine(at + 1))
        return false;
    for (const char *c = text; c < at; c++) {
        if ((unsigned char)*c <= ' ' || *c == '@' || strchr("<>()[],;:\\\"\x7f", *c))
            return false;
    }
    if (text[0] == '.' || at[-1] == '.' || strstr(text, ".."))
        return false;
    *normalised = Text_folded(arena, text);
    return true;
}

static bool check_email(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    char *normal, *text = Arena_strdup(context->arena, value->text);
    size_t start = strspn(text ? text : "", " \t\n"), end = text ? strlen(text) : 0;
    while (end > start && strchr(" \t\n", text[end - 1]))
        text[--end] = '\0';
    if (!text || !Email_normalise(context->arena, text + start, &normal))
        return Error_set_field(error, ERROR_TYPE, field->name,
                               "%s is not an e-mail address like name@example.com.", field->label);
    *value = Value_text(text + start);
    return true;
}

static bool check_url(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:", "sip:"};
    const char *text = value->text;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t length = strlen(schemes[i]);
        if (strncasecmp(text, schemes[i], length) == 0 && text[length] && !strpbrk(text, " \n\t"))
            return true;
    }
    if (!strpbrk(text, " :\n\t") && strchr(text, '.') && text[0] != '.' && text[0] != '/')
        return true;
    Error_set_field(error, ERROR_TYPE, field->name, "%s is not a web address.", field->label);
    return Error_hint(error, "Write it like https://example.com.");
}

static bool check_slug(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    const char *text = value->text;
    for (const char *c = text; *c; c++) {
        if (!((*c >= 'a' && *c <= 'z') || isdigit((unsigned char)*c) || *c == '-' || *c == '_'))
            return Error_set_field(error, ERROR_TYPE, field->name,
                                   "%s may hold only a-z, 0-9, - and _.", field->label);
    }
    return true;
}

static char *upper(Arena *arena, const char *text)
{
    char *copy = Arena_strdup(arena, text);
    for (char *c = copy; c && *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

static bool check_currency(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    char *code = upper(context->arena, value->text);
    if (!code || !Money_currency_exists(code))
        return Error_set_field(error, ERROR_TYPE, field->name,
                               "%s is not a currency code like EUR or USD.", field->label);
    *value = Value_text(code);
    return true;
}

static bool check_country(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    char *code = upper(context->arena, value->text);
    if (!code || strlen(code) != 2 || !Money_currency_of_country(code))
        return Error_set_field(error, ERROR_TYPE, field->name,
                               "%s is not a two-letter country code like DE or US.", field->label);
    *value = Value_text(code);
    return true;
}

static bool check_language(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    const char *text = value->text;
    size_t part = 0, parts = 0;
    for (const char *c = text;; c++) {
        if (isalnum((unsigned char)*c) && (parts || isalpha((unsigned char)*c))) {
            part++;
        } else if ((*c == '-' || *c == '\0') && part >= (parts ? 1u : 2u) && part <= 8) {
            parts++;
            part = 0;
            if (!*c)
                return true;
        } else {
            return Error_set_field(error, ERROR_TYPE, field->name,
                                   "%s is not a language code like en or pt-BR.", field->label);
        }
    }
}

static bool check_zone(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    if (DateTime_zone_exists(value->text))
        return true;
    return Error_set_field(error, ERROR_TYPE, field->name,
                           "%s is not a time zone like Europe/Berlin.", field->label);
}

const char *Text_nearest_choice(const FieldDef *field, const char *text)
{
    const char *names[256];
    size_t count = 0;
    for (int i = 0; i < field->choice_count && count < 256; i++)
        names[count++] = field->choices[i].key;
    return Text_nearest(text, names, count);
}

static bool check_choice(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    if (!field->choice_count || Field_has_choice(field, value->text))
        return true;
    const char *nearest = Text_nearest_choice(field, value->text);
    char shown[48];
    size_t fits = Text_fit(value->text, value->length > 40 ? 40 : value->length, 40, NULL);
    snprintf(shown, sizeof shown, "%.*s", (int)fits, value->text);
    Error_set_field(error, ERROR_ENUM, field->name, "%s has no choice \"%s\".", field->label,
                    shown);
    if (nearest)
        return Error_hint(error, "Did you mean %s?", nearest);
    Buffer list = BUFFER_EMPTY;
    for (int i = 0; i < field->choice_count && list.length < 180; i++)
        Buffer_printf(&list, "%s%s", i ? ", " : "", field->choices[i].key);
    Error_hint(error, "Choices: %s.", Buffer_text(&list));
    Buffer_free(&list);
    return false;
}

static bool check_json(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    if (value->length > LONG_TEXT_MAX)
        return Error_set_field(error, ERROR_TOO_LONG, field->name, "%s is longer than 1 MiB.",
                               field->label);
    Error inner = ERROR_NONE;
    Json *json = Json_parse(value->text, value->length, LONG_TEXT_MAX, &inner);
    if (!json && !(value->length == 4 && memcmp(value->text, "null", 4) == 0))
        return Error_set_field(error, ERROR_TYPE, field->name, "%s is not valid JSON: %s",
                               field->label, inner.message);
    json_object_put(json);
    return true;
}

typedef bool (*TextCheck)(ModelContext *, const FieldDef *, Value *, Error *);
static const TextCheck TEXT_CHECKS[] = {
    [FIELD_EMAIL] = check_email,     [FIELD_URL] = check_url,
    [FIELD_SLUG] = check_slug,       [FIELD_CURRENCY] = check_currency,
    [FIELD_COUNTRY] = check_country, [FIELD_LANGUAGE] = check_language,
    [FIELD_ZONE] = check_zone,       [FIELD_ENUM] = check_choice,
    [FIELD_JSON] = check_json,       [FIELD_SECRET] = NULL,
};

static bool check_length(const FieldDef *field, const Value *value, Error *error)
{
    size_t limit = field->max_length ? (size_t)field->max_length : TEXT_MAX;
    if ((field->type == FIELD_LONG_TEXT || field->type == FIELD_JSON) && !field->max_length) {
        if (value->length > LONG_TEXT_MAX)
            return Error_set_field(error, ERROR_TOO_LONG, field->name, "%s is longer than 1 MiB.",
                                   field->label);
        return true;
    }
    if (value->length <= limit)
        return true;
    size_t points = Text_code_points(value->text);
    if (points > limit)
        return Error_set_field(error, ERROR_TOO_LONG, field->name,
                               "%s has %zu characters; at most %zu fit.", field->label, points,
                               limit);
    return true;
}

/* UTF-8 only; NUL refused; other controls removed. */
static bool clean_text(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    if (memchr(value->text, 0, value->length))
        return Error_set_field(error, ERROR_TYPE, field->name, "%s holds a NUL character.",
                               field->label);
    if (!Text_is_utf8(value->text, value->length))
        return Error_set_field(error, ERROR_TYPE, field->name, "%s is not valid UTF-8 text.",
                               field->label);
    bool removed = false;
    char *clean = Text_without_controls(context->arena, value->text, value->length, &removed);
    if (!clean)
        return Error_set(error, ERROR_LIMIT,
                         "The text needs more memory than one request may take.");
    if (removed)
        *value = Value_text(clean);
    return true;
}

static bool check_range(const FieldDef *field, const Value *value, Error *error)
{
    if (field->type == FIELD_BOOL && value->integer != 0 && value->integer != 1)
        return Error_set_field(error, ERROR_TYPE, field->name, "%s is true or false.",
                               field->label);
    if (field->has_minimum && value->integer < field->minimum)
        return Error_set_field(error, ERROR_RULE, field->name, "%s must be at least %lld.",
                               field->label, (long long)field->minimum);
    if (field->has_maximum && value->integer > field->maximum)
        return Error_set_field(error, ERROR_RULE, field->name, "%s must be at most %lld.",
                               field->label, (long long)field->maximum);
    return true;
}

bool Validate_value(ModelContext *context, const FieldDef *field, Value *value, Error *error)
{
    if (!Value_given(value))
        return true;
    enum ValueKind kind = Field_storage(field);
    if (value->kind != kind && !(kind == VALUE_BLOB && value->kind == VALUE_TEXT))
        return Error_set_field(error, ERROR_TYPE, field->name, "%s cannot be read as %s.",
                               field->label, FieldType_name(field->type));
    if (kind == VALUE_INT)
        return check_range(field, value, error);
    if (kind == VALUE_BLOB)
        return true;
    if (!clean_text(context, field, value, error))
        return false;
    if (value->length == 0) {
        *value = Value_null();
        return true;
    }
    if (field->flags & FIELD_LIST)
        return check_json(context, field, value, error);
    TextCheck check = (size_t)field->type < sizeof TEXT_CHECKS / sizeof TEXT_CHECKS[0]
                          ? TEXT_CHECKS[field->type]
                          : NULL;
    /* A code that is too long is simply no such code. */
    bool code = field->type >= FIELD_CURRENCY && field->type <= FIELD_ZONE;
    return (code || check_length(field, value, error)) &&
           (!check || check(context, field, value, error));
}

bool Validate_record(ModelContext *context, const Record *old, Record *record, Error *error)
{
    for (int i = record->resource->first_own; i < record->resource->field_count; i++) {
        if (!Record_set(record, i) || (old && Value_equal(&old->values[i], &record->values[i])))
            continue;
        if (!Validate_value(context, &record->resource->fields[i], &record->values[i], error))
            return false;
    }
    return true;
}

bool Validate_required(ModelContext *context, const Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    for (int i = resource->first_own; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        if (field->flags & FIELD_REQUIRED && !Value_given(&record->values[i]))
            return Error_set_field(error, ERROR_REQUIRED, field->name, "%s is missing.",
                                   field->label);
    }
    return true;
}

/* ---- references --------------------------------------------------------------------------- */

static bool row_exists(ModelContext *context, const ResourceDef *target, int64_t id, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT 1 FROM %s WHERE id = ?1 AND tenant_id = ?2%s", target->table,
               target->parent || target->append_only ? "" : " AND deleted_at IS NULL");
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, id);
    Statement_bind_int(statement, 2, context->tenant->id);
    return Statement_scalar(statement, 0, error) == 1;
}

bool Validate_references(ModelContext *context, const Record *old, const Record *record,
                         Error *error)
{
    const ResourceDef *resource = record->resource;
    for (int i = resource->first_own; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        if (field->type != FIELD_REFERENCE || field->flags & FIELD_LIST ||
            !Value_given(&record->values[i]) ||
            (old && Value_equal(&old->values[i], &record->values[i])))
            continue;
        const ResourceDef *target = Model_resource(field->reference);
        if (!target || target->system)
            continue;
        if (!row_exists(context, target, record->values[i].integer, error))
            return Error_present(error) && !Error_is(error, ERROR_REFERENCE)
                       ? false
                       : Error_set_field(error, ERROR_REFERENCE, field->name,
                                         "%s refers to a %s that is not there.", field->label,
                                         target->label);
    }
    return true;
}
