/* import_job.h - the job that carries out an import (import_job.c). */
#ifndef PLATFORM_IMPORT_JOB_H
#define PLATFORM_IMPORT_JOB_H

#include "engine/job.h"
#include "model/exchange/plan.h"

/* Options of a request or of a job's payload: words checked, `map` (JSON object or YAML text) read.
 * *map is a new reference (may be NULL) that the options borrow. */
bool ImportJob_options(const Json *parameters, ImportOptions *options, Json **map, Error *error);
bool ImportJob_run(OperationContext *context, Job *job, Json **result, Error *error);

#endif
