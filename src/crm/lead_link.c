/* lead_link.c - the company, contact and opportunity of a lead: found or made. */
#include <ctype.h>
#include <string.h>
#include "base/datetime.h"
#include "base/text.h"
#include "crm/lead_convert.h"
#include "crm/private.h"

#define DAYS_TO_CLOSE 30

/* ---- finding ------------------------------------------------------------------------------ */

/* The oldest record whose field equals the text; 0 = none. */
static bool find(ModelContext *context, const ResourceDef *resource, const char *field,
                 const char *text, int64_t *id, Error *error)
{
    static const char *const columns[] = {"id", NULL};
    ListQuery query = {.sort = "created_at", .limit = 1, .columns = columns};
    ListPage page;
    *id = 0;
    if (!text || !text[0])
        return true;
    FilterNode *filter = Filter_compare(context->arena, field, FILTER_EQUAL, text);
    if (!filter)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    filter->values[0].quoted = true;
    query.filter = filter;
    if (!Model_list(context, resource, &query, &page, error))
        return false;
    if (page.count)
        *id = Record_id(page.records[0]);
    return true;
}

/* https://www.Example.com/shop -> example.com; NULL when there is no host. */
static char *host_of(Arena *arena, const char *url)
{
    if (!url)
        return NULL;
    const char *start = strstr(url, "://");
    start = start ? start + 3 : url;
    if (strncasecmp(start, "www.", 4) == 0)
        start += 4;
    size_t length = strcspn(start, "/:?#");
    char *host = length && memchr(start, '.', length) ? Arena_strndup(arena, start, length) : NULL;
    for (char *c = host; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return host;
}

static bool allowed(const LeadConversion *asked, const ResourceDef *resource, Error *error)
{
    return !asked->may_create || asked->may_create(asked->asker, resource, error);
}

static void copy(const Record *from, int source, Record *to, int target)
{
    if (Record_given(from, source))
        to->values[target] = from->values[source];
}

static void copy_holder(const Record *lead, Record *to, int owner, int team)
{
    copy(lead, FIELD_LEAD_OWNER_ID, to, owner);
    copy(lead, FIELD_LEAD_TEAM_ID, to, team);
}

/* ---- company ------------------------------------------------------------------------------ */

static bool find_company(ModelContext *context, const Record *lead, int64_t *id, Error *error)
{
    const char *email = Lead_email(lead), *at = email ? strrchr(email, '@') : NULL;
    if (!find(context, &RESOURCE_COMPANY, "domain", host_of(context->arena, Lead_website(lead)), id,
              error))
        return false;
    if (!*id && !find(context, &RESOURCE_COMPANY, "domain", at ? at + 1 : NULL, id, error))
        return false;
    return *id || find(context, &RESOURCE_COMPANY, "name", Lead_company_name(lead), id, error);
}

static bool add_address(ModelContext *context, const Record *lead, Record *company)
{
    static const struct {
        int lead, address;
    } parts[] = {
        {FIELD_LEAD_ADDRESS_LINE1, FIELD_COMPANY_ADDRESS_LINE1},
        {FIELD_LEAD_ADDRESS_LINE2, FIELD_COMPANY_ADDRESS_LINE2},
        {FIELD_LEAD_ADDRESS_CITY, FIELD_COMPANY_ADDRESS_CITY},
        {FIELD_LEAD_ADDRESS_REGION, FIELD_COMPANY_ADDRESS_REGION},
        {FIELD_LEAD_ADDRESS_POSTAL_CODE, FIELD_COMPANY_ADDRESS_POSTAL_CODE},
        {FIELD_LEAD_COUNTRY, FIELD_COMPANY_ADDRESS_COUNTRY},
    };
    Record *address = NULL;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!Record_given(lead, parts[i].lead))
            continue;
        if (!address) {
            address = Record_new(context->arena, &RESOURCE_COMPANY_ADDRESS);
            if (!address || !Record_add_child(context->arena, company, address))
                return false;
        }
        copy(lead, parts[i].lead, address, parts[i].address);
    }
    return true;
}

static bool make_company(ModelContext *context, const Record *lead, int64_t *id, Error *error)
{
    Record *company = Record_new(context->arena, &RESOURCE_COMPANY), *created;
    char *host = host_of(context->arena, Lead_website(lead));
    if (!company || !add_address(context, lead, company))
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    copy(lead, FIELD_LEAD_COMPANY_NAME, company, FIELD_COMPANY_NAME);
    copy(lead, FIELD_LEAD_WEBSITE, company, FIELD_COMPANY_WEBSITE);
    copy(lead, FIELD_LEAD_INDUSTRY, company, FIELD_COMPANY_INDUSTRY);
    copy(lead, FIELD_LEAD_EMPLOYEES, company, FIELD_COMPANY_EMPLOYEES);
    copy(lead, FIELD_LEAD_ANNUAL_REVENUE_MINOR, company, FIELD_COMPANY_ANNUAL_REVENUE_MINOR);
    copy(lead, FIELD_LEAD_CURRENCY, company, FIELD_COMPANY_CURRENCY);
    copy(lead, FIELD_LEAD_SOURCE, company, FIELD_COMPANY_SOURCE);
    copy_holder(lead, company, FIELD_COMPANY_OWNER_ID, FIELD_COMPANY_TEAM_ID);
    if (host)
        Company_set_domain(company, host);
    if (!Model_create(context, company, &created, error))
        return false;
    *id = Record_id(created);
    return true;
}

bool LeadLink_company(ModelContext *context, const LeadConversion *asked, const Record *lead,
                      LeadConverted *made, Error *error)
{
    made->company = asked->company;
    if (made->company || !Record_given(lead, FIELD_LEAD_COMPANY_NAME))
        return true;
    if (!find_company(context, lead, &made->company, error))
        return false;
    if (made->company)
        return true;
    made->company_made = true;
    return allowed(asked, &RESOURCE_COMPANY, error) &&
           make_company(context, lead, &made->company, error);
}

/* ---- contact ------------------------------------------------------------------------------ */

static bool has_person(const Record *lead)
{
    return Record_given(lead, FIELD_LEAD_FIRST_NAME) || Record_given(lead, FIELD_LEAD_LAST_NAME) ||
           Record_given(lead, FIELD_LEAD_EMAIL);
}

static bool make_contact(ModelContext *context, const Record *lead, LeadConverted *made,
                         Error *error)
{
    Record *contact = Record_new(context->arena, &RESOURCE_CONTACT), *created;
    if (!contact)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    copy(lead, FIELD_LEAD_FIRST_NAME, contact, FIELD_CONTACT_FIRST_NAME);
    copy(lead, FIELD_LEAD_LAST_NAME, contact, FIELD_CONTACT_LAST_NAME);
    copy(lead, FIELD_LEAD_EMAIL, contact, FIELD_CONTACT_EMAIL);
    copy(lead, FIELD_LEAD_PHONE, contact, FIELD_CONTACT_PHONE);
    copy(lead, FIELD_LEAD_JOB_TITLE, contact, FIELD_CONTACT_JOB_TITLE);
    copy(lead, FIELD_LEAD_SCORE, contact, FIELD_CONTACT_SCORE);
    copy(lead, FIELD_LEAD_SOURCE, contact, FIELD_CONTACT_SOURCE);
    copy(lead, FIELD_LEAD_CAMPAIGN_ID, contact, FIELD_CONTACT_CAMPAIGN_ID);
    copy_holder(lead, contact, FIELD_CONTACT_OWNER_ID, FIELD_CONTACT_TEAM_ID);
    if (made->company)
        Contact_set_company_id(contact, made->company);
    if (!Model_create(context, contact, &created, error))
        return false;
    made->contact = Record_id(created);
    return true;
}

/* A known person without company belongs to the one of the lead from now on. */
static bool join_company(ModelContext *context, const LeadConverted *made, Error *error)
{
    Record *contact = Model_look(context, &RESOURCE_CONTACT, made->contact, error);
    if (!contact)
        return false;
    if (!made->company || Contact_company_id(contact))
        return true;
    Record *changes = Record_new(context->arena, &RESOURCE_CONTACT);
    if (!changes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Contact_set_company_id(changes, made->company);
    return Model_follow(context, made->contact, changes, error);
}

bool LeadLink_contact(ModelContext *context, const LeadConversion *asked, const Record *lead,
                      LeadConverted *made, Error *error)
{
    made->contact = asked->contact;
    if (!made->contact &&
        !find(context, &RESOURCE_CONTACT, "email", Lead_email(lead), &made->contact, error))
        return false;
    if (made->contact)
        return join_company(context, made, error);
    if (!has_person(lead))
        return true;
    made->contact_made = true;
    return allowed(asked, &RESOURCE_CONTACT, error) && make_contact(context, lead, made, error);
}

/* ---- opportunity -------------------------------------------------------------------------- */

static int32_t days_ahead(const ModelContext *context, int days)
{
    CivilTime now;
    DateTime_to_civil(context->now, context->tenant->zone, &now);
    return Date_from_civil(now.year, now.month, now.day) + days;
}

bool LeadLink_opportunity(ModelContext *context, const LeadConversion *asked, const Record *lead,
                          LeadConverted *made, Error *error)
{
    Record *deal, *created;
    if (!asked->opportunity)
        return true;
    if (!allowed(asked, &RESOURCE_OPPORTUNITY, error))
        return false;
    deal = Record_new(context->arena, &RESOURCE_OPPORTUNITY);
    if (!deal)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    copy(lead, BASE_LABEL, deal, FIELD_OPPORTUNITY_NAME);
    copy(lead, FIELD_LEAD_COMPANY_NAME, deal, FIELD_OPPORTUNITY_NAME);
    copy(lead, FIELD_LEAD_TITLE, deal, FIELD_OPPORTUNITY_NAME);
    copy(lead, FIELD_LEAD_BUDGET_MINOR, deal, FIELD_OPPORTUNITY_AMOUNT_MINOR);
    copy(lead, FIELD_LEAD_CURRENCY, deal, FIELD_OPPORTUNITY_CURRENCY);
    copy(lead, FIELD_LEAD_SOURCE, deal, FIELD_OPPORTUNITY_SOURCE);
    copy(lead, FIELD_LEAD_CAMPAIGN_ID, deal, FIELD_OPPORTUNITY_CAMPAIGN_ID);
    copy_holder(lead, deal, FIELD_OPPORTUNITY_OWNER_ID, FIELD_OPPORTUNITY_TEAM_ID);
    if (made->company)
        Opportunity_set_company_id(deal, made->company);
    if (made->contact)
        Opportunity_set_contact_id(deal, made->contact);
    Opportunity_set_lead_id(deal, Record_id(lead));
    Opportunity_set_close_date(deal, days_ahead(context, DAYS_TO_CLOSE));
    if (!Model_create(context, deal, &created, error))
        return false;
    made->opportunity = Record_id(created);
    return true;
}
