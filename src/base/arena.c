#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK ((size_t)8 * 1024)
#define LARGEST_BLOCK ((size_t)1024 * 1024)
#define DEFAULT_CEILING ((size_t)256 * 1024 * 1024)
#define ALIGNMENT alignof(max_align_t)

typedef struct Block Block;
struct Block {
    Block *next; /* older */
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
};

struct Arena {
    Block *newest, *first;
    size_t ceiling, held, used;
    bool exhausted;
};

static Block *add_block(Arena *arena, size_t size)
{
    if (size > arena->ceiling - arena->held)
        return NULL;
    Block *block = malloc(sizeof(Block) + size);
    if (!block)
        return NULL;
    block->size = size;
    block->used = 0;
    block->next = arena->newest;
    arena->newest = block;
    arena->held += size;
    return block;
}

Arena *Arena_new(size_t ceiling)
{
    Arena *arena = calloc(1, sizeof(Arena));
    if (!arena)
        return NULL;
    arena->ceiling = ceiling ? ceiling : DEFAULT_CEILING;
    arena->first = add_block(arena, arena->ceiling < FIRST_BLOCK ? arena->ceiling : FIRST_BLOCK);
    if (!arena->first) {
        free(arena);
        return NULL;
    }
    return arena;
}

static void free_blocks(Arena *arena, const Block *keep)
{
    while (arena->newest && arena->newest != keep) {
        Block *block = arena->newest;
        arena->newest = block->next;
        arena->held -= block->size;
        free(block);
    }
}

void Arena_free(Arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena, NULL);
    free(arena);
}

void Arena_reset(Arena *arena)
{
    free_blocks(arena, arena->first);
    arena->first->used = 0;
    arena->used = 0;
    arena->exhausted = false;
}

static Block *block_for(Arena *arena, size_t bytes)
{
    Block *block = arena->newest;
    if (block->size - block->used >= bytes)
        return block;
    size_t size = block->size < LARGEST_BLOCK ? block->size * 2 : LARGEST_BLOCK;
    size_t left = arena->ceiling - arena->held;
    if (size > left)
        size = left;
    return add_block(arena, size < bytes ? bytes : size);
}

void *Arena_alloc(Arena *arena, size_t bytes)
{
    if (bytes == 0)
        bytes = 1;
    Block *block = NULL;
    if (bytes <= arena->ceiling) {
        bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        block = block_for(arena, bytes);
    }
    if (!block) {
        arena->exhausted = true;
        return NULL;
    }
    void *memory = block->bytes + block->used;
    block->used += bytes;
    arena->used += bytes;
    return memset(memory, 0, bytes);
}

void *Arena_array(Arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size) {
        arena->exhausted = true;
        return NULL;
    }
    return Arena_alloc(arena, count * size);
}

char *Arena_strdup(Arena *arena, const char *text)
{
    return text ? Arena_strndup(arena, text, strlen(text)) : NULL;
}

char *Arena_strndup(Arena *arena, const char *text, size_t bytes)
{
    if (bytes == SIZE_MAX) {
        arena->exhausted = true;
        return NULL;
    }
    char *copy = Arena_alloc(arena, bytes + 1);
    if (copy && bytes)
        memcpy(copy, text, bytes);
    return copy;
}

char *Arena_printf(Arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : Arena_alloc(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

bool Arena_exhausted(const Arena *arena)
{
    return arena->exhausted;
}

size_t Arena_used(const Arena *arena)
{
    return arena->used;
}
