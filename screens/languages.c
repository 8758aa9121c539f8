#include "screens/languages.h"

#include <stdlib.h>
#include <string.h>

static const UiLanguage *const LANGUAGES[] = {&LANGUAGE_GERMAN};

static const char *environment_language(void)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *value = getenv(NAMES[i]);
        if (value && *value)
            return value;
    }
    return "en";
}

void Languages_choose(const char *wanted)
{
    if (!wanted || !*wanted)
        wanted = environment_language();
    Ui_set_language(NULL);
    for (size_t i = 0; i < sizeof LANGUAGES / sizeof LANGUAGES[0]; i++) {
        if (strncmp(wanted, LANGUAGES[i]->code, 2) == 0)
            Ui_set_language(LANGUAGES[i]);
    }
}
