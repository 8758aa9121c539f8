/* The POSIX TZ rule at the end of a zone file. */
#include <string.h>

#include "base/datetime.h"
#include "base/zone_file.h"

#define DAY 86400

static bool read_number(const char **text, int most, int *value)
{
    int digits = 0;
    *value = 0;
    for (; **text >= '0' && **text <= '9' && digits < 4; (*text)++, digits++)
        *value = *value * 10 + (**text - '0');
    return digits > 0 && *value <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool read_seconds(const char **text, int *seconds)
{
    int sign = 1, hours, part;
    if (**text == '+' || **text == '-') {
        sign = **text == '-' ? -1 : 1;
        (*text)++;
    }
    if (!read_number(text, 167, &hours))
        return false;
    *seconds = hours * 3600;
    for (int unit = 60; **text == ':' && unit >= 1; unit /= 60) {
        (*text)++;
        if (!read_number(text, 59, &part))
            return false;
        *seconds += part * unit;
    }
    *seconds *= sign;
    return true;
}

/* Letters, or anything between < and >. */
static bool skip_name(const char **text)
{
    const char *start = *text;
    if (**text == '<') {
        const char *end = strchr(*text, '>');
        if (!end)
            return false;
        *text = end + 1;
        return end > start + 1;
    }
    while ((**text >= 'A' && **text <= 'Z') || (**text >= 'a' && **text <= 'z'))
        (*text)++;
    return *text - start >= 3;
}

static bool read_change(const char **text, ZoneChange *change)
{
    *change = (ZoneChange){.kind = 'D', .seconds = 2 * 3600};
    if (**text == 'M') {
        (*text)++;
        change->kind = 'M';
        if (!read_number(text, 12, &change->month) || change->month < 1 || *(*text)++ != '.' ||
            !read_number(text, 5, &change->week) || change->week < 1 || *(*text)++ != '.' ||
            !read_number(text, 6, &change->day))
            return false;
    } else {
        if (**text == 'J') {
            (*text)++;
            change->kind = 'J';
        }
        if (!read_number(text, 365, &change->day) || (change->kind == 'J' && change->day < 1))
            return false;
    }
    if (**text == '/') {
        (*text)++;
        return read_seconds(text, &change->seconds);
    }
    return true;
}

bool ZoneRule_parse(const char *text, ZoneRule *rule)
{
    *rule = (ZoneRule){0};
    if (!*text)
        return true;
    if (!skip_name(&text) || !read_seconds(&text, &rule->offset))
        return false;
    rule->offset = -rule->offset; /* POSIX counts west of UTC */
    rule->present = true;
    if (!*text)
        return true;
    if (!skip_name(&text))
        return false;
    rule->summer = true;
    rule->summer_offset = rule->offset + 3600;
    if (*text && *text != ',') {
        if (!read_seconds(&text, &rule->summer_offset))
            return false;
        rule->summer_offset = -rule->summer_offset;
    }
    return *text++ == ',' && read_change(&text, &rule->begin) && *text++ == ',' &&
           read_change(&text, &rule->end) && !*text;
}

/* Local seconds since 1970 at which the change of a year comes. */
static int64_t change_time(const ZoneChange *change, int year)
{
    int64_t first = Date_from_civil(year, 1, 1), day;
    bool leap = Date_is_valid(year, 2, 29);
    if (change->kind == 'M') {
        int64_t month = Date_from_civil(year, change->month, 1);
        int64_t weekday = ((month + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; 0 = Sunday */
        day = month + (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
        int32_t next = Date_add_months((int32_t)month, 1);
        if (day >= next)
            day -= 7;
    } else if (change->kind == 'J') {
        day = first + change->day - 1 + (leap && change->day >= 60);
    } else {
        day = first + change->day;
    }
    return day * DAY + change->seconds;
}

int ZoneRule_offset(const ZoneRule *rule, int64_t seconds)
{
    if (!rule->summer)
        return rule->offset;
    int64_t days = (seconds + rule->offset) / DAY;
    if (days > INT32_MAX / 2 || days < INT32_MIN / 2)
        return rule->offset;
    int year, month, day;
    Date_to_civil((int32_t)days, &year, &month, &day);
    int64_t begin = change_time(&rule->begin, year) - rule->offset;
    int64_t end = change_time(&rule->end, year) - rule->summer_offset;
    bool summer =
        begin < end ? seconds >= begin && seconds < end : !(seconds >= end && seconds < begin);
    return summer ? rule->summer_offset : rule->offset;
}
