/* lead.c - until when a new lead wants an answer, and how hot its score makes it. */
#include <string.h>
#include "base/datetime.h"
#include "crm/private.h"

#define RESPONSE_HOURS 4
#define HOT_SCORE 70
#define WARM_SCORE 45

/* Setting `lead.response_hours` of the tenant. */
static bool response_hours(ModelContext *context, int64_t *hours, Error *error)
{
    static const char sql[] = "SELECT CAST(value AS INTEGER) FROM setting WHERE tenant_id = ?1"
                              " AND scope = 'tenant' AND key_ = 'lead.response_hours'"
                              " AND deleted_at IS NULL";
    if (!Model_sum(context, sql, NULL, 0, hours, error))
        return false;
    if (*hours < 1 || *hours > 24 * 365)
        *hours = RESPONSE_HOURS;
    return true;
}

static bool set_response_due(ModelContext *context, Record *lead, Error *error)
{
    int64_t hours = 0;
    if (Record_given(lead, FIELD_LEAD_RESPONSE_DUE_AT))
        return true;
    if (!response_hours(context, &hours, error))
        return false;
    Lead_set_response_due_at(lead, context->now + hours * 3600 * MICROSECONDS_PER_SECOND);
    return true;
}

static const char *rating_of(int64_t score)
{
    return score >= HOT_SCORE ? "hot" : score >= WARM_SCORE ? "warm" : "cold";
}

/* A rating that somebody gives stays until the score changes without one. */
static void rate(const Record *old, Record *lead)
{
    if (Record_given(lead, FIELD_LEAD_SCORE) && Record_changed(old, lead, FIELD_LEAD_SCORE) &&
        !Record_changed(old, lead, FIELD_LEAD_RATING))
        Lead_set_rating(lead, rating_of(Lead_score(lead)));
}

/* Back from conversion: the links to what was made go. */
static void forget_conversion(const Record *old, Record *lead)
{
    if (!old || !Lead_state(old) || strcmp(Lead_state(old), "converted") != 0 ||
        strcmp(Lead_state(lead), "qualified") != 0)
        return;
    Record_set_null(lead, FIELD_LEAD_CONVERTED_AT);
    Record_set_null(lead, FIELD_LEAD_CONVERTED_COMPANY_ID);
    Record_set_null(lead, FIELD_LEAD_CONVERTED_CONTACT_ID);
    Record_set_null(lead, FIELD_LEAD_CONVERTED_OPPORTUNITY_ID);
}

static bool before_save(ModelContext *context, const Record *old, Record *lead, Error *error)
{
    rate(old, lead);
    forget_conversion(old, lead);
    return old || context->importing || set_response_due(context, lead, error);
}

void Lead_register(void)
{
    Model_register_hooks("lead", before_save, NULL);
}
