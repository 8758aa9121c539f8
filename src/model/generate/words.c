#include "model/generate/words.h"

#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "base/yaml_tree.h"
#include "model/generate/emit.h"
#include "model/translation_table.h"

enum { WORDS_MAX = 8000, SYNONYMS_MAX = 2000, SYNONYM_WORDS_MAX = 128 };

/* Order of the columns in the table. */
static const char *const LANGUAGES[TRANSLATION_LANGUAGE_COUNT] = {"de", "es", "fr", "pt"};

typedef struct Words {
    Arena *arena;
    TranslationRow *rows;
    int row_count;
    SynonymRow *synonyms;
    int synonym_count;
    Error *error;
} Words;

static bool fail(Words *words, const YamlNode *at, const char *code, const char *message)
{
    Error_set(words->error, code, "%s", message);
    return Error_at(words->error, at->line, at->column);
}

static int by_english(const void *a, const void *b)
{
    return strcmp(((const TranslationRow *)a)->english, ((const TranslationRow *)b)->english);
}

/* Adds `words` of one language; rows stay sorted between files. */
static bool read_language(Words *words, const YamlNode *root, int language)
{
    static const char *const KEYS[] = {"language", "words", NULL};
    const YamlNode *list = Yaml_get(root, "words");
    int known = words->row_count;
    if (!Yaml_check_keys(root, KEYS, words->error))
        return false;
    if (!list || list->kind != YAML_MAPPING)
        return fail(words, root, ERROR_REQUIRED, "a translation needs words");
    for (size_t i = 0; i < list->count; i++) {
        const YamlNode *item = list->items[i];
        if (item->kind != YAML_SCALAR || !item->text[0])
            return fail(words, item, ERROR_TYPE, "words of one label are one text");
        TranslationRow wanted = {.english = item->key};
        TranslationRow *row = bsearch(&wanted, words->rows, (size_t)known, sizeof *row, by_english);
        if (!row && words->row_count == WORDS_MAX)
            return fail(words, item, ERROR_LIMIT, "too many labels");
        if (!row) {
            row = &words->rows[words->row_count++];
            *row = wanted;
        }
        row->words[language] = item->text;
    }
    qsort(words->rows, (size_t)words->row_count, sizeof *words->rows, by_english);
    return true;
}

/* Appends what is not yet there. */
static bool add_words(Words *words, const YamlNode *list, const char **out, int *count)
{
    for (size_t i = 0; i < list->count; i++) {
        const YamlNode *item = list->items[i];
        bool known = false;
        if (item->kind != YAML_SCALAR || !item->text[0])
            return fail(words, item, ERROR_TYPE, "a synonym is one text");
        for (int j = 0; j < *count; j++)
            known = known || Text_equal_loose(out[j], item->text);
        if (known)
            continue;
        if (*count == SYNONYM_WORDS_MAX)
            return fail(words, item, ERROR_LIMIT, "too many synonyms of one field");
        out[(*count)++] = item->text;
    }
    return true;
}

/* The words of a resource's field come first, then the common ones. */
static bool add_field(Words *words, const char *resource, const YamlNode *own,
                      const YamlNode *common)
{
    const char **list = ARENA_ARRAY(words->arena, const char *, SYNONYM_WORDS_MAX);
    int count = 0;
    if (!list || own->kind != YAML_SEQUENCE)
        return fail(words, own, ERROR_TYPE, "synonyms are a list");
    if (words->synonym_count == SYNONYMS_MAX)
        return fail(words, own, ERROR_LIMIT, "too many fields with synonyms");
    if (!add_words(words, own, list, &count) || (common && !add_words(words, common, list, &count)))
        return false;
    words->synonyms[words->synonym_count++] = (SynonymRow){resource, own->key, list, count};
    return true;
}

static bool read_synonyms(Words *words, const YamlNode *root)
{
    static const char *const KEYS[] = {"common", "resources", NULL};
    const YamlNode *common = Yaml_get(root, "common"), *resources = Yaml_get(root, "resources");
    if (!Yaml_check_keys(root, KEYS, words->error))
        return false;
    if (!common || !resources || common->kind != YAML_MAPPING || resources->kind != YAML_MAPPING)
        return fail(words, root, ERROR_REQUIRED, "synonyms need common and resources");
    for (size_t i = 0; i < common->count; i++)
        if (!add_field(words, "", common->items[i], NULL))
            return false;
    for (size_t i = 0; i < resources->count; i++) {
        const YamlNode *resource = resources->items[i];
        if (resource->kind != YAML_MAPPING)
            return fail(words, resource, ERROR_TYPE, "fields with their synonyms are needed");
        for (size_t j = 0; j < resource->count; j++)
            if (!add_field(words, resource->key, resource->items[j],
                           Yaml_get(common, resource->items[j]->key)))
                return false;
    }
    return true;
}

static int by_field(const void *a, const void *b)
{
    const SynonymRow *left = a, *right = b;
    int order = strcmp(left->resource, right->resource);
    return order ? order : strcmp(left->field, right->field);
}

static bool read_file(Words *words, const char *path)
{
    const YamlNode *root = Yaml_read_file(words->arena, path, words->error);
    if (!root)
        return false;
    if (root->kind != YAML_MAPPING)
        return fail(words, root, ERROR_TYPE, "a mapping is needed");
    const char *language = Yaml_text(root, "language");
    if (!language)
        return read_synonyms(words, root);
    for (int i = 0; i < TRANSLATION_LANGUAGE_COUNT; i++)
        if (strcmp(LANGUAGES[i], language) == 0)
            return read_language(words, root, i);
    return fail(words, Yaml_get(root, "language"), ERROR_ENUM,
                "the language is none of de es fr pt");
}

static void put_translations(const Words *words, Buffer *out)
{
    Buffer_puts(out, "const char *const TRANSLATION_LANGUAGES[] = {");
    for (int i = 0; i < TRANSLATION_LANGUAGE_COUNT; i++) {
        Emit_string(out, LANGUAGES[i]);
        Buffer_puts(out, ", ");
    }
    Buffer_puts(out, "NULL};\n\nconst TranslationRow TRANSLATIONS[] = {\n");
    for (int i = 0; i < words->row_count; i++) {
        Buffer_puts(out, "    {");
        Emit_string(out, words->rows[i].english);
        for (int j = 0; j < TRANSLATION_LANGUAGE_COUNT; j++) {
            Buffer_puts(out, j ? ", " : ", {");
            Emit_string(out, words->rows[i].words[j]);
        }
        Buffer_puts(out, "}},\n");
    }
    Buffer_printf(out, "};\nconst int TRANSLATION_COUNT = %d;\n", words->row_count);
}

static void put_synonyms(const Words *words, Buffer *out)
{
    Buffer_puts(out, "\nconst SynonymRow SYNONYMS[] = {\n");
    for (int i = 0; i < words->synonym_count; i++) {
        const SynonymRow *row = &words->synonyms[i];
        Buffer_puts(out, "    {");
        Emit_string(out, row->resource);
        Buffer_puts(out, ", ");
        Emit_string(out, row->field);
        Buffer_puts(out, ", (const char *const[]){");
        for (int j = 0; j < row->count; j++) {
            Emit_string(out, row->words[j]);
            Buffer_puts(out, j + 1 < row->count ? ", " : "}, ");
        }
        Buffer_printf(out, "%d},\n", row->count);
    }
    Buffer_printf(out, "};\nconst int SYNONYM_COUNT = %d;\n", words->synonym_count);
}

bool Words_emit(Arena *arena, const char *const *paths, int count, Buffer *out,
                const char **culprit, Error *error)
{
    Words words = {.arena = arena, .error = error};
    words.rows = ARENA_ARRAY(arena, TranslationRow, WORDS_MAX);
    words.synonyms = ARENA_ARRAY(arena, SynonymRow, SYNONYMS_MAX);
    if (!words.rows || !words.synonyms)
        return Error_set(error, ERROR_LIMIT, "out of memory");
    for (int i = 0; i < count; i++) {
        *culprit = paths[i];
        if (!read_file(&words, paths[i]))
            return false;
    }
    qsort(words.synonyms, (size_t)words.synonym_count, sizeof *words.synonyms, by_field);
    Buffer_puts(out,
                "/* Generated from data/translations. */\n"
                "#include \"model/translation.h\"\n#include \"model/translation_table.h\"\n\n");
    put_translations(&words, out);
    put_synonyms(&words, out);
    return true;
}
