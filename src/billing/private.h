/* private.h - what the files of this room share. */
#ifndef BILLING_PRIVATE_H
#define BILLING_PRIVATE_H

#include "model/generated/accessors.h"
#include "model/model.h"

void Invoice_register(void);
void Payment_register(void);
void Refund_register(void);
void Credit_register(void);
void Quote_register(void);
void Subscription_register(void);

/* Today in the tenant's zone. */
int32_t Billing_today(const ModelContext *context);
/* A state among words that end with NULL. */
bool Billing_is_one_of(const char *word, const char *const *words);
bool Billing_too_large(Error *error);

/* Lines, taxes and sums of a draft about to be saved. */
bool InvoiceTotals_settle(ModelContext *context, const Record *old, Record *invoice, Error *error);

/* Counts payments and credit again after one of them changed, and moves the invoice between open
 * and paid. */
bool Invoice_settle(ModelContext *context, int64_t invoice, Error *error);
/* unpaid, part_paid, paid, overdue: by what is due, and when. */
const char *Invoice_payment_state_of(const ModelContext *context, const Record *invoice,
                                     int64_t covered, int64_t due);
/* What payments other than `payment` have brought for the invoice. */
bool Invoice_paid_by_others(ModelContext *context, int64_t invoice, int64_t payment, int64_t *sum,
                            Error *error);

#endif
