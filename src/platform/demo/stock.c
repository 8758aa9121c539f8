/* stock.c - the warehouse: every movement is kept, stock on hand is their sum. */
#include <stdlib.h>
#include "platform/demo/private.h"

void DemoStock_move(Demo *demo, DemoVariant *variant, int64_t at, const char *kind, int quantity,
                    const char *resource, int64_t record)
{
    variant->moves = Demo_grow(demo, variant->moves, variant->move_count, &variant->move_room,
                               sizeof *variant->moves);
    if (demo->failed)
        return;
    variant->moves[variant->move_count++] = (DemoMove){
        .at = at, .kind = kind, .quantity = quantity, .resource = resource, .record = record};
    variant->on_hand += quantity;
}

static int64_t save_purchase(Demo *demo, DemoVariant *variant, bool received)
{
    Record *purchase = Demo_record(demo, &RESOURCE_PURCHASE_ORDER);
    Record *line = Demo_child(demo, purchase, &RESOURCE_PURCHASE_LINE);
    if (!line)
        return 0;
    PurchaseOrder_set_supplier_id(purchase, demo->suppliers[variant->supplier]);
    PurchaseOrder_set_warehouse_id(purchase, demo->warehouse);
    PurchaseOrder_set_state(purchase, received ? "received" : "confirmed");
    PurchaseOrder_set_expected_on(purchase, variant->arrives_on);
    PurchaseOrder_set_currency(purchase, demo->currency);
    PurchaseOrder_set_source(purchase, "reorder");
    PurchaseOrder_set_total_minor(purchase, variant->cost_minor * variant->arriving);
    PurchaseLine_set_variant_id(line, variant->id);
    PurchaseLine_set_quantity(line, variant->arriving);
    PurchaseLine_set_received(line, received ? variant->arriving : 0);
    PurchaseLine_set_cost_minor(line, variant->cost_minor);
    return Demo_save(demo, purchase, variant->purchased_at, NULL);
}

void DemoStock_day(Demo *demo, int32_t day)
{
    for (int i = 0; i < demo->variant_count && !demo->failed; i++) {
        DemoVariant *variant = &demo->variants[i];
        if (variant->arrives_on && variant->arrives_on <= day) {
            int64_t purchase = save_purchase(demo, variant, true);
            DemoStock_move(demo, variant, Demo_moment(demo, day), "receipt", (int)variant->arriving,
                           "purchase_order", purchase);
            variant->arriving = variant->arrives_on = 0;
        }
        if (!variant->arrives_on && variant->on_hand <= variant->reorder_point &&
            Demo_workday(day)) {
            variant->arriving = variant->reorder_quantity;
            variant->arrives_on = day + (int32_t)Dice_between(&demo->dice, 5, 14);
            variant->purchased_at = Demo_moment(demo, day);
        }
    }
}

static void add_move(Demo *demo, Record *stock, const DemoMove *move, int64_t balance)
{
    Record *child = Demo_child(demo, stock, &RESOURCE_STOCK_MOVE);
    if (!child)
        return;
    StockMove_set_at(child, move->at);
    StockMove_set_kind(child, move->kind);
    StockMove_set_quantity(child, move->quantity);
    StockMove_set_balance_after(child, balance);
    if (move->resource) {
        StockMove_set_ref_entity(child, move->resource);
        StockMove_set_ref_id(child, move->record);
    }
}

/* Stock of one variant with all its movements, and the purchase that is still on its way. */
bool DemoStock_finish(Demo *demo, int index)
{
    DemoVariant *variant = &demo->variants[index];
    Record *stock = Demo_record(demo, &RESOURCE_STOCK);
    int64_t balance = 0;
    for (int i = 0; stock && i < variant->move_count && !demo->failed; i++) {
        balance += variant->moves[i].quantity;
        add_move(demo, stock, &variant->moves[i], balance);
    }
    if (!stock || demo->failed)
        return false;
    Stock_set_variant_id(stock, variant->id);
    Stock_set_warehouse_id(stock, demo->warehouse);
    Stock_set_on_hand(stock, balance);
    Stock_set_reserved(stock, 0);
    Stock_set_incoming(stock, variant->arriving);
    Stock_set_available(stock, balance);
    Demo_save(demo, stock, Demo_now(demo), NULL);
    if (variant->arrives_on)
        save_purchase(demo, variant, false);
    return !demo->failed;
}
