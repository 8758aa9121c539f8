#include <string.h>
#include "base/text.h"
#include "model/resource.h"

static const char *const TYPE_NAMES[] = {
    [FIELD_INT] = "int",
    [FIELD_BOOL] = "bool",
    [FIELD_TEXT] = "text",
    [FIELD_LONG_TEXT] = "long_text",
    [FIELD_ENUM] = "enum",
    [FIELD_MONEY] = "money",
    [FIELD_UNIT_PRICE] = "unit_price",
    [FIELD_RATE] = "rate",
    [FIELD_QUANTITY] = "quantity",
    [FIELD_FX] = "fx",
    [FIELD_TIME] = "time",
    [FIELD_DATE] = "date",
    [FIELD_CURRENCY] = "currency",
    [FIELD_COUNTRY] = "country",
    [FIELD_LANGUAGE] = "language",
    [FIELD_ZONE] = "zone",
    [FIELD_EMAIL] = "email",
    [FIELD_PHONE] = "phone",
    [FIELD_URL] = "url",
    [FIELD_SLUG] = "slug",
    [FIELD_REFERENCE] = "reference",
    [FIELD_RECORD] = "record",
    [FIELD_UID] = "uid",
    [FIELD_JSON] = "json",
    [FIELD_BLOB] = "blob",
    [FIELD_SECRET] = "secret",
};

static const FieldType TEXT_TYPES[] = {
    FIELD_TEXT, FIELD_LONG_TEXT, FIELD_ENUM,  FIELD_CURRENCY, FIELD_COUNTRY, FIELD_LANGUAGE,
    FIELD_ZONE, FIELD_EMAIL,     FIELD_PHONE, FIELD_URL,      FIELD_SLUG,    FIELD_JSON,
};

const char *FieldType_name(FieldType type)
{
    return (size_t)type < sizeof TYPE_NAMES / sizeof *TYPE_NAMES ? TYPE_NAMES[type] : "?";
}

bool FieldType_is_text(FieldType type)
{
    for (size_t i = 0; i < sizeof TEXT_TYPES / sizeof *TEXT_TYPES; i++)
        if (TEXT_TYPES[i] == type)
            return true;
    return false;
}

static const Choice *find_choice(const FieldDef *field, const char *key)
{
    for (int i = 0; key && i < field->choice_count; i++)
        if (strcmp(field->choices[i].key, key) == 0)
            return &field->choices[i];
    return NULL;
}

bool Field_has_choice(const FieldDef *field, const char *key)
{
    return find_choice(field, key) != NULL;
}

const char *Field_choice_label(const FieldDef *field, const char *key)
{
    const Choice *choice = find_choice(field, key);
    return choice ? choice->label : key;
}

int Resource_field(const ResourceDef *resource, const char *name)
{
    for (int i = 0; name && i < resource->field_count; i++)
        if (strcmp(resource->fields[i].name, name) == 0)
            return i;
    for (int i = 0; name && i < resource->field_count; i++)
        if (resource->fields[i].alias && strcmp(resource->fields[i].alias, name) == 0)
            return i;
    return -1;
}

const char *Resource_nearest_field(const ResourceDef *resource, const char *name)
{
    const char *names[512];
    size_t count = 0;
    for (int i = 0; i < resource->field_count && count + 2 < sizeof names / sizeof *names; i++) {
        if (resource->fields[i].flags & FIELD_HIDDEN)
            continue;
        names[count++] = resource->fields[i].name;
        if (resource->fields[i].alias)
            names[count++] = resource->fields[i].alias;
    }
    return Text_nearest(name, names, count);
}

const TransitionDef *Resource_transition(const ResourceDef *resource, const char *event,
                                         const char *from)
{
    const TransitionDef *any = NULL;
    for (int i = 0; i < resource->transition_count; i++) {
        const TransitionDef *transition = &resource->transitions[i];
        if (strcmp(transition->name, event) != 0)
            continue;
        if (strcmp(transition->from, from) == 0)
            return transition;
        if (strcmp(transition->from, "*") == 0 && strcmp(transition->to, from) != 0)
            any = transition;
    }
    return any;
}
