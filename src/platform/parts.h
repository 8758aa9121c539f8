/* parts.h - the parts of this room, each registering its own rows; shared helpers. */
#ifndef PLATFORM_PARTS_H
#define PLATFORM_PARTS_H

#include "engine/operation.h"

#define PARAMETERS(table) .parameters = table, .parameter_count = sizeof table / sizeof *table

void Status_register(void);   /* whoami, engine.*, tenant.* */
void Users_register(void);    /* user.* */
void Invite_register(void);   /* user.invite */
void Doctor_register(void);   /* doctor.run */
void Backup_register(void);   /* backup.start */
void Maintenance_register(void); /* the nightly job */
void Exchange_register(void); /* import.start, export.start */

#endif
