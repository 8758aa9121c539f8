/* transfer.h - files and jobs: bytes to and from the engine in pieces, waiting for background work. */
#ifndef CLI_TRANSFER_H
#define CLI_TRANSFER_H

#include <stdio.h>
#include "base/buffer.h"
#include "cli/command.h"

/* Sends FILE ("-" = standard input) in pieces; *upload names it for an operation (free()). */
bool Transfer_upload(Invocation *invocation, const char *path, char **upload, Error *error);
/* Fetches an engine file to `path` (whole or not at all), or to stdout when path is NULL or "-". */
bool Transfer_download(Invocation *invocation, const char *file, const char *path, Error *error);
/* Waits for a job, showing progress as `name`.  *result: new reference, what the job gives.
 * Ctrl-C cancels the job between two batches and says so (ERROR_CANCELLED); a second Ctrl-C leaves. */
bool Transfer_wait(Invocation *invocation, const char *name, const char *job, Json **result,
                   Error *error);
/* Calls an operation that starts a job, waits for it. params is taken. */
bool Transfer_job(Invocation *invocation, const char *name, const char *operation, Json *params,
                  Json **result, Error *error);

#endif
