/* lock.h - one engine a home: HOME/engine.lock, held by flock, with the pid inside. */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "base/error.h"

typedef struct StoreLock StoreLock;

/* Takes the lock of a home without waiting.  When another process holds it: NULL + ERROR_AGAIN
 * naming its pid.  The lock ends with StoreLock_release() or with the process. */
StoreLock *StoreLock_take(const char *home, Error *error);
void StoreLock_release(StoreLock *lock); /* NULL is fine */
/* The pid that holds the lock of a home; 0 = nobody. */
long StoreLock_holder(const char *home);

#endif
