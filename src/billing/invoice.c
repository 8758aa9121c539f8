/* invoice.c - a draft is free; an issued invoice only collects its money. */
#include <string.h>
#include "billing/private.h"

#define NET_DAYS 14

/* ---- guards ------------------------------------------------------------------------------- */

static bool may_finalize(ModelContext *context, const TransitionDef *transition, Record *invoice,
                         Error *error)
{
    if (!Model_read_children(context, invoice, error))
        return false;
    bool lines = false;
    for (int i = 0; i < invoice->child_count; i++)
        lines = lines || invoice->children[i]->resource == &RESOURCE_INVOICE_LINE;
    if (!lines)
        return Error_set_field(error, ERROR_REQUIRED, "invoice_lines",
                               "An invoice needs at least one line.");
    if (Invoice_total_minor(invoice) >= 0)
        return true;
    Error_set_field(error, ERROR_STATE, "total_minor", "An invoice cannot be below zero.");
    return Error_hint(error, "Issue a credit note instead.");
}

static bool may_be_paid(ModelContext *context, const TransitionDef *transition, Record *invoice,
                        Error *error)
{
    if (Invoice_due_minor(invoice) == 0)
        return true;
    Error_set_field(error, ERROR_STATE, "due_minor", "The invoice is not covered yet.");
    return Error_hint(error, "Record the payment; the invoice follows by itself.");
}

static bool may_reopen(ModelContext *context, const TransitionDef *transition, Record *invoice,
                       Error *error)
{
    if (Invoice_due_minor(invoice) > 0)
        return true;
    return Error_set_field(error, ERROR_STATE, "due_minor",
                           "The invoice is covered; it opens again when money goes back.");
}

static bool may_void(ModelContext *context, const TransitionDef *transition, Record *invoice,
                     Error *error)
{
    if (!Invoice_paid_minor(invoice) && !Invoice_credit_applied_minor(invoice))
        return true;
    Error_set_field(error, ERROR_STATE, "paid_minor", "A part of the invoice is settled already.");
    return Error_hint(error, "Issue a credit note instead.");
}

/* ---- immutability ------------------------------------------------------------------------- */

/* What may change after issue: how it is collected, and remarks. */
static const int FREE_FIELDS[] = {
    FIELD_INVOICE_STATE,         FIELD_INVOICE_PAYMENT_STATE,
    FIELD_INVOICE_PAID_MINOR,    FIELD_INVOICE_CREDIT_APPLIED_MINOR,
    FIELD_INVOICE_DUE_MINOR,     FIELD_INVOICE_MEMO,
    FIELD_INVOICE_ATTEMPT_COUNT, FIELD_INVOICE_NEXT_ATTEMPT_AT,
    FIELD_INVOICE_DUNNING_STEP,  FIELD_INVOICE_SENT_AT,
    FIELD_INVOICE_PAID_AT,       FIELD_INVOICE_VOIDED_AT,
    FIELD_INVOICE_VOID_REASON,   FIELD_INVOICE_PDF_ATTACHMENT_ID,
    FIELD_INVOICE_PROVIDER_ID,   FIELD_INVOICE_EXTERNAL_REF,
};

static bool is_free(int field)
{
    for (size_t i = 0; i < sizeof FREE_FIELDS / sizeof FREE_FIELDS[0]; i++) {
        if (FREE_FIELDS[i] == field)
            return true;
    }
    return false;
}

static bool refuse_change(Error *error, const char *field, const char *label, const Record *old)
{
    Error_set_field(error, ERROR_STATE, field,
                    "%s of the issued invoice %s cannot change any more.", label,
                    Invoice_number(old) ? Invoice_number(old) : "");
    return Error_hint(error, "Issue a credit note, or void the invoice and replace it.");
}

static bool check_unchanged(const Record *old, const Record *invoice, Error *error)
{
    const ResourceDef *resource = &RESOURCE_INVOICE;
    for (int i = resource->first_own; i < resource->field_count; i++) {
        if (!is_free(i) && Record_changed(old, invoice, i))
            return refuse_change(error, resource->fields[i].name, resource->fields[i].label, old);
    }
    for (int i = 0; i < resource->child_count; i++) {
        if (Record_gives_children(invoice, resource->children[i]))
            return refuse_change(error, resource->children[i]->plural,
                                 resource->children[i]->label_plural, old);
    }
    return true;
}

/* ---- saving ------------------------------------------------------------------------------- */

static void issue(ModelContext *context, Record *invoice)
{
    if (!Record_given(invoice, FIELD_INVOICE_ISSUE_DATE))
        Invoice_set_issue_date(invoice, Billing_today(context));
    if (!Record_given(invoice, FIELD_INVOICE_NET_DAYS))
        Invoice_set_net_days(invoice, NET_DAYS);
    if (!Record_given(invoice, FIELD_INVOICE_DUE_DATE))
        Invoice_set_due_date(invoice, Invoice_issue_date(invoice) + Invoice_net_days(invoice));
    Invoice_set_finalized_at(invoice, context->now);
}

static void stamp(ModelContext *context, const Record *old, Record *invoice)
{
    const char *state = Invoice_state(invoice);
    if (!old || !Record_changed(old, invoice, FIELD_INVOICE_STATE))
        return;
    if (strcmp(Invoice_state(old), "draft") == 0 && strcmp(state, "open") == 0)
        issue(context, invoice);
    if (strcmp(state, "paid") == 0)
        Invoice_set_paid_at(invoice, context->now);
    else if (strcmp(Invoice_state(old), "paid") == 0)
        Record_set_null(invoice, FIELD_INVOICE_PAID_AT);
    if (strcmp(state, "void") == 0)
        Invoice_set_voided_at(invoice, context->now);
}

static void set_payment_state(ModelContext *context, const Record *old, Record *invoice)
{
    bool moved = Record_changed(old, invoice, FIELD_INVOICE_STATE);
    if (!moved || Record_changed(old, invoice, FIELD_INVOICE_PAYMENT_STATE))
        return;
    Invoice_set_payment_state(invoice,
                              Invoice_payment_state_of(context, invoice,
                                                       Invoice_paid_minor(invoice) +
                                                           Invoice_credit_applied_minor(invoice),
                                                       Invoice_due_minor(invoice)));
}

static bool before_save(ModelContext *context, const Record *old, Record *invoice, Error *error)
{
    if (context->importing)
        return InvoiceTotals_settle(context, old, invoice, error);
    if (old && strcmp(Invoice_state(old), "draft") != 0) {
        if (!check_unchanged(old, invoice, error))
            return false;
    } else if (!InvoiceTotals_settle(context, old, invoice, error)) {
        return false;
    }
    stamp(context, old, invoice);
    set_payment_state(context, old, invoice);
    return true;
}

/* Nothing to pay: paid as soon as it is issued. */
static bool after_save(ModelContext *context, const Record *old, Record *invoice, Error *error)
{
    bool issued = !context->importing && old && strcmp(Invoice_state(old), "draft") == 0 &&
                  strcmp(Invoice_state(invoice), "open") == 0;
    return !issued || Invoice_due_minor(invoice) != 0 ||
           Model_advance(context, &RESOURCE_INVOICE, Record_id(invoice), "mark_paid", NULL, error);
}

static bool may_delete(ModelContext *context, const Record *invoice, Error *error)
{
    if (strcmp(Invoice_state(invoice), "draft") == 0)
        return true;
    Error_set(error, ERROR_STATE, "The invoice %s is issued and stays.",
              Record_text(invoice, BASE_LABEL));
    return Error_hint(error, "Void it or issue a credit note instead.");
}

void Invoice_register(void)
{
    Model_register_hooks("invoice", before_save, after_save);
    Model_register_guard("invoice.finalize", may_finalize);
    Model_register_guard("invoice.mark_paid", may_be_paid);
    Model_register_guard("invoice.reopen", may_reopen);
    Model_register_guard("invoice.void", may_void);
    Model_register_delete_guard("invoice", may_delete);
    Model_refuse_merge("invoice");
}
