/* zone_file.h - one time zone: TZif data (RFC 8536) and the POSIX rule for the time after it.
 *
 * For datetime.h only.  Zones are read once, kept for the life of the process and never change, so
 * threads share them.
 */
#ifndef BASE_ZONE_FILE_H
#define BASE_ZONE_FILE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Zone Zone;

/* NULL for an unknown name.  Borrowed for ever. */
const Zone *Zone_find(const char *name);
/* Seconds east of UTC at a time in seconds since 1970. */
int Zone_offset(const Zone *zone, int64_t seconds);

/* When a rule such as "M3.5.0/2" changes the clock. */
typedef struct ZoneChange {
    char kind;            /* 'M' month.week.day, 'J' day without 29 February, 'D' day from 0 */
    int month, week, day; /* day: weekday of 'M' (0 = Sunday), else day of the year */
    int seconds;          /* after midnight, local; may be negative or over a day */
} ZoneChange;

/* "CET-1CEST,M3.5.0,M10.5.0/3" */
typedef struct ZoneRule {
    bool present, summer;
    int offset, summer_offset; /* east of UTC */
    ZoneChange begin, end;     /* of summer time */
} ZoneRule;

/* An empty rule is fine: present stays false. */
bool ZoneRule_parse(const char *text, ZoneRule *rule);
int ZoneRule_offset(const ZoneRule *rule, int64_t seconds);

#endif
