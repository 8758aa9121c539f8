#include "platform/platform.h"

#include "platform/parts.h"

void Platform_register(void)
{
    Status_register();
    Users_register();
    Exchange_register();
    Doctor_register();
    Backup_register();
    Maintenance_register();
}
