/* json_value.h - json-c with limits, plus the few accessors everybody needs.
 *
 * json-c objects stay in the thread that made them.  "get" functions borrow; "new" functions give a
 * reference that the caller json_object_put()s.
 */
#ifndef BASE_JSON_VALUE_H
#define BASE_JSON_VALUE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/error.h"

typedef struct json_object Json;

#define JSON_DEPTH_MAX 32
#define JSON_BYTES_MAX (1024 * 1024)

/* Strict RFC 8259: UTF-8 checked, duplicate keys refused, no NUL in strings, numbers keep their
 * text.  limit in bytes; 0 = JSON_BYTES_MAX.  NULL is also the value null: Error_present(error)
 * tells a failure.  Caller json_object_put()s. */
Json *Json_parse(const char *text, size_t length, size_t limit, Error *error);
const char *Json_text(const Json *object,
                      const char *key); /* borrowed; NULL if absent or not text */
int64_t Json_int(const Json *object, const char *key, int64_t fallback);
bool Json_bool(const Json *object, const char *key, bool fallback);
Json *Json_get(const Json *object, const char *key);                 /* borrowed; NULL if absent */
void Json_set_text(Json *object, const char *key, const char *text); /* NULL text = null */
void Json_set_int(Json *object, const char *key, int64_t value);
void Json_set_bool(Json *object, const char *key, bool value);
void Json_set(Json *object, const char *key, Json *value); /* takes the reference */
/* Compact serialisation without escaping "/". Borrowed from the object. */
const char *Json_serialise(const Json *object, size_t *length);
/* Appends a quoted, escaped JSON string (for hot paths that do not build objects). */
void Json_append_string(Buffer *out, const char *text, size_t length);
Json *
Json_from_error(const Error *error); /* {"code","message","field"?,"hint"?,"line"?,"column"?} */
void Json_to_error(const Json *object, Error *error);

#endif
