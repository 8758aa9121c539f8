/* query.h - between the files that turn a filter into SQL. */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include "model/internal.h"

#define QUERY_PATH_DEPTH 3
#define QUERY_INTERVALS_MAX 200 /* times, lists and names in one in (...) */

typedef struct Compiler {
    ModelContext *context;
    Sql *sql;
    int depth; /* of a dotted path */
    Error *error;
} Compiler;

/* One comparison with =, <, <=, >, >=, ~, in or is empty (never their negations) with a field of
 * the table `alias`.  True or not; unknown counts as not. */
bool Query_compare(Compiler *compiler, const ResourceDef *resource, const char *alias,
                   const FieldDef *field, const FilterNode *node, FilterOperator operation);
/* Error at the field's or the value's place in the text. */
bool Query_refuse(Compiler *compiler, const char *code, const FilterNode *node, int column,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Whether text of the field is compared folded. */
bool Query_is_folded(const FieldDef *field);
/* SQL of what is compared: key column, FOLD(column), column or custom value. */
char *Query_expression(Arena *arena, const char *alias, const FieldDef *field);
const char *Query_alias(Sql *sql); /* r1, r2 ... */

#endif
