#include "model/generate/describe.h"

#include <string.h>
#include "base/text.h"

static const char *const RESOURCE_KEYS[] = {
    "resource", "plural", "label", "label_plural", "domain",   "help",      "system", "append_only",
    "mixins",   "title",  "list",  "sort",         "search",   "search_id", "match",  "sections",
    "fields",   "unique", "index", "transitions",  "children", NULL};
static const char *const CHILD_KEYS[] = {"table",  "plural", "label",  "label_plural", "help",
                                         "title",  "list",   "search", "unbounded",    "fields",
                                         "unique", "index",  NULL};
static const char *const DOMAINS[] = {"platform", "crm",       "commerce",    "billing",
                                      "content",  "analytics", "integration", "automation"};

static bool at_node(const YamlNode *node, Error *error)
{
    return Error_at(error, node->line, node->column);
}

const char *const *Describe_list(Arena *arena, const YamlNode *node, Error *error)
{
    size_t count = node->kind == YAML_SEQUENCE ? node->count : 1;
    const char **list = ARENA_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; list && i < count; i++) {
        const YamlNode *item = node->kind == YAML_SEQUENCE ? node->items[i] : node;
        if (item->kind != YAML_SCALAR || !item->text[0]) {
            Error_set(error, ERROR_TYPE, "a list of words is needed here");
            at_node(item, error);
            return NULL;
        }
        list[i] = item->text;
    }
    return list;
}

bool Describe_need_field(const Described *described, const char *name, const YamlNode *at,
                         Error *error)
{
    if (Describe_field(described, name) >= 0)
        return true;
    const char *names[DESCRIBE_FIELDS_MAX];
    for (int i = 0; i < described->def.field_count; i++)
        names[i] = described->fields[i].name;
    const char *nearest = Text_nearest(name, names, (size_t)described->def.field_count);
    Error_set(error, ERROR_REFERENCE, "\"%s\" has no field \"%s\"", described->def.name, name);
    if (nearest)
        Error_hint(error, "Did you mean \"%s\"?", nearest);
    return at_node(at, error);
}

/* A text that must be there. */
static const char *need_text(const Described *into, const YamlNode *root, const char *key,
                             Error *error)
{
    const YamlNode *node = Yaml_get(root, key);
    if (node && node->kind == YAML_SCALAR && node->text[0])
        return node->text;
    Error_set(error, ERROR_REQUIRED, "\"%s\" needs %s", into->def.name ? into->def.name : "file",
              key);
    at_node(node ? node : root, error);
    return NULL;
}

static bool read_flag(const YamlNode *root, const char *key, bool *flag, Error *error)
{
    const YamlNode *node = Yaml_get(root, key);
    if (!node || Yaml_bool(node, flag))
        return true;
    Error_set(error, ERROR_TYPE, "%s is true or false", key);
    return at_node(node, error);
}

static Described *describe_new(Arena *arena, const char *path, const YamlNode *root)
{
    Described *into = ARENA_NEW(arena, Described);
    if (!into)
        return NULL;
    into->path = path;
    into->line = root->line;
    into->column = root->column;
    into->fields = ARENA_ARRAY(arena, FieldDef, DESCRIBE_FIELDS_MAX);
    into->sources = ARENA_ARRAY(arena, FieldSource, DESCRIBE_FIELDS_MAX);
    return into->fields && into->sources ? into : NULL;
}

static Described *read_child(Arena *arena, Described *parent, const YamlNode *node, Error *error)
{
    Described *into = describe_new(arena, parent->path, node);
    if (!into || !Yaml_check_keys(node, CHILD_KEYS, error))
        return NULL;
    ResourceDef *def = &into->def;
    into->parent = parent;
    def->name = node->key;
    def->domain = parent->def.domain;
    def->prefix = def->name;
    def->label = Yaml_text(node, "label");
    def->label_plural = Yaml_text(node, "label_plural");
    def->help = Yaml_text(node, "help");
    into->c_name = Yaml_text(node, "table") ? Yaml_text(node, "table") : def->name;
    def->table = Name_in_sql(arena, into->c_name);
    def->addressable = Yaml_get(node, "title") != NULL;
    def->plural = need_text(into, node, "plural", error);
    if (!def->plural || !read_flag(node, "unbounded", &def->unbounded, error))
        return NULL;
    if (!def->label)
        def->label = Label_of_words(arena, def->name);
    if (!def->label_plural)
        def->label_plural = Label_of_words(arena, def->plural);
    Describe_base(arena, into);
    return Describe_shape(arena, into, node, error) ? into : NULL;
}

static bool read_children(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    const YamlNode *node = Yaml_get(root, "children");
    if (!node)
        return true;
    into->children = ARENA_ARRAY(arena, Described *, node->count + 1);
    if (node->kind != YAML_MAPPING || node->count > DESCRIBE_CHILDREN_MAX || !into->children) {
        Error_set(error, ERROR_TYPE, "children are a mapping of at most %d", DESCRIBE_CHILDREN_MAX);
        return at_node(node, error);
    }
    for (size_t i = 0; i < node->count; i++) {
        Described *child = read_child(arena, into, node->items[i], error);
        if (!child)
            return false;
        into->children[into->def.child_count++] = child;
    }
    return true;
}

static bool check_domain(const YamlNode *root, const char *domain, Error *error)
{
    size_t count = sizeof DOMAINS / sizeof *DOMAINS;
    for (size_t i = 0; i < count; i++)
        if (strcmp(DOMAINS[i], domain) == 0)
            return true;
    const char *nearest = Text_nearest(domain, DOMAINS, count);
    Error_set(error, ERROR_ENUM, "unknown domain \"%s\"", domain);
    if (nearest)
        Error_hint(error, "Did you mean \"%s\"?", nearest);
    return at_node(Yaml_get(root, "domain"), error);
}

/* Names, labels and flags at the top of a file. */
static bool read_head(Arena *arena, Described *into, const YamlNode *root, Error *error)
{
    ResourceDef *def = &into->def;
    static const char *const NEEDED[] = {"plural", "label", "label_plural",
                                         "domain", "title", "list"};
    if (!(def->name = need_text(into, root, "resource", error)))
        return false;
    const YamlNode *name = Yaml_get(root, "resource");
    into->line = name->line;
    into->column = name->column;
    if (!Name_is_valid(def->name)) {
        Error_set(error, ERROR_SYNTAX, "\"%s\" is no resource name (a-z, 0-9, _)", def->name);
        return at_node(name, error);
    }
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++)
        if (!Yaml_get(root, NEEDED[i]))
            return need_text(into, root, NEEDED[i], error) != NULL;
    def->plural = need_text(into, root, "plural", error);
    def->label = need_text(into, root, "label", error);
    def->label_plural = need_text(into, root, "label_plural", error);
    def->domain = need_text(into, root, "domain", error);
    def->help = Yaml_text(root, "help");
    def->prefix = def->name;
    into->c_name = def->name;
    def->table = Name_in_sql(arena, def->name);
    const YamlNode *search_id = Yaml_get(root, "search_id");
    int64_t number = 0;
    if (search_id && (!Yaml_int(search_id, &number) || number < 1 || number > 1000)) {
        Error_set(error, ERROR_RULE, "search_id is a number from 1");
        return at_node(search_id, error);
    }
    def->search_id = (uint32_t)number;
    if ((search_id != NULL) != (Yaml_get(root, "search") != NULL)) {
        Error_set(error, ERROR_REQUIRED, "search and search_id go together");
        return Error_at(error, into->line, into->column);
    }
    return def->plural && def->label && def->label_plural && def->domain &&
           check_domain(root, def->domain, error) &&
           read_flag(root, "system", &def->system, error) &&
           read_flag(root, "append_only", &def->append_only, error);
}

Described *Describe_file(Arena *arena, const char *path, Error *error)
{
    YamlNode *root = Yaml_read_file(arena, path, error);
    Described *into = root ? describe_new(arena, path, root) : NULL;
    if (!into)
        return NULL;
    if (root->kind != YAML_MAPPING) {
        Error_set(error, ERROR_TYPE, "a resource file is a mapping");
        at_node(root, error);
        return NULL;
    }
    if (!Yaml_check_keys(root, RESOURCE_KEYS, error) || !read_head(arena, into, root, error))
        return NULL;
    Describe_base(arena, into);
    if (!Describe_shape(arena, into, root, error) || !read_children(arena, into, root, error))
        return NULL;
    return into;
}
