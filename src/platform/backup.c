#include "config.h"
#include "platform/backup.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/datetime.h"
#include "base/paths.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/files.h"
#include "engine/home.h"
#include "engine/job.h"
#include "platform/archive.h"
#include "platform/backup_file.h"
#include "platform/parts.h"

#define KEY_PLACE "backup"

/* ---- asking ------------------------------------------------------------------------------- */

/* The job keeps the key, wrapped by the master key; the password itself is kept nowhere. */
static bool add_key(OperationContext *context, const char *password, Json *payload, Error *error)
{
    uint8_t salt[BACKUP_SALT];
    char salt_hex[2 * BACKUP_SALT + 1];
    Buffer wrapped = BUFFER_EMPTY;

    World_random(salt, sizeof salt);
    SealKey *key = Seal_password_key(password, strlen(password), salt, error);
    bool done = key && Seal_wrap(Engine_master_key(context->engine), key, KEY_PLACE, &wrapped);
    char *hex = done ? Arena_alloc(context->model.arena, 2 * wrapped.length + 1) : NULL;
    if (hex) {
        sodium_bin2hex(salt_hex, sizeof salt_hex, salt, sizeof salt);
        sodium_bin2hex(hex, 2 * wrapped.length + 1, (const uint8_t *)wrapped.data, wrapped.length);
        Json_set_text(payload, "salt", salt_hex);
        Json_set_text(payload, "key", hex);
    } else if (!Error_present(error)) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    }
    Buffer_free(&wrapped);
    Seal_free(key);
    return hex != NULL;
}

static bool enqueue(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Uid uid;
    char id[UID_TEXT_SIZE];

    if (!Job_enqueue(context, "backup", params, 5, 0, NULL, &uid, error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "job", Uid_format(&uid, "job", id));
    return true;
}

static bool backup_start(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *password = Json_text(params, "password");
    Json *payload = json_object_new_object();

    if (!Context_has_role(context, "owner") && !Context_has_role(context, "admin")) {
        json_object_put(payload);
        return Error_set(error, ERROR_FORBIDDEN,
                         "A backup holds everything; only owners and administrators make one.");
    }
    if (password && strlen(password) < 8) {
        json_object_put(payload);
        return Error_set_field(error, ERROR_RULE, "password",
                               "The password of a backup has at least 8 characters.");
    }
    context->model.scope = NULL;
    bool done = (!password || add_key(context, password, payload, error)) &&
                Context_write(context, STORE_INTERACTIVE, enqueue, payload, result, error);
    json_object_put(payload);
    return done;
}

/* ---- making ------------------------------------------------------------------------------- */

typedef struct Backup {
    OperationContext *context;
    Job *job;
    char folder[PATHS_MAX]; /* of our temporary files */
    ArchiveWriter archive;
    bool with_key;
} Backup;

static bool add_store(Backup *backup, Store *store, const char *name, Error *error)
{
    char copy[PATHS_MAX + 16];

    snprintf(copy, sizeof copy, "%s/store.db", backup->folder);
    unlink(copy);
    bool done = Store_backup(store, copy, error) &&
                Archive_add(&backup->archive, copy, name, error);
    unlink(copy);
    return done;
}

static bool add_tenant(Backup *backup, const char *slug, Error *error)
{
    Engine *engine = backup->context->engine;
    char name[PATHS_MAX], path[PATHS_MAX];
    TenantHandle *tenant = Engine_tenant(engine, slug, error);

    if (!tenant)
        return false;
    snprintf(name, sizeof name, "tenants/%s/data.db", slug);
    bool done = add_store(backup, TenantHandle_store(tenant), name, error);
    snprintf(name, sizeof name, "tenants/%s/files", slug);
    done = done && Home_path(Engine_home(engine), name, path, error) &&
           Archive_add_folder(&backup->archive, path, name, error);
    Engine_release_tenant(engine, tenant);
    return done;
}

static bool next_tenant(Backup *backup, char slug[64], bool *more, Error *error)
{
    Store *system = Engine_system_store(backup->context->engine);
    Connection *connection = Store_reader(system, error);
    Statement *row = connection ? Connection_prepare(
        connection, "SELECT slug FROM tenant WHERE slug > ?1 ORDER BY slug LIMIT 1", error) : NULL;

    *more = false;
    if (row) {
        Statement_bind_text(row, 1, slug);
        *more = Statement_step(row, error) == STEP_ROW;
        if (*more)
            snprintf(slug, 64, "%s", Statement_text(row, 0));
        Statement_reset(row);
    }
    if (connection)
        Store_release(system, connection);
    return !Error_present(error);
}

/* Tenants before system.db: every tenant that system.db names is then in the backup. */
static bool add_everything(Backup *backup, Error *error)
{
    static const char *const FOLDERS[] = {"wizards", "themes", "templates", "data"};
    const char *home = Engine_home(backup->context->engine);
    char path[PATHS_MAX], slug[64] = "";
    bool more = true;

    while (more) {
        if (Job_cancelled(backup->context, backup->job))
            return Error_set(error, ERROR_CANCELLED, "The backup was stopped.");
        if (!next_tenant(backup, slug, &more, error) || (more && !add_tenant(backup, slug, error)))
            return false;
    }
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
        if (!Home_path(home, FOLDERS[i], path, error) ||
            !Archive_add_folder(&backup->archive, path, FOLDERS[i], error))
            return false;
    }
    if (backup->with_key && (!Home_path(home, "master.key", path, error) ||
                             !Archive_add(&backup->archive, path, "master.key", error)))
        return false;
    return add_store(backup, Engine_system_store(backup->context->engine), "system.db", error) &&
           Home_path(home, "company.json", path, error) &&
           Archive_add(&backup->archive, path, "company.json", error);
}

static bool make_archive(Backup *backup, const char *plain, Error *error)
{
    char now[40];
    Json *about = json_object_new_object();

    Json_set_int(about, "format", 1);
    Json_set_text(about, "version", PACKAGE_VERSION);
    Json_set_text(about, "created_at", DateTime_format(World_now(), now));
    bool done = Archive_begin(&backup->archive, plain, about, error) &&
                add_everything(backup, error) && Archive_end(&backup->archive, error);
    Archive_abandon(&backup->archive);
    json_object_put(about);
    return done;
}

/* NULL + error; *salt is set when the backup is sealed by a password.  *own: to be freed. */
static const SealKey *key_of(Backup *backup, uint8_t salt[BACKUP_SALT], SealKey **own, Error *error)
{
    const Json *payload = backup->job->payload;
    const char *hex = Json_text(payload, "key"), *salt_hex = Json_text(payload, "salt");
    const SealKey *master = Engine_master_key(backup->context->engine);
    uint8_t wrapped[512];
    size_t length;

    *own = NULL;
    if (!hex)
        return master;
    if (sodium_hex2bin(wrapped, sizeof wrapped, hex, strlen(hex), NULL, &length, NULL) != 0 ||
        !salt_hex || sodium_hex2bin(salt, BACKUP_SALT, salt_hex, strlen(salt_hex), NULL, NULL,
                                    NULL) != 0) {
        Error_set(error, ERROR_INVALID, "The job does not hold the key of the backup.");
        return NULL;
    }
    *own = Seal_unwrap(master, wrapped, length, KEY_PLACE, error);
    return *own;
}

static bool run(OperationContext *context, Job *job, Json **result, Error *error)
{
    Backup backup = {.context = context, .job = job, .archive = {.fd = -1}};
    uint8_t salt[BACKUP_SALT];
    char file[PATHS_MAX], plain[PATHS_MAX + 8], id[UID_TEXT_SIZE], name[64], day[16];
    SealKey *own;
    const SealKey *key = key_of(&backup, salt, &own, error);

    if (!key || !Home_path(Engine_home(context->engine), "backup.tmp", backup.folder, error) ||
        !Home_remove_tree(backup.folder, error)) {
        Seal_free(own);
        return false;
    }
    backup.with_key = own != NULL;
    snprintf(plain, sizeof plain, "%s/archive", backup.folder);
    bool done = mkdir(backup.folder, 0700) == 0 ||
                Error_set(error, ERROR_STORAGE, "%s cannot be made: %s.", backup.folder,
                          strerror(errno));
    done = done && make_archive(&backup, plain, error) && Files_new(context, id, file, error) &&
           BackupFile_write(plain, file, key, own ? salt : NULL, error);
    Home_remove_tree(backup.folder, NULL);
    Seal_free(own);
    if (!done)
        return false;
    snprintf(name, sizeof name, "bizosaas-%s.backup",
             Date_format((int32_t)(World_now() / MICROSECONDS_PER_DAY), day));
    if (!Files_offer(context, id, name, "application/octet-stream", error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "file", id);
    Json_set_text(*result, "name", name);
    Json_set_int(*result, "files", backup.archive.files);
    Json_set_int(*result, "bytes", backup.archive.bytes);
    Json_set_bool(*result, "verified", true);
    return true;
}

static const JobKind KINDS[] = {{.name = "backup", .run = run, .max_attempts = 2}};

static const ParameterDef START[] = {
    {.name = "password", .type = FIELD_TEXT,
     .help = "Seals the backup; without it the master key of this home does."},
};

static const OperationDef ROWS[] = {
    {.name = "backup.start", .summary = "Put the whole company into one sealed file",
     .kind = OPERATION_WORK, .flags = OPERATION_PASSWORD, PARAMETERS(START), .run = backup_start},
};

void Backup_register(void)
{
    Operations_register(ROWS, sizeof ROWS / sizeof *ROWS);
    Jobs_register(KINDS, sizeof KINDS / sizeof *KINDS);
}
