/* draft_custom.c - definitions of the custom columns of an import, made or not made yet. */
#include <string.h>

#include "base/text.h"
#include "model/exchange/draft.h"
#include "model/internal.h"

static const struct TypeWord {
    const char *word;
    FieldType type;
} TYPE_WORDS[] = {
    {"text", FIELD_TEXT},        {"long_text", FIELD_LONG_TEXT}, {"int", FIELD_INT},
    {"decimal", FIELD_QUANTITY}, {"money", FIELD_MONEY},         {"bool", FIELD_BOOL},
    {"date", FIELD_DATE},        {"datetime", FIELD_TIME},       {"select", FIELD_ENUM},
    {"email", FIELD_EMAIL},      {"phone", FIELD_PHONE},         {"url", FIELD_URL},
    {"country", FIELD_COUNTRY},
};

static void read_options(Arena *arena, const char *text, FieldDef *field)
{
    Error ignored = ERROR_NONE;
    Json *list = text ? Json_parse(text, strlen(text), JSON_BYTES_MAX, &ignored) : NULL;
    size_t count = list ? json_object_array_length(list) : 0;
    Choice *choices = ARENA_ARRAY(arena, Choice, count + 1);

    for (size_t i = 0; choices && i < count; i++) {
        const char *key = Arena_strdup(arena, Json_text(json_object_array_get_idx(list, i), "key"));

        choices[field->choice_count++] = (Choice){key, key};
    }
    field->choices = choices;
    json_object_put(list);
}

/* A definition that does not exist yet, as it will be. */
static FieldDef *imagine_field(ImportPlan *plan, const char *key, const char *type,
                               const char *options)
{
    FieldDef *field = ARENA_NEW(plan->arena, FieldDef);

    if (!field)
        return NULL;
    field->name = Arena_printf(plan->arena, "custom.%s", key);
    field->label = key;
    field->type = FIELD_TEXT;
    for (size_t i = 0; i < sizeof TYPE_WORDS / sizeof TYPE_WORDS[0]; i++)
        if (strcmp(TYPE_WORDS[i].word, type) == 0)
            field->type = TYPE_WORDS[i].type;
    if (field->type == FIELD_ENUM)
        read_options(plan->arena, options, field);
    return field->name ? field : NULL;
}

/* A copy in the plan's arena: the definitions of the context do not live as long. */
static FieldDef *keep_field(ImportPlan *plan, const FieldDef *known)
{
    FieldDef *field = ARENA_NEW(plan->arena, FieldDef);
    Choice *choices = ARENA_ARRAY(plan->arena, Choice, (size_t)known->choice_count + 1);

    if (!field || !choices)
        return NULL;
    *field = *known;
    field->name = Arena_strdup(plan->arena, known->name);
    field->label = Arena_strdup(plan->arena, known->label);
    field->reference = Arena_strdup(plan->arena, known->reference);
    for (int i = 0; i < known->choice_count; i++)
        choices[i] = (Choice){Arena_strdup(plan->arena, known->choices[i].key),
                              Arena_strdup(plan->arena, known->choices[i].label)};
    field->choices = choices;
    return field;
}

bool Draft_custom_fields(ModelContext *context, ImportPlan *plan, const FieldDef ***fields,
                         Error *error)
{
    CustomFields *defined = Custom_of(context, error);

    *fields = ARENA_ARRAY(plan->arena, const FieldDef *, plan->column_count + 1);
    if (!defined)
        return false;
    for (size_t i = 0; *fields && i < plan->column_count; i++) {
        const ImportColumn *column = &plan->columns[i];
        const FieldDef *known;

        if (column->target.kind != TARGET_CUSTOM)
            continue;
        known = CustomFields_find(defined, plan->options.resource, column->target.key);
        (*fields)[i] = known ? keep_field(plan, known)
                             : imagine_field(plan, column->target.key, column->custom_type,
                                             column->custom_options);
    }
    return !Arena_exhausted(plan->arena) ||
           Error_set(error, ERROR_LIMIT, "Not enough memory for the import.");
}
