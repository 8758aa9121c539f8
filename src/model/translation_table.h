/* translation_table.h - the generated tables behind translation.h. */
#ifndef MODEL_TRANSLATION_TABLE_H
#define MODEL_TRANSLATION_TABLE_H

enum { TRANSLATION_LANGUAGE_COUNT = 4 };

typedef struct TranslationRow {
    const char *english;
    const char
        *words[TRANSLATION_LANGUAGE_COUNT]; /* order of TRANSLATION_LANGUAGES; NULL if missing */
} TranslationRow;

typedef struct SynonymRow {
    const char *resource; /* "" = every resource */
    const char *field;
    const char *const *words;
    int count;
} SynonymRow;

extern const TranslationRow TRANSLATIONS[]; /* by english */
extern const int TRANSLATION_COUNT;
extern const SynonymRow SYNONYMS[]; /* by resource, then field */
extern const int SYNONYM_COUNT;

#endif
