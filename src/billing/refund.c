/* refund.c - never more goes back than came in. */
#include <string.h>
#include "base/money.h"
#include "billing/private.h"

static bool other_refunds(ModelContext *context, const Record *refund, int64_t *sum, Error *error)
{
    const int64_t arguments[] = {Refund_payment_id(refund), Record_id(refund)};
    return Model_sum(context,
                     "SELECT CAST(coalesce(sum(amount_minor), 0) AS BIGINT) FROM refund"
                     " WHERE tenant_id = ?1 AND payment_id = ?2 AND id <> ?3 AND deleted_at IS NULL"
                     " AND state NOT IN ('failed', 'cancelled')",
                     arguments, 2, sum, error);
}

static bool check_amount(ModelContext *context, const Record *refund, Error *error)
{
    char left_text[40];
    int64_t others = 0, sum, amount = Refund_amount_minor(refund);
    Record *payment = Model_look(context, &RESOURCE_PAYMENT, Refund_payment_id(refund), error);
    if (!payment || !other_refunds(context, refund, &others, error))
        return false;
    if (amount <= 0)
        return Error_set_field(error, ERROR_RULE, "amount_minor", "A refund is more than nothing.");
    if (strcmp(Payment_currency(payment), Refund_currency(refund)) != 0)
        return Error_set_field(error, ERROR_RULE, "currency",
                               "Money goes back in the currency in which it came.");
    int64_t left = Payment_captured_minor(payment) - others;
    if (!Money_add(others, amount, &sum))
        return Billing_too_large(error);
    if (sum <= Payment_captured_minor(payment))
        return true;
    Money_format_plain(left < 0 ? 0 : left, Payment_currency(payment), left_text);
    return Error_set_field(error, ERROR_RULE, "amount_minor",
                           "Only %s %s of the payment can still go back.", left_text,
                           Payment_currency(payment));
}

static bool before_save(ModelContext *context, const Record *old, Record *refund, Error *error)
{
    static const char *const ended[] = {"failed", "cancelled", NULL};
    static const char *const free_states[] = {"draft", "awaiting_approval", NULL};
    if (context->importing || !Refund_payment_id(refund) ||
        !Record_given(refund, FIELD_REFUND_AMOUNT_MINOR))
        return true;
    if (old && !Billing_is_one_of(Refund_state(old), free_states) &&
        (Record_changed(old, refund, FIELD_REFUND_AMOUNT_MINOR) ||
         Record_changed(old, refund, FIELD_REFUND_PAYMENT_ID)))
        return Error_set_field(error, ERROR_STATE, "amount_minor",
                               "The refund was sent; it cannot change any more.");
    return Billing_is_one_of(Refund_state(refund), ended) || check_amount(context, refund, error);
}

/* ---- the payment -------------------------------------------------------------------------- */

static const char *event_of(const Record *payment, int64_t back)
{
    const char *state = Payment_state(payment);
    if (back >= Payment_captured_minor(payment))
        return strcmp(state, "captured") == 0 || strcmp(state, "part_refunded") == 0
                   ? "mark_refunded"
                   : NULL;
    return back > 0 && strcmp(state, "captured") == 0 ? "mark_part_refunded" : NULL;
}

static bool tell_payment(ModelContext *context, int64_t id, Error *error)
{
    int64_t back = 0;
    Record *payment = Model_look(context, &RESOURCE_PAYMENT, id, error);
    Record *changes = Record_new(context->arena, &RESOURCE_PAYMENT);
    if (!payment)
        return false;
    if (!changes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    if (!Model_sum(context,
                   "SELECT CAST(coalesce(sum(amount_minor), 0) AS BIGINT) FROM refund"
                   " WHERE tenant_id = ?1 AND payment_id = ?2 AND deleted_at IS NULL"
                   " AND state = 'succeeded'",
                   &id, 1, &back, error))
        return false;
    Payment_set_refunded_minor(changes, back);
    const char *event = event_of(payment, back);
    return event ? Model_advance(context, &RESOURCE_PAYMENT, id, event, changes, error)
                 : Model_follow(context, id, changes, error);
}

static bool after_save(ModelContext *context, const Record *old, Record *refund, Error *error)
{
    bool succeeded = strcmp(Refund_state(refund), "succeeded") == 0 &&
                     Record_changed(old, refund, FIELD_REFUND_STATE);
    return context->importing || !succeeded ||
           tell_payment(context, Refund_payment_id(refund), error);
}

static bool may_delete(ModelContext *context, const Record *refund, Error *error)
{
    static const char *const idle[] = {"draft", "awaiting_approval", "failed", "cancelled", NULL};
    if (Billing_is_one_of(Refund_state(refund), idle))
        return true;
    return Error_set(error, ERROR_STATE, "The refund %s is on its way and stays.",
                     Record_text(refund, BASE_LABEL));
}

void Refund_register(void)
{
    Model_register_hooks("refund", before_save, after_save);
    Model_register_delete_guard("refund", may_delete);
    Model_refuse_merge("refund");
}
