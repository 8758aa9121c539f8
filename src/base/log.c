#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/datetime.h"
#include "base/text.h"
#include "base/world.h"

#define ROTATE_BYTES (10L * 1024 * 1024)
#define LINE_BYTES 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int descriptor = STDERR_FILENO;
static char file_path[4096];
static off_t written;
static LogLevel threshold = LOG_LEVEL_INFO;

static void open_file(void)
{
    int opened =
        World_get()->open(file_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0) {
        descriptor = STDERR_FILENO;
        return;
    }
    struct stat status;
    written = fstat(opened, &status) == 0 ? status.st_size : 0;
    descriptor = opened;
}

static void close_file(void)
{
    if (descriptor != STDERR_FILENO)
        close(descriptor);
    descriptor = STDERR_FILENO;
}

void Log_open(const char *path, LogLevel level)
{
    pthread_mutex_lock(&lock);
    close_file();
    threshold = level;
    file_path[0] = '\0';
    if (path && strlen(path) + 3 < sizeof(file_path)) {
        snprintf(file_path, sizeof(file_path), "%s", path);
        open_file();
    }
    pthread_mutex_unlock(&lock);
}

static void rotate(void)
{
    char old[sizeof(file_path) + 2];
    snprintf(old, sizeof(old), "%s.1", file_path);
    close_file();
    World_get()->rename(file_path, old);
    open_file();
}

static void write_line(const char *line, size_t length)
{
    pthread_mutex_lock(&lock);
    if (descriptor != STDERR_FILENO && written + (off_t)length > ROTATE_BYTES)
        rotate();
    ssize_t done = write(descriptor, line, length);
    if (done > 0)
        written += done;
    pthread_mutex_unlock(&lock);
}

void Log_write(LogLevel level, const char *format, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (level > threshold)
        return;
    char message[LINE_BYTES], time[40];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    Buffer line = BUFFER_EMPTY;
    Buffer_printf(&line, "%s %s ", DateTime_format(World_now(), time), names[level]);
    Text_clean(&line, message, strlen(message), TEXT_CLEAN_LINE);
    Buffer_putc(&line, '\n');
    if (!line.failed)
        write_line(Buffer_text(&line), line.length);
    Buffer_free(&line);
}
