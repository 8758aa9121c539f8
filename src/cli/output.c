#include "cli/output.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/command.h"

static bool stdout_terminal;
static bool stderr_terminal;
static bool utf8;

/* A locale that is asked for but not installed here still says what the terminal shows. */
static bool locale_is_utf8(void)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return true;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *value = getenv(NAMES[i]);
        const char *dot = value ? strchr(value, '.') : NULL;
        if (value && *value)
            return dot && (strcasecmp(dot + 1, "UTF-8") == 0 || strcasecmp(dot + 1, "utf8") == 0);
    }
    return false;
}

void Output_open(void)
{
    setlocale(LC_CTYPE, "");
    stdout_terminal = isatty(STDOUT_FILENO) == 1;
    stderr_terminal = isatty(STDERR_FILENO) == 1;
    utf8 = locale_is_utf8();
    /* A closed pipe is seen as a write error, so that nothing is left half-done. */
    signal(SIGPIPE, SIG_IGN);
}

void Output_use_ascii(void)
{
    /* For the screens too, which ask the locale; the language of messages stays. */
    const char *all = getenv("LC_ALL");
    if (all && *all)
        setenv("LC_MESSAGES", all, 0);
    unsetenv("LC_ALL");
    setenv("LC_CTYPE", "C", 1);
    utf8 = false;
}

bool Output_is_terminal(void)
{
    return stdout_terminal;
}

bool Output_messages_on_terminal(void)
{
    return stderr_terminal;
}

bool Output_utf8(void)
{
    return utf8;
}

unsigned Output_clean_flags(void)
{
    return TEXT_CLEAN_LINE | (stdout_terminal && !utf8 ? TEXT_CLEAN_ASCII : 0);
}

int Output_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    int width = columns ? atoi(columns) : 0;
    return width > 0 && width < 10000 ? width : 80;
}

static void append_escape(Buffer *out, int32_t code_point)
{
    if (code_point < 0x10000) {
        Buffer_printf(out, "\\u%04x", (unsigned)code_point);
        return;
    }
    unsigned rest = (unsigned)code_point - 0x10000;
    Buffer_printf(out, "\\u%04x\\u%04x", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
}

void Output_escape_json(Buffer *out, const char *text, size_t length)
{
    Buffer clean = BUFFER_EMPTY;
    size_t at = 0;
    while (at < length) {
        size_t plain = at;
        while (plain < length && text[plain] >= 0x20 && text[plain] < 0x7f)
            plain++;
        Buffer_append(out, text + at, plain - at);
        at = plain;
        if (at >= length)
            break;
        size_t cluster = Text_grapheme(text + at, length - at);
        if (cluster == 0)
            cluster = 1;
        Buffer_reset(&clean);
        Text_clean(&clean, text + at, cluster, TEXT_CLEAN_LINE);
        if (clean.length == cluster && memcmp(clean.data, text + at, cluster) == 0) {
            Buffer_append(out, text + at, cluster);
        } else {
            for (size_t i = 0; i < cluster; ) {
                int32_t code_point;
                i += Text_decode(text + at + i, cluster - i, &code_point);
                append_escape(out, code_point);
            }
        }
        at += cluster;
    }
    Buffer_free(&clean);
}

void Output_json(FILE *stream, const Json *value)
{
    size_t length = 0;
    const char *text = Json_serialise(value, &length);
    Buffer out = BUFFER_EMPTY;
    Output_escape_json(&out, text, length);
    Buffer_putc(&out, '\n');
    fwrite(out.data ? out.data : "", 1, out.length, stream);
    Buffer_free(&out);
}

void Output_bytes(const void *bytes, size_t length)
{
    fwrite(bytes, 1, length, stdout);
}

__attribute__((format(printf, 2, 0))) static void print_cleaned(FILE *stream, const char *format, va_list arguments)
{
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    if (length < 0)
        return;
    Buffer clean = BUFFER_EMPTY;
    bool terminal = stream == stdout ? stdout_terminal : stderr_terminal;
    unsigned flags = TEXT_CLEAN_LINE | (terminal && !utf8 ? TEXT_CLEAN_ASCII : 0);
    Text_clean(&clean, text, (size_t)length, flags);
    Buffer_putc(&clean, '\n');
    fwrite(clean.data ? clean.data : "\n", 1, clean.length, stream);
    Buffer_free(&clean);
    free(text);
}

void Output_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_cleaned(stdout, format, arguments);
    va_end(arguments);
}

void Output_message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_cleaned(stderr, format, arguments);
    va_end(arguments);
}

bool Output_broken(void)
{
    return ferror(stdout) != 0;
}

int Output_close(int exit_code)
{
    errno = 0;
    int flushed = fflush(stdout);
    if (flushed == 0 && !ferror(stdout))
        return exit_code;
    if (errno == EPIPE || errno == 0) {
        /* The reader has seen enough: end as every filter does. */
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    Output_message("Standard output cannot be written: %s.", strerror(errno));
    return exit_code == EXIT_DONE ? EXIT_REFUSED : exit_code;
}
