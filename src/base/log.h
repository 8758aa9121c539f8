/* log.h - one line an event, cleaned, to stderr or the log file; secrets never reach it. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

typedef enum LogLevel {
    LOG_LEVEL_ERROR,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_INFO,
    LOG_LEVEL_DEBUG
} LogLevel;

/* path NULL = stderr.  Lines: ISO time, level, message; newlines and controls of the message are
 * made visible.  The file is opened 0600, appended, rotated to path.1 at 10 MiB. */
void Log_open(const char *path, LogLevel level);
void Log_write(LogLevel level, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define LOG_ERROR(...) Log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define LOG_WARNING(...) Log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define LOG_INFO(...) Log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define LOG_DEBUG(...) Log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
