/* Between UTC and the clock of a place. */
#include <string.h>

#include "base/datetime.h"
#include "base/zone_file.h"

#define DAY INT64_C(86400)

static const Zone *find(const char *zone)
{
    return zone && strcmp(zone, "UTC") != 0 ? Zone_find(zone) : NULL;
}

bool DateTime_zone_exists(const char *zone)
{
    return zone && (strcmp(zone, "UTC") == 0 || Zone_find(zone) != NULL);
}

static int64_t floor_divide(int64_t value, int64_t by)
{
    int64_t quotient = value / by;
    return quotient - (value % by < 0);
}

void DateTime_to_civil(int64_t time, const char *zone, CivilTime *civil)
{
    const Zone *place = find(zone);
    int64_t seconds = floor_divide(time, MICROSECONDS_PER_SECOND);
    civil->microsecond =
        (int)((time % MICROSECONDS_PER_SECOND + MICROSECONDS_PER_SECOND) % MICROSECONDS_PER_SECOND);
    civil->offset_seconds = place ? Zone_offset(place, seconds) : 0;
    seconds += civil->offset_seconds;
    int64_t days = floor_divide(seconds, DAY);
    int rest = (int)(seconds - days * DAY);
    Date_to_civil((int32_t)days, &civil->year, &civil->month, &civil->day);
    civil->hour = rest / 3600;
    civil->minute = rest / 60 % 60;
    civil->second = rest % 60;
    civil->weekday = (int)(((days + 3) % 7 + 7) % 7);
}

/* A clock time that a change of the clock makes twice is the first of the two; one that it skips
 * counts with the offset before, so it lands after the gap. */
static int64_t local_to_utc(const Zone *place, int64_t local)
{
    int before = Zone_offset(place, local - DAY);
    int after = Zone_offset(place, local + DAY);
    if (before == after || Zone_offset(place, local - before) == before)
        return local - before;
    return Zone_offset(place, local - after) == after ? local - after : local - before;
}

int64_t DateTime_from_civil(const CivilTime *civil, const char *zone)
{
    const Zone *place = find(zone);
    int64_t days = Date_from_civil(civil->year, civil->month, civil->day);
    int64_t seconds =
        days * DAY + civil->hour * INT64_C(3600) + civil->minute * INT64_C(60) + civil->second;
    if (place)
        seconds = local_to_utc(place, seconds);
    int64_t time;
    if (__builtin_mul_overflow(seconds, MICROSECONDS_PER_SECOND, &time) ||
        __builtin_add_overflow(time, (int64_t)civil->microsecond, &time))
        return seconds < 0 ? INT64_MIN : INT64_MAX;
    return time;
}
