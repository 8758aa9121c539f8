/* private.h - what the files of this room share. */
#ifndef CRM_PRIVATE_H
#define CRM_PRIVATE_H

#include "engine/operation.h"
#include "model/generated/accessors.h"
#include "model/model.h"

void Lead_register(void);
void LeadConvert_register(void);
void Opportunity_register(void);

/* Pipeline and stage of a deal, and everything that follows from the stage. */
bool OpportunityStage_settle(ModelContext *context, const Record *old, Record *record,
                             Error *error);

#endif
