/* quote.c - what an offer comes to; optional lines are offered beside the total. */
#include <string.h>
#include "base/document_math.h"
#include "base/money.h"
#include "billing/private.h"

#define ONE_E4 INT64_C(10000)

static bool total_line(Record *line, DocumentSums *sums, Error *error)
{
    int64_t price = QuoteLine_unit_price_minor(line), discount = QuoteLine_discount_minor(line);
    LineAmounts amounts;
    if (!Record_given(line, FIELD_QUOTE_LINE_QUANTITY_E4))
        QuoteLine_set_quantity_e4(line, ONE_E4);
    if (price > INT64_MAX / ONE_E4 || price < INT64_MIN / ONE_E4)
        return Billing_too_large(error);
    LineInput input = {.quantity_e4 = QuoteLine_quantity_e4(line),
                       .unit_price_e4 = price * ONE_E4,
                       .discount_minor = discount,
                       .tax_rate = QuoteLine_tax_rate(line)};
    if (!DocumentMath_line(&input, &amounts))
        return Billing_too_large(error);
    if (discount < 0 || (discount && discount > amounts.amount_minor))
        return Error_set_field(error, ERROR_RULE, "discount_minor",
                               "A discount lies between nothing and the whole line.");
    QuoteLine_set_total_minor(line, amounts.gross_minor);
    return QuoteLine_optional(line) || DocumentMath_add(sums, &amounts, discount) ||
           Billing_too_large(error);
}

static bool check_open(const Record *old, const Record *quote, Error *error)
{
    static const char *const open[] = {"draft", "awaiting_approval", NULL};
    if (!old || Billing_is_one_of(Quote_state(old), open) ||
        !Record_gives_children(quote, &RESOURCE_QUOTE_LINE))
        return true;
    Error_set_field(error, ERROR_STATE, "quote_lines", "The quote was sent as it is.");
    return Error_hint(error, "Make a new version of it.");
}

static bool before_save(ModelContext *context, const Record *old, Record *quote, Error *error)
{
    DocumentSums sums = {0};
    bool lines = Record_gives_children(quote, &RESOURCE_QUOTE_LINE);
    if (context->importing ? !lines || Quote_total_minor(quote) || Quote_net_minor(quote)
                           : old && !lines)
        return true;
    if (!context->importing && !check_open(old, quote, error))
        return false;
    if (!Model_take_children(context, old, quote, &RESOURCE_QUOTE_LINE, error))
        return false;
    for (int i = 0; i < quote->child_count; i++) {
        if (quote->children[i]->resource == &RESOURCE_QUOTE_LINE &&
            !total_line(quote->children[i], &sums, error))
            return false;
    }
    Quote_set_net_minor(quote, sums.subtotal_minor - sums.discount_minor);
    Quote_set_tax_minor(quote, sums.tax_minor);
    Quote_set_total_minor(quote, sums.total_minor);
    return true;
}

void Quote_register(void)
{
    Model_register_hooks("quote", before_save, NULL);
    Model_refuse_merge("quote");
}
