#include "config.h"
#include "platform/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/datetime.h"
#include "base/money.h"
#include "base/paths.h"
#include "base/text.h"
#include "base/world.h"
#include "engine/home.h"
#include "engine/system_store.h"
#include "platform/demo/demo.h"
#include "platform/setup_records.h"

/* ---- answers ------------------------------------------------------------------------------ */

static void take(char *out, size_t size, const Json *group, const char *key, const char *fallback)
{
    const char *text = group ? Json_text(group, key) : NULL;
    snprintf(out, size, "%s", text && text[0] ? text : fallback);
}

/* Letters and digits of the name; other runs become one hyphen. */
static void make_slug(char *out, size_t size, const char *name)
{
    Buffer folded = BUFFER_EMPTY;
    size_t used = 0;

    Text_fold(&folded, name, strlen(name));
    for (const char *at = Buffer_text(&folded); *at && used + 1 < size; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
        if (plain)
            out[used++] = *at;
        else if (used && out[used - 1] != '-')
            out[used++] = '-';
    }
    while (used && out[used - 1] == '-')
        used--;
    out[used] = '\0';
    if (!used)
        snprintf(out, size, "company");
    Buffer_free(&folded);
}

static bool check_slug(const char *slug, Error *error)
{
    size_t length = strlen(slug);

    if (length && strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == length && slug[0] != '-')
        return true;
    return Error_set_field(error, ERROR_INVALID, "organization.slug",
                           "A slug has letters a to z, digits and hyphens.");
}

static const char *system_zone(void)
{
    static char zone[64];
    char link[256];
    ssize_t length = readlink("/etc/localtime", link, sizeof link - 1);

    if (length > 0) {
        link[length] = '\0';
        const char *name = strstr(link, "zoneinfo/");
        if (name && DateTime_zone_exists(name + 9)) {
            snprintf(zone, sizeof zone, "%s", name + 9);
            return zone;
        }
    }
    return "UTC";
}

static bool check_answers(const SetupAnswers *answers, Error *error)
{
    if (!check_slug(answers->slug, error))
        return false;
    if (!Money_currency_exists(answers->currency))
        return Error_set_field(error, ERROR_INVALID, "organization.currency",
                               "There is no currency \"%s\".", answers->currency);
    if (!DateTime_zone_exists(answers->zone))
        return Error_set_field(error, ERROR_INVALID, "organization.time_zone",
                               "There is no time zone \"%s\".", answers->zone);
    if (answers->demo[0] && !Demo_size_exists(answers->demo))
        return Error_set_field(error, ERROR_INVALID, "demo",
                               "A demo company is small, medium or large.");
    return true;
}

static bool read_answers(const Json *given, SetupAnswers *answers, Error *error)
{
    static const char *const GROUPS[] = {"organization", "owner"};
    const Json *organization = Json_get(given, GROUPS[0]), *owner = Json_get(given, GROUPS[1]);
    const struct passwd *person = getpwuid(geteuid());
    char host[128] = "localhost", fallback[256];

    take(answers->name, sizeof answers->name, organization, "name", "Company");
    make_slug(answers->slug, sizeof answers->slug, answers->name);
    memcpy(fallback, answers->slug, sizeof answers->slug);
    take(answers->slug, sizeof answers->slug, organization, "slug", fallback);
    take(answers->country, sizeof answers->country, organization, "country", "");
    const char *currency = answers->country[0] ? Money_currency_of_country(answers->country) : NULL;
    take(answers->currency, sizeof answers->currency, organization, "currency",
         currency ? currency : "EUR");
    take(answers->zone, sizeof answers->zone, organization, "time_zone", system_zone());
    take(answers->language, sizeof answers->language, organization, "language", "en");
    take(answers->login, sizeof answers->login, owner, "login", person ? person->pw_name : "owner");
    take(answers->demo, sizeof answers->demo, given, "demo", "");
    take(answers->first_name, sizeof answers->first_name, owner, "first_name", "");
    take(answers->last_name, sizeof answers->last_name, owner, "last_name", "");
    gethostname(host, sizeof host - 1);
    snprintf(fallback, sizeof fallback, "%.100s@%s%s", answers->login, host,
             strchr(host, '.') ? "" : ".localdomain");
    take(answers->email, sizeof answers->email, owner, "email", fallback);
    return check_answers(answers, error);
}

/* ---- the tenant's file -------------------------------------------------------------------- */

typedef struct Building {
    const SetupAnswers *answers;
    TenantInfo info;
    Uid tenant, owner;
} Building;

static bool make_records(Connection *connection, void *argument, Error *error)
{
    Building *building = argument;
    Arena *arena = Arena_new(0);
    ModelContext context = {
        .connection = connection,
        .arena = arena,
        .tenant = &building->info,
        .now = World_now(),
        .actor_kind = ACTOR_SYSTEM,
        .actor_name = "init",
        .operation = "init",
        .importing = true, /* states as they are to be, without the way there */
    };
    bool done = arena && SetupRecords_make(&context, building->answers, &building->tenant,
                                           &building->owner, error);

    Arena_free(arena);
    return done;
}

/* One line a step for the program that started this one, which draws it. */
static bool show_progress(void *argument, int64_t day, int64_t days)
{
    fprintf(stderr, "{\"progress\":{\"done\":%lld,\"total\":%lld}}\n", (long long)day,
            (long long)days);
    return true;
}

static bool fill_demo(Store *store, Building *building, Error *error)
{
    ModelContext context = {
        .tenant = &building->info,
        .now = World_now(),
        .actor_kind = ACTOR_SYSTEM,
        .actor_name = "init",
    };

    return !building->answers->demo[0] ||
           Demo_fill(store, &context, building->answers->demo, show_progress, NULL, NULL, error);
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return done;
}

static bool make_folder(const char *path, Error *error)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           Error_set(error, ERROR_STORAGE, "%s cannot be made: %s.", path, strerror(errno));
}

static bool fill_store(const char *folder, Building *building, Error *error)
{
    char path[PATHS_MAX + 16];
    StoreOptions options = {
        .create = true,
        .schema_version = TENANT_MIGRATIONS[TENANT_MIGRATION_COUNT - 1].version,
    };

    snprintf(path, sizeof path, "%s/data.db", folder);
    Store *store = Store_open(path, &options, error);
    bool done = store &&
                Store_migrate(store, TENANT_MIGRATIONS, TENANT_MIGRATION_COUNT, error) &&
                Store_write_wait(store, STORE_INTERACTIVE, make_records, building, error) &&
                fill_demo(store, building, error);
    Store_close(store);
    return done;
}

/* Built beside, synced, renamed: a folder with the final name is whole. */
static bool build_tenant(const char *home, Building *building, Error *error)
{
    char folder[PATHS_MAX], half[PATHS_MAX], whole[PATHS_MAX], name[80];

    snprintf(name, sizeof name, "%s.tmp", building->answers->slug);
    if (!Home_path(home, "tenants", folder, error) ||
        !Home_tenant_path(home, name, "", half, error) ||
        !Home_tenant_path(home, building->answers->slug, "", whole, error) ||
        !make_folder(folder, error) || !Home_remove_tree(half, error) ||
        !make_folder(half, error) || !fill_store(half, building, error))
        return false;
    if (sync_folder(half) && rename(half, whole) == 0 && sync_folder(folder))
        return true;
    return Error_set(error, ERROR_STORAGE, "%s cannot be finished: %s.", whole, strerror(errno));
}

/* ---- system.db ---------------------------------------------------------------------------- */

typedef struct Commit {
    TenantRow tenant;
    Login login;
} Commit;

static bool commit_rows(Connection *connection, void *argument, Error *error)
{
    Commit *commit = argument;

    return TenantRow_insert(connection, &commit->tenant, error) &&
           Login_insert(connection, &commit->login, error) &&
           Login_enter(connection, commit->login.id, commit->tenant.id, World_now(), error);
}

static Store *open_system(const char *home, Error *error)
{
    char path[PATHS_MAX];
    StoreOptions options = {
        .create = true,
        .schema_version = SYSTEM_MIGRATIONS[SYSTEM_MIGRATION_COUNT - 1].version,
    };
    Store *store = NULL;

    if (Home_path(home, "system.db", path, error))
        store = Store_open(path, &options, error);
    if (!store || Store_migrate(store, SYSTEM_MIGRATIONS, SYSTEM_MIGRATION_COUNT, error))
        return store;
    Store_close(store);
    return NULL;
}

static bool is_known(void *argument, const char *slug)
{
    TenantRow row;
    return TenantRow_by_slug(argument, slug, &row, NULL);
}

/* An earlier attempt may have left pieces, or been cut off right before its end. */
static bool look_around(const char *home, Store *system, bool *finished, Error *error)
{
    Connection *connection = Store_reader(system, error);
    Statement *count = connection ? Connection_prepare(connection, "SELECT count(*) FROM tenant",
                                                       error) : NULL;

    *finished = count && Statement_scalar(count, 0, error) > 0;
    if (connection) {
        Home_sweep(home, is_known, connection);
        Store_release(system, connection);
    }
    return !Error_present(error);
}

static bool make_tenant(const char *home, Store *system, const SealKey *master,
                        const SetupAnswers *answers, Error *error)
{
    Building building = {.answers = answers, .info = {.id = 1, .week_start = 0}};
    Commit commit = {.login = {.os_uid = (int64_t)geteuid()}};
    SealKey *key = Seal_new_key();
    Buffer wrapped = BUFFER_EMPTY;
    bool done = key && Seal_wrap(master, key, answers->slug, &wrapped) &&
                wrapped.length <= sizeof commit.tenant.key;

    building.info.key = key;
    memcpy(building.info.slug, answers->slug, sizeof building.info.slug);
    memcpy(building.info.name, answers->name, sizeof building.info.name);
    memcpy(building.info.currency, answers->currency, sizeof building.info.currency);
    memcpy(building.info.country, answers->country, sizeof building.info.country);
    memcpy(building.info.language, answers->language, sizeof building.info.language);
    memcpy(building.info.zone, answers->zone, sizeof building.info.zone);
    if (!done)
        Error_set(error, ERROR_STORAGE, "A key for the company could not be made.");
    done = done && build_tenant(home, &building, error);
    if (done) {
        commit.tenant.uid = building.tenant;
        commit.tenant.created_at = World_now();
        memcpy(commit.tenant.slug, answers->slug, sizeof commit.tenant.slug);
        memcpy(commit.tenant.name, answers->name, sizeof commit.tenant.name);
        snprintf(commit.tenant.state, sizeof commit.tenant.state, "active");
        memcpy(commit.tenant.key, wrapped.data, wrapped.length);
        commit.tenant.key_bytes = wrapped.length;
        commit.login.uid = building.owner;
        memcpy(commit.login.login, answers->login, sizeof commit.login.login);
        memcpy(commit.login.email, answers->email, sizeof commit.login.email);
        snprintf(commit.login.state, sizeof commit.login.state, "active");
        done = Store_write_wait(system, STORE_INTERACTIVE, commit_rows, &commit, error);
    }
    Seal_free(key);
    Buffer_free(&wrapped);
    return done;
}

static Json *describe(const char *home, const SetupAnswers *answers)
{
    Json *json = json_object_new_object(), *tenant = json_object_new_object();
    Json *user = json_object_new_object();

    Json_set_text(tenant, "slug", answers->slug);
    Json_set_text(tenant, "name", answers->name);
    Json_set_text(tenant, "currency", answers->currency);
    Json_set_text(user, "login", answers->login);
    Json_set_text(user, "email", answers->email);
    Json_set_text(json, "home", home);
    Json_set(json, "tenant", tenant);
    Json_set(json, "user", user);
    return json;
}

static bool make_company(const char *home, const SetupAnswers *answers, Error *error)
{
    SealKey *master = Seal_init(error) ? Seal_master(home, true, error) : NULL;
    Store *system = master ? open_system(home, error) : NULL;
    bool finished = false;
    bool done = system && look_around(home, system, &finished, error) &&
                (finished || make_tenant(home, system, master, answers, error));

    Store_close(system);
    Seal_free(master);
    return done && Home_write_company(home, error);
}

bool Setup_company(const char *home, const Json *answers, Json **result, Error *error)
{
    SetupAnswers setup = {.name = ""};
    Error company = ERROR_NONE;

    umask(077);
    if (!read_answers(answers, &setup, error) || !Home_make(home, error))
        return false;
    int lock = Home_lock(home, error);
    if (lock < 0)
        return false;
    bool done = false;
    if (Home_check_company(home, &company))
        Error_set(error, ERROR_STATE, "%s already holds a company; nothing was changed.", home);
    else if (!Error_is(&company, ERROR_NOT_FOUND))
        *error = company;
    else
        done = make_company(home, &setup, error);
    Home_unlock(lock);
    if (done)
        *result = describe(home, &setup);
    return done;
}
