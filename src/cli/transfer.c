#include "cli/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "client/base64.h"

#define PIECE_BYTES (384 * 1024)

/* A file of known length and position 0; standard input is spooled to an unnamed file first. */
static FILE *open_input(const char *path, Error *error)
{
    FILE *file = NULL;
    struct stat status;
    if (strcmp(path, "-") != 0) {
        file = fopen(path, "rbe");
        if (file && fstat(fileno(file), &status) == 0 && !S_ISDIR(status.st_mode) &&
            S_ISREG(status.st_mode))
            return file;
        if (file && S_ISDIR(status.st_mode)) {
            fclose(file);
            Error_set(error, ERROR_INVALID, "%s is a folder, not a file.", path);
            return NULL;
        }
        if (!file) {
            Error_set(error, ERROR_NOT_FOUND, "%s cannot be opened: %s.", path, strerror(errno));
            return NULL;
        }
    }
    FILE *source = file ? file : stdin;
    FILE *spool = tmpfile();
    char bytes[65536];
    size_t got;
    while (spool && (got = fread(bytes, 1, sizeof bytes, source)) > 0)
        fwrite(bytes, 1, got, spool);
    bool good = spool && !ferror(source) && fflush(spool) == 0 && !ferror(spool);
    if (file)
        fclose(file);
    if (good) {
        rewind(spool);
        return spool;
    }
    Error_set(error, ERROR_STORAGE, "%s cannot be kept for sending: %s.", path, strerror(errno));
    if (spool)
        fclose(spool);
    return NULL;
}

static bool send_piece(Invocation *invocation, const char *upload, int64_t offset,
                       const unsigned char *bytes, size_t length, Error *error)
{
    Buffer data = BUFFER_EMPTY;
    Base64_encode(&data, bytes, length);
    Json *params = json_object_new_object();
    Json_set_text(params, "upload", upload);
    Json_set_int(params, "offset", offset);
    Json_set_text(params, "data", Buffer_text(&data));
    Buffer_free(&data);
    return Invocation_call(invocation, "upload.chunk", params, NULL, error);
}

static bool send_pieces(Invocation *invocation, FILE *file, const char *upload, int64_t total,
                        Error *error)
{
    unsigned char *bytes = malloc(PIECE_BYTES);
    if (!bytes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Progress progress = Progress_begin("sending");
    int64_t offset = 0;
    bool good = true;
    while (good && offset < total) {
        size_t got = fread(bytes, 1, PIECE_BYTES, file);
        if (got == 0) {
            good = Error_set(error, ERROR_STORAGE, "The file ended early: %s.",
                             ferror(file) ? strerror(errno) : "it became shorter meanwhile");
            break;
        }
        good = send_piece(invocation, upload, offset, bytes, got, error);
        offset += (int64_t)got;
        if (total > 4 * PIECE_BYTES)
            Progress_show(&progress, offset, total);
    }
    Progress_end(&progress);
    free(bytes);
    return good;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (strcmp(path, "-") == 0)
        return "standard input";
    return slash ? slash + 1 : path;
}

bool Transfer_upload(Invocation *invocation, const char *path, char **upload, Error *error)
{
    struct stat status;
    Json *started = NULL;
    bool good = false;
    FILE *file = open_input(path, error);
    *upload = NULL;
    if (!file)
        return false;
    if (fstat(fileno(file), &status) != 0) {
        Error_set(error, ERROR_STORAGE, "%s cannot be read: %s.", path, strerror(errno));
        goto done;
    }
    Json *params = json_object_new_object();
    Json_set_text(params, "name", file_name(path));
    Json_set_int(params, "bytes", status.st_size);
    if (!Invocation_call(invocation, "upload.start", params, &started, error))
        goto done;
    const char *name = started ? Json_text(started, "upload") : NULL;
    if (!name) {
        Error_set(error, ERROR_INTERNAL, "The engine took the file without naming it.");
        goto done;
    }
    *upload = strdup(name);
    params = json_object_new_object();
    Json_set_text(params, "upload", name);
    good = send_pieces(invocation, file, name, status.st_size, error);
    if (good)
        good = Invocation_call(invocation, "upload.finish", params, NULL, error);
    else
        json_object_put(params);
done:
    json_object_put(started);
    fclose(file);
    if (!good) {
        free(*upload);
        *upload = NULL;
    }
    return good;
}

static bool fetch_pieces(Invocation *invocation, const char *name, FILE *out, Error *error)
{
    int64_t offset = 0;
    bool last = false, good = true;
    Buffer bytes = BUFFER_EMPTY;
    while (good && !last) {
        Json *piece = NULL;
        Json *params = json_object_new_object();
        Json_set_text(params, "file", name);
        Json_set_int(params, "offset", offset);
        good = Invocation_call(invocation, "file.read", params, &piece, error);
        const char *data = good && piece ? Json_text(piece, "data") : NULL;
        Buffer_reset(&bytes);
        if (good && (!data || !Base64_decode(&bytes, data, strlen(data))))
            good = Error_set(error, ERROR_INTERNAL, "The engine sent a piece that is no data.");
        if (good) {
            last = Json_bool(piece, "last", bytes.length == 0);
            offset += (int64_t)bytes.length;
            if (fwrite(Buffer_text(&bytes), 1, bytes.length, out) != bytes.length && out != stdout)
                good = Error_set(error, ERROR_STORAGE, "The file cannot be written: %s.",
                                 strerror(errno));
            if (out == stdout && Output_broken())
                last = true;
        }
        json_object_put(piece);
    }
    Buffer_free(&bytes);
    return good;
}

bool Transfer_download(Invocation *invocation, const char *name, const char *path, Error *error)
{
    if (!path || strcmp(path, "-") == 0)
        return fetch_pieces(invocation, name, stdout, error);
    char temporary[PATHS_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return Error_set(error, ERROR_TOO_LONG, "The path %.60s... is too long.", path);
    int descriptor = mkostemp(temporary, O_CLOEXEC);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
    if (!file) {
        Error_set(error, ERROR_STORAGE, "%s cannot be written: %s.", path, strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
            unlink(temporary);
        }
        return false;
    }
    bool good = fetch_pieces(invocation, name, file, error);
    if (good && (fflush(file) != 0 || fsync(descriptor) != 0))
        good = Error_set(error, ERROR_STORAGE, "%s cannot be written: %s.", path, strerror(errno));
    if (fclose(file) != 0 && good)
        good = Error_set(error, ERROR_STORAGE, "%s cannot be written: %s.", path, strerror(errno));
    if (good && rename(temporary, path) != 0)
        good = Error_set(error, ERROR_STORAGE, "%s cannot be written: %s.", path, strerror(errno));
    if (!good)
        unlink(temporary);
    return good;
}
