/* check.h - resource files checked without generating anything: `bizosaas check` and the
 * generator's
 * --check use it.
 */
#ifndef MODEL_GENERATE_CHECK_H
#define MODEL_GENERATE_CHECK_H

#include <stdbool.h>
#include "base/error.h"

/* Checks one file of the form of data/resources; references are looked up among the file itself and
 * the other *.yaml files of its folder that can be read. */
bool ResourceCheck_file(const char *path, Error *error);

#endif
