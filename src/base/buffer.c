#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void Buffer_free(Buffer *buffer)
{
    free(buffer->data);
    *buffer = BUFFER_EMPTY;
}

void Buffer_reset(Buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->data)
        buffer->data[0] = '\0';
}

bool Buffer_reserve(Buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    if (buffer->data && more < buffer->capacity - buffer->length)
        return true;
    if (more > SIZE_MAX / 4 || buffer->length > SIZE_MAX / 4) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->length + more + 1;
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 64;
    if (capacity < needed)
        capacity = needed;
    char *data = realloc(buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    data[buffer->length] = '\0';
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void Buffer_append(Buffer *buffer, const void *bytes, size_t length)
{
    if (!Buffer_reserve(buffer, length))
        return;
    if (length)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void Buffer_puts(Buffer *buffer, const char *text)
{
    Buffer_append(buffer, text, strlen(text));
}

void Buffer_putc(Buffer *buffer, char byte)
{
    Buffer_append(buffer, &byte, 1);
}

void Buffer_printf(Buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = true;
    } else if (Buffer_reserve(buffer, (size_t)length)) {
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}

void Buffer_consume(Buffer *buffer, size_t length)
{
    if (!buffer->data)
        return;
    if (length > buffer->length)
        length = buffer->length;
    memmove(buffer->data, buffer->data + length, buffer->length - length + 1);
    buffer->length -= length;
}

const char *Buffer_text(const Buffer *buffer)
{
    return buffer->data ? buffer->data : "";
}

char *Buffer_take(Buffer *buffer)
{
    char *data = buffer->data;
    if (!data && !buffer->failed)
        data = calloc(1, 1);
    if (buffer->failed) {
        free(data);
        data = NULL;
    }
    *buffer = BUFFER_EMPTY;
    return data;
}
