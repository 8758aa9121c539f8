/* paths.h - where the program's own files and the company's data folder are.
 *
 * Packaged files: BIZOSAAS_DATADIR; else DIR/share/bizosaas beside the executable (build tree),
 * else DIR/../share/bizosaas (installed).  Helpers: libexec/bizosaas in the same two places. Home:
 * --home, BIZOSAAS_HOME, else (when /run/bizosaas/engine.sock exists) /var/lib/bizosaas, else
 * $XDG_DATA_HOME/bizosaas, else ~/.local/share/bizosaas.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"

#define PATHS_MAX 4096

/* out: PATHS_MAX bytes.  relative such as "data/resources/lead.yaml". */
bool Paths_data(const char *relative, char *out, Error *error);
bool Paths_helper(const char *program, char *out, Error *error); /* "bizosaas-engine" */
bool Paths_home(const char *home_option, char *out, Error *error);
/* Socket of a home: HOME/engine.sock, or $XDG_RUNTIME_DIR (or /tmp/bizosaas-UID, 0700)
 * /bizosaas-HASH.sock when that would not fit sockaddr_un; /run/bizosaas/engine.sock for the
 * service home. */
bool Paths_socket(const char *home, char *out, Error *error);
/* Reads a whole regular file; the caller free()s.  Refuses more than limit bytes. */
char *Paths_read_file(const char *path, size_t limit, size_t *length, Error *error);
/* Writes to PATH.tmp, fsyncs, renames: the old or the new content, never half. mode e.g. 0600. */
bool Paths_write_file(const char *path, const void *bytes, size_t length, unsigned mode,
                      Error *error);

#endif
