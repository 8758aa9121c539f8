/* engine_verbs.h - what `bizosaas-engine` does without serving: init, check, restore, doctor. */
#ifndef PLATFORM_ENGINE_VERBS_H
#define PLATFORM_ENGINE_VERBS_H

#include <stdbool.h>
#include "base/error.h"
#include "base/json_value.h"
#include "base/paths.h"

typedef struct EngineArguments {
    const char *verb;
    char home[PATHS_MAX];
    const char *socket;  /* --socket; NULL */
    const char *answers; /* --answers FILE; NULL = JSON on standard input */
    const char *store;   /* --store URL; NULL */
    const char *key;     /* --key FILE: master key of a backup without a password; NULL */
    const char *demo;    /* --demo SIZE; NULL = without a demo company */
    int ready_fd;        /* --ready-fd; -1 */
    char **words;        /* what is left */
    int word_count;
} EngineArguments;

/* ERROR_USAGE when they make no sense. */
bool EngineArguments_read(EngineArguments *arguments, int argc, char **argv, Error *error);
/* *result is printed in any case; false with an empty error: the result says what is wrong. */
bool EngineVerb_run(const EngineArguments *arguments, Json **result, Error *error);

#endif
