#include "tui/terminal_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tui/terminal.h"

static struct {
    int input, output;
    const char *enter, *leave;
    struct termios cooked, raw;
    int wake[2];
    volatile sig_atomic_t taken, repaint, ending;
} state = {.wake = {-1, -1}};

static char crash_stack[32768];

static const int CRASHES[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { CRASH_COUNT = sizeof CRASHES / sizeof CRASHES[0] };

/* From here to on_stop() only what a signal handler may call. */
static void write_text(const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t wrote = write(state.output, text, length);
        if (wrote <= 0)
            return;
        text += wrote;
        length -= (size_t)wrote;
    }
}

static void release(void)
{
    if (!state.taken)
        return;
    state.taken = 0;
    /* a stopped or dead terminal must not hold us: output is dropped if it cannot be written */
    int flags = fcntl(state.output, F_GETFL);
    if (state.ending && flags >= 0)
        fcntl(state.output, F_SETFL, flags | O_NONBLOCK);
    write_text(state.leave);
    if (state.ending && flags >= 0)
        fcntl(state.output, F_SETFL, flags);
    tcsetattr(state.input, TCSANOW, &state.cooked);
}

static void acquire(void)
{
    tcsetattr(state.input, TCSANOW, &state.raw);
    write_text(state.enter);
    state.taken = 1;
}

static void wake(void)
{
    int saved = errno;
    char byte = 1;

    if (write(state.wake[1], &byte, 1) < 0)
        errno = saved;
    errno = saved;
}

static void on_signal(int number)
{
    if (number == SIGWINCH || number == SIGCONT)
        state.repaint = 1;
    if (number == SIGHUP)
        state.ending = TERMINAL_EXIT_HANGUP;
    if (number == SIGTERM)
        state.ending = TERMINAL_EXIT_TERMINATED;
    wake();
}

static void on_crash(int number)
{
    release();
    signal(number, SIG_DFL);
    raise(number);
}

static void handle(int number, void (*handler)(int), int flags);

static void on_stop(int number)
{
    int saved = errno;
    sigset_t mask;

    release();
    signal(number, SIG_DFL);
    sigemptyset(&mask);
    sigaddset(&mask, number);
    sigprocmask(SIG_UNBLOCK, &mask, NULL);
    raise(number);
    handle(number, on_stop, 0);
    acquire();
    state.repaint = 1;
    wake();
    errno = saved;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void make_raw(void)
{
    state.raw = state.cooked;
    state.raw.c_iflag &=
        (tcflag_t) ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    state.raw.c_oflag &= (tcflag_t)~OPOST;
    state.raw.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    state.raw.c_cflag |= CS8;
    state.raw.c_cc[VMIN] = 1;
    state.raw.c_cc[VTIME] = 0;
}

void TerminalSignals_take(int input, int output, const char *enter, const char *leave)
{
    stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof crash_stack};

    state.input = input;
    state.output = output;
    state.enter = enter;
    state.leave = leave;
    if (state.wake[0] < 0 && pipe2(state.wake, O_CLOEXEC | O_NONBLOCK) != 0)
        state.wake[0] = state.wake[1] = -1;
    tcgetattr(input, &state.cooked);
    make_raw();
    sigaltstack(&stack, NULL);
    for (int i = 0; i < CRASH_COUNT; i++)
        handle(CRASHES[i], on_crash, SA_ONSTACK);
    handle(SIGWINCH, on_signal, 0);
    handle(SIGCONT, on_signal, 0);
    handle(SIGHUP, on_signal, 0);
    handle(SIGTERM, on_signal, 0);
    handle(SIGINT, on_signal, 0);
    handle(SIGTSTP, on_stop, 0);
    handle(SIGPIPE, SIG_IGN, 0);
    acquire();
}

void TerminalSignals_give_back(void)
{
    static const int OTHERS[] = {SIGWINCH, SIGCONT, SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGPIPE};

    release();
    for (int i = 0; i < CRASH_COUNT; i++)
        handle(CRASHES[i], SIG_DFL, 0);
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
        handle(OTHERS[i], SIG_DFL, 0);
}

void TerminalSignals_suspend(void)
{
    raise(SIGTSTP);
}

int TerminalSignals_descriptor(void)
{
    return state.wake[0];
}

int TerminalSignals_ending(void)
{
    return state.ending;
}

TerminalSignal TerminalSignals_next(void)
{
    char bytes[64];

    while (state.wake[0] >= 0 && read(state.wake[0], bytes, sizeof bytes) > 0)
        continue;
    if (state.ending)
        return TERMINAL_SIGNAL_END;
    if (!state.repaint)
        return TERMINAL_SIGNAL_NONE;
    state.repaint = 0;
    return TERMINAL_SIGNAL_REPAINT;
}
