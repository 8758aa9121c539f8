/* world.h - clock, randomness and files behind one table, so that a test can run on a made-up
 * world.
 *
 * BIZOSAAS_NOW (ISO 8601 with offset) fixes the clock; BIZOSAAS_SEED (integer) seeds randomness.
 * Both are read once by World_init() in main().
 */
#ifndef BASE_WORLD_H
#define BASE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

typedef struct World {
    int64_t (*now)(void);       /* UTC microseconds since 1970 */
    int64_t (*monotonic)(void); /* microseconds, never steps back; for intervals and deadlines */
    void (*random)(void *bytes, size_t length); /* cryptographic unless seeded by a test */
    int (*open)(const char *path, int flags, unsigned mode);
    int (*fsync)(int fd);
    int (*rename)(const char *from, const char *to);
} World;

bool World_init(Error *error); /* false: BIZOSAAS_NOW or BIZOSAAS_SEED cannot be read */
const World *World_get(void);
void World_set(const World *world); /* tests only; the table must outlive its use */
int64_t World_now(void);
int64_t World_monotonic(void);
void World_random(void *bytes, size_t length);
bool World_clock_is_fixed(void);

#endif
