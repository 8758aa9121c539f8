#include "crm/crm.h"

#include "crm/private.h"

void Crm_register(void)
{
    Lead_register();
    LeadConvert_register();
    Opportunity_register();
}
