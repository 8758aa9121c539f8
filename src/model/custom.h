/* custom.h - a custom field as this room holds it. */
#ifndef MODEL_CUSTOM_H
#define MODEL_CUSTOM_H

#include "model/internal.h"

typedef struct CustomField {
    FieldDef field; /* first: CustomFields hands out pointers to it */
    const ResourceDef *resource;
    int64_t id, position;
    const char *type; /* as in custom_field.type */
    bool unique, indexed;
    const char *formula, *pattern, *fallback; /* NULL */
} CustomField;

struct CustomFields {
    Arena *owned; /* NULL: lives in the context's arena */
    CustomField **items;
    size_t count;
};

/* False when the row describes nothing usable. */
bool Custom_define(ModelContext *context, Arena *arena, Record *row, CustomField *custom);

#endif
