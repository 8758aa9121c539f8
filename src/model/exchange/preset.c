#include "model/exchange/preset.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "model/exchange/target.h"

#define PRESETS_MAX 64

static const char *const KEYS[] = {"name",  "product", "label", "resources", "requires", "match",
                                   "group", "columns", "enums", "constants", "footers",  NULL};

/* ---- reading -------------------------------------------------------------------------------- */

static bool fail_at(const YamlNode *node, Error *error, const char *what)
{
    Error_set(error, ERROR_INVALID, "%s", what);
    return Error_at(error, node->line, node->column);
}

/* Every target must exist in at least one of the preset's resources. */
static bool check_targets(Arena *arena, const YamlNode *root, Error *error)
{
    const YamlNode *resources = Yaml_get(root, "resources"), *columns = Yaml_get(root, "columns");

    for (size_t i = 0; i < columns->count; i++) {
        const YamlNode *column = columns->items[i];
        bool found = false;

        if (column->kind != YAML_SCALAR)
            return fail_at(column, error, "A target path was expected.");
        for (size_t j = 0; j < resources->count && !found; j++) {
            const ResourceDef *resource = Resource_find(resources->items[j]->text);
            Target target;

            if (!resource)
                return fail_at(resources->items[j], error, "There is no such resource.");
            found = Target_resolve(arena, resource, column->text, &target) ||
                    strcmp(column->text, "external_ref") == 0;
        }
        if (!found) {
            Error_set(error, ERROR_INVALID, "The target \"%s\" does not exist.", column->text);
            return Error_at(error, column->line, column->column);
        }
    }
    return true;
}

static bool is_mapping(const YamlNode *node, bool required)
{
    return node ? node->kind == YAML_MAPPING : !required;
}

static bool is_sequence(const YamlNode *node)
{
    return node && node->kind == YAML_SEQUENCE;
}

Preset *Preset_parse(Arena *arena, const char *text, size_t length, Error *error)
{
    YamlNode *root = Yaml_parse(arena, text, length, error);
    Preset *preset;

    if (!root)
        return NULL;
    if (root->kind != YAML_MAPPING) {
        fail_at(root, error, "A preset is a mapping.");
        return NULL;
    }
    if (!Yaml_check_keys(root, KEYS, error))
        return NULL;
    if (!Yaml_text(root, "name") || !Yaml_text(root, "product") ||
        !is_sequence(Yaml_get(root, "resources")) || !is_sequence(Yaml_get(root, "requires")) ||
        !is_mapping(Yaml_get(root, "columns"), true) ||
        !is_mapping(Yaml_get(root, "enums"), false) ||
        !is_mapping(Yaml_get(root, "constants"), false)) {
        fail_at(root, error, "A preset needs name, product, resources, requires and columns.");
        return NULL;
    }
    if (!check_targets(arena, root, error))
        return NULL;
    preset = ARENA_NEW(arena, Preset);
    if (!preset) {
        Error_set(error, ERROR_LIMIT, "Not enough memory for the preset.");
        return NULL;
    }
    preset->root = root;
    preset->name = Yaml_text(root, "name");
    preset->product = Yaml_text(root, "product");
    preset->label = Yaml_text(root, "label");
    preset->match = Yaml_text(root, "match");
    preset->group = Yaml_text(root, "group");
    return preset;
}

static Preset *load_file(Arena *arena, const char *path, Error *error)
{
    size_t length;
    char *text = Paths_read_file(path, YAML_BYTES_MAX, &length, error);
    Preset *preset;

    if (!text)
        return NULL;
    preset = Preset_parse(arena, text, length, error);
    free(text);
    return preset;
}

Preset *Preset_load(Arena *arena, const char *name, Error *error)
{
    char path[PATHS_MAX];
    const char *relative;

    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
        Error_set(error, ERROR_USAGE, "\"%.40s\" is not the name of a preset.", name);
        return NULL;
    }
    relative = Arena_printf(arena, "data/presets/%s.yaml", name);
    if (!relative || !Paths_data(relative, path, error))
        return NULL;
    return load_file(arena, path, error);
}

/* ---- finding -------------------------------------------------------------------------------- */

static bool has_header(const char *const *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (Text_equal_loose(headers[i], name))
            return true;
    return false;
}

/* How many of its headers the file has; 0 when a required one is missing. */
static int fitness(const Preset *preset, const char *const *headers, size_t count)
{
    const YamlNode *requires = Yaml_get(preset->root, "requires");
    int found = 0;

    for (size_t i = 0; i < requires->count; i++)
        if (!has_header(headers, count, requires->items[i]->text))
            return 0;
    for (size_t i = 0; i < count; i++)
        found += Preset_target(preset, headers[i]) != NULL;
    return found;
}

bool Preset_is_for(const Preset *preset, const ResourceDef *resource)
{
    const YamlNode *resources = Yaml_get(preset->root, "resources");

    for (size_t i = 0; i < resources->count; i++)
        if (strcmp(resources->items[i]->text, resource->name) == 0)
            return true;
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the preset files, sorted, in the arena. */
static size_t list_files(Arena *arena, char **names, Error *error)
{
    char path[PATHS_MAX];
    size_t count = 0;
    struct dirent *entry;
    DIR *folder;

    if (!Paths_data("data/presets", path, error))
        return 0;
    folder = opendir(path);
    if (!folder) {
        Error_set(error, ERROR_NOT_FOUND, "The folder of import presets is missing.");
        return 0;
    }
    while (count < PRESETS_MAX && (entry = readdir(folder)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');

        if (dot && strcmp(dot, ".yaml") == 0)
            names[count++] = Arena_strndup(arena, entry->d_name, (size_t)(dot - entry->d_name));
    }
    closedir(folder);
    qsort(names, count, sizeof names[0], compare_names);
    return count;
}

Preset *Preset_find(Arena *arena, const char *product, const ResourceDef *resource,
                    const char *const *headers, size_t count, Error *error)
{
    char *names[PRESETS_MAX];
    size_t files = list_files(arena, names, error);
    Preset *best = NULL;
    int best_fit = 0;
    bool known = product == NULL;

    if (files == 0 && !product)
        Error_clear(error); /* presets are a help, not a need */
    for (size_t i = 0; i < files; i++) {
        Preset *preset = Preset_load(arena, names[i], error);
        int fit;

        if (!preset)
            return NULL;
        if (product && strcmp(product, preset->product) != 0 && strcmp(product, preset->name) != 0)
            continue;
        known = true;
        fit = Preset_is_for(preset, resource) ? fitness(preset, headers, count) : 0;
        if (fit > best_fit) {
            best_fit = fit;
            best = preset;
        }
    }
    if (!known)
        Error_set(error, ERROR_USAGE, "There is no preset \"%.40s\".", product);
    else if (!best && product)
        Error_set(error, ERROR_USAGE, "The file does not have the columns of a %s export of %s.",
                  product, resource->label_plural);
    return best;
}

/* ---- using ---------------------------------------------------------------------------------- */

const char *Preset_target(const Preset *preset, const char *header)
{
    const YamlNode *columns = Yaml_get(preset->root, "columns");

    for (size_t i = 0; i < columns->count; i++)
        if (Text_equal_loose(columns->items[i]->key, header))
            return columns->items[i]->text;
    return NULL;
}

const char *Preset_enum(const Preset *preset, const char *path, const char *text)
{
    const YamlNode *enums = Yaml_get(preset->root, "enums");
    const YamlNode *table = enums ? Yaml_get(enums, path) : NULL;

    for (size_t i = 0; table && i < table->count; i++)
        if (Text_equal_loose(table->items[i]->key, text))
            return table->items[i]->text;
    return NULL;
}

bool Preset_is_footer(const Preset *preset, const char *text)
{
    const YamlNode *footers = Yaml_get(preset->root, "footers");

    for (size_t i = 0; footers && i < footers->count; i++)
        if (strncasecmp(text, footers->items[i]->text, strlen(footers->items[i]->text)) == 0)
            return true;
    return false;
}
