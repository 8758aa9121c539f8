/* arena.h - memory of one request: allocate freely, free once.
 *
 * Allocation failure: in the engine Arena_alloc() returns NULL and sets `exhausted`, and the one
 * operation fails (ERROR_LIMIT); callers check the result or, after a series of allocations,
 * Arena_exhausted().  An arena has a ceiling in bytes, so that hostile input cannot take the
 * machine.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Arena Arena;

/* ceiling: most bytes the arena may hold; 0 = 256 MiB.  NULL when there is no memory at all. */
Arena *Arena_new(size_t ceiling);
void Arena_free(Arena *arena); /* NULL is fine */
/* Forgets everything but keeps the first block for the next request. */
void Arena_reset(Arena *arena);
/* Zeroed, aligned for any type.  NULL past the ceiling or out of memory. */
void *Arena_alloc(Arena *arena, size_t bytes);
void *Arena_array(Arena *arena, size_t count, size_t size); /* overflow-checked */
char *Arena_strdup(Arena *arena, const char *text);         /* NULL stays NULL */
char *Arena_strndup(Arena *arena, const char *text, size_t bytes);
char *Arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool Arena_exhausted(const Arena *arena);
size_t Arena_used(const Arena *arena);

#define ARENA_NEW(arena, type) ((type *)Arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)Arena_array((arena), (count), sizeof(type)))

#endif
