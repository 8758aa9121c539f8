/* private.h - what the files of this room share. */
#ifndef COMMERCE_PRIVATE_H
#define COMMERCE_PRIVATE_H

#include "engine/operation.h"
#include "model/generated/accessors.h"
#include "model/model.h"

void Order_register(void);
void OrderState_register(void);
void Stock_register(void);
void StockOperations_register(void);

/* Lines, taxes and sums of an order about to be saved, when something that they depend on changes.
 */
bool OrderTotals_settle(ModelContext *context, const Record *old, Record *order, Error *error);
/* What is free of a variant in all warehouses. */
bool Stock_available_of(ModelContext *context, int64_t variant, int64_t *available, Error *error);

#endif
