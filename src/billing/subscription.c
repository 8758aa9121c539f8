/* subscription.c - what a subscription brings in a month. */
#include <string.h>
#include "base/money.h"
#include "billing/private.h"

/* One interval in months, as a fraction: a year has 12 months, 52 weeks, 365 days. */
static const struct Interval {
    const char *name;
    int64_t times, per; /* price * times / per = price of a month */
} INTERVALS[] = {
    {"day", 365, 12},  {"week", 52, 12},    {"month", 1, 1},
    {"quarter", 1, 3}, {"half_year", 1, 6}, {"year", 1, 12},
};

static bool monthly(const Record *plan, int64_t quantity, int64_t *mrr)
{
    const char *name = Plan_interval(plan);
    int64_t count = Plan_interval_count(plan) > 0 ? Plan_interval_count(plan) : 1, price;
    for (size_t i = 0; name && i < sizeof INTERVALS / sizeof INTERVALS[0]; i++) {
        if (strcmp(INTERVALS[i].name, name) == 0)
            return count <= INT32_MAX && Money_muldiv(Plan_base_minor(plan), quantity, 1, &price) &&
                   Money_muldiv(price, INTERVALS[i].times, INTERVALS[i].per * count, mrr);
    }
    *mrr = 0;
    return true;
}

/* A figure that somebody gives stays until plan or quantity change without one. */
static bool wants_figure(const Record *old, const Record *subscription)
{
    if (!Subscription_plan_id(subscription))
        return false;
    if (!old)
        return Subscription_mrr_minor(subscription) == 0;
    return !Record_changed(old, subscription, FIELD_SUBSCRIPTION_MRR_MINOR) &&
           (Record_changed(old, subscription, FIELD_SUBSCRIPTION_PLAN_ID) ||
            Record_changed(old, subscription, FIELD_SUBSCRIPTION_QUANTITY));
}

static bool before_save(ModelContext *context, const Record *old, Record *subscription,
                        Error *error)
{
    int64_t mrr = 0;
    if (!wants_figure(old, subscription))
        return true;
    Record *plan = Model_look(context, &RESOURCE_PLAN, Subscription_plan_id(subscription), error);
    if (!plan)
        return false;
    if (!monthly(plan, Subscription_quantity(subscription), &mrr))
        return Billing_too_large(error);
    Subscription_set_mrr_minor(subscription, mrr);
    return true;
}

void Subscription_register(void)
{
    Model_register_hooks("subscription", before_save, NULL);
}
