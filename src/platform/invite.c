/* invite.c - a new person: record and membership in the company's file, then the login. */
#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/datetime.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "platform/parts.h"
#include "platform/users.h"

#define TOKEN_BYTES 20

/* ---- the company's file ------------------------------------------------------------------- */

/* A person invited before, or in the middle of being invited, keeps the record. */
static int64_t existing_user(OperationContext *context, const char *email, Error *error)
{
    Statement *row = Connection_prepare(
        context->model.connection, "SELECT id FROM user_ WHERE FOLD(email) = FOLD(?1)"
        " AND deleted_at IS NULL", error);

    if (!row)
        return 0;
    Statement_bind_text(row, 1, email);
    return Statement_scalar(row, 0, error);
}

static int64_t make_user(OperationContext *context, const Json *params, Error *error)
{
    const ResourceDef *resource = Resource_find("user");
    int64_t id = existing_user(context, Json_text(params, "email"), error);
    Record *created;
    Uid uid;

    if (id || Error_present(error))
        return id;
    Json *fields = json_object_new_object();
    Json_set_text(fields, "name", Json_text(params, "name"));
    Json_set_text(fields, "email", Json_text(params, "email"));
    Json_set_text(fields, "state", Json_text(params, "state"));
    Record *record = Record_from_json(&context->model, resource, fields, error);
    json_object_put(fields);
    if (!record || !Uid_parse(Json_text(params, "uid"), "user", &uid, NULL))
        return 0;
    record->values[Resource_field(resource, "uid")] = (Value){
        .kind = VALUE_BLOB, .text = (const char *)uid.bytes, .length = UID_BYTES};
    return Model_create(&context->model, record, &created, error) ? Record_id(created) : 0;
}

static Record *membership_of(OperationContext *context, const Json *params, int64_t user,
                             const char *role)
{
    const ResourceDef *resource = Resource_find("membership");
    Record *record = Record_new(context->model.arena, resource);
    const char *hash = Json_text(params, "token_hash");

    Record_set_int(record, Resource_field(resource, "user_id"), user);
    Record_set_text(record, Resource_field(resource, "role_ids"),
                    Arena_printf(context->model.arena, "[\"%s\"]", role));
    Record_set_text(record, resource->state_field, Json_text(params, "state"));
    Record_set_int(record, Resource_field(resource, "invited_by"), context->model.user_id);
    if (hash) {
        Record_set_text(record, Resource_field(resource, "invite_token_hash"), hash);
        Record_set_int(record, Resource_field(resource, "invite_expires_at"),
                       context->model.now + INVITE_DAYS * MICROSECONDS_PER_DAY);
    }
    return record;
}

static int64_t membership_id(OperationContext *context, int64_t user, Error *error)
{
    Statement *row = Connection_prepare(
        context->model.connection,
        "SELECT id FROM membership WHERE user_id = ?1 AND deleted_at IS NULL", error);

    if (!row)
        return 0;
    Statement_bind_int(row, 1, user);
    return Statement_scalar(row, 0, error);
}

/* The public id of the role called so; lists of references hold public ids. */
static const char *role_id(OperationContext *context, const char *name, Error *error)
{
    const ResourceDef *resource = Resource_find("role");
    int64_t id = Model_resolve(&context->model, resource, name, error);
    Record *role = id ? Model_read(&context->model, resource, id, false, error) : NULL;
    char *text = role ? Arena_alloc(context->model.arena, UID_TEXT_SIZE) : NULL;

    if (!text)
        return NULL;
    Uid uid = Record_uid(role);
    return Uid_format(&uid, resource->prefix, text);
}

/* *result: the public id of the user's record. */
static bool write_records(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = Resource_find("user");
    char id[UID_TEXT_SIZE];

    context->model.scope = NULL;
    context->model.importing = true; /* the state is what the login makes of it */
    const char *role = role_id(context, Json_text(params, "role"), error);
    int64_t user = role ? make_user(context, params, error) : 0;
    if (!user)
        return false;
    Record *membership = membership_of(context, params, user, role);
    int64_t member = membership_id(context, user, error);
    if (Error_present(error) ||
        !(member ? Model_update(&context->model, member, 0, membership, NULL, error)
                 : Model_create(&context->model, membership, NULL, error)))
        return false;
    Record *record = Model_read(&context->model, resource, user, false, error);
    if (!record)
        return false;
    Uid uid = Record_uid(record);
    *result = json_object_new_string(Uid_format(&uid, resource->prefix, id));
    return true;
}

/* ---- system.db ---------------------------------------------------------------------------- */

typedef struct Joining {
    Login *login;
    const char *slug;
} Joining;

static bool write_login(Connection *connection, void *argument, Error *error)
{
    const Joining *joining = argument;
    Login known;
    TenantRow tenant;

    if (Login_by_uid(connection, &joining->login->uid, &known, error)) {
        joining->login->id = known.id;
        if (!Login_update(connection, joining->login, error))
            return false;
    } else if (Error_present(error) || !Login_insert(connection, joining->login, error)) {
        return false;
    }
    return TenantRow_by_slug(connection, joining->slug, &tenant, error) &&
           Login_enter(connection, joining->login->id, tenant.id, World_now(), error);
}

static bool login_is_free(OperationContext *context, const char *name, const char *email,
                          Error *error)
{
    Store *system = Engine_system_store(context->engine);
    Connection *connection = Store_reader(system, error);
    Login login;

    if (!connection)
        return false;
    bool taken = Login_by_name(connection, name, &login, error) && strcmp(login.email, email) != 0;
    Store_release(system, connection);
    if (taken)
        return Error_set_field(error, ERROR_DUPLICATE, "login", "The login %s is taken.", name);
    return !Error_present(error);
}

/* ---- user.invite -------------------------------------------------------------------------- */

static bool read_os_user(const Json *params, Login *login, Error *error)
{
    const char *name = Json_text(params, "os_user");
    const struct passwd *person = name ? getpwnam(name) : NULL;

    login->os_uid = -1;
    if (!name)
        return true;
    if (!person)
        return Error_set_field(error, ERROR_NOT_FOUND, "os_user",
                               "This system has no user \"%.60s\".", name);
    login->os_uid = (int64_t)person->pw_uid;
    return true;
}

static bool read_password(const Json *params, Login *login, Error *error)
{
    const char *password = Json_text(params, "password");

    if (!password)
        return true;
    if (!Login_check_password(password, error))
        return false;
    char *hash = Seal_password_hash(password, strlen(password), error);
    if (hash)
        snprintf(login->password_hash, sizeof login->password_hash, "%s", hash);
    free(hash);
    return login->password_hash[0] != '\0';
}

static bool read_names(const Json *params, Login *login, Error *error)
{
    const char *email = Json_text(params, "email"), *name = Json_text(params, "login");
    const char *at = strrchr(email, '@');

    if (!at || at == email || !at[1] || strlen(email) >= sizeof login->email)
        return Error_set_field(error, ERROR_INVALID, "email", "\"%.80s\" is no e-mail address.",
                               email);
    if (name && (!name[0] || strlen(name) >= sizeof login->login || strpbrk(name, " \t@/")))
        return Error_set_field(error, ERROR_INVALID, "login",
                               "A login is one word without @ and /.");
    for (size_t i = 0; email[i]; i++)
        login->email[i] = (char)(email[i] >= 'A' && email[i] <= 'Z' ? email[i] + 32 : email[i]);
    if (name)
        snprintf(login->login, sizeof login->login, "%s", name);
    else
        snprintf(login->login, sizeof login->login, "%.*s", (int)(at - email), login->email);
    return true;
}

static Json *records_of(const Json *params, const Login *login, const char *token)
{
    const char *name = Json_text(params, "name"), *role = Json_text(params, "role");
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[65], uid[UID_TEXT_SIZE];
    Json *json = json_object_new_object();

    Json_set_text(json, "uid", Uid_format(&login->uid, "user", uid));
    Json_set_text(json, "name", name && name[0] ? name : login->login);
    Json_set_text(json, "email", login->email);
    Json_set_text(json, "role", role ? role : "viewer");
    Json_set_text(json, "state", login->state);
    if (token) {
        crypto_hash_sha256(digest, (const uint8_t *)token, strlen(token));
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
        Json_set_text(json, "token_hash", hex);
    }
    return json;
}

static bool make_person(OperationContext *context, const Json *params, Login *login,
                        const char *token, Json **result, Error *error)
{
    Json *records = records_of(params, login, token), *id = NULL;
    Joining joining = {login, TenantHandle_slug(context->tenant_handle)};
    bool done = Context_write(context, STORE_INTERACTIVE, write_records, records, &id, error);

    TenantHandle_refresh(context->tenant_handle);
    if (done)
        done = Uid_parse(json_object_get_string(id), "user", &login->uid, NULL) &&
               Store_write_wait(Engine_system_store(context->engine), STORE_INTERACTIVE,
                                write_login, &joining, error);
    if (done) {
        *result = json_object_new_object();
        Json_set_text(*result, "id", json_object_get_string(id));
        Json_set_text(*result, "login", login->login);
        Json_set_text(*result, "email", login->email);
        Json_set_text(*result, "role", Json_text(records, "role"));
        Json_set_text(*result, "state", login->state);
        Json_set_text(*result, "tenant", joining.slug);
        Json_set_text(*result, "token", token);
    }
    json_object_put(id);
    json_object_put(records);
    return done;
}

static bool user_invite(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *role = Json_text(params, "role");
    uint8_t secret[TOKEN_BYTES];
    char token[2 * TOKEN_BYTES + 1];
    Login login;

    memset(&login, 0, sizeof login);
    login.uid = Uid_new();
    if (role && strcmp(role, "owner") == 0 && !Context_has_role(context, "owner"))
        return Error_set_field(error, ERROR_FORBIDDEN, "role",
                               "Only an owner may invite another owner.");
    if (!read_names(params, &login, error) || !read_os_user(params, &login, error) ||
        !login_is_free(context, login.login, login.email, error) ||
        !read_password(params, &login, error))
        return false;
    bool active = login.os_uid >= 0 || login.password_hash[0];
    snprintf(login.state, sizeof login.state, "%s", active ? "active" : "invited");
    World_random(secret, sizeof secret);
    sodium_bin2hex(token, sizeof token, secret, sizeof secret);
    return make_person(context, params, &login, active ? NULL : token, result, error);
}

static const ParameterDef INVITE[] = {
    {.name = "email", .type = FIELD_EMAIL, .required = true, .help = "Where to reach the person."},
    {.name = "name", .type = FIELD_TEXT, .help = "First and last name."},
    {.name = "login", .type = FIELD_TEXT, .help = "One word; from the address when absent."},
    {.name = "role", .type = FIELD_TEXT, .help = "owner, admin, sales_rep, ...; viewer when absent."},
    {.name = "os_user", .type = FIELD_TEXT,
     .help = "User of this system who comes in without a password."},
    {.name = "password", .type = FIELD_TEXT, .help = "At least 10 characters; else a token is made."},
};

static const OperationDef ROWS[] = {
    {.name = "user.invite", .summary = "Let a person into the company", .kind = OPERATION_WORK,
     .right = "user:create", .flags = OPERATION_PASSWORD, PARAMETERS(INVITE), .run = user_invite},
};

void Invite_register(void)
{
    Operations_register(ROWS, sizeof ROWS / sizeof *ROWS);
}
