/* files.h - files that come in pieces over the wire, leave in pieces, or stay as attachments.
 *
 * An upload and a file that waits to be read lie in tenants/SLUG/uploads under an id of their own, with
 * a small description beside; only the user who made them may use them; after a day they are swept.
 * Attachments lie sealed in tenants/SLUG/files under the digest of their content: equal content once.
 */
#ifndef ENGINE_FILES_H
#define ENGINE_FILES_H

#include "base/paths.h"
#include "base/uid.h"
#include "engine/operation.h"

typedef struct FileInfo {
    char path[PATHS_MAX];
    char name[256]; /* as the sender called it; never used as a path */
    char mime[128];
    int64_t bytes;  /* as announced, and as it is once finished */
    int64_t user_id;
    bool finished;
} FileInfo;

/* A finished upload of the asking user. */
bool Files_upload(OperationContext *context, const char *upload, FileInfo *info, Error *error);
void Files_remove_upload(OperationContext *context, const char *upload);
/* A new file to be written: its id ("file_...") and path. */
bool Files_new(OperationContext *context, char id[UID_TEXT_SIZE], char path[PATHS_MAX], Error *error);
/* The file is complete: from now on its user reads it with file.read. */
bool Files_offer(OperationContext *context, const char *id, const char *name, const char *mime,
                 Error *error);
/* Puts a file among the attachments' contents; digest: 32 bytes, SHA-256. */
bool Files_keep(OperationContext *context, const char *path, uint8_t digest[32], Error *error);
/* The content of an attachment, opened into a new file that is offered to the asking user. */
bool Files_open_kept(OperationContext *context, const uint8_t digest[32], const char *name,
                     const char *mime, char id[UID_TEXT_SIZE], Error *error);
/* The kind of content, from its first bytes and the end of its name. */
const char *Files_mime(const char *path, const char *name);

#endif
