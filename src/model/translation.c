#include "model/translation.h"

#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "model/translation_table.h"

static int language_index(const char *language)
{
    for (int i = 0; language && i < TRANSLATION_LANGUAGE_COUNT; i++) {
        size_t bytes = strlen(TRANSLATION_LANGUAGES[i]);
        char next = strncmp(language, TRANSLATION_LANGUAGES[i], bytes) == 0 ? language[bytes] : 'x';
        if (next == '\0' || next == '-' || next == '_')
            return i;
    }
    return -1;
}

static int by_english(const void *key, const void *row)
{
    return strcmp(key, ((const TranslationRow *)row)->english);
}

static const char *find(const char *language, const char *english)
{
    int index = language_index(language);
    const TranslationRow *row =
        index >= 0 && english
            ? bsearch(english, TRANSLATIONS, (size_t)TRANSLATION_COUNT, sizeof *row, by_english)
            : NULL;
    return row ? row->words[index] : NULL;
}

const char *Translation_of(const char *language, const char *english)
{
    const char *words = find(language, english);
    return words ? words : english;
}

bool Translation_known(const char *language, const char *english)
{
    return find(language, english) != NULL;
}

typedef struct SynonymKey {
    const char *resource, *field;
} SynonymKey;

static int by_field(const void *key, const void *row)
{
    const SynonymKey *wanted = key;
    const SynonymRow *found = row;
    int order = strcmp(wanted->resource, found->resource);
    return order ? order : strcmp(wanted->field, found->field);
}

size_t Synonyms_of(const char *resource, const char *field, const char *const **out)
{
    const char *const resources[] = {resource, ""};
    for (int i = 0; i < 2; i++) {
        SynonymKey key = {resources[i], field};
        const SynonymRow *row =
            bsearch(&key, SYNONYMS, (size_t)SYNONYM_COUNT, sizeof *row, by_field);
        if (!row)
            continue;
        *out = row->words;
        return (size_t)row->count;
    }
    *out = NULL;
    return 0;
}

/* header is folded; the words of the tables are not. */
static bool same(Buffer *scratch, const char *header, const char *word)
{
    if (!word)
        return false;
    Buffer_reset(scratch);
    Text_fold(scratch, word, strlen(word));
    return Text_equal_loose(header, Buffer_text(scratch));
}

bool Synonyms_match(const ResourceDef *resource, const FieldDef *field, const char *header)
{
    Buffer folded = BUFFER_EMPTY, scratch = BUFFER_EMPTY;
    const char *const *words = NULL;
    size_t count = Synonyms_of(resource->name, field->name, &words);
    Text_fold(&folded, header, strlen(header));
    const char *text = Buffer_text(&folded);
    bool found =
        *text && (same(&scratch, text, field->name) || same(&scratch, text, field->alias) ||
                  same(&scratch, text, field->label));
    for (int i = 0; *text && !found && i < TRANSLATION_LANGUAGE_COUNT; i++)
        found = same(&scratch, text, find(TRANSLATION_LANGUAGES[i], field->label));
    for (size_t i = 0; *text && !found && i < count; i++)
        found = same(&scratch, text, words[i]);
    Buffer_free(&folded);
    Buffer_free(&scratch);
    return found;
}
