#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "model/generate/describe.h"

static const char *const KEYS[] = {"from",  "to",      "label",    "note",
                                   "guard", "inverse", "required", NULL};
/* Operations that every resource has; an event of the same name would hide one. */
static const char *const TAKEN[] = {"list",     "count",    "search",  "get",        "create",
                                    "update",   "delete",   "restore", "archive",    "unarchive",
                                    "merge",    "timeline", "related", "transition", "aggregate",
                                    "describe", "import",   "export",  "purge"};

__attribute__((format(printf, 4, 5))) static bool fail(const YamlNode *node, const char *code,
                                                       Error *error, const char *format, ...)
{
    char message[200];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    Error_set(error, code, "%s", message);
    return Error_at(error, node->line, node->column);
}

static bool known_state(const FieldDef *state, const YamlNode *node, const char *key, Error *error)
{
    if (Field_has_choice(state, key))
        return true;
    const char *keys[128];
    size_t count = 0;
    while (count < (size_t)state->choice_count && count < sizeof keys / sizeof *keys) {
        keys[count] = state->choices[count].key;
        count++;
    }
    const char *nearest = Text_nearest(key, keys, count);
    fail(node, ERROR_ENUM, error, "there is no state \"%s\"", key);
    return nearest ? Error_hint(error, "Did you mean \"%s\"?", nearest) : false;
}

static bool check_event(const YamlNode *node, Error *error)
{
    if (!Name_is_valid(node->key)) {
        Error_set(error, ERROR_SYNTAX, "\"%s\" is no name for a transition", node->key);
        return Error_at(error, node->key_line, node->key_column);
    }
    for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++)
        if (strcmp(TAKEN[i], node->key) == 0) {
            Error_set(error, ERROR_DUPLICATE, "\"%s\" is an operation of every resource",
                      node->key);
            return Error_at(error, node->key_line, node->key_column);
        }
    return true;
}

static bool check_required(const Described *into, const YamlNode *node, const char *const *fields,
                           Error *error)
{
    for (size_t i = 0; fields && fields[i]; i++)
        if (!Describe_need_field(into, fields[i], node, error))
            return false;
    return true;
}

/* One event: a TransitionDef for each state it starts from. */
static bool read_event(Arena *arena, Described *into, const FieldDef *state, const YamlNode *node,
                       Error *error)
{
    if (node->kind != YAML_MAPPING)
        return fail(node, ERROR_TYPE, error, "%s is written {from: STATE, to: STATE}", node->key);
    if (!check_event(node, error) || !Yaml_check_keys(node, KEYS, error))
        return false;
    const YamlNode *from = Yaml_get(node, "from"), *to = Yaml_get(node, "to");
    if (!from || !to || to->kind != YAML_SCALAR)
        return fail(node, ERROR_REQUIRED, error, "%s needs from and to", node->key);
    const YamlNode *required = Yaml_get(node, "required");
    TransitionDef transition = {.name = node->key, .to = to->text};
    transition.label = Yaml_text(node, "label");
    if (!transition.label)
        transition.label = Label_of_words(arena, node->key);
    transition.note = Yaml_text(node, "note");
    transition.guard = Yaml_text(node, "guard");
    transition.inverse = Yaml_text(node, "inverse");
    const char *const *states = Describe_list(arena, from, error);
    if (!states || !known_state(state, to, transition.to, error))
        return false;
    if (required && !(transition.required = Describe_list(arena, required, error)))
        return false;
    if (!check_required(into, required, transition.required, error))
        return false;
    for (size_t i = 0; states[i]; i++) {
        bool any = strcmp(states[i], "any") == 0;
        const YamlNode *at = from->kind == YAML_SEQUENCE ? from->items[i] : from;
        if (!any && !known_state(state, at, states[i], error))
            return false;
        if (into->def.transition_count == DESCRIBE_TRANSITIONS_MAX)
            return fail(node, ERROR_LIMIT, error, "too many transitions at %s", node->key);
        transition.from = any ? "*" : states[i];
        into->transitions[into->def.transition_count++] = transition;
    }
    return true;
}

static const TransitionDef *leads_back(const Described *into, const TransitionDef *transition)
{
    for (int i = 0; i < into->def.transition_count; i++) {
        const TransitionDef *other = &into->transitions[i];
        bool starts = strcmp(other->from, "*") == 0 || strcmp(other->from, transition->to) == 0;
        if (strcmp(other->name, transition->inverse) == 0 && starts &&
            strcmp(other->to, transition->from) == 0)
            return other;
    }
    return NULL;
}

/* An inverse counts only where it really leads back; somewhere it must. */
static bool check_inverses(Described *into, const YamlNode *mapping, Error *error)
{
    for (size_t e = 0; e < mapping->count; e++) {
        const char *event = mapping->items[e]->key;
        const char *inverse = Yaml_text(mapping->items[e], "inverse");
        bool used = !inverse;
        for (int i = 0; i < into->def.transition_count; i++) {
            TransitionDef *transition = &into->transitions[i];
            if (strcmp(transition->name, event) != 0 || !transition->inverse)
                continue;
            if (leads_back(into, transition))
                used = true;
            else
                transition->inverse = NULL;
        }
        if (!used)
            return fail(Yaml_get(mapping->items[e], "inverse"), ERROR_REFERENCE, error,
                        "\"%s\" does not lead back", inverse);
    }
    return true;
}

bool Describe_transitions(Arena *arena, Described *into, const YamlNode *mapping, Error *error)
{
    if (!mapping)
        return true;
    int state = Describe_field(into, "state");
    if (mapping->kind != YAML_MAPPING || state < 0 || into->fields[state].type != FIELD_ENUM)
        return fail(mapping, ERROR_REQUIRED, error, "transitions of \"%s\" need a state (enum)",
                    into->def.name);
    into->transitions = ARENA_ARRAY(arena, TransitionDef, DESCRIBE_TRANSITIONS_MAX);
    if (!into->transitions)
        return Error_set(error, ERROR_LIMIT, "out of memory");
    into->def.transitions = into->transitions;
    for (size_t i = 0; i < mapping->count; i++)
        if (!read_event(arena, into, &into->fields[state], mapping->items[i], error))
            return false;
    return check_inverses(into, mapping, error);
}
