#include "base/uid.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/world.h"

/* UUIDv7: 48 bits of milliseconds, version, 12 + 62 further bits.  The 74 bits start at random in
 * each millisecond (top bit clear, so that they can grow) and step by a random amount inside it. */
typedef unsigned __int128 Tail;

#define TAIL_BITS 74
#define TAIL_END ((Tail)1 << TAIL_BITS)
#define MILLISECONDS_MASK ((UINT64_C(1) << 48) - 1)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint64_t last_millisecond;
static Tail last_tail;
static bool fresh = true; /* no id yet in this process */

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork_parent(void)
{
    pthread_mutex_unlock(&lock);
}

/* A child leaves its parent's run of ids. */
static void after_fork_child(void)
{
    fresh = true;
    pthread_mutex_unlock(&lock);
}

static void register_fork(void)
{
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

static Tail random_tail(void)
{
    Tail tail;
    World_random(&tail, sizeof(tail));
    return tail & ((TAIL_END >> 1) - 1);
}

static void advance(uint64_t millisecond)
{
    if (fresh || millisecond > last_millisecond) {
        if (millisecond > last_millisecond)
            last_millisecond = millisecond;
        else
            last_millisecond++;
        last_tail = random_tail();
        fresh = false;
        return;
    }
    /* the same millisecond, or a clock that stepped back */
    uint32_t step;
    World_random(&step, sizeof(step));
    last_tail += (Tail)step + 1;
    if (last_tail >= TAIL_END) {
        last_millisecond++;
        last_tail = random_tail();
    }
}

Uid Uid_new(void)
{
    pthread_once(&once, register_fork);
    int64_t now = World_now();
    uint64_t millisecond = now > 0 ? (uint64_t)(now / 1000) & MILLISECONDS_MASK : 0;

    pthread_mutex_lock(&lock);
    advance(millisecond);
    uint64_t time = last_millisecond;
    Tail tail = last_tail;
    pthread_mutex_unlock(&lock);

    Tail bits = (Tail)(time & MILLISECONDS_MASK) << 80;
    bits |= (Tail)7 << 76;
    bits |= (tail >> 62) << 64;
    bits |= (Tail)2 << 62;
    bits |= tail & (((Tail)1 << 62) - 1);
    Uid uid;
    for (int i = UID_BYTES - 1; i >= 0; i--, bits >>= 8)
        uid.bytes[i] = (uint8_t)bits;
    return uid;
}

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char *Uid_format(const Uid *uid, const char *prefix, char *out)
{
    Tail bits = 0;
    for (int i = 0; i < UID_BYTES; i++)
        bits = bits << 8 | uid->bytes[i];
    char text[UID_DIGITS + 1];
    text[UID_DIGITS] = '\0';
    for (int i = UID_DIGITS - 1; i >= 0; i--, bits >>= 5)
        text[i] = digits[bits & 31];
    if (prefix && *prefix)
        snprintf(out, UID_TEXT_SIZE, "%.36s_%s", prefix, text);
    else
        memcpy(out, text, sizeof(text));
    return out;
}

static int digit_value(char digit)
{
    if (digit >= 'a' && digit <= 'z')
        digit = (char)(digit - 'a' + 'A');
    if (digit == 'O')
        return 0;
    if (digit == 'I' || digit == 'L')
        return 1;
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) : -1;
}

bool Uid_parse(const char *text, const char *prefix, Uid *uid, int *prefix_length)
{
    const char *underscore = text ? strrchr(text, '_') : NULL;
    if (!underscore || underscore == text || underscore - text > 36)
        return false;
    size_t length = (size_t)(underscore - text);
    if (prefix && (strlen(prefix) != length || memcmp(prefix, text, length) != 0))
        return false;
    const char *digit = underscore + 1;
    if (strlen(digit) != UID_DIGITS || digit_value(digit[0]) > 7)
        return false;
    Tail bits = 0;
    for (int i = 0; i < UID_DIGITS; i++) {
        int value = digit_value(digit[i]);
        if (value < 0)
            return false;
        bits = bits << 5 | (unsigned)value;
    }
    for (int i = UID_BYTES - 1; i >= 0; i--, bits >>= 8)
        uid->bytes[i] = (uint8_t)bits;
    if (prefix_length)
        *prefix_length = (int)length;
    return true;
}

bool Uid_is_zero(const Uid *uid)
{
    static const Uid zero;
    return memcmp(uid, &zero, sizeof(zero)) == 0;
}
