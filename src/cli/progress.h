/* progress.h - a bar on stderr with rate and time left; silent when stderr is no terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Progress {
    const char *name; /* "import" */
    int64_t started;  /* World_monotonic() */
    bool shown;
} Progress;

Progress Progress_begin(const char *name);
/* total 0 = unknown */
void Progress_show(Progress *progress, int64_t done, int64_t total);
void Progress_end(Progress *progress); /* wipes the line */

#endif
