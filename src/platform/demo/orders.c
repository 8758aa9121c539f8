/* orders.c - customers order, goods leave the warehouse, some come back. */
#include <string.h>
#include "platform/demo/private.h"

#define LINES_MAX 6

typedef struct Basket {
    int variants[LINES_MAX], quantities[LINES_MAX];
    int count;
} Basket;

static void fill_basket(Demo *demo, Basket *basket, bool firm, int32_t day)
{
    int lines = 1 + Dice_count(&demo->dice, firm ? 1.6 : 0.7);
    basket->count = 0;
    for (int tries = 0; tries < 40 && basket->count < lines && basket->count < LINES_MAX; tries++) {
        int pick = (int)Dice_between(&demo->dice, 0, demo->variant_count - 1);
        DemoVariant *variant = &demo->variants[pick];
        int quantity = 1 + Dice_count(&demo->dice, firm ? 3 : 0.3);
        bool taken = variant->on_hand < quantity ||
                     !Dice_chance(&demo->dice, Demo_season(variant->season, day) / 1.8);
        for (int i = 0; i < basket->count; i++)
            taken = taken || basket->variants[i] == pick;
        if (taken)
            continue;
        basket->variants[basket->count] = pick;
        basket->quantities[basket->count++] = quantity;
    }
}

static void price_lines(Demo *demo, const Basket *basket, DemoBill *bill)
{
    bool rebate = bill->customer->company && bill->customer->orders > 3;
    bill->line_count = basket->count;
    for (int i = 0; i < basket->count; i++) {
        const DemoVariant *variant = &demo->variants[basket->variants[i]];
        DemoBillLine *line = &bill->lines[i];
        int64_t gross = variant->price_minor * basket->quantities[i];
        *line = (DemoBillLine){.kind = "order_item",
                               .text = variant->title,
                               .variant = variant->id,
                               .quantity = basket->quantities[i],
                               .unit_minor = variant->price_minor,
                               .discount_minor = rebate ? gross * 5 / 100 : 0};
        line->net_minor = gross - line->discount_minor;
        line->tax_minor = DemoBilling_tax(line->net_minor, bill->tax_rate);
    }
}

static void add_order_lines(Demo *demo, Record *order, const DemoBill *bill, const Basket *basket,
                            bool shipped)
{
    for (int i = 0; i < basket->count; i++) {
        const DemoVariant *variant = &demo->variants[basket->variants[i]];
        const DemoBillLine *line = &bill->lines[i];
        Record *child = Demo_child(demo, order, &RESOURCE_ORDER_LINE);
        if (!child)
            return;
        bool back = bill->refund_day && i == bill->refund_line;
        OrderLine_set_variant_id(child, variant->id);
        OrderLine_set_sku(child, variant->sku);
        OrderLine_set_title(child, variant->title);
        OrderLine_set_quantity(child, line->quantity);
        OrderLine_set_fulfilled(child, shipped ? line->quantity : 0);
        OrderLine_set_returned(child, back ? line->quantity : 0);
        OrderLine_set_unit_list_minor(child, variant->price_minor);
        OrderLine_set_unit_net_minor(child, variant->price_minor);
        OrderLine_set_unit_gross_minor(
            child, variant->price_minor + DemoBilling_tax(variant->price_minor, bill->tax_rate));
        OrderLine_set_discount_minor(child, line->discount_minor);
        OrderLine_set_tax_rate(child, bill->tax_rate);
        OrderLine_set_tax_name(child, bill->tax_rate ? "VAT" : "Reverse charge");
        OrderLine_set_tax_minor(child, line->tax_minor);
        OrderLine_set_total_net_minor(child, line->net_minor);
        OrderLine_set_total_gross_minor(child, line->net_minor + line->tax_minor);
        OrderLine_set_requires_shipping(child, 1);
    }
}

static void set_order_sums(Record *order, const DemoBill *bill, int goods)
{
    int64_t net = 0, discount = 0, tax = 0, shipping = 0;
    for (int i = 0; i < bill->line_count; i++) {
        if (i >= goods)
            shipping += bill->lines[i].net_minor;
        else
            net += bill->lines[i].net_minor + bill->lines[i].discount_minor;
        discount += bill->lines[i].discount_minor;
        tax += bill->lines[i].tax_minor;
    }
    Order_set_subtotal_minor(order, net);
    Order_set_discount_minor(order, discount);
    Order_set_shipping_minor(order, shipping);
    Order_set_tax_minor(order, tax);
    Order_set_total_minor(order, net - discount + shipping + tax);
    Order_set_paid_minor(order, bill->paid_on ? net - discount + shipping + tax : 0);
    Order_set_refunded_minor(order, DemoBilling_refund_minor(bill));
}

static void set_addresses(Record *order, const DemoCustomer *customer)
{
    Order_set_email(order, customer->email);
    Order_set_billing_name(order, customer->name);
    Order_set_billing_company(order, customer->company_name);
    Order_set_billing_line1(order, customer->street);
    Order_set_billing_city(order, customer->city);
    Order_set_billing_postal_code(order, customer->postal_code);
    Order_set_billing_country(order, customer->country->code);
    Order_set_shipping_name(order, customer->name);
    Order_set_shipping_line1(order, customer->street);
    Order_set_shipping_city(order, customer->city);
    Order_set_shipping_postal_code(order, customer->postal_code);
    Order_set_shipping_country(order, customer->country->code);
}

typedef struct OrderPlan {
    int64_t placed;
    int32_t ships, arrives; /* days; may lie after today */
    bool cancelled;
} OrderPlan;

static void set_order_state(Demo *demo, Record *order, const DemoBill *bill, const OrderPlan *plan)
{
    bool shipped = plan->ships <= demo->today, delivered = plan->arrives <= demo->today;
    Order_set_origin(order, bill->customer->company ? "draft" : "checkout");
    Order_set_placed_at(order, plan->placed);
    if (plan->cancelled) {
        Order_set_state(order, "cancelled");
        Order_set_cancelled_at(order, plan->placed);
        Order_set_cancel_reason(order, "customer");
        return;
    }
    Order_set_state(order, delivered && bill->paid_on ? "completed" : "confirmed");
    Order_set_confirmed_at(order, plan->placed);
    Order_set_promised_on(order, bill->day + 5);
    Order_set_fulfilment_state(order, delivered ? "delivered" : shipped ? "fulfilled" : "none");
    Order_set_payment_state(order, !bill->paid_on     ? "none"
                                   : bill->refund_day ? "part_refunded"
                                                      : "paid");
    Order_set_return_state(order, bill->refund_day ? "part_returned" : "none");
    if (delivered && bill->paid_on)
        Order_set_completed_at(order, plan->arrives * MICROSECONDS_PER_DAY);
}

static Record *save_order(Demo *demo, DemoBill *bill, const Basket *basket, const OrderPlan *plan)
{
    const DemoCustomer *customer = bill->customer;
    Record *order = Demo_record(demo, &RESOURCE_ORDER), *stored = NULL;
    if (!order)
        return NULL;
    Order_set_store_id(order, demo->store_id);
    Order_set_contact_id(order, customer->contact);
    if (customer->company)
        Order_set_company_id(order, customer->company);
    if (customer->owner)
        Order_set_owner_id(order, customer->owner);
    Order_set_currency(order, demo->currency);
    set_addresses(order, customer);
    set_order_state(demo, order, bill, plan);
    add_order_lines(demo, order, bill, basket, !plan->cancelled && plan->ships <= demo->today);
    set_order_sums(order, bill, basket->count);
    bill->order = Demo_save(demo, order, plan->placed, &stored);
    return stored;
}

static int64_t line_id(const Record *order, int index)
{
    for (int i = 0; order && i < order->child_count; i++)
        if (order->children[i]->resource == &RESOURCE_ORDER_LINE && index-- == 0)
            return Record_id(order->children[i]);
    return 0;
}

static void save_shipment(Demo *demo, const DemoBill *bill, const Basket *basket,
                          const Record *order, const OrderPlan *plan)
{
    DemoList carriers = DemoLists_of(demo, "carriers");
    Record *shipment = Demo_record(demo, &RESOURCE_SHIPMENT);
    if (!shipment || demo->failed)
        return;
    bool delivered = plan->arrives <= demo->today;
    int64_t shipped = Demo_moment(demo, plan->ships);
    Shipment_set_order_id(shipment, bill->order);
    Shipment_set_warehouse_id(shipment, demo->warehouse);
    Shipment_set_state(shipment, delivered ? "delivered" : "in_transit");
    Shipment_set_carrier(shipment, DEMO_PICK(demo, carriers));
    Shipment_set_tracking_number(
        shipment, Arena_printf(demo->context.arena, "LT%010lld", (long long)++demo->serial));
    Shipment_set_currency(shipment, demo->currency);
    Shipment_set_cost_minor(shipment, 6 * demo->unit);
    Shipment_set_shipped_at(shipment, shipped);
    if (delivered)
        Shipment_set_delivered_at(shipment, plan->arrives * MICROSECONDS_PER_DAY);
    for (int i = 0; i < basket->count; i++) {
        Record *line = Demo_child(demo, shipment, &RESOURCE_SHIPMENT_LINE);
        if (!line)
            return;
        ShipmentLine_set_order_line_id(line, line_id(order, i));
        ShipmentLine_set_quantity(line, basket->quantities[i]);
        DemoStock_move(demo, &demo->variants[basket->variants[i]], shipped, "sale",
                       -basket->quantities[i], "order", bill->order);
    }
    Demo_save(demo, shipment, shipped, NULL);
}

static void save_return(Demo *demo, const DemoBill *bill, const Basket *basket, const Record *order)
{
    static const char *const REASONS[] = {"changed_mind", "damaged", "not_as_described",
                                          "wrong_item"};
    Record *goods = Demo_record(demo, &RESOURCE_RETURN);
    Record *line = Demo_child(demo, goods, &RESOURCE_RETURN_LINE);
    if (!line)
        return;
    bool damaged = Dice_chance(&demo->dice, 0.3);
    int quantity = basket->quantities[bill->refund_line];
    Return_set_order_id(goods, bill->order);
    Return_set_kind(goods, "refund");
    Return_set_state(goods, "resolved");
    Return_set_restock_warehouse_id(goods, demo->warehouse);
    ReturnLine_set_order_line_id(line, line_id(order, bill->refund_line));
    ReturnLine_set_quantity(line, quantity);
    ReturnLine_set_received(line, quantity);
    ReturnLine_set_reason(line, REASONS[damaged ? 1 : Dice_between(&demo->dice, 0, 3)]);
    ReturnLine_set_condition(line, damaged ? "damaged" : "opened");
    ReturnLine_set_disposition(line, damaged ? "write_off" : "restock");
    int64_t id = Demo_save(demo, goods, Demo_moment(demo, bill->refund_day), NULL);
    DemoBilling_refund(demo, bill, id);
    if (!damaged)
        DemoStock_move(demo, &demo->variants[basket->variants[bill->refund_line]],
                       Demo_moment(demo, bill->refund_day), "return", quantity, "order",
                       bill->order);
}

static void add_shipping(Demo *demo, DemoBill *bill)
{
    int64_t goods = 0;
    for (int i = 0; i < bill->line_count; i++)
        goods += bill->lines[i].net_minor;
    if (goods >= 150 * demo->unit)
        return;
    int64_t cost = 5 * demo->unit + 9 * demo->unit / 10;
    bill->lines[bill->line_count++] =
        (DemoBillLine){.kind = "shipping",
                       .text = "Shipping",
                       .quantity = 1,
                       .unit_minor = cost,
                       .net_minor = cost,
                       .tax_minor = DemoBilling_tax(cost, bill->tax_rate)};
}

/* A private customer who paid may send one line back. */
static void plan_return(Demo *demo, DemoBill *bill, const Basket *basket, const OrderPlan *plan)
{
    if (plan->cancelled || !Dice_chance(&demo->dice, bill->net_days ? 0.02 : 0.06))
        return;
    int32_t day = plan->arrives + (int32_t)Dice_between(&demo->dice, 4, 16);
    if (day > demo->today || bill->net_days)
        return;
    bill->refund_day = day;
    bill->refund_line = (int)Dice_between(&demo->dice, 0, basket->count - 1);
}

static void order_once(Demo *demo, int index, int32_t day)
{
    Basket basket;
    DemoCustomer *customer = &demo->customers[index];
    DemoBill bill = {.kind = "order", .customer = customer, .day = day};
    OrderPlan plan = {.placed = Demo_moment(demo, day),
                      .ships = day + 1 + (int32_t)Dice_between(&demo->dice, 0, 2),
                      .cancelled = Dice_chance(&demo->dice, 0.02)};
    plan.arrives = plan.ships + 1 + (int32_t)Dice_between(&demo->dice, 0, 3);
    fill_basket(demo, &basket, customer->company != 0, day);
    if (basket.count == 0)
        return;
    bill.tax_rate = DemoBilling_tax_rate(demo, customer);
    bill.net_days = customer->company ? 14 : 0;
    price_lines(demo, &basket, &bill);
    add_shipping(demo, &bill);
    plan_return(demo, &bill, &basket, &plan);
    customer->orders++;
    if (!plan.cancelled)
        DemoBilling_decide(demo, &bill);
    Record *order = save_order(demo, &bill, &basket, &plan);
    if (plan.cancelled || demo->failed)
        return;
    for (int i = 0; i < basket.count; i++)
        bill.lines[i].order_line = line_id(order, i);
    DemoBilling_bill(demo, &bill);
    if (plan.ships <= demo->today)
        save_shipment(demo, &bill, &basket, order, &plan);
    if (bill.refund_day && !demo->failed)
        save_return(demo, &bill, &basket, order);
}

/* Each order makes the next one a little less sure: cohorts shrink, the faithful stay. */
static void plan_next_order(Demo *demo, DemoCustomer *customer, int32_t day)
{
    double stays = customer->company ? 0.86 : 0.52;
    stays += customer->orders > 4 ? 0.09 : 0;
    customer->next_order = 0;
    if (Dice_chance(&demo->dice, stays))
        customer->next_order = day + 3 + (int32_t)Dice_wait(&demo->dice, customer->interval);
}

void DemoOrders_day(Demo *demo, int32_t day)
{
    double mean = 1.1 * demo->scale * Demo_growth(demo, day) * Demo_season(SEASON_FLAT, day);
    int shoppers = Dice_count(&demo->dice, mean);
    for (int i = 0; i < shoppers && !demo->failed; i++) {
        DemoCustomer *shopper = DemoPeople_shopper(demo, day);
        if (shopper)
            shopper->next_order = day;
    }
    for (int i = 0; i < demo->customer_count && !demo->failed; i++) {
        if (!demo->customers[i].next_order || demo->customers[i].next_order > day)
            continue;
        if (demo->customers[i].company && !Demo_workday(day))
            continue;
        order_once(demo, i, day);
        plan_next_order(demo, &demo->customers[i], day);
    }
}
