#include "model/generate/notation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "model/generate/describe.h"

enum { TEXT_LENGTH = 255, LONG_TEXT_LENGTH = 100000, CHOICES_MAX = 64 };

typedef struct TypeName {
    const char *name;
    FieldType type;
    int max_length;
    Composite composite;
} TypeName;

static const TypeName TYPES[] = {
    {"int", FIELD_INT, 0, COMPOSITE_NONE},
    {"bool", FIELD_BOOL, 0, COMPOSITE_NONE},
    {"str", FIELD_TEXT, TEXT_LENGTH, COMPOSITE_NONE},
    {"text", FIELD_LONG_TEXT, LONG_TEXT_LENGTH, COMPOSITE_NONE},
    {"enum", FIELD_ENUM, 0, COMPOSITE_NONE},
    {"money", FIELD_MONEY, 0, COMPOSITE_NONE},
    {"unit_price", FIELD_UNIT_PRICE, 0, COMPOSITE_NONE},
    {"rate", FIELD_RATE, 0, COMPOSITE_NONE},
    {"qty", FIELD_QUANTITY, 0, COMPOSITE_NONE},
    {"fx", FIELD_FX, 0, COMPOSITE_NONE},
    {"ts", FIELD_TIME, 0, COMPOSITE_NONE},
    {"date", FIELD_DATE, 0, COMPOSITE_NONE},
    {"ccy", FIELD_CURRENCY, 3, COMPOSITE_NONE},
    {"country", FIELD_COUNTRY, 2, COMPOSITE_NONE},
    {"lang", FIELD_LANGUAGE, 35, COMPOSITE_NONE},
    {"tz", FIELD_ZONE, 64, COMPOSITE_NONE},
    {"email", FIELD_EMAIL, 254, COMPOSITE_NONE},
    {"phone", FIELD_PHONE, 64, COMPOSITE_PHONE},
    {"url", FIELD_URL, 2048, COMPOSITE_NONE},
    {"slug", FIELD_SLUG, 128, COMPOSITE_NONE},
    {"ref", FIELD_REFERENCE, 0, COMPOSITE_NONE},
    {"refs", FIELD_JSON, 0, COMPOSITE_NONE},
    {"record", FIELD_RECORD, 0, COMPOSITE_NONE},
    {"uid", FIELD_UID, 0, COMPOSITE_NONE},
    {"json", FIELD_JSON, 0, COMPOSITE_NONE},
    {"blob", FIELD_BLOB, 0, COMPOSITE_NONE},
    {"secret", FIELD_SECRET, 0, COMPOSITE_NONE},
    {"addr", FIELD_TEXT, 0, COMPOSITE_ADDRESS},
    {"addr_snapshot", FIELD_TEXT, 0, COMPOSITE_SNAPSHOT},
};

static const struct {
    const char *word;
    unsigned flag;
} WORDS[] = {
    {"derived", FIELD_DERIVED},
    {"personal", FIELD_PERSONAL},
    {"hidden", FIELD_HIDDEN},
    {"immutable", FIELD_IMMUTABLE},
};

typedef struct Reader {
    Arena *arena;
    const char *start, *at;
    Notation *notation;
    bool typed; /* the type has been read */
    Error *error;
} Reader;

__attribute__((format(printf, 3, 4))) static bool fail(Reader *reader, const char *at,
                                                       const char *format, ...)
{
    char message[200];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    Error_set(reader->error, ERROR_SYNTAX, "%s", message);
    return Error_at(reader->error, 1, (int)(at - reader->start) + 1);
}

static const TypeName *find_type(const char *name)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(TYPES[i].name, name) == 0)
            return &TYPES[i];
    return NULL;
}

static bool unknown_type(Reader *reader, const char *at, const char *name)
{
    const char *names[sizeof TYPES / sizeof *TYPES];
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        names[i] = TYPES[i].name;
    const char *nearest = Text_nearest(name, names, sizeof TYPES / sizeof *TYPES);
    fail(reader, at, "unknown field type \"%s\"", name);
    return nearest ? Error_hint(reader->error, "Did you mean \"%s\"?", nearest) : false;
}

/* The choices between the brackets of enum[...]. */
static bool read_choices(Reader *reader, const char *inside, size_t length)
{
    Choice *choices = ARENA_ARRAY(reader->arena, Choice, CHOICES_MAX);
    int count = 0;
    const char *at = inside, *end = inside + length;
    while (choices && at < end) {
        size_t skip = strspn(at, " ,");
        at += skip;
        size_t bytes = strcspn(at, " ,]");
        if (at >= end || bytes == 0)
            break;
        if (count == CHOICES_MAX)
            return fail(reader, at, "more than %s choices", "64");
        const char *key = Arena_strndup(reader->arena, at, bytes);
        for (int i = 0; i < count; i++)
            if (strcmp(choices[i].key, key) == 0)
                return fail(reader, at, "choice \"%s\" is there twice", key);
        choices[count++] = (Choice){key, Label_of_choice(reader->arena, key)};
        at += bytes;
    }
    if (count == 0)
        return fail(reader, inside, "%s without choices", "enum");
    reader->notation->field.choices = choices;
    reader->notation->field.choice_count = count;
    return true;
}

/* What stands in (...) after a type: a length for str and blob, a name for ref, refs and record. */
static bool read_argument(Reader *reader, const char *at, const char *argument)
{
    FieldDef *field = &reader->notation->field;
    if (field->type == FIELD_TEXT || field->type == FIELD_BLOB) {
        char *end = NULL;
        long length = strtol(argument, &end, 10);
        if (*end || length < 1 || length > LONG_TEXT_LENGTH)
            return fail(reader, at, "\"%s\" is no length", argument);
        field->max_length = (int)length;
        return true;
    }
    if (!Name_is_valid(argument))
        return fail(reader, at, "\"%s\" is no name", argument);
    field->reference = argument;
    return true;
}

static bool needs_argument(const char *name)
{
    return strcmp(name, "ref") == 0 || strcmp(name, "refs") == 0 || strcmp(name, "record") == 0;
}

static bool read_type(Reader *reader)
{
    const char *at = reader->at;
    size_t bytes = strcspn(at, " ([");
    const char *name = Arena_strndup(reader->arena, at, bytes);
    const TypeName *type = name ? find_type(name) : NULL;
    if (!type)
        return unknown_type(reader, at, name ? name : "");
    FieldDef *field = &reader->notation->field;
    field->type = type->type;
    field->max_length = type->max_length;
    reader->notation->composite = type->composite;
    reader->at = at + bytes;
    if (*reader->at == '(') {
        size_t length = strcspn(reader->at, ")");
        if (reader->at[length] != ')')
            return fail(reader, reader->at, "%s is not closed", "(");
        if (!read_argument(reader, reader->at + 1,
                           Arena_strndup(reader->arena, reader->at + 1, length - 1)))
            return false;
        reader->at += length + 1;
    } else if (needs_argument(name)) {
        return fail(reader, at, "%s needs a name in parentheses", name);
    }
    if (*reader->at == '[') {
        size_t length = strcspn(reader->at, "]");
        if (reader->at[length] != ']')
            return fail(reader, reader->at, "%s is not closed", "[");
        if (type->type == FIELD_ENUM && !read_choices(reader, reader->at + 1, length - 1))
            return false;
        if (type->type != FIELD_ENUM) {
            field->type = FIELD_JSON;
            field->flags |= FIELD_LIST;
            field->max_length = 0;
        }
        reader->at += length + 1;
    } else if (type->type == FIELD_ENUM) {
        return fail(reader, at, "%s without choices", "enum");
    }
    if (strcmp(name, "refs") == 0)
        field->flags |= FIELD_LIST;
    reader->typed = true;
    return true;
}

/* "0..100", "0.." or "..100" */
static bool read_range(Reader *reader, const char *at, const char *token)
{
    FieldDef *field = &reader->notation->field;
    const char *dots = strstr(token, "..");
    char *end = NULL;
    if (dots != token) {
        field->minimum = strtoll(token, &end, 10);
        field->has_minimum = true;
        if (end != dots)
            return fail(reader, at, "\"%s\" is no range", token);
    }
    if (dots[2]) {
        field->maximum = strtoll(dots + 2, &end, 10);
        field->has_maximum = true;
        if (*end)
            return fail(reader, at, "\"%s\" is no range", token);
    }
    if (field->has_minimum && field->has_maximum && field->minimum > field->maximum)
        return fail(reader, at, "the range \"%s\" is empty", token);
    return true;
}

static bool read_word(Reader *reader, const char *at, const char *token)
{
    FieldDef *field = &reader->notation->field;
    if (strcmp(token, "exact") == 0) {
        reader->notation->exact = true;
        return true;
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i].word, token) == 0) {
            field->flags |= WORDS[i].flag;
            return true;
        }
    if (!reader->typed) {
        reader->at = at;
        return read_type(reader);
    }
    if (token[0] == '=') {
        field->default_text = token + 1;
        return true;
    }
    if (strstr(token, ".."))
        return read_range(reader, at, token);
    for (const char *mark = token; *mark; mark++) {
        if (*mark == '!')
            field->flags |= FIELD_REQUIRED;
        else if (*mark == 'u')
            field->flags |= FIELD_UNIQUE;
        else if (*mark == 'i')
            field->flags |= FIELD_INDEXED;
        else
            return fail(reader, at,
                        "\"%s\" is none of ! u i exact derived personal hidden immutable", token);
    }
    return true;
}

/* The default must be a value of the type, as far as that can be seen from here. */
static bool check_default(Reader *reader)
{
    const FieldDef *field = &reader->notation->field;
    const char *text = field->default_text;
    if (!text)
        return true;
    char *end = NULL;
    switch (field->type) {
    case FIELD_ENUM:
        return Field_has_choice(field, text) ||
               fail(reader, reader->start, "the default \"%s\" is not one of the choices", text);
    case FIELD_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ||
               fail(reader, reader->start, "the default \"%s\" is neither true nor false", text);
    case FIELD_INT: {
        long long value = strtoll(text, &end, 10);
        bool inside = (!field->has_minimum || value >= field->minimum) &&
                      (!field->has_maximum || value <= field->maximum);
        return (*text && !*end && inside) ||
               fail(reader, reader->start, "the default \"%s\" is no number of the range", text);
    }
    default:
        return true;
    }
}

bool Notation_parse(Arena *arena, const char *text, Notation *notation, Error *error)
{
    *notation = (Notation){0};
    Reader reader = {arena, text, text, notation, false, error};
    for (;;) {
        reader.at += strspn(reader.at, " ");
        if (!*reader.at)
            break;
        const char *at = reader.at;
        size_t bytes = strcspn(at, " ");
        char *token = Arena_strndup(arena, at, bytes);
        if (!token)
            return Error_set(error, ERROR_LIMIT, "out of memory");
        reader.at = at + bytes;
        if (!read_word(&reader, at, token))
            return false;
    }
    if (!reader.typed)
        return fail(&reader, text, "%s without a type", "field");
    return check_default(&reader);
}
