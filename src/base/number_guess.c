/* The notation of a whole column, and of a place. */
#include <string.h>

#include "base/number.h"
#include "base/number_scan.h"

void NumberGuess_see(NumberGuess *guess, const char *cell)
{
    NumberScan scan;
    if (!cell || !cell[strspn(cell, " \t")])
        return;
    guess->seen++;
    if (!NumberScan_read(cell, &scan)) {
        guess->unreadable++;
        return;
    }
    switch (NumberScan_evidence(scan.core)) {
    case NUMBER_DOT_DECIMAL:
        guess->dot_decimal++;
        break;
    case NUMBER_COMMA_DECIMAL:
        guess->comma_decimal++;
        break;
    case NUMBER_EITHER:
        guess->undecided++;
        break;
    case NUMBER_RUBBISH:
        guess->unreadable++;
        break;
    case NUMBER_PLAIN:
        break;
    }
}

/* One side must have all the evidence, but for one cell in twenty (a slip of somebody's hand). */
bool NumberGuess_decide(const NumberGuess *guess, NumberFormat *format)
{
    static const NumberFormat dot = {'.', ','}, comma = {',', '.'};
    if (guess->dot_decimal > guess->comma_decimal * 20) {
        *format = dot;
        return true;
    }
    if (guess->comma_decimal > guess->dot_decimal * 20) {
        *format = comma;
        return true;
    }
    *format = dot;
    return guess->undecided == 0 && guess->dot_decimal == 0; /* whole numbers only */
}

/* The country of "de-DE", "DE", "pt_BR"; of a bare language its largest. */
static bool find_country(const char *name, char country[3])
{
    static const struct {
        char language[3], country[3];
    } homes[] = {
        {"bg", "BG"}, {"ca", "ES"}, {"cs", "CZ"}, {"da", "DK"}, {"de", "DE"}, {"el", "GR"},
        {"en", "US"}, {"es", "ES"}, {"et", "EE"}, {"fi", "FI"}, {"fr", "FR"}, {"hr", "HR"},
        {"hu", "HU"}, {"id", "ID"}, {"it", "IT"}, {"ja", "JP"}, {"ko", "KR"}, {"lt", "LT"},
        {"lv", "LV"}, {"nb", "NO"}, {"nl", "NL"}, {"no", "NO"}, {"pl", "PL"}, {"pt", "PT"},
        {"ro", "RO"}, {"ru", "RU"}, {"sk", "SK"}, {"sl", "SI"}, {"sv", "SE"}, {"tr", "TR"},
        {"uk", "UA"}, {"vi", "VN"}, {"zh", "CN"},
    };
    size_t length = name ? strcspn(name, "-_.@") : 0;
    if (length != 2)
        return false;
    country[2] = '\0';
    if (name[2] == '-' || name[2] == '_') {
        const char *region = name + 3;
        size_t script = strcspn(region, "-_.@");
        if (script > 2 && (region[script] == '-' || region[script] == '_'))
            region += script + 1; /* "zh-Hans-CN" */
        for (int i = 0; i < 2 && region[i]; i++)
            country[i] = (char)(region[i] >= 'a' && region[i] <= 'z' ? region[i] - 32 : region[i]);
        return region[0] && region[1];
    }
    if (name[0] >= 'A' && name[0] <= 'Z') {
        memcpy(country, name, 2);
        return true;
    }
    for (size_t i = 0; i < sizeof(homes) / sizeof(*homes); i++) {
        if (strncmp(homes[i].language, name, 2) == 0) {
            memcpy(country, homes[i].country, 3);
            return true;
        }
    }
    return false;
}

/* A country in a list such as "DE AT ". */
static bool listed(const char *list, const char *country)
{
    for (; *list; list += 3)
        if (memcmp(list, country, 2) == 0)
            return true;
    return false;
}

/* Unicode CLDR, by the language most used in the country. */
NumberFormat Number_format_of_locale(const char *locale_or_country)
{
    static const char comma_dot[] = "AO AR AT AZ BA BE BO BR CL CM CO CU DE DK DZ EC ES GR HR ID "
                                    "IS IT LU LY MA ME MK MZ NL PT PY RO RS SI TN TR UY VE VN XK ";
    static const char comma_space[] = "AL AM BG BY CI CR CZ EE FI FR GA GE HU KZ LT LV MC MD NO PL "
                                      "RE RU SE SK SN UA UZ ZA ";
    char country[3] = "";
    if (!find_country(locale_or_country, country))
        return (NumberFormat){'.', ','};
    if (strcmp(country, "CH") == 0 || strcmp(country, "LI") == 0)
        return (NumberFormat){'.', '\''};
    bool french = strncmp(locale_or_country, "fr", 2) == 0;
    if (listed(comma_space, country) || (french && strcmp(country, "CA") == 0))
        return (NumberFormat){',', ' '};
    if (listed(comma_dot, country))
        return (NumberFormat){',', '.'};
    return (NumberFormat){'.', ','};
}

DateOrder Number_date_order_of_locale(const char *locale_or_country)
{
    char country[3] = "";
    if (!find_country(locale_or_country, country))
        return DATE_ORDER_UNKNOWN;
    if (listed("US AS FM GU MH MP PH PR PW UM VI ", country))
        return DATE_MDY;
    return listed("BT CA CN HU IR JP KP KR LT MN SE TW ", country) ? DATE_YMD : DATE_DMY;
}
