/* pool.h - a few threads that run queued work in order of arrival. */
#ifndef ENGINE_POOL_H
#define ENGINE_POOL_H

#include <stdbool.h>
#include "base/error.h"

typedef struct Pool Pool;
typedef void (*PoolWork)(void *argument);

Pool *Pool_new(int threads, Error *error); /* NULL + error */
/* false: out of memory or closing; the work will not run. */
bool Pool_add(Pool *pool, PoolWork work, void *argument);
int Pool_queued(Pool *pool);
/* Runs what is queued to the end, then ends the threads. */
void Pool_close(Pool *pool);

#endif
