/* uid.h - record ids: UUIDv7 (RFC 9562) shown as PREFIX_ + 26 characters of Crockford base32.
 *
 * Ids made in one process never repeat and sort by time, then by a counter inside the millisecond.
 */
#ifndef BASE_UID_H
#define BASE_UID_H

#include <stdbool.h>
#include <stdint.h>

#define UID_BYTES 16
#define UID_DIGITS 26
#define UID_TEXT_SIZE 64 /* prefix, underscore, digits, NUL */

typedef struct Uid {
    uint8_t bytes[UID_BYTES];
} Uid;

/* A new id from World clock and randomness; thread-safe. */
Uid Uid_new(void);
/* out: at least UID_TEXT_SIZE bytes.  Returns out. */
char *Uid_format(const Uid *uid, const char *prefix, char *out);
/* Reads "prefix_XXXXXXXXXXXXXXXXXXXXXXXXXX".  prefix NULL = any.  Case, I/L/O are forgiven as
 * Crockford asks.  On success *prefix_length (may be NULL) = bytes before the last underscore. */
bool Uid_parse(const char *text, const char *prefix, Uid *uid, int *prefix_length);
bool Uid_is_zero(const Uid *uid);

#endif
