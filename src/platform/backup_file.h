/* backup_file.h - the outside of a backup: first line, seal. */
#ifndef PLATFORM_BACKUP_FILE_H
#define PLATFORM_BACKUP_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "model/model.h"

#define BACKUP_SALT 16

/* Seals the archive at `plain` into `file`; salt NULL: sealed by the master key.  Then opens it again and
 * checks all of it. */
bool BackupFile_write(const char *plain, const char *file, const SealKey *key, const uint8_t *salt,
                      Error *error);
/* How a backup is sealed; *by_password and its salt. */
bool BackupFile_head(const char *file, bool *by_password, uint8_t salt[BACKUP_SALT], Error *error);
/* Opens the seal into a new file. */
bool BackupFile_open(const char *file, const char *plain, const SealKey *key, Error *error);

#endif
