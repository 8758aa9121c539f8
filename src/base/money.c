#include "base/money.h"

#include <stdlib.h>
#include <string.h>

#include "base/money_table.h"

static int compare_code(const void *code, const void *row)
{
    return strcmp(code, row); /* both tables begin with their code */
}

int Money_exponent(const char *currency)
{
    const MoneyCurrency *row = currency ? bsearch(currency, money_currencies, money_currency_count,
                                                  sizeof(*money_currencies), compare_code)
                                        : NULL;
    return row ? row->exponent : -1;
}

bool Money_currency_exists(const char *currency)
{
    return Money_exponent(currency) >= 0;
}

const char *Money_currency_of_country(const char *country)
{
    char code[3] = "";
    if (!country || strlen(country) != 2)
        return NULL;
    for (int i = 0; i < 2; i++) {
        bool lower = country[i] >= 'a' && country[i] <= 'z';
        code[i] = (char)(lower ? country[i] - 'a' + 'A' : country[i]);
    }
    const MoneyCountry *row =
        bsearch(code, money_countries, money_country_count, sizeof(*money_countries), compare_code);
    return row ? row->currency : NULL;
}

bool Money_add(int64_t a, int64_t b, int64_t *result)
{
    return !__builtin_add_overflow(a, b, result);
}

bool Money_muldiv(int64_t a, int64_t b, int64_t c, int64_t *result)
{
    if (c == 0)
        return false;
    __int128 product = (__int128)a * b;
    __int128 quotient = product / c, rest = product % c;
    __int128 magnitude = rest < 0 ? -rest : rest, divisor = c < 0 ? -(__int128)c : c;
    if (magnitude * 2 >= divisor)
        quotient += (product < 0) == (c < 0) ? 1 : -1;
    if (quotient > INT64_MAX || quotient < INT64_MIN)
        return false;
    *result = (int64_t)quotient;
    return true;
}

bool Money_apply_rate(int64_t minor, int64_t rate_ppm, int64_t *result)
{
    return Money_muldiv(minor, rate_ppm, 1000000, result);
}
