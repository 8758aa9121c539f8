/* member.c - JSON_MEMBER(text, key): one member of a JSON object, as SQL sees it.
 *
 * The database's own JSON functions may not stand in an index of a file whose schema is not
 * trusted; this one may.  It reads what the model wrote: an object without white space around its
 * parts is the usual case, but any valid JSON is understood; anything else gives null.
 */
#include <stdlib.h>
#include <string.h>
#include "base/buffer.h"
#include "base/text.h"
#include "store/store_private.h"

typedef struct Scan {
    const char *at, *end;
} Scan;

static void skip_space(Scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at)
        scan->at++;
}

static bool take(Scan *scan, char byte)
{
    skip_space(scan);
    if (scan->at >= scan->end || *scan->at != byte)
        return false;
    scan->at++;
    return true;
}

/* From behind the opening quote to behind the closing one. */
static bool skip_string(Scan *scan)
{
    for (; scan->at < scan->end; scan->at++) {
        if (*scan->at == '\\')
            scan->at++;
        else if (*scan->at == '"') {
            scan->at++;
            return true;
        }
    }
    return false;
}

/* Over one value of any kind. */
static bool skip_value(Scan *scan)
{
    int depth = 0;

    skip_space(scan);
    while (scan->at < scan->end) {
        char byte = *scan->at;
        if (depth == 0 && (byte == ',' || byte == '}' || byte == ']'))
            return true;
        scan->at++;
        if (byte == '"' && !skip_string(scan))
            return false;
        depth += (byte == '{' || byte == '[') - (byte == '}' || byte == ']');
    }
    return depth == 0;
}

static int hex4(const char *text, const char *end)
{
    char digits[5] = "";

    if (end - text < 4)
        return -1;
    memcpy(digits, text, 4);
    return (int)strtol(digits, NULL, 16);
}

static void put_point(Buffer *out, int32_t point)
{
    char bytes[4];

    Buffer_append(out, bytes, Text_encode(point, bytes));
}

/* scan stands behind the backslash. */
static void put_escape(Buffer *out, Scan *scan)
{
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char byte = scan->at < scan->end ? *scan->at++ : '\0';
    const char *found = byte ? strchr(names, byte) : NULL;

    if (found) {
        Buffer_putc(out, meanings[found - names]);
    } else if (byte == 'u') {
        int32_t point = hex4(scan->at, scan->end), low;
        scan->at += scan->end - scan->at < 4 ? scan->end - scan->at : 4;
        if (point >= 0xd800 && point < 0xdc00 && scan->end - scan->at >= 6 && scan->at[0] == '\\' &&
            (low = hex4(scan->at + 2, scan->end)) >= 0xdc00 && low < 0xe000) {
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
            scan->at += 6;
        }
        put_point(out, point > 0 ? point : 0xfffd);
    }
}

static void give_string(sqlite3_context *context, const char *start, const char *end)
{
    Scan scan = {start, end};
    Buffer out = BUFFER_EMPTY;

    if (!memchr(start, '\\', (size_t)(end - start))) {
        sqlite3_result_text64(context, start, (sqlite3_uint64)(end - start), SQLITE_TRANSIENT,
                              SQLITE_UTF8);
        return;
    }
    while (scan.at < scan.end) {
        char byte = *scan.at++;
        if (byte == '\\')
            put_escape(&out, &scan);
        else
            Buffer_putc(&out, byte);
    }
    if (out.failed)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text64(context, Buffer_text(&out), out.length, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    Buffer_free(&out);
}

static void give_value(sqlite3_context *context, const char *start, const char *end)
{
    char number[64];
    size_t length;

    while (end > start && strchr(" \t\r\n", end[-1]))
        end--;
    length = (size_t)(end - start);
    if (length == 0 || *start == 'n')
        return;
    if (*start == '"' && length >= 2) {
        give_string(context, start + 1, end - 1);
    } else if (*start == '{' || *start == '[') {
        sqlite3_result_text64(context, start, length, SQLITE_TRANSIENT, SQLITE_UTF8);
    } else if (*start == 't' || *start == 'f') {
        sqlite3_result_int(context, *start == 't');
    } else if (length < sizeof number) {
        memcpy(number, start, length);
        number[length] = '\0';
        if (strpbrk(number, ".eE"))
            sqlite3_result_double(context, strtod(number, NULL));
        else
            sqlite3_result_int64(context, strtoll(number, NULL, 10));
    }
}

void Store_json_member(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    const char *key = (const char *)sqlite3_value_text(values[1]);
    Scan scan = {text, text ? text + sqlite3_value_bytes(values[0]) : NULL};
    size_t key_length = key ? (size_t)sqlite3_value_bytes(values[1]) : 0;

    if (!text || !key || !take(&scan, '{'))
        return;
    while (take(&scan, '"')) {
        const char *name = scan.at;
        if (!skip_string(&scan))
            return;
        bool same =
            (size_t)(scan.at - 1 - name) == key_length && memcmp(name, key, key_length) == 0;
        if (!take(&scan, ':'))
            return;
        skip_space(&scan);
        const char *value = scan.at;
        if (!skip_value(&scan))
            return;
        if (same) {
            give_value(context, value, scan.at);
            return;
        }
        if (!take(&scan, ','))
            return;
        skip_space(&scan);
    }
}
