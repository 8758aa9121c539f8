/* secret.h - secrets come from a file, standard input or the terminal, never from arguments. */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"

#define SECRET_MAX 1024

/* Reads one line (its newline removed) from FILE or "-". */
bool Secret_from_file(const char *path, char out[SECRET_MAX], Error *error);
/* Asks on the terminal without showing what is typed.  ERROR_UNAUTHENTICATED without a terminal. */
bool Secret_ask(const char *prompt, char out[SECRET_MAX], Error *error);
/* Overwrites it so that the compiler cannot leave it out. */
void Secret_wipe(char secret[SECRET_MAX]);

#endif
