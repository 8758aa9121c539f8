/* Calendar arithmetic, writing and reading of dates and times. */
#include "base/datetime.h"

#include <stdio.h>
#include <string.h>

#define DAYS_PER_ERA 146097 /* 400 years */
#define EPOCH_SHIFT 719468  /* days from 0000-03-01 to 1970-01-01 */

static int64_t floor_divide(int64_t value, int64_t by)
{
    int64_t quotient = value / by;
    return quotient - (value % by < 0);
}

/* Years begin in March, so that the leap day is the last. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_divide(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - EPOCH_SHIFT;
}

static void civil_from_days(int64_t days, int *year, int *month, int *day)
{
    days += EPOCH_SHIFT;
    int64_t era = floor_divide(days, DAYS_PER_ERA);
    int64_t day_of_era = days - era * DAYS_PER_ERA;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

int32_t Date_from_civil(int year, int month, int day)
{
    int64_t days = days_from_civil(year, month, day);
    if (days > INT32_MAX)
        return INT32_MAX;
    return days < INT32_MIN ? INT32_MIN : (int32_t)days;
}

void Date_to_civil(int32_t date, int *year, int *month, int *day)
{
    civil_from_days(date, year, month, day);
}

static int days_in_month(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : lengths[month - 1];
}

bool Date_is_valid(int year, int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

static int write_date(int64_t days, char *out)
{
    int year, month, day;
    civil_from_days(days, &year, &month, &day);
    const char *sign = year < 0 ? "-" : "";
    unsigned magnitude = year < 0 ? 0U - (unsigned)year : (unsigned)year;
    return snprintf(out, 16, "%s%04u-%02d-%02d", sign, magnitude, month, day);
}

char *Date_format(int32_t date, char *out)
{
    write_date(date, out);
    return out;
}

/* Exactly `count` digits at *text, which moves on. */
static bool read_digits(const char **text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *value = *value * 10 + (**text - '0');
    }
    return true;
}

static bool read_char(const char **text, char expected)
{
    if (**text != expected)
        return false;
    (*text)++;
    return true;
}

static bool read_date(const char **text, int *year, int *month, int *day)
{
    return read_digits(text, 4, year) && read_char(text, '-') && read_digits(text, 2, month) &&
           read_char(text, '-') && read_digits(text, 2, day) && Date_is_valid(*year, *month, *day);
}

bool Date_parse(const char *text, int32_t *date)
{
    int year, month, day;
    if (!text || !read_date(&text, &year, &month, &day) || *text)
        return false;
    *date = Date_from_civil(year, month, day);
    return true;
}

int32_t Date_add_months(int32_t date, int months)
{
    int year, month, day;
    Date_to_civil(date, &year, &month, &day);
    int64_t count = (int64_t)year * 12 + (month - 1) + months;
    int64_t new_year = floor_divide(count, 12);
    int new_month = (int)(count - new_year * 12) + 1;
    int last = days_in_month((int)(new_year % 400), new_month);
    int64_t days = days_from_civil(new_year, new_month, day < last ? day : last);
    if (days > INT32_MAX)
        return INT32_MAX;
    return days < INT32_MIN ? INT32_MIN : (int32_t)days;
}

char *DateTime_format(int64_t time, char *out)
{
    int64_t seconds = floor_divide(time, MICROSECONDS_PER_SECOND);
    int fraction =
        (int)((time % MICROSECONDS_PER_SECOND + MICROSECONDS_PER_SECOND) % MICROSECONDS_PER_SECOND);
    int64_t days = floor_divide(seconds, 86400);
    int rest = (int)(seconds - days * 86400);
    int used = write_date(days, out);
    used += snprintf(out + used, 16, "T%02d:%02d:%02d", rest / 3600, rest / 60 % 60, rest % 60);
    if (fraction)
        used += snprintf(out + used, 8, ".%06d", fraction);
    out[used] = 'Z';
    out[used + 1] = '\0';
    return out;
}

/* Up to nine digits; what is finer than a microsecond is cut. */
static bool read_fraction(const char **text, int *microsecond)
{
    int digits = 0, value = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++, digits++)
        if (digits < 6)
            value = value * 10 + (**text - '0');
    for (int i = digits; i < 6; i++)
        value *= 10;
    *microsecond = value;
    return digits >= 1 && digits <= 9;
}

static bool read_clock(const char **text, CivilTime *civil)
{
    if (!read_digits(text, 2, &civil->hour) || !read_char(text, ':') ||
        !read_digits(text, 2, &civil->minute))
        return false;
    if (**text == ':') {
        (*text)++;
        if (!read_digits(text, 2, &civil->second))
            return false;
        if (**text == '.' || **text == ',') {
            (*text)++;
            if (!read_fraction(text, &civil->microsecond))
                return false;
        }
    }
    return civil->hour < 24 && civil->minute < 60 && civil->second < 60;
}

/* "Z", "+02:00", "+0200", "+02"; *given stays false when nothing follows. */
static bool read_offset(const char **text, bool *given, int *offset)
{
    *given = **text != '\0';
    *offset = 0;
    if (!*given)
        return true;
    if (**text == 'Z' || **text == 'z') {
        (*text)++;
        return true;
    }
    int sign = **text == '+' ? 1 : -1, hours, minutes = 0;
    if (**text != '+' && **text != '-')
        return false;
    (*text)++;
    if (!read_digits(text, 2, &hours))
        return false;
    if (**text == ':')
        (*text)++;
    if (**text && !read_digits(text, 2, &minutes))
        return false;
    *offset = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

bool DateTime_parse(const char *text, const char *zone, int64_t *time)
{
    CivilTime civil = {0};
    bool given = false;
    int offset = 0;
    if (!text || !read_date(&text, &civil.year, &civil.month, &civil.day))
        return false;
    if (*text) {
        if (*text != 'T' && *text != 't' && *text != ' ')
            return false;
        text++;
        if (!read_clock(&text, &civil) || !read_offset(&text, &given, &offset) || *text)
            return false;
    }
    *time = DateTime_from_civil(&civil, given ? "UTC" : zone);
    if (given)
        *time -= offset * MICROSECONDS_PER_SECOND;
    return true;
}

char *DateTime_format_age(int64_t microseconds, char *out)
{
    static const struct {
        int64_t below, seconds; /* used for ages under `below` seconds */
        const char *unit;
    } steps[] = {
        {60, 1, "s"},
        {3600, 60, "min"},
        {86400, 3600, "h"},
        {86400 * 60, 86400, "d"},
        {86400 * 730, 2629746, "mo"},
        {INT64_MAX, 31556952, "y"},
    };
    int64_t seconds = microseconds / MICROSECONDS_PER_SECOND;
    const char *sign = seconds < 0 ? "-" : "";
    if (seconds < 0)
        seconds = -seconds;
    size_t step = 0;
    while (seconds >= steps[step].below)
        step++;
    int count = (int)(seconds / steps[step].seconds); /* at most 292,271 years */
    snprintf(out, 16, "%s%d %.3s", sign, count, steps[step].unit);
    return out;
}
