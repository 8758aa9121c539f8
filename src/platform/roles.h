/* roles.h - data/roles.yaml as records of `role`. */
#ifndef PLATFORM_ROLES_H
#define PLATFORM_ROLES_H

#include "base/error.h"
#include "base/json_value.h"

/* [{name, description, builtin, permissions: [{entity, action, scope, ...}]}]; new reference. */
Json *Roles_load(Error *error);

#endif
