#include <string.h>
#include "base/world.h"
#include "engine/generic.h"
#include "engine/internal.h"
#include "engine/login.h"
#include "engine/own_operations.h"

/* ---- hello -------------------------------------------------------------------------------- */

/* Only one login, and no password on it: the operating system has already asked who it is. */
static bool find_peer(OperationContext *context, Login *login, bool *known, Error *error)
{
    Store *system = context->engine->system;
    Connection *connection = Store_reader(system, error);

    if (!connection)
        return false;
    int count = Logins_of_peer(connection, Session_peer_uid(context->session), login, error);
    Store_release(system, connection);
    *known = count == 1 && !login->password_hash[0];
    return !Error_present(error);
}

static bool owns_tenant(OperationContext *context, const char *login_name, Error *error)
{
    const Identity *identity = Session_identity(context->session);
    TenantSnapshot *snapshot;

    if (!identity || !(snapshot = TenantHandle_take_snapshot(identity->tenant, NULL, error)))
        return false;
    bool owner = Rights_has_role(snapshot->rights, identity->user_id, "owner");
    TenantSnapshot_release(snapshot);
    return owner;
}

/* --as: for the OS user that owns the folder, and for owners. */
static bool find_other(OperationContext *context, const char *name, const char *tenant, Login *login,
                       Error *error)
{
    Store *system = context->engine->system;

    if (!Session_is_home_owner(context->session)) {
        Login own;
        bool known;
        if (!find_peer(context, &own, &known, error))
            return false;
        if (known && !Login_begin(context, &own, tenant, NULL, error))
            return false;
        if (!known || !owns_tenant(context, name, error))
            return Error_set(error, ERROR_FORBIDDEN, "Only owners may act as another login.");
    }
    Connection *connection = Store_reader(system, error);
    if (!connection)
        return false;
    bool found = Login_by_name(connection, name, login, error);
    Store_release(system, connection);
    if (!found && !Error_present(error))
        return Error_set(error, ERROR_NOT_FOUND, "There is no login \"%.80s\".", name);
    if (found && strcmp(login->state, "active") != 0)
        return Error_set(error, ERROR_FORBIDDEN, "The login %s is %s.", login->login, login->state);
    return found;
}

static bool hello(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const char *as = Json_text(params, "as"), *tenant = Json_text(params, "tenant");
    Login login;
    bool known = true;

    if (Json_int(params, "protocol", 0) != 1)
        return Error_set_field(error, ERROR_USAGE, "protocol",
                               "This engine speaks version 1 of the protocol.");
    if (!Session_become(context->session, NULL, error))
        return false;
    if (as ? !find_other(context, as, tenant, &login, error)
           : !find_peer(context, &login, &known, error)) {
        Session_become(context->session, NULL, NULL);
        return false;
    }
    if (known && !Login_begin(context, &login, tenant, NULL, error))
        return false;
    *result = Login_hello(context, error);
    return *result != NULL;
}

Json *Session_describe(OperationContext *context, Error *error)
{
    return Login_hello(context, error);
}

/* ---- the rest ----------------------------------------------------------------------------- */

static bool session_login(OperationContext *context, const Json *params, Json **result, Error *error)
{
    Login login;

    if (!Login_verify(context, Json_text(params, "login"), Json_text(params, "password"), &login,
                      error) ||
        !Login_begin(context, &login, Json_text(params, "tenant"), "password", error))
        return false;
    *result = Login_hello(context, error);
    return *result != NULL;
}

static bool end_record(OperationContext *context, const Json *params, Json **result, Error *error)
{
    const ResourceDef *resource = Resource_find("session");
    int64_t id = Model_resolve(&context->model, resource, context->model.session_uid, error);

    if (!id)
        return false;
    Record *changes = Record_new(context->model.arena, resource);
    Record_set_int(changes, Resource_field(resource, "revoked_at"), context->model.now);
    return Model_update(&context->model, id, 0, changes, NULL, error);
}

static bool session_logout(OperationContext *context, const Json *params, Json **result,
                           Error *error)
{
    const Identity *identity = Session_identity(context->session);

    if (identity && identity->session_text[0] &&
        !Context_write(context, STORE_INTERACTIVE, end_record, params, NULL, error))
        return false;
    if (!Session_become(context->session, NULL, error))
        return false;
    *result = Login_hello(context, error);
    return *result != NULL;
}

static bool engine_ping(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return true;
}

static bool events_subscribe(OperationContext *context, const Json *params, Json **result,
                             Error *error)
{
    atomic_store(&context->session->subscribed, Json_bool(params, "on", true));
    return true;
}

/* The engine answers these before they come here, see dispatch.c; too long ones end nothing. */
static bool request_cancel(OperationContext *context, const Json *params, Json **result, Error *error)
{
    return Error_set_field(error, ERROR_USAGE, "id", "The id of a request is short.");
}

static const ParameterDef CANCEL[] = {
    {.name = "id", .type = FIELD_JSON, .required = true, .help = "Id of a request that runs."},
};
static const ParameterDef HELLO[] = {
    {.name = "protocol", .type = FIELD_INT, .required = true, .help = "1"},
    {.name = "client", .type = FIELD_TEXT, .help = "tui, cli"},
    {.name = "tenant", .type = FIELD_TEXT, .help = "Slug; the one used last when absent."},
    {.name = "as", .type = FIELD_TEXT, .help = "Login to act as; for owners."},
};
static const ParameterDef LOGIN[] = {
    {.name = "login", .type = FIELD_TEXT, .required = true, .help = "Login or e-mail address."},
    {.name = "password", .type = FIELD_TEXT, .required = true},
    {.name = "tenant", .type = FIELD_TEXT, .help = "Slug; the one used last when absent."},
};
static const ParameterDef SUBSCRIBE[] = {
    {.name = "on", .type = FIELD_BOOL, .help = "false ends the subscription."},
};

static const OperationDef ROWS[] = {
    {.name = "hello", .summary = "Say who asks, learn whom one talks to", .kind = OPERATION_WORK,
     .flags = OPERATION_PUBLIC | OPERATION_SYSTEM | OPERATION_HIDDEN, PARAMETERS(HELLO),
     .run = hello},
    {.name = "session.login", .summary = "Log in with a password", .kind = OPERATION_WORK,
     .flags = OPERATION_PUBLIC | OPERATION_SYSTEM | OPERATION_HIDDEN | OPERATION_PASSWORD,
     PARAMETERS(LOGIN), .run = session_login},
    {.name = "session.logout", .summary = "End the session", .kind = OPERATION_WORK,
     .flags = OPERATION_PUBLIC | OPERATION_SYSTEM, .run = session_logout},
    {.name = "events.subscribe", .summary = "Be told when records change",
     .kind = OPERATION_READ, .flags = OPERATION_SYSTEM, PARAMETERS(SUBSCRIBE),
     .run = events_subscribe},
    {.name = "request.cancel", .summary = "End a request that is under way",
     .kind = OPERATION_READ, .flags = OPERATION_PUBLIC | OPERATION_SYSTEM, PARAMETERS(CANCEL),
     .run = request_cancel},
    {.name = "engine.ping", .summary = "Does the engine answer?", .kind = OPERATION_READ,
     .flags = OPERATION_PUBLIC | OPERATION_SYSTEM, .run = engine_ping},
};

void SessionOperations_register(void)
{
    Operations_register(ROWS, sizeof ROWS / sizeof *ROWS);
}
