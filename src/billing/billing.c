#include "billing/billing.h"

#include <string.h>
#include "base/datetime.h"
#include "billing/private.h"

int32_t Billing_today(const ModelContext *context)
{
    CivilTime now;
    DateTime_to_civil(context->now, context->tenant->zone, &now);
    return Date_from_civil(now.year, now.month, now.day);
}

bool Billing_is_one_of(const char *word, const char *const *words)
{
    for (; word && *words; words++) {
        if (strcmp(*words, word) == 0)
            return true;
    }
    return false;
}

bool Billing_too_large(Error *error)
{
    return Error_set_field(error, ERROR_RULE, "total_minor",
                           "The amounts are too large to add up.");
}

void Billing_register(void)
{
    Invoice_register();
    Payment_register();
    Refund_register();
    Credit_register();
    Quote_register();
    Subscription_register();
}
