/* file_operations.c - upload.*, file.read and attachments. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "engine/files_internal.h"
#include "engine/generic.h"
#include "engine/own_operations.h"

#define CHUNK_MAX ((size_t)512 * 1024)
#define UPLOAD_MAX (INT64_C(2) * 1024 * 1024 * 1024)

/* ---- uploads ------------------------------------------------------------------------------ */

static bool upload_start(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t bytes = Json_int(params, "bytes", 0);
    char id[UID_TEXT_SIZE];

    if (bytes < 0 || bytes > UPLOAD_MAX)
        return Error_set_field(error, ERROR_LIMIT, "bytes", "A file is at most 2 GiB large.");
    if (!Files_begin_upload(context, Json_text(params, "name"), bytes, id, error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "upload", id);
    return true;
}

static bool write_chunk(const FileInfo *info, int64_t offset, const uint8_t *bytes, size_t length,
                        Error *error)
{
    struct stat status;
    int fd = open(info->path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    bool done = false;

    if (fd < 0 || fstat(fd, &status) != 0)
        Error_set(error, ERROR_STORAGE, "The upload cannot be stored: %s.", strerror(errno));
    else if (offset < 0 || offset > status.st_size || offset + (int64_t)length > info->bytes)
        Error_set_field(error, ERROR_RULE, "offset", "The piece does not fit: %lld of %lld bytes "
                        "are here.", (long long)status.st_size, (long long)info->bytes);
    else if (pwrite(fd, bytes, length, offset) != (ssize_t)length)
        Error_set(error, ERROR_STORAGE, "The upload cannot be stored: %s.", strerror(errno));
    else
        done = true;
    if (fd >= 0)
        close(fd);
    return done;
}

static bool upload_chunk(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *data = Json_text(params, "data");
    FileInfo info;
    size_t length;

    if (!FileInfo_read(context, Json_text(params, "upload"), "upload", &info, error))
        return false;
    if (info.finished)
        return Error_set(error, ERROR_STATE, "The upload is finished.");
    uint8_t *bytes = Arena_alloc(context->model.arena, CHUNK_MAX);
    if (!bytes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    if (sodium_base642bin(bytes, CHUNK_MAX, data, strlen(data), NULL, &length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return Error_set_field(error, ERROR_TYPE, "data",
                               "A piece is base64 of at most 512 KiB.");
    return write_chunk(&info, Json_int(params, "offset", 0), bytes, length, error);
}

static bool upload_finish(OperationContext *context, const Json *params, Json **result,
                          Error *error)
{
    const char *upload = Json_text(params, "upload"), *expected = Json_text(params, "sha256");
    FileInfo info;
    struct stat status;
    uint8_t digest[32];
    char hex[65];

    if (!FileInfo_read(context, upload, "upload", &info, error))
        return false;
    if (lstat(info.path, &status) != 0 || status.st_size != info.bytes)
        return Error_set(error, ERROR_STATE, "The upload of %s is not complete.", info.name);
    if (!Files_digest(info.path, digest, error))
        return false;
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    if (expected && strcmp(expected, hex) != 0)
        return Error_set_field(error, ERROR_INVALID, "sha256",
                               "The file did not arrive as it was sent.");
    info.finished = true;
    if (!FileInfo_write(context, upload, "upload", &info, error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "upload", upload);
    Json_set_int(*result, "bytes", info.bytes);
    Json_set_text(*result, "sha256", hex);
    return true;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool file_read(OperationContext *context, const Json *params, Json **result, Error *error)
{
    FileInfo info;
    int64_t offset = Json_int(params, "offset", 0);

    if (!FileInfo_read(context, Json_text(params, "file"), "file", &info, error))
        return false;
    size_t room = sodium_base64_ENCODED_LEN(CHUNK_MAX, sodium_base64_VARIANT_ORIGINAL);
    uint8_t *bytes = Arena_alloc(context->model.arena, CHUNK_MAX);
    char *text = Arena_alloc(context->model.arena, room);
    int fd = open(info.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t got = fd >= 0 && bytes && offset >= 0 ? pread(fd, bytes, CHUNK_MAX, offset) : -1;
    if (fd >= 0)
        close(fd);
    if (got < 0 || !text)
        return Error_set(error, ERROR_STORAGE, "The file cannot be read.");
    sodium_bin2base64(text, room, bytes, (size_t)got, sodium_base64_VARIANT_ORIGINAL);
    *result = json_object_new_object();
    Json_set_text(*result, "data", text);
    Json_set_int(*result, "bytes", got);
    Json_set_int(*result, "size", info.bytes);
    Json_set_text(*result, "name", info.name);
    Json_set_text(*result, "mime", info.mime);
    Json_set_bool(*result, "last", offset + got >= info.bytes);
    return true;
}

/* ---- attachments -------------------------------------------------------------------------- */

/* The record that a file is attached to must be open to the asking user. */
static bool check_record(OperationContext *context, const Json *params, Action action, Error *error)
{
    const ResourceDef *resource;
    Decision decision;

    if (!Json_get(params, "entity"))
        return true;
    resource = Generic_resource(params, "entity", error);
    if (!resource || !Context_authorise(context, resource, action, NULL, &decision, error))
        return false;
    int64_t id = Generic_id(context, resource, params, "record_id", error);
    return id && Model_read(&context->model, resource, id, false, error);
}

static bool insert_attachment(OperationContext *context, const Json *params, Json **result,
                              Error *error)
{
    const ResourceDef *resource = Resource_find("attachment");
    Record *created;

    if (!check_record(context, params, ACTION_UPDATE, error))
        return false;
    context->model.scope = NULL;
    Record *record = Record_from_json(&context->model, resource, params, error);
    if (!record || !Model_create(&context->model, record, &created, error))
        return false;
    *result = Generic_record(context, resource, Record_id(created), false, error);
    return *result != NULL;
}

static bool attachment_create(OperationContext *context, const Json *params, Json **result,
                              Error *error)
{
    static const char *const OWN[] = {"upload", NULL};
    FileInfo info;
    uint8_t digest[32];
    char hex[65];

    if (!Files_upload(context, Json_text(params, "upload"), &info, error) ||
        !Files_keep(context, info.path, digest, error))
        return false;
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    Json *fields = Generic_without(params, OWN);
    if (!Json_text(fields, "file_name"))
        Json_set_text(fields, "file_name", info.name);
    Json_set_text(fields, "mime", Files_mime(info.path, Json_text(fields, "file_name")));
    Json_set_int(fields, "bytes", info.bytes);
    Json_set_text(fields, "sha256", hex);
    Json_set_text(fields, "storage", "local");
    Json_set_text(fields, "storage_key", hex);
    Json_set_text(fields, "scan_state", "skipped");
    bool done = Context_write(context, STORE_INTERACTIVE, insert_attachment, fields, result, error);
    json_object_put(fields);
    if (done)
        Files_remove_upload(context, Json_text(params, "upload"));
    return done;
}

/* Seen through its record, or by itself when it hangs on none. */
static Record *readable_attachment(OperationContext *context, const Json *params, Error *error)
{
    const ResourceDef *resource = Resource_find("attachment");
    const FilterNode *scope = context->model.scope;
    int64_t id = Generic_id(context, resource, params, "attachment", error);

    context->model.scope = NULL;
    Record *record = id ? Model_read(&context->model, resource, id, false, error) : NULL;
    if (!record)
        return NULL;
    const char *entity = Record_text(record, Resource_field(resource, "entity"));
    const ResourceDef *about = entity ? Resource_find(entity) : NULL;
    int64_t about_id = Record_int(record, Resource_field(resource, "record_id"), 0);
    if (about && about_id) {
        Decision decision;
        return Context_authorise(context, about, ACTION_READ, NULL, &decision, error) &&
                       Model_read(&context->model, about, about_id, true, error)
                   ? record : NULL;
    }
    context->model.scope = scope;
    return Model_read(&context->model, resource, id, false, error);
}

static bool attachment_open(OperationContext *context, const Json *params, Json **result,
                            Error *error)
{
    const ResourceDef *resource = Resource_find("attachment");
    Store *store = TenantHandle_store(context->tenant_handle);
    char id[UID_TEXT_SIZE];
    bool done = false;

    context->model.connection = Store_reader(store, error);
    if (!context->model.connection)
        return false;
    Record *record = readable_attachment(context, params, error);
    Store_release(store, context->model.connection);
    context->model.connection = NULL;
    if (!record)
        return false;
    const Value *digest = &record->values[Resource_field(resource, "sha256")];
    const char *name = Record_text(record, Resource_field(resource, "file_name"));
    const char *mime = Record_text(record, Resource_field(resource, "mime"));
    if (digest->kind != VALUE_BLOB || digest->length != 32)
        return Error_set(error, ERROR_STORAGE, "The attachment has no content.");
    done = Files_open_kept(context, (const uint8_t *)digest->text, name ? name : "file",
                           mime ? mime : "application/octet-stream", id, error);
    if (!done)
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "file", id);
    Json_set_text(*result, "name", name);
    Json_set_text(*result, "mime", mime);
    Json_set_int(*result, "bytes", Record_int(record, Resource_field(resource, "bytes"), 0));
    return true;
}

/* ---- table -------------------------------------------------------------------------------- */

static const ParameterDef START[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .help = "What the file is called."},
    {.name = "bytes", .type = FIELD_INT, .required = true, .help = "How large it is."},
};
static const ParameterDef CHUNK[] = {
    {.name = "upload", .type = FIELD_TEXT, .required = true},
    {.name = "offset", .type = FIELD_INT, .required = true},
    {.name = "data", .type = FIELD_TEXT, .required = true, .help = "Base64, at most 512 KiB."},
};
static const ParameterDef FINISH[] = {
    {.name = "upload", .type = FIELD_TEXT, .required = true},
    {.name = "sha256", .type = FIELD_TEXT, .help = "Hexadecimal digest of the whole file."},
};
static const ParameterDef READ[] = {
    {.name = "file", .type = FIELD_TEXT, .required = true},
    {.name = "offset", .type = FIELD_INT},
};
static const ParameterDef ATTACH[] = {
    {.name = "upload", .type = FIELD_TEXT, .required = true, .help = "A finished upload."},
    {.name = "entity", .type = FIELD_TEXT, .help = "Kind of the record it is attached to."},
    {.name = "record_id", .type = FIELD_RECORD, .help = "The record."},
    {.name = "file_name", .type = FIELD_TEXT},
    {.name = "alt", .type = FIELD_TEXT, .help = "What is to be seen, in words."},
};
static const ParameterDef OPEN[] = {
    {.name = "attachment", .type = FIELD_REFERENCE, .required = true, .reference = "attachment"},
};

static const OperationDef ROWS[] = {
    {.name = "upload.start", .summary = "Begin to send a file", .kind = OPERATION_WORK,
     PARAMETERS(START), .run = upload_start},
    {.name = "upload.chunk", .summary = "Send a piece of a file", .kind = OPERATION_WORK,
     .flags = OPERATION_HIDDEN, PARAMETERS(CHUNK), .run = upload_chunk},
    {.name = "upload.finish", .summary = "The file is sent", .kind = OPERATION_WORK,
     PARAMETERS(FINISH), .run = upload_finish},
    {.name = "file.read", .summary = "Fetch a piece of a file", .kind = OPERATION_WORK,
     PARAMETERS(READ), .run = file_read},
    {.name = "attachment.create", .summary = "Attach an uploaded file to a record",
     .kind = OPERATION_WORK, .right = "attachment:create", PARAMETERS(ATTACH),
     .run = attachment_create},
    {.name = "attachment.open", .summary = "Fetch an attachment", .kind = OPERATION_WORK,
     .right = "attachment:read", PARAMETERS(OPEN), .run = attachment_open},
};

void FileOperations_register(void)
{
    REGISTER(ROWS);
}
