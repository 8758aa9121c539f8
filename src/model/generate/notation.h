/* notation.h - the one-line notation of a field: "email !u personal", "enum[a, b] i =a",
 * "int 0..100", "ref(company) i".  data/resources/FORMAT has the full list.
 */
#ifndef MODEL_GENERATE_NOTATION_H
#define MODEL_GENERATE_NOTATION_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/error.h"
#include "model/resource.h"

typedef enum Composite {
    COMPOSITE_NONE,
    COMPOSITE_PHONE,
    COMPOSITE_ADDRESS,
    COMPOSITE_SNAPSHOT
} Composite;

typedef struct Notation {
    FieldDef field; /* type, flags, reference, choices, default, range, length; no name yet */
    Composite composite;
    bool exact; /* identifiers: compared byte for byte, no folded second column */
} Notation;

/* error->column is relative to the text: 1 = its first character. */
bool Notation_parse(Arena *arena, const char *text, Notation *notation, Error *error);

#endif
