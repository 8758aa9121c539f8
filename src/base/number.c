/* Reading and writing of numbers as scaled integers. */
#include "base/number.h"

#include <stdio.h>
#include <string.h>

#include "base/number_scan.h"

#define SCALE_MAX 18

/* Digits of text up to its end; other characters than digits and the decimal sign are passed over.
 */
static bool read_scaled(const char *text, char decimal, bool negative, int scale, int64_t *scaled)
{
    const __int128 most = (__int128)INT64_MAX + 1;
    __int128 value = 0;
    int fraction = -1;
    bool round_up = false;
    if (scale < 0 || scale > SCALE_MAX)
        return false;
    for (; *text; text++) {
        if (*text == decimal)
            fraction = 0;
        if (*text < '0' || *text > '9')
            continue;
        if (fraction >= scale) {
            round_up = fraction == scale ? *text >= '5' : round_up;
            fraction = scale + 1;
            continue;
        }
        value = value * 10 + (*text - '0');
        fraction += fraction >= 0;
        if (value > most)
            return false;
    }
    for (int i = fraction > 0 ? fraction : 0; i < scale; i++) {
        value *= 10;
        if (value > most)
            return false;
    }
    value += round_up;
    if (value > most - !negative)
        return false;
    *scaled = (int64_t)(negative ? -value : value);
    return true;
}

bool Number_parse(const char *text, NumberFormat format, int scale, int64_t *scaled,
                  char currency_out[4], bool *percent_out)
{
    NumberScan scan;
    if (!NumberScan_read(text, &scan))
        return false;
    /* "+49 30 1234567" and "030 123 456" are telephone numbers */
    if (scan.plus && strchr(scan.core, ' '))
        return false;
    char decimal = format.decimal;
    if (!decimal) {
        NumberEvidence evidence = NumberScan_evidence(scan.core);
        if (evidence == NUMBER_EITHER)
            return false;
        decimal = evidence == NUMBER_COMMA_DECIMAL ? ',' : '.';
    }
    if (!NumberScan_fits(scan.core, decimal) ||
        !read_scaled(scan.core, decimal, scan.negative, scale, scaled))
        return false;
    if (currency_out)
        memcpy(currency_out, scan.currency, 4);
    if (percent_out)
        *percent_out = scan.percent;
    return true;
}

bool Number_parse_plain(const char *text, int scale, int64_t *scaled)
{
    if (!text)
        return false;
    bool negative = *text == '-';
    text += negative || *text == '+';
    size_t whole = strspn(text, "0123456789"), fraction = 0, length = whole;
    if (text[whole] == '.') {
        fraction = strspn(text + whole + 1, "0123456789");
        length += 1 + fraction;
        if (fraction == 0)
            return false;
    }
    return whole > 0 && !text[length] && read_scaled(text, '.', negative, scale, scaled);
}

char *Number_format_scaled(int64_t scaled, int scale, char *out)
{
    char digits[40];
    uint64_t rest = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    int at = (int)sizeof(digits) - 1;
    bool shown = false; /* a fraction digit that is not a trailing zero was written */
    digits[at] = '\0';
    if (scale > SCALE_MAX)
        scale = SCALE_MAX;
    for (int i = 0; i < scale; i++, rest /= 10) {
        shown = shown || rest % 10 != 0;
        if (shown)
            digits[--at] = (char)('0' + rest % 10);
    }
    if (shown)
        digits[--at] = '.';
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (scaled < 0)
        digits[--at] = '-';
    memcpy(out, digits + at, sizeof(digits) - (size_t)at);
    return out;
}
