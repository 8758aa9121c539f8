/* Amounts as text. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/money.h"

/* How a language writes an amount.  least: digits before grouping begins at all. */
typedef struct Style {
    const char *locale;
    const char *decimal, *grouping;
    int least;
    bool symbol_first, space;
    const char *dollar; /* how it tells US dollars from its own */
} Style;

/* Unicode CLDR, with plain spaces where it has no-break ones: terminals and scripts read these.
 * A longer name stands before the language it belongs to. */
static const Style styles[] = {
    {"pt-BR", ",", ".", 4, true, true, "US$"}, {"pt", ",", ".", 5, false, true, "US$"},
    {"de", ",", ".", 4, false, true, "$"},     {"fr", ",", " ", 4, false, true, "$US"},
    {"es", ",", ".", 5, false, true, "US$"},   {"en", ".", ",", 4, true, false, "$"},
};

static const struct {
    const char *code, *symbol;
} symbols[] = {
    {"EUR", "€"},   {"GBP", "£"},   {"JPY", "¥"},   {"BRL", "R$"},  {"CAD", "CA$"}, {"AUD", "A$"},
    {"NZD", "NZ$"}, {"MXN", "MX$"}, {"HKD", "HK$"}, {"TWD", "NT$"}, {"CNY", "CN¥"}, {"INR", "₹"},
    {"KRW", "₩"},   {"ILS", "₪"},   {"VND", "₫"},   {"PHP", "₱"},   {"XCD", "EC$"},
};

static const Style *find_style(const char *locale)
{
    const size_t count = sizeof(styles) / sizeof(*styles);
    for (size_t i = 0; locale && i < count; i++) {
        size_t length = strlen(styles[i].locale);
        bool region = length == 5;
        if (strncasecmp(locale, styles[i].locale, 2) != 0)
            continue;
        if (!region && (!locale[2] || strchr("-_.", locale[2])))
            return &styles[i];
        if (region && locale[2] && strchr("-_", locale[2]) &&
            strncasecmp(locale + 3, styles[i].locale + 3, 2) == 0)
            return &styles[i];
    }
    return &styles[count - 1];
}

/* Digits of the whole units and of the fraction; the sign is told apart. */
static int split(int64_t minor, const char *currency, char whole[21], char fraction[5])
{
    int exponent = Money_exponent(currency);
    if (exponent < 0)
        exponent = 2;
    uint64_t rest = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    for (int i = exponent - 1; i >= 0; i--, rest /= 10)
        fraction[i] = (char)('0' + rest % 10);
    fraction[exponent] = '\0';
    snprintf(whole, 21, "%llu", (unsigned long long)rest);
    return exponent;
}

char *Money_format_plain(int64_t minor, const char *currency, char *out)
{
    char whole[21], fraction[5];
    int exponent = split(minor, currency, whole, fraction);
    snprintf(out, 32, "%s%s%s%s", minor < 0 ? "-" : "", whole, exponent ? "." : "", fraction);
    return out;
}

static const char *symbol_of(const char *currency, const Style *style)
{
    if (strcmp(currency, "USD") == 0)
        return style->dollar;
    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
        if (strcmp(symbols[i].code, currency) == 0)
            return symbols[i].symbol;
    return currency;
}

char *Money_format(int64_t minor, const char *currency, const char *locale, char *out)
{
    const Style *style = find_style(locale);
    char whole[21], fraction[5], number[48];
    int exponent = split(minor, currency, whole, fraction);
    int digits = (int)strlen(whole), used = 0;
    for (int i = 0; i < digits; i++) {
        if (i > 0 && (digits - i) % 3 == 0 && digits >= style->least)
            number[used++] = style->grouping[0];
        number[used++] = whole[i];
    }
    number[used] = '\0';
    if (exponent)
        snprintf(number + used, sizeof(number) - (size_t)used, "%s%s", style->decimal, fraction);
    const char *symbol = symbol_of(currency, style), *sign = minor < 0 ? "-" : "";
    bool is_code = symbol == currency;
    if (style->symbol_first)
        snprintf(out, 64, "%s%.8s%s%s", sign, symbol, style->space || is_code ? " " : "", number);
    else
        snprintf(out, 64, "%s%s %.8s", sign, number, symbol);
    return out;
}
