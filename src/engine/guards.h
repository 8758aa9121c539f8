/* guards.h - rights protect themselves: who may not be owner cannot make owners, and one always stays.
 *
 * Checked at each save of a membership or a role, by whatever way it comes.
 */
#ifndef ENGINE_GUARDS_H
#define ENGINE_GUARDS_H

#include "engine/operation.h"

void Guards_register(void);
/* Before a record is taken away (trash, archive). */
bool Guards_check_removal(OperationContext *context, const ResourceDef *resource, int64_t id,
                          Error *error);

#endif
