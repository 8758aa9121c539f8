/* money.h - amounts as int64 minor units with an ISO 4217 currency; exact integer arithmetic. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/* Digits after the decimal sign (ISO 4217:2015 table A.1): JPY 0, USD 2, KWD 3; -1 = unknown code.
 */
int Money_exponent(const char *currency);
bool Money_currency_exists(const char *currency);
/* "1234.56" in major units, no grouping, locale-free; out >= 32 bytes */
char *Money_format_plain(int64_t minor, const char *currency, char *out);
/* For people: "€1,234.56", "1.234,56 €" by locale ("en", "de", "fr", "es", "pt", "pt-BR"); out >=
 * 64 */
char *Money_format(int64_t minor, const char *currency, const char *locale, char *out);
/* value * rate_ppm / 1e6 rounded half up (half away from zero); false on overflow */
bool Money_apply_rate(int64_t minor, int64_t rate_ppm, int64_t *result);
/* a * b / c, rounded half away from zero, in 128 bits; false on overflow or c == 0 */
bool Money_muldiv(int64_t a, int64_t b, int64_t c, int64_t *result);
bool Money_add(int64_t a, int64_t b, int64_t *result); /* false on overflow */
/* The currency an ISO 3166 country uses; NULL if unknown. */
const char *Money_currency_of_country(const char *country);

#endif
