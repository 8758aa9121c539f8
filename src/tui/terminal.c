#include "tui/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tui/painter.h"
#include "tui/terminal_signals.h"

enum { ESCAPE_WAIT_MS = 40, PASTE_WAIT_MS = 1000, QUERY_SYNC = 2026 };

struct Terminal {
    int input, output; /* -1 = fake */
    Painter *painter;
    Decoder decoder;
    Buffer bytes;
    bool ascii;
    bool synchronised; /* the terminal understands DECSET 2026 */
    bool gone;
    int exit_code;
    int columns, rows; /* fixed size, or 0 */
};

static bool names_utf8(const char *name)
{
    const char *dot = name ? strchr(name, '.') : NULL;

    return dot && (strcasecmp(dot + 1, "UTF-8") == 0 || strcasecmp(dot + 1, "utf8") == 0);
}

/* A locale that is asked for but not installed here still says what the terminal shows. */
static bool locale_is_utf8(void)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *name = nl_langinfo(CODESET);

    if (name && (strcmp(name, "UTF-8") == 0 || strcmp(name, "utf8") == 0))
        return true;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *value = getenv(NAMES[i]);
        if (value && *value)
            return names_utf8(value);
    }
    return false;
}

/* Terminals that answer questions about private modes, known by what they put in the environment.
 */
static bool is_known_modern(const char *type)
{
    static const char *const TYPES[] = {"kitty",   "foot",    "alacritty",
                                        "wezterm", "ghostty", "contour"};

    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (strstr(type, TYPES[i]))
            return true;
    }
    return getenv("VTE_VERSION") || getenv("WT_SESSION") || getenv("KITTY_WINDOW_ID");
}

/* A stop in the middle of a frame would cut a character in two: it waits until the frame is out. */
static void hold_stops(int how)
{
    sigset_t stops;

    sigemptyset(&stops);
    sigaddset(&stops, SIGTSTP);
    sigprocmask(how, &stops, NULL);
}

static void write_all(Terminal *terminal, const char *bytes, size_t length)
{
    hold_stops(SIG_BLOCK);
    while (length > 0 && !terminal->gone) {
        ssize_t wrote = write(terminal->output, bytes, length);
        if (wrote > 0) {
            bytes += wrote;
            length -= (size_t)wrote;
        } else if (wrote < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = terminal->output, .events = POLLOUT};
            poll(&wait, 1, 100);
        } else if (wrote < 0 && errno != EINTR) {
            terminal->gone = true;
            terminal->exit_code = TERMINAL_EXIT_HANGUP;
        }
        if (TerminalSignals_ending())
            break;
    }
    hold_stops(SIG_UNBLOCK);
}

Terminal *Terminal_open(const Theme *theme, Error *error)
{
    const char *type = getenv("TERM");
    Terminal *terminal = calloc(1, sizeof *terminal);

    if (!terminal)
        return NULL;
    terminal->input = STDIN_FILENO;
    terminal->output = STDOUT_FILENO;
    terminal->ascii = !locale_is_utf8();
    if (!isatty(terminal->input) || !isatty(terminal->output)) {
        Error_set(error, ERROR_INVALID, "The screens need a terminal.");
        goto fail;
    }
    if (!type || !*type || strcmp(type, "dumb") == 0) {
        Error_set(error, ERROR_INVALID,
                  "The screens need a full-screen terminal, and TERM says \"%s\".",
                  type ? type : "");
        goto fail;
    }
    terminal->painter = Painter_open(type, theme, error);
    if (!terminal->painter)
        goto fail;
    TerminalSignals_take(terminal->input, terminal->output, Painter_enter(terminal->painter),
                         Painter_leave(terminal->painter));
    write_all(terminal, is_known_modern(type) ? "\033[?2026$p" : "\033[?u",
              is_known_modern(type)            ? 9
              : strncmp(type, "xterm", 5) == 0 ? 4
                                               : 0);
    return terminal;
fail:
    Terminal_close(terminal);
    return NULL;
}

Terminal *Terminal_open_fake(int columns, int rows, bool ascii)
{
    Terminal *terminal = calloc(1, sizeof *terminal);

    if (!terminal)
        return NULL;
    terminal->input = terminal->output = -1;
    terminal->columns = columns;
    terminal->rows = rows;
    terminal->ascii = ascii;
    return terminal;
}

void Terminal_close(Terminal *terminal)
{
    if (!terminal)
        return;
    if (terminal->painter)
        TerminalSignals_give_back();
    Painter_close(terminal->painter);
    Decoder_close(&terminal->decoder);
    Buffer_free(&terminal->bytes);
    free(terminal);
}

void Terminal_size(const Terminal *terminal, int *columns, int *rows)
{
    struct winsize size = {0};

    *columns = terminal->columns > 0 ? terminal->columns : 80;
    *rows = terminal->rows > 0 ? terminal->rows : 24;
    if (terminal->columns == 0 && terminal->output >= 0 &&
        ioctl(terminal->output, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *columns = size.ws_col;
        *rows = size.ws_row;
    }
}

void Terminal_set_size(Terminal *terminal, int columns, int rows)
{
    terminal->columns = columns;
    terminal->rows = rows;
}

bool Terminal_is_ascii(const Terminal *terminal)
{
    return terminal->ascii;
}

bool Terminal_is_fake(const Terminal *terminal)
{
    return terminal->output < 0;
}

void Terminal_set_theme(Terminal *terminal, const Theme *theme)
{
    if (terminal->painter)
        Painter_set_theme(terminal->painter, theme);
}

void Terminal_forget(Terminal *terminal)
{
    if (terminal->painter)
        Painter_forget(terminal->painter);
}

void Terminal_show(Terminal *terminal, const Frame *frame)
{
    Buffer *out = &terminal->bytes;

    if (!terminal->painter || terminal->gone)
        return;
    Buffer_reset(out);
    if (terminal->synchronised)
        Buffer_puts(out, "\033[?2026h");
    size_t start = out->length;
    Painter_paint(terminal->painter, frame, out);
    if (out->length == start)
        return;
    if (terminal->synchronised)
        Buffer_puts(out, "\033[?2026l");
    write_all(terminal, Buffer_text(out), out->length);
}

void Terminal_suspend(Terminal *terminal)
{
    if (!Terminal_is_fake(terminal))
        TerminalSignals_suspend();
}

void Terminal_pause(Terminal *terminal)
{
    if (terminal->painter)
        TerminalSignals_give_back();
}

void Terminal_resume(Terminal *terminal)
{
    if (!terminal->painter)
        return;
    TerminalSignals_take(terminal->input, terminal->output, Painter_enter(terminal->painter),
                         Painter_leave(terminal->painter));
    Terminal_forget(terminal);
}

void Terminal_feed(Terminal *terminal, const char *bytes, size_t length)
{
    Decoder_feed(&terminal->decoder, bytes, length);
}

const Buffer *Terminal_paste(const Terminal *terminal)
{
    return &terminal->decoder.paste;
}

int Terminal_exit_code(const Terminal *terminal)
{
    return terminal->exit_code;
}

/* Answers of the terminal are not keys.  A terminal that knows the keyboard question is asked about
 * synchronised output; others never see a question they might print. */
static bool take_report(Terminal *terminal, const Key *key)
{
    if (key->code != KEYCODE_REPORT)
        return false;
    if (key->x == REPORT_KEYBOARD && !terminal->synchronised && terminal->output >= 0)
        write_all(terminal, "\033[?2026$p", 9);
    if (key->x == QUERY_SYNC)
        terminal->synchronised = key->y == 1 || key->y == 2;
    return true;
}

static bool queued_key(Terminal *terminal, Key *key, bool expired)
{
    while (Decoder_next(&terminal->decoder, key, expired)) {
        if (!take_report(terminal, key))
            return true;
    }
    return false;
}

static void read_input(Terminal *terminal)
{
    char bytes[4096];
    ssize_t got = read(terminal->input, bytes, sizeof bytes);

    if (got > 0) {
        Decoder_feed(&terminal->decoder, bytes, (size_t)got);
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        terminal->gone = true;
        terminal->exit_code = TERMINAL_EXIT_HANGUP;
    }
}

static TerminalEvent take_signals(Terminal *terminal)
{
    TerminalSignal happened = TerminalSignals_next();

    if (happened == TERMINAL_SIGNAL_END) {
        terminal->exit_code = TerminalSignals_ending();
        terminal->gone = true;
    }
    if (terminal->gone)
        return TERMINAL_GONE;
    if (happened != TERMINAL_SIGNAL_REPAINT)
        return TERMINAL_NOTHING;
    Terminal_forget(terminal);
    return TERMINAL_RESIZED;
}

static TerminalEvent wait_real(Terminal *terminal, int descriptor, int milliseconds, bool with_keys,
                               bool *ready)
{
    struct pollfd wait[3] = {
        {.fd = TerminalSignals_descriptor(), .events = POLLIN},
        {.fd = descriptor, .events = POLLIN},
        {.fd = with_keys ? terminal->input : -1, .events = POLLIN},
    };

    *ready = false;
    int count = poll(wait, 3, milliseconds);
    TerminalEvent event = take_signals(terminal);
    if (event != TERMINAL_NOTHING || count <= 0)
        return event;
    *ready = wait[1].revents != 0;
    if (wait[2].revents != 0)
        read_input(terminal);
    return terminal->gone ? TERMINAL_GONE : TERMINAL_NOTHING;
}

TerminalEvent Terminal_wait_for(Terminal *terminal, int descriptor, int milliseconds, bool *ready)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};

    if (!Terminal_is_fake(terminal))
        return wait_real(terminal, descriptor, milliseconds, false, ready);
    *ready = poll(&wait, 1, milliseconds) > 0;
    return TERMINAL_NOTHING;
}

TerminalEvent Terminal_wait(Terminal *terminal, int descriptor, int milliseconds, Key *key,
                            bool *ready)
{
    bool fake = Terminal_is_fake(terminal);
    bool expired = fake;

    *ready = false;
    if (queued_key(terminal, key, expired))
        return TERMINAL_KEY;
    if (fake)
        return Terminal_wait_for(terminal, descriptor, milliseconds, ready);
    bool partial = Decoder_waiting(&terminal->decoder);
    int patience = terminal->decoder.pasting ? PASTE_WAIT_MS : ESCAPE_WAIT_MS;
    int limit = partial && (milliseconds < 0 || milliseconds > patience) ? patience : milliseconds;
    size_t taken = terminal->decoder.paste.length;
    size_t before = terminal->decoder.input.length;
    TerminalEvent event = wait_real(terminal, descriptor, limit, true, ready);
    if (event != TERMINAL_NOTHING)
        return event;
    expired = partial && !*ready && terminal->decoder.input.length == before &&
              terminal->decoder.paste.length == taken;
    return queued_key(terminal, key, expired) ? TERMINAL_KEY : TERMINAL_NOTHING;
}
