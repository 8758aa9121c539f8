/* order_state.c - what payments, shipments and returns make of their order.
 *
 * The three states are never set by hand: after each write of a payment, shipment or return the
 * order is counted again.
 */
#include <string.h>
#include "commerce/private.h"

/* ---- money -------------------------------------------------------------------------------- */

typedef struct Money {
    int64_t captured, refunded, authorized, voided, others;
} Money;

static bool count_money(ModelContext *context, int64_t order, Money *money, Error *error)
{
#define PAYMENTS \
    " FROM payment WHERE tenant_id = ?1 AND order_id = ?2 AND deleted_at IS NULL AND state "
    static const char captured[] =
        "SELECT CAST(coalesce(sum(captured_minor), 0) AS BIGINT)" PAYMENTS
        "IN ('captured', 'part_refunded', 'refunded', 'disputed')";
    static const char refunded[] =
        "SELECT CAST(coalesce(sum(refunded_minor), 0) AS BIGINT)" PAYMENTS
        "IN ('captured', 'part_refunded', 'refunded', 'disputed')";
    static const char authorized[] = "SELECT count(*)" PAYMENTS "= 'authorized'";
    static const char voided[] = "SELECT count(*)" PAYMENTS "= 'voided'";
#undef PAYMENTS
    return Model_sum(context, captured, &order, 1, &money->captured, error) &&
           Model_sum(context, refunded, &order, 1, &money->refunded, error) &&
           Model_sum(context, authorized, &order, 1, &money->authorized, error) &&
           Model_sum(context, voided, &order, 1, &money->voided, error);
}

static const char *payment_state(const Money *money, int64_t total)
{
    if (money->captured == 0)
        return money->authorized ? "authorized" : money->voided ? "voided" : "none";
    if (money->refunded >= money->captured)
        return "refunded";
    if (money->refunded > 0)
        return "part_refunded";
    return money->captured < total ? "part_paid" : money->captured > total ? "overpaid" : "paid";
}

static bool set_money(ModelContext *context, const Record *order, Record *changes, Error *error)
{
    Money money = {0};
    if (!count_money(context, Record_id(order), &money, error))
        return false;
    Order_set_paid_minor(changes, money.captured);
    Order_set_refunded_minor(changes, money.refunded);
    Order_set_payment_state(changes, payment_state(&money, Order_total_minor(order)));
    return true;
}

/* ---- goods -------------------------------------------------------------------------------- */

static bool count_line(ModelContext *context, const Record *line, const char *sql, int64_t *count,
                       Error *error)
{
    int64_t id = Record_id(line);
    return Model_sum(context, sql, &id, 1, count, error);
}

typedef struct Goods {
    int64_t ordered, shipped, delivered, returned, requested;
} Goods;

/* Counts each line, and keeps the counts in it. */
static bool count_goods(ModelContext *context, Record *order, Goods *goods, Error *error)
{
#define SHIPPED                                                                                    \
    "SELECT CAST(coalesce(sum(l.quantity), 0) AS BIGINT) FROM shipment_line l JOIN shipment s ON"  \
    " s.id = l.parent_id WHERE l.tenant_id = ?1 AND l.order_line_id = ?2 AND s.deleted_at IS NULL" \
    " AND s.state IN "
    static const char shipped_sql[] =
        SHIPPED "('shipped', 'in_transit', 'out_for_delivery', 'delivered', 'failed')";
    static const char delivered_sql[] = SHIPPED "('delivered')";
#undef SHIPPED
    static const char returned_sql[] =
        "SELECT CAST(coalesce(sum(l.received), 0) AS BIGINT) FROM return_line l JOIN return_ r ON"
        " r.id = l.parent_id WHERE l.tenant_id = ?1 AND l.order_line_id = ?2"
        " AND r.deleted_at IS NULL AND r.state NOT IN ('rejected', 'cancelled')";
    for (int i = 0; i < order->child_count; i++) {
        Record *line = order->children[i];
        int64_t shipped, delivered, returned;
        if (line->resource != &RESOURCE_ORDER_LINE)
            continue;
        if (!count_line(context, line, shipped_sql, &shipped, error) ||
            !count_line(context, line, delivered_sql, &delivered, error) ||
            !count_line(context, line, returned_sql, &returned, error))
            return false;
        OrderLine_set_fulfilled(line, shipped);
        OrderLine_set_returned(line, returned);
        goods->ordered += OrderLine_requires_shipping(line)
                              ? OrderLine_quantity(line) - OrderLine_cancelled(line)
                              : 0;
        goods->shipped += shipped;
        goods->delivered += delivered;
        goods->returned += returned;
    }
    int64_t id = Record_id(order);
    return Model_sum(
        context,
        "SELECT count(*) FROM return_ WHERE tenant_id = ?1 AND order_id = ?2"
        " AND deleted_at IS NULL AND state NOT IN ('rejected', 'cancelled', 'resolved')",
        &id, 1, &goods->requested, error);
}

static const char *fulfilment_state(const Goods *goods)
{
    if (goods->shipped == 0)
        return "none";
    if (goods->shipped < goods->ordered)
        return "part_fulfilled";
    return goods->delivered >= goods->ordered ? "delivered" : "fulfilled";
}

static const char *return_state(const Goods *goods)
{
    if (goods->returned > 0)
        return goods->returned < goods->shipped ? "part_returned" : "returned";
    return goods->requested ? "requested" : "none";
}

static bool set_goods(ModelContext *context, const Record *order, Record *changes, Error *error)
{
    Goods goods = {0};
    if (!Model_take_children(context, order, changes, &RESOURCE_ORDER_LINE, error))
        return false;
    Record_set_int(changes, BASE_ID, Record_id(order));
    if (!count_goods(context, changes, &goods, error))
        return false;
    Order_set_fulfilment_state(changes, fulfilment_state(&goods));
    Order_set_return_state(changes, return_state(&goods));
    return true;
}

/* ---- the order ---------------------------------------------------------------------------- */

/* A confirmed order that is paid and delivered is done. */
static bool complete(ModelContext *context, int64_t id, Error *error)
{
    Record *order = Model_look(context, &RESOURCE_ORDER, id, error);
    if (!order)
        return false;
    bool done = strcmp(Order_state(order), "confirmed") == 0 &&
                strcmp(Order_fulfilment_state(order), "delivered") == 0 &&
                (strcmp(Order_payment_state(order), "paid") == 0 ||
                 strcmp(Order_payment_state(order), "overpaid") == 0);
    return !done || Model_advance(context, &RESOURCE_ORDER, id, "complete", NULL, error);
}

typedef bool (*Recount)(ModelContext *context, const Record *order, Record *changes, Error *error);

static bool recount(ModelContext *context, int64_t id, Recount count, Error *error)
{
    if (!id)
        return true;
    Record *order = Model_look(context, &RESOURCE_ORDER, id, NULL);
    if (!order)
        return true; /* in the trash */
    Record *changes = Record_new(context->arena, &RESOURCE_ORDER);
    if (!changes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    return count(context, order, changes, error) && Model_follow(context, id, changes, error) &&
           complete(context, id, error);
}

/* Both the order that the row belongs to and the one that it belonged to. */
static bool recount_both(ModelContext *context, const Record *old, const Record *record, int field,
                         Recount count, Error *error)
{
    int64_t before = old ? Record_int(old, field, 0) : 0, now = Record_int(record, field, 0);
    if (context->importing)
        return true; /* imported orders come with their states */
    return recount(context, now, count, error) &&
           (before == now || recount(context, before, count, error));
}

static bool payment_saved(ModelContext *context, const Record *old, Record *payment, Error *error)
{
    return recount_both(context, old, payment, FIELD_PAYMENT_ORDER_ID, set_money, error);
}

static bool shipment_saved(ModelContext *context, const Record *old, Record *shipment, Error *error)
{
    return recount_both(context, old, shipment, FIELD_SHIPMENT_ORDER_ID, set_goods, error);
}

static bool return_saved(ModelContext *context, const Record *old, Record *returned, Error *error)
{
    return recount_both(context, old, returned, FIELD_RETURN_ORDER_ID, set_goods, error);
}

void OrderState_register(void)
{
    Model_register_hooks("payment", NULL, payment_saved);
    Model_register_hooks("shipment", NULL, shipment_saved);
    Model_register_hooks("return", NULL, return_saved);
}
