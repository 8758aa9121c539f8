/* files_internal.h - files.c for file_operations.c. */
#ifndef ENGINE_FILES_INTERNAL_H
#define ENGINE_FILES_INTERNAL_H

#include "engine/files.h"

bool FileInfo_write(OperationContext *context, const char *id, const char *prefix,
                    const FileInfo *info, Error *error);
/* prefix: "upload" or "file".  ERROR_NOT_FOUND also for files of others. */
bool FileInfo_read(OperationContext *context, const char *id, const char *prefix, FileInfo *info,
                   Error *error);
bool Files_begin_upload(OperationContext *context, const char *name, int64_t bytes,
                        char id[UID_TEXT_SIZE], Error *error);
bool Files_digest(const char *path, uint8_t digest[32], Error *error);

#endif
