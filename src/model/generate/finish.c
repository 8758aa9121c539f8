#include <string.h>
#include "base/text.h"
#include "model/generate/describe.h"

typedef struct Mixin {
    const char *name;
    const FieldDef *fields;
    int count;
    size_t flag; /* offset of the bool in ResourceDef */
} Mixin;

static const FieldDef OWNED[] = {
    {.name = "owner_id",
     .label = "Owner",
     .type = FIELD_REFERENCE,
     .reference = "user",
     .flags = FIELD_INDEXED},
    {.name = "team_id", .label = "Team", .type = FIELD_REFERENCE, .reference = "team"},
};
static const FieldDef NUMBERED[] = {
    {.name = "number",
     .label = "Number",
     .type = FIELD_TEXT,
     .max_length = 32,
     .flags = FIELD_DERIVED | FIELD_UNIQUE | FIELD_SORTABLE},
};
static const Mixin MIXINS[] = {
    {"owned", OWNED, sizeof OWNED / sizeof *OWNED, offsetof(ResourceDef, owned)},
    {"numbered", NUMBERED, sizeof NUMBERED / sizeof *NUMBERED, offsetof(ResourceDef, numbered)},
    {"stream", NULL, 0, offsetof(ResourceDef, stream)},
};

static const char *const STORED_AS[] = {"_minor", "_e2", "_e4", "_e6", "_ppm", "_ids", "_id"};

bool Describe_mixins(Arena *arena, Described *into, const YamlNode *sequence, Error *error)
{
    const char *const *names = sequence ? Describe_list(arena, sequence, error) : NULL;
    if (!names)
        return !sequence;
    for (size_t i = 0; names[i]; i++) {
        const Mixin *mixin = NULL;
        for (size_t j = 0; j < sizeof MIXINS / sizeof *MIXINS; j++)
            if (strcmp(MIXINS[j].name, names[i]) == 0)
                mixin = &MIXINS[j];
        if (!mixin) {
            Error_set(error, ERROR_ENUM, "\"%s\" is none of owned, numbered, stream", names[i]);
            return Error_at(error, sequence->line, sequence->column);
        }
        *(bool *)((char *)&into->def + mixin->flag) = true;
        for (int j = 0; j < mixin->count; j++)
            if (!Describe_add(into, &mixin->fields[j], sequence->line, sequence->column, error))
                return false;
    }
    return true;
}

static bool fail_field(const Described *into, int index, Error *error)
{
    const FieldSource *source = &into->sources[index];
    return source->line ? Error_at(error, source->line, source->column)
                        : Error_at(error, into->line, into->column);
}

/* Taken by a field, another alias, or a group of dotted fields. */
static bool name_taken(const Described *into, const char *name, int except)
{
    size_t bytes = strlen(name);
    for (int i = 0; i < into->def.field_count; i++) {
        const FieldDef *field = &into->fields[i];
        if (i == except)
            continue;
        if (strcmp(field->name, name) == 0 || (field->alias && strcmp(field->alias, name) == 0) ||
            (strncmp(field->name, name, bytes) == 0 && field->name[bytes] == '.'))
            return true;
    }
    return false;
}

static void make_alias(Arena *arena, Described *into, int index)
{
    FieldDef *field = &into->fields[index];
    size_t length = strlen(field->name);
    const char *alias = NULL;
    if (index < into->def.first_own) {
        if (strcmp(field->name, "created_at") == 0 || strcmp(field->name, "updated_at") == 0)
            alias = Arena_strndup(arena, field->name, length - 3);
    } else {
        for (size_t i = 0; !alias && i < sizeof STORED_AS / sizeof *STORED_AS; i++) {
            size_t bytes = strlen(STORED_AS[i]);
            if (length > bytes && strcmp(field->name + length - bytes, STORED_AS[i]) == 0)
                alias = Arena_strndup(arena, field->name, length - bytes);
        }
    }
    if (alias && !name_taken(into, alias, index))
        field->alias = alias;
}

static bool check_alias(const Described *into, int index, Error *error)
{
    const char *alias = into->fields[index].alias;
    if (!alias || !name_taken(into, alias, index))
        return true;
    Error_set(error, ERROR_DUPLICATE, "the alias \"%s\" is taken", alias);
    return fail_field(into, index, error);
}

static void find_currency(Described *into, FieldDef *field)
{
    bool money = field->type == FIELD_MONEY || field->type == FIELD_UNIT_PRICE;
    if (money && !field->currency_field && Describe_field(into, "currency") >= 0)
        field->currency_field = "currency";
}

/* Two columns of one name, also counting the folded second columns, or two equal labels. */
static bool check_twins(Arena *arena, const Described *into, int index, Error *error)
{
    const FieldDef *field = &into->fields[index];
    for (int i = 0; i < into->def.field_count; i++) {
        const FieldDef *other = &into->fields[i];
        if (i == index)
            continue;
        bool key = (other->flags & FIELD_SORTABLE) &&
                   strcmp(field->column, Arena_printf(arena, "%s_key", other->column)) == 0;
        if (key || strcmp(field->column, other->column) == 0)
            Error_set(error, ERROR_DUPLICATE, "the fields \"%s\" and \"%s\" share a column",
                      field->name, other->name);
        else if (i < index && !(field->flags & FIELD_HIDDEN) && !(other->flags & FIELD_HIDDEN) &&
                 strcmp(field->label, other->label) == 0)
            Error_set(error, ERROR_DUPLICATE, "the fields \"%s\" and \"%s\" share the label \"%s\"",
                      field->name, other->name, field->label);
        else
            continue;
        return fail_field(into, index, error);
    }
    return true;
}

static bool check_field(const Described *into, int index, Error *error)
{
    const FieldDef *field = &into->fields[index];
    int entity = field->reference ? Describe_field(into, field->reference) : 0;
    if (field->type == FIELD_RECORD && entity < 0)
        Error_set(error, ERROR_REFERENCE, "record(%s): there is no field \"%s\"", field->reference,
                  field->reference);
    else if (field->currency_field && Describe_field(into, field->currency_field) < 0)
        Error_set(error, ERROR_REFERENCE, "there is no field \"%s\" for the currency",
                  field->currency_field);
    else if ((field->flags & FIELD_SEARCHED) && !FieldType_is_text(field->type))
        Error_set(error, ERROR_TYPE, "\"%s\" cannot be searched: it is no text", field->name);
    else
        return true;
    return fail_field(into, index, error);
}

/* The column `state` is the state when it is an enumeration; transitions need one. */
static bool find_state(Described *into, Error *error)
{
    ResourceDef *def = &into->def;
    int state = Describe_field(into, "state");
    bool found = state >= 0 && into->fields[state].type == FIELD_ENUM && !into->parent;
    if (!found && def->transition_count == 0)
        return true;
    if (!found) {
        Error_set(error, ERROR_REQUIRED, "transitions need a field state of type enum");
        return Error_at(error, into->line, into->column);
    }
    FieldDef *field = &into->fields[state];
    if (!field->default_text) {
        Error_set(error, ERROR_REQUIRED, "the state needs a default: =%s", field->choices[0].key);
        return fail_field(into, state, error);
    }
    field->flags |= FIELD_REQUIRED;
    def->state_field = state;
    def->initial_state = field->default_text;
    return true;
}

bool Describe_finish(Arena *arena, Described *into, Error *error)
{
    ResourceDef *def = &into->def;
    for (size_t i = 0; def->list && def->list[i]; i++) {
        FieldDef *field = &into->fields[Describe_field(into, def->list[i])];
        bool exact = (field->flags & (FIELD_INDEXED | FIELD_UNIQUE)) != 0;
        if ((field->type == FIELD_TEXT || field->type == FIELD_EMAIL) && !exact)
            field->flags |= FIELD_SORTABLE;
    }
    for (int i = 0; i < def->field_count; i++) {
        into->fields[i].column = Name_in_sql(arena, into->fields[i].name);
        find_currency(into, &into->fields[i]);
        if (!into->fields[i].alias)
            make_alias(arena, into, i);
    }
    for (int i = 0; i < def->field_count; i++)
        if (!check_twins(arena, into, i, error) || !check_alias(into, i, error) ||
            !check_field(into, i, error))
            return false;
    return find_state(into, error);
}
