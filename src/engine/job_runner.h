/* job_runner.h - the threads that run jobs. */
#ifndef ENGINE_JOB_RUNNER_H
#define ENGINE_JOB_RUNNER_H

#include "engine/engine.h"
#include "engine/job.h"

typedef struct JobRunner JobRunner;

/* Starts the threads; the first to run looks through every tenant for jobs of an earlier engine. */
JobRunner *JobRunner_start(Engine *engine, Error *error);
/* Asks running jobs to stop at their next step and waits for them. */
void JobRunner_stop(JobRunner *runner);
void JobRunner_free(JobRunner *runner);
/* The tenant has a job that is due at `at` (0 = now). */
void JobRunner_wake(JobRunner *runner, const char *slug, int64_t at);
int JobRunner_running(JobRunner *runner);
bool JobRunner_stopping(JobRunner *runner);

#endif
