/* languages.h - the languages of the interface. */
#ifndef SCREENS_LANGUAGES_H
#define SCREENS_LANGUAGES_H

#include "tui/words.h"

extern const UiLanguage LANGUAGE_GERMAN;

/* wanted: BCP 47 of the user; NULL = from LC_ALL, LC_MESSAGES, LANG. */
void Languages_choose(const char *wanted);

#endif
