/* order_totals.c - an order is the sum of its lines, its shipping and their taxes. */
#include <string.h>
#include "base/document_math.h"
#include "base/money.h"
#include "commerce/private.h"

#define SCALE INT64_C(10000)

typedef struct Totals {
    DocumentSums sums;
    TaxTable taxes;
} Totals;

static bool too_large(Error *error)
{
    return Error_set_field(error, ERROR_RULE, "total_minor",
                           "The amounts of this order are too large to add up.");
}

/* ---- lines -------------------------------------------------------------------------------- */

/* What the customer ordered by variant alone: its name, number and price. */
static bool fill_from_variant(ModelContext *context, Record *line, int price, Error *error)
{
    static const int texts[][2] = {
        {FIELD_ORDER_LINE_SKU, FIELD_VARIANT_SKU},
        {FIELD_ORDER_LINE_VARIANT_TITLE, FIELD_VARIANT_TITLE},
        {FIELD_ORDER_LINE_REQUIRES_SHIPPING, FIELD_VARIANT_REQUIRES_SHIPPING},
        {FIELD_ORDER_LINE_UNIT_LIST_MINOR, FIELD_VARIANT_PRICE_MINOR}};
    if (!OrderLine_variant_id(line) || Record_given(line, price))
        return true;
    Record *variant = Model_look(context, &RESOURCE_VARIANT, OrderLine_variant_id(line), error);
    if (!variant)
        return false;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!Record_given(line, texts[i][0]) && Record_given(variant, texts[i][1]))
            line->values[texts[i][0]] = variant->values[texts[i][1]];
    }
    if (!Record_given(line, FIELD_ORDER_LINE_TITLE))
        OrderLine_set_title(line, Record_text(variant, FIELD_VARIANT_LABEL));
    return true;
}

static bool check_line(const Record *line, int64_t price, Error *error)
{
    int64_t quantity = OrderLine_quantity(line), gross;
    if (!Record_given(line, FIELD_ORDER_LINE_QUANTITY) || quantity <= 0)
        return Error_set_field(error, ERROR_RULE, "quantity",
                               "A line needs a quantity above zero.");
    if (OrderLine_cancelled(line) < 0 || OrderLine_cancelled(line) > quantity)
        return Error_set_field(error, ERROR_RULE, "cancelled",
                               "No more can be cancelled than was ordered.");
    if (!Money_muldiv(quantity - OrderLine_cancelled(line), price, 1, &gross))
        return too_large(error);
    if (OrderLine_discount_minor(line) < 0 || OrderLine_discount_minor(line) > gross)
        return Error_set_field(error, ERROR_RULE, "discount_minor",
                               "A discount lies between nothing and the whole line.");
    return true;
}

static bool set_unit_prices(Record *line, int64_t price, int64_t rate, bool includes_tax)
{
    LineAmounts unit;
    if (!DocumentMath_tax(price, rate, includes_tax, &unit))
        return false;
    OrderLine_set_unit_net_minor(line, unit.net_minor);
    OrderLine_set_unit_gross_minor(line, unit.gross_minor);
    if (!Record_given(line, FIELD_ORDER_LINE_UNIT_LIST_MINOR))
        OrderLine_set_unit_list_minor(line, price);
    return true;
}

static bool total_line(ModelContext *context, Record *line, bool includes_tax, Totals *totals,
                       Error *error)
{
    int price_field =
        includes_tax ? FIELD_ORDER_LINE_UNIT_GROSS_MINOR : FIELD_ORDER_LINE_UNIT_NET_MINOR;
    if (!fill_from_variant(context, line, price_field, error))
        return false;
    int64_t price = Record_int(line, price_field, OrderLine_unit_list_minor(line));
    if (!check_line(line, price, error))
        return false;
    LineInput input = {
        .quantity_e4 = (OrderLine_quantity(line) - OrderLine_cancelled(line)) * SCALE,
        .unit_price_e4 = price * SCALE,
        .discount_minor = OrderLine_discount_minor(line),
        .tax_rate = OrderLine_tax_rate(line),
        .includes_tax = includes_tax,
    };
    LineAmounts amounts;
    if (price > INT64_MAX / SCALE || price < 0 || OrderLine_quantity(line) > INT64_MAX / SCALE ||
        !DocumentMath_line(&input, &amounts) ||
        !set_unit_prices(line, price, input.tax_rate, includes_tax) ||
        !DocumentMath_add(&totals->sums, &amounts, input.discount_minor) ||
        (input.tax_rate && !TaxTable_add(&totals->taxes, OrderLine_tax_name(line), input.tax_rate,
                                         amounts.net_minor, amounts.tax_minor)))
        return too_large(error);
    OrderLine_set_tax_minor(line, amounts.tax_minor);
    OrderLine_set_total_net_minor(line, amounts.net_minor);
    OrderLine_set_total_gross_minor(line, amounts.gross_minor);
    return true;
}

/* ---- shipping ----------------------------------------------------------------------------- */

/* An order that came with tax on its shipping keeps it, in proportion. */
static bool shipping_tax(ModelContext *context, const Record *old, const Record *order,
                         int64_t *tax, Error *error)
{
    int64_t id = old ? Record_id(old) : 0, lines = 0;
    *tax = 0;
    if (!old || !Order_shipping_minor(old))
        return true;
    if (!Model_sum(context,
                   "SELECT CAST(coalesce(sum(tax_minor), 0) AS BIGINT) FROM order_line"
                   " WHERE tenant_id = ?1 AND parent_id = ?2",
                   &id, 1, &lines, error))
        return false;
    int64_t rest = Order_tax_minor(old) - lines;
    return rest <= 0 ||
           Money_muldiv(rest, Order_shipping_minor(order), Order_shipping_minor(old), tax) ||
           too_large(error);
}

/* Shipping shares the highest rate of the goods. */
static bool add_shipping(Totals *totals, int64_t shipping, int64_t tax)
{
    int highest = 0;
    for (int i = 1; i < totals->taxes.count; i++) {
        if (totals->taxes.rows[i].rate > totals->taxes.rows[highest].rate)
            highest = i;
    }
    DocumentSums *sums = &totals->sums;
    if (tax && totals->taxes.count) {
        totals->taxes.rows[highest].base_minor += shipping;
        totals->taxes.rows[highest].tax_minor += tax;
    } else if (tax && !TaxTable_add(&totals->taxes, NULL, 0, shipping, tax)) {
        return false;
    }
    return Money_add(sums->tax_minor, tax, &sums->tax_minor) &&
           Money_add(sums->total_minor, shipping, &sums->total_minor) &&
           Money_add(sums->total_minor, tax, &sums->total_minor);
}

/* ---- order -------------------------------------------------------------------------------- */

static bool write_taxes(ModelContext *context, const Record *old, Record *order,
                        const TaxTable *taxes, Error *error)
{
    if (!Model_take_children(context, old, order, &RESOURCE_ORDER_TAX, error))
        return false;
    for (int i = 0; i < taxes->count; i++) {
        Record *row = Model_child_at(context, order, &RESOURCE_ORDER_TAX, i);
        if (!row)
            return Error_set(error, ERROR_LIMIT, "The order needs too much memory.");
        OrderTax_set_name(row, taxes->rows[i].name);
        OrderTax_set_rate(row, taxes->rows[i].rate);
        OrderTax_set_base_minor(row, taxes->rows[i].base_minor);
        OrderTax_set_tax_minor(row, taxes->rows[i].tax_minor);
    }
    Model_cut_children(order, &RESOURCE_ORDER_TAX, taxes->count);
    return true;
}

static bool needs_totals(const ModelContext *context, const Record *old, const Record *order)
{
    if (context->importing)
        return Record_gives_children(order, &RESOURCE_ORDER_LINE) && !Order_total_minor(order) &&
               !Order_subtotal_minor(order) && !Order_discount_minor(order) &&
               !Order_tax_minor(order);
    return !old || Record_gives_children(order, &RESOURCE_ORDER_LINE) ||
           Record_gives_children(order, &RESOURCE_ORDER_TAX) ||
           Record_changed(old, order, FIELD_ORDER_SHIPPING_MINOR) ||
           Record_changed(old, order, FIELD_ORDER_PRICE_INCLUDES_TAX) ||
           Record_changed(old, order, FIELD_ORDER_TOTAL_MINOR);
}

bool OrderTotals_settle(ModelContext *context, const Record *old, Record *order, Error *error)
{
    Totals totals = {0};
    int64_t tax_on_shipping = 0;
    if (!needs_totals(context, old, order))
        return true;
    if (Order_shipping_minor(order) < 0)
        return Error_set_field(error, ERROR_RULE, "shipping_minor",
                               "Shipping costs nothing or more.");
    if (!Model_take_children(context, old, order, &RESOURCE_ORDER_LINE, error))
        return false;
    for (int i = 0; i < order->child_count; i++) {
        if (order->children[i]->resource == &RESOURCE_ORDER_LINE &&
            !total_line(context, order->children[i], Order_price_includes_tax(order), &totals,
                        error))
            return false;
    }
    if (!shipping_tax(context, old, order, &tax_on_shipping, error))
        return false;
    if (!add_shipping(&totals, Order_shipping_minor(order), tax_on_shipping))
        return too_large(error);
    Order_set_subtotal_minor(order, totals.sums.subtotal_minor);
    Order_set_discount_minor(order, totals.sums.discount_minor);
    Order_set_tax_minor(order, totals.sums.tax_minor);
    Order_set_total_minor(order, totals.sums.total_minor);
    return write_taxes(context, old, order, &totals.taxes, error);
}
