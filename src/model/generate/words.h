/* words.h - data/translations: words for English labels, and names of columns in foreign files. */
#ifndef MODEL_GENERATE_WORDS_H
#define MODEL_GENERATE_WORDS_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

/* Reads files ("de.yaml" ... and "synonyms.yaml") and appends translations.c to out.  *culprit =
 * the path with the mistake. */
bool Words_emit(Arena *arena, const char *const *paths, int count, Buffer *out,
                const char **culprit, Error *error);

#endif
