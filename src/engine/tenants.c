#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/world.h"
#include "engine/home.h"
#include "engine/internal.h"
#include "engine/system_store.h"

#define TENANTS_OPEN_MAX 64

/* ---- snapshots ---------------------------------------------------------------------------- */

void TenantSnapshot_release(TenantSnapshot *snapshot)
{
    if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) != 1)
        return;
    CustomFields_free(snapshot->custom);
    Rights_free(snapshot->rights);
    free(snapshot);
}

static void copy_text(char *out, size_t size, const char *text)
{
    if (text && text[0])
        snprintf(out, size, "%s", text);
}

/* Settings of the organisation from its record. */
static bool load_info(TenantInfo *info, Connection *connection, Error *error)
{
    Statement *row = Connection_prepare(
        connection, "SELECT name, default_currency, country, default_lang, tz, week_start, id, uid"
        " FROM tenant ORDER BY id LIMIT 1", error);

    if (!row)
        return false;
    bool found = Statement_step(row, error) == STEP_ROW;
    if (found) {
        copy_text(info->name, sizeof info->name, Statement_text(row, 0));
        copy_text(info->currency, sizeof info->currency, Statement_text(row, 1));
        copy_text(info->country, sizeof info->country, Statement_text(row, 2));
        copy_text(info->language, sizeof info->language, Statement_text(row, 3));
        copy_text(info->zone, sizeof info->zone, Statement_text(row, 4));
        info->week_start = Statement_is_null(row, 5) ? 0 : (int)(Statement_int(row, 5) + 6) % 7;
        info->id = Statement_int(row, 6);
        const void *uid = Statement_blob(row, 7);
        if (uid && Statement_bytes(row, 7) == UID_BYTES)
            memcpy(info->uid.bytes, uid, UID_BYTES);
    }
    Statement_reset(row);
    return found || Error_present(error) ||
           Error_set(error, ERROR_STORAGE, "The tenant's file holds no tenant record.");
}

/* The kept copy of the settings: the newest one when nothing changed. */
static const TenantInfo *keep_info(TenantHandle *tenant, const TenantInfo *info)
{
    TenantSettings *newest = atomic_load(&tenant->settings);

    if (newest && memcmp(&newest->info, info, sizeof *info) == 0)
        return &newest->info;
    TenantSettings *settings = calloc(1, sizeof *settings);
    if (!settings)
        return NULL;
    memcpy(&settings->info, info, sizeof *info);
    settings->older = newest;
    atomic_store(&tenant->settings, settings);
    return &settings->info;
}

static bool fill_snapshot(TenantHandle *tenant, TenantSnapshot *snapshot, Arena *arena,
                          Connection *connection, Error *error)
{
    TenantInfo info;
    ModelContext context = {.connection = connection, .arena = arena, .now = World_now(),
                            .actor_kind = ACTOR_SYSTEM};

    memset(&info, 0, sizeof info);
    memcpy(info.slug, tenant->slug, sizeof tenant->slug);
    memcpy(info.currency, "EUR", 4);
    memcpy(info.language, "en", 3);
    memcpy(info.zone, "UTC", 4);
    info.key = tenant->key;
    if (!load_info(&info, connection, error))
        return false;
    snapshot->info = context.tenant = keep_info(tenant, &info);
    if (!snapshot->info)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory to open the tenant.");
    snapshot->custom = CustomFields_load(&context, error);
    if (snapshot->custom)
        snapshot->rights = Rights_load(connection, error);
    return snapshot->rights != NULL;
}

static TenantSnapshot *load_snapshot(TenantHandle *tenant, Connection *connection, Error *error)
{
    TenantSnapshot *snapshot = calloc(1, sizeof *snapshot);
    Arena *arena = Arena_new(0);
    bool filled = false;

    if (snapshot)
        atomic_init(&snapshot->references, 1);
    if (snapshot && arena)
        filled = fill_snapshot(tenant, snapshot, arena, connection, error);
    else
        Error_set(error, ERROR_LIMIT, "There is not enough memory to open the tenant.");
    Arena_free(arena);
    if (filled)
        return snapshot;
    TenantSnapshot_release(snapshot);
    return NULL;
}

TenantSnapshot *TenantHandle_take_snapshot(TenantHandle *tenant, Connection *connection,
                                           Error *error)
{
    pthread_mutex_lock(&tenant->mutex);
    if (atomic_exchange(&tenant->stale, false)) {
        Connection *reader = connection ? connection : Store_reader(tenant->store, error);
        TenantSnapshot *fresh = reader ? load_snapshot(tenant, reader, error) : NULL;
        if (reader && !connection)
            Store_release(tenant->store, reader);
        if (fresh) {
            TenantSnapshot_release(tenant->snapshot);
            tenant->snapshot = fresh;
        } else {
            atomic_store(&tenant->stale, true);
        }
    }
    TenantSnapshot *snapshot = atomic_load(&tenant->stale) ? NULL : tenant->snapshot;
    if (snapshot)
        atomic_fetch_add(&snapshot->references, 1);
    else if (!Error_present(error))
        Error_set(error, ERROR_AGAIN, "The settings of the tenant are being read; try again.");
    pthread_mutex_unlock(&tenant->mutex);
    return snapshot;
}

void TenantHandle_refresh(TenantHandle *tenant)
{
    atomic_store(&tenant->stale, true);
}

/* ---- handles ------------------------------------------------------------------------------ */

static void close_tenant(TenantHandle *tenant)
{
    Store_close(tenant->store);
    TenantSnapshot_release(tenant->snapshot);
    Seal_free(tenant->key);
    for (TenantSettings *settings = atomic_load(&tenant->settings); settings;) {
        TenantSettings *older = settings->older;
        free(settings);
        settings = older;
    }
    pthread_mutex_destroy(&tenant->mutex);
    free(tenant);
}

static bool open_store(TenantHandle *tenant, const char *home, Error *error)
{
    char path[PATHS_MAX];
    StoreOptions options = {
        .readers = 4,
        .schema_version = TENANT_MIGRATIONS[TENANT_MIGRATION_COUNT - 1].version,
    };

    if (!Home_tenant_path(home, tenant->slug, "data.db", path, error))
        return false;
    tenant->store = Store_open(path, &options, error);
    return tenant->store &&
           Store_migrate(tenant->store, TENANT_MIGRATIONS, TENANT_MIGRATION_COUNT, error);
}

typedef struct Renaming {
    const char *slug, *name;
} Renaming;

static bool rename_row(Connection *connection, void *argument, Error *error)
{
    const Renaming *renaming = argument;
    Statement *statement = Connection_prepare(
        connection, "UPDATE tenant SET name = ?2 WHERE slug = ?1", error);

    if (!statement)
        return false;
    Statement_bind_text(statement, 1, renaming->slug);
    Statement_bind_text(statement, 2, renaming->name);
    return Statement_run(statement, error);
}

/* The name in system.db, which only lists tenants, follows the tenant's own record. */
static void follow_name(Engine *engine, const TenantRow *row, const TenantInfo *info)
{
    Renaming renaming = {row->slug, info->name};

    if (strcmp(row->name, info->name) != 0 &&
        !Store_write_wait(engine->system, STORE_INTERACTIVE, rename_row, &renaming, NULL))
        LOG_WARNING("the new name of %s could not be noted in system.db", row->slug);
}

static TenantHandle *open_tenant(Engine *engine, const char *slug, Error *error)
{
    TenantRow row = {0};
    Connection *connection = Store_reader(engine->system, error);

    if (!connection)
        return NULL;
    bool found = TenantRow_by_slug(connection, slug, &row, error);
    Store_release(engine->system, connection);
    if (!found) {
        if (!Error_present(error))
            Error_set(error, ERROR_NOT_FOUND, "There is no tenant \"%s\".", slug);
        return NULL;
    }
    TenantHandle *tenant = calloc(1, sizeof *tenant);
    if (!tenant) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory to open the tenant.");
        return NULL;
    }
    tenant->engine = engine;
    memcpy(tenant->slug, row.slug, sizeof tenant->slug);
    pthread_mutex_init(&tenant->mutex, NULL);
    atomic_init(&tenant->stale, true);
    atomic_init(&tenant->settings, NULL);
    tenant->key = Seal_unwrap(engine->master, row.key, row.key_bytes, row.slug, error);
    TenantSnapshot *snapshot = NULL;
    if (tenant->key && open_store(tenant, engine->home, error))
        snapshot = TenantHandle_take_snapshot(tenant, NULL, error);
    if (snapshot) {
        follow_name(engine, &row, snapshot->info);
        TenantSnapshot_release(snapshot);
        return tenant;
    }
    close_tenant(tenant);
    return NULL;
}

static TenantHandle *find(Engine *engine, const char *slug)
{
    TenantHandle *tenant = engine->tenants;

    while (tenant && strcmp(tenant->slug, slug) != 0)
        tenant = tenant->next;
    return tenant;
}

/* Takes the one out of use the longest off the list when there are too many; NULL if none. */
static TenantHandle *evict(Engine *engine)
{
    TenantHandle *oldest = NULL;

    if (engine->tenant_count <= TENANTS_OPEN_MAX)
        return NULL;
    for (TenantHandle *tenant = engine->tenants; tenant; tenant = tenant->next) {
        if (tenant->references == 0 && (!oldest || tenant->last_used < oldest->last_used))
            oldest = tenant;
    }
    for (TenantHandle **link = &engine->tenants; oldest && *link; link = &(*link)->next) {
        if (*link == oldest) {
            *link = oldest->next;
            engine->tenant_count--;
            break;
        }
    }
    return oldest;
}

/* Opening happens under the mutex: one file is never opened twice. */
TenantHandle *Engine_tenant(Engine *engine, const char *slug, Error *error)
{
    pthread_mutex_lock(&engine->mutex);
    TenantHandle *tenant = find(engine, slug);
    TenantHandle *old = NULL;
    if (!tenant && (tenant = open_tenant(engine, slug, error))) {
        tenant->next = engine->tenants;
        engine->tenants = tenant;
        engine->tenant_count++;
    }
    if (tenant) {
        tenant->references++;
        tenant->last_used = World_monotonic();
        old = evict(engine);
    }
    if (old)
        close_tenant(old);
    pthread_mutex_unlock(&engine->mutex);
    return tenant;
}

void TenantHandle_retain(TenantHandle *tenant)
{
    pthread_mutex_lock(&tenant->engine->mutex);
    tenant->references++;
    pthread_mutex_unlock(&tenant->engine->mutex);
}

void Engine_release_tenant(Engine *engine, TenantHandle *tenant)
{
    if (!tenant)
        return;
    pthread_mutex_lock(&engine->mutex);
    tenant->references--;
    tenant->last_used = World_monotonic();
    pthread_mutex_unlock(&engine->mutex);
}

void Tenants_close_all(Engine *engine)
{
    while (engine->tenants) {
        TenantHandle *tenant = engine->tenants;
        engine->tenants = tenant->next;
        close_tenant(tenant);
    }
    engine->tenant_count = 0;
}

Store *TenantHandle_store(TenantHandle *tenant)
{
    return tenant->store;
}

const TenantInfo *TenantHandle_info(TenantHandle *tenant)
{
    return &atomic_load(&tenant->settings)->info;
}

const char *TenantHandle_slug(const TenantHandle *tenant)
{
    return tenant->slug;
}
