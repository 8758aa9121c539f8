/* value.h - a JSON value as a person reads it in a table. */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include "base/buffer.h"
#include "base/json_value.h"

typedef struct ValueStyle {
    const char *language; /* of money; "en" */
    const char *zone;     /* of times; "UTC" */
} ValueStyle;

/* From the result of hello; both texts are borrowed from it. */
ValueStyle ValueStyle_of(const Json *hello);
/* type: field type of resource.describe ("money", "rate", "time" ...); NULL = tell from the value. */
void Value_append(Buffer *out, const Json *value, const char *type, const ValueStyle *style);
bool Value_is_number(const Json *value, const char *type); /* right-aligned */

#endif
