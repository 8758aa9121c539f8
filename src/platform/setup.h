/* setup.h - making a company: the data folder, its first tenant and owner. */
#ifndef PLATFORM_SETUP_H
#define PLATFORM_SETUP_H

#include <stdbool.h>
#include "base/error.h"
#include "base/json_value.h"

/* answers: {organization: {name, slug, country, currency, time_zone, language}, owner: {first_name,
 * last_name, email, login}, demo: small|medium|large}, all of it optional.  Refuses a folder that holds a company.  A crash leaves
 * either no company or a whole one; calling again finishes.  *result: {home, tenant, user}. */
bool Setup_company(const char *home, const Json *answers, Json **result, Error *error);

#endif
