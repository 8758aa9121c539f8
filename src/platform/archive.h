/* archive.h - many files in one: for each a line of JSON {"path","bytes","sha256"}, then its bytes. */
#ifndef PLATFORM_ARCHIVE_H
#define PLATFORM_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "base/json_value.h"

typedef struct ArchiveWriter {
    int fd;
    int64_t files, bytes;
} ArchiveWriter;

/* A new file, 0600; about: what the first line says.  Archive_end() writes the last line and syncs. */
bool Archive_begin(ArchiveWriter *writer, const char *path, const Json *about, Error *error);
bool Archive_add(ArchiveWriter *writer, const char *file, const char *name, Error *error);
/* Every regular file below the folder, as PREFIX/...; names that end in .tmp are left out. */
bool Archive_add_folder(ArchiveWriter *writer, const char *folder, const char *prefix, Error *error);
bool Archive_end(ArchiveWriter *writer, Error *error);
void Archive_abandon(ArchiveWriter *writer); /* closes after a failure */

/* Takes a file in: open `name` for writing and return its descriptor, or -1 to only check it.  < -1 and
 * error: stop. */
typedef int (*ArchiveOpen)(void *argument, const char *name, Error *error);
/* Reads to the end, checks every digest and the count.  *about (may be NULL): new reference. */
bool Archive_read(const char *path, ArchiveOpen open_file, void *argument, Json **about,
                  int64_t *files, Error *error);

#endif
