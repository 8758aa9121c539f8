/* plan_private.h - steps of making a plan that reading it back shares. */
#ifndef MODEL_EXCHANGE_PLAN_PRIVATE_H
#define MODEL_EXCHANGE_PLAN_PRIVATE_H

#include "model/exchange/plan.h"

ImportPlan *ImportPlan_new(const ImportOptions *options, Error *error);
/* --match, or nothing: without it only our own ids and unique fields tell rows apart. */
bool ImportPlan_find_match(ImportPlan *plan, Error *error);
void ImportPlan_find_group(ImportPlan *plan);

#endif
