/* keys.h - bytes from a terminal -> keys.
 *
 * Understands UTF-8, CSI and SS3 sequences of the common terminals, the Linux console, bracketed
 * paste and SGR mouse reports.  Rubbish is dropped byte by byte and never takes the next key with
 * it. Esc followed by a letter is two keys (nothing here needs Alt), so type-ahead survives.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"

/* Character keys have their code point as code; these follow after Unicode. */
enum KeyCode {
    KEYCODE_NONE = 0,
    KEYCODE_TAB = 9,
    KEYCODE_ENTER = 13,
    KEYCODE_ESCAPE = 27,
    KEYCODE_SPACE = 32,
    KEYCODE_BACKSPACE = 127,
    KEYCODE_UP = 0x200000,
    KEYCODE_DOWN,
    KEYCODE_RIGHT,
    KEYCODE_LEFT,
    KEYCODE_HOME,
    KEYCODE_END,
    KEYCODE_PAGE_UP,
    KEYCODE_PAGE_DOWN,
    KEYCODE_INSERT,
    KEYCODE_DELETE,
    KEYCODE_BACK_TAB,
    KEYCODE_F1,
    KEYCODE_F2,
    KEYCODE_F3,
    KEYCODE_F4,
    KEYCODE_F5,
    KEYCODE_F6,
    KEYCODE_F7,
    KEYCODE_F8,
    KEYCODE_F9,
    KEYCODE_F10,
    KEYCODE_F11,
    KEYCODE_F12,
    KEYCODE_PASTE, /* text in Decoder.paste */
    KEYCODE_CLICK, /* x, y: cell, from 0 */
    KEYCODE_WHEEL_UP,
    KEYCODE_WHEEL_DOWN,
    KEYCODE_REPORT,         /* the terminal answered: x = what was asked, y = the answer */
    KEYCODE_CTRL = 0x400000 /* + 'a'..'z' */
};
enum { REPORT_KEYBOARD = 1 }; /* x of an answer to "CSI ? u"; else the private mode asked about */

typedef struct Key {
    int32_t code;
    char text[5]; /* UTF-8 of a character key, else "" */
    int x, y;
} Key;

typedef struct Decoder {
    Buffer input;
    Buffer paste;
    bool pasting;
} Decoder;

void Decoder_close(Decoder *decoder);
void Decoder_feed(Decoder *decoder, const char *bytes, size_t length);
/* The next key; false when there is none (yet).  expired: nothing came for a while, so an
 * unfinished sequence is what it looks like (a lone Esc) or rubbish. */
bool Decoder_next(Decoder *decoder, Key *key, bool expired);
/* Bytes of an unfinished sequence are waiting: call again soon with expired. */
bool Decoder_waiting(const Decoder *decoder);

/* "a", "Enter", "Space", "Ctrl-P", "F4", "PageDown" -> key; false if there is no such name. */
bool Key_parse(const char *name, Key *key);
/* The name as shown to people; out >= 24 bytes. */
const char *Key_name(const Key *key, char *out);
bool Key_is_text(const Key *key);
/* True if key is one of the names in a space-separated list such as "j Down". */
bool Key_in(const Key *key, const char *names);

#endif
