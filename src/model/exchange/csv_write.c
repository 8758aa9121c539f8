#include "model/exchange/csv_write.h"

#include <string.h>

static bool starts_formula(char byte)
{
    return byte != '\0' && strchr("=+-@\t\r", byte) != NULL;
}

/* Digits with the marks of numbers and phone numbers, and nothing that a spreadsheet could run:
 * "-12.50", "+49 30 1234567", "+1 (555) 010-9999". */
static bool is_number_or_phone(const char *text)
{
    size_t digits = 0, signs = 0;

    if (*text == '+' || *text == '-')
        text++;
    for (; *text; text++) {
        if (*text >= '0' && *text <= '9')
            digits++;
        else if (*text == '-' || *text == '.' || *text == ',')
            signs++;
        else if (!strchr(" ()/", *text))
            return false;
    }
    return digits > 0 && signs < digits;
}

/* "-1-1" and "+1-1" would be calculated: a minus sign may follow only a phone number's plus. */
static bool would_calculate(const char *text)
{
    size_t digits = 0;
    bool operators = false;

    for (const char *at = text + 1; *at; at++) {
        if (*at >= '0' && *at <= '9')
            digits++;
        else if (*at == '-' || *at == '/' || *at == '(')
            operators = true;
    }
    return operators && (*text != '+' || digits < 7);
}

/* Behind any apostrophes: the start of a formula, or the mark for an emptied field. */
static bool is_risky(const char *text)
{
    return starts_formula(*text) || (text[0] == '\\' && text[1] == 'N' && text[2] == '\0');
}

bool Csv_needs_guard(const char *text)
{
    const char *behind = text + strspn(text, "'");

    if (!is_risky(behind))
        return false;
    if (behind > text || (*text != '+' && *text != '-'))
        return true;
    return !is_number_or_phone(text) || would_calculate(text);
}

const char *Csv_unguarded(const char *text)
{
    return *text == '\'' && is_risky(text + strspn(text, "'")) ? text + 1 : text;
}

void Csv_append_cell(Buffer *out, const char *text, bool first, bool guard)
{
    bool apostrophe = guard && Csv_needs_guard(text);

    if (!first)
        Buffer_putc(out, ',');
    if (text[strcspn(text, ",;\"\r\n\t|")] == '\0' && text[0] != ' ' &&
        (text[0] == '\0' || text[strlen(text) - 1] != ' ')) {
        if (apostrophe)
            Buffer_putc(out, '\'');
        Buffer_puts(out, text);
        return;
    }
    Buffer_putc(out, '"');
    if (apostrophe)
        Buffer_putc(out, '\'');
    for (size_t run; *text; text += run) {
        run = strcspn(text, "\"");
        Buffer_append(out, text, run);
        if (text[run] == '"') {
            Buffer_puts(out, "\"\"");
            run++;
        }
    }
    Buffer_putc(out, '"');
}

void Csv_end_record(Buffer *out)
{
    Buffer_puts(out, "\r\n");
}
