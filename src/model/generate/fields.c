#include <string.h>
#include "base/text.h"
#include "model/generate/describe.h"
#include "model/generate/notation.h"

static const char *const FIELD_KEYS[] = {"type",    "label",   "help",     "alias",
                                         "choices", "without", "currency", NULL};

static const Choice ACTORS[] = {
    {"user", "User"},         {"api_key", "API key"}, {"agent", "Agent"},
    {"workflow", "Workflow"}, {"import", "Import"},   {"system", "System"},
};

#define BASE (FIELD_SYSTEM | FIELD_HIDDEN)

static const FieldDef BASE_FIELDS[] = {
    {.name = "id", .label = "Row", .type = FIELD_INT, .flags = BASE},
    {.name = "uid", .label = "ID", .type = FIELD_UID, .flags = FIELD_SYSTEM},
    {.name = "tenant_id", .label = "Tenant", .type = FIELD_INT, .flags = BASE},
    {.name = "label",
     .label = "Label",
     .type = FIELD_TEXT,
     .flags = FIELD_SYSTEM | FIELD_SORTABLE,
     .max_length = 255},
    {.name = "created_at", .label = "Created", .type = FIELD_TIME, .flags = FIELD_SYSTEM},
    {.name = "created_by",
     .label = "Created by",
     .type = FIELD_REFERENCE,
     .flags = FIELD_SYSTEM,
     .reference = "user"},
    {.name = "actor_kind",
     .label = "Made by",
     .type = FIELD_ENUM,
     .flags = BASE,
     .choices = ACTORS,
     .choice_count = sizeof ACTORS / sizeof *ACTORS,
     .default_text = "user"},
    {.name = "updated_at",
     .label = "Updated",
     .type = FIELD_TIME,
     .flags = FIELD_SYSTEM | FIELD_INDEXED},
    {.name = "updated_by",
     .label = "Updated by",
     .type = FIELD_REFERENCE,
     .flags = FIELD_SYSTEM,
     .reference = "user"},
    {.name = "version", .label = "Version", .type = FIELD_INT, .flags = BASE, .default_text = "1"},
    {.name = "archived_at", .label = "Archived", .type = FIELD_TIME, .flags = BASE},
    {.name = "deleted_at", .label = "Deleted", .type = FIELD_TIME, .flags = BASE},
    {.name = "custom", .label = "Custom fields", .type = FIELD_JSON, .flags = BASE},
};

static const FieldDef CHILD_FIELDS[] = {
    {.name = "id", .label = "Row", .type = FIELD_INT, .flags = BASE},
    {.name = "tenant_id", .label = "Tenant", .type = FIELD_INT, .flags = BASE},
    {.name = "parent_id", .label = "Parent", .type = FIELD_INT, .flags = BASE},
    {.name = "position", .label = "Position", .type = FIELD_INT, .flags = FIELD_HIDDEN},
};

static const FieldDef ADDRESSABLE_FIELDS[] = {
    {.name = "uid", .label = "ID", .type = FIELD_UID, .flags = FIELD_SYSTEM},
    {.name = "label", .label = "Label", .type = FIELD_TEXT, .flags = BASE, .max_length = 255},
};

typedef struct Part {
    const char *name, *label;
    FieldType type;
    int max_length;
} Part;

/* A snapshot has all parts; an address leaves out who lives there. */
static const Part ADDRESS_PARTS[] = {
    {"name", "Name", FIELD_TEXT, 255},
    {"company", "Company", FIELD_TEXT, 255},
    {"line1", "Street", FIELD_TEXT, 255},
    {"line2", "Street 2", FIELD_TEXT, 255},
    {"city", "City", FIELD_TEXT, 255},
    {"region", "Region", FIELD_TEXT, 255},
    {"postal_code", "Postal code", FIELD_TEXT, 32},
    {"country", "Country", FIELD_COUNTRY, 2},
    {"phone", "Phone", FIELD_PHONE, 64},
};
enum { ADDRESS_FIRST = 2, ADDRESS_LAST = 7, PARTS = sizeof ADDRESS_PARTS / sizeof *ADDRESS_PARTS };

int Describe_field(const Described *described, const char *name)
{
    for (int i = 0; i < described->def.field_count; i++)
        if (strcmp(described->fields[i].name, name) == 0)
            return i;
    return -1;
}

bool Describe_add(Described *into, const FieldDef *field, int line, int column, Error *error)
{
    if (into->def.field_count == DESCRIBE_FIELDS_MAX) {
        Error_set(error, ERROR_LIMIT, "more than %d fields", DESCRIBE_FIELDS_MAX);
        return Error_at(error, line, column);
    }
    if (Describe_field(into, field->name) >= 0) {
        Error_set(error, ERROR_DUPLICATE, "field \"%s\" is there twice%s", field->name,
                  line ? "" : " (a mixin has it)");
        return Error_at(error, line, column);
    }
    into->sources[into->def.field_count] = (FieldSource){line, column};
    into->fields[into->def.field_count++] = *field;
    return true;
}

void Describe_base(Arena *arena, Described *into)
{
    bool child = into->parent != NULL;
    const FieldDef *fields = child ? CHILD_FIELDS : BASE_FIELDS;
    size_t count = child ? sizeof CHILD_FIELDS / sizeof *CHILD_FIELDS
                         : sizeof BASE_FIELDS / sizeof *BASE_FIELDS;
    for (size_t i = 0; i < count; i++)
        Describe_add(into, &fields[i], 0, 0, NULL);
    for (size_t i = 0; child && into->def.addressable && i < 2; i++)
        Describe_add(into, &ADDRESSABLE_FIELDS[i], 0, 0, NULL);
    into->def.first_own = into->def.field_count;
}

/* A phone is what was typed, plus E.164 for comparing. */
static bool add_phone(Arena *arena, Described *into, const FieldDef *field, int line, int column,
                      Error *error)
{
    FieldDef typed = *field, folded = *field;
    typed.flags &= ~(unsigned)(FIELD_INDEXED | FIELD_UNIQUE);
    folded.name = Arena_printf(arena, "%s_e164", field->name);
    folded.label = Arena_printf(arena, "%s (E.164)", field->label);
    folded.type = FIELD_TEXT;
    folded.max_length = 16;
    folded.flags = (field->flags & (FIELD_INDEXED | FIELD_UNIQUE | FIELD_PERSONAL)) |
                   FIELD_DERIVED | FIELD_HIDDEN;
    return Describe_add(into, &typed, line, column, error) &&
           Describe_add(into, &folded, line, column, error);
}

static bool left_out(const char *const *without, const char *name)
{
    for (; without && *without; without++)
        if (strcmp(*without, name) == 0)
            return true;
    return false;
}

static bool add_parts(Arena *arena, Described *into, const FieldDef *group, Composite composite,
                      const char *const *without, int line, int column, Error *error)
{
    bool snapshot = composite == COMPOSITE_SNAPSHOT;
    for (int i = snapshot ? 0 : ADDRESS_FIRST; i < (snapshot ? PARTS : ADDRESS_LAST + 1); i++) {
        const Part *part = &ADDRESS_PARTS[i];
        if (left_out(without, part->name))
            continue;
        FieldDef field = *group;
        field.name = Arena_printf(arena, "%s.%s", group->name, part->name);
        field.label = part->label;
        if (snapshot) {
            char *label = Arena_printf(arena, "%s: %s", group->label, part->label);
            field.label = label;
        }
        field.type = part->type;
        field.max_length = part->max_length;
        field.flags |= FIELD_PERSONAL;
        bool added = part->type == FIELD_PHONE ? add_phone(arena, into, &field, line, column, error)
                                               : Describe_add(into, &field, line, column, error);
        if (!added)
            return false;
    }
    return true;
}

/* choices: {key: Label} replaces the labels made from the keys. */
static bool read_choice_labels(Arena *arena, const YamlNode *node, FieldDef *field, Error *error)
{
    Choice *choices = ARENA_ARRAY(arena, Choice, (size_t)field->choice_count + 1);
    if (!choices)
        return Error_set(error, ERROR_LIMIT, "out of memory");
    for (int i = 0; i < field->choice_count; i++)
        choices[i] = field->choices[i];
    for (size_t i = 0; i < node->count; i++) {
        const YamlNode *item = node->items[i];
        int at = 0;
        while (item->key && at < field->choice_count && strcmp(choices[at].key, item->key) != 0)
            at++;
        if (at == field->choice_count || item->kind != YAML_SCALAR) {
            Error_set(error, ERROR_ENUM, "\"%s\" is not one of the choices",
                      item->key ? item->key : "");
            return Error_at(error, item->line, item->column);
        }
        choices[at].label = item->text;
    }
    field->choices = choices;
    return true;
}

static bool read_notation(Arena *arena, const YamlNode *type, Notation *notation, Error *error)
{
    if (!type || type->kind != YAML_SCALAR) {
        Error_set(error, ERROR_REQUIRED, "a field needs a type");
        return type ? Error_at(error, type->line, type->column) : false;
    }
    Error inner = ERROR_NONE;
    if (Notation_parse(arena, type->text, notation, &inner))
        return true;
    *error = inner;
    return Error_at(error, type->line, type->column + (inner.column > 0 ? inner.column - 1 : 0));
}

static bool read_field(Arena *arena, Described *into, const YamlNode *node, Error *error)
{
    bool mapping = node->kind == YAML_MAPPING;
    Notation notation;
    if (mapping && !Yaml_check_keys(node, FIELD_KEYS, error))
        return false;
    if (!Name_is_valid(node->key)) {
        Error_set(error, ERROR_SYNTAX, "\"%s\" is no field name (a-z, 0-9, _)", node->key);
        return Error_at(error, node->key_line, node->key_column);
    }
    if (!read_notation(arena, mapping ? Yaml_get(node, "type") : node, &notation, error))
        return Error_present(error) && error->line
                   ? false
                   : Error_at(error, node->key_line, node->key_column);
    FieldDef *field = &notation.field;
    field->name = node->key;
    field->label = mapping ? Yaml_text(node, "label") : NULL;
    field->help = mapping ? Yaml_text(node, "help") : NULL;
    field->alias = mapping ? Yaml_text(node, "alias") : NULL;
    field->currency_field = mapping ? Yaml_text(node, "currency") : NULL;
    if (!field->label)
        field->label = Label_of_field(arena, field->name);
    const YamlNode *choices = mapping ? Yaml_get(node, "choices") : NULL;
    if (choices && !read_choice_labels(arena, choices, field, error))
        return false;
    const YamlNode *without_node = mapping ? Yaml_get(node, "without") : NULL;
    const char *const *without = NULL;
    if (without_node && !(without = Describe_list(arena, without_node, error)))
        return false;
    int line = node->key_line, column = node->key_column;
    if (notation.composite == COMPOSITE_PHONE)
        return add_phone(arena, into, field, line, column, error);
    if (notation.composite != COMPOSITE_NONE)
        return add_parts(arena, into, field, notation.composite, without, line, column, error);
    bool folded = field->type == FIELD_EMAIL || (field->type == FIELD_TEXT && !notation.exact);
    if (folded && (field->flags & (FIELD_INDEXED | FIELD_UNIQUE)))
        field->flags |= FIELD_SORTABLE;
    return Describe_add(into, field, line, column, error);
}

bool Describe_fields(Arena *arena, Described *into, const YamlNode *mapping, Error *error)
{
    if (!mapping || mapping->kind != YAML_MAPPING || mapping->count == 0) {
        Error_set(error, ERROR_REQUIRED, "\"%s\" has no fields", into->def.name);
        return Error_at(error, into->line, into->column);
    }
    for (size_t i = 0; i < mapping->count; i++)
        if (!read_field(arena, into, mapping->items[i], error))
            return false;
    return true;
}
