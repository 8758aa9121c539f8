#include "base/number_scan.h"

#include <string.h>
#include <strings.h>

#include "base/money.h"
#include "base/text.h"

/* Longer signs before those they begin with. */
static const struct {
    const char *sign, *code;
} signs[] = {
    {"US$", "USD"},  {"USD$", "USD"},  {"$US", "USD"},  {"R$", "BRL"},  {"CA$", "CAD"},
    {"C$", "CAD"},   {"AU$", "AUD"},   {"A$", "AUD"},   {"NZ$", "NZD"}, {"MX$", "MXN"},
    {"HK$", "HKD"},  {"NT$", "TWD"},   {"S$", "SGD"},   {"CN¥", "CNY"}, {"$", "USD"},
    {"€", "EUR"},    {"£", "GBP"},     {"¥", "JPY"},    {"₹", "INR"},   {"₩", "KRW"},
    {"₪", "ILS"},    {"₫", "VND"},     {"₱", "PHP"},    {"₺", "TRY"},   {"₽", "RUB"},
    {"₴", "UAH"},    {"zł", "PLN"},    {"Kč", "CZK"},   {"Ft", "HUF"},  {"Fr.", "CHF"},
    {"SFr.", "CHF"}, {"euros", "EUR"}, {"euro", "EUR"},
};

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte & 0x80);
}

int NumberScan_currency(const char *text, char code[4])
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        size_t length = strlen(signs[i].sign);
        if (strncasecmp(text, signs[i].sign, length) != 0)
            continue;
        if (is_letter(signs[i].sign[0]) && is_letter(signs[i].sign[length - 1]) &&
            !(signs[i].sign[0] & 0x80) && is_letter(text[length]))
            continue;
        memcpy(code, signs[i].code, 4);
        return (int)length;
    }
    char upper[4] = "";
    for (int i = 0; i < 3; i++) {
        if (!is_letter(text[i]) || text[i] & 0x80)
            return 0;
        upper[i] = (char)(text[i] & ~0x20);
    }
    if (is_letter(text[3]) || !Money_currency_exists(upper))
        return 0;
    memcpy(code, upper, 4);
    return 3;
}

static bool is_space(int32_t code_point)
{
    return code_point == ' ' || code_point == '\t' || code_point == 0xA0 || code_point == 0x202F ||
           code_point == 0x2009 || code_point == 0x2007;
}

/* The ASCII character a code point stands for in a number; 0 = none. */
static char plain_character(int32_t code_point)
{
    if ((code_point >= '0' && code_point <= '9') || code_point == '.' || code_point == ',' ||
        code_point == '\'' || code_point == '(' || code_point == ')' || code_point == '%' ||
        code_point == '+' || code_point == '-')
        return (char)code_point;
    if (is_space(code_point))
        return ' ';
    if (code_point == 0x2019)
        return '\'';
    return code_point == 0x2212 || code_point == 0x2013 ? '-' : '\0';
}

typedef struct Scanner {
    NumberScan *scan;
    int used;                          /* of core */
    bool signed_, open, closed, after; /* after: something stood behind the digits */
} Scanner;

static bool take_sign(Scanner *scanner, char sign)
{
    if (scanner->signed_ || scanner->open)
        return false;
    if (scanner->used > 0) {
        scanner->after = true;
        if (sign == '+')
            return false;
    }
    scanner->signed_ = true;
    scanner->scan->negative = sign == '-';
    scanner->scan->plus = sign == '+';
    return true;
}

static bool take(Scanner *scanner, char sign)
{
    NumberScan *scan = scanner->scan;
    switch (sign) {
    case '+':
    case '-':
        return take_sign(scanner, sign);
    case '(':
        if (scanner->open || scanner->signed_ || scanner->used > 0)
            return false;
        return scanner->open = scan->negative = true;
    case ')':
        if (!scanner->open || scanner->closed || scanner->used == 0)
            return false;
        return scanner->closed = true;
    case '%':
        if (scan->percent || scanner->used == 0)
            return false;
        return scan->percent = scanner->after = true;
    case ' ':
        if (scanner->used == 0 || scanner->after || scanner->closed)
            return true;
        break;
    default:
        if (scanner->after || scanner->closed)
            return false;
    }
    if (scanner->used == NUMBER_CORE_MAX - 1)
        return false;
    scan->core[scanner->used++] = sign;
    return true;
}

bool NumberScan_read(const char *text, NumberScan *scan)
{
    memset(scan, 0, sizeof(*scan));
    Scanner scanner = {.scan = scan};
    size_t length = text ? strlen(text) : 0;
    for (size_t i = 0; i < length;) {
        int32_t code_point;
        size_t bytes = Text_decode(text + i, length - i, &code_point);
        char sign = plain_character(code_point);
        int money =
            sign ? 0
                 : NumberScan_currency(text + i, scan->currency[0] ? (char[4]){0} : scan->currency);
        if (money > 0) {
            if (scan->percent || scanner.closed)
                return false;
            scanner.after = scanner.used > 0;
            bytes = (size_t)money;
        } else if (!sign || !take(&scanner, sign)) {
            return false;
        }
        i += bytes;
    }
    while (scanner.used > 0 && scan->core[scanner.used - 1] == ' ')
        scan->core[--scanner.used] = '\0';
    return scanner.open == scanner.closed && strpbrk(scan->core, "0123456789") != NULL;
}

/* Groups before the decimal sign: one kind of separator; the first group of 1 to 3 digits, the last
 * of 3, those between of 3, or of 2 as in India. */
static bool groups_fit(const char *core, size_t length, char decimal)
{
    char separator = 0;
    size_t group = 0, groups = 0, inner = 3;
    for (size_t i = 0; i < length; i++) {
        char byte = core[i];
        if (byte >= '0' && byte <= '9') {
            group++;
            continue;
        }
        if (byte == decimal || (separator && byte != separator) || group == 0 || group > 3)
            return false;
        if (groups == 1)
            inner = group;
        if (groups > 0 && (group != inner || group < 2))
            return false;
        separator = byte;
        groups++;
        group = 0;
    }
    if (groups == 0)
        return true;
    return group == 3 && (inner == 3 || separator == ',') && core[0] != '0';
}

bool NumberScan_fits(const char *core, char decimal)
{
    const char *mark = strchr(core, decimal);
    size_t whole = mark ? (size_t)(mark - core) : strlen(core);
    if (mark) {
        size_t fraction = strspn(mark + 1, "0123456789");
        if (mark[1 + fraction] || (fraction == 0 && whole == 0))
            return false;
    }
    return groups_fit(core, whole, decimal);
}

NumberEvidence NumberScan_evidence(const char *core)
{
    bool dot = NumberScan_fits(core, '.'), comma = NumberScan_fits(core, ',');
    if (!dot && !comma)
        return NUMBER_RUBBISH;
    if (dot && comma)
        return strpbrk(core, ".,") ? NUMBER_EITHER : NUMBER_PLAIN;
    return dot ? NUMBER_DOT_DECIMAL : NUMBER_COMMA_DECIMAL;
}
