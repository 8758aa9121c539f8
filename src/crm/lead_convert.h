/* lead_convert.h - a qualified lead becomes company, contact and opportunity. */
#ifndef CRM_LEAD_CONVERT_H
#define CRM_LEAD_CONVERT_H

#include "model/model.h"

typedef struct LeadConversion {
    int64_t lead, version;    /* version 0 = whatever is there */
    bool opportunity;         /* make one */
    int64_t company, contact; /* link these; 0 = find or make */
    /* Asked before a record of the resource is made; NULL = allowed. */
    bool (*may_create)(void *asker, const ResourceDef *resource, Error *error);
    void *asker;
} LeadConversion;

typedef struct LeadConverted {
    int64_t company, contact, opportunity; /* 0 = none */
    bool company_made, contact_made;
} LeadConverted;

/* All or nothing, as one batch that can be undone at once.  Links a company of the same domain or
 * name and a contact of the same e-mail address before it makes new ones. */
bool Lead_convert(ModelContext *context, const LeadConversion *asked, LeadConverted *made,
                  Error *error);

/* lead_link.c: existing or new records for a lead; each sets its part of made. */
bool LeadLink_company(ModelContext *context, const LeadConversion *asked, const Record *lead,
                      LeadConverted *made, Error *error);
bool LeadLink_contact(ModelContext *context, const LeadConversion *asked, const Record *lead,
                      LeadConverted *made, Error *error);
bool LeadLink_opportunity(ModelContext *context, const LeadConversion *asked, const Record *lead,
                          LeadConverted *made, Error *error);

#endif
