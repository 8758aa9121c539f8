#include "config.h"
#include "engine/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "engine/files_internal.h"
#include "engine/home.h"
#include "engine/internal.h"

#define NOTE_BYTES 4096
#define KEEP_SECONDS (24 * 3600)

/* Path of the file with this public id; the id is read and written again, so nothing else gets in. */
static bool path_of(OperationContext *context, const char *id, const char *prefix, const char *tail,
                    char path[PATHS_MAX], Error *error)
{
    Uid uid;
    char text[UID_TEXT_SIZE], name[UID_TEXT_SIZE + 32];

    if (!id || !Uid_parse(id, prefix, &uid, NULL))
        return Error_set(error, ERROR_NOT_FOUND, "There is no such file.");
    snprintf(name, sizeof name, "uploads/%s%s", Uid_format(&uid, prefix, text), tail);
    return Home_tenant_path(context->engine->home, TenantHandle_slug(context->tenant_handle), name,
                            path, error);
}

static bool make_folder(OperationContext *context, const char *name, Error *error)
{
    char path[PATHS_MAX];

    if (!Home_tenant_path(context->engine->home, TenantHandle_slug(context->tenant_handle), name,
                          path, error))
        return false;
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           Error_set(error, ERROR_STORAGE, "%s cannot be made: %s.", path, strerror(errno));
}

/* ---- descriptions ------------------------------------------------------------------------- */

bool FileInfo_write(OperationContext *context, const char *id, const char *prefix,
                    const FileInfo *info, Error *error)
{
    char path[PATHS_MAX];
    size_t length;

    if (!path_of(context, id, prefix, ".json", path, error))
        return false;
    Json *note = json_object_new_object();
    Json_set_text(note, "name", info->name);
    Json_set_text(note, "mime", info->mime);
    Json_set_int(note, "bytes", info->bytes);
    Json_set_int(note, "user", info->user_id);
    Json_set_bool(note, "finished", info->finished);
    const char *text = Json_serialise(note, &length);
    bool done = Paths_write_file(path, text, length, 0600, error);
    json_object_put(note);
    return done;
}

bool FileInfo_read(OperationContext *context, const char *id, const char *prefix, FileInfo *info,
                   Error *error)
{
    char path[PATHS_MAX];
    size_t length;

    if (!path_of(context, id, prefix, ".json", path, error) ||
        !path_of(context, id, prefix, "", info->path, error))
        return false;
    char *text = Paths_read_file(path, NOTE_BYTES, &length, NULL);
    Json *note = text ? Json_parse(text, length, NOTE_BYTES, NULL) : NULL;
    free(text);
    if (!note)
        return Error_set(error, ERROR_NOT_FOUND, "There is no such file any more.");
    const char *name = Json_text(note, "name"), *mime = Json_text(note, "mime");
    snprintf(info->name, sizeof info->name, "%s", name ? name : "file");
    snprintf(info->mime, sizeof info->mime, "%s", mime ? mime : "application/octet-stream");
    info->bytes = Json_int(note, "bytes", 0);
    info->user_id = Json_int(note, "user", 0);
    info->finished = Json_bool(note, "finished", false);
    json_object_put(note);
    if (info->user_id == context->model.user_id || Context_is_system(context))
        return true;
    return Error_set(error, ERROR_NOT_FOUND, "There is no such file.");
}

/* ---- uploads and offered files ------------------------------------------------------------ */

/* What nobody came back for. */
static void sweep(OperationContext *context)
{
    char folder[PATHS_MAX], path[PATHS_MAX + 300];
    struct stat status;
    const struct dirent *entry;

    if (!Home_tenant_path(context->engine->home, TenantHandle_slug(context->tenant_handle),
                          "uploads", folder, NULL))
        return;
    DIR *files = opendir(folder);
    while (files && (entry = readdir(files))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
            status.st_mtime + KEEP_SECONDS < time(NULL))
            unlink(path);
    }
    if (files)
        closedir(files);
}

static bool new_file(OperationContext *context, const char *prefix, char id[UID_TEXT_SIZE],
                     char path[PATHS_MAX], Error *error)
{
    Uid uid = Uid_new();

    if (!make_folder(context, "uploads", error))
        return false;
    sweep(context);
    Uid_format(&uid, prefix, id);
    return path_of(context, id, prefix, "", path, error);
}

bool Files_new(OperationContext *context, char id[UID_TEXT_SIZE], char path[PATHS_MAX], Error *error)
{
    return new_file(context, "file", id, path, error);
}

bool Files_begin_upload(OperationContext *context, const char *name, int64_t bytes,
                        char id[UID_TEXT_SIZE], Error *error)
{
    FileInfo info = {.bytes = bytes, .user_id = context->model.user_id};

    if (!new_file(context, "upload", id, info.path, error))
        return false;
    int fd = open(info.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return Error_set(error, ERROR_STORAGE, "The upload cannot be stored: %s.",
                         strerror(errno));
    close(fd);
    snprintf(info.name, sizeof info.name, "%s", name);
    return FileInfo_write(context, id, "upload", &info, error);
}

bool Files_upload(OperationContext *context, const char *upload, FileInfo *info, Error *error)
{
    if (!FileInfo_read(context, upload, "upload", info, error))
        return false;
    return info->finished ||
           Error_set(error, ERROR_STATE, "The upload of %s is not finished.", info->name);
}

void Files_remove_upload(OperationContext *context, const char *upload)
{
    char path[PATHS_MAX];

    if (path_of(context, upload, "upload", "", path, NULL))
        unlink(path);
    if (path_of(context, upload, "upload", ".json", path, NULL))
        unlink(path);
}

bool Files_offer(OperationContext *context, const char *id, const char *name, const char *mime,
                 Error *error)
{
    FileInfo info = {.user_id = context->model.user_id, .finished = true};
    struct stat status;

    if (!path_of(context, id, "file", "", info.path, error))
        return false;
    if (lstat(info.path, &status) != 0 || !S_ISREG(status.st_mode))
        return Error_set(error, ERROR_STORAGE, "The file cannot be read: %s.", strerror(errno));
    info.bytes = status.st_size;
    snprintf(info.name, sizeof info.name, "%s", name);
    snprintf(info.mime, sizeof info.mime, "%s", mime);
    return FileInfo_write(context, id, "file", &info, error);
}

/* ---- kept contents ------------------------------------------------------------------------ */

bool Files_digest(const char *path, uint8_t digest[32], Error *error)
{
    crypto_hash_sha256_state state;
    uint8_t chunk[65536];
    ssize_t got;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return Error_set(error, ERROR_STORAGE, "The file cannot be read: %s.", strerror(errno));
    crypto_hash_sha256_init(&state);
    while ((got = read(fd, chunk, sizeof chunk)) > 0)
        crypto_hash_sha256_update(&state, chunk, (size_t)got);
    close(fd);
    crypto_hash_sha256_final(&state, digest);
    return got == 0 || Error_set(error, ERROR_STORAGE, "The file cannot be read to its end.");
}

/* files/ab/cdef...; the folder is made when asked */
static bool kept_path(OperationContext *context, const uint8_t digest[32], bool make,
                      char path[PATHS_MAX], Error *error)
{
    char hex[65], name[96];

    sodium_bin2hex(hex, sizeof hex, digest, 32);
    snprintf(name, sizeof name, "files/%.2s", hex);
    if (make && (!make_folder(context, "files", error) || !make_folder(context, name, error)))
        return false;
    snprintf(name, sizeof name, "files/%.2s/%s", hex, hex + 2);
    return Home_tenant_path(context->engine->home, TenantHandle_slug(context->tenant_handle), name,
                            path, error);
}

bool Files_keep(OperationContext *context, const char *path, uint8_t digest[32], Error *error)
{
    char kept[PATHS_MAX];

    if (!Files_digest(path, digest, error) || !kept_path(context, digest, true, kept, error))
        return false;
    return access(kept, F_OK) == 0 || Seal_file(context->tenant_handle->key, path, kept, error);
}

bool Files_open_kept(OperationContext *context, const uint8_t digest[32], const char *name,
                     const char *mime, char id[UID_TEXT_SIZE], Error *error)
{
    char kept[PATHS_MAX], path[PATHS_MAX];

    return kept_path(context, digest, false, kept, error) && Files_new(context, id, path, error) &&
           Seal_open_file(context->tenant_handle->key, kept, path, error) &&
           Files_offer(context, id, name, mime, error);
}

/* ---- kinds of content --------------------------------------------------------------------- */

const char *Files_mime(const char *path, const char *name)
{
    static const struct {
        const char *start;
        size_t length;
        const char *mime;
    } BEGINNINGS[] = {
        {"%PDF-", 5, "application/pdf"},     {"\x89PNG\r\n", 6, "image/png"},
        {"\xff\xd8\xff", 3, "image/jpeg"},   {"GIF8", 4, "image/gif"},
        {"RIFF", 4, "audio/wav"},            {"PK\x03\x04", 4, "application/zip"},
    };
    static const struct {
        const char *end, *mime;
    } ENDS[] = {
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {".csv", "text/csv"},   {".json", "application/json"}, {".txt", "text/plain"},
        {".md", "text/markdown"}, {".html", "text/html"},      {".yaml", "application/yaml"},
    };
    char head[16] = "";
    size_t length = strlen(name);
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, head, sizeof head) : 0;

    if (fd >= 0)
        close(fd);
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        size_t end = strlen(ENDS[i].end);
        if (length > end && strcasecmp(name + length - end, ENDS[i].end) == 0)
            return ENDS[i].mime;
    }
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++) {
        if (got >= (ssize_t)BEGINNINGS[i].length &&
            memcmp(head, BEGINNINGS[i].start, BEGINNINGS[i].length) == 0)
            return BEGINNINGS[i].mime;
    }
    return "application/octet-stream";
}
