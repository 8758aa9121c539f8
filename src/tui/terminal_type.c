#include "tui/terminal_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* last: term.h defines common words as macros */
#include <curses.h>
#include <term.h>

/* terminfo strings may ask for padding as $<5>; no terminal of this century needs it. */
void TerminalType_append(Buffer *out, const char *text)
{
    while (text && *text) {
        const char *padding = strstr(text, "$<");
        const char *end = padding ? strchr(padding, '>') : NULL;
        Buffer_append(out, text, padding && end ? (size_t)(padding - text) : strlen(text));
        text = padding && end ? end + 1 : NULL;
    }
}

static const char *capability(const char *name)
{
    const char *text = tigetstr(name);

    return text == (const char *)-1 ? NULL : text;
}

static void copy_capability(char *out, size_t size, const char *text)
{
    Buffer clean = BUFFER_EMPTY;

    TerminalType_append(&clean, text);
    snprintf(out, size, "%s", Buffer_text(&clean));
    Buffer_free(&clean);
}

static void read_description(TerminalType *type)
{
    char text[SEQUENCE_MAX];

    type->move = capability("cup");
    type->clear = capability("clear");
    type->erase_line = capability("el");
    type->erase_cells = capability("ech");
    type->plain = capability("sgr0");
    type->bold = capability("bold");
    type->dim = capability("dim");
    type->underline = capability("smul");
    type->reverse = capability("rev");
    type->foreground = capability("setaf");
    type->background = capability("setab");
    type->colours = tigetnum("colors");
    type->fills = tigetflag("bce") > 0;
    type->last_cell = tigetflag("am") <= 0 || tigetflag("xenl") > 0;
    type->ansi = type->move && strcmp(type->move, "\033[%i%p1%d;%p2%dH") == 0 && type->erase_line &&
                 strcmp(type->erase_line, "\033[K") == 0 && type->bold &&
                 strcmp(type->bold, "\033[1m") == 0;
    copy_capability(type->show_cursor, sizeof type->show_cursor, capability("cnorm"));
    copy_capability(type->hide_cursor, sizeof type->hide_cursor, capability("civis"));
    copy_capability(text, sizeof text, capability("smcup"));
    snprintf(type->enter, sizeof type->enter, "%s%s%s", text, type->hide_cursor,
             type->ansi ? "\033[?2004h" : "");
}

static void make_leave(TerminalType *type)
{
    char plain[SEQUENCE_MAX], leave[SEQUENCE_MAX], move[SEQUENCE_MAX] = "";

    copy_capability(plain, sizeof plain, type->plain);
    copy_capability(leave, sizeof leave, capability("rmcup"));
    if (leave[0] == '\0')
        copy_capability(move, sizeof move, type->clear);
    snprintf(type->leave, sizeof type->leave, "%s%s%s%s%s", type->ansi ? "\033[?2004l" : "", plain,
             type->show_cursor, move, leave);
}

bool TerminalType_read(TerminalType *type, const char *name, Error *error)
{
    int status = 0;

    *type = (TerminalType){0};
    if (setupterm(name, 1, &status) != OK) {
        Error_set(error, ERROR_NOT_FOUND, "The terminal type \"%s\" is not known on this machine.",
                  name ? name : "");
        return Error_hint(error,
                          "Set TERM to the type of your terminal, for example xterm-256color.");
    }
    if (!capability("cup") || !capability("clear"))
        return Error_set(error, ERROR_INVALID,
                         "The screens need a full-screen terminal, and \"%s\" is not one.",
                         name ? name : "");
    read_description(type);
    make_leave(type);
    return true;
}

bool TerminalType_many_colours(const TerminalType *type)
{
    return type->colours >= 256;
}

void TerminalType_append_move(const TerminalType *type, int x, int y, Buffer *out)
{
    TerminalType_append(out, tiparm(type->move, y, x));
}

/* The shortest way to name a colour; base: 30 = foreground, 40 = background. */
static void append_colour(Buffer *out, int colour, int base, bool many)
{
    if (colour < 0)
        return;
    if (colour < 8)
        Buffer_printf(out, ";%d", base + colour);
    else if (colour < 16 && many)
        Buffer_printf(out, ";%d", base + 60 + colour - 8);
    else
        Buffer_printf(out, ";%d;5;%d", base + 8, colour);
}

static void append_ansi_style(const TerminalType *type, const StyleDef *def, Buffer *out)
{
    bool many = TerminalType_many_colours(type);
    unsigned attributes = many ? def->attributes : def->small_attributes;
    int foreground = many ? def->foreground : def->small_foreground;
    int background = many ? def->background : def->small_background;

    Buffer_puts(out, "\033[");
    if (attributes & ATTRIBUTE_BOLD)
        Buffer_puts(out, ";1");
    if (attributes & ATTRIBUTE_DIM)
        Buffer_puts(out, ";2");
    if (attributes & ATTRIBUTE_UNDERLINE)
        Buffer_puts(out, ";4");
    if (attributes & ATTRIBUTE_REVERSE)
        Buffer_puts(out, ";7");
    if (type->colours >= 8) {
        append_colour(out, foreground, 30, many);
        append_colour(out, background, 40, many);
    }
    Buffer_putc(out, 'm');
}

static void append_other_style(const TerminalType *type, const StyleDef *def, Buffer *out)
{
    bool many = TerminalType_many_colours(type);
    unsigned attributes = many ? def->attributes : def->small_attributes;
    int foreground = many ? def->foreground : def->small_foreground;
    int background = many ? def->background : def->small_background;

    TerminalType_append(out, type->plain);
    if (attributes & ATTRIBUTE_BOLD)
        TerminalType_append(out, type->bold);
    if (attributes & ATTRIBUTE_DIM)
        TerminalType_append(out, type->dim);
    if (attributes & ATTRIBUTE_UNDERLINE)
        TerminalType_append(out, type->underline);
    if (attributes & ATTRIBUTE_REVERSE)
        TerminalType_append(out, type->reverse);
    if (foreground >= 0 && type->foreground && type->colours >= 8)
        TerminalType_append(out, tiparm(type->foreground, foreground));
    if (background >= 0 && type->background && type->colours >= 8)
        TerminalType_append(out, tiparm(type->background, background));
}

void TerminalType_append_style(const TerminalType *type, const StyleDef *style, Buffer *out)
{
    if (type->ansi)
        append_ansi_style(type, style, out);
    else
        append_other_style(type, style, out);
}
