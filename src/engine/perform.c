#include <string.h>
#include "base/world.h"
#include "engine/events.h"
#include "engine/internal.h"
#include "engine/parameters.h"
#include "engine/stream.h"

void Context_fill(OperationContext *context, Engine *engine, TenantHandle *tenant,
                  const TenantSnapshot *snapshot, const Identity *identity, Arena *arena)
{
    memset(context, 0, sizeof *context);
    context->engine = engine;
    context->tenant_handle = tenant;
    context->snapshot = snapshot;
    context->model.arena = arena;
    context->model.now = World_now();
    context->model.actor_kind = identity ? ACTOR_USER : ACTOR_SYSTEM;
    context->model.actor_name = identity ? identity->login : "system";
    context->model.user_id = identity ? identity->user_id : 0;
    if (identity && identity->session_text[0])
        context->model.session_uid = identity->session_text;
    if (snapshot) {
        context->model.tenant = snapshot->info;
        context->model.custom = snapshot->custom;
    }
}

void Engine_context(Engine *engine, TenantHandle *tenant, Arena *arena, OperationContext *context)
{
    Context_fill(context, engine, tenant, NULL, NULL, arena);
    context->model.tenant = TenantHandle_info(tenant);
}

bool Context_is_system(const OperationContext *context)
{
    return !context->session && context->model.user_id == 0;
}

const Rights *Context_rights(const OperationContext *context)
{
    return context->snapshot ? context->snapshot->rights : NULL;
}

bool Context_has_role(const OperationContext *context, const char *role)
{
    return context->snapshot &&
           Rights_has_role(context->snapshot->rights, context->model.user_id, role);
}

bool Context_may(const OperationContext *context, const ResourceDef *resource, Action action)
{
    return Context_is_system(context) ||
           (context->snapshot &&
            Rights_may(context->snapshot->rights, context->model.user_id, resource, action, NULL));
}

/* ---- rights ------------------------------------------------------------------------------- */

static bool forbid(const OperationContext *context, const ResourceDef *resource, Action action,
                   Error *error)
{
    Error_set(error, ERROR_FORBIDDEN, "Your role does not allow to %s %s.", ACTION_NAMES[action],
              resource ? resource->plural : "this");
    return Error_hint(error, "Ask an administrator for the right %s:%s.",
                      resource ? resource->name : "tenant", ACTION_NAMES[action]);
}

bool Context_authorise(OperationContext *context, const ResourceDef *resource, Action action,
                       const char *event, Decision *decision, Error *error)
{
    *decision = (Decision){.allowed = true};
    context->model.scope = NULL;
    context->model.masked = NULL;
    if (Context_is_system(context))
        return true;
    if (!context->snapshot || !resource)
        return forbid(context, resource, action, error);
    if (!Rights_decide(context->snapshot->rights, context->model.user_id, resource, action, event,
                       context->model.connection, context->model.arena, decision, error))
        return false;
    if (!decision->allowed)
        return forbid(context, resource, action, error);
    context->model.scope = decision->scope;
    context->model.masked = decision->masked;
    return Stream_narrow(context, resource, error);
}

/* "lead:update", "@:read" */
static bool read_right(const char *right, const ResourceDef *own, const ResourceDef **resource,
                       Action *action, Error *error)
{
    char name[64];
    const char *colon = strchr(right, ':');

    if (!colon || colon - right >= (ptrdiff_t)sizeof name)
        return Error_set(error, ERROR_INTERNAL, "The right \"%s\" cannot be read.", right);
    memcpy(name, right, (size_t)(colon - right));
    name[colon - right] = '\0';
    *resource = strcmp(name, "@") == 0 ? own : Resource_find(name);
    *action = Action_find(colon + 1);
    if (*resource && *action < ACTION_COUNT)
        return true;
    return Error_set(error, ERROR_INTERNAL, "The right \"%s\" is unknown.", right);
}

bool Context_check_fields(const ResourceDef *resource, const Decision *decision, const Json *params,
                          Error *error)
{
    if (!decision->refused || !params)
        return true;
    json_object_object_foreach((Json *)(uintptr_t)params, name, value) {
        int field = Resource_field(resource, name);
        for (const char *const *each = decision->refused; value && field >= 0 && *each; each++) {
            if (Resource_field(resource, *each) == field)
                return Error_set_field(error, ERROR_FORBIDDEN, name,
                                       "Your role does not allow to change %s.", name);
        }
    }
    return true;
}

/* Handing records to somebody else is a right of its own. */
bool Context_check_assignment(OperationContext *context, const ResourceDef *resource,
                              const Json *params, Error *error)
{
    static const char *const HOLDERS[] = {"owner_id", "team_id", "assignee_id"};

    if (Context_is_system(context) || !context->model.scope)
        return true;
    for (size_t i = 0; i < sizeof HOLDERS / sizeof *HOLDERS; i++) {
        if (!Json_get(params, HOLDERS[i]) || Resource_field(resource, HOLDERS[i]) < 0 ||
            Rights_may(context->snapshot->rights, context->model.user_id, resource, ACTION_ASSIGN,
                       NULL))
            continue;
        const Identity *identity = Session_identity(context->session);
        const char *to = Json_text(params, HOLDERS[i]);
        char own[UID_TEXT_SIZE] = "";
        if (identity)
            Uid_format(&identity->user_uid, "user", own);
        if (!to || (strcmp(to, own) != 0 && (!identity || strcmp(to, identity->login) != 0)))
            return Error_set_field(error, ERROR_FORBIDDEN, HOLDERS[i],
                                   "Your role does not allow to hand over %s.", resource->plural);
    }
    return true;
}

static bool authorise(OperationContext *context, const OperationDef *operation,
                      const ResourceDef *own, const char *name, const Json *params, Error *error)
{
    const ResourceDef *resource = own;
    Action action = ACTION_COUNT;
    Decision decision;
    const char *event = NULL;

    if (!operation->right) {
        if (context->session && !(operation->flags & OPERATION_PUBLIC) &&
            !Rights_is_member(context->snapshot->rights, context->model.user_id))
            return Error_set(error, ERROR_FORBIDDEN, "You are no longer a member here.");
        return true;
    }
    if (!read_right(operation->right, own, &resource, &action, error))
        return false;
    if (action == ACTION_TRANSITION) {
        event = Json_text(params, "event");
        if (!event)
            event = strrchr(name, '.') + 1;
    }
    if (!Context_authorise(context, resource, action, event, &decision, error))
        return false;
    context->reach = decision.scope;
    if (operation->kind == OPERATION_READ)
        return true;
    return Context_check_fields(resource, &decision, params, error) &&
           Context_check_assignment(context, resource, params, error);
}

/* ---- running ------------------------------------------------------------------------------ */

static bool check_session(const OperationContext *context, const OperationDef *operation,
                          Error *error)
{
    if (operation->flags & OPERATION_PUBLIC || !context->session)
        return true;
    if (!Session_identity(context->session)) {
        Error_set(error, ERROR_UNAUTHENTICATED, "Please log in.");
        return Error_hint(error, "Call hello first, then session.login if it asks for a login.");
    }
    if (!context->tenant_handle && !(operation->flags & OPERATION_SYSTEM))
        return Error_set(error, ERROR_UNAUTHENTICATED, "No tenant is chosen.");
    return true;
}

bool Operation_execute(OperationContext *context, const OperationDef *operation,
                       const ResourceDef *resource, const char *name, const Json *params,
                       Json **result, Error *error)
{
    OperationContext saved = *context;
    bool done = check_session(context, operation, error) &&
                Parameters_check(operation, resource, params, error) &&
                authorise(context, operation, resource, name, params, error);

    if (done) {
        context->operation = operation;
        context->resource = resource;
        context->model.operation = name;
        done = operation->run(context, params, result, error);
    }
    *context = saved;
    if (done)
        return true;
    if (!Error_present(error))
        Error_set(error, ERROR_INTERNAL, "%s failed without saying why.", name);
    json_object_put(*result);
    *result = NULL;
    return false;
}

/* ---- from inside another operation -------------------------------------------------------- */

typedef struct Nested {
    OperationContext *context;
    const OperationDef *operation;
    const ResourceDef *resource;
    const char *name;
    OperationRun run; /* instead of an operation */
    const Json *params;
    Json **result;
    EventList *events;
} Nested;

static bool write_nested(Connection *connection, void *argument, Error *error)
{
    Nested *nested = argument;
    OperationContext context = *nested->context;

    context.model.connection = connection;
    context.model.on_event = Events_collect;
    context.model.on_event_data = nested->events;
    context.writing = true;
    if (nested->run)
        return nested->run(&context, nested->params, nested->result, error);
    return Operation_execute(&context, nested->operation, nested->resource, nested->name,
                             nested->params, nested->result, error);
}

static bool write_and_publish(Nested *nested, StorePriority priority, Error *error)
{
    OperationContext *context = nested->context;
    EventList *events = nested->events = EventList_new();

    if (!events)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    if (!Store_write_wait(context->tenant_handle->store, priority, write_nested, nested, error)) {
        EventList_free(events);
        return false;
    }
    Events_committed(context->tenant_handle, events, context->model.actor_name, nested->name);
    return true;
}

bool Context_write(OperationContext *context, StorePriority priority, OperationRun run,
                   const Json *params, Json **result, Error *error)
{
    Json *ignored = NULL;
    Nested nested = {.context = context, .run = run, .params = params,
                     .name = context->model.operation,
                     .result = result ? result : &ignored};
    bool done = write_and_publish(&nested, priority, error);

    json_object_put(ignored);
    return done;
}

static bool read_nested(Nested *nested, Error *error)
{
    OperationContext context = *nested->context;
    Store *store = context.tenant_handle->store;

    context.model.connection = Store_reader(store, error);
    if (!context.model.connection)
        return false;
    bool done = Operation_execute(&context, nested->operation, nested->resource, nested->name,
                                  nested->params, nested->result, error);
    Store_release(store, context.model.connection);
    return done;
}

bool Operation_perform(OperationContext *context, const char *name, const Json *params, Json **result,
                       Error *error)
{
    Nested nested = {.context = context, .name = name, .params = params, .result = result};
    Json *empty = NULL;
    bool done;

    *result = NULL;
    nested.operation = Operations_find(name, &nested.resource, NULL);
    if (!nested.operation)
        return Error_set(error, ERROR_USAGE, "There is no operation \"%s\".", name);
    if (!params)
        nested.params = empty = json_object_new_object();
    OperationKind kind = nested.operation->kind;
    if (!context->model.connection && kind == OPERATION_READ && context->tenant_handle)
        done = read_nested(&nested, error);
    else if (!context->model.connection && kind == OPERATION_WRITE && context->tenant_handle)
        done = write_and_publish(&nested, STORE_INTERACTIVE, error);
    else if (context->model.connection ? kind == OPERATION_WORK ||
                                             (kind == OPERATION_WRITE && !context->writing)
                                       : false)
        done = Error_set(error, ERROR_INTERNAL, "%s cannot be performed from here.", name);
    else
        done = Operation_execute(context, nested.operation, nested.resource, name, nested.params,
                                 result, error);
    json_object_put(empty);
    return done;
}
