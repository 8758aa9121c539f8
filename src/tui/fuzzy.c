#include "tui/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { SCORE_LETTER = 1, SCORE_RUN = 4, SCORE_WORD = 6, SCORE_PREFIX = 30, SCORE_WHOLE = 60 };

static int score_from(const char *typed, const char *label, const char *start)
{
    int score = 0;
    bool run = false;

    for (const char *at = start; *typed && *at; at++) {
        bool word = at == label || !isalnum((unsigned char)at[-1]);
        if (*at != *typed) {
            run = false;
            continue;
        }
        score += SCORE_LETTER + (run ? SCORE_RUN : 0) + (word ? SCORE_WORD : 0);
        run = true;
        typed++;
    }
    return *typed ? -1 : score;
}

int Fuzzy_score(const char *typed, const char *label)
{
    Buffer a = BUFFER_EMPTY, b = BUFFER_EMPTY;
    int best = -1;

    Text_fold(&a, typed, strlen(typed));
    Text_fold(&b, label, strlen(label));
    const char *letters = Buffer_text(&a), *text = Buffer_text(&b);
    if (a.length == 0)
        best = 0;
    for (const char *at = text; a.length > 0 && (at = strchr(at, letters[0])) != NULL; at++) {
        int score = score_from(letters, text, at);
        if (score > best)
            best = score;
    }
    if (best >= 0 && a.length > 0 && strncmp(text, letters, a.length) == 0)
        best += text[a.length] == '\0' ? SCORE_WHOLE : SCORE_PREFIX;
    if (best > 0 && b.length < 60)
        best = best * 4 + (60 - (int)b.length) / 20;
    Buffer_free(&a);
    Buffer_free(&b);
    return best;
}
