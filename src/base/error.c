#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void set_text(char *out, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Drops what is no UTF-8: a sentence may quote a text that was cut in the middle of a character. */
static void keep_utf8(char *text)
{
    size_t length = strlen(text), used = 0;

    for (size_t at = 0; at < length;) {
        int32_t code_point;
        size_t bytes = Text_decode(text + at, length - at, &code_point);
        if (code_point != 0xFFFD || bytes > 1) {
            memmove(text + used, text + at, bytes);
            used += bytes;
        }
        at += bytes;
    }
    text[used] = '\0';
}

static void set_text(char *out, size_t size, const char *format, va_list arguments)
{
    if (vsnprintf(out, size, format, arguments) < 0)
        out[0] = '\0';
    keep_utf8(out);
}

static void begin(Error *error, const char *code)
{
    *error = ERROR_NONE;
    snprintf(error->code, sizeof(error->code), "%s", code);
}

bool Error_set(Error *error, const char *code, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    char message[sizeof(error->message)];
    set_text(message, sizeof(message), format, arguments); /* arguments may point into error */
    va_end(arguments);
    begin(error, code);
    memcpy(error->message, message, sizeof(message));
    return false;
}

bool Error_set_field(Error *error, const char *code, const char *field, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    char message[sizeof(error->message)];
    set_text(message, sizeof(message), format, arguments);
    va_end(arguments);
    char name[sizeof(error->field)];
    snprintf(name, sizeof(name), "%s", field ? field : "");
    keep_utf8(name);
    begin(error, code);
    memcpy(error->message, message, sizeof(message));
    memcpy(error->field, name, sizeof(name));
    return false;
}

bool Error_hint(Error *error, const char *format, ...)
{
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    set_text(error->hint, sizeof(error->hint), format, arguments);
    va_end(arguments);
    return false;
}

bool Error_at(Error *error, int line, int column)
{
    if (error) {
        error->line = line;
        error->column = column;
    }
    return false;
}

bool Error_is(const Error *error, const char *code)
{
    return error && strcmp(error->code, code) == 0;
}

void Error_clear(Error *error)
{
    if (error)
        *error = ERROR_NONE;
}
