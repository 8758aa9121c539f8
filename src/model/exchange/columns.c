#include "model/exchange/columns.h"

#include <ctype.h>
#include <string.h>

#include "base/uid.h"

#define SELECT_CHOICES_MAX 40
#define SELECT_LENGTH_MAX 100
#define DIGITS_OF_NUMBER 15 /* longer runs of digits are identifiers */
#define LONG_TEXT_FROM 255

static const char *const YES[] = {"1",         "yes",       "y",    "true",      "t",    "on",
                                  "x",         "ja",        "wahr", "oui",       "vrai", "si",
                                  "s\xc3\xad", "verdadero", "sim",  "verdadeiro"};
static const char *const NO[] = {"0",      "no",  "n",    "false", "f",          "off", "nein",
                                 "falsch", "non", "faux", "falso", "n\xc3\xa3o", "nao"};

int Column_boolean(const char *text)
{
    if (strlen(text) > 10)
        return -1;
    for (size_t i = 0; i < sizeof YES / sizeof YES[0]; i++)
        if (strcasecmp(text, YES[i]) == 0)
            return 1;
    for (size_t i = 0; i < sizeof NO / sizeof NO[0]; i++)
        if (strcasecmp(text, NO[i]) == 0)
            return 0;
    return -1;
}

bool Column_looks_email(const char *text)
{
    const char *at = strchr(text, '@');

    return at && at > text && !strchr(at + 1, '@') && strchr(at + 1, '.') &&
           text[strcspn(text, " \t\r\n,;<>")] == '\0' && at[1] != '.' && at[strlen(at) - 1] != '.';
}

static bool looks_url(const char *text)
{
    if (strpbrk(text, " \t\r\n@"))
        return false;
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0 ||
           (strncasecmp(text, "www.", 4) == 0 && strchr(text + 4, '.'));
}

/* "+49 30 1234567", "(555) 010-9999": marks of a phone number and 7 to 15 digits. */
static bool looks_phone(const char *text)
{
    int digits = 0, marks = *text == '+';

    for (const char *at = text; *at; at++) {
        if (isdigit((unsigned char)*at))
            digits++;
        else if (strchr(" ()-/", *at))
            marks++;
        else if (*at != '.' && !(at == text && *at == '+'))
            return false;
    }
    return marks > 0 && digits >= 7 && digits <= 15;
}

static bool has_clock(const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at == ':' && at > text && isdigit((unsigned char)at[-1]) &&
            isdigit((unsigned char)at[1]))
            return true;
    return false;
}

static void see_number(ColumnFacts *facts, const char *text)
{
    const char *digits = text + (*text == '-' || *text == '+');
    size_t run = strspn(digits, "0123456789");

    if (run > 1 && digits[0] == '0' && digits[run] == '\0')
        facts->leading_zero++;
    else if (run > 0 && digits[run] == '\0' && run <= DIGITS_OF_NUMBER)
        facts->integers++;
    NumberGuess_see(&facts->numbers, text);
    if (strchr(text, '%'))
        facts->percents++;
    if (has_clock(text))
        facts->times++;
    DateGuess_see(&facts->dates, text);
}

static void classify(ColumnFacts *facts, const char *text, size_t length, const char *prefix)
{
    facts->classed++;
    if (length > facts->longest)
        facts->longest = length;
    if (length > 64) {
        facts->numbers.unreadable++;
        facts->dates.unreadable++;
    } else if (text[strcspn(text, "0123456789")] != '\0') {
        see_number(facts, text);
    } else {
        facts->numbers.unreadable++;
        facts->dates.unreadable++;
    }
    if (Column_boolean(text) >= 0) {
        facts->booleans++;
        if (length == 1 && (*text == '0' || *text == '1'))
            facts->zero_one++;
    }
    if (memchr(text, '@', length) && Column_looks_email(text))
        facts->emails++;
    if (looks_url(text))
        facts->urls++;
    if (looks_phone(text))
        facts->phones++;
    if (memchr(text, '\n', length))
        facts->many_lines = true;
    if (*text == '[' && text[length - 1] == ']')
        facts->lists++;
    if (prefix && length > UID_DIGITS && text[length - UID_DIGITS - 1] == '_') {
        Uid uid;

        facts->own_ids += Uid_parse(text, prefix, &uid, NULL);
    }
}

/* True when the text was seen before; else it is remembered while there is room. */
static bool seen_before(ColumnFacts *facts, Arena *arena, const char *text, size_t length)
{
    uint32_t hash = 2166136261u;
    const char **distinct = facts->distinct;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    for (uint32_t slot = hash % DISTINCT_SLOTS;; slot = (slot + 1) % DISTINCT_SLOTS) {
        if (facts->slots[slot] == 0) {
            if (facts->distinct_count == DISTINCT_MAX) {
                facts->distinct_overflow = true;
                return false;
            }
            if (!distinct && !(distinct = ARENA_ARRAY(arena, const char *, DISTINCT_MAX)))
                return false;
            facts->distinct = distinct;
            distinct[facts->distinct_count] = Arena_strndup(arena, text, length);
            if (distinct[facts->distinct_count])
                facts->slots[slot] = (uint16_t)++facts->distinct_count;
            return false;
        }
        const char *known = distinct[facts->slots[slot] - 1];

        if (strncmp(known, text, length) == 0 && known[length] == '\0')
            return true;
    }
}

void ColumnFacts_see(ColumnFacts *facts, Arena *arena, const char *cell, const char *prefix)
{
    char trimmed[256];
    size_t length;

    cell += strspn(cell, " \t");
    length = strlen(cell);
    while (length > 0 && (cell[length - 1] == ' ' || cell[length - 1] == '\t'))
        length--;
    if (length == 0 || (length == 2 && cell[0] == '\\' && cell[1] == 'N'))
        return;
    facts->filled++;
    if (length < sizeof trimmed) {
        if (cell[length] != '\0') {
            memcpy(trimmed, cell, length);
            trimmed[length] = '\0';
            cell = trimmed;
        }
        if ((!facts->distinct_overflow || facts->distinct_count < DISTINCT_MAX) &&
            seen_before(facts, arena, cell, length))
            return;
    } else {
        facts->distinct_overflow = true;
    }
    classify(facts, cell, length, prefix);
}

/* ---- the type that holds them all ----------------------------------------------------------- */

static bool every(const ColumnFacts *facts, int64_t count)
{
    return facts->classed > 0 && count == facts->classed;
}

const char *ColumnFacts_custom_type(const ColumnFacts *facts)
{
    NumberFormat format;
    DateOrder order;
    bool numeric = facts->numbers.unreadable == 0 && facts->leading_zero == 0 &&
                   facts->phones == 0 && facts->percents == 0 && facts->numbers.seen > 0;

    if (facts->filled == 0)
        return "text";
    if (every(facts, facts->booleans) && facts->distinct_count <= 2 && !facts->distinct_overflow)
        return "bool";
    if (every(facts, facts->integers))
        return "int";
    if (facts->dates.unreadable == 0 && facts->dates.seen > 0 && facts->integers == 0 &&
        DateGuess_decide(&facts->dates, &order))
        return facts->times > 0 ? "datetime" : "date";
    if (numeric && (NumberGuess_decide(&facts->numbers, &format) || facts->integers > 0))
        return "decimal";
    if (every(facts, facts->emails))
        return "email";
    if (every(facts, facts->urls))
        return "url";
    if (every(facts, facts->phones))
        return "phone";
    if (!facts->distinct_overflow && facts->distinct_count <= SELECT_CHOICES_MAX &&
        facts->longest <= SELECT_LENGTH_MAX && !facts->many_lines &&
        facts->filled >= 3 * (int64_t)facts->distinct_count)
        return "select";
    return facts->many_lines || facts->longest > LONG_TEXT_FROM ? "long_text" : "text";
}
