/* filter.h - the filter language: text -> tree -> (evaluation here, SQL in model/query).
 *
 *   state = new and score >= 60 and created > -30d
 *   and (source in (web_form, ads) or company.name ~ "acme") and not email is empty
 *
 * Operators: = != < <= > >= ~ (contains, folded), in (...), not in (...), is empty, is not empty;
 * and, or, not, parentheses.  A value is a bare word, a "quoted text" (\" and \\ escape), a number,
 * a percentage, or a relative time.  Words and keywords are ASCII case-insensitive.
 * Limits: 16 KiB of text, 256 nodes, depth 32, 1,000 values in one list.
 */
#ifndef BASE_FILTER_H
#define BASE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/json_value.h"

typedef enum FilterKind {
    FILTER_AND,
    FILTER_OR,
    FILTER_NOT,
    FILTER_COMPARE,
    FILTER_ALL
} FilterKind;
typedef enum FilterOperator {
    FILTER_EQUAL,
    FILTER_NOT_EQUAL,
    FILTER_LESS,
    FILTER_LESS_EQUAL,
    FILTER_GREATER,
    FILTER_GREATER_EQUAL,
    FILTER_CONTAINS,
    FILTER_IN,
    FILTER_NOT_IN,
    FILTER_EMPTY,
    FILTER_NOT_EMPTY
} FilterOperator;

typedef struct FilterValue {
    const char *text;
    bool quoted; /* written in quotes: never a keyword, number or relative time */
    int column;
} FilterValue;

typedef struct FilterNode FilterNode;
struct FilterNode {
    FilterKind kind;
    FilterNode *left, *right; /* AND, OR; NOT uses left */
    const char *field;        /* COMPARE: "score", "company.name", "custom.budget_band" */
    FilterOperator operation;
    FilterValue *values;
    size_t value_count;
    int column; /* 1-based code point of the field */
};

/* Empty or blank text gives FILTER_ALL.  On a mistake: ERROR_SYNTAX with error->column. */
FilterNode *Filter_parse(Arena *arena, const char *text, Error *error);
/* Writes the tree back as text that parses to the same tree. */
void Filter_print(Buffer *out, const FilterNode *node);
FilterNode *Filter_and(Arena *arena, FilterNode *left, FilterNode *right); /* NULL = all */
FilterNode *Filter_compare(Arena *arena, const char *field, FilterOperator operation,
                           const char *value);
/* Evaluates over a JSON object (dotted fields descend).  Used for wizard visibility, events and
 * conditions; must agree with the SQL of model/query:
 * - two-valued: an empty field (null, absent, "", [], {}, {"set":false}) satisfies !=, not in and
 *   is empty, and nothing else; `not` inverts.
 * - numbers compare as numbers, exactly; 20% is 200000 (parts per million) against a number;
 *   money in major units, under a name in _minor in minor units.
 * - text compares folded, also for < and >; booleans by true/yes/1 and false/no/0.
 * - ISO times and dates compare with relative words by `now` and `zone` (weeks begin on Monday); a
 *   day or a period is the whole interval: = is inside, > after it, <= not after it.  A date
 *   compares with the whole local day of a moment.
 * - a reference answers to its id and its label; a list matches when one element does.
 * - a quoted value is text, never a number or relative word; an ISO date stays one. */
bool Filter_matches(const FilterNode *node, const Json *object, int64_t now, const char *zone);

#endif
