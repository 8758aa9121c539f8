/* Reading a YAML tree: keys, scalars of the core schema, JSON. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml_tree.h"

const YamlNode *Yaml_get(const YamlNode *mapping, const char *key)
{
    if (!mapping || mapping->kind != YAML_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->count; i++)
        if (strcmp(mapping->items[i]->key, key) == 0)
            return mapping->items[i];
    return NULL;
}

const char *Yaml_text(const YamlNode *mapping, const char *key)
{
    const YamlNode *node = Yaml_get(mapping, key);
    return node && node->kind == YAML_SCALAR ? node->text : NULL;
}

static bool is_plain(const YamlNode *node)
{
    return node && node->kind == YAML_SCALAR && !node->quoted;
}

static bool is_one_of(const char *text, const char *const words[3])
{
    for (int i = 0; i < 3; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

bool Yaml_is_null(const YamlNode *scalar)
{
    static const char *const words[] = {"null", "Null", "NULL"};
    return is_plain(scalar) &&
           (!*scalar->text || strcmp(scalar->text, "~") == 0 || is_one_of(scalar->text, words));
}

bool Yaml_bool(const YamlNode *scalar, bool *value)
{
    static const char *const yes[] = {"true", "True", "TRUE"};
    static const char *const no[] = {"false", "False", "FALSE"};
    if (!is_plain(scalar))
        return false;
    *value = is_one_of(scalar->text, yes);
    return *value || is_one_of(scalar->text, no);
}

bool Yaml_int(const YamlNode *scalar, int64_t *value)
{
    if (!is_plain(scalar))
        return false;
    const char *text = scalar->text, *digits = "0123456789";
    int base = 10;
    if (strncmp(text, "0x", 2) == 0) {
        base = 16;
        digits = "0123456789abcdefABCDEF";
        text += 2;
    } else if (strncmp(text, "0o", 2) == 0) {
        base = 8;
        digits = "01234567";
        text += 2;
    }
    const char *first = text + (base == 10 && (*text == '-' || *text == '+'));
    if (!*first || first[strspn(first, digits)])
        return false;
    errno = 0;
    *value = strtoll(text, NULL, base);
    return errno == 0;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? written as JSON wants it. */
static Json *float_to_json(const char *text)
{
    static const char digits[] = "0123456789";
    Buffer number = BUFFER_EMPTY;
    const char *at = text + (*text == '-' || *text == '+');
    size_t whole = strspn(at, digits), fraction = 0;
    if (*text == '-')
        Buffer_putc(&number, '-');
    size_t zeros = strspn(at, "0");
    if (zeros >= whole)
        Buffer_putc(&number, '0');
    else
        Buffer_append(&number, at + zeros, whole - zeros);
    at += whole;
    if (*at == '.') {
        fraction = strspn(at + 1, digits);
        if (fraction)
            Buffer_append(&number, at, fraction + 1);
        at += fraction + 1;
    }
    bool valid = whole + fraction > 0;
    if (*at == 'e' || *at == 'E') {
        size_t sign = at[1] == '-' || at[1] == '+';
        size_t exponent = strspn(at + 1 + sign, digits);
        valid = valid && exponent > 0;
        Buffer_append(&number, at, 1 + sign + exponent);
        at += 1 + sign + exponent;
    }
    Json *json = NULL;
    if (valid && !*at && !number.failed)
        json = Json_parse(Buffer_text(&number), number.length, 0, NULL);
    Buffer_free(&number);
    return json;
}

static Json *scalar_to_json(const YamlNode *node)
{
    int64_t number;
    bool truth;
    if (Yaml_is_null(node))
        return NULL;
    if (Yaml_bool(node, &truth))
        return json_object_new_boolean(truth);
    if (Yaml_int(node, &number))
        return json_object_new_int64(number);
    Json *real = node->quoted ? NULL : float_to_json(node->text);
    return real ? real : json_object_new_string(node->text);
}

Json *Yaml_to_json(const YamlNode *node)
{
    if (!node)
        return NULL;
    if (node->kind == YAML_SCALAR)
        return scalar_to_json(node);
    bool sequence = node->kind == YAML_SEQUENCE;
    Json *json = sequence ? json_object_new_array() : json_object_new_object();
    for (size_t i = 0; json && i < node->count; i++) {
        Json *member = Yaml_to_json(node->items[i]);
        if (sequence && json_object_array_add(json, member) != 0)
            json_object_put(member);
        else if (!sequence)
            Json_set(json, node->items[i]->key, member);
    }
    return json;
}

bool Yaml_check_keys(const YamlNode *mapping, const char *const *allowed, Error *error)
{
    size_t count = 0;
    while (allowed[count])
        count++;
    for (size_t i = 0; i < mapping->count; i++) {
        const YamlNode *item = mapping->items[i];
        bool known = !item->key;
        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(allowed[k], item->key) == 0;
        if (known)
            continue;
        const char *nearest = Text_nearest(item->key, allowed, count);
        Error_set_field(error, ERROR_SYNTAX, item->key, "Line %d: unknown key %.60s.",
                        item->key_line, item->key);
        if (nearest)
            Error_hint(error, "Did you mean %s?", nearest);
        return Error_at(error, item->key_line, item->key_column);
    }
    return true;
}
