#include "tui/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { PASTE_MAX = 1024 * 1024, CSI_MAX = 64, STRING_MAX = 4096, PARAMETERS_MAX = 6 };

static const struct {
    char final;
    int32_t code;
} FINALS[] = {
    {'A', KEYCODE_UP},   {'B', KEYCODE_DOWN}, {'C', KEYCODE_RIGHT},    {'D', KEYCODE_LEFT},
    {'H', KEYCODE_HOME}, {'F', KEYCODE_END},  {'P', KEYCODE_F1},       {'Q', KEYCODE_F2},
    {'R', KEYCODE_F3},   {'S', KEYCODE_F4},   {'Z', KEYCODE_BACK_TAB}, {'M', KEYCODE_ENTER},
};

static const struct {
    int number;
    int32_t code;
} TILDES[] = {
    {1, KEYCODE_HOME},    {2, KEYCODE_INSERT},    {3, KEYCODE_DELETE}, {4, KEYCODE_END},
    {5, KEYCODE_PAGE_UP}, {6, KEYCODE_PAGE_DOWN}, {7, KEYCODE_HOME},   {8, KEYCODE_END},
    {11, KEYCODE_F1},     {12, KEYCODE_F2},       {13, KEYCODE_F3},    {14, KEYCODE_F4},
    {15, KEYCODE_F5},     {17, KEYCODE_F6},       {18, KEYCODE_F7},    {19, KEYCODE_F8},
    {20, KEYCODE_F9},     {21, KEYCODE_F10},      {23, KEYCODE_F11},   {24, KEYCODE_F12},
};

static const struct {
    const char *name;
    int32_t code;
} NAMES[] = {
    {"Enter", KEYCODE_ENTER},
    {"Esc", KEYCODE_ESCAPE},
    {"Space", KEYCODE_SPACE},
    {"Tab", KEYCODE_TAB},
    {"Shift-Tab", KEYCODE_BACK_TAB},
    {"Up", KEYCODE_UP},
    {"Down", KEYCODE_DOWN},
    {"Left", KEYCODE_LEFT},
    {"Right", KEYCODE_RIGHT},
    {"Home", KEYCODE_HOME},
    {"End", KEYCODE_END},
    {"PageUp", KEYCODE_PAGE_UP},
    {"PageDown", KEYCODE_PAGE_DOWN},
    {"Insert", KEYCODE_INSERT},
    {"Delete", KEYCODE_DELETE},
    {"Backspace", KEYCODE_BACKSPACE},
};
enum { NAME_COUNT = sizeof NAMES / sizeof NAMES[0] };

void Decoder_close(Decoder *decoder)
{
    Buffer_free(&decoder->input);
    Buffer_free(&decoder->paste);
}

void Decoder_feed(Decoder *decoder, const char *bytes, size_t length)
{
    Buffer_append(&decoder->input, bytes, length);
}

bool Decoder_waiting(const Decoder *decoder)
{
    return decoder->pasting || decoder->input.length > 0;
}

static int32_t final_code(char final)
{
    for (size_t i = 0; i < sizeof FINALS / sizeof FINALS[0]; i++) {
        if (FINALS[i].final == final)
            return FINALS[i].code;
    }
    return KEYCODE_NONE;
}

static int32_t tilde_code(int number)
{
    for (size_t i = 0; i < sizeof TILDES / sizeof TILDES[0]; i++) {
        if (TILDES[i].number == number)
            return TILDES[i].code;
    }
    return KEYCODE_NONE;
}

static void mouse_key(Key *key, const int *parameters, char final)
{
    int button = parameters[0];

    key->x = parameters[1] - 1;
    key->y = parameters[2] - 1;
    if (button == 64 || button == 65)
        key->code = button == 64 ? KEYCODE_WHEEL_UP : KEYCODE_WHEEL_DOWN;
    else if ((button & ~0x1C) == 0 && final == 'M')
        key->code = KEYCODE_CLICK;
}

static void character_key(Key *key, int32_t code_point)
{
    key->code = code_point;
    if (code_point == '\n' || code_point == '\r')
        key->code = KEYCODE_ENTER;
    else if (code_point == 8)
        key->code = KEYCODE_BACKSPACE;
    else if (code_point > 0 && code_point < 27 && code_point != KEYCODE_TAB)
        key->code = KEYCODE_CTRL + 'a' + code_point - 1;
    else if (code_point >= 32 && code_point != 127 && !(code_point >= 0x80 && code_point < 0xA0))
        key->text[Text_encode(code_point, key->text)] = '\0';
    else if (code_point != KEYCODE_TAB && code_point != 27 && code_point != 127)
        key->code = KEYCODE_NONE;
}

static int read_parameters(const char *text, size_t length, int *parameters)
{
    int count = 0;

    for (size_t i = 0; i <= length && count < PARAMETERS_MAX; i++) {
        if (i == length || text[i] == ';') {
            count++;
        } else if (text[i] >= '0' && text[i] <= '9' && parameters[count] < 100000) {
            parameters[count] = parameters[count] * 10 + (text[i] - '0');
        }
    }
    return count;
}

/* A finished CSI sequence: its parameter bytes and its final byte. */
static void csi_key(Key *key, const char *body, size_t length, char final)
{
    int parameters[PARAMETERS_MAX] = {0};
    char private = length > 0 && strchr("<=>?", body[0]) ? body[0] : 0;
    bool dollar = length > 0 && body[length - 1] == '$';

    read_parameters(body + (private ? 1 : 0), length - (private ? 1 : 0), parameters);
    if (private == '<' && (final == 'M' || final == 'm')) {
        mouse_key(key, parameters, final);
    } else if (private == '?' && final == 'y' && dollar) {
        *key = (Key){.code = KEYCODE_REPORT, .x = parameters[0], .y = parameters[1]};
    } else if (private == '?' && final == 'u') {
        *key = (Key){.code = KEYCODE_REPORT, .x = REPORT_KEYBOARD, .y = parameters[0]};
    } else if (private || dollar) {
        key->code = KEYCODE_NONE;
    } else if (final == '~') {
        key->code = tilde_code(parameters[0]);
    } else if (final == 'u') {
        bool control = parameters[1] > 0 && ((parameters[1] - 1) & 4);
        character_key(key, control ? parameters[0] & 0x1F : parameters[0]);
    } else if (final == 'R' && parameters[1] > 0 && parameters[0] != 1) {
        key->code = KEYCODE_NONE; /* a cursor position, not F3 */
    } else {
        key->code = final_code(final);
    }
}

/* Bytes used by the sequence at the start of text, 0 = unfinished. */
static size_t csi(Key *key, const char *text, size_t length)
{
    size_t at = 2;

    if (length > 2 && text[2] == '[') { /* Linux console: ESC [ [ A is F1 */
        if (length < 4)
            return 0;
        if (text[3] >= 'A' && text[3] <= 'E') {
            key->code = KEYCODE_F1 + (text[3] - 'A');
            return 4;
        }
        return 3;
    }
    while (at < length && at < CSI_MAX && text[at] >= 0x20 && text[at] < 0x40)
        at++;
    if (at >= CSI_MAX)
        return at;
    if (at >= length)
        return 0;
    if (text[at] < 0x40 || text[at] > 0x7E)
        return at;                    /* broken off: what comes now is a key of its own */
    if (text[at] == 'M' && at == 2) { /* old mouse report: three bytes follow */
        if (length < 6)
            return 0;
        for (size_t i = 3; i < 6; i++) {
            if ((unsigned char)text[i] < 0x20)
                return 3;
        }
        return 6;
    }
    csi_key(key, text + 2, at - 2, text[at]);
    return at + 1;
}

/* OSC, DCS, APC, PM, SOS: answers nobody asked for, up to BEL or ST. */
static size_t control_string(const char *text, size_t length)
{
    for (size_t at = 2; at < length; at++) {
        if (text[at] == 7)
            return at + 1;
        if (text[at] == 27 && at + 1 < length)
            return text[at + 1] == '\\' ? at + 2 : at;
        if (at >= STRING_MAX || text[at] == '\r' || text[at] == '\n')
            return at;
    }
    return 0;
}

static size_t escape(Key *key, const char *text, size_t length, bool expired)
{
    size_t used = 0;

    key->code = KEYCODE_NONE;
    if (length == 1) {
        key->code = expired ? KEYCODE_ESCAPE : KEYCODE_NONE;
        return expired ? 1 : 0;
    }
    if (text[1] == '[') {
        used = csi(key, text, length);
    } else if (text[1] == 'O') {
        if (length > 2 && final_code(text[2]) != KEYCODE_NONE) {
            key->code = final_code(text[2]);
            return 3;
        }
        if (length > 2 || expired) { /* Esc, then a capital O */
            key->code = KEYCODE_ESCAPE;
            return 1;
        }
    } else if (strchr("]P_^X", text[1]) && !(expired && length == 2)) {
        used = control_string(text, length);
    } else {
        key->code = KEYCODE_ESCAPE;
        return 1;
    }
    return used > 0 ? used : expired ? length : 0;
}

static size_t character(Key *key, const char *text, size_t length, bool expired)
{
    static const uint8_t NEEDED[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
    size_t needed = NEEDED[(unsigned char)text[0] >> 4];
    int32_t code_point = 0;

    if (length < needed && !expired) {
        bool possible = true;
        for (size_t i = 1; i < length; i++)
            possible = possible && ((unsigned char)text[i] & 0xC0) == 0x80;
        if (possible)
            return 0;
    }
    size_t used = Text_decode(text, length, &code_point);
    if (used <= 1 && (unsigned char)text[0] >= 0x80) {
        key->code = KEYCODE_NONE;
        return 1;
    }
    character_key(key, code_point);
    return used;
}

/* Moves pasted bytes aside until the end mark; true when the paste is complete. */
static bool paste(Decoder *decoder, Key *key, bool expired)
{
    static const char END[] = "\033[201~";
    Buffer *input = &decoder->input;
    char *end = memmem(Buffer_text(input), input->length, END, sizeof END - 1);
    size_t take = end ? (size_t)(end - input->data) : input->length;

    if (!end && !expired && take >= sizeof END - 1)
        take -= sizeof END - 1;
    else if (!end && !expired)
        take = 0;
    if (decoder->paste.length < PASTE_MAX)
        Buffer_append(&decoder->paste, Buffer_text(input), take);
    Buffer_consume(input, take + (end ? sizeof END - 1 : 0));
    if (!end && !expired)
        return false;
    decoder->pasting = false;
    *key = (Key){.code = KEYCODE_PASTE};
    return true;
}

bool Decoder_next(Decoder *decoder, Key *key, bool expired)
{
    static const char START[] = "\033[200~";

    while (decoder->pasting || decoder->input.length > 0) {
        const char *text = Buffer_text(&decoder->input);
        size_t length = decoder->input.length;
        *key = (Key){0};
        if (decoder->pasting)
            return paste(decoder, key, expired);
        if (length >= sizeof START - 1 && memcmp(text, START, sizeof START - 1) == 0) {
            Buffer_consume(&decoder->input, sizeof START - 1);
            Buffer_reset(&decoder->paste);
            decoder->pasting = true;
            continue;
        }
        size_t used = text[0] == 27 ? escape(key, text, length, expired)
                                    : character(key, text, length, expired);
        if (used == 0)
            return false;
        Buffer_consume(&decoder->input, used);
        if (key->code != KEYCODE_NONE)
            return true;
    }
    return false;
}

bool Key_is_text(const Key *key)
{
    return key->text[0] != '\0';
}

bool Key_parse(const char *name, Key *key)
{
    int32_t code_point = 0;
    size_t length = strlen(name);

    *key = (Key){0};
    for (int i = 0; i < NAME_COUNT; i++) {
        if (strcasecmp(NAMES[i].name, name) == 0) {
            key->code = NAMES[i].code;
            if (key->code == KEYCODE_SPACE)
                key->text[0] = ' ';
            return true;
        }
    }
    if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9' && atoi(name + 1) <= 12) {
        key->code = KEYCODE_F1 + atoi(name + 1) - 1;
        return true;
    }
    if (strncasecmp(name, "Ctrl-", 5) == 0 && length == 6) {
        key->code = KEYCODE_CTRL + (name[5] | 0x20);
        return true;
    }
    if (length > 0 && Text_decode(name, length, &code_point) == length && code_point >= 32) {
        character_key(key, code_point);
        return key->code != KEYCODE_NONE;
    }
    return false;
}

const char *Key_name(const Key *key, char *out)
{
    for (int i = 0; i < NAME_COUNT; i++) {
        if (NAMES[i].code == key->code)
            return NAMES[i].name;
    }
    if (key->code >= KEYCODE_F1 && key->code <= KEYCODE_F12)
        snprintf(out, 24, "F%d", (int)(key->code - KEYCODE_F1 + 1));
    else if (key->code >= KEYCODE_CTRL)
        snprintf(out, 24, "Ctrl-%c", (char)(key->code - KEYCODE_CTRL - 32));
    else
        snprintf(out, 24, "%s", key->text);
    return out;
}

bool Key_in(const Key *key, const char *names)
{
    char name[24];

    while (names && *names) {
        size_t length = strcspn(names, " ");
        Key candidate;
        if (length > 0 && length < sizeof name) {
            memcpy(name, names, length);
            name[length] = '\0';
            if (Key_parse(name, &candidate) && candidate.code == key->code)
                return true;
        }
        names += length + (names[length] == ' ' ? 1 : 0);
    }
    return false;
}
