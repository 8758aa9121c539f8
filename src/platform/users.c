/* users.c - listing people, letting them in and out. */
#include "platform/users.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/datetime.h"
#include "base/world.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/generic.h"
#include "platform/parts.h"

/* ---- finding ------------------------------------------------------------------------------ */

static bool find_member(OperationContext *context, Person *person, Error *error)
{
    Store *store = TenantHandle_store(context->tenant_handle);
    Connection *connection = Store_reader(store, error);
    Statement *row = connection ? Connection_prepare(
        connection, "SELECT u.id, m.id, m.state, m.invite_token_hash, m.invite_expires_at"
        " FROM user_ u LEFT JOIN membership m ON m.user_id = u.id AND m.deleted_at IS NULL"
        " WHERE u.uid = ?1 AND u.deleted_at IS NULL", error) : NULL;

    if (row) {
        Statement_bind_blob(row, 1, person->login.uid.bytes, UID_BYTES);
        if (Statement_step(row, error) == STEP_ROW) {
            const char *state = Statement_text(row, 2), *hash = Statement_text(row, 3);
            person->user_id = Statement_int(row, 0);
            person->membership_id = Statement_int(row, 1);
            snprintf(person->state, sizeof person->state, "%s", state ? state : "");
            snprintf(person->token_hash, sizeof person->token_hash, "%s", hash ? hash : "");
            person->token_expires_at = Statement_int(row, 4);
        }
        Statement_reset(row);
    }
    if (connection)
        Store_release(store, connection);
    return person->user_id != 0;
}

static bool find_login(OperationContext *context, const char *name, Login *login, Error *error)
{
    Store *system = Engine_system_store(context->engine);
    Connection *connection = Store_reader(system, error);
    bool found = connection && Login_by_name(connection, name, login, error);

    if (connection)
        Store_release(system, connection);
    return found;
}

bool Users_find(OperationContext *context, const char *name, Person *person, Error *error)
{
    memset(person, 0, sizeof *person);
    if (find_login(context, name, &person->login, error) && find_member(context, person, error))
        return true;
    return Error_present(error) ? false
                                : Error_set_field(error, ERROR_NOT_FOUND, "login",
                                                  "There is no user \"%.80s\" here.", name);
}

/* ---- user.list ---------------------------------------------------------------------------- */

static void add_login(Connection *system, Statement *row, Json *user)
{
    Login login;
    Uid uid;
    const void *bytes = Statement_blob(row, 0);
    char id[UID_TEXT_SIZE];

    if (!bytes || Statement_bytes(row, 0) != UID_BYTES)
        return;
    memcpy(uid.bytes, bytes, UID_BYTES);
    Json_set_text(user, "id", Uid_format(&uid, "user", id));
    if (Login_by_uid(system, &uid, &login, NULL)) {
        Json_set_text(user, "login", login.login);
        Json_set_bool(user, "password", login.password_hash[0] != '\0');
        Json_set_bool(user, "locked", login.locked_until > World_now());
    } else {
        Json_set_text(user, "login", NULL);
    }
}

/* With an order, a filter or columns it is the list of any resource. */
static bool asks_as_list(const Json *params)
{
    static const char *const NAMES[] = {"filter", "sort", "limit", "after", "before", "columns"};

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (Json_get(params, NAMES[i]))
            return true;
    }
    return false;
}

static bool user_list(OperationContext *context, const Json *params, Json **result, Error *error)
{
    if (asks_as_list(params)) {
        context->resource = Resource_find("user");
        return Generic_list(context, params, result, error);
    }
    Store *system_store = Engine_system_store(context->engine);
    Connection *system = Store_reader(system_store, error);
    Statement *row = system ? Connection_prepare(
        context->model.connection, "SELECT u.uid, u.name, u.email, u.state, m.state, m.title, u.id"
        " FROM user_ u LEFT JOIN membership m ON m.user_id = u.id AND m.deleted_at IS NULL"
        " WHERE u.deleted_at IS NULL ORDER BY u.name_key, u.id LIMIT 1000", error) : NULL;
    Json *users = json_object_new_array();

    while (row && Statement_step(row, error) == STEP_ROW) {
        if (context->model.scope && !Model_read(&context->model, Resource_find("user"),
                                                Statement_int(row, 6), false, NULL))
            continue; /* whom the asker may not see */
        Json *user = json_object_new_object();
        add_login(system, row, user);
        Json_set_text(user, "name", Statement_text(row, 1));
        Json_set_text(user, "email", Statement_text(row, 2));
        Json_set_text(user, "state", Statement_text(row, 3));
        Json_set_text(user, "membership", Statement_text(row, 4));
        Json_set_text(user, "title", Statement_text(row, 5));
        Json_set(user, "roles", Rights_role_names(Context_rights(context),
                                                  Statement_int(row, 6)));
        json_object_array_add(users, user);
    }
    if (row)
        Statement_reset(row);
    if (system)
        Store_release(system_store, system);
    *result = json_object_new_object();
    Json_set(*result, "records", users);
    return row && !Error_present(error);
}

/* ---- states ------------------------------------------------------------------------------- */

/* params: {user, membership, state, membership_state}: row numbers and the states they get. */
static bool write_states(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *user = Resource_find("user"), *membership = Resource_find("membership");
    ModelContext *model = &context->model;
    int64_t user_id = Json_int(params, "user", 0), member_id = Json_int(params, "membership", 0);

    model->scope = NULL;
    model->importing = true; /* the state follows the login, by whatever way it came there */
    Record *changes = Record_new(model->arena, user);
    Record_set_text(changes, user->state_field, Json_text(params, "state"));
    if (!Model_update(model, user_id, 0, changes, NULL, error))
        return false;
    if (!member_id)
        return true;
    changes = Record_new(model->arena, membership);
    Record_set_text(changes, membership->state_field, Json_text(params, "membership_state"));
    Record_set_null(changes, Resource_field(membership, "invite_token_hash"));
    return Model_update(model, member_id, 0, changes, NULL, error);
}

static bool set_states(OperationContext *context, const Person *person, const char *state,
                       const char *membership, Error *error)
{
    Json *params = json_object_new_object();

    Json_set_int(params, "user", person->user_id);
    Json_set_int(params, "membership", person->membership_id);
    Json_set_text(params, "state", state);
    Json_set_text(params, "membership_state", membership);
    bool done = Context_write(context, STORE_INTERACTIVE, write_states, params, NULL, error);
    json_object_put(params);
    TenantHandle_refresh(context->tenant_handle);
    return done;
}

/* Nobody shuts themselves out, and only owners touch owners. */
static bool check_rank(OperationContext *context, const Person *person, Error *error)
{
    const Rights *rights = Context_rights(context);

    if (person->user_id == context->model.user_id)
        return Error_set(error, ERROR_RULE, "You cannot do this to yourself.");
    if (Rights_has_role(rights, person->user_id, "owner") &&
        !Rights_has_role(rights, context->model.user_id, "owner"))
        return Error_set(error, ERROR_FORBIDDEN, "Only an owner may change another owner.");
    return true;
}

static bool change_state(OperationContext *context, const Json *params, const char *login_state,
                         const char *membership, Json **result, Error *error)
{
    Person person;

    if (!Users_find(context, Json_text(params, "login"), &person, error) ||
        !check_rank(context, &person, error) ||
        !set_states(context, &person, login_state, membership, error))
        return false;
    snprintf(person.login.state, sizeof person.login.state, "%s", login_state);
    person.login.failed = person.login.locked_until = 0;
    if (!Login_save(context, &person.login, false, error))
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "login", person.login.login);
    Json_set_text(*result, "state", login_state);
    return true;
}

static bool user_disable(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return change_state(context, params, "disabled", "suspended", result, error);
}

static bool user_enable(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return change_state(context, params, "active", "active", result, error);
}

/* ---- passwords ---------------------------------------------------------------------------- */

static bool set_password(OperationContext *context, Login *login, const char *password, Error *error)
{
    if (!Login_check_password(password, error))
        return false;
    char *hash = Seal_password_hash(password, strlen(password), error);
    bool fits = hash && strlen(hash) < sizeof login->password_hash;
    if (fits)
        memcpy(login->password_hash, hash, strlen(hash) + 1);
    free(hash);
    return fits || Error_present(error)
               ? fits : Error_set(error, ERROR_INTERNAL, "The password could not be kept.");
}

static bool log_password(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *user = Resource_find("user");
    int64_t id = Json_int(params, "user", 0);
    Record *record = Model_read(&context->model, user, id, false, error);

    if (!record)
        return false;
    Uid uid = Record_uid(record);
    return Model_log(&context->model, user, &uid, Model_label(&context->model, user, id),
                     "user.passwd", NULL, NULL, error);
}

static bool user_passwd(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *name = Json_text(params, "login");
    Person person;

    if (!Users_find(context, name ? name : Session_login(context->session), &person, error))
        return false;
    if (person.user_id != context->model.user_id) {
        Decision decision;
        if (!Context_authorise(context, Resource_find("user"), ACTION_CONFIGURE, NULL, &decision,
                               error) ||
            !check_rank(context, &person, error))
            return false;
    }
    person.login.failed = person.login.locked_until = 0;
    if (!set_password(context, &person.login, Json_text(params, "password"), error))
        return false;
    Json *who = json_object_new_object();
    Json_set_int(who, "user", person.user_id);
    context->model.scope = NULL;
    bool done = Context_write(context, STORE_INTERACTIVE, log_password, who, NULL, error) &&
                Login_save(context, &person.login, false, error);
    json_object_put(who);
    if (!done)
        return false;
    *result = json_object_new_object();
    Json_set_text(*result, "login", person.login.login);
    return true;
}

/* ---- accepting an invitation -------------------------------------------------------------- */

static void hash_token(const char *token, char hex[65])
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(digest, (const uint8_t *)token, strlen(token));
    sodium_bin2hex(hex, 65, digest, sizeof digest);
}

static bool begin_as(OperationContext *context, const Login *login, const char *tenant, Json **result,
                     Error *error)
{
    if (!Login_begin(context, login, tenant, "password", error))
        return false;
    *result = Login_hello(context, error);
    return *result != NULL;
}

static bool refuse_token(Error *error)
{
    return Error_set_field(error, ERROR_FORBIDDEN, "token",
                           "This invitation is not valid, or no longer.");
}

/* The tenant comes with the invitation, since nobody is logged in yet. */
static bool user_accept(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Engine *engine = context->engine;
    OperationContext inner = *context;
    Person person;
    char hex[65];
    Error ignored = ERROR_NONE;

    TenantHandle *tenant = Engine_tenant(engine, Json_text(params, "tenant"), &ignored);
    if (!tenant)
        return refuse_token(error);
    Engine_context(engine, tenant, context->model.arena, &inner);
    inner.model.operation = "user.accept";
    hash_token(Json_text(params, "token"), hex);
    bool valid = Users_find(&inner, Json_text(params, "login"), &person, &ignored) &&
                 strcmp(person.state, "invited") == 0 && strlen(person.token_hash) == 64 &&
                 sodium_memcmp(hex, person.token_hash, 64) == 0 &&
                 person.token_expires_at > World_now();
    inner.model.actor_name = valid ? person.login.login : "nobody";
    bool done = valid ? set_password(&inner, &person.login, Json_text(params, "password"), error)
                      : refuse_token(error);
    if (done) {
        snprintf(person.login.state, sizeof person.login.state, "active");
        done = set_states(&inner, &person, "active", "active", error) &&
               Login_save(&inner, &person.login, false, error) &&
               begin_as(context, &person.login, Json_text(params, "tenant"), result, error);
    }
    Engine_release_tenant(engine, tenant);
    return done;
}

/* ---- table -------------------------------------------------------------------------------- */

static const ParameterDef LIST[] = {
    {.name = "filter", .type = FIELD_TEXT, .help = "state = active"},
    {.name = "sort", .type = FIELD_TEXT, .help = "Fields with commas; - before one turns it round."},
    {.name = "limit", .type = FIELD_INT, .help = "At most so many."},
    {.name = "after", .type = FIELD_TEXT, .help = "`next` of the page before."},
    {.name = "before", .type = FIELD_TEXT, .help = "`previous` of the page after."},
    {.name = "columns", .type = FIELD_JSON, .help = "Names of fields; without: login and roles."},
};
static const ParameterDef PERSON[] = {
    {.name = "login", .type = FIELD_TEXT, .required = true, .help = "Login or e-mail address."},
};
static const ParameterDef PASSWD[] = {
    {.name = "login", .type = FIELD_TEXT, .help = "Oneself when absent."},
    {.name = "password", .type = FIELD_TEXT, .required = true, .help = "At least 10 characters."},
};
static const ParameterDef ACCEPT[] = {
    {.name = "tenant", .type = FIELD_TEXT, .required = true, .help = "Slug of the company."},
    {.name = "login", .type = FIELD_TEXT, .required = true},
    {.name = "token", .type = FIELD_TEXT, .required = true, .help = "From the invitation."},
    {.name = "password", .type = FIELD_TEXT, .required = true, .help = "At least 10 characters."},
};

static const OperationDef ROWS[] = {
    {.name = "user.list", .summary = "List people with login, roles and state",
     .kind = OPERATION_READ, .right = "user:read", PARAMETERS(LIST), .run = user_list},
    {.name = "user.disable", .summary = "Keep a person out", .kind = OPERATION_WORK,
     .right = "user:update", .flags = OPERATION_DANGEROUS, PARAMETERS(PERSON),
     .run = user_disable},
    {.name = "user.enable", .summary = "Let a person in again", .kind = OPERATION_WORK,
     .right = "user:update", PARAMETERS(PERSON), .run = user_enable},
    {.name = "user.passwd", .summary = "Set a password", .kind = OPERATION_WORK,
     .flags = OPERATION_PASSWORD, PARAMETERS(PASSWD), .run = user_passwd},
    {.name = "user.accept", .summary = "Accept an invitation", .kind = OPERATION_WORK,
     .flags = OPERATION_PUBLIC | OPERATION_SYSTEM | OPERATION_HIDDEN | OPERATION_PASSWORD,
     PARAMETERS(ACCEPT), .run = user_accept},
};

/* ---- built-in roles ----------------------------------------------------------------------- */

/* Who is an owner hangs on a role and its name: both stay, so that nobody locks a company out. */
static bool role_stays(ModelContext *context, const Record *role, Error *error)
{
    const ResourceDef *resource = Resource_find("role");

    if (!Record_int(role, Resource_field(resource, "builtin"), 0))
        return true;
    return Error_set(error, ERROR_RULE, "The role %s is built in and stays.",
                     Record_text(role, Resource_field(resource, "name")));
}

static bool role_keeps_name(ModelContext *context, const Record *old, Record *role, Error *error)
{
    const ResourceDef *resource = Resource_find("role");
    int name = Resource_field(resource, "name");

    if (!old || !Record_int(old, Resource_field(resource, "builtin"), 0) ||
        !Record_changed(old, role, name))
        return true;
    return Error_set_field(error, ERROR_RULE, "name", "The role %s is built in and keeps its name.",
                           Record_text(old, name));
}

void Users_register(void)
{
    Model_register_hooks("role", role_keeps_name, NULL);
    Model_register_delete_guard("role", role_stays);
    Operations_register(ROWS, sizeof ROWS / sizeof *ROWS);
    Invite_register();
}
