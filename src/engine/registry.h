/* registry.h - walking the tables of operations; finding one is in operation.h. */
#ifndef ENGINE_REGISTRY_H
#define ENGINE_REGISTRY_H

#include "engine/operation.h"

/* Does the generic row make sense for the resource? */
bool Operation_fits(const OperationDef *row, const ResourceDef *resource);
void Operations_each(void (*visit)(void *argument, const OperationDef *row, bool is_generic),
                     void *argument);
/* Rows of the engine's own operations; engine.c registers them. */
void Operations_register_own(void);

#endif
