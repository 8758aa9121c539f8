/* field_value.h - values of records as people read and write them. */
#ifndef SCREENS_FIELD_VALUE_H
#define SCREENS_FIELD_VALUE_H

#include "base/buffer.h"
#include "base/json_value.h"
#include "screens/describe.h"
#include "tui/form.h"

typedef enum ValueForm {
    VALUE_SHORT, /* in a list: ages instead of times */
    VALUE_FULL,  /* on a record: exact */
    VALUE_EDIT   /* in a form: can be read back */
} ValueForm;

/* Appends the value; nothing for null. */
void FieldValue_append(const App *app, Buffer *out, const FieldInfo *field, const Json *value,
                       ValueForm form);
void FieldValue_append_money(const App *app, Buffer *out, const Json *money);
/* "210k", "1.3M": for bars and axes. */
void FieldValue_append_compact(Buffer *out, double value);
double FieldValue_money_major(const Json *money);
void FieldValue_append_number(const App *app, Buffer *out, int64_t number);
/* "12 min ago" in words of a list: "12 min", "in 3 h". */
void FieldValue_append_age(Buffer *out, int64_t time);
/* The id of a reference; NULL. */
const char *FieldValue_reference_id(const Json *value);

/* Reads what was typed in a form field into JSON (a new reference; NULL text -> null object).
 * false: field->error says why. */
bool FieldValue_read(const App *app, const FieldInfo *info, FormField *field, const char *currency,
                     Json **value);

#endif
