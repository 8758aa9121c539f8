/* preferences.h - what a person likes as default: bizosaas.conf, see bizosaas.conf(5).
 *
 * Read from BIZOSAAS_CONFIG if set, else /etc/bizosaas/bizosaas.conf and then
 * $XDG_CONFIG_HOME/bizosaas/bizosaas.conf (~/.config/...), whose lines win.
 */
#ifndef CLI_PREFERENCES_H
#define CLI_PREFERENCES_H

#include <stdbool.h>
#include "base/error.h"

typedef struct Config {
    char theme[32];
    char language[16];
    char tenant[64];
    bool ascii;
} Config;

/* A missing file is fine.  A wrong line: ERROR_SYNTAX with the file, line and nearest key. */
bool Config_read(Config *config, Error *error);

#endif
