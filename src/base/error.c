#include "base/error.h"

#include <stdio.h>
#include <string.h>

static void set_text(char *out, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void set_text(char *out, size_t size, const char *format, va_list arguments)
{
    if (vsnprintf(out, size, format, arguments) < 0)
        out[0] = '\0';
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
