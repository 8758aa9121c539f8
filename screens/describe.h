/* describe.h - what a resource looks like, from resource.describe; kept until the engine restarts.
 */
#ifndef SCREENS_DESCRIBE_H
#define SCREENS_DESCRIBE_H

#include <stdbool.h>
#include "screens/app.h"

typedef enum ValueType {
    VALUE_TEXT,
    VALUE_LONG_TEXT,
    VALUE_INT,
    VALUE_BOOL,
    VALUE_ENUM,
    VALUE_MONEY,
    VALUE_UNIT_PRICE,
    VALUE_RATE,
    VALUE_QUANTITY,
    VALUE_FX,
    VALUE_TIME,
    VALUE_DATE,
    VALUE_REFERENCE,
    VALUE_EMAIL,
    VALUE_PHONE,
    VALUE_URL,
    VALUE_JSON,
    VALUE_SECRET,
    VALUE_RECORD
} ValueType;

/* Texts are borrowed from the description. */
typedef struct FieldInfo {
    const char *name, *label, *section, *help, *reference, *currency_field;
    ValueType type;
    bool required, derived, custom, read_only, masked, hidden, is_list, listed;
    bool has_minimum, has_maximum;
    int64_t minimum, maximum;
    int max_length;
    const Json *choices; /* [{key,label}] */
} FieldInfo;

struct Description {
    Json *json;
    const char *name, *plural, *label, *label_plural, *domain, *sort, *state_field;
    FieldInfo *fields;
    int field_count;
    bool can_create, can_update, can_delete;
};

/* Borrowed; NULL and error when it cannot be had. */
Description *Describe(App *app, const char *resource, Error *error);
void Descriptions_forget(App *app); /* keeps those that open screens use: texts stay valid */
void Descriptions_close(App *app);
const FieldInfo *Description_field(const Description *description, const char *name);
/* The default columns of a list: names into out; returns how many. */
int Description_columns(const Description *description, const FieldInfo **out, int limit);
/* The value of a field in a record (custom fields are inside "custom"); NULL if absent. */
Json *Record_value(const Json *record, const FieldInfo *field);
const char *Field_choice_label(const FieldInfo *field, const char *key);
bool ValueType_is_number(ValueType type);

#endif
