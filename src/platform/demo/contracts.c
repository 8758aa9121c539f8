/* contracts.c - maintenance contracts: a bill every month, and some customers leave. */
#include "platform/demo/private.h"

static void add_change(Demo *demo, Record *contract, int32_t day, const char *kind, int64_t delta)
{
    Record *change = Demo_child(demo, contract, &RESOURCE_SUBSCRIPTION_CHANGE);
    if (!change)
        return;
    SubscriptionChange_set_at(change, day * MICROSECONDS_PER_DAY);
    SubscriptionChange_set_kind(change, kind);
    SubscriptionChange_set_mrr_delta_minor(change, delta);
}

static int32_t next_bill_after(int32_t started, int32_t today)
{
    int32_t bill = started;
    for (int months = 1; bill <= today; months++)
        bill = Date_add_months(started, months);
    return bill;
}

static int64_t save_contract(Demo *demo, const DemoContract *contract, const DemoCustomer *customer)
{
    static const char *const REASONS[] = {"too_expensive", "unused", "switched",
                                          "missing_features"};
    Record *record = Demo_record(demo, &RESOURCE_SUBSCRIPTION);
    if (!record)
        return 0;
    bool ended = contract->ends && contract->ends <= demo->today;
    int year, month, day;
    Date_to_civil(contract->started, &year, &month, &day);
    Subscription_set_contact_id(record, customer->contact);
    if (customer->company)
        Subscription_set_company_id(record, customer->company);
    Subscription_set_plan_id(record, contract->plan);
    Subscription_set_state(record, ended ? "ended" : "active");
    Subscription_set_currency(record, demo->currency);
    Subscription_set_starts_on(record, contract->started);
    Subscription_set_anchor_day(record, day);
    Subscription_set_billing_time(record, "anniversary");
    Subscription_set_collection(record, "send_invoice");
    Subscription_set_net_days(record, 14);
    Subscription_set_owner_id(record, customer->owner);
    Subscription_set_mrr_minor(record, ended ? 0 : contract->price_minor);
    add_change(demo, record, contract->started, "start", contract->price_minor);
    if (ended) {
        add_change(demo, record, contract->ends, "cancel", -contract->price_minor);
        Subscription_set_cancelled_at(record, contract->ends * MICROSECONDS_PER_DAY);
        Subscription_set_ended_at(record, contract->ends * MICROSECONDS_PER_DAY);
        Subscription_set_cancel_reason(record, REASONS[Dice_between(&demo->dice, 0, 3)]);
    } else {
        int32_t next = next_bill_after(contract->started, demo->today);
        Subscription_set_period_end(record, next);
        Subscription_set_period_start(record, Date_add_months(next, -1));
        Subscription_set_next_bill_at(record, next * MICROSECONDS_PER_DAY);
    }
    return Demo_save(demo, record, contract->started * MICROSECONDS_PER_DAY, NULL);
}

void DemoContracts_start(Demo *demo, int customer, int32_t day)
{
    if (day > demo->today || demo->plan_count == 0)
        return;
    demo->contracts = Demo_grow(demo, demo->contracts, demo->contract_count, &demo->contract_room,
                                sizeof *demo->contracts);
    if (demo->failed)
        return;
    int plan = (int)Dice_between(&demo->dice, 0, demo->plan_count * 2 - 1) % demo->plan_count;
    int months = 2 + (int)Dice_wait(&demo->dice, 26); /* about 3.5 % leave each month */
    DemoContract contract = {.plan = demo->plans[plan],
                             .plan_name = demo->plan_names[plan],
                             .price_minor = demo->plan_prices[plan],
                             .customer = customer,
                             .started = day,
                             .next_bill = day,
                             .ends = Date_add_months(day, months)};
    if (contract.ends > demo->today)
        contract.ends = 0;
    contract.id = save_contract(demo, &contract, &demo->customers[customer]);
    demo->contracts[demo->contract_count++] = contract;
}

static void bill_month(Demo *demo, DemoContract *contract, int32_t day)
{
    const DemoCustomer *customer = &demo->customers[contract->customer];
    int64_t rate = DemoBilling_tax_rate(demo, customer), price = contract->price_minor;
    int year, month, first_day, months = 0;
    Date_to_civil(contract->started, &year, &month, &first_day);
    int32_t following = contract->started;
    while (following <= day)
        following = Date_add_months(contract->started, ++months);
    DemoBill bill = {.kind = "subscription",
                     .customer = customer,
                     .contract = contract->id,
                     .day = day,
                     .net_days = 14,
                     .period_start = day,
                     .period_end = following,
                     .tax_rate = rate,
                     .line_count = 1};
    bill.lines[0] = (DemoBillLine){.kind = "plan",
                                   .text = contract->plan_name,
                                   .quantity = 1,
                                   .unit_minor = price,
                                   .net_minor = price,
                                   .tax_minor = DemoBilling_tax(price, rate)};
    DemoBilling_decide(demo, &bill);
    DemoBilling_bill(demo, &bill);
    contract->next_bill = following;
}

void DemoContracts_day(Demo *demo, int32_t day)
{
    for (int i = 0; i < demo->contract_count && !demo->failed; i++) {
        DemoContract *contract = &demo->contracts[i];
        if (contract->next_bill <= day && (!contract->ends || contract->next_bill < contract->ends))
            bill_month(demo, contract, contract->next_bill);
    }
}
