#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "model/exchange/rows_internal.h"

/* Where a property goes: up to seven parts, separated by ; in the file. */
typedef struct Property {
    const char *name;
    const char *parts[7]; /* columns; NULL = the part is not used */
} Property;

static const Property PROPERTIES[] = {
    {"FN", {"full_name"}},
    {"N", {"last_name", "first_name", NULL, "salutation"}},
    {"ORG", {"company", "department"}},
    {"TITLE", {"job_title"}},
    {"URL", {"website"}},
    {"BDAY", {"birthday"}},
    {"NOTE", {"description"}},
    {"CATEGORIES", {"categories"}},
    {"UID", {"external_id"}},
    {"LANG", {"lang"}},
    {"TZ", {"tz"}},
    {"EMAIL", {"email"}},
    {"ADR",
     {NULL, "address.line2", "address.line1", "address.city", "address.region",
      "address.postal_code", "address.country"}},
};

/* Of no use in a record of ours. */
static const char *const IGNORED[] = {"VERSION", "PRODID", "REV",         "PHOTO", "LOGO",
                                      "SOUND",   "KEY",    "SORT-STRING", "KIND"};

/* ---- lines ---------------------------------------------------------------------------------- */

/* The next unfolded line, in the arena; NULL at the end (error set when reading failed). */
static char *next_line(RowSource *source, Error *error)
{
    size_t at = 0;
    Buffer line = BUFFER_EMPTY;
    char *copy;

    for (;;) {
        const char *text = Buffer_text(&source->window);
        const char *end = memchr(text + at, '\n', source->window.length - at);

        if ((!end || (size_t)(end - text) + 1 >= source->window.length) && !source->ended) {
            if (!RowSource_fill(source, error))
                return NULL;
            continue;
        }
        if (!end && source->window.length == at) {
            if (at == 0)
                return NULL;
            break;
        }
        size_t length = end ? (size_t)(end - text) : source->window.length;
        size_t kept = length > at && text[length - 1] == '\r' ? length - 1 : length;

        Buffer_append(&line, text + at, kept - at);
        at = end ? length + 1 : length;
        source->line++;
        if (at >= source->window.length || (text[at] != ' ' && text[at] != '\t'))
            break;
        at++;
    }
    copy = Arena_strndup(source->arena, Buffer_text(&line), line.length);
    Buffer_consume(&source->window, at);
    Buffer_free(&line);
    return copy;
}

/* ---- a property ----------------------------------------------------------------------------- */

/* Cuts the next part at an unescaped ';' and resolves escapes in place. */
static char *next_part(char **rest)
{
    char *start = *rest, *to = start, *from = start;

    while (*from && *from != ';') {
        if (*from == '\\' && from[1]) {
            from++;
            *to++ = *from == 'n' || *from == 'N' ? '\n' : *from;
            from++;
        } else {
            *to++ = *from++;
        }
    }
    *rest = *from ? from + 1 : from;
    *to = '\0';
    return start;
}

/* A second e-mail or number gets a column of its own: nothing is lost. */
static bool add_value(RowSource *source, const char *column, const char *text, Error *error)
{
    const char *name = column;

    if (*text == '\0')
        return true;
    for (int copy = 2; name && copy < 20; copy++) {
        int index = RowSource_add_column(source, name);

        if (index >= 0 && !source->cells[index]) {
            source->cells[index] = text;
            return true;
        }
        name = Arena_printf(source->arena, "%s_%d", column, copy);
    }
    return RowSource_set(source, column, text, error);
}

static const char *phone_column(const char *parameters)
{
    if (strcasestr(parameters, "cell") || strcasestr(parameters, "mobile"))
        return "mobile";
    return strcasestr(parameters, "fax") ? "fax" : "phone";
}

static bool take_property(RowSource *source, const char *name, const char *parameters, char *value,
                          Error *error)
{
    const char *dot = strchr(name, '.'); /* item1.EMAIL */

    if (dot)
        name = dot + 1;
    for (size_t i = 0; i < sizeof IGNORED / sizeof IGNORED[0]; i++)
        if (strcasecmp(name, IGNORED[i]) == 0)
            return true;
    if (strcasecmp(name, "TEL") == 0) {
        if (strncasecmp(value, "tel:", 4) == 0)
            value += 4;
        return add_value(source, phone_column(parameters), next_part(&value), error);
    }
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof PROPERTIES[0]; i++) {
        if (strcasecmp(name, PROPERTIES[i].name) != 0)
            continue;
        for (int part = 0; part < 7 && (part == 0 || *value); part++) {
            const char *text = next_part(&value);

            if (PROPERTIES[i].parts[part] &&
                !add_value(source, PROPERTIES[i].parts[part], text, error))
                return false;
        }
        return true;
    }
    return add_value(source, name, next_part(&value), error);
}

/* NAME;PARAMETERS:VALUE */
static bool take_line(RowSource *source, char *line, Error *error)
{
    char *colon = strchr(line, ':'), *quote = strchr(line, '"'), *semicolon;

    if (quote && colon && quote < colon) { /* a parameter in quotes may hold colons */
        char *closing = strchr(quote + 1, '"');

        colon = closing ? strchr(closing, ':') : colon;
    }
    if (!colon)
        return true;
    *colon = '\0';
    semicolon = strchr(line, ';');
    if (semicolon)
        *semicolon = '\0';
    return take_property(source, line, semicolon ? semicolon + 1 : "", colon + 1, error);
}

RowResult VcardRows_next(RowSource *source, SourceRow *row, Error *error)
{
    char *line;
    bool inside = false;

    *row = (SourceRow){0};
    while ((line = next_line(source, error)) != NULL) {
        if (strncasecmp(line, "BEGIN:VCARD", 11) == 0) {
            inside = true;
            row->line = source->line - 1;
        } else if (strncasecmp(line, "END:VCARD", 9) == 0 && inside) {
            return ROW_READ;
        } else if (inside && !take_line(source, line, error)) {
            return ROW_FAILED;
        }
    }
    if (Error_present(error))
        return ROW_FAILED;
    if (!inside)
        return ROW_END;
    Error_set(error, ERROR_SYNTAX, "The card that begins on line %d is never closed.", row->line);
    Error_hint(error, "Nothing was imported.");
    Error_at(error, row->line, 0);
    return ROW_FAILED;
}
