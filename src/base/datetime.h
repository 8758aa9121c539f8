/* datetime.h - time as int64 UTC microseconds, dates as int32 days since 1970-01-01 (proleptic
 * Gregorian).
 *
 * Zones are IANA names, read from the system's zoneinfo; "UTC" always works.
 */
#ifndef BASE_DATETIME_H
#define BASE_DATETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

#define MICROSECONDS_PER_SECOND INT64_C(1000000)
#define MICROSECONDS_PER_DAY (INT64_C(86400) * MICROSECONDS_PER_SECOND)

typedef struct CivilTime {
    int year, month, day;     /* month 1..12, day 1..31 */
    int hour, minute, second; /* 0..59 */
    int microsecond;
    int weekday;        /* 0 = Monday */
    int offset_seconds; /* east of UTC */
} CivilTime;

int32_t Date_from_civil(int year, int month, int day);
void Date_to_civil(int32_t date, int *year, int *month, int *day);
bool Date_is_valid(int year, int month, int day);
/* "YYYY-MM-DD"; out >= 16 bytes */
char *Date_format(int32_t date, char *out);
bool Date_parse(const char *text, int32_t *date);  /* exactly YYYY-MM-DD */
int32_t Date_add_months(int32_t date, int months); /* the day is clamped to the month's last */

/* zone NULL or unknown = UTC; DateTime_zone_exists() tells. */
bool DateTime_zone_exists(const char *zone);
void DateTime_to_civil(int64_t time, const char *zone, CivilTime *civil);
/* offset_seconds is ignored.  A clock time that occurs twice is the first; one that a change of the
 * clock skips lands after the gap.  Past int64 it stays at the end of the range. */
int64_t DateTime_from_civil(const CivilTime *civil, const char *zone);
/* ISO 8601 UTC: 2026-11-22T10:00:00Z, with .ffffff only when not zero; out >= 40 bytes */
char *DateTime_format(int64_t time, char *out);
/* ISO 8601 with Z or offset, or without (then in zone); date only = midnight in zone. */
bool DateTime_parse(const char *text, const char *zone, int64_t *time);
/* Words of the filter language relative to now in zone: "now", "today", "yesterday", "tomorrow",
 * "this_week|month|quarter|year", "last_...", "next_...", "-30d" "+2h" (units s min h d w m q y).
 * Gives the half-open interval [start, end); a moment has start == end.  week_start 0 = Monday. */
bool DateTime_parse_relative(const char *text, int64_t now, const char *zone, int week_start,
                             int64_t *start, int64_t *end);
/* "12 min", "3 h", "2 d", "5 mo" for a list; out >= 16 bytes */
char *DateTime_format_age(int64_t microseconds, char *out);

#endif
