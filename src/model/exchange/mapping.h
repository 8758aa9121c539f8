/* mapping.h - proposes a target for each column of a file (part of making a plan). */
#ifndef MODEL_EXCHANGE_MAPPING_H
#define MODEL_EXCHANGE_MAPPING_H

#include "model/exchange/columns.h"
#include "model/exchange/plan.h"

/* Fills plan->columns[].target from --map, the preset, names, synonyms and content, in this order.
 * facts: one per column. */
bool Mapping_propose(ModelContext *context, ImportPlan *plan, ColumnFacts *const *facts,
                     Error *error);
/* Number and date notation of each column: --locale, else its own cells, else the tenant's country.
 */
void Mapping_decide_notation(const ModelContext *context, ImportPlan *plan,
                             ColumnFacts *const *facts);
/* Can the cells be what the field wants?  Half of the distinct ones is enough. */
bool Mapping_fits(const ImportPlan *plan, const Target *target, const ColumnFacts *facts);
/* Key of a choice by key, label in a shipped language or the preset's table; NULL. */
const char *Mapping_choice(const ImportPlan *plan, const Target *target, const char *text);
/* a-z, 0-9 and _ from a header; in the arena. */
char *Mapping_key(Arena *arena, const char *header);
/* An existing custom field of that key or name whose type the cells fit, else a new one. */
bool Mapping_make_custom(ModelContext *context, ImportPlan *plan, size_t index,
                         const ColumnFacts *facts, Error *error);
/* Countries that cannot be read are kept in a custom field beside. */
void Mapping_plan_rest(ImportPlan *plan, size_t index, const ColumnFacts *facts);
/* Word of custom_field.type for a field definition of a custom field. */
const char *Mapping_custom_type(const FieldDef *field);

#endif
