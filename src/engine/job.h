/* job.h - background work that survives a crash.
 *
 * A job is a row of resource `job` in the tenant's file: queued -> running (with a lease that the engine
 * renews) -> done | failed | cancelled.  After a kill the lease runs out or, at start, every lease of
 * this engine is void, and the job runs again from its saved cursor; so a job's steps are written with
 * their cursor in one transaction.  Failures retry with exponential backoff and jitter until attempts
 * run out (then `dead`).  Timers are jobs with a time to start.
 */
#ifndef ENGINE_JOB_H
#define ENGINE_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include "engine/operation.h"

typedef struct Job {
    int64_t id;
    Uid uid;
    const char *kind;    /* "import" */
    const Json *payload; /* as queued */
    Json *cursor;        /* progress of earlier attempts; NULL at the first start */
    int attempt;         /* 1 = first */
    int64_t user_id;     /* who queued it */
} Job;

/* Runs on a job thread, model.connection is NULL: take readers and write steps through
 * context->tenant_handle's store.  The arena lasts for the whole job; the actor is who queued it, and
 * operations performed from here have that person's rights.  Return true = done with *result.  After
 * Job_cancelled() return false with ERROR_CANCELLED: asked to by people it ends, by a stopping engine it
 * goes on from its cursor at the next start. */
typedef bool (*JobRun)(OperationContext *context, Job *job, Json **result, Error *error);

typedef struct JobKind {
    const char *name;
    JobRun run;
    int max_attempts;  /* 0 = 5 */
    bool undoable;     /* its batch can be undone */
    bool daily;        /* every tenant always has one waiting: it runs once a day, at night (UTC) */
} JobKind;

void Jobs_register(const JobKind *kinds, int count);
/* Inside a WRITE operation: queues with the operation's transaction.  at 0 = now.  dedupe_key (may be
 * NULL): while a job with the key waits, no second one is made and its uid is returned. */
bool Job_enqueue(OperationContext *context, const char *kind, const Json *payload, int priority,
                 int64_t at, const char *dedupe_key, Uid *uid, Error *error);
/* One step of a job: work and cursor in one transaction, batch priority.  While the work runs,
 * context->model.connection is the writer; cursor is borrowed and written after the work, which may
 * still change it. */
bool Job_step(OperationContext *context, Job *job, StoreWork work, void *argument, Json *cursor,
              int64_t done, int64_t total, Error *error);
bool Job_cancelled(OperationContext *context, Job *job); /* asked to stop? */

#endif
