/* terminal.h - the terminal as a device: taking and giving back the screen, signals, one write a
 * frame.
 *
 * A fake terminal (no device) serves scripts and tests: frames are kept, keys are fed in.
 * The terminal is given back on every way out: close, SIGTERM, SIGHUP, a lost line, a crash,
 * Ctrl-Z. Exit codes: 0 quit, 129 hang-up or lost line, 143 SIGTERM.
 */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include "base/error.h"
#include "tui/frame.h"
#include "tui/keys.h"
#include "tui/theme.h"

typedef struct Terminal Terminal;

enum TerminalExit { TERMINAL_EXIT_HANGUP = 129, TERMINAL_EXIT_TERMINATED = 143 };

typedef enum TerminalEvent {
    TERMINAL_NOTHING,
    TERMINAL_KEY,
    TERMINAL_RESIZED, /* size or content is lost: draw again */
    TERMINAL_GONE     /* end: see Terminal_exit_code() */
} TerminalEvent;

Terminal *Terminal_open(const Theme *theme, Error *error);
Terminal *Terminal_open_fake(int columns, int rows, bool ascii);
void Terminal_close(Terminal *terminal); /* NULL is fine */
void Terminal_size(const Terminal *terminal, int *columns, int *rows);
/* A fixed size instead of the device's (for tests); 0, 0 = the device's. */
void Terminal_set_size(Terminal *terminal, int columns, int rows);
bool Terminal_is_ascii(const Terminal *terminal);
bool Terminal_is_fake(const Terminal *terminal);
void Terminal_set_theme(Terminal *terminal, const Theme *theme);
void Terminal_show(Terminal *terminal, const Frame *frame);
/* Stops the program as Ctrl-Z does in a shell; returns when it continues. */
void Terminal_suspend(Terminal *terminal);
/* Gives the terminal back for a while, so that something else may print; then takes it again. */
void Terminal_pause(Terminal *terminal);
void Terminal_resume(Terminal *terminal);
/* Repaint everything with the next frame (Ctrl-L). */
void Terminal_forget(Terminal *terminal);

/* Keys typed into a fake terminal. */
void Terminal_feed(Terminal *terminal, const char *bytes, size_t length);
/* Waits for a key, a signal or readiness of `descriptor` (-1 = none), at most `milliseconds`
 * (-1 = for ever).  *ready tells whether the descriptor is readable.  Keys already here come first.
 */
TerminalEvent Terminal_wait(Terminal *terminal, int descriptor, int milliseconds, Key *key,
                            bool *ready);
/* Like Terminal_wait() without keys: they stay queued.  Used while an answer is awaited. */
TerminalEvent Terminal_wait_for(Terminal *terminal, int descriptor, int milliseconds, bool *ready);
/* The text of the paste that a KEYCODE_PASTE announced. */
const Buffer *Terminal_paste(const Terminal *terminal);
int Terminal_exit_code(const Terminal *terminal);

#endif
