/* mapping_custom.c - columns that fit no field become custom fields. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/countries.h"
#include "model/exchange/mapping.h"
#include "model/internal.h"

char *Mapping_key(Arena *arena, const char *header)
{
    const char *folded = Text_folded(arena, header);
    char *key = folded ? Arena_alloc(arena, strlen(folded) + 8) : NULL;
    size_t length = 0;

    if (!key)
        return NULL;
    for (const char *at = folded; *at && length < 60; at++) {
        if (isalnum((unsigned char)*at))
            key[length++] = *at;
        else if (length > 0 && key[length - 1] != '_')
            key[length++] = '_';
    }
    while (length > 0 && key[length - 1] == '_')
        length--;
    key[length] = '\0';
    if (length == 0 || isdigit((unsigned char)key[0])) {
        memmove(key + 6, key, length + 1);
        memcpy(key, "field_", 6);
        if (length == 0)
            key[5] = '\0';
    }
    return key;
}

const char *Mapping_custom_type(const FieldDef *field)
{
    if (field->flags & FIELD_LIST)
        return "multi_select";
    switch (field->type) {
    case FIELD_INT:
        return "int";
    case FIELD_BOOL:
        return "bool";
    case FIELD_QUANTITY:
        return "decimal";
    case FIELD_MONEY:
        return "money";
    case FIELD_DATE:
        return "date";
    case FIELD_TIME:
        return "datetime";
    case FIELD_ENUM:
        return "select";
    case FIELD_COUNTRY:
        return "country";
    case FIELD_EMAIL:
        return "email";
    case FIELD_REFERENCE:
        return "ref";
    default:
        return "text";
    }
}

static bool key_is_free(const ImportPlan *plan, size_t before, const char *key)
{
    if (Model_field(plan->options.resource, key) >= 0)
        return false;
    for (size_t i = 0; i < before; i++)
        if ((plan->columns[i].target.kind == TARGET_CUSTOM &&
             strcmp(plan->columns[i].target.key, key) == 0) ||
            (plan->columns[i].rest_key && strcmp(plan->columns[i].rest_key, key) == 0))
            return false;
    return true;
}

static char *free_key(ImportPlan *plan, size_t index, const char *wanted)
{
    char *key = Arena_strdup(plan->arena, wanted);

    for (int copy = 2; key && !key_is_free(plan, index, key); copy++)
        key = Arena_printf(plan->arena, "%s_%d", wanted, copy);
    return key;
}

/* Options of a select: key and label are the text of the cells. */
static const char *options_of(ImportPlan *plan, const ColumnFacts *facts)
{
    Buffer out = BUFFER_EMPTY;
    const char *copy;

    Buffer_putc(&out, '[');
    for (size_t i = 0; i < facts->distinct_count; i++) {
        Buffer_puts(&out, i ? ",{\"key\":" : "{\"key\":");
        Json_append_string(&out, facts->distinct[i], strlen(facts->distinct[i]));
        Buffer_puts(&out, ",\"label\":");
        Json_append_string(&out, facts->distinct[i], strlen(facts->distinct[i]));
        Buffer_puts(&out, ",\"active\":true}");
    }
    Buffer_putc(&out, ']');
    copy = Arena_strdup(plan->arena, Buffer_text(&out));
    Buffer_free(&out);
    return copy;
}

bool Mapping_make_custom(ModelContext *context, ImportPlan *plan, size_t index,
                         const ColumnFacts *facts, Error *error)
{
    ImportColumn *column = &plan->columns[index];
    const char *wanted = column->target.kind == TARGET_CUSTOM
                             ? column->target.key
                             : Mapping_key(plan->arena, column->header);
    const char *type = ColumnFacts_custom_type(facts);
    CustomFields *fields = Custom_of(context, error);
    const FieldDef *known;

    if (!fields || !wanted)
        return false;
    known = CustomFields_find(fields, plan->options.resource, wanted);
    column->target.kind = TARGET_CUSTOM;
    column->custom_new = !known;
    if (known) {
        column->target.key = wanted;
        column->custom_type = Mapping_custom_type(known);
        column->fits_nothing = false;
    } else {
        column->target.key = free_key(plan, index, wanted);
        column->custom_type = type;
        if (strcmp(type, "select") == 0)
            column->custom_options = options_of(plan, facts);
    }
    column->target.path = Arena_printf(plan->arena, "custom.%s", column->target.key);
    return column->target.path != NULL;
}

void Mapping_plan_rest(ImportPlan *plan, size_t index, const ColumnFacts *facts)
{
    ImportColumn *column = &plan->columns[index];
    const FieldDef *field = Target_field(&column->target);
    bool unknown = facts->distinct_overflow;

    if (!field || field->type != FIELD_COUNTRY || field->flags & FIELD_REQUIRED ||
        plan->options.extra != EXTRA_CUSTOM)
        return;
    for (size_t i = 0; i < facts->distinct_count && !unknown; i++)
        unknown = Country_find(facts->distinct[i]) == NULL;
    if (unknown)
        column->rest_key = free_key(
            plan, index,
            Arena_printf(plan->arena, "%s_text", Mapping_key(plan->arena, column->header)));
}
