#include "platform/roles.h"

#include <stdio.h>
#include <string.h>
#include "base/paths.h"
#include "base/yaml_tree.h"

static bool add_word(const YamlNode *sets, const char *word, Json *actions)
{
    const YamlNode *set = sets ? Yaml_get(sets, word) : NULL;

    if (!set) {
        json_object_array_add(actions, json_object_new_string(word));
        return true;
    }
    for (size_t i = 0; i < set->count; i++)
        json_object_array_add(actions, json_object_new_string(set->items[i]->text));
    return true;
}

/* A list of texts, or one text. */
static Json *texts(const YamlNode *node)
{
    Json *array = json_object_new_array();

    if (node && node->kind == YAML_SCALAR)
        json_object_array_add(array, json_object_new_string(node->text));
    for (size_t i = 0; node && node->kind == YAML_SEQUENCE && i < node->count; i++)
        json_object_array_add(array, json_object_new_string(node->items[i]->text));
    return array;
}

static Json *actions_of(const YamlNode *row, const YamlNode *sets)
{
    const YamlNode *named = Yaml_get(row, "do");
    Json *actions = json_object_new_array();

    if (named && named->kind == YAML_SCALAR)
        add_word(sets, named->text, actions);
    for (size_t i = 0; named && named->kind == YAML_SEQUENCE && i < named->count; i++)
        add_word(sets, named->items[i]->text, actions);
    return actions;
}

static bool only_looks(const char *action)
{
    return strcmp(action, "read") == 0 || strcmp(action, "export") == 0;
}

static Json *permission(const YamlNode *row, const char *entity, const char *action)
{
    const char *scope = Yaml_text(row, "scope"), *condition = Yaml_text(row, "when");
    const YamlNode *mask = Yaml_get(row, "mask"), *refuse = Yaml_get(row, "refuse");
    Json *json = json_object_new_object();
    bool deny = false;

    if (Yaml_get(row, "deny"))
        Yaml_bool(Yaml_get(row, "deny"), &deny);
    Json_set_text(json, "entity", entity);
    if (action)
        Json_set_text(json, "action", action);
    Json_set_text(json, "scope", scope ? scope : "tenant");
    Json_set_text(json, "effect", deny ? "deny" : "allow");
    if (condition)
        Json_set_text(json, "condition", condition);
    if (mask)
        Json_set(json, "field_mask", texts(mask));
    if (refuse)
        Json_set(json, "field_deny", texts(refuse));
    return json;
}

/* One record for each resource and action that a line names. */
static bool add_permissions(const YamlNode *row, const YamlNode *sets, bool looks_only,
                            Json *permissions, Error *error)
{
    static const char *const KEYS[] = {"on", "do", "scope", "mask", "refuse", "when", "deny", NULL};

    if (!Yaml_check_keys(row, KEYS, error))
        return false;
    Json *entities = texts(Yaml_get(row, "on")), *actions = actions_of(row, sets);
    size_t entity_count = json_object_array_length(entities);
    size_t action_count = json_object_array_length(actions);
    for (size_t i = 0; i < entity_count; i++) {
        const char *entity = json_object_get_string(json_object_array_get_idx(entities, i));
        if (action_count == 0)
            json_object_array_add(permissions, permission(row, entity, NULL));
        for (size_t j = 0; j < action_count; j++) {
            const char *action = json_object_get_string(json_object_array_get_idx(actions, j));
            if (!looks_only || only_looks(action))
                json_object_array_add(permissions, permission(row, entity, action));
        }
    }
    json_object_put(entities);
    json_object_put(actions);
    return true;
}

static bool add_lines(const YamlNode *lines, const YamlNode *sets, bool looks_only,
                      Json *permissions, Error *error)
{
    for (size_t i = 0; lines && i < lines->count; i++) {
        if (!add_permissions(lines->items[i], sets, looks_only, permissions, error))
            return false;
    }
    return true;
}

static bool flag(const YamlNode *role, const char *key)
{
    const YamlNode *node = Yaml_get(role, key);
    bool value = false;

    return node && Yaml_bool(node, &value) && value;
}

static Json *read_role(const YamlNode *root, const YamlNode *role, Error *error)
{
    static const char *const KEYS[] = {"description", "staff", "read_only", "permissions", NULL};
    const YamlNode *sets = Yaml_get(root, "sets");
    Json *json = json_object_new_object(), *permissions = json_object_new_array();

    Json_set_text(json, "name", role->key);
    Json_set_text(json, "description", Yaml_text(role, "description"));
    Json_set_bool(json, "builtin", true);
    Json_set(json, "permissions", permissions);
    if (Yaml_check_keys(role, KEYS, error) &&
        add_lines(Yaml_get(root, "everybody"), sets, false, permissions, error) &&
        (!flag(role, "staff") || add_lines(Yaml_get(root, "staff"), sets, flag(role, "read_only"),
                                           permissions, error)) &&
        add_lines(Yaml_get(role, "permissions"), sets, false, permissions, error))
        return json;
    json_object_put(json);
    return NULL;
}

Json *Roles_load(Error *error)
{
    static const char *const KEYS[] = {"sets", "everybody", "staff", "roles", NULL};
    char path[PATHS_MAX];
    Arena *arena = Arena_new(0);
    YamlNode *root = arena && Paths_data("data/roles.yaml", path, error)
                         ? Yaml_read_file(arena, path, error) : NULL;
    const YamlNode *roles = root && Yaml_check_keys(root, KEYS, error) ? Yaml_get(root, "roles")
                                                                       : NULL;
    Json *array = json_object_new_array();

    for (size_t i = 0; roles && i < roles->count; i++) {
        Json *role = read_role(root, roles->items[i], error);
        if (!role)
            break;
        json_object_array_add(array, role);
    }
    size_t count = roles ? roles->count : 0;
    Arena_free(arena);
    if (count && json_object_array_length(array) == count)
        return array;
    json_object_put(array);
    if (!Error_present(error))
        Error_set(error, ERROR_STORAGE, "%s names no roles.", path);
    return NULL;
}
