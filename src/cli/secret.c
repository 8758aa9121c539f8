#include "cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void Secret_wipe(char secret[SECRET_MAX])
{
    explicit_bzero(secret, SECRET_MAX);
}

/* Reads bytes up to a newline or the end; descriptors, not stdio, so that no copy stays behind. */
static bool read_secret(int descriptor, char out[SECRET_MAX], Error *error)
{
    size_t length = 0;
    for (;;) {
        char byte;
        ssize_t got = read(descriptor, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return Error_set(error, ERROR_STORAGE, "The secret cannot be read: %s.",
                             strerror(errno));
        if (got == 0 || byte == '\n')
            break;
        if (length + 1 >= SECRET_MAX)
            return Error_set(error, ERROR_TOO_LONG, "A secret has at most %d bytes.",
                             SECRET_MAX - 1);
        out[length++] = byte;
    }
    if (length && out[length - 1] == '\r')
        length--;
    out[length] = '\0';
    if (length == 0)
        return Error_set(error, ERROR_REQUIRED, "The secret is empty.");
    return true;
}

bool Secret_from_file(const char *path, char out[SECRET_MAX], Error *error)
{
    bool standard_input = strcmp(path, "-") == 0;
    int descriptor = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return Error_set(error, ERROR_NOT_FOUND, "The secret file %s cannot be opened: %s.", path,
                         strerror(errno));
    bool good = read_secret(descriptor, out, error);
    if (!standard_input)
        close(descriptor);
    if (!good)
        Secret_wipe(out);
    return good;
}

/* Keys typed without echo; signals are off meanwhile, so that echo always comes back. */
static bool read_typed(int terminal, char out[SECRET_MAX], Error *error)
{
    enum { CONTROL_C = 3, CONTROL_D = 4, BACKSPACE = 8, CONTROL_U = 21, DELETE = 127 };
    size_t length = 0;
    for (;;) {
        unsigned char key = CONTROL_C;
        ssize_t got = read(terminal, &key, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || key == CONTROL_C || (key == CONTROL_D && length == 0))
            return Error_set(error, ERROR_CANCELLED, "Left without a password; nothing changed.");
        if (key == '\r' || key == '\n')
            break;
        if (key == CONTROL_U)
            length = 0;
        else if ((key == BACKSPACE || key == DELETE) && length > 0)
            length--;
        else if (key >= ' ' && key != DELETE && length + 1 < SECRET_MAX)
            out[length++] = (char)key;
    }
    out[length] = '\0';
    if (length == 0)
        return Error_set(error, ERROR_REQUIRED, "The secret is empty.");
    return true;
}

bool Secret_ask(const char *prompt, char out[SECRET_MAX], Error *error)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        if (terminal >= 0)
            close(terminal);
        Error_set(error, ERROR_UNAUTHENTICATED, "A password is needed and there is no terminal.");
        return Error_hint(error, "Give it with --secret-file FILE (or - for standard input).");
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    dprintf(terminal, "%s", prompt);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    bool good = read_typed(terminal, out, error);
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    close(terminal);
    if (!good)
        Secret_wipe(out);
    return good;
}
