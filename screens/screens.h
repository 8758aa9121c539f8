/* screens.h - the full-screen program: everything a person sees, over the client protocol only. */
#ifndef SCREENS_SCREENS_H
#define SCREENS_SCREENS_H

#include <stdbool.h>
#include "base/error.h"

typedef struct ScreensOptions {
    const char *home, *tenant, *as; /* as in ClientOptions; NULL = default */
    const char *script;             /* file of keys instead of a terminal; NULL = none */
    int columns, rows;              /* fixed size; 0 = the terminal's (80x24 with a script) */
    const char *start;              /* resource whose list opens first; NULL = the dashboard */
    const char *theme;              /* "dark", "light", "mono"; NULL = from the environment */
    /* Creates a company in the home folder (what `bizosaas init` does); demo: with sample data.
     * Called with the terminal given back, may print.  NULL = not offered. */
    bool (*create_company)(void *context, bool demo, Error *error);
    void *context;
} ScreensOptions;

/* Runs until the user quits.  Returns the exit code: 0 quit, 1 the screens cannot be shown (said on
 * stderr), 129 hang-up or lost line, 143 SIGTERM; with a script 1 when a line of it fails. */
int Screens_run(const ScreensOptions *options);

#endif
