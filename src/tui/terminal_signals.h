/* terminal_signals.h - signals of a full-screen program: they wake the loop through a pipe, and the
 * terminal is given back even when the program crashes.  One terminal a process.
 */
#ifndef TUI_TERMINAL_SIGNALS_H
#define TUI_TERMINAL_SIGNALS_H

typedef enum TerminalSignal {
    TERMINAL_SIGNAL_NONE,
    TERMINAL_SIGNAL_REPAINT, /* another size, or back from a stop */
    TERMINAL_SIGNAL_END      /* SIGHUP or SIGTERM */
} TerminalSignal;

/* Raw mode, `enter` written; handlers for WINCH, TSTP, CONT, HUP, TERM and crashes. */
void TerminalSignals_take(int input, int output, const char *enter, const char *leave);
/* `leave` written, modes and handlers restored.  Safe to call twice. */
void TerminalSignals_give_back(void);
void TerminalSignals_suspend(void);
int TerminalSignals_descriptor(void); /* readable when a signal came */
TerminalSignal TerminalSignals_next(void);
int TerminalSignals_ending(void); /* exit code when the program has to end, else 0 */

#endif
