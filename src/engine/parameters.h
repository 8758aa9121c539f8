/* parameters.h - checks what a request gives against the operation's parameter table. */
#ifndef ENGINE_PARAMETERS_H
#define ENGINE_PARAMETERS_H

#include "engine/operation.h"

/* Unknown names are refused with the nearest known one; required ones must be there; types and choices
 * are checked.  The fields of a resource (OPERATION_FIELDS) are left to the model. */
bool Parameters_check(const OperationDef *operation, const ResourceDef *resource,
                      const Json *params, Error *error);
/* [{name,type,required,help,choices,reference}]: also the resource's fields; new reference. */
Json *Parameters_describe(const OperationDef *operation, const ResourceDef *resource);

#endif
