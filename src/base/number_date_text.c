/* The pieces of a written date: numbers, month names, clock time, offset. */
#include <stdio.h>
#include <string.h>

#include "base/number_date_text.h"
#include "base/text.h"

typedef struct Cursor {
    const char *at; /* folded text */
} Cursor;

/* Folded names: English, German, French, Spanish, Portuguese, and short forms that are no prefix.
 */
static const char *const months[12] = {
    "january januar janvier enero janeiro",
    "february februar fevrier febrero fevereiro",
    "march marz mars marzo marco maerz mrz",
    "april avril abril",
    "may mai mayo maio",
    "june juni juin junio junho",
    "july juli juillet julio julho",
    "august aout agosto",
    "september septembre septiembre setembro setiembre",
    "october oktober octobre octubre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dezembro",
};

static const char weekdays[] =
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag "
    "freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes "
    "martes miercoles jueves viernes sabado domingo segunda-feira terca-feira quarta-feira "
    "quinta-feira sexta-feira";

/* Whether one of the names in a list begins with the word. */
static bool begins_one(const char *names, const char *word, size_t length, size_t least)
{
    if (length < least)
        return false;
    for (const char *name = names; *name;) {
        size_t size = strcspn(name, " ");
        if (length <= size && strncmp(name, word, length) == 0)
            return true;
        name += size + (name[size] == ' ');
    }
    return false;
}

static int month_of(const char *word, size_t length)
{
    for (int i = 0; i < 12; i++)
        if (begins_one(months[i], word, length, 3))
            return i + 1;
    return 0;
}

static bool is_letter(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (is_letter(text[length]))
        length++;
    return length;
}

static void skip_any(Cursor *cursor, const char *characters)
{
    cursor->at += strspn(cursor->at, characters);
}

static bool take_word(Cursor *cursor, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(cursor->at, word, length) != 0 || is_letter(cursor->at[length]))
        return false;
    cursor->at += length;
    return true;
}

static bool take_number(Cursor *cursor, int most_digits, int *value, int *digits)
{
    *value = 0;
    for (*digits = 0; *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++, (*digits)++) {
        if (*digits == most_digits)
            return false;
        *value = *value * 10 + (*cursor->at - '0');
    }
    return *digits > 0;
}

static bool take_month(Cursor *cursor, DateParts *parts)
{
    size_t length = word_length(cursor->at);
    int month = month_of(cursor->at, length);
    if (!month || parts->month)
        return false;
    parts->month = month;
    parts->month_at = parts->count;
    cursor->at += length;
    skip_any(cursor, ".");
    return true;
}

/* Words between the parts: "22 de novembro", "1er mars", "November 2nd". */
static void skip_links(Cursor *cursor)
{
    static const char *const links[] = {"de", "del", "of", "st", "nd", "rd", "th", "er"};
    bool again = true;
    while (again) {
        skip_any(cursor, " ");
        again = false;
        for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
            again = again || take_word(cursor, links[i]);
    }
}

/* "20261122" */
static bool take_compact(const char *text, DateParts *parts)
{
    int value;
    if (strspn(text, "0123456789") != 8 || sscanf(text, "%8d", &value) != 1)
        return false;
    *parts = (DateParts){.numbers = {value / 10000, value / 100 % 100, value % 100},
                         .digits = {4, 2, 2},
                         .count = 3,
                         .separator = '-'};
    return true;
}

static bool read_parts(Cursor *cursor, DateParts *parts)
{
    if (take_compact(cursor->at, parts)) {
        cursor->at += 8;
        return true;
    }
    while (parts->count + (parts->month > 0) < 3) {
        if (is_letter(*cursor->at)) {
            if (!take_month(cursor, parts))
                return false;
        } else {
            int i = parts->count++;
            if (!take_number(cursor, 4, &parts->numbers[i], &parts->digits[i]))
                return false;
        }
        if (parts->count + (parts->month > 0) == 3)
            break;
        skip_links(cursor);
        if (*cursor->at && strchr("-/.,", *cursor->at)) {
            if (!parts->separator)
                parts->separator = *cursor->at;
            cursor->at++;
        }
        skip_links(cursor);
    }
    return true;
}

/* "am", "p.m."; the hour is put right. */
static bool take_half_day(Cursor *cursor, CivilTime *clock)
{
    static const char *const words[] = {"am", "pm", "a.m.", "p.m.", "a. m.", "p. m."};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!take_word(cursor, words[i]))
            continue;
        if (clock->hour < 1 || clock->hour > 12)
            return false;
        clock->hour = clock->hour % 12 + (i % 2 ? 12 : 0);
        return true;
    }
    return true;
}

/* "Z", "UTC", "+0200", "+02:00" */
static bool take_offset(Cursor *cursor, DateText *date)
{
    int value, digits, minutes = 0;
    skip_any(cursor, " ");
    if (take_word(cursor, "z") || take_word(cursor, "utc") || take_word(cursor, "gmt"))
        return date->has_offset = true;
    if (*cursor->at != '+' && *cursor->at != '-')
        return true;
    int sign = *cursor->at++ == '-' ? -1 : 1;
    if (!take_number(cursor, 4, &value, &digits) || digits % 2)
        return false;
    if (digits == 4) {
        minutes = value % 100;
        value /= 100;
    } else if (*cursor->at == ':') {
        cursor->at++;
        if (!take_number(cursor, 2, &minutes, &digits) || digits != 2)
            return false;
    }
    date->offset = sign * (value * 3600 + minutes * 60);
    date->has_offset = true;
    return value < 24 && minutes < 60;
}

static bool read_clock(Cursor *cursor, DateText *date)
{
    CivilTime *clock = &date->clock;
    int digits;
    skip_any(cursor, " ,");
    if (*cursor->at == 't')
        cursor->at++;
    take_word(cursor, "at");
    skip_any(cursor, " ");
    if (!*cursor->at)
        return true;
    if (!take_number(cursor, 2, &clock->hour, &digits))
        return false;
    date->has_time = true;
    bool minutes = *cursor->at == ':' || (*cursor->at == 'h' && cursor->at[1] != '\0');
    if (minutes) {
        cursor->at++;
        if (!take_number(cursor, 2, &clock->minute, &digits) || digits != 2)
            return false;
        if (*cursor->at == ':') {
            cursor->at++;
            if (!take_number(cursor, 2, &clock->second, &digits) || digits != 2)
                return false;
            if (*cursor->at == '.' || *cursor->at == ',') {
                cursor->at++;
                if (!take_number(cursor, 9, &clock->microsecond, &digits))
                    return false;
                for (; digits < 6; digits++)
                    clock->microsecond *= 10;
                for (; digits > 6; digits--)
                    clock->microsecond /= 10;
            }
        }
    }
    const char *before = cursor->at;
    skip_any(cursor, " ");
    const char *half_day = cursor->at;
    if (!take_half_day(cursor, clock))
        return false;
    if (cursor->at == half_day) {
        cursor->at = before;
        if (!minutes)
            return false; /* a lone number is no clock time */
    }
    skip_any(cursor, " ");
    take_word(cursor, "uhr");
    take_word(cursor, "h");
    return take_offset(cursor, date) && clock->hour < 24 && clock->minute < 60 &&
           clock->second < 60;
}

bool DateText_read(const char *text, DateText *date)
{
    *date = (DateText){0};
    char folded[96];
    Buffer buffer = BUFFER_EMPTY;
    if (!text || strlen(text) >= sizeof(folded))
        return false;
    Text_fold(&buffer, text, strlen(text));
    bool fits = !buffer.failed && buffer.length < sizeof(folded);
    snprintf(folded, sizeof(folded), "%s", fits ? Buffer_text(&buffer) : "");
    Buffer_free(&buffer);
    Cursor cursor = {folded};
    size_t day = strcspn(folded, " .,");
    if (is_letter(*folded) &&
        (folded[day] == ',' || folded[day] == '.' || !month_of(folded, day)) &&
        begins_one(weekdays, folded, day, 2) && !(folded[day] == '.' && month_of(folded, day))) {
        cursor.at += day;
        skip_any(&cursor, " .,");
    }
    if (!read_parts(&cursor, &date->parts) || !read_clock(&cursor, date))
        return false;
    skip_any(&cursor, " ");
    return !*cursor.at;
}
