/* What resources and children have in common: title, list, order, uniqueness, sections. */
#include <string.h>
#include "base/text.h"
#include "model/generate/describe.h"

static bool at_node(const YamlNode *node, Error *error)
{
    return Error_at(error, node->line, node->column);
}

/* A list of fields under key; flag is set in each. */
static bool read_fields_of(Arena *arena, Described *into, const YamlNode *root, const char *key,
                           unsigned flag, const char *const **out, Error *error)
{
    const YamlNode *node = Yaml_get(root, key);
    if (!node)
        return true;
    const char *const *list = Describe_list(arena, node, error);
    if (!list)
        return false;
    for (size_t i = 0; list[i]; i++) {
        const YamlNode *item = node->kind == YAML_SEQUENCE ? node->items[i] : node;
        if (!Describe_need_field(into, list[i], item, error))
            return false;
        into->fields[Describe_field(into, list[i])].flags |= flag;
    }
    if (out)
        *out = list;
    return true;
}

/* Alternatives, each fields joined by "+" (spaces around it are dropped). */
static bool read_title(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    const YamlNode *node = Yaml_get(root, "title");
    const char *const *given = node ? Describe_list(arena, node, error) : NULL;
    if (!given)
        return !node;
    size_t count = node->kind == YAML_SEQUENCE ? node->count : 1;
    const char **title = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; title && i < count; i++) {
        const YamlNode *item = node->kind == YAML_SEQUENCE ? node->items[i] : node;
        char *joined = Arena_strdup(arena, given[i]), *to = joined;
        for (const char *from = given[i]; joined && *from; from++)
            if (*from != ' ')
                *to++ = *from;
        *to = '\0';
        for (const char *at = joined; *at; at += *at == '+') {
            size_t bytes = strcspn(at, "+");
            if (!Describe_need_field(into, Arena_strndup(arena, at, bytes), item, error))
                return false;
            at += bytes;
        }
        title[i] = joined;
    }
    into->def.title = title;
    return true;
}

static bool read_sort(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    const YamlNode *node = Yaml_get(root, "sort");
    into->def.sort = node && node->kind == YAML_SCALAR ? node->text : "-updated_at";
    for (const char *at = into->def.sort; node && *at; at += *at == ',') {
        size_t bytes = strcspn(at, ",");
        const char *name = Arena_strndup(arena, at + (*at == '-'), bytes - (*at == '-'));
        if (!Describe_need_field(into, name, node, error))
            return false;
        FieldDef *field = &into->fields[Describe_field(into, name)];
        if (field->type == FIELD_TEXT || field->type == FIELD_EMAIL)
            field->flags |= FIELD_SORTABLE;
        at += bytes;
    }
    return true;
}

/* Lists of lists of fields: unique combinations and indexes. */
static bool read_combinations(Arena *arena, Described *into, const YamlNode *node,
                              const char *const ***out, int *count, Error *error)
{
    *count = 0;
    if (!node)
        return true;
    *out = ARENA_ARRAY(arena, const char *const *, node->count + 1);
    if (!*out || node->kind != YAML_SEQUENCE) {
        Error_set(error, ERROR_TYPE, "a list of lists of fields is needed here");
        return at_node(node, error);
    }
    for (size_t i = 0; i < node->count; i++) {
        const char *const *list = Describe_list(arena, node->items[i], error);
        for (size_t j = 0; list && list[j]; j++)
            if (!Describe_need_field(into, list[j] + (list[j][0] == '-'), node->items[i], error))
                return false;
        if (!list)
            return false;
        (*out)[(*count)++] = list;
    }
    return true;
}

static bool read_uniques(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    const char *const **lists = NULL;
    int count = 0;
    if (!read_combinations(arena, into, Yaml_get(root, "unique"), &lists, &count, error) ||
        !read_combinations(arena, into, Yaml_get(root, "index"), &into->indexes, &into->index_count,
                           error))
        return false;
    into->uniques = ARENA_ARRAY(arena, UniqueDef, (size_t)count + 1);
    for (int i = 0; into->uniques && i < count; i++)
        into->uniques[i].fields = lists[i];
    into->def.uniques = into->uniques;
    into->def.unique_count = count;
    return true;
}

/* sections: {Name: [fields]}; naming a group ("address") means all its parts. */
static bool read_sections(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    const YamlNode *sections = Yaml_get(root, "sections");
    for (size_t i = 0; sections && i < sections->count; i++) {
        const YamlNode *node = sections->items[i];
        const char *const *list = Describe_list(arena, node, error);
        for (size_t j = 0; list && list[j]; j++) {
            size_t bytes = strlen(list[j]);
            bool found = false;
            for (int f = 0; f < into->def.field_count; f++) {
                FieldDef *field = &into->fields[f];
                bool same = strncmp(field->name, list[j], bytes) == 0;
                const char *rest = same ? field->name + bytes : "";
                if (!same || !(*rest == '\0' || *rest == '.' || strcmp(rest, "_e164") == 0))
                    continue;
                field->section = node->key;
                found = true;
            }
            if (!found)
                return Describe_need_field(into, list[j], node->items[j], error);
        }
        if (!list)
            return false;
    }
    return true;
}

/* What resources and children have in common, once the names are known. */
bool Describe_shape(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    ResourceDef *def = &into->def;
    def->fields = into->fields;
    def->match = Yaml_text(root, "match");
    def->state_field = -1;
    if (!Describe_fields(arena, into, Yaml_get(root, "fields"), error) ||
        !Describe_mixins(arena, into, Yaml_get(root, "mixins"), error) ||
        !read_title(arena, into, root, error) || !read_sort(arena, into, root, error) ||
        !read_fields_of(arena, into, root, "list", 0, &def->list, error) ||
        !read_fields_of(arena, into, root, "search", FIELD_SEARCHED, NULL, error) ||
        !read_uniques(arena, into, root, error) || !read_sections(arena, into, root, error) ||
        !Describe_transitions(arena, into, Yaml_get(root, "transitions"), error))
        return false;
    if (def->match && !Describe_need_field(into, def->match, Yaml_get(root, "match"), error))
        return false;
    return Describe_finish(arena, into, error);
}
