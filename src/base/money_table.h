/* money_table.h - constant tables of money.h. */
#ifndef BASE_MONEY_TABLE_H
#define BASE_MONEY_TABLE_H

#include <stddef.h>

typedef struct MoneyCurrency {
    char code[4];
    int exponent;
} MoneyCurrency;

typedef struct MoneyCountry {
    char country[3];
    char currency[4];
} MoneyCountry;

extern const MoneyCurrency money_currencies[];
extern const size_t money_currency_count;
extern const MoneyCountry money_countries[];
extern const size_t money_country_count;

#endif
