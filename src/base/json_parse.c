/* Strict JSON text -> json-c objects, with limits, positions and no duplicate keys. */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_value.h"
#include "base/text.h"

typedef struct Parser {
    const char *text, *at, *end;
    int depth;
    Buffer string; /* the string read last; also the text of a number */
    Error *error;
} Parser;

static Json *parse_value(Parser *parser);

static void set_position(Parser *parser)
{
    int line = 1, column = 1;
    int32_t code_point;
    for (const char *at = parser->text; at < parser->at;) {
        if (*at == '\n') {
            line++;
            column = 0;
        }
        column++;
        at += Text_decode(at, (size_t)(parser->end - at), &code_point);
    }
    Error_at(parser->error, line, column);
}

static Json *fail(Parser *parser, const char *code, const char *message)
{
    Error_set(parser->error, code, "The JSON cannot be read: %s.", message);
    set_position(parser);
    return NULL;
}

static void skip_space(Parser *parser)
{
    while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\t' ||
                                        *parser->at == '\n' || *parser->at == '\r'))
        parser->at++;
}

static int peek(const Parser *parser)
{
    return parser->at < parser->end ? (unsigned char)*parser->at : -1;
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
static int32_t read_unit(Parser *parser)
{
    if (parser->end - parser->at < 4)
        return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int value = hex_value((unsigned char)parser->at[i]);
        if (value < 0)
            return -1;
        unit = unit * 16 + value;
    }
    parser->at += 4;
    return unit;
}

static bool read_unicode_escape(Parser *parser)
{
    int32_t unit = read_unit(parser);
    if (unit < 0)
        return fail(parser, ERROR_SYNTAX, "four hexadecimal digits belong after \\u") != NULL;
    if (unit == 0)
        return fail(parser, ERROR_SYNTAX, "a NUL character is not allowed") != NULL;
    if (unit >= 0xD800 && unit <= 0xDBFF && parser->end - parser->at >= 6 &&
        parser->at[0] == '\\' && parser->at[1] == 'u') {
        parser->at += 2;
        int32_t low = read_unit(parser);
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(parser, ERROR_SYNTAX, "half of a surrogate pair") != NULL;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    if (unit >= 0xD800 && unit <= 0xDFFF)
        return fail(parser, ERROR_SYNTAX, "half of a surrogate pair") != NULL;
    char bytes[4];
    Buffer_append(&parser->string, bytes, Text_encode(unit, bytes));
    return true;
}

static bool read_escape(Parser *parser)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int letter = peek(parser);
    const char *found = letter > 0 ? strchr(from, letter) : NULL;
    if (!found && letter != 'u')
        return fail(parser, ERROR_SYNTAX, "unknown escape after \\") != NULL;
    parser->at++;
    if (!found)
        return read_unicode_escape(parser);
    Buffer_putc(&parser->string, to[found - from]);
    return true;
}

static bool read_string(Parser *parser)
{
    Buffer_reset(&parser->string);
    parser->at++; /* the quote */
    for (;;) {
        const char *run = parser->at;
        while (parser->at < parser->end && (unsigned char)*parser->at >= 0x20 &&
               *parser->at != '"' && *parser->at != '\\')
            parser->at++;
        Buffer_append(&parser->string, run, (size_t)(parser->at - run));
        int next = peek(parser);
        if (next < 0)
            return fail(parser, ERROR_SYNTAX, "a string has no end") != NULL;
        if (next != '"' && next != '\\')
            return fail(parser, ERROR_SYNTAX, "a control character stands in a string") != NULL;
        parser->at++;
        if (next == '"')
            return true;
        if (!read_escape(parser))
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

static bool skip_digits(Parser *parser)
{
    const char *start = parser->at;
    while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9')
        parser->at++;
    return parser->at > start;
}

static Json *parse_number(Parser *parser)
{
    const char *start = parser->at;
    bool whole = true;
    if (peek(parser) == '-')
        parser->at++;
    if (peek(parser) == '0')
        parser->at++;
    else if (!skip_digits(parser))
        return fail(parser, ERROR_SYNTAX, "a number needs digits");
    if (peek(parser) == '.') {
        whole = false;
        parser->at++;
        if (!skip_digits(parser))
            return fail(parser, ERROR_SYNTAX, "digits belong after the decimal point");
    }
    if (peek(parser) == 'e' || peek(parser) == 'E') {
        whole = false;
        parser->at++;
        if (peek(parser) == '+' || peek(parser) == '-')
            parser->at++;
        if (!skip_digits(parser))
            return fail(parser, ERROR_SYNTAX, "digits belong after the exponent");
    }
    Buffer_reset(&parser->string);
    Buffer_append(&parser->string, start, (size_t)(parser->at - start));
    const char *text = Buffer_text(&parser->string);
    errno = 0;
    if (whole) {
        int64_t value = strtoll(text, NULL, 10);
        if (errno == 0)
            return json_object_new_int64(value);
    }
    double value = read_double(text);
    if (!isfinite(value))
        return fail(parser, ERROR_LIMIT, "a number is too large");
    return json_object_new_double_s(value, text);
}

static Json *parse_members(Parser *parser, Json *object)
{
    skip_space(parser);
    if (peek(parser) == '}') {
        parser->at++;
        return object;
    }
    for (;;) {
        skip_space(parser);
        if (peek(parser) != '"')
            return fail(parser, ERROR_SYNTAX, "a key in quotes belongs here");
        const char *key_at = parser->at;
        if (!read_string(parser))
            return NULL;
        if (json_object_object_get_ex(object, Buffer_text(&parser->string), NULL)) {
            parser->at = key_at;
            return fail(parser, ERROR_SYNTAX, "the same key stands twice in one object");
        }
        char *key = Buffer_take(&parser->string);
        skip_space(parser);
        Json *value = NULL;
        bool done = false;
        if (!key)
            fail(parser, ERROR_LIMIT, "out of memory");
        else if (peek(parser) != ':')
            fail(parser, ERROR_SYNTAX, "a colon belongs after a key");
        else {
            parser->at++;
            value = parse_value(parser);
            done = !Error_present(parser->error);
        }
        if (done && json_object_object_add(object, key, value) != 0) {
            fail(parser, ERROR_LIMIT, "out of memory");
            done = false;
        }
        free(key);
        if (!done) {
            json_object_put(value);
            return NULL;
        }
        skip_space(parser);
        int next = peek(parser);
        if (next != ',' && next != '}')
            return fail(parser, ERROR_SYNTAX, "a comma or } belongs here");
        parser->at++;
        if (next == '}')
            return object;
    }
}

static Json *parse_items(Parser *parser, Json *array)
{
    skip_space(parser);
    if (peek(parser) == ']') {
        parser->at++;
        return array;
    }
    for (;;) {
        Json *value = parse_value(parser);
        if (Error_present(parser->error))
            return NULL;
        if (json_object_array_add(array, value) != 0) {
            json_object_put(value);
            return fail(parser, ERROR_LIMIT, "out of memory");
        }
        skip_space(parser);
        int next = peek(parser);
        if (next != ',' && next != ']')
            return fail(parser, ERROR_SYNTAX, "a comma or ] belongs here");
        parser->at++;
        if (next == ']')
            return array;
    }
}

static Json *parse_container(Parser *parser, bool is_object)
{
    if (parser->depth >= JSON_DEPTH_MAX)
        return fail(parser, ERROR_LIMIT, "it is nested too deeply");
    Json *container = is_object ? json_object_new_object() : json_object_new_array();
    if (!container)
        return fail(parser, ERROR_LIMIT, "out of memory");
    parser->depth++;
    parser->at++;
    Json *done = is_object ? parse_members(parser, container) : parse_items(parser, container);
    parser->depth--;
    if (!done)
        json_object_put(container);
    return done;
}

static Json *parse_word(Parser *parser, const char *word, Json *value)
{
    size_t length = strlen(word);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0) {
        json_object_put(value);
        return fail(parser, ERROR_SYNTAX, "a value belongs here");
    }
    parser->at += length;
    return value;
}

/* NULL is also the value null: the error tells. */
static Json *parse_value(Parser *parser)
{
    skip_space(parser);
    switch (peek(parser)) {
    case '{':
        return parse_container(parser, true);
    case '[':
        return parse_container(parser, false);
    case '"':
        if (!read_string(parser))
            return NULL;
        return json_object_new_string_len(Buffer_text(&parser->string), (int)parser->string.length);
    case 't':
        return parse_word(parser, "true", json_object_new_boolean(1));
    case 'f':
        return parse_word(parser, "false", json_object_new_boolean(0));
    case 'n':
        return parse_word(parser, "null", NULL);
    case -1:
        return fail(parser, ERROR_SYNTAX, "it ends too early");
    default:
        return parse_number(parser);
    }
}

Json *Json_parse(const char *text, size_t length, size_t limit, Error *error)
{
    Error own = ERROR_NONE;
    Error *result = error ? error : &own;
    Error_clear(result);
    if (limit == 0)
        limit = JSON_BYTES_MAX;
    if (limit > INT32_MAX)
        limit = INT32_MAX;
    if (length > limit) {
        Error_set(result, ERROR_LIMIT, "The JSON is larger than %zu bytes.", limit);
        return NULL;
    }
    Parser parser = {.text = text, .at = text, .end = text + length, .error = result};
    Json *value = NULL;
    if (!Text_is_utf8(text, length)) {
        Error_set(result, ERROR_SYNTAX, "The JSON is not valid UTF-8 text.");
        return NULL;
    }
    value = parse_value(&parser);
    if (!Error_present(result)) {
        skip_space(&parser);
        if (parser.at < parser.end)
            fail(&parser, ERROR_SYNTAX, "something follows the value");
        else if (parser.string.failed)
            fail(&parser, ERROR_LIMIT, "out of memory");
    }
    Buffer_free(&parser.string);
    if (Error_present(result)) {
        json_object_put(value);
        return NULL;
    }
    return value;
}
