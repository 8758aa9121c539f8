/* billing.h - rules of invoices, payments, refunds, credit notes, quotes and subscriptions. */
#ifndef BILLING_BILLING_H
#define BILLING_BILLING_H

/* Hooks and guards; once, before the engine starts. */
void Billing_register(void);

#endif
