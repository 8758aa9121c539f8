/* opportunity.c - the amount of a deal from its lines, and the hook around each save. */
#include <string.h>
#include "base/money.h"
#include "crm/private.h"

static bool too_large(Error *error)
{
    return Error_set_field(error, ERROR_RULE, "amount_minor", "The amount is too large.");
}

/* A percentage is of the line, an amount is in the smallest unit. */
static bool line_discount(const Record *line, int64_t gross, int64_t *discount, Error *error)
{
    const char *kind = OpportunityLine_discount_kind(line);
    int64_t value = OpportunityLine_discount_value(line);
    bool percent = kind && strcmp(kind, "percent") == 0;
    *discount = 0;
    if (!kind || strcmp(kind, "none") == 0)
        return true;
    if (value < 0 || (percent && value > 100) || (!percent && value > gross))
        return Error_set_field(error, ERROR_RULE, "discount_value",
                               "A discount lies between nothing and the whole line.");
    if (!percent)
        *discount = value;
    return !percent || Money_muldiv(gross, value, 100, discount) || too_large(error);
}

static bool line_total(Record *line, int64_t *sum, Error *error)
{
    int64_t gross, discount;
    int64_t quantity = Record_given(line, FIELD_OPPORTUNITY_LINE_QUANTITY_E4)
                           ? OpportunityLine_quantity_e4(line)
                           : 10000;
    if (!Money_muldiv(quantity, OpportunityLine_unit_price_minor(line), 10000, &gross))
        return too_large(error);
    if (!line_discount(line, gross, &discount, error))
        return false;
    OpportunityLine_set_total_minor(line, gross - discount);
    return Money_add(*sum, gross - discount, sum) || too_large(error);
}

static bool sums_lines(const Record *deal)
{
    const char *source = Opportunity_amount_source(deal);
    return source && strcmp(source, "lines") == 0;
}

static bool total_lines(ModelContext *context, const Record *old, Record *deal, Error *error)
{
    bool wanted =
        Record_gives_children(deal, &RESOURCE_OPPORTUNITY_LINE) ||
        (sums_lines(deal) && (Record_changed(old, deal, FIELD_OPPORTUNITY_AMOUNT_SOURCE) ||
                              Record_changed(old, deal, FIELD_OPPORTUNITY_AMOUNT_MINOR)));
    int64_t sum = 0;
    if (!wanted || context->importing)
        return true;
    if (!Model_take_children(context, old, deal, &RESOURCE_OPPORTUNITY_LINE, error))
        return false;
    for (int i = 0; i < deal->child_count; i++) {
        if (deal->children[i]->resource == &RESOURCE_OPPORTUNITY_LINE &&
            !line_total(deal->children[i], &sum, error))
            return false;
    }
    if (sums_lines(deal))
        Opportunity_set_amount_minor(deal, sum);
    return true;
}

static bool before_save(ModelContext *context, const Record *old, Record *deal, Error *error)
{
    return OpportunityStage_settle(context, old, deal, error) &&
           total_lines(context, old, deal, error);
}

void Opportunity_register(void)
{
    Model_register_hooks("opportunity", before_save, NULL);
}
