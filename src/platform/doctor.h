/* doctor.h - is everything in order? */
#ifndef PLATFORM_DOCTOR_H
#define PLATFORM_DOCTOR_H

#include "base/error.h"
#include "base/json_value.h"

/* {checks: [{name, state: ok|warning|failed, text, hint}]} of a home that no engine serves; when one does,
 * what can be seen from outside.  NULL + error. */
Json *Doctor_examine_home(const char *home, Error *error);

#endif
