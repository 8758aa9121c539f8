#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "model/exchange/columns.h"
#include "model/exchange/countries.h"
#include "model/exchange/csv_write.h"
#include "model/exchange/import_private.h"
#include "model/exchange/mapping.h"
#include "model/internal.h"

/* ---- text ----------------------------------------------------------------------------------- */

static const char *trimmed(Arena *arena, const char *text)
{
    size_t length;

    text += strspn(text, " \t\r\n");
    length = strlen(text);
    if (length == 0 || !strchr(" \t\r\n", text[length - 1]))
        return text;
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    return Arena_strndup(arena, text, length);
}

const char *Convert_text(const Conversion *conversion, const char *cell, bool *is_null)
{
    const ImportPlan *plan = conversion->plan;

    *is_null = false;
    if (!cell || *cell == '\0')
        return NULL;
    if (strcmp(cell, "\\N") == 0) {
        *is_null = true;
        return NULL;
    }
    if (plan->facts.kind == FILE_SEPARATED)
        cell = Csv_unguarded(cell);
    else if (plan->facts.kind == FILE_JSON && *cell == '\'' &&
             strcmp(cell + strspn(cell, "'"), "\\N") == 0)
        cell++;
    /* Our own exports come back to the byte. */
    if (plan->facts.kind == FILE_SEPARATED && !plan->match_by_id)
        cell = trimmed(conversion->arena, cell);
    return cell && *cell ? cell : NULL;
}

static CellResult fail(Issue *issue, Conversion *conversion, const ImportColumn *column,
                       const char *text, const char *code, const char *what)
{
    *issue = (Issue){
        .column = column->header,
        .value = Arena_strdup(conversion->arena, text),
        .code = code,
        .message = Arena_printf(conversion->arena, "\"%.80s\" %s.", text, what),
    };
    return CELL_FAILED;
}

/* ---- numbers -------------------------------------------------------------------------------- */

/* {"minor":1250,"currency":"EUR"} as our JSON writes it. */
static bool read_money_object(Conversion *conversion, const char *text, Value *value)
{
    Error ignored = ERROR_NONE;
    Json *object, *minor;
    const char *currency;
    bool found;

    if (*text != '{')
        return false;
    object = Json_parse(text, strlen(text), JSON_BYTES_MAX, &ignored);
    minor = object ? Json_get(object, "minor") : NULL;
    found = minor && json_object_is_type(minor, json_type_int);
    if (found) {
        *value = Value_int(json_object_get_int64(minor));
        currency = Json_text(object, "currency");
        if (currency && !conversion->currency[0])
            conversion->currency = Arena_strdup(conversion->arena, currency);
    }
    json_object_put(object);
    return found;
}

/* Digits behind the point in which the field is stored. */
static int scale_of(const Conversion *conversion, const FieldDef *field)
{
    const char *currency =
        conversion->currency[0] ? conversion->currency : conversion->tenant->currency;
    int exponent = Money_exponent(currency);

    if (exponent < 0)
        exponent = 2;
    switch (field->type) {
    case FIELD_MONEY:
        return exponent;
    case FIELD_UNIT_PRICE:
        return exponent + 4;
    case FIELD_FX:
        return 8;
    default:
        return 4;
    }
}

static CellResult read_amount(Conversion *conversion, const ImportColumn *column,
                              const FieldDef *field, const char *text, Value *value, Issue *issue)
{
    char currency[4] = "";
    bool percent = false, major = column->target.major || column->target.kind == TARGET_CUSTOM;
    int64_t scaled;

    if (read_money_object(conversion, text, value))
        return CELL_VALUE;
    if (!major && Number_parse_plain(text, 0, &scaled) && !strchr(text, '.')) {
        *value = Value_int(scaled);
        return CELL_VALUE;
    }
    if (!Number_parse(text, column->numbers, scale_of(conversion, field), &scaled, currency,
                      &percent))
        return fail(issue, conversion, column, text, ERROR_TYPE, "cannot be read as an amount");
    if (currency[0] && !conversion->currency[0]) {
        conversion->currency = Arena_strdup(conversion->arena, currency);
        Number_parse(text, column->numbers, scale_of(conversion, field), &scaled, currency,
                     &percent);
    }
    *value = Value_int(scaled);
    return CELL_VALUE;
}

/* 20% and 20 are twenty percent, 0.2 is too; our own JSON gives parts per million. */
static CellResult read_rate(Conversion *conversion, const ImportColumn *column, const char *text,
                            Value *value, Issue *issue)
{
    bool percent = false;
    char currency[4];
    int64_t scaled;

    if (conversion->plan->facts.kind == FILE_JSON && Number_parse_plain(text, 0, &scaled) &&
        !strchr(text, '.')) {
        *value = Value_int(scaled);
        return CELL_VALUE;
    }
    if (!Number_parse(text, column->numbers, 4, &scaled, currency, &percent))
        return fail(issue, conversion, column, text, ERROR_TYPE, "cannot be read as a rate");
    if (!percent && scaled >= -10000 && scaled <= 10000 &&
        !Number_parse(text, column->numbers, 6, &scaled, currency, &percent))
        return fail(issue, conversion, column, text, ERROR_TYPE, "cannot be read as a rate");
    *value = Value_int(scaled);
    return CELL_VALUE;
}

static CellResult read_integer(Conversion *conversion, const ImportColumn *column, const char *text,
                               Value *value, Issue *issue)
{
    bool percent;
    char currency[4];
    int64_t scaled;

    if (Number_parse_plain(text, 0, &scaled) && !strchr(text, '.')) {
        *value = Value_int(scaled);
        return CELL_VALUE;
    }
    if (!Number_parse(text, column->numbers, 4, &scaled, currency, &percent))
        return fail(issue, conversion, column, text, ERROR_TYPE, "cannot be read as a number");
    if (scaled % 10000 != 0)
        return fail(issue, conversion, column, text, ERROR_TYPE, "is not a whole number");
    *value = Value_int(scaled / 10000);
    return CELL_VALUE;
}

static CellResult read_decimal(Conversion *conversion, const ImportColumn *column,
                               const FieldDef *field, const char *text, Value *value, Issue *issue)
{
    if (column->target.kind == TARGET_CUSTOM && conversion->plan->facts.kind == FILE_JSON &&
        conversion->plan->match_by_id && Number_parse_plain(text, 0, &value->integer) &&
        !strchr(text, '.')) {
        value->kind = VALUE_INT; /* our own JSON: as stored */
        return CELL_VALUE;
    }
    return read_amount(conversion, column, field, text, value, issue);
}

/* ---- dates ---------------------------------------------------------------------------------- */

static CellResult read_moment(Conversion *conversion, const ImportColumn *column,
                              const FieldDef *field, const char *text, Value *value, Issue *issue)
{
    const char *zone = conversion->tenant->zone;
    CivilTime civil;
    int64_t time;
    bool has_time;
    int32_t date;

    if (field->type == FIELD_DATE && Date_parse(text, &date)) {
        *value = Value_int(date);
        return CELL_VALUE;
    }
    if (!(strlen(text) >= 11 && text[4] == '-' && DateTime_parse(text, zone, &time)) &&
        !Number_parse_date(text, column->order, zone, &time, &has_time))
        return fail(issue, conversion, column, text, ERROR_TYPE, "cannot be read as a date");
    if (field->type == FIELD_TIME) {
        *value = Value_int(time);
        return CELL_VALUE;
    }
    DateTime_to_civil(time, zone, &civil);
    *value = Value_int(Date_from_civil(civil.year, civil.month, civil.day));
    return CELL_VALUE;
}

/* ---- words ---------------------------------------------------------------------------------- */

static const char *find_choice(const ImportPlan *plan, const ImportColumn *column,
                               const FieldDef *field, const char *text)
{
    if (field->type == FIELD_COUNTRY)
        return Country_find(text);
    if (column->target.kind != TARGET_CUSTOM)
        return Mapping_choice(plan, &column->target, text);
    for (int i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i].key, text) == 0)
            return field->choices[i].key;
    for (int i = 0; i < field->choice_count; i++)
        if (Text_equal_loose(field->choices[i].label, text) ||
            Text_equal_loose(field->choices[i].key, text))
            return field->choices[i].key;
    return NULL;
}

/* Columns repeat their few words: each is looked for once. */
const char *Convert_known_choice(Import *import, const ImportColumn *column, const FieldDef *field,
                                 const char *text)
{
    ImportPlan *plan = import->plan;
    ptrdiff_t index = column - plan->columns;
    ChoiceCache *cache;
    uint32_t slot = 2166136261u;
    const char *key;

    /* A constant of a preset is no column of the file. */
    if (index < 0 || (size_t)index >= plan->column_count)
        return find_choice(plan, column, field, text);
    if (!import->choices[index])
        import->choices[index] = ARENA_NEW(plan->arena, ChoiceCache);
    cache = import->choices[index];
    for (const char *at = text; *at; at++)
        slot = (slot ^ (uint8_t)*at) * 16777619u;
    slot %= CHOICE_SLOTS;
    while (cache && cache->texts[slot] && strcmp(cache->texts[slot], text) != 0)
        slot = (slot + 1) % CHOICE_SLOTS;
    if (cache && cache->texts[slot])
        return cache->keys[slot];
    key = find_choice(plan, column, field, text);
    if (cache && cache->count < CHOICE_SLOTS / 2) {
        cache->keys[slot] = key;
        cache->texts[slot] = Arena_strdup(plan->arena, text);
        cache->count += cache->texts[slot] != NULL;
    }
    return key;
}

static CellResult read_choice(Conversion *conversion, const ImportColumn *column,
                              const FieldDef *field, const char *text, Value *value, Issue *issue)
{
    const char *key = Convert_known_choice(conversion->import, column, field, text);

    if (!key && strcmp(field->name, "source") == 0 && Field_has_choice(field, "other")) {
        Import_tally(
            conversion->import, column->header,
            "is not one of the sources; taken as \"other\", the text kept in source_detail", text,
            conversion->row);
        *value = Value_text(Arena_strdup(conversion->arena, text));
        return CELL_KEPT;
    }
    if (!key)
        return fail(issue, conversion, column, text, ERROR_ENUM, "is not one of the choices");
    *value = Value_text(key);
    return CELL_VALUE;
}

static CellResult read_country(Conversion *conversion, const ImportColumn *column,
                               const FieldDef *field, const char *text, Value *value, Issue *issue)
{
    const char *code = Convert_known_choice(conversion->import, column, field, text);

    if (code) {
        *value = Value_text(code);
        if (!conversion->country[0])
            conversion->country = code;
        return CELL_VALUE;
    }
    if (field->flags & FIELD_REQUIRED || !column->rest_key)
        return fail(issue, conversion, column, text, ERROR_TYPE, "is not a country");
    Import_tally(conversion->import, column->header,
                 "is not a country; the text is kept in a custom "
                 "field",
                 text, conversion->row);
    *value = Value_text(Arena_strdup(conversion->arena, text));
    return CELL_KEPT;
}

static CellResult read_boolean(Conversion *conversion, const ImportColumn *column, const char *text,
                               Value *value, Issue *issue)
{
    const char *word = conversion->plan->preset
                           ? Preset_enum(conversion->plan->preset, column->target.path, text)
                           : NULL;
    int truth = Column_boolean(word ? word : text);

    if (truth < 0)
        return fail(issue, conversion, column, text, ERROR_TYPE, "is neither yes nor no");
    *value = Value_int(truth);
    return CELL_VALUE;
}

static CellResult read_currency(Conversion *conversion, const ImportColumn *column,
                                const char *text, Value *value, Issue *issue)
{
    char *code = Arena_strdup(conversion->arena, text);

    for (char *at = code; at && *at; at++)
        *at = (char)toupper((unsigned char)*at);
    if (!code || !Money_currency_exists(code))
        return fail(issue, conversion, column, text, ERROR_TYPE, "is not a currency code");
    conversion->currency = code;
    *value = Value_text(code);
    return CELL_VALUE;
}

/* a; b; c or a JSON array */
static CellResult read_list(Conversion *conversion, const FieldDef *field, const char *text,
                            Value *value)
{
    Buffer json = BUFFER_EMPTY;
    bool first = true;
    char separator = strchr(text, ';') ? ';' : strchr(text, '|') ? '|' : ',';

    if (*text == '[') {
        *value = Value_text(Arena_strdup(conversion->arena, text));
        return CELL_VALUE;
    }
    Buffer_putc(&json, '[');
    while (*text) {
        const char *end = strchr(text, separator);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        const char *item =
            trimmed(conversion->arena, Arena_strndup(conversion->arena, text, length));

        if (item && *item) {
            if (!first)
                Buffer_putc(&json, ',');
            first = false;
            Json_append_string(&json, item, strlen(item));
        }
        text += length + (end != NULL);
    }
    Buffer_putc(&json, ']');
    *value = Value_text(Arena_strdup(conversion->arena, Buffer_text(&json)));
    Buffer_free(&json);
    return CELL_VALUE;
}

/* {"id":"company_...","label":"Acme"} gives the id. */
static CellResult read_reference(Conversion *conversion, const char *text, Value *value)
{
    if (*text == '{') {
        Error ignored = ERROR_NONE;
        Json *object = Json_parse(text, strlen(text), JSON_BYTES_MAX, &ignored);
        const char *id = object ? Json_text(object, "id") : NULL;

        if (id)
            text = id;
        *value = Value_text(Arena_strdup(conversion->arena, text));
        json_object_put(object);
        return CELL_REFERENCE;
    }
    *value = Value_text(Arena_strdup(conversion->arena, text));
    return CELL_REFERENCE;
}

/* ---- by type -------------------------------------------------------------------------------- */

static const char *without_apostrophe(const FieldDef *field, const char *text)
{
    bool numberish = field->type == FIELD_PHONE || strstr(field->name, "postal_code") ||
                     strstr(field->name, "external");

    return numberish && *text == '\'' && (isdigit((unsigned char)text[1]) || text[1] == '+')
               ? text + 1
               : text;
}

CellResult Convert_cell(Conversion *conversion, const ImportColumn *column, const FieldDef *field,
                        const char *cell, Value *value, Issue *issue)
{
    bool is_null;
    const char *text = Convert_text(conversion, cell, &is_null);

    if (is_null)
        return CELL_NULL;
    if (text && !FieldType_is_text(field->type))
        text = trimmed(conversion->arena, text);
    if (!text || !*text)
        return CELL_BLANK;
    if (field->flags & FIELD_LIST && field->type != FIELD_REFERENCE)
        return read_list(conversion, field, text, value);
    switch (field->type) {
    case FIELD_INT:
        return read_integer(conversion, column, text, value, issue);
    case FIELD_BOOL:
        return read_boolean(conversion, column, text, value, issue);
    case FIELD_RATE:
        return read_rate(conversion, column, text, value, issue);
    case FIELD_QUANTITY:
        return read_decimal(conversion, column, field, text, value, issue);
    case FIELD_MONEY:
    case FIELD_UNIT_PRICE:
    case FIELD_FX:
        return read_amount(conversion, column, field, text, value, issue);
    case FIELD_DATE:
    case FIELD_TIME:
        return read_moment(conversion, column, field, text, value, issue);
    case FIELD_ENUM:
        return read_choice(conversion, column, field, text, value, issue);
    case FIELD_COUNTRY:
        return read_country(conversion, column, field, text, value, issue);
    case FIELD_CURRENCY:
        return read_currency(conversion, column, text, value, issue);
    case FIELD_REFERENCE:
    case FIELD_RECORD:
        return read_reference(conversion, text, value);
    case FIELD_SECRET:
        return *text == '{' ? CELL_BLANK
                            : fail(issue, conversion, column, "***", ERROR_RULE,
                                   "is a secret and cannot be imported");
    default:
        *value = Value_text(Arena_strdup(conversion->arena, without_apostrophe(field, text)));
        return CELL_VALUE;
    }
}
