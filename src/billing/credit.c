/* credit.c - a credit note takes back no more than its invoice demanded. */
#include <string.h>
#include "base/document_math.h"
#include "base/money.h"
#include "billing/private.h"

/* ---- totals ------------------------------------------------------------------------------- */

/* A line that names a line of the invoice takes back its tax in proportion. */
static bool line_tax(ModelContext *context, Record *line, Error *error)
{
    LineAmounts amounts;
    if (CreditLine_tax_minor(line) || !CreditLine_invoice_line_id(line))
        return true;
    Record *origin =
        Model_look(context, &RESOURCE_INVOICE_LINE, CreditLine_invoice_line_id(line), error);
    if (!origin)
        return false;
    int64_t rate = InvoiceLine_tax_minor(origin) ? InvoiceLine_tax_rate(origin) : 0;
    if (!DocumentMath_tax(CreditLine_amount_minor(line), rate, false, &amounts))
        return Billing_too_large(error);
    CreditLine_set_tax_minor(line, amounts.tax_minor);
    return true;
}

static bool total_lines(ModelContext *context, const Record *old, Record *note, Error *error)
{
    int64_t net = 0, tax = 0, total = 0;
    if (!Model_take_children(context, old, note, &RESOURCE_CREDIT_LINE, error))
        return false;
    for (int i = 0; i < note->child_count; i++) {
        Record *line = note->children[i];
        if (line->resource != &RESOURCE_CREDIT_LINE)
            continue;
        if (CreditLine_amount_minor(line) < 0 || CreditLine_tax_minor(line) < 0)
            return Error_set_field(error, ERROR_RULE, "credit_lines",
                                   "A credit note holds amounts above zero.");
        if (!line_tax(context, line, error))
            return false;
        if (!Money_add(net, CreditLine_amount_minor(line), &net) ||
            !Money_add(tax, CreditLine_tax_minor(line), &tax) || !Money_add(net, tax, &total))
            return Billing_too_large(error);
    }
    CreditNote_set_subtotal_minor(note, net);
    CreditNote_set_tax_minor(note, tax);
    CreditNote_set_total_minor(note, total);
    return true;
}

/* ---- issuing ------------------------------------------------------------------------------ */

static bool earlier_credit(ModelContext *context, const Record *note, int64_t *sum, Error *error)
{
    const int64_t arguments[] = {CreditNote_invoice_id(note), Record_id(note)};
    return Model_sum(context,
                     "SELECT CAST(coalesce(sum(total_minor), 0) AS BIGINT) FROM credit_note"
                     " WHERE tenant_id = ?1 AND invoice_id = ?2 AND id <> ?3 AND state = 'issued'"
                     " AND deleted_at IS NULL",
                     arguments, 2, sum, error);
}

static bool may_issue(ModelContext *context, const TransitionDef *transition, Record *note,
                      Error *error)
{
    static const char *const issued[] = {"open", "paid", "uncollectible", NULL};
    int64_t earlier = 0;
    char left[40];
    Record *invoice = Model_look(context, &RESOURCE_INVOICE, CreditNote_invoice_id(note), error);
    if (!invoice || !earlier_credit(context, note, &earlier, error))
        return false;
    if (!Billing_is_one_of(Invoice_state(invoice), issued))
        return Error_set_field(error, ERROR_STATE, "invoice_id",
                               "The invoice \"%.80s\" is not issued.",
                               Record_text(invoice, BASE_LABEL));
    if (CreditNote_total_minor(note) <= 0)
        return Error_set_field(error, ERROR_REQUIRED, "credit_lines",
                               "A credit note needs at least one line.");
    if (CreditNote_total_minor(note) <= Invoice_total_minor(invoice) - earlier)
        return true;
    Money_format_plain(Invoice_total_minor(invoice) - earlier, Invoice_currency(invoice), left);
    return Error_set_field(error, ERROR_RULE, "total_minor",
                           "Only %s %s of the invoice can still be credited.", left,
                           Invoice_currency(invoice));
}

/* First what is still due, the rest is the customer's to get back or keep. */
static bool distribute(ModelContext *context, Record *note, Error *error)
{
    int64_t total = CreditNote_total_minor(note), used;
    Record *invoice = Model_look(context, &RESOURCE_INVOICE, CreditNote_invoice_id(note), error);
    if (!invoice)
        return false;
    int64_t due = Invoice_due_minor(invoice) > 0 ? Invoice_due_minor(invoice) : 0;
    if (!Record_given(note, FIELD_CREDIT_NOTE_TO_OFFSET_MINOR)) {
        int64_t elsewhere = CreditNote_to_refund_minor(note) + CreditNote_to_balance_minor(note);
        int64_t rest = total > elsewhere ? total - elsewhere : 0;
        CreditNote_set_to_offset_minor(note, rest < due ? rest : due);
    }
    if (CreditNote_to_offset_minor(note) < 0 || CreditNote_to_offset_minor(note) > due)
        return Error_set_field(error, ERROR_RULE, "to_offset_minor",
                               "No more can be set off than is due.");
    if (!Record_given(note, FIELD_CREDIT_NOTE_TO_BALANCE_MINOR))
        CreditNote_set_to_balance_minor(note, total - CreditNote_to_offset_minor(note) -
                                                  CreditNote_to_refund_minor(note));
    if (CreditNote_to_balance_minor(note) < 0 || CreditNote_to_refund_minor(note) < 0 ||
        !Money_add(CreditNote_to_offset_minor(note), CreditNote_to_refund_minor(note), &used) ||
        !Money_add(used, CreditNote_to_balance_minor(note), &used) || used != total)
        return Error_set_field(error, ERROR_RULE, "to_balance_minor",
                               "Set off, refund and balance must add up to the credit note.");
    CreditNote_set_balance_left_minor(note, CreditNote_to_balance_minor(note));
    return true;
}

static bool may_void(ModelContext *context, const TransitionDef *transition, Record *note,
                     Error *error)
{
    int64_t refunds = 0, id = Record_id(note);
    if (!Model_sum(context,
                   "SELECT count(*) FROM refund WHERE tenant_id = ?1 AND credit_note_id = ?2"
                   " AND deleted_at IS NULL AND state NOT IN ('failed', 'cancelled')",
                   &id, 1, &refunds, error))
        return false;
    if (!refunds && !CreditNote_to_offset_minor(note) &&
        CreditNote_balance_left_minor(note) == CreditNote_to_balance_minor(note))
        return true;
    return Error_set(error, ERROR_STATE, "The credit note is applied or refunded already.");
}

/* ---- saving ------------------------------------------------------------------------------- */

static bool check_unchanged(const Record *old, const Record *note, Error *error)
{
    static const int fixed[] = {
        FIELD_CREDIT_NOTE_INVOICE_ID,      FIELD_CREDIT_NOTE_CURRENCY,
        FIELD_CREDIT_NOTE_ISSUE_DATE,      FIELD_CREDIT_NOTE_TO_OFFSET_MINOR,
        FIELD_CREDIT_NOTE_TO_REFUND_MINOR, FIELD_CREDIT_NOTE_TO_BALANCE_MINOR,
        FIELD_CREDIT_NOTE_REASON};
    bool changed = Record_gives_children(note, &RESOURCE_CREDIT_LINE);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        changed = changed || Record_changed(old, note, fixed[i]);
    if (!changed)
        return true;
    Error_set(error, ERROR_STATE, "The credit note %s is issued and cannot change any more.",
              Record_text(old, BASE_LABEL));
    return Error_hint(error, "Void it and issue another.");
}

static bool take_currency(ModelContext *context, Record *note, Error *error)
{
    if (!CreditNote_invoice_id(note))
        return true; /* the model says that it is required */
    Record *invoice = Model_look(context, &RESOURCE_INVOICE, CreditNote_invoice_id(note), error);
    if (!invoice)
        return false;
    if (!Record_given(note, FIELD_CREDIT_NOTE_CURRENCY))
        CreditNote_set_currency(note, Invoice_currency(invoice));
    return strcmp(CreditNote_currency(note), Invoice_currency(invoice)) == 0 ||
           Error_set_field(error, ERROR_RULE, "currency",
                           "A credit note is in the currency of its invoice.");
}

static bool before_save(ModelContext *context, const Record *old, Record *note, Error *error)
{
    if (context->importing)
        return true;
    if (old && strcmp(CreditNote_state(old), "draft") != 0)
        return check_unchanged(old, note, error);
    if (!take_currency(context, note, error) || !total_lines(context, old, note, error))
        return false;
    if (strcmp(CreditNote_state(note), "issued") != 0)
        return true;
    if (!Record_given(note, FIELD_CREDIT_NOTE_ISSUE_DATE))
        CreditNote_set_issue_date(note, Billing_today(context));
    return distribute(context, note, error);
}

static bool after_save(ModelContext *context, const Record *old, Record *note, Error *error)
{
    bool moved = !context->importing && old && Record_changed(old, note, FIELD_CREDIT_NOTE_STATE);
    return !moved || Invoice_settle(context, CreditNote_invoice_id(note), error);
}

static bool may_delete(ModelContext *context, const Record *note, Error *error)
{
    if (strcmp(CreditNote_state(note), "draft") == 0)
        return true;
    return Error_set(error, ERROR_STATE, "The credit note %s is issued and stays.",
                     Record_text(note, BASE_LABEL));
}

void Credit_register(void)
{
    Model_register_hooks("credit_note", before_save, after_save);
    Model_register_guard("credit_note.issue", may_issue);
    Model_register_guard("credit_note.void", may_void);
    Model_register_delete_guard("credit_note", may_delete);
    Model_refuse_merge("credit_note");
}
