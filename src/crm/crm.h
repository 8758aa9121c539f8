/* crm.h - rules of leads and opportunities, and their operations. */
#ifndef CRM_CRM_H
#define CRM_CRM_H

/* Hooks, guards and operations; once, before the engine starts. */
void Crm_register(void);

#endif
