/* Dates as exports write them: which number is the day. */
#include <string.h>

#include "base/datetime.h"
#include "base/number.h"
#include "base/number_date_text.h"

/* Two digits: up to 69 this century, from 70 the last. */
static int full_year(int year, int digits)
{
    if (digits > 2)
        return year;
    return year < 70 ? 2000 + year : 1900 + year;
}

static bool make_date(int year, int year_digits, int month, int day, int *out)
{
    if (year_digits != 2 && year_digits != 4)
        return false;
    out[0] = full_year(year, year_digits);
    out[1] = month;
    out[2] = day;
    return Date_is_valid(out[0], month, day);
}

static bool order_parts(const DateParts *parts, DateOrder order, int out[3])
{
    const int *n = parts->numbers, *digits = parts->digits;
    if (parts->month) {
        if (parts->count != 2)
            return false;
        if (digits[0] == 4)
            return make_date(n[0], 4, parts->month, n[1], out);
        return make_date(n[1], digits[1], parts->month, n[0], out);
    }
    if (digits[0] == 4)
        return digits[1] <= 2 && digits[2] <= 2 && make_date(n[0], 4, n[1], n[2], out);
    if (digits[0] > 2 || digits[1] > 2)
        return false;
    if (order == DATE_YMD && digits[2] <= 2)
        return make_date(n[0], digits[0], n[1], n[2], out);
    if (order == DATE_DMY)
        return make_date(n[2], digits[2], n[1], n[0], out);
    if (order == DATE_MDY)
        return make_date(n[2], digits[2], n[0], n[1], out);
    /* nobody writes the month first before a dot */
    bool day_first = parts->separator == '.' || n[0] > 12, month_first = n[1] > 12;
    if (day_first)
        return make_date(n[2], digits[2], n[1], n[0], out);
    return (month_first || n[0] == n[1]) && make_date(n[2], digits[2], n[0], n[1], out);
}

bool Number_parse_date(const char *text, DateOrder order, const char *zone, int64_t *time,
                       bool *has_time)
{
    DateText date;
    int civil[3];
    if (!DateText_read(text, &date) || !order_parts(&date.parts, order, civil))
        return false;
    date.clock.year = civil[0];
    date.clock.month = civil[1];
    date.clock.day = civil[2];
    *time = DateTime_from_civil(&date.clock, date.has_offset ? "UTC" : zone);
    *time -= date.offset * MICROSECONDS_PER_SECOND;
    if (has_time)
        *has_time = date.has_time;
    return true;
}

void DateGuess_see(DateGuess *guess, const char *cell)
{
    DateText date;
    int civil[3];
    if (!cell || !cell[strspn(cell, " \t")])
        return;
    guess->seen++;
    if (!DateText_read(cell, &date)) {
        guess->unreadable++;
        return;
    }
    const DateParts *parts = &date.parts;
    if (parts->month || parts->digits[0] == 4) {
        if (order_parts(parts, DATE_YMD, civil))
            guess->ymd++;
        else
            guess->unreadable++;
        return;
    }
    bool day_first = order_parts(parts, DATE_DMY, civil);
    bool month_first = order_parts(parts, DATE_MDY, civil) && parts->separator != '.';
    if (day_first && month_first)
        guess->ambiguous += parts->numbers[0] != parts->numbers[1];
    else if (day_first)
        guess->dmy_only++;
    else if (month_first)
        guess->mdy_only++;
    else
        guess->unreadable++;
}

bool DateGuess_decide(const DateGuess *guess, DateOrder *order)
{
    *order = DATE_ORDER_UNKNOWN;
    if (guess->dmy_only > guess->mdy_only * 20)
        *order = DATE_DMY;
    else if (guess->mdy_only > guess->dmy_only * 20)
        *order = DATE_MDY;
    else if (guess->dmy_only == 0 && guess->ambiguous == 0)
        *order = DATE_YMD;
    return *order != DATE_ORDER_UNKNOWN;
}
