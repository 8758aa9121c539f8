/* order.c - what an order must have before it moves on, and when it did. */
#include <string.h>
#include "commerce/private.h"

/* ---- guards ------------------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; word && *words; words++) {
        if (strcmp(*words, word) == 0)
            return true;
    }
    return false;
}

/* Companies buy on account; everybody else has paid, or the money is reserved. */
static bool check_payment(const Record *order, Error *error)
{
    static const char *const covered[] = {"authorized", "paid", "overpaid", NULL};
    if (Order_company_id(order) || !Order_total_minor(order) ||
        is_one_of(Order_payment_state(order), covered))
        return true;
    Error_set_field(error, ERROR_STATE, "payment_state", "The order is not paid.");
    return Error_hint(error,
                      "Take or authorise a payment, or name the company that buys on account.");
}

static bool may_oversell(ModelContext *context, const Record *order, bool *may, Error *error)
{
    Record *store = Model_look(context, &RESOURCE_STORE, Order_store_id(order), error);
    const char *rule = store ? StoreRecord_oversell(store) : NULL;
    *may = rule && strcmp(rule, "deny") != 0;
    return store != NULL;
}

/* What all lines of the order ask of a variant. */
static int64_t wanted(const Record *order, int64_t variant)
{
    int64_t sum = 0;
    for (int i = 0; i < order->child_count; i++) {
        const Record *line = order->children[i];
        if (line->resource == &RESOURCE_ORDER_LINE && OrderLine_variant_id(line) == variant &&
            !OrderLine_backorder(line))
            sum += OrderLine_quantity(line) - OrderLine_cancelled(line) - OrderLine_fulfilled(line);
    }
    return sum;
}

static bool check_line_stock(ModelContext *context, const Record *order, const Record *line,
                             Error *error)
{
    int64_t available = 0;
    Record *variant = Model_look(context, &RESOURCE_VARIANT, OrderLine_variant_id(line), error);
    if (!variant)
        return false;
    const char *policy = Variant_stock_policy(variant);
    if (!Variant_track_stock(variant) || (policy && strcmp(policy, "continue") == 0))
        return true;
    if (!Stock_available_of(context, Record_id(variant), &available, error))
        return false;
    int64_t asked = wanted(order, Record_id(variant));
    if (asked <= available)
        return true;
    Error_set_field(error, ERROR_STATE, "order_lines",
                    "Only %lld of \"%.100s\" are free, not %lld.",
                    (long long)(available < 0 ? 0 : available),
                    Record_text(variant, FIELD_VARIANT_LABEL), (long long)asked);
    return Error_hint(error, "Mark the line as a backorder, or let the store sell without stock.");
}

static bool check_stock(ModelContext *context, Record *order, Error *error)
{
    bool oversell = false;
    if (!may_oversell(context, order, &oversell, error))
        return false;
    if (oversell)
        return true;
    if (!Model_read_children(context, order, error))
        return false;
    for (int i = 0; i < order->child_count; i++) {
        const Record *line = order->children[i];
        if (line->resource == &RESOURCE_ORDER_LINE && OrderLine_variant_id(line) &&
            !OrderLine_backorder(line) && !check_line_stock(context, order, line, error))
            return false;
    }
    return true;
}

static bool may_confirm(ModelContext *context, const TransitionDef *transition, Record *order,
                        Error *error)
{
    const char *fraud = Order_fraud_decision(order);
    if (fraud && strcmp(fraud, "reject") == 0)
        return Error_set_field(error, ERROR_STATE, "fraud_decision",
                               "The order was rejected as fraud.");
    return check_payment(order, error) && check_stock(context, order, error);
}

static bool needs_shipping(const Record *order)
{
    for (int i = 0; i < order->child_count; i++) {
        if (order->children[i]->resource == &RESOURCE_ORDER_LINE &&
            OrderLine_requires_shipping(order->children[i]))
            return true;
    }
    return false;
}

static bool may_complete(ModelContext *context, const TransitionDef *transition, Record *order,
                         Error *error)
{
    static const char *const paid[] = {"paid", "overpaid", "part_refunded", "refunded", NULL};
    static const char *const done[] = {"delivered", NULL};
    if (Order_total_minor(order) && !is_one_of(Order_payment_state(order), paid))
        return Error_set_field(error, ERROR_STATE, "payment_state", "The order is not paid yet.");
    if (!Model_read_children(context, order, error))
        return false;
    if (needs_shipping(order) && !is_one_of(Order_fulfilment_state(order), done))
        return Error_set_field(error, ERROR_STATE, "fulfilment_state",
                               "The order is not delivered yet.");
    return true;
}

static bool may_cancel(ModelContext *context, const TransitionDef *transition, Record *order,
                       Error *error)
{
    const char *state = Order_fulfilment_state(order);
    if (!state || strcmp(state, "none") == 0)
        return true;
    Error_set_field(error, ERROR_STATE, "fulfilment_state",
                    "A part of the order is already on its way.");
    return Error_hint(error, "Register a return instead.");
}

/* ---- saving ------------------------------------------------------------------------------- */

static void stamp_state(ModelContext *context, const Record *old, Record *order)
{
    static const struct {
        const char *state;
        int field;
    } times[] = {
        {"placed", FIELD_ORDER_PLACED_AT},
        {"confirmed", FIELD_ORDER_CONFIRMED_AT},
        {"completed", FIELD_ORDER_COMPLETED_AT},
        {"cancelled", FIELD_ORDER_CANCELLED_AT},
    };
    if (!Record_changed(old, order, FIELD_ORDER_STATE))
        return;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        if (strcmp(times[i].state, Order_state(order)) == 0 && !Record_given(order, times[i].field))
            Record_set_int(order, times[i].field, context->now);
    }
}

static bool before_save(ModelContext *context, const Record *old, Record *order, Error *error)
{
    if (!context->importing)
        stamp_state(context, old, order);
    return OrderTotals_settle(context, old, order, error);
}

/* Only drafts and what ended without a sale go to the trash. */
static bool may_delete(ModelContext *context, const Record *order, Error *error)
{
    static const char *const gone[] = {"draft", "expired", "cancelled", NULL};
    if (is_one_of(Order_state(order), gone))
        return true;
    Error_set(error, ERROR_STATE, "The order %s was placed.", Record_text(order, BASE_LABEL));
    return Error_hint(error, "Cancel it instead; archive it to hide it from lists.");
}

void Order_register(void)
{
    Model_register_hooks("order", before_save, NULL);
    Model_register_guard("order.confirm", may_confirm);
    Model_register_guard("order.complete", may_complete);
    Model_register_guard("order.cancel", may_cancel);
    Model_register_delete_guard("order", may_delete);
    Model_refuse_merge("order");
}
