#include "tui/words.h"

#include <stddef.h>
#include <string.h>

static const UiLanguage *current;

void Ui_set_language(const UiLanguage *language)
{
    current = language;
}

const char *Ui_language(void)
{
    return current ? current->code : "en";
}

const char *Ui_text(const char *english)
{
    int low = 0, high = current ? current->count : 0;

    while (low < high) {
        int middle = (low + high) / 2;
        int order = strcmp(english, current->words[middle].english);
        if (order == 0)
            return current->words[middle].translation;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return english;
}

const char *Ui_plural(long count, const char *one, const char *many)
{
    return Ui_text(count == 1 ? one : many);
}
