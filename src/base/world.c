#include "base/world.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/datetime.h"

static int64_t clock_microseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * MICROSECONDS_PER_SECOND + now.tv_nsec / 1000;
}

static int64_t real_now(void)
{
    return clock_microseconds(CLOCK_REALTIME);
}

static int64_t real_monotonic(void)
{
    return clock_microseconds(CLOCK_MONOTONIC);
}

/* Without the kernel's randomness no id and no key may be made: the process ends. */
static void real_random(void *bytes, size_t length)
{
    unsigned char *at = bytes;
    while (length > 0) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno != EINTR) {
            static const char message[] = "bizosaas: the system gives no randomness\n";
            if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
                abort();
            abort();
        }
        if (got > 0) {
            at += got;
            length -= (size_t)got;
        }
    }
}

static int real_open(const char *path, int flags, unsigned mode)
{
    return open(path, flags, (mode_t)mode);
}

static int64_t fixed_time;

static int64_t fixed_now(void)
{
    return fixed_time;
}

/* Seeded randomness is splitmix64: repeatable, and for tests only. */
static uint64_t seed_state;
static pthread_mutex_t seed_lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t seeded_next(void)
{
    uint64_t mixed = (seed_state += UINT64_C(0x9E3779B97F4A7C15));
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

static void seeded_random(void *bytes, size_t length)
{
    unsigned char *at = bytes;
    pthread_mutex_lock(&seed_lock);
    for (size_t i = 0; i < length;) {
        uint64_t value = seeded_next();
        for (int k = 0; k < 8 && i < length; k++, i++)
            at[i] = (unsigned char)(value >> (8 * k));
    }
    pthread_mutex_unlock(&seed_lock);
}

static World system_world = {
    .now = real_now,
    .monotonic = real_monotonic,
    .random = real_random,
    .open = real_open,
    .fsync = fsync,
    .rename = rename,
};

static const World *current = &system_world;

bool World_init(Error *error)
{
    const char *now = getenv("BIZOSAAS_NOW");
    if (now && *now) {
        if (!DateTime_parse(now, "UTC", &fixed_time)) {
            Error_set(error, ERROR_USAGE, "BIZOSAAS_NOW is not a time: %.60s", now);
            return Error_hint(error, "Write it as 2026-11-22T10:00:00Z, or unset it.");
        }
        system_world.now = fixed_now;
    }
    const char *seed = getenv("BIZOSAAS_SEED");
    if (seed && *seed) {
        char *end;
        errno = 0;
        seed_state = strtoull(seed, &end, 10);
        if (errno || *end || seed[0] < '0' || seed[0] > '9') {
            Error_set(error, ERROR_USAGE, "BIZOSAAS_SEED is not a whole number: %.60s", seed);
            return Error_hint(error, "Write digits only, or unset it.");
        }
        system_world.random = seeded_random;
    }
    return true;
}

const World *World_get(void)
{
    return current;
}

void World_set(const World *world)
{
    current = world ? world : &system_world;
}

int64_t World_now(void)
{
    return current->now();
}

int64_t World_monotonic(void)
{
    return current->monotonic();
}

void World_random(void *bytes, size_t length)
{
    current->random(bytes, length);
}

bool World_clock_is_fixed(void)
{
    return current->now == fixed_now;
}
