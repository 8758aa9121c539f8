/* context.h - what an operation may ask of its context: rights, writing from outside the writer. */
#ifndef ENGINE_CONTEXT_H
#define ENGINE_CONTEXT_H

#include "engine/operation.h"
#include "engine/rights.h"

/* The roles in force for this request; NULL before a tenant is chosen and in Engine_context(). */
const Rights *Context_rights(const OperationContext *context);
/* True for work of the engine itself, which no role limits. */
bool Context_is_system(const OperationContext *context);
/* Somebody with this role asks. */
bool Context_has_role(const OperationContext *context, const char *role);
/* At least some records of the resource are open to this action. */
bool Context_may(const OperationContext *context, const ResourceDef *resource, Action action);
/* What the asking user may do with a resource; sets scope and masks of the context when allowed.  The
 * scope of notes and the like is narrower than the decision's, see stream.h. */
bool Context_authorise(OperationContext *context, const ResourceDef *resource, Action action,
                       const char *event, Decision *decision, Error *error);
/* The given fields may be written, and records may be handed to whom they name. */
bool Context_check_fields(const ResourceDef *resource, const Decision *decision, const Json *params,
                          Error *error);
bool Context_check_assignment(OperationContext *context, const ResourceDef *resource,
                              const Json *params, Error *error);
/* For WORK and jobs: runs `run` inside the tenant's writer (on its thread; the caller waits) and
 * publishes its events once they are durable.  params and result as of an operation; result may be
 * NULL. */
bool Context_write(OperationContext *context, StorePriority priority, OperationRun run,
                   const Json *params, Json **result, Error *error);

#endif
