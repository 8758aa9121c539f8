/* number.h - numbers, money and dates as people write them, in a known or a guessed notation.
 *
 * A column of a file decides its notation as a whole: feed every cell to NumberGuess_see() (and
 * DateGuess_see()), then read each with the notation found.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"

typedef struct NumberFormat {
    char decimal;  /* '.' or ',' ; 0 = unknown */
    char grouping; /* ',' '.' ' ' '\'' or 0 */
} NumberFormat;

NumberFormat Number_format_of_locale(const char *locale_or_country); /* "de-DE", "DE", "en" */

typedef struct NumberGuess {
    int dot_decimal, comma_decimal, undecided, unreadable, seen;
} NumberGuess;
void NumberGuess_see(NumberGuess *guess, const char *cell);
/* false: the column cannot decide (use the tenant's country and warn) */
bool NumberGuess_decide(const NumberGuess *guess, NumberFormat *format);

/* Reads "1 234,56 €", "R$ 1.234,56", "$1,234.56", "(1,234.56)", "-12.5", "12%" exactly into an
 * integer scaled by 10^scale (no floating point).  currency_out (4 bytes, may be NULL) gets the ISO
 * code that the text shows, or "".  percent_out (may be NULL) says whether a % stood there. More
 * digits than scale: rounded half away from zero.  Overflow or rubbish: false. */
bool Number_parse(const char *text, NumberFormat format, int scale, int64_t *scaled,
                  char currency_out[4], bool *percent_out);
/* Plain C notation only: optional sign, digits, optional fraction; scaled by 10^scale. */
bool Number_parse_plain(const char *text, int scale, int64_t *scaled);
/* "12345.6789" without trailing zeros; out >= 40 bytes */
char *Number_format_scaled(int64_t scaled, int scale, char *out);

typedef enum DateOrder { DATE_ORDER_UNKNOWN, DATE_YMD, DATE_DMY, DATE_MDY } DateOrder;
typedef struct DateGuess {
    int ymd, dmy_only, mdy_only, ambiguous, unreadable, seen;
} DateGuess;
void DateGuess_see(DateGuess *guess, const char *cell);
bool DateGuess_decide(const DateGuess *guess, DateOrder *order);
DateOrder Number_date_order_of_locale(const char *locale_or_country);
/* Date or date-time as found in exports, also with month names in five languages and 12-hour
 * clocks. *time is microseconds read in `zone`; *has_time tells whether a clock time stood there.
 */
bool Number_parse_date(const char *text, DateOrder order, const char *zone, int64_t *time,
                       bool *has_time);

#endif
