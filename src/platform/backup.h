/* backup.h - the whole company in one sealed file, and back.
 *
 * A backup begins with one line, "BIZOSAAS BACKUP 1 password SALT" or "BIZOSAAS BACKUP 1 master", and
 * goes on with a sealed archive: a line of JSON for each file {"path","bytes","sha256"}, then its bytes;
 * first a line about the backup, last a line that counts the files.  One sealed by a password holds the
 * master key; one sealed by the master key needs it to be kept elsewhere.
 */
#ifndef PLATFORM_BACKUP_H
#define PLATFORM_BACKUP_H

#include <stdbool.h>
#include "base/error.h"
#include "base/json_value.h"

/* Into a home that holds no company.  password or key_file (the master key).  Nothing counts before the
 * last file is written and synced. */
bool Backup_restore(const char *home, const char *file, const char *password, const char *key_file,
                    Json **result, Error *error);

#endif
