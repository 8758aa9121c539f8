#include "platform/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/paths.h"

#define CHUNK 65536
#define LINE_MAX_BYTES 8192
#define DEPTH_MAX 8

static bool failed(Error *error, const char *what)
{
    return Error_set(error, ERROR_STORAGE, "%s: %s.", what, strerror(errno));
}

static bool write_all(int fd, const void *bytes, size_t length, Error *error)
{
    const char *at = bytes;

    while (length) {
        ssize_t put = write(fd, at, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return failed(error, "The archive cannot be written");
        at += put;
        length -= (size_t)put;
    }
    return true;
}

/* ---- writing ------------------------------------------------------------------------------ */

static bool write_line(ArchiveWriter *writer, const Json *json, Error *error)
{
    size_t length;
    const char *text = Json_serialise(json, &length);

    return write_all(writer->fd, text, length, error) && write_all(writer->fd, "\n", 1, error);
}

bool Archive_begin(ArchiveWriter *writer, const char *path, const Json *about, Error *error)
{
    *writer = (ArchiveWriter){0};
    writer->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (writer->fd < 0)
        return failed(error, "The archive cannot be made");
    return write_line(writer, about, error);
}

static bool digest_of(int fd, char hex[65], int64_t *bytes, Error *error)
{
    crypto_hash_sha256_state state;
    uint8_t chunk[CHUNK], digest[32];
    ssize_t got;

    *bytes = 0;
    crypto_hash_sha256_init(&state);
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        crypto_hash_sha256_update(&state, chunk, (size_t)got);
        *bytes += got;
    }
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, 65, digest, sizeof digest);
    return (got == 0 && lseek(fd, 0, SEEK_SET) == 0) || failed(error, "A file cannot be read");
}

static bool copy_bytes(int from, int to, int64_t bytes, Error *error)
{
    uint8_t chunk[CHUNK];

    while (bytes > 0) {
        size_t want = bytes < CHUNK ? (size_t)bytes : CHUNK;
        ssize_t got = read(from, chunk, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return Error_set(error, ERROR_STORAGE, "A file became shorter while it was read.");
        if (!write_all(to, chunk, (size_t)got, error))
            return false;
        bytes -= got;
    }
    return true;
}

bool Archive_add(ArchiveWriter *writer, const char *file, const char *name, Error *error)
{
    char hex[65];
    int64_t bytes;
    int fd = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return failed(error, "A file cannot be read");
    bool done = digest_of(fd, hex, &bytes, error);
    if (done) {
        Json *line = json_object_new_object();
        Json_set_text(line, "path", name);
        Json_set_int(line, "bytes", bytes);
        Json_set_text(line, "sha256", hex);
        done = write_line(writer, line, error) && copy_bytes(fd, writer->fd, bytes, error);
        json_object_put(line);
    }
    close(fd);
    writer->files += done;
    writer->bytes += done ? bytes : 0;
    return done;
}

static bool ends_in_tmp(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".tmp") == 0;
}

static bool add_folder(ArchiveWriter *writer, const char *folder, const char *prefix, int depth,
                       Error *error)
{
    char path[PATHS_MAX], name[PATHS_MAX];
    struct stat status;
    const struct dirent *entry;
    bool done = true;
    DIR *files = depth < DEPTH_MAX ? opendir(folder) : NULL;

    while (done && files && (entry = readdir(files))) {
        if (entry->d_name[0] == '.' || ends_in_tmp(entry->d_name))
            continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= PATHS_MAX ||
            snprintf(name, sizeof name, "%s/%s", prefix, entry->d_name) >= PATHS_MAX ||
            lstat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            done = add_folder(writer, path, name, depth + 1, error);
        else if (S_ISREG(status.st_mode))
            done = Archive_add(writer, path, name, error);
    }
    if (files)
        closedir(files);
    return done;
}

bool Archive_add_folder(ArchiveWriter *writer, const char *folder, const char *prefix, Error *error)
{
    return add_folder(writer, folder, prefix, 0, error);
}

bool Archive_end(ArchiveWriter *writer, Error *error)
{
    Json *line = json_object_new_object();

    Json_set_bool(line, "end", true);
    Json_set_int(line, "files", writer->files);
    bool done = write_line(writer, line, error) &&
                (fsync(writer->fd) == 0 || failed(error, "The archive cannot be synced"));
    json_object_put(line);
    Archive_abandon(writer);
    return done;
}

void Archive_abandon(ArchiveWriter *writer)
{
    if (writer->fd >= 0)
        close(writer->fd);
    writer->fd = -1;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool broken(Error *error)
{
    return Error_set(error, ERROR_STORAGE, "The backup is damaged; nothing was restored.");
}

static Json *read_line(FILE *file, Error *error)
{
    char line[LINE_MAX_BYTES];

    if (!fgets(line, sizeof line, file) || !strchr(line, '\n')) {
        broken(error);
        return NULL;
    }
    return Json_parse(line, strcspn(line, "\n"), sizeof line, error);
}

static bool take_bytes(FILE *file, int to, int64_t bytes, const char *expected, Error *error)
{
    crypto_hash_sha256_state state;
    uint8_t chunk[CHUNK], digest[32];
    char hex[65];

    crypto_hash_sha256_init(&state);
    while (bytes > 0) {
        size_t got = fread(chunk, 1, bytes < CHUNK ? (size_t)bytes : CHUNK, file);
        if (got == 0)
            return broken(error);
        crypto_hash_sha256_update(&state, chunk, got);
        if (to >= 0 && !write_all(to, chunk, got, error))
            return false;
        bytes -= (int64_t)got;
    }
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    return (expected && strcmp(hex, expected) == 0) || broken(error);
}

static bool take_file(FILE *file, const Json *line, ArchiveOpen open_file, void *argument,
                      Error *error)
{
    const char *path = Json_text(line, "path");
    int64_t bytes = Json_int(line, "bytes", -1);
    int to = path && bytes >= 0 ? open_file(argument, path, error) : -2;

    if (to < -1)
        return Error_present(error) ? false : broken(error);
    bool done = take_bytes(file, to, bytes, Json_text(line, "sha256"), error);
    if (to >= 0) {
        if (done && fsync(to) != 0)
            done = failed(error, "A file cannot be synced");
        close(to);
    }
    return done;
}

bool Archive_read(const char *path, ArchiveOpen open_file, void *argument, Json **about,
                  int64_t *files, Error *error)
{
    FILE *file = fopen(path, "re");
    Json *line = file ? read_line(file, error) : NULL;
    bool done = line != NULL, ended = false;

    if (!file)
        return failed(error, "The archive cannot be read");
    if (about)
        *about = json_object_get(line);
    *files = 0;
    while (done && !ended) {
        json_object_put(line);
        line = read_line(file, error);
        ended = line && Json_bool(line, "end", false);
        if (!line)
            done = false;
        else if (ended)
            done = Json_int(line, "files", -1) == *files || broken(error);
        else if ((done = take_file(file, line, open_file, argument, error)))
            ++*files;
    }
    json_object_put(line);
    fclose(file);
    return done;
}
