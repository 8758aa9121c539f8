/* yaml_tree.h - YAML files of ours as a tree with positions (libyaml events).
 *
 * Refused, with line and column: duplicate keys, aliases and anchors, tags, directives, several
 * documents, depth over 64, more than 1 MiB (both checked before the parser sees the text).
 */
#ifndef BASE_YAML_TREE_H
#define BASE_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/error.h"
#include "base/json_value.h"

#define YAML_BYTES_MAX (1024 * 1024)
#define YAML_DEPTH_MAX 64

typedef enum YamlKind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING } YamlKind;

typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlKind kind;
    int line, column; /* 1-based */
    const char *text; /* scalar */
    bool quoted;      /* scalar written in quotes: always a string */
    const char *key;  /* when a member of a mapping */
    int key_line, key_column;
    size_t count;     /* members */
    YamlNode **items; /* members of a sequence or mapping, in file order */
};

/* All nodes live in the arena. */
YamlNode *Yaml_parse(Arena *arena, const char *text, size_t length, Error *error);
YamlNode *Yaml_read_file(Arena *arena, const char *path, Error *error);
const YamlNode *Yaml_get(const YamlNode *mapping, const char *key); /* NULL if absent */
const char *Yaml_text(const YamlNode *mapping, const char *key);    /* scalar text or NULL */
bool Yaml_int(const YamlNode *scalar, int64_t *value);
bool Yaml_bool(const YamlNode *scalar, bool *value); /* true/false only (YAML 1.2 core) */
bool Yaml_is_null(const YamlNode *scalar);
/* JSON by the YAML 1.2 core schema; caller json_object_put()s. */
Json *Yaml_to_json(const YamlNode *node);
/* Fails on the first key of mapping that is not in the NULL-terminated list, naming the nearest. */
bool Yaml_check_keys(const YamlNode *mapping, const char *const *allowed, Error *error);

#endif
