/* helper.h - verbs that need no engine: bizosaas-engine VERB with JSON in and out. */
#ifndef CLI_HELPER_H
#define CLI_HELPER_H

#include "base/json_value.h"
#include "cli/command.h"

/* Runs bizosaas-engine with these arguments (NULL-terminated, without the program's name), `input`
 * (may be NULL) on its standard input.  *result: what it printed; may be NULL.
 * Its error document becomes *error; the JSON printed before it is still given. */
bool Helper_run(const char *const *arguments, const char *input, Json **result, Error *error);
/* Replaces this process; returns only on failure. */
bool Helper_become(const char *program, const char *const *arguments, Error *error);

#endif
