/* invoice_totals.c - an invoice is the sum of its lines and their taxes. */
#include "base/document_math.h"
#include "base/money.h"
#include "billing/private.h"

#define ONE_E4 INT64_C(10000)

static bool check_line(const Record *line, int64_t amount, Error *error)
{
    int64_t discount = InvoiceLine_discount_minor(line);
    if (discount < 0 || (discount && discount > amount))
        return Error_set_field(error, ERROR_RULE, "discount_minor",
                               "A discount lies between nothing and the whole line.");
    if (InvoiceLine_tax_rate(line) < 0)
        return Error_set_field(error, ERROR_RULE, "tax_rate", "A tax rate cannot be below zero.");
    return true;
}

/* A line with a price costs quantity * price; without, the amount that was given. */
static bool line_amount(Record *line, int64_t *amount, Error *error)
{
    *amount = InvoiceLine_amount_minor(line);
    if (!Record_given(line, FIELD_INVOICE_LINE_UNIT_PRICE_E4))
        return true;
    if (!Record_given(line, FIELD_INVOICE_LINE_QUANTITY_E4))
        InvoiceLine_set_quantity_e4(line, ONE_E4);
    return Money_muldiv(InvoiceLine_quantity_e4(line), InvoiceLine_unit_price_e4(line),
                        ONE_E4 * ONE_E4, amount) ||
           Billing_too_large(error);
}

static bool total_line(const Record *invoice, Record *line, DocumentSums *sums, TaxTable *taxes,
                       Error *error)
{
    int64_t amount, after, discount = InvoiceLine_discount_minor(line);
    int64_t rate = Invoice_reverse_charge(invoice) ? 0 : InvoiceLine_tax_rate(line);
    LineAmounts amounts;
    if (!line_amount(line, &amount, error) || !check_line(line, amount, error))
        return false;
    if (!Money_add(amount, -discount, &after) ||
        !DocumentMath_tax(after, rate, Invoice_price_includes_tax(invoice), &amounts) ||
        !DocumentMath_add(sums, &amounts, discount) ||
        (rate && !TaxTable_add(taxes, InvoiceLine_tax_name(line), rate, amounts.net_minor,
                               amounts.tax_minor)))
        return Billing_too_large(error);
    InvoiceLine_set_amount_minor(line, amount);
    InvoiceLine_set_tax_minor(line, amounts.tax_minor);
    InvoiceLine_set_total_minor(line, amounts.gross_minor);
    return true;
}

static bool write_taxes(ModelContext *context, const Record *old, Record *invoice,
                        const TaxTable *taxes, Error *error)
{
    if (!Model_take_children(context, old, invoice, &RESOURCE_INVOICE_TAX, error))
        return false;
    for (int i = 0; i < taxes->count; i++) {
        Record *row = Model_child_at(context, invoice, &RESOURCE_INVOICE_TAX, i);
        if (!row)
            return Error_set(error, ERROR_LIMIT, "The invoice needs too much memory.");
        InvoiceTax_set_name(row, taxes->rows[i].name);
        InvoiceTax_set_rate(row, taxes->rows[i].rate);
        InvoiceTax_set_base_minor(row, taxes->rows[i].base_minor);
        InvoiceTax_set_tax_minor(row, taxes->rows[i].tax_minor);
    }
    Model_cut_children(invoice, &RESOURCE_INVOICE_TAX, taxes->count);
    return true;
}

static bool needs_totals(const ModelContext *context, const Record *old, const Record *invoice)
{
    bool lines = Record_gives_children(invoice, &RESOURCE_INVOICE_LINE);
    if (context->importing)
        return lines && !Invoice_total_minor(invoice) && !Invoice_subtotal_minor(invoice) &&
               !Invoice_discount_minor(invoice) && !Invoice_tax_minor(invoice);
    return !old || lines || Record_gives_children(invoice, &RESOURCE_INVOICE_TAX) ||
           Record_changed(old, invoice, FIELD_INVOICE_PRICE_INCLUDES_TAX) ||
           Record_changed(old, invoice, FIELD_INVOICE_REVERSE_CHARGE) ||
           Record_changed(old, invoice, FIELD_INVOICE_TOTAL_MINOR);
}

bool InvoiceTotals_settle(ModelContext *context, const Record *old, Record *invoice, Error *error)
{
    DocumentSums sums = {0};
    TaxTable taxes = {0};
    if (!needs_totals(context, old, invoice))
        return true;
    if (!Model_take_children(context, old, invoice, &RESOURCE_INVOICE_LINE, error))
        return false;
    for (int i = 0; i < invoice->child_count; i++) {
        if (invoice->children[i]->resource == &RESOURCE_INVOICE_LINE &&
            !total_line(invoice, invoice->children[i], &sums, &taxes, error))
            return false;
    }
    Invoice_set_subtotal_minor(invoice, sums.subtotal_minor);
    Invoice_set_discount_minor(invoice, sums.discount_minor);
    Invoice_set_tax_minor(invoice, sums.tax_minor);
    Invoice_set_total_minor(invoice, sums.total_minor);
    Invoice_set_due_minor(invoice, sums.total_minor - Invoice_paid_minor(invoice) -
                                       Invoice_credit_applied_minor(invoice));
    return write_taxes(context, old, invoice, &taxes, error);
}
