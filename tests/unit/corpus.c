#include "tests/unit/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_value.h"

static int digit_value(char digit)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

static char *decode_base64(const char *text, size_t *length)
{
    char *bytes = malloc(strlen(text) / 4 * 3 + 4);
    uint32_t bits = 0;
    int count = 0;
    *length = 0;
    for (; bytes && digit_value(*text) >= 0; text++) {
        bits = bits << 6 | (uint32_t)digit_value(*text);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes[(*length)++] = (char)(bits >> count);
        }
    }
    if (bytes)
        bytes[*length] = '\0';
    return bytes;
}

static const char *text_or_empty(const Json *object, const char *key)
{
    const char *text = Json_text(object, key);
    return text ? text : "";
}

static FILE *open_collection(const char *name)
{
    const char *folder = getenv("BIZOSAAS_SHARED"), *source = getenv("srcdir");
    char path[4096];
    if (folder && *folder)
        snprintf(path, sizeof(path), "%s/data/hostile/%s.jsonl", folder, name);
    else
        snprintf(path, sizeof(path), "%s/../shared/data/hostile/%s.jsonl", source ? source : ".",
                 name);
    return fopen(path, "r");
}

size_t Corpus_each(const char *name, void (*visit)(const CorpusItem *item, void *context),
                   void *context)
{
    FILE *file = open_collection(name);
    char *line = NULL;
    size_t capacity = 0, count = 0;
    ssize_t length;
    if (!file) {
        printf("not run: needs shared data\n");
        skip();
    }
    while ((length = getline(&line, &capacity, file)) > 0) {
        Error error = ERROR_NONE;
        Json *object = Json_parse(line, (size_t)length, 16 << 20, &error);
        assert_non_null(object);
        CorpusItem item = {.id = text_or_empty(object, "id"),
                           .source = text_or_empty(object, "src"),
                           .expect = text_or_empty(object, "expect")};
        char *bytes = decode_base64(text_or_empty(object, "b64"), &item.length);
        assert_non_null(bytes);
        item.bytes = bytes;
        visit(&item, context);
        count++;
        free(bytes);
        json_object_put(object);
    }
    free(line);
    fclose(file);
    return count;
}
