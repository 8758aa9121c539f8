#include "config.h"
#include "platform/doctor.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "base/paths.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/home.h"
#include "engine/system_store.h"
#include "platform/parts.h"

#define SPACE_WARNING (INT64_C(1024) * 1024 * 1024)
#define SPACE_FAILED (INT64_C(64) * 1024 * 1024)
#define YEAR_2024 INT64_C(1704067200000000)

/* state: NULL = ok */
static void add(Json *checks, const char *name, const char *state, const char *text,
                const char *hint)
{
    Json *check = json_object_new_object();

    Json_set_text(check, "name", name);
    Json_set_text(check, "state", state ? state : "ok");
    Json_set_text(check, "text", text);
    if (hint)
        Json_set_text(check, "hint", hint);
    json_object_array_add(checks, check);
}

static void add_outcome(Json *checks, const char *name, bool good, const char *text,
                        const Error *error)
{
    add(checks, name, good ? NULL : "failed", good ? text : error->message,
        good || !error->hint[0] ? NULL : error->hint);
}

/* ---- around the home ---------------------------------------------------------------------- */

static void check_space(Json *checks, const char *home)
{
    struct statvfs space;
    char text[128];

    if (statvfs(home, &space) != 0)
        return;
    int64_t left = (int64_t)space.f_bavail * (int64_t)space.f_frsize;
    snprintf(text, sizeof text, "%lld MiB are free.", (long long)(left / 1024 / 1024));
    add(checks, "disk", left < SPACE_FAILED ? "failed" : left < SPACE_WARNING ? "warning" : NULL,
        text, left < SPACE_WARNING ? "Make room before the disk is full." : NULL);
}

static void check_clock(Json *checks)
{
    if (World_clock_is_fixed())
        add(checks, "clock", "warning", "BIZOSAAS_NOW has fixed the clock.", NULL);
    else if (World_now() < YEAR_2024)
        add(checks, "clock", "failed", "The clock is wrong.", "Set the date of this system.");
    else
        add(checks, "clock", NULL, "The clock runs.", NULL);
}

/* A device-mapper name that says crypt, anywhere below the file system of the home. */
static void check_encryption(Json *checks, const char *home)
{
    struct stat status;
    char path[128], uuid[128] = "";
    bool sealed = false;

    if (stat(home, &status) != 0)
        return;
    snprintf(path, sizeof path, "/sys/dev/block/%u:%u/dm/uuid",
             (unsigned)(status.st_dev >> 8 & 0xfff), (unsigned)(status.st_dev & 0xff));
    FILE *file = fopen(path, "re");
    if (file) {
        sealed = fgets(uuid, sizeof uuid, file) && strstr(uuid, "CRYPT");
        fclose(file);
    }
    if (sealed)
        add(checks, "encryption", NULL, "The disk is encrypted.", NULL);
    else
        add(checks, "encryption", "warning", "The disk does not seem to be encrypted.",
            "Names and addresses lie plainly in the data files; use an encrypted disk.");
}

static void check_linger(Json *checks)
{
    char path[256];
    const struct passwd *person = getpwuid(geteuid());

    if (!person || geteuid() == 0 || access("/run/systemd/system", F_OK) != 0)
        return;
    snprintf(path, sizeof path, "/var/lib/systemd/linger/%s", person->pw_name);
    if (access(path, F_OK) == 0)
        add(checks, "login", NULL, "The engine stays when you log out.", NULL);
    else
        add(checks, "login", "warning", "The engine may end when you log out.",
            "Keep it: loginctl enable-linger, or: sudo bizosaas service install");
}

static void check_surroundings(Json *checks, const char *home)
{
    check_space(checks, home);
    check_clock(checks);
    check_encryption(checks, home);
    check_linger(checks);
}

/* Files that hold secrets or data belong to the owner alone. */
static void check_permissions(Json *checks, const char *home)
{
    static const char *const FILES[] = {"system.db", "master.key", "company.json", "tenants"};
    char path[PATHS_MAX], text[PATHS_MAX + 64];
    struct stat status;

    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        if (!Home_path(home, FILES[i], path, NULL) || lstat(path, &status) != 0)
            continue;
        if (!(status.st_mode & 077) && status.st_uid == geteuid() && !S_ISLNK(status.st_mode))
            continue;
        snprintf(text, sizeof text, "%s is open to others.", path);
        add(checks, "permissions", "failed", text, "Close it: chmod go= FILE");
        return;
    }
    add(checks, "permissions", NULL, "Only the owner reads the data.", NULL);
}

/* ---- stores ------------------------------------------------------------------------------- */

static void check_integrity(Json *checks, Store *store, const char *name, Error *error)
{
    char label[96];

    snprintf(label, sizeof label, "database %s", name);
    add_outcome(checks, label, Store_check_integrity(store, NULL, NULL, error),
                "The file is whole.", error);
}

static void check_chain(Json *checks, ModelContext *context, Store *store, Error *error)
{
    char text[96];
    int64_t entries = 0;

    context->connection = Store_reader(store, error);
    bool good = context->connection && Model_verify_chain(context, &entries, error);
    if (context->connection)
        Store_release(store, context->connection);
    context->connection = NULL;
    snprintf(text, sizeof text, "All %lld changes are in their chain.", (long long)entries);
    add_outcome(checks, "change log", good, text, error);
}

static bool doctor_run(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *home = Engine_home(context->engine);
    Json *checks = json_object_new_array();
    Error problem = ERROR_NONE;
    Store *store = TenantHandle_store(context->tenant_handle);

    add(checks, "engine", NULL, "The engine answers.", NULL);
    check_permissions(checks, home);
    check_surroundings(checks, home);
    check_integrity(checks, Engine_system_store(context->engine), "system", &problem);
    Error_clear(&problem);
    check_integrity(checks, store, TenantHandle_slug(context->tenant_handle), &problem);
    Error_clear(&problem);
    context->model.scope = NULL;
    check_chain(checks, &context->model, store, &problem);
    *result = json_object_new_object();
    Json_set(*result, "checks", checks);
    return true;
}

/* ---- without an engine -------------------------------------------------------------------- */

static void check_file(Json *checks, const char *home, const char *name, int version)
{
    char path[PATHS_MAX];
    Error problem = ERROR_NONE;
    StoreOptions options = {.read_only = true, .schema_version = version};
    Store *store = NULL;

    if (Home_path(home, name, path, &problem))
        store = Store_open(path, &options, &problem);
    if (store)
        check_integrity(checks, store, name, &problem);
    else
        add_outcome(checks, name, false, NULL, &problem);
    Store_close(store);
}

static void check_stores(Json *checks, const char *home)
{
    char path[PATHS_MAX], name[160];
    Error problem = ERROR_NONE;
    StoreOptions options = {.read_only = true,
                            .schema_version =
                                SYSTEM_MIGRATIONS[SYSTEM_MIGRATION_COUNT - 1].version};

    check_file(checks, home, "system.db", options.schema_version);
    if (!Home_path(home, "system.db", path, &problem))
        return;
    Store *system = Store_open(path, &options, &problem);
    Connection *connection = system ? Store_reader(system, &problem) : NULL;
    Statement *row = connection ? Connection_prepare(connection, "SELECT slug FROM tenant ORDER BY"
                                                     " slug", &problem) : NULL;
    while (row && Statement_step(row, &problem) == STEP_ROW) {
        snprintf(name, sizeof name, "tenants/%s/data.db", Statement_text(row, 0));
        check_file(checks, home, name,
                   TENANT_MIGRATIONS[TENANT_MIGRATION_COUNT - 1].version);
    }
    if (connection)
        Store_release(system, connection);
    Store_close(system);
}

Json *Doctor_examine_home(const char *home, Error *error)
{
    Json *result = json_object_new_object(), *checks = json_object_new_array();
    Error problem = ERROR_NONE;
    unsigned owner;

    Json_set(result, "checks", checks);
    bool there = Home_check(home, &owner, &problem);
    add_outcome(checks, "folder", there, "The data folder is there and closed to others.",
                &problem);
    if (!there)
        return result;
    Error_clear(&problem);
    bool company = Home_check_company(home, &problem);
    add_outcome(checks, "company", company, "The folder holds a company.", &problem);
    check_permissions(checks, home);
    check_surroundings(checks, home);
    Error_clear(&problem);
    int lock = Home_lock(home, &problem);
    if (lock < 0)
        add(checks, "engine", NULL, problem.message, NULL);
    else if (company)
        check_stores(checks, home);
    Home_unlock(lock);
    return result;
}

static const OperationDef ROWS[] = {
    {.name = "doctor.run", .summary = "Check that everything is in order",
     .kind = OPERATION_WORK, .right = "tenant:read", .run = doctor_run},
};

void Doctor_register(void)
{
    Operations_register(ROWS, sizeof ROWS / sizeof *ROWS);
}
