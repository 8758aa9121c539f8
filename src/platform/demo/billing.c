/* billing.c - invoices as they stand today, their payments, credit notes and refunds. */
#include "base/money.h"
#include "platform/demo/private.h"

int64_t DemoBilling_tax_rate(const Demo *demo, const DemoCustomer *customer)
{
    bool abroad = customer->country != demo->home;
    return customer->company && abroad ? 0 : customer->country->vat_ppm;
}

int64_t DemoBilling_tax(int64_t net_minor, int64_t rate)
{
    int64_t tax = 0;
    return Money_apply_rate(net_minor, rate, &tax) ? tax : 0;
}

static void set_address(Record *invoice, const DemoCustomer *customer)
{
    Invoice_set_bill_to_name(invoice, customer->name);
    Invoice_set_bill_to_company(invoice, customer->company_name);
    Invoice_set_bill_to_line1(invoice, customer->street);
    Invoice_set_bill_to_city(invoice, customer->city);
    Invoice_set_bill_to_postal_code(invoice, customer->postal_code);
    Invoice_set_bill_to_country(invoice, customer->country->code);
}

static void add_line(Demo *demo, Record *invoice, const DemoBill *bill, const DemoBillLine *line)
{
    Record *child = Demo_child(demo, invoice, &RESOURCE_INVOICE_LINE);
    if (!child)
        return;
    InvoiceLine_set_kind(child, line->kind);
    InvoiceLine_set_description(child, line->text);
    if (line->variant)
        InvoiceLine_set_variant_id(child, line->variant);
    if (line->order_line)
        InvoiceLine_set_order_line_id(child, line->order_line);
    InvoiceLine_set_quantity_e4(child, line->quantity * 10000);
    InvoiceLine_set_unit_price_e4(child, line->unit_minor * 10000);
    InvoiceLine_set_amount_minor(child, line->net_minor + line->discount_minor);
    InvoiceLine_set_discount_minor(child, line->discount_minor);
    InvoiceLine_set_tax_rate(child, bill->tax_rate);
    InvoiceLine_set_tax_name(child, bill->tax_rate ? "VAT" : "Reverse charge");
    InvoiceLine_set_tax_minor(child, line->tax_minor);
    InvoiceLine_set_total_minor(child, line->net_minor + line->tax_minor);
    if (bill->period_end) {
        InvoiceLine_set_period_start(child, bill->period_start);
        InvoiceLine_set_period_end(child, bill->period_end);
    }
}

/* When the customer pays; 0 = has not until today. */
static int32_t payment_day(Demo *demo, const DemoBill *bill)
{
    int32_t due = bill->day + bill->net_days;
    if (bill->net_days == 0)
        return bill->day;
    if (bill->customer->never_pays && Dice_chance(&demo->dice, 0.5))
        return 0;
    double late = Dice_wait(&demo->dice, 6) + bill->customer->lateness - 6;
    int32_t paid = due + (int32_t)late;
    paid = paid < bill->day + 1 ? bill->day + 1 : paid;
    return paid > demo->today ? 0 : paid;
}

static const char *invoice_state(const Demo *demo, const DemoBill *bill)
{
    if (bill->paid_on)
        return "paid";
    return demo->today - (bill->day + bill->net_days) > 240 ? "uncollectible" : "open";
}

static void set_totals(Record *invoice, DemoBill *bill)
{
    int64_t net = 0, discount = 0, tax = 0;
    for (int i = 0; i < bill->line_count; i++) {
        net += bill->lines[i].net_minor;
        discount += bill->lines[i].discount_minor;
        tax += bill->lines[i].tax_minor;
    }
    bill->total_minor = net + tax;
    bill->paid_minor = bill->paid_on ? bill->total_minor : 0;
    Invoice_set_subtotal_minor(invoice, net + discount);
    Invoice_set_discount_minor(invoice, discount);
    Invoice_set_tax_minor(invoice, tax);
    Invoice_set_total_minor(invoice, bill->total_minor);
    Invoice_set_paid_minor(invoice, bill->paid_minor);
    Invoice_set_due_minor(invoice, bill->total_minor - bill->paid_minor);
}

static void set_dates(Demo *demo, Record *invoice, const DemoBill *bill, int64_t issued)
{
    int32_t due = bill->day + bill->net_days;
    Invoice_set_issue_date(invoice, bill->day);
    Invoice_set_due_date(invoice, due);
    Invoice_set_net_days(invoice, bill->net_days);
    Invoice_set_finalized_at(invoice, issued);
    Invoice_set_sent_at(invoice, issued);
    if (bill->period_end) {
        Invoice_set_period_start(invoice, bill->period_start);
        Invoice_set_period_end(invoice, bill->period_end);
    }
    Invoice_set_payment_state(invoice, bill->paid_on       ? "paid"
                                       : due < demo->today ? "overdue"
                                                           : "unpaid");
}

static void save_invoice(Demo *demo, DemoBill *bill, int64_t issued)
{
    const DemoCustomer *customer = bill->customer;
    Record *invoice = Demo_record(demo, &RESOURCE_INVOICE);
    if (!invoice)
        return;
    Invoice_set_kind(invoice, bill->kind);
    Invoice_set_contact_id(invoice, customer->contact);
    if (customer->company)
        Invoice_set_company_id(invoice, customer->company);
    if (bill->order)
        Invoice_set_order_id(invoice, bill->order);
    if (bill->contract)
        Invoice_set_subscription_id(invoice, bill->contract);
    Invoice_set_state(invoice, invoice_state(demo, bill));
    Invoice_set_currency(invoice, demo->currency);
    Invoice_set_reverse_charge(invoice, bill->tax_rate == 0);
    set_address(invoice, customer);
    for (int i = 0; i < bill->line_count; i++)
        add_line(demo, invoice, bill, &bill->lines[i]);
    set_totals(invoice, bill);
    set_dates(demo, invoice, bill, issued);
    if (bill->paid_on)
        Invoice_set_paid_at(invoice, bill->paid_on * MICROSECONDS_PER_DAY);
    bill->invoice = Demo_save(demo, invoice, issued, NULL);
}

static void save_payment(Demo *demo, DemoBill *bill, int64_t at)
{
    Record *payment = Demo_record(demo, &RESOURCE_PAYMENT);
    Record *share = Demo_child(demo, payment, &RESOURCE_PAYMENT_ALLOCATION);
    bool card = bill->net_days == 0;
    if (!share)
        return;
    Payment_set_contact_id(payment, bill->customer->contact);
    if (bill->customer->company)
        Payment_set_company_id(payment, bill->customer->company);
    if (bill->order)
        Payment_set_order_id(payment, bill->order);
    Payment_set_provider(payment, card ? "stripe" : "bank_transfer");
    int64_t back = DemoBilling_refund_minor(bill);
    Payment_set_state(payment, back == 0                  ? "captured"
                               : back < bill->total_minor ? "part_refunded"
                                                          : "refunded");
    Payment_set_refunded_minor(payment, back);
    Payment_set_amount_minor(payment, bill->total_minor);
    Payment_set_captured_minor(payment, bill->total_minor);
    Payment_set_fee_minor(payment, card ? bill->total_minor * 14 / 1000 + demo->unit / 4 : 0);
    Payment_set_currency(payment, demo->currency);
    Payment_set_idempotency_key(
        payment, Arena_printf(demo->context.arena, "demo-%lld", (long long)++demo->serial));
    Payment_set_captured_at(payment, at);
    Payment_set_received_on(payment, bill->paid_on);
    PaymentAllocation_set_invoice_id(share, bill->invoice);
    PaymentAllocation_set_amount_minor(share, bill->total_minor);
    PaymentAllocation_set_at(share, at);
    bill->payment = Demo_save(demo, payment, at, NULL);
}

void DemoBilling_decide(Demo *demo, DemoBill *bill)
{
    bill->paid_on = payment_day(demo, bill);
}

void DemoBilling_bill(Demo *demo, DemoBill *bill)
{
    int64_t issued = Demo_moment(demo, bill->day);
    save_invoice(demo, bill, issued);
    if (bill->paid_on && !demo->failed)
        save_payment(demo, bill, bill->net_days ? Demo_moment(demo, bill->paid_on) : issued);
}

int64_t DemoBilling_refund_minor(const DemoBill *bill)
{
    const DemoBillLine *back = &bill->lines[bill->refund_line];
    return bill->refund_day ? back->net_minor + back->tax_minor : 0;
}

static int64_t save_credit_note(Demo *demo, const DemoBill *bill, int64_t at)
{
    const DemoBillLine *back = &bill->lines[bill->refund_line];
    int64_t total = DemoBilling_refund_minor(bill);
    Record *note = Demo_record(demo, &RESOURCE_CREDIT_NOTE);
    Record *entry = Demo_child(demo, note, &RESOURCE_CREDIT_LINE);
    if (!entry)
        return 0;
    CreditNote_set_invoice_id(note, bill->invoice);
    CreditNote_set_state(note, "issued");
    CreditNote_set_reason(note, "return");
    CreditNote_set_currency(note, demo->currency);
    CreditNote_set_subtotal_minor(note, back->net_minor);
    CreditNote_set_tax_minor(note, back->tax_minor);
    CreditNote_set_total_minor(note, total);
    CreditNote_set_to_refund_minor(note, total);
    CreditNote_set_issue_date(note, bill->refund_day);
    CreditLine_set_amount_minor(entry, back->net_minor);
    CreditLine_set_tax_minor(entry, back->tax_minor);
    CreditLine_set_quantity_e4(entry, back->quantity * 10000);
    return Demo_save(demo, note, at, NULL);
}

int64_t DemoBilling_refund(Demo *demo, const DemoBill *bill, int64_t goods_return)
{
    int64_t at = Demo_moment(demo, bill->refund_day);
    int64_t credit = save_credit_note(demo, bill, at);
    Record *refund = Demo_record(demo, &RESOURCE_REFUND);
    if (!refund)
        return 0;
    Refund_set_order_id(refund, bill->order);
    Refund_set_invoice_id(refund, bill->invoice);
    Refund_set_payment_id(refund, bill->payment);
    Refund_set_credit_note_id(refund, credit);
    Refund_set_return_id(refund, goods_return);
    Refund_set_amount_minor(refund, DemoBilling_refund_minor(bill));
    Refund_set_tax_minor(refund, bill->lines[bill->refund_line].tax_minor);
    Refund_set_currency(refund, demo->currency);
    Refund_set_reason(refund, "customer_return");
    Refund_set_state(refund, "succeeded");
    return Demo_save(demo, refund, at, NULL);
}
