#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "model/exchange/draft.h"

/* Country calling codes (ITU-T E.164 annex) with the digit that is dialled before national numbers
 * and falls away behind the country code; "" where none does. */
static const struct CallingCode {
    char country[3];
    const char *code, *trunk;
} CALLING_CODES[] = {
    {"AE", "971", "0"}, {"AR", "54", "0"},  {"AT", "43", "0"},  {"AU", "61", "0"},
    {"BD", "880", "0"}, {"BE", "32", "0"},  {"BG", "359", "0"}, {"BH", "973", ""},
    {"BO", "591", "0"}, {"BR", "55", "0"},  {"BY", "375", "8"}, {"CA", "1", "1"},
    {"CH", "41", "0"},  {"CL", "56", ""},   {"CN", "86", "0"},  {"CO", "57", ""},
    {"CR", "506", ""},  {"CY", "357", ""},  {"CZ", "420", ""},  {"DE", "49", "0"},
    {"DK", "45", ""},   {"DO", "1", "1"},   {"DZ", "213", "0"}, {"EC", "593", "0"},
    {"EE", "372", ""},  {"EG", "20", "0"},  {"ES", "34", ""},   {"FI", "358", "0"},
    {"FR", "33", "0"},  {"GB", "44", "0"},  {"GH", "233", "0"}, {"GR", "30", ""},
    {"GT", "502", ""},  {"HK", "852", ""},  {"HN", "504", ""},  {"HR", "385", "0"},
    {"HU", "36", "06"}, {"ID", "62", "0"},  {"IE", "353", "0"}, {"IL", "972", "0"},
    {"IN", "91", "0"},  {"IS", "354", ""},  {"IT", "39", ""},   {"JP", "81", "0"},
    {"KE", "254", "0"}, {"KR", "82", "0"},  {"KW", "965", ""},  {"LB", "961", "0"},
    {"LI", "423", ""},  {"LK", "94", "0"},  {"LT", "370", "8"}, {"LU", "352", ""},
    {"LV", "371", ""},  {"MA", "212", "0"}, {"MT", "356", ""},  {"MX", "52", ""},
    {"MY", "60", "0"},  {"NG", "234", "0"}, {"NL", "31", "0"},  {"NO", "47", ""},
    {"NZ", "64", "0"},  {"OM", "968", ""},  {"PA", "507", ""},  {"PE", "51", "0"},
    {"PH", "63", "0"},  {"PK", "92", "0"},  {"PL", "48", ""},   {"PT", "351", ""},
    {"PY", "595", "0"}, {"QA", "974", ""},  {"RO", "40", "0"},  {"RS", "381", "0"},
    {"RU", "7", "8"},   {"SA", "966", "0"}, {"SE", "46", "0"},  {"SG", "65", ""},
    {"SI", "386", "0"}, {"SK", "421", "0"}, {"SV", "503", ""},  {"TH", "66", "0"},
    {"TN", "216", ""},  {"TR", "90", "0"},  {"TW", "886", "0"}, {"UA", "380", "0"},
    {"US", "1", "1"},   {"UY", "598", "0"}, {"VE", "58", "0"},  {"VN", "84", "0"},
    {"ZA", "27", "0"},
};

static const struct CallingCode *find_code(const char *country)
{
    for (size_t i = 0; i < sizeof CALLING_CODES / sizeof CALLING_CODES[0]; i++)
        if (strcmp(CALLING_CODES[i].country, country) == 0)
            return &CALLING_CODES[i];
    return NULL;
}

/* Digits of text, at most 15; -1 when anything but digits and the usual marks stands there. */
static int take_digits(const char *text, char digits[16])
{
    int count = 0;

    for (; *text; text++) {
        if (isdigit((unsigned char)*text)) {
            if (count == 15)
                return -1;
            digits[count++] = *text;
        } else if (!strchr(" -()./\t", *text)) {
            return -1;
        }
    }
    digits[count] = '\0';
    return count;
}

const char *Phone_e164(Arena *arena, const char *text, const char *country)
{
    const struct CallingCode *code = find_code(country);
    char digits[16];
    const char *national = digits;

    text += strspn(text, " ");
    if (*text == '+')
        return take_digits(text + 1, digits) >= 7 && digits[0] != '0'
                   ? Arena_printf(arena, "+%s", digits)
                   : NULL;
    if (take_digits(text, digits) < 6)
        return NULL;
    if (strncmp(digits, "00", 2) == 0)
        return strlen(digits) >= 9 && digits[2] != '0' ? Arena_printf(arena, "+%s", digits + 2)
                                                       : NULL;
    if (!code)
        return NULL;
    if (code->trunk[0] && strncmp(digits, code->trunk, strlen(code->trunk)) == 0)
        national += strlen(code->trunk);
    if (strlen(national) < 5 || strlen(code->code) + strlen(national) > 15)
        return NULL;
    return Arena_printf(arena, "+%s%s", code->code, national);
}
