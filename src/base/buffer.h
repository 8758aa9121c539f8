/* buffer.h - a growing run of bytes, always NUL-terminated.
 *
 * A failed allocation sets `failed` and every later append does nothing; check once at the end.
 * The buffer owns `data`; Buffer_take() hands it over (free()).
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Buffer {
    char *data;      /* NULL until the first append; use Buffer_text() */
    size_t length;   /* bytes, without the final NUL */
    size_t capacity; /* bytes */
    bool failed;
} Buffer;

#define BUFFER_EMPTY ((Buffer){0})

void Buffer_free(Buffer *buffer);
void Buffer_reset(Buffer *buffer); /* keeps the memory */
bool Buffer_reserve(Buffer *buffer, size_t more);
void Buffer_append(Buffer *buffer, const void *bytes, size_t length);
void Buffer_puts(Buffer *buffer, const char *text);
void Buffer_putc(Buffer *buffer, char byte);
void Buffer_printf(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drops the first `length` bytes. */
void Buffer_consume(Buffer *buffer, size_t length);
const char *Buffer_text(const Buffer *buffer); /* never NULL */
char *Buffer_take(Buffer *buffer);             /* the caller free()s; the buffer is empty after */

#endif
