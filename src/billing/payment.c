/* payment.c - money that came in, and which invoices it pays. */
#include <string.h>
#include "base/money.h"
#include "billing/private.h"

static const char *const COUNTED[] = {"captured", "part_refunded", "refunded", "disputed", NULL};

static bool is_counted(const Record *payment)
{
    return payment && Billing_is_one_of(Payment_state(payment), COUNTED);
}

/* ---- amounts ------------------------------------------------------------------------------ */

static bool check_amounts(const Record *payment, Error *error)
{
    int64_t amount = Payment_amount_minor(payment), captured = Payment_captured_minor(payment);
    if (Record_given(payment, FIELD_PAYMENT_AMOUNT_MINOR) && amount <= 0)
        return Error_set_field(error, ERROR_RULE, "amount_minor",
                               "A payment is more than nothing.");
    if (Payment_authorized_minor(payment) < 0 || Payment_authorized_minor(payment) > amount)
        return Error_set_field(error, ERROR_RULE, "authorized_minor",
                               "No more can be authorised than the payment is.");
    int64_t most = Payment_authorized_minor(payment) ? Payment_authorized_minor(payment) : amount;
    if (captured < 0 || captured > most)
        return Error_set_field(error, ERROR_RULE, "captured_minor",
                               "No more can be captured than was authorised.");
    if (captured < Payment_refunded_minor(payment))
        return Error_set_field(error, ERROR_RULE, "captured_minor",
                               "More than that went back already.");
    return true;
}

static void stamp(ModelContext *context, const Record *old, Record *payment)
{
    const char *state = Payment_state(payment);
    if (!Record_changed(old, payment, FIELD_PAYMENT_STATE))
        return;
    if (strcmp(state, "authorized") == 0) {
        if (!Payment_authorized_minor(payment))
            Payment_set_authorized_minor(payment, Payment_amount_minor(payment));
        Payment_set_authorized_at(payment, context->now);
    } else if (strcmp(state, "captured") == 0 && !Payment_captured_minor(payment)) {
        int64_t reserved = Payment_authorized_minor(payment);
        Payment_set_captured_minor(payment, reserved ? reserved : Payment_amount_minor(payment));
    }
    if (strcmp(state, "captured") != 0)
        return;
    if (!Record_given(payment, FIELD_PAYMENT_CAPTURED_AT))
        Payment_set_captured_at(payment, context->now);
    if (!Record_given(payment, FIELD_PAYMENT_RECEIVED_ON))
        Payment_set_received_on(payment, Billing_today(context));
}

/* Equal keys are one payment. */
static bool give_key(ModelContext *context, Record *payment, Error *error)
{
    char text[UID_TEXT_SIZE];
    Uid uid = Uid_new();
    if (Record_given(payment, FIELD_PAYMENT_IDEMPOTENCY_KEY))
        return true;
    char *key = Arena_strdup(context->arena, Uid_format(&uid, "key", text));
    if (!key)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Payment_set_idempotency_key(payment, key);
    return true;
}

/* ---- allocations -------------------------------------------------------------------------- */

static bool refuse_allocation(Error *error, const char *code, const char *why,
                              const Record *invoice)
{
    return Error_set_field(error, code, "payment_allocations", "The invoice \"%.100s\" %s.",
                           Record_text(invoice, BASE_LABEL), why);
}

/* What this payment gives the invoice in all its allocations. */
static bool given_to(const Record *payment, int64_t invoice, int64_t *sum)
{
    *sum = 0;
    for (int i = 0; i < payment->child_count; i++) {
        const Record *row = payment->children[i];
        if (row->resource == &RESOURCE_PAYMENT_ALLOCATION &&
            (!invoice || PaymentAllocation_invoice_id(row) == invoice) &&
            !Money_add(*sum, PaymentAllocation_amount_minor(row), sum))
            return false;
    }
    return true;
}

static bool check_invoice(ModelContext *context, const Record *payment, const Record *row,
                          Error *error)
{
    static const char *const payable[] = {"open", "paid", "uncollectible", NULL};
    int64_t others = 0, own = 0, id = PaymentAllocation_invoice_id(row);
    Record *invoice = id ? Model_look(context, &RESOURCE_INVOICE, id, error) : NULL;
    if (!id)
        return Error_set_field(error, ERROR_REQUIRED, "payment_allocations",
                               "Which invoice does the allocation pay?");
    if (!invoice)
        return false;
    if (!Billing_is_one_of(Invoice_state(invoice), payable))
        return refuse_allocation(error, ERROR_STATE, "is not open", invoice);
    if (strcmp(Invoice_currency(invoice), Payment_currency(payment)) != 0)
        return refuse_allocation(error, ERROR_RULE, "is in another currency", invoice);
    if (!given_to(payment, id, &own))
        return Billing_too_large(error);
    if (!Invoice_paid_by_others(context, id, Record_id(payment), &others, error))
        return false;
    int64_t left = Invoice_total_minor(invoice) - Invoice_credit_applied_minor(invoice) - others;
    return own <= left ||
           refuse_allocation(error, ERROR_RULE, "would be paid more than once", invoice);
}

static const Record *same_row(const Record *payment, int64_t id)
{
    for (int i = 0; i < payment->child_count; i++) {
        if (payment->children[i]->resource == &RESOURCE_PAYMENT_ALLOCATION &&
            Record_id(payment->children[i]) == id)
            return payment->children[i];
    }
    return NULL;
}

/* Money that counts is not moved silently from one invoice to another. */
static bool check_kept(ModelContext *context, const Record *old, const Record *payment,
                       Error *error)
{
    Record stored = *old;
    if (!is_counted(old))
        return true;
    if (!Model_read_children(context, &stored, error))
        return false;
    for (int i = 0; i < stored.child_count; i++) {
        const Record *row = stored.children[i];
        if (row->resource != &RESOURCE_PAYMENT_ALLOCATION)
            continue;
        const Record *now = same_row(payment, Record_id(row));
        if (now && PaymentAllocation_invoice_id(now) == PaymentAllocation_invoice_id(row))
            continue;
        Error_set_field(error, ERROR_STATE, "payment_allocations",
                        "An allocation of received money stays on record.");
        return Error_hint(error, "Set its amount to 0 to free the money.");
    }
    return true;
}

static bool check_allocations(ModelContext *context, const Record *old, Record *payment,
                              Error *error)
{
    int64_t sum = 0, most = Payment_amount_minor(payment);
    if (!Model_take_children(context, old, payment, &RESOURCE_PAYMENT_ALLOCATION, error) ||
        (old && !check_kept(context, old, payment, error)))
        return false;
    if (!given_to(payment, 0, &sum))
        return Billing_too_large(error);
    if (is_counted(payment))
        most = Payment_captured_minor(payment);
    if (sum > most)
        return Error_set_field(error, ERROR_RULE, "payment_allocations",
                               "The allocations are more than the payment.");
    for (int i = 0; i < payment->child_count; i++) {
        Record *row = payment->children[i];
        if (row->resource != &RESOURCE_PAYMENT_ALLOCATION)
            continue;
        if (PaymentAllocation_amount_minor(row) < 0)
            return Error_set_field(error, ERROR_RULE, "payment_allocations",
                                   "An allocation cannot be below zero.");
        if (!check_invoice(context, payment, row, error))
            return false;
        if (!Record_given(row, FIELD_PAYMENT_ALLOCATION_AT))
            PaymentAllocation_set_at(row, context->now);
    }
    return true;
}

/* ---- saving ------------------------------------------------------------------------------- */

static bool before_save(ModelContext *context, const Record *old, Record *payment, Error *error)
{
    if (!old && !give_key(context, payment, error))
        return false;
    if (context->importing)
        return true;
    if (is_counted(old) && (Record_changed(old, payment, FIELD_PAYMENT_AMOUNT_MINOR) ||
                            Record_changed(old, payment, FIELD_PAYMENT_CURRENCY)))
        return Error_set_field(error, ERROR_STATE, "amount_minor",
                               "Received money stays as it came.");
    stamp(context, old, payment);
    if (!check_amounts(payment, error))
        return false;
    bool counts = is_counted(payment) && !is_counted(old);
    if (!counts && !Record_gives_children(payment, &RESOURCE_PAYMENT_ALLOCATION) &&
        !is_counted(old))
        return true;
    return check_allocations(context, old, payment, error);
}

static bool after_save(ModelContext *context, const Record *old, Record *payment, Error *error)
{
    if (context->importing || (!is_counted(payment) && !is_counted(old)))
        return true;
    Record stored = *payment;
    if (!Model_read_children(context, &stored, error))
        return false;
    for (int i = 0; i < stored.child_count; i++) {
        const Record *row = stored.children[i];
        if (row->resource == &RESOURCE_PAYMENT_ALLOCATION && PaymentAllocation_invoice_id(row) &&
            !Invoice_settle(context, PaymentAllocation_invoice_id(row), error))
            return false;
    }
    return true;
}

static bool may_delete(ModelContext *context, const Record *payment, Error *error)
{
    static const char *const idle[] = {"created", "failed", "voided", NULL};
    if (Billing_is_one_of(Payment_state(payment), idle))
        return true;
    Error_set(error, ERROR_STATE, "The payment %s has moved money and stays.",
              Record_text(payment, BASE_LABEL));
    return Error_hint(error, "Void or refund it instead.");
}

void Payment_register(void)
{
    Model_register_hooks("payment", before_save, after_save);
    Model_register_delete_guard("payment", may_delete);
    Model_refuse_merge("payment");
}
