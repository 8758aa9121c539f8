#include "config.h"
#include "engine/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/datetime.h"
#include "base/log.h"
#include "base/text.h"
#include "base/world.h"
#include "engine/internal.h"

#define FAILURES_MAX 10
#define LOCK_MINUTES 15
#define PASSWORD_MIN 10
#define PASSWORD_MAX 1024


/* ---- becoming somebody -------------------------------------------------------------------- */

static bool find_tenant(OperationContext *context, const Login *login, const char *slug,
                        TenantRow *row, Error *error)
{
    Store *system = context->engine->system;
    Connection *connection = Store_reader(system, error);

    if (!connection)
        return false;
    bool found = TenantRow_of_login(connection, login->id, slug, row, error);
    Store_release(system, connection);
    if (found || Error_present(error))
        return found;
    if (slug)
        return Error_set(error, ERROR_FORBIDDEN, "%s is no member of a tenant \"%.60s\".",
                         login->login, slug);
    return Error_set(error, ERROR_FORBIDDEN, "%s is no member of any tenant.", login->login);
}

static bool find_user(Identity *identity, Error *error)
{
    Store *store = identity->tenant->store;
    Connection *connection = Store_reader(store, error);
    Statement *row = connection ? Connection_prepare(
        connection, "SELECT id, name FROM user_ WHERE uid = ?1 AND deleted_at IS NULL", error)
                                : NULL;

    if (row) {
        Statement_bind_blob(row, 1, identity->user_uid.bytes, UID_BYTES);
        if (Statement_step(row, error) == STEP_ROW) {
            const char *name = Statement_text(row, 1);
            identity->user_id = Statement_int(row, 0);
            snprintf(identity->name, sizeof identity->name, "%s", name ? name : "");
        }
        Statement_reset(row);
    }
    TenantSnapshot *snapshot = row ? TenantHandle_take_snapshot(identity->tenant, connection, error)
                                   : NULL;
    bool member = snapshot && Rights_is_member(snapshot->rights, identity->user_id);
    TenantSnapshot_release(snapshot);
    if (connection)
        Store_release(store, connection);
    return member || Error_present(error)
               ? member
               : Error_set(error, ERROR_FORBIDDEN, "%s is not an active member of %s.",
                           identity->login, identity->tenant->slug);
}

typedef struct Entering {
    int64_t login_id, tenant_id, now;
} Entering;

static bool enter(Connection *connection, void *argument, Error *error)
{
    const Entering *entering = argument;
    return Login_enter(connection, entering->login_id, entering->tenant_id, entering->now, error);
}

/* A session record: logins by password are listed and can be revoked. */
static bool record_session(OperationContext *context, const Json *params, Json **result,
                           Error *error)
{
    const ResourceDef *resource = Resource_find("session");
    uint8_t secret[16];
    char token[33];
    Record *record, *created;

    World_random(secret, sizeof secret);
    for (size_t i = 0; i < sizeof secret; i++)
        snprintf(token + 2 * i, 3, "%02x", secret[i]);
    Json *json = json_object_new_object();
    Json_set_text(json, "user_id", Json_text(params, "user"));
    Json_set_text(json, "token_hash", token);
    Json_set_text(json, "channel", "tui");
    Json_set_text(json, "agent", Json_text(params, "client"));
    char now[40];
    Json_set_text(json, "started_at", DateTime_format(context->model.now, now));
    context->model.operation = "session.login";
    record = Record_from_json(&context->model, resource, json, error);
    bool done = record && Model_create(&context->model, record, &created, error);
    if (done) {
        char id[UID_TEXT_SIZE];
        Uid uid = Record_uid(created);
        *result = json_object_new_string(Uid_format(&uid, resource->prefix, id));
    }
    json_object_put(json);
    return done;
}

static bool open_record(OperationContext *context, Identity *identity, const char *channel,
                        Error *error)
{
    OperationContext inner;
    Json *params = json_object_new_object(), *result = NULL;
    char user[UID_TEXT_SIZE];
    TenantSnapshot *snapshot = TenantHandle_take_snapshot(identity->tenant, NULL, error);
    bool done = false;

    Json_set_text(params, "user", Uid_format(&identity->user_uid, "user", user));
    Json_set_text(params, "client", channel);
    if (snapshot) {
        Context_fill(&inner, context->engine, identity->tenant, snapshot, identity,
                     context->model.arena);
        done = Context_write(&inner, STORE_INTERACTIVE, record_session, params, &result, error);
    }
    if (done) {
        const char *id = json_object_get_string(result);
        snprintf(identity->session_text, sizeof identity->session_text, "%s", id);
        Uid_parse(id, "session", &identity->session_uid, NULL);
    }
    TenantSnapshot_release(snapshot);
    json_object_put(result);
    json_object_put(params);
    return done;
}

bool Login_begin(OperationContext *context, const Login *login, const char *slug, const char *channel,
                 Error *error)
{
    Engine *engine = context->engine;
    TenantRow row;
    Entering entering = {login->id, 0, World_now()};
    Identity *identity = calloc(1, sizeof *identity);

    if (!identity)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory to log in.");
    identity->login_id = login->id;
    identity->user_uid = login->uid;
    memcpy(identity->login, login->login, sizeof identity->login);
    if (find_tenant(context, login, slug, &row, error) &&
        (identity->tenant = Engine_tenant(engine, row.slug, error)) &&
        find_user(identity, error) &&
        (!channel || open_record(context, identity, channel, error))) {
        entering.tenant_id = row.id;
        if ((!slug && !channel) ||
            Store_write_wait(engine->system, STORE_INTERACTIVE, enter, &entering, error)) {
            if (Session_become(context->session, identity, error))
                return true;
        }
    }
    Engine_release_tenant(engine, identity->tenant);
    free(identity);
    return false;
}

/* ---- what hello says ---------------------------------------------------------------------- */

static Json *describe_user(const Identity *identity, const TenantSnapshot *snapshot,
                           Connection *connection, Error *error)
{
    char id[UID_TEXT_SIZE];
    Json *user = json_object_new_object();
    Statement *row = Connection_prepare(connection, "SELECT lang, tz FROM user_ WHERE id = ?1",
                                        error);

    Json_set_text(user, "id", Uid_format(&identity->user_uid, "user", id));
    Json_set_text(user, "login", identity->login);
    Json_set_text(user, "name", identity->name);
    Json_set(user, "roles", Rights_role_names(snapshot->rights, identity->user_id));
    if (!row)
        return user;
    Statement_bind_int(row, 1, identity->user_id);
    bool found = Statement_step(row, error) == STEP_ROW;
    const char *language = found ? Statement_text(row, 0) : NULL;
    const char *zone = found ? Statement_text(row, 1) : NULL;
    Json_set_text(user, "language", language ? language : snapshot->info->language);
    Json_set_text(user, "zone", zone ? zone : snapshot->info->zone);
    Statement_reset(row);
    return user;
}

static Json *describe_tenant(const TenantInfo *info)
{
    char id[UID_TEXT_SIZE];
    Json *tenant = json_object_new_object();

    Json_set_text(tenant, "id", Uid_format(&info->uid, "tenant", id));
    Json_set_text(tenant, "slug", info->slug);
    Json_set_text(tenant, "name", info->name);
    Json_set_text(tenant, "currency", info->currency);
    Json_set_text(tenant, "language", info->language);
    Json_set_text(tenant, "zone", info->zone);
    Json_set_text(tenant, "country", info->country);
    Json_set_int(tenant, "week_start", info->week_start);
    return tenant;
}

static bool add_identity(OperationContext *context, Json *hello, const Identity *identity,
                         Error *error)
{
    Connection *connection = Store_reader(identity->tenant->store, error);
    Connection *system = connection ? Store_reader(context->engine->system, error) : NULL;
    TenantSnapshot *snapshot = system ? TenantHandle_take_snapshot(identity->tenant, connection,
                                                                   error) : NULL;

    if (snapshot) {
        Json_set(hello, "user", describe_user(identity, snapshot, connection, error));
        Json_set(hello, "tenant", describe_tenant(snapshot->info));
        Json_set(hello, "tenants", TenantRows_json(system, identity->login_id, error));
    }
    TenantSnapshot_release(snapshot);
    if (system)
        Store_release(context->engine->system, system);
    if (connection)
        Store_release(identity->tenant->store, connection);
    return snapshot && !Error_present(error);
}

Json *Login_hello(OperationContext *context, Error *error)
{
    const Identity *identity = Session_identity(context->session);
    Json *hello = json_object_new_object();
    char text[40];

    Json_set_int(hello, "protocol", 1);
    Json_set_text(hello, "version", PACKAGE_VERSION);
    if (!identity) {
        Json_set(hello, "user", NULL);
        Json_set(hello, "tenant", NULL);
        Json_set(hello, "tenants", json_object_new_array());
    } else if (!add_identity(context, hello, identity, error)) {
        json_object_put(hello);
        return NULL;
    }
    Json_set_bool(hello, "login_required", !identity);
    Json_set_text(hello, "started_at", DateTime_format(context->engine->started_at, text));
    Json_set_text(hello, "now", DateTime_format(World_now(), text));
    return hello;
}

/* ---- passwords ---------------------------------------------------------------------------- */

static pthread_once_t stand_in_once = PTHREAD_ONCE_INIT;
static char *stand_in_hash;

static void make_stand_in(void)
{
    stand_in_hash = Seal_password_hash("nobody has this password", 24, NULL);
}

bool Login_check_password(const char *password, Error *error)
{
    if (strlen(password) > PASSWORD_MAX)
        return Error_set_field(error, ERROR_TOO_LONG, "password", "The password is too long.");
    if (Text_code_points(password) >= PASSWORD_MIN)
        return true;
    return Error_set_field(error, ERROR_RULE, "password",
                           "A password has at least %d characters.", PASSWORD_MIN);
}

typedef struct Saving {
    Login *login;
    bool insert;
} Saving;

static bool save_login(Connection *connection, void *argument, Error *error)
{
    const Saving *saving = argument;
    return saving->insert ? Login_insert(connection, saving->login, error)
                          : Login_update(connection, saving->login, error);
}

bool Login_save(OperationContext *context, Login *login, bool insert, Error *error)
{
    Saving saving = {login, insert};
    return Store_write_wait(context->engine->system, STORE_INTERACTIVE, save_login, &saving, error);
}

typedef struct Attempt {
    Login *login;
    bool success;
} Attempt;

/* Counted in the writer, so that attempts at the same time all count. */
static bool count_attempt(Connection *connection, void *argument, Error *error)
{
    const Attempt *attempt = argument;
    Login now;

    if (!Login_by_uid(connection, &attempt->login->uid, &now, error))
        return false;
    if (attempt->success) {
        now.failed = 0;
        now.locked_until = 0;
    } else if (++now.failed >= FAILURES_MAX) {
        now.failed = 0;
        now.locked_until = World_now() + LOCK_MINUTES * 60 * MICROSECONDS_PER_SECOND;
        LOG_WARNING("login %s is locked after %d wrong passwords", now.login, FAILURES_MAX);
    }
    *attempt->login = now;
    return Login_update(connection, &now, error);
}

static bool refuse(Error *error)
{
    return Error_set(error, ERROR_UNAUTHENTICATED, "Login or password is wrong.");
}

bool Login_verify(OperationContext *context, const char *name, const char *password, Login *login,
                  Error *error)
{
    Store *system = context->engine->system;
    Connection *connection = Store_reader(system, error);
    Attempt attempt = {.login = login};

    if (!connection)
        return false;
    pthread_once(&stand_in_once, make_stand_in);
    bool known = Login_by_name(connection, name, login, error) && login->password_hash[0];
    Store_release(system, connection);
    if (Error_present(error) || !stand_in_hash)
        return Error_present(error) ? false : refuse(error);
    size_t length = strlen(password);
    bool right = Seal_password_verify(known ? login->password_hash : stand_in_hash, password,
                                      length > PASSWORD_MAX ? PASSWORD_MAX : length);
    if (!known)
        return refuse(error);
    if (login->locked_until > World_now()) {
        int64_t wait = (login->locked_until - World_now()) / (60 * MICROSECONDS_PER_SECOND) + 1;
        Error_set(error, ERROR_FORBIDDEN, "This login is locked after too many wrong passwords.");
        return Error_hint(error, "Try again in %lld minutes, or ask an administrator.",
                          (long long)wait);
    }
    attempt.success = right;
    if ((!right || login->failed) &&
        !Store_write_wait(system, STORE_INTERACTIVE, count_attempt, &attempt, error))
        return false;
    if (!right)
        return refuse(error);
    if (strcmp(login->state, "active") == 0)
        return true;
    return Error_set(error, ERROR_FORBIDDEN, "This login is %s.", login->state);
}
