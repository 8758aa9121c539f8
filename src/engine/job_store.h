/* job_store.h - rows of resource `job`.  They change without entries in the change log: progress is no
 * business fact. */
#ifndef ENGINE_JOB_STORE_H
#define ENGINE_JOB_STORE_H

#include "engine/job.h"
#include "store/store.h"

#define JOB_LEASE (INT64_C(60) * 1000000)
#define JOB_BACKOFF_MOST (INT64_C(3600) * 1000000) /* no retry waits longer */

typedef struct JobRow {
    int64_t id;
    Uid uid;
    char kind[64];
    char *payload, *cursor; /* JSON or NULL; free() by JobRow_clear() */
    int64_t user_id;
    int attempts, max_attempts;
} JobRow;

void JobRow_clear(JobRow *row);
/* A row that waits; user_id 0 = the engine itself.  *uid is set. */
typedef struct JobOrder {
    const char *kind, *payload, *dedupe_key, *actor_kind;
    int64_t tenant_id, user_id, priority, now, at;
} JobOrder;
bool JobStore_insert(Connection *connection, const JobOrder *order, Uid *uid, Error *error);
/* The waiting job with this key.  false with an empty error: there is none. */
bool JobStore_find_waiting(Connection *connection, const char *key, Uid *uid, Error *error);
/* Takes the most urgent job that is due; row->id 0 when there is none. */
bool JobStore_claim(Connection *connection, int64_t now, const char *owner, JobRow *row,
                    Error *error);
/* When the next one is due; 0 = none waits. */
int64_t JobStore_next_due(Connection *connection, Error *error);
/* At start: every lease ends that is not owner's, since whoever held it is gone; and jobs that a clock
 * ahead of ours made due are due now. */
bool JobStore_void_leases(Connection *connection, int64_t now, const char *owner, Error *error);
bool JobStore_progress(Connection *connection, int64_t id, int64_t now, const char *cursor,
                       int64_t done, int64_t total, Error *error);
bool JobStore_finish(Connection *connection, int64_t id, int64_t now, const char *state,
                     const char *result, const char *problem, int64_t next_at, Error *error);
bool JobStore_is_cancelled(Connection *connection, int64_t id);

#endif
