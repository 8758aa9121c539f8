/* platform.h - tenants, users, health, backups: the operations about the program itself. */
#ifndef PLATFORM_PLATFORM_H
#define PLATFORM_PLATFORM_H

/* Adds the operations and jobs of this room. */
void Platform_register(void);

#endif
