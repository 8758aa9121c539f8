/* words.h - the words of the interface in the user's language.
 *
 * The English text is the key.  A language is a constant table; a text that it lacks stays English.
 */
#ifndef TUI_WORDS_H
#define TUI_WORDS_H

typedef struct UiWord {
    const char *english, *translation;
} UiWord;

typedef struct UiLanguage {
    const char *code;    /* "de" */
    const UiWord *words; /* sorted by english, bytewise */
    int count;
} UiLanguage;

void Ui_set_language(const UiLanguage *language); /* NULL = English */
const char *Ui_text(const char *english) __attribute__((format_arg(1)));
const char *Ui_language(void); /* "en", "de" */
/* "2 leads" and "1 lead": the text for one or for many. */
const char *Ui_plural(long count, const char *one, const char *many)
    __attribute__((format_arg(2), format_arg(3)));

#endif
