#include "base/zone_file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"

#define FOLDER "/usr/share/zoneinfo/"
#define FILE_MAX ((size_t)1024 * 1024)
#define HEADER_BYTES 44

struct Zone {
    Zone *next;
    char name[64];
    size_t count;
    int64_t *times; /* count moments of change, ascending */
    int *offsets;   /* in force from times[i] on */
    int first;      /* in force before times[0] */
    ZoneRule rule;  /* in force after the last change */
};

typedef struct Header {
    char version;
    uint32_t utc_flags, standard_flags, leaps, times, types, letters;
} Header;

static int64_t read_big_endian(const unsigned char *at, int bytes)
{
    uint64_t value = bytes == 4 && at[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return (int64_t)value;
}

static bool read_header(const unsigned char *at, size_t left, Header *header)
{
    if (left < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
        return false;
    uint32_t counts[6];
    for (int i = 0; i < 6; i++)
        counts[i] = (uint32_t)read_big_endian(at + 20 + i * 4, 4);
    for (int i = 0; i < 6; i++)
        if (counts[i] > 10000)
            return false;
    *header =
        (Header){(char)at[4], counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
    return true;
}

static size_t body_bytes(const Header *header, size_t time_bytes)
{
    return header->times * (time_bytes + 1) + header->types * (size_t)6 + header->letters +
           header->leaps * (time_bytes + 4) + header->standard_flags + header->utc_flags;
}

static bool read_changes(Zone *zone, const unsigned char *body, const Header *header)
{
    const unsigned char *indexes = body + header->times * (size_t)8;
    const unsigned char *types = indexes + header->times;
    zone->count = header->times;
    zone->times = calloc(zone->count + 1, sizeof(*zone->times));
    zone->offsets = calloc(zone->count + 1, sizeof(*zone->offsets));
    if (!zone->times || !zone->offsets || header->types == 0)
        return false;
    zone->first = (int)read_big_endian(types, 4);
    for (size_t i = 0; i < zone->count; i++) {
        if (indexes[i] >= header->types)
            return false;
        zone->times[i] = read_big_endian(body + i * 8, 8);
        zone->offsets[i] = (int)read_big_endian(types + indexes[i] * (size_t)6, 4);
        if (zone->offsets[i] < -93600 || zone->offsets[i] > 93600 ||
            (i > 0 && zone->times[i] <= zone->times[i - 1]))
            return false;
    }
    return true;
}

/* Version 2 and later: the 32-bit part is skipped, then 64-bit data and the rule. */
static bool read_zone(Zone *zone, const unsigned char *bytes, size_t length)
{
    Header header;
    if (!read_header(bytes, length, &header) || header.version < '2')
        return false;
    size_t skip = HEADER_BYTES + body_bytes(&header, 4);
    if (skip > length || !read_header(bytes + skip, length - skip, &header))
        return false;
    skip += HEADER_BYTES;
    size_t body = body_bytes(&header, 8);
    if (body > length - skip || !read_changes(zone, bytes + skip, &header))
        return false;
    const char *footer = (const char *)bytes + skip + body;
    size_t left = length - skip - body;
    if (left < 2 || footer[0] != '\n')
        return false;
    const char *end = memchr(footer + 1, '\n', left - 1);
    char rule[128];
    if (!end || (size_t)(end - footer) > sizeof(rule))
        return false;
    snprintf(rule, sizeof(rule), "%.*s", (int)(end - footer - 1), footer + 1);
    return ZoneRule_parse(rule, &zone->rule);
}

static bool is_safe_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length >= sizeof(((Zone *)0)->name) || name[0] < 'A' || name[0] > 'Z')
        return false;
    for (const char *at = name; *at; at++)
        if (!((*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') ||
              (*at >= '0' && *at <= '9') || strchr("_+-/", *at)))
            return false;
    return true;
}

static Zone *load(const char *name)
{
    char path[128];
    size_t length = 0;
    snprintf(path, sizeof(path), FOLDER "%s", name);
    char *bytes = Paths_read_file(path, FILE_MAX, &length, NULL);
    Zone *zone = bytes ? calloc(1, sizeof(Zone)) : NULL;
    if (zone && !read_zone(zone, (unsigned char *)bytes, length)) {
        free(zone->times);
        free(zone->offsets);
        free(zone);
        zone = NULL;
    }
    if (zone)
        snprintf(zone->name, sizeof(zone->name), "%s", name);
    free(bytes);
    return zone;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Zone *zones; /* names are files of the system: some 600 at most */

const Zone *Zone_find(const char *name)
{
    static _Thread_local const Zone *recent;
    if (recent && strcmp(recent->name, name) == 0)
        return recent;
    if (!is_safe_name(name))
        return NULL;
    pthread_mutex_lock(&lock);
    Zone *zone = zones;
    while (zone && strcmp(zone->name, name) != 0)
        zone = zone->next;
    if (!zone && (zone = load(name))) {
        zone->next = zones;
        zones = zone;
    }
    pthread_mutex_unlock(&lock);
    if (zone)
        recent = zone;
    return zone;
}

int Zone_offset(const Zone *zone, int64_t seconds)
{
    if (zone->count == 0 || seconds < zone->times[0])
        return zone->count == 0 && zone->rule.present ? ZoneRule_offset(&zone->rule, seconds)
                                                      : zone->first;
    if (seconds >= zone->times[zone->count - 1] && zone->rule.present)
        return ZoneRule_offset(&zone->rule, seconds);
    size_t low = 0, high = zone->count; /* times[low] <= seconds < times[high] */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->times[middle] <= seconds)
            low = middle;
        else
            high = middle;
    }
    return zone->offsets[low];
}
