/* The words of JSON text. */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_reader.h"
#include "base/text.h"

static void set_position(JsonReader *reader)
{
    int line = 1, column = 1;
    int32_t code_point;
    for (const char *at = reader->text; at < reader->at;) {
        if (*at == '\n') {
            line++;
            column = 0;
        }
        column++;
        at += Text_decode(at, (size_t)(reader->end - at), &code_point);
    }
    Error_at(reader->error, line, column);
}

Json *JsonReader_fail(JsonReader *reader, const char *code, const char *message)
{
    Error_set(reader->error, code, "The JSON cannot be read: %s.", message);
    set_position(reader);
    return NULL;
}

void JsonReader_skip_space(JsonReader *reader)
{
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                        *reader->at == '\n' || *reader->at == '\r'))
        reader->at++;
}

int JsonReader_peek(const JsonReader *reader)
{
    return reader->at < reader->end ? (unsigned char)*reader->at : -1;
}

static int hex_value(int digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* Four hexadecimal digits; -1 when they are not there. */
static int32_t read_unit(JsonReader *reader)
{
    if (reader->end - reader->at < 4)
        return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int value = hex_value((unsigned char)reader->at[i]);
        if (value < 0)
            return -1;
        unit = unit * 16 + value;
    }
    reader->at += 4;
    return unit;
}

static bool read_unicode_escape(JsonReader *reader)
{
    int32_t unit = read_unit(reader);
    if (unit < 0)
        return JsonReader_fail(reader, ERROR_SYNTAX, "four hexadecimal digits belong after \\u") !=
               NULL;
    if (unit == 0)
        return JsonReader_fail(reader, ERROR_SYNTAX, "a NUL character is not allowed") != NULL;
    if (unit >= 0xD800 && unit <= 0xDBFF && reader->end - reader->at >= 6 &&
        reader->at[0] == '\\' && reader->at[1] == 'u') {
        reader->at += 2;
        int32_t low = read_unit(reader);
        if (low < 0xDC00 || low > 0xDFFF)
            return JsonReader_fail(reader, ERROR_SYNTAX, "half of a surrogate pair") != NULL;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    if (unit >= 0xD800 && unit <= 0xDFFF)
        return JsonReader_fail(reader, ERROR_SYNTAX, "half of a surrogate pair") != NULL;
    char bytes[4];
    Buffer_append(&reader->string, bytes, Text_encode(unit, bytes));
    return true;
}

static bool read_escape(JsonReader *reader)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int letter = JsonReader_peek(reader);
    const char *found = letter > 0 ? strchr(from, letter) : NULL;
    if (!found && letter != 'u')
        return JsonReader_fail(reader, ERROR_SYNTAX, "unknown escape after \\") != NULL;
    reader->at++;
    if (!found)
        return read_unicode_escape(reader);
    Buffer_putc(&reader->string, to[found - from]);
    return true;
}

bool JsonReader_string(JsonReader *reader)
{
    Buffer_reset(&reader->string);
    reader->at++; /* the quote */
    for (;;) {
        const char *run = reader->at;
        while (reader->at < reader->end && (unsigned char)*reader->at >= 0x20 &&
               *reader->at != '"' && *reader->at != '\\')
            reader->at++;
        Buffer_append(&reader->string, run, (size_t)(reader->at - run));
        int next = JsonReader_peek(reader);
        if (next < 0)
            return JsonReader_fail(reader, ERROR_SYNTAX, "a string has no end") != NULL;
        if (next != '"' && next != '\\')
            return JsonReader_fail(reader, ERROR_SYNTAX,
                                   "a control character stands in a string") != NULL;
        reader->at++;
        if (next == '"')
            return true;
        if (!read_escape(reader))
            return false;
    }
}

static locale_t plain_locale;

static void make_plain_locale(void)
{
    plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static double read_double(const char *text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_plain_locale);
    return plain_locale ? strtod_l(text, NULL, plain_locale) : strtod(text, NULL);
}

static bool skip_digits(JsonReader *reader)
{
    const char *start = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
        reader->at++;
    return reader->at > start;
}

Json *JsonReader_number(JsonReader *reader)
{
    const char *start = reader->at;
    bool whole = true;
    if (JsonReader_peek(reader) == '-')
        reader->at++;
    if (JsonReader_peek(reader) == '0')
        reader->at++;
    else if (!skip_digits(reader))
        return JsonReader_fail(reader, ERROR_SYNTAX, "a number needs digits");
    if (JsonReader_peek(reader) == '.') {
        whole = false;
        reader->at++;
        if (!skip_digits(reader))
            return JsonReader_fail(reader, ERROR_SYNTAX, "digits belong after the decimal point");
    }
    if (JsonReader_peek(reader) == 'e' || JsonReader_peek(reader) == 'E') {
        whole = false;
        reader->at++;
        if (JsonReader_peek(reader) == '+' || JsonReader_peek(reader) == '-')
            reader->at++;
        if (!skip_digits(reader))
            return JsonReader_fail(reader, ERROR_SYNTAX, "digits belong after the exponent");
    }
    Buffer_reset(&reader->string);
    Buffer_append(&reader->string, start, (size_t)(reader->at - start));
    const char *text = Buffer_text(&reader->string);
    errno = 0;
    if (whole) {
        int64_t value = strtoll(text, NULL, 10);
        if (errno == 0)
            return json_object_new_int64(value);
    }
    double value = read_double(text);
    if (!isfinite(value))
        return JsonReader_fail(reader, ERROR_LIMIT, "a number is too large");
    return json_object_new_double_s(value, text);
}
