/* Any bytes as YAML: a whole tree or an error, and JSON that can be read again. */
#include "tests/fuzz/fuzz.h"

#include "base/yaml_tree.h"

static void check_tree(const YamlNode *node, int depth)
{
    CHECK(depth <= YAML_DEPTH_MAX && node->line >= 1 && node->column >= 1);
    if (node->kind == YAML_SCALAR) {
        CHECK(node->text);
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        CHECK(node->items[i]);
        CHECK((node->kind == YAML_MAPPING) == (node->items[i]->key != NULL));
        if (node->kind == YAML_MAPPING)
            CHECK(Yaml_get(node, node->items[i]->key) == node->items[i]);
        check_tree(node->items[i], depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = copy_text(data, size);
    Arena *arena = Arena_new(0);
    Error error = ERROR_NONE;
    YamlNode *node = Yaml_parse(arena, text, size, &error);
    CHECK((node == NULL) == Error_present(&error));
    if (node) {
        check_tree(node, 0);
        Json *json = Yaml_to_json(node);
        size_t length;
        const char *written = Json_serialise(json, &length);
        Error_clear(&error);
        Json *back = Json_parse(written, length, 0, &error);
        CHECK(!Error_present(&error) || Error_is(&error, ERROR_LIMIT));
        json_object_put(back);
        json_object_put(json);
    }
    Arena_free(arena);
    free(text);
    return 0;
}
