/* translation.h - labels of resources, fields and choices in other languages, and what the columns
 * of foreign files are called.  Made from data/translations at build time; English is the key.
 */
#ifndef MODEL_TRANSLATION_H
#define MODEL_TRANSLATION_H

#include <stdbool.h>
#include <stddef.h>
#include "model/resource.h"

extern const char
    *const TRANSLATION_LANGUAGES[]; /* "de", "es", "fr", "pt", NULL; without English */

/* The words of `language` ("de", "pt-BR") for an English label; the label itself where there are
 * none. Never NULL unless english is. */
const char *Translation_of(const char *language, const char *english);
bool Translation_known(const char *language, const char *english);

/* Extra words for a field in headers of foreign files: number of them, *out is borrowed.  They come
 * on top of name, alias, label and the label's translations; for most fields there are none. */
size_t Synonyms_of(const char *resource, const char *field, const char *const **out);
/* Does a header mean the field: by name, alias, label, a translation of it, or a synonym?  Case,
 * accents, spaces, hyphens and underscores do not matter. */
bool Synonyms_match(const ResourceDef *resource, const FieldDef *field, const char *header);

#endif
