/* header_words.h - what the columns of other people's files are called, in five languages. */
#ifndef MODEL_EXCHANGE_HEADER_WORDS_H
#define MODEL_EXCHANGE_HEADER_WORDS_H

#include "base/arena.h"
#include "model/resource.h"

/* Target path of a header by synonym, one that exists in the resource; NULL.  *start (0 at first)
 * goes on behind the last answer, so that a caller can ask for the next candidate. */
const char *HeaderWords_target(Arena *arena, const ResourceDef *resource, const char *header,
                               int *start);

/* Key of the choice whose label in a shipped language is text; NULL. */
const char *ChoiceWords_find(const FieldDef *field, const char *text);

#endif
