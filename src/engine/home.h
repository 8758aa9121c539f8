/* home.h - the data folder of a company: its rules, lock and format version. */
#ifndef ENGINE_HOME_H
#define ENGINE_HOME_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"

#define HOME_FORMAT 1

/* A folder, ours, 0700.  *owner_uid: who owns it. */
bool Home_check(const char *home, unsigned *owner_uid, Error *error);
/* Makes the folder (and missing parents) if it is not there, then checks it. */
bool Home_make(const char *home, Error *error);
/* Descriptor that holds the lock of the home, -1 + ERROR_AGAIN naming the process that has it. */
int Home_lock(const char *home, Error *error);
void Home_unlock(int lock);
/* ERROR_NOT_FOUND: no company; ERROR_STORAGE: made by a newer program. */
bool Home_check_company(const char *home, Error *error);
bool Home_write_company(const char *home, Error *error);
/* out: PATHS_MAX bytes; HOME/NAME */
bool Home_path(const char *home, const char *name, char *out, Error *error);
/* TENANT/NAME of HOME/tenants; name "" = the folder itself */
bool Home_tenant_path(const char *home, const char *slug, const char *name, char *out, Error *error);
/* Half-made tenants (NAME.tmp) are removed; folders that no tenant knows are put aside in orphans/. */
void Home_sweep(const char *home, bool (*known)(void *argument, const char *slug), void *argument);
bool Home_remove_tree(const char *path, Error *error);

#endif
