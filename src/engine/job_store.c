#include "engine/job_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/internal.h"

void JobRow_clear(JobRow *row)
{
    free(row->payload);
    free(row->cursor);
    memset(row, 0, sizeof *row);
}

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

bool JobStore_insert(Connection *connection, const JobOrder *order, Uid *uid, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "INSERT INTO job (uid, tenant_id, label, label_key, created_at, created_by,"
        " actor_kind, updated_at, version, kind, state, priority, payload, dedupe_key, attempts,"
        " max_attempts, next_at, done, user_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5, 1, ?3,"
        " 'queued', ?8, ?9, ?10, 0, 0, ?11, 0, ?6)", error);

    if (!statement)
        return false;
    *uid = Uid_new();
    Statement_bind_blob(statement, 1, uid->bytes, UID_BYTES);
    Statement_bind_int(statement, 2, order->tenant_id);
    Statement_bind_text(statement, 3, order->kind);
    Statement_bind_text(statement, 4, order->kind);
    Statement_bind_int(statement, 5, order->now);
    if (order->user_id)
        Statement_bind_int(statement, 6, order->user_id);
    else
        Statement_bind_null(statement, 6);
    Statement_bind_text(statement, 7, order->actor_kind);
    Statement_bind_int(statement, 8, order->priority);
    Statement_bind_text(statement, 9, order->payload);
    Statement_bind_text(statement, 10, order->dedupe_key);
    Statement_bind_int(statement, 11, order->at);
    return Statement_run(statement, error);
}

bool JobStore_find_waiting(Connection *connection, const char *key, Uid *uid, Error *error)
{
    Statement *row = Connection_prepare(
        connection, "SELECT uid FROM job WHERE dedupe_key = ?1 AND state = 'queued'"
        " AND deleted_at IS NULL LIMIT 1", error);
    bool found = false;

    if (!row)
        return false;
    Statement_bind_text(row, 1, key);
    if (Statement_step(row, error) == STEP_ROW) {
        const void *bytes = Statement_blob(row, 0);
        found = bytes && Statement_bytes(row, 0) == UID_BYTES;
        if (found)
            memcpy(uid->bytes, bytes, UID_BYTES);
    }
    Statement_reset(row);
    return found;
}

static bool find_due(Connection *connection, int64_t now, JobRow *row, Error *error)
{
    Statement *due = Connection_prepare(
        connection, "SELECT id, uid, kind, payload, cursor, user_id, attempts, max_attempts"
        " FROM job WHERE state = 'queued' AND (next_at IS NULL OR next_at <= ?1)"
        " AND deleted_at IS NULL ORDER BY priority DESC, next_at, id LIMIT 1", error);

    if (!due)
        return false;
    Statement_bind_int(due, 1, now);
    StepResult step = Statement_step(due, error);
    if (step == STEP_ROW) {
        const char *kind = Statement_text(due, 2);
        const void *uid = Statement_blob(due, 1);
        row->id = Statement_int(due, 0);
        if (uid && Statement_bytes(due, 1) == UID_BYTES)
            memcpy(row->uid.bytes, uid, UID_BYTES);
        snprintf(row->kind, sizeof row->kind, "%s", kind ? kind : "");
        row->payload = copy(Statement_text(due, 3));
        row->cursor = copy(Statement_text(due, 4));
        row->user_id = Statement_int(due, 5);
        row->attempts = (int)Statement_int(due, 6) + 1;
        row->max_attempts = (int)Statement_int(due, 7);
    }
    Statement_reset(due);
    return step != STEP_FAILED;
}

bool JobStore_claim(Connection *connection, int64_t now, const char *owner, JobRow *row,
                    Error *error)
{
    JobRow_clear(row);
    if (!find_due(connection, now, row, error))
        return false;
    if (!row->id)
        return true;
    Statement *claim = Connection_prepare(
        connection, "UPDATE job SET state = 'running', attempts = ?2, lease_until = ?3,"
        " lease_owner = ?4, started_at = coalesce(started_at, ?5), updated_at = ?5,"
        " version = version + 1 WHERE id = ?1 AND state = 'queued'", error);
    if (!claim)
        return false;
    Statement_bind_int(claim, 1, row->id);
    Statement_bind_int(claim, 2, row->attempts);
    Statement_bind_int(claim, 3, now + JOB_LEASE);
    Statement_bind_text(claim, 4, owner);
    Statement_bind_int(claim, 5, now);
    if (!Statement_run(claim, error))
        return false;
    if (Connection_changed(connection) == 0)
        JobRow_clear(row);
    return true;
}

int64_t JobStore_next_due(Connection *connection, Error *error)
{
    Statement *next = Connection_prepare(
        connection, "SELECT min(coalesce(next_at, 1)) FROM job WHERE state = 'queued'"
        " AND deleted_at IS NULL", error);
    return next ? Statement_scalar(next, 0, error) : 0;
}

/* A job that was due when it was queued, or that waits longer than any retry does, was queued by a clock
 * ahead of ours. */
static bool mend_due_times(Connection *connection, int64_t now, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "UPDATE job SET next_at = ?1 WHERE state = 'queued' AND next_at > ?1"
        " AND (next_at <= created_at OR (attempts > 0 AND next_at > ?2))", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, now);
    Statement_bind_int(statement, 2, now + JOB_BACKOFF_MOST);
    return Statement_run(statement, error);
}

bool JobStore_void_leases(Connection *connection, int64_t now, const char *owner, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "UPDATE job SET"
        " next_at = CASE state WHEN 'running' THEN NULL ELSE next_at END,"
        " state = CASE state WHEN 'running' THEN 'queued' ELSE state END,"
        " lease_until = NULL, lease_owner = NULL, updated_at = ?1, version = version + 1"
        " WHERE (lease_until IS NOT NULL OR state = 'running')"
        " AND coalesce(lease_owner, '') <> ?2", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, now);
    Statement_bind_text(statement, 2, owner);
    return Statement_run(statement, error) && mend_due_times(connection, now, error);
}

bool JobStore_progress(Connection *connection, int64_t id, int64_t now, const char *cursor,
                       int64_t done, int64_t total, Error *error)
{
    Statement *statement = Connection_prepare(
        connection, "UPDATE job SET cursor = ?2, done = ?3, total = ?4, lease_until = ?5,"
        " updated_at = ?6, version = version + 1 WHERE id = ?1", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, id);
    Statement_bind_text(statement, 2, cursor);
    Statement_bind_int(statement, 3, done);
    if (total < 0)
        Statement_bind_null(statement, 4);
    else
        Statement_bind_int(statement, 4, total);
    Statement_bind_int(statement, 5, now + JOB_LEASE);
    Statement_bind_int(statement, 6, now);
    return Statement_run(statement, error);
}

bool JobStore_finish(Connection *connection, int64_t id, int64_t now, const char *state,
                     const char *result, const char *problem, int64_t next_at, Error *error)
{
    bool again = strcmp(state, "queued") == 0;
    Statement *statement = Connection_prepare(
        connection, "UPDATE job SET state = CASE WHEN state = 'cancelled' AND ?7 THEN state"
        " ELSE ?2 END, result = ?3, error = ?4, next_at = ?5, lease_until = NULL,"
        " lease_owner = NULL, finished_at = CASE WHEN ?7 THEN NULL ELSE ?6 END, updated_at = ?6,"
        " version = version + 1 WHERE id = ?1", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, id);
    Statement_bind_text(statement, 2, state);
    Statement_bind_text(statement, 3, result);
    Statement_bind_text(statement, 4, problem);
    if (again)
        Statement_bind_int(statement, 5, next_at);
    else
        Statement_bind_null(statement, 5);
    Statement_bind_int(statement, 6, now);
    Statement_bind_int(statement, 7, again);
    return Statement_run(statement, error);
}

bool JobStore_is_cancelled(Connection *connection, int64_t id)
{
    Error error = ERROR_NONE;
    Statement *statement = Connection_prepare(
        connection, "SELECT state = 'cancelled' FROM job WHERE id = ?1", &error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, id);
    return Statement_scalar(statement, 0, &error) != 0;
}
