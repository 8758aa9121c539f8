/* stream.h - notes, files, tasks and the like hang on a record and are seen by whoever sees it.
 *
 * Such a resource has the fields entity and record_id.  Whoever does not see every record of each kind
 * sees, in general lists, only what hangs on kinds that are open to them or what they made themselves;
 * asking for those of one record that they may read shows all of them.
 */
#ifndef ENGINE_STREAM_H
#define ENGINE_STREAM_H

#include "engine/context.h"

bool Stream_is(const ResourceDef *resource);
/* Narrows the scope of the context; called by Context_authorise(). */
bool Stream_narrow(OperationContext *context, const ResourceDef *resource, Error *error);
/* The filter asks for what hangs on one record, and that may be read: `open` becomes the scope. */
void Stream_widen(OperationContext *context, const ResourceDef *resource, const FilterNode *filter,
                  const FilterNode *open);
/* The record that this one hangs on may be read (or it hangs on none).  Leaves scope and masks alone. */
bool Stream_parent_is_open(OperationContext *context, const Record *record);

#endif
