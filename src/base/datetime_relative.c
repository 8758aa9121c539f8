/* "today", "last_month", "-30d": the time words of filters. */
#include <string.h>
#include <strings.h>

#include "base/datetime.h"

/* Midnight at the beginning of a day of the place. */
static int64_t midnight(int32_t date, const char *zone)
{
    CivilTime civil = {0};
    Date_to_civil(date, &civil.year, &civil.month, &civil.day);
    return DateTime_from_civil(&civil, zone);
}

static int32_t local_date(int64_t time, const char *zone, CivilTime *civil)
{
    DateTime_to_civil(time, zone, civil);
    return Date_from_civil(civil->year, civil->month, civil->day);
}

static void interval(int32_t first, int32_t after, const char *zone, int64_t *start, int64_t *end)
{
    *start = midnight(first, zone);
    *end = midnight(after, zone);
}

static bool parse_day_word(const char *text, int32_t today, const char *zone, int64_t *start,
                           int64_t *end)
{
    static const struct {
        const char *word;
        int shift;
    } words[] = {{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (strcasecmp(text, words[i].word) != 0)
            continue;
        interval(today + words[i].shift, today + words[i].shift + 1, zone, start, end);
        return true;
    }
    return false;
}

/* "this_month" and its relatives. */
static bool parse_period(const char *text, int32_t today, const CivilTime *civil, const char *zone,
                         int week_start, int64_t *start, int64_t *end)
{
    static const char *const which[] = {"last_", "this_", "next_"};
    static const struct {
        const char *word;
        int months;
    } periods[] = {{"month", 1}, {"quarter", 3}, {"year", 12}};
    int shift = -2;
    for (int i = 0; i < 3; i++)
        if (strncasecmp(text, which[i], 5) == 0)
            shift = i - 1;
    if (shift == -2)
        return false;
    text += 5;
    if (strcasecmp(text, "week") == 0) {
        int since = ((civil->weekday - week_start) % 7 + 7) % 7;
        int32_t first = today - since + 7 * shift;
        interval(first, first + 7, zone, start, end);
        return true;
    }
    for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++) {
        if (strcasecmp(text, periods[i].word) != 0)
            continue;
        int months = periods[i].months;
        int month = (civil->month - 1) / months * months + 1;
        int32_t first = Date_add_months(Date_from_civil(civil->year, month, 1), months * shift);
        interval(first, Date_add_months(first, months), zone, start, end);
        return true;
    }
    return false;
}

typedef struct Unit {
    const char *word;
    int64_t seconds;  /* fixed lengths */
    int days, months; /* calendar lengths: the clock time stays */
} Unit;

static const Unit units[] = {
    {"s", 1, 0, 0}, {"min", 60, 0, 0}, {"h", 3600, 0, 0}, {"d", 0, 1, 0},
    {"w", 0, 7, 0}, {"m", 0, 0, 1},    {"q", 0, 0, 3},    {"y", 0, 0, 12},
};

static bool shift_time(const Unit *unit, int64_t amount, int64_t now, const char *zone,
                       int64_t *moment)
{
    int64_t fixed;
    if (unit->seconds)
        return !__builtin_mul_overflow(amount, unit->seconds * MICROSECONDS_PER_SECOND, &fixed) &&
               !__builtin_add_overflow(now, fixed, moment);
    if (amount > 100000 || amount < -100000)
        return false;
    CivilTime civil;
    int32_t date = local_date(now, zone, &civil);
    date = unit->months ? Date_add_months(date, (int)amount * unit->months)
                        : date + (int32_t)amount * unit->days;
    Date_to_civil(date, &civil.year, &civil.month, &civil.day);
    *moment = DateTime_from_civil(&civil, zone);
    return true;
}

/* "-30d", "+2h" */
static bool parse_shift(const char *text, int64_t now, const char *zone, int64_t *moment)
{
    int sign = *text == '-' ? -1 : 1;
    if (*text != '-' && *text != '+')
        return false;
    text++;
    int64_t amount = 0;
    const char *digits = text;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (text - digits >= 9)
            return false;
        amount = amount * 10 + (*text - '0');
    }
    if (text == digits)
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (strcasecmp(text, units[i].word) == 0)
            return shift_time(&units[i], sign * amount, now, zone, moment);
    return false;
}

bool DateTime_parse_relative(const char *text, int64_t now, const char *zone, int week_start,
                             int64_t *start, int64_t *end)
{
    CivilTime civil;
    int64_t moment = now;
    if (!text)
        return false;
    if (strcasecmp(text, "now") == 0 || parse_shift(text, now, zone, &moment)) {
        *start = *end = moment;
        return true;
    }
    int32_t today = local_date(now, zone, &civil);
    return parse_day_word(text, today, zone, start, end) ||
           parse_period(text, today, &civil, zone, week_start, start, end);
}
