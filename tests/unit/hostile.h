/* hostile.h - the hostile corpora of the shared data, one payload after the other.
 *
 * Found by BIZOSAAS_SHARED; without it nothing is read and the caller says "not run".
 */
#ifndef TESTS_UNIT_HOSTILE_H
#define TESTS_UNIT_HOSTILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_value.h"

/* expect: "accept", "reject" ... or "". */
typedef void (*HostileCase)(const char *bytes, size_t length, const char *expect, void *argument);

static inline int Hostile_digit(char c)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(DIGITS, c) : NULL;

    return found ? (int)(found - DIGITS) : -1;
}

static inline char *Hostile_decode(const char *text, size_t *length)
{
    char *out = malloc(strlen(text) + 4);
    unsigned bits = 0;
    int count = 0;

    *length = 0;
    for (; *text && *text != '='; text++) {
        int digit = Hostile_digit(*text);

        if (digit < 0)
            continue;
        bits = bits << 6 | (unsigned)digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[(*length)++] = (char)(bits >> count);
        }
    }
    out[*length] = '\0';
    return out;
}

/* Calls for each payload of hostile/NAME.jsonl; returns how many there were. */
static inline int Hostile_each(const char *name, HostileCase call, void *argument)
{
    const char *shared = getenv("BIZOSAAS_SHARED");
    char path[4096], *line = NULL;
    size_t room = 0;
    int seen = 0;
    FILE *file;

    if (!shared)
        return 0;
    snprintf(path, sizeof path, "%s/data/hostile/%s.jsonl", shared, name);
    file = fopen(path, "r");
    while (file && getline(&line, &room, file) > 0) {
        Error error = ERROR_NONE;
        Json *json = Json_parse(line, strcspn(line, "\n"), 64u * 1024 * 1024, &error);
        const char *coded = json ? Json_text(json, "b64") : NULL;
        const char *expect = json ? Json_text(json, "expect") : NULL;
        size_t length;
        char *bytes;

        if (coded) {
            bytes = Hostile_decode(coded, &length);
            call(bytes, length, expect ? expect : "", argument);
            free(bytes);
            seen++;
        }
        json_object_put(json);
    }
    free(line);
    if (file)
        fclose(file);
    return seen;
}

static inline void Hostile_not_run(void)
{
    printf("# not run: needs shared data\n");
}

#endif
