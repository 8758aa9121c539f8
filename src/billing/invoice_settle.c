/* invoice_settle.c - what payments and credit notes have covered of an invoice. */
#include <string.h>
#include "billing/private.h"

/* Payments whose money is there; one that is only announced or came back does not count. */
#define ALLOCATED                                                                        \
    "SELECT CAST(coalesce(sum(a.amount_minor), 0) AS BIGINT) FROM payment_allocation a"  \
    " JOIN payment p ON p.id = a.parent_id WHERE a.tenant_id = ?1 AND a.invoice_id = ?2" \
    " AND p.deleted_at IS NULL"
#define COUNTED " AND p.state IN ('captured', 'part_refunded', 'refunded', 'disputed')"

bool Invoice_paid_by_others(ModelContext *context, int64_t invoice, int64_t payment, int64_t *sum,
                            Error *error)
{
    const int64_t arguments[] = {invoice, payment};
    return Model_sum(context, ALLOCATED COUNTED " AND p.id <> ?3", arguments, 2, sum, error);
}

static bool sum_credit(ModelContext *context, int64_t invoice, int64_t *sum, Error *error)
{
    return Model_sum(context,
                     "SELECT CAST(coalesce(sum(to_offset_minor), 0) AS BIGINT) FROM credit_note"
                     " WHERE tenant_id = ?1 AND invoice_id = ?2 AND deleted_at IS NULL"
                     " AND state = 'issued'",
                     &invoice, 1, sum, error);
}

const char *Invoice_payment_state_of(const ModelContext *context, const Record *invoice,
                                     int64_t covered, int64_t due)
{
    bool demanded = strcmp(Invoice_state(invoice), "draft") != 0;
    if (due <= 0 && demanded)
        return "paid";
    if (demanded && Record_given(invoice, FIELD_INVOICE_DUE_DATE) &&
        Invoice_due_date(invoice) < Billing_today(context))
        return "overdue";
    return covered > 0 ? "part_paid" : "unpaid";
}

/* All the money that came for it went back. */
static bool is_refunded(ModelContext *context, int64_t invoice, int64_t paid, bool *refunded,
                        Error *error)
{
    int64_t back = 0;
    if (!Model_sum(context, ALLOCATED " AND p.state = 'refunded'", &invoice, 1, &back, error))
        return false;
    *refunded = paid > 0 && back == paid;
    return true;
}

static bool write_sums(ModelContext *context, const Record *invoice, int64_t paid, int64_t credit,
                       Error *error)
{
    Record *changes = Record_new(context->arena, &RESOURCE_INVOICE);
    int64_t due = Invoice_total_minor(invoice) - paid - credit;
    bool refunded = false;
    if (!changes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    if (!is_refunded(context, Record_id(invoice), paid, &refunded, error))
        return false;
    Invoice_set_paid_minor(changes, paid);
    Invoice_set_credit_applied_minor(changes, credit);
    Invoice_set_due_minor(changes, due);
    Invoice_set_payment_state(
        changes,
        refunded ? "refunded" : Invoice_payment_state_of(context, invoice, paid + credit, due));
    return Model_follow(context, Record_id(invoice), changes, error);
}

bool Invoice_settle(ModelContext *context, int64_t id, Error *error)
{
    static const char *const waiting[] = {"open", "uncollectible", NULL};
    int64_t paid = 0, credit = 0;
    Record *invoice = Model_look(context, &RESOURCE_INVOICE, id, error);
    if (!invoice || !Invoice_paid_by_others(context, id, 0, &paid, error) ||
        !sum_credit(context, id, &credit, error) ||
        !write_sums(context, invoice, paid, credit, error))
        return false;
    int64_t due = Invoice_total_minor(invoice) - paid - credit;
    const char *state = Invoice_state(invoice);
    if (due == 0 && Billing_is_one_of(state, waiting))
        return Model_advance(context, &RESOURCE_INVOICE, id, "mark_paid", NULL, error);
    if (due > 0 && strcmp(state, "paid") == 0)
        return Model_advance(context, &RESOURCE_INVOICE, id, "reopen", NULL, error);
    return true;
}
