/* error.h - the one error type.
 *
 * A function that can fail returns bool (true = done) or a pointer (NULL = failed) and fills the
 * Error its caller handed in.  The caller owns the Error; it holds no pointers, so it can be copied
 * and kept.  Message and hint are sentences for people: what happened, what was kept, what to do.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

/* Codes are words that travel over the wire and into scripts; compare with Error_is(). */
#define ERROR_INVALID "invalid"     /* a value breaks a rule */
#define ERROR_REQUIRED "required"   /* a value is missing */
#define ERROR_TYPE "type"           /* a value cannot be read as its type */
#define ERROR_ENUM "enum"           /* not one of the choices */
#define ERROR_RULE "rule"           /* readable but out of range */
#define ERROR_REFERENCE "ref"       /* refers to a record that is not there */
#define ERROR_DUPLICATE "duplicate" /* a unique value is taken */
#define ERROR_TOO_LONG "too_long"
#define ERROR_SYNTAX "syntax" /* text that cannot be parsed; column is set */
#define ERROR_NOT_FOUND "not_found"
#define ERROR_CONFLICT "conflict"               /* somebody changed the record meanwhile */
#define ERROR_FORBIDDEN "forbidden"             /* the role does not allow it */
#define ERROR_UNAUTHENTICATED "unauthenticated" /* nobody is logged in */
#define ERROR_USAGE "usage"                     /* wrong call: unknown operation, parameter, flag */
#define ERROR_STATE "state"                     /* the transition is not possible from here */
#define ERROR_AGAIN "again"                 /* try later: engine not reachable, lock, too many */
#define ERROR_LIMIT "limit"                 /* too large, too deep, too many */
#define ERROR_STORAGE "storage"             /* disk full, read-only, unreadable database */
#define ERROR_NOT_CONNECTED "not_connected" /* a remote system or helper is not set up */
#define ERROR_CANCELLED "cancelled"
#define ERROR_INTERNAL "internal" /* a fault of ours */

typedef struct Error {
    char code[20];
    char field[64];
    char message[400];
    char hint[240];
    int line;   /* 1-based position in a text or file; 0 = none */
    int column; /* 1-based, in code points; 0 = none */
} Error;

#define ERROR_NONE ((Error){.code = ""})

/* Fills error (may be NULL) and returns false, so that `return Error_set(...)` reads well. */
bool Error_set(Error *error, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool Error_set_field(Error *error, const char *code, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds what the user can do; keeps the rest.  Returns false. */
bool Error_hint(Error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a position; keeps the rest.  Returns false. */
bool Error_at(Error *error, int line, int column);
bool Error_is(const Error *error, const char *code);
static inline bool Error_present(const Error *error)
{
    return error && error->code[0] != '\0';
}
void Error_clear(Error *error);

#endif
