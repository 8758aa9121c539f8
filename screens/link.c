/* link.c - the connection to the engine: calls, answers, events, losing it and finding it again. */
#include "screens/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/world.h"
#include "screens/describe.h"
#include "screens/languages.h"
#include "tui/words.h"

enum {
    CALL_LIMIT_MS = 60000,
    STEP_MS = 1000,
    DELAY_FIRST_MS = 250,
    DELAY_MAX_MS = 4000,
    CALM_MS = 250
};

bool Link_open(App *app, Error *error)
{
    ClientOptions options = {.home = app->options->home,
                             .tenant = app->options->tenant,
                             .as = app->options->as,
                             .kind = "tui",
                             .start = true};

    app->client = Client_open(&options, error);
    return app->client != NULL;
}

void Link_close(App *app)
{
    if (app->client)
        Client_close(app->client);
    app->client = NULL;
}

void Link_lost(App *app)
{
    if (app->gone)
        return;
    app->gone = true;
    app->reconnect_delay_ms = DELAY_FIRST_MS;
    app->reconnect_at = World_monotonic() + DELAY_FIRST_MS * 1000;
    Error error = ERROR_NONE;
    Error_set(&error, ERROR_AGAIN, "%s", Ui_text("The engine stopped."));
    int count = app->pending_count;
    PendingReply pending[PENDING_MAX];
    memcpy(pending, app->pending, sizeof pending);
    app->pending_count = 0;
    for (int i = 0; i < count; i++) {
        if (pending[i].handler)
            pending[i].handler(pending[i].owner, NULL, &error, pending[i].tag);
    }
    app->dirty = true;
}

void Link_forget(App *app, const void *owner)
{
    for (int i = 0; i < app->pending_count; i++) {
        if (app->pending[i].owner == owner) {
            app->pending[i].handler = NULL;
            app->pending[i].owner = NULL;
        }
    }
}

static void deliver(App *app, int id, Json *result, const Error *error)
{
    for (int i = 0; i < app->pending_count; i++) {
        PendingReply reply = app->pending[i];
        if (reply.id != id)
            continue;
        app->pending[i] = app->pending[--app->pending_count];
        if (reply.handler)
            reply.handler(reply.owner, result, error, reply.tag);
        return;
    }
}

const char *Wire_text(const Json *object, const char *key)
{
    Json *value = object ? Json_get(object, key) : NULL;

    if (!value || json_object_is_type(value, json_type_null))
        return NULL;
    if (!json_object_is_type(value, json_type_object))
        return json_object_get_string(value);
    return Json_text(value, "name") ? Json_text(value, "name") : Json_text(value, "label");
}

static void deliver_event(App *app, const Json *event)
{
    const char *resource = Json_text(event, "resource"), *id = Json_text(event, "id");
    const char *actor = Wire_text(event, "actor");

    for (int i = 0; i < app->depth; i++) {
        Screen *screen = app->stack[i];
        if (screen->class->changed)
            screen->class->changed(screen, resource ? resource : "", id ? id : "",
                                   actor ? actor : "");
        if (screen->stale && app->refresh_at == 0)
            app->refresh_at = World_monotonic() + CALM_MS * 1000;
    }
}

/* Takes one message; *mine and *failure are filled when it answers `wanted`. */
static ClientMessage take_one(App *app, int wanted, Json **mine, Error *failure)
{
    int id = 0;
    Json *body = NULL;
    Error error = ERROR_NONE;
    ClientMessage kind = Client_receive(app->client, &id, &body, &error);

    if (kind == CLIENT_GONE) {
        Link_lost(app);
    } else if (kind == CLIENT_EVENT) {
        deliver_event(app, body);
    } else if ((kind == CLIENT_REPLY || kind == CLIENT_FAILURE) && id == wanted) {
        *mine = body;
        *failure = error;
        return kind;
    } else if (kind == CLIENT_REPLY || kind == CLIENT_FAILURE) {
        deliver(app, id, kind == CLIENT_REPLY ? body : NULL, &error);
    }
    json_object_put(body);
    return kind == CLIENT_REPLY || kind == CLIENT_FAILURE ? CLIENT_EVENT : kind;
}

void Link_receive(App *app)
{
    Json *mine = NULL;
    Error failure;

    while (app->client && !app->gone && take_one(app, -1, &mine, &failure) == CLIENT_EVENT)
        continue;
}

static bool no_engine(App *app, Error *error)
{
    if (app->client && !app->gone)
        return false;
    Error_set(error, ERROR_AGAIN, "%s", Ui_text("The engine is not there at the moment."));
    return true;
}

/* Sleeps until something arrives; false when the program has to end or time is up. */
static bool wait_more(App *app, int64_t until)
{
    bool ready = false;
    TerminalEvent event =
        Terminal_wait_for(app->terminal, Client_descriptor(app->client), STEP_MS, &ready);

    if (event == TERMINAL_GONE) {
        App_quit(app, Terminal_exit_code(app->terminal));
        return false;
    }
    if (event == TERMINAL_RESIZED)
        app->dirty = true;
    return World_monotonic() < until;
}

bool Link_call(App *app, const char *operation, Json *params, Json **result, Error *error)
{
    int wanted = -1;
    Json *mine = NULL;
    int64_t until = World_monotonic() + (int64_t)CALL_LIMIT_MS * 1000;

    if (result)
        *result = NULL;
    if (no_engine(app, error) || !Client_send(app->client, operation, params, &wanted, error)) {
        json_object_put(params);
        if (app->client && !app->gone && Client_descriptor(app->client) < 0)
            Link_lost(app);
        return false;
    }
    json_object_put(params);
    for (;;) {
        Error failure = ERROR_NONE;
        ClientMessage kind = take_one(app, wanted, &mine, &failure);
        if (kind == CLIENT_FAILURE)
            *error = failure;
        if (kind == CLIENT_REPLY && result)
            *result = mine;
        else if (kind == CLIENT_REPLY)
            json_object_put(mine);
        if (kind == CLIENT_REPLY || kind == CLIENT_FAILURE)
            return kind == CLIENT_REPLY;
        if (no_engine(app, error))
            return false;
        if (kind == CLIENT_NOTHING && !wait_more(app, until))
            return Error_set(error, ERROR_AGAIN, "%s",
                             Ui_text("The engine did not answer in time."));
    }
}

bool Link_request(App *app, const char *operation, Json *params, void *owner, ReplyHandler handler,
                  long tag)
{
    Error error = ERROR_NONE;
    int id = 0;
    bool sent = app->pending_count < PENDING_MAX && !no_engine(app, &error) &&
                Client_send(app->client, operation, params, &id, &error);

    json_object_put(params);
    if (sent)
        app->pending[app->pending_count++] = (PendingReply){id, owner, handler, tag};
    else if (app->client && !app->gone && Client_descriptor(app->client) < 0)
        Link_lost(app);
    return sent;
}

static bool is_pending(const App *app, const void *owner)
{
    for (int i = 0; i < app->pending_count; i++) {
        if (app->pending[i].owner == owner)
            return true;
    }
    return false;
}

bool Link_settle(App *app, const void *owner)
{
    int64_t until = World_monotonic() + (int64_t)CALL_LIMIT_MS * 1000;
    Json *mine = NULL;
    Error failure;

    while (is_pending(app, owner)) {
        if (!app->client || app->gone)
            return false;
        ClientMessage kind = take_one(app, -1, &mine, &failure);
        if (kind == CLIENT_NOTHING && !wait_more(app, until))
            return false;
    }
    return true;
}

static void copy_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

/* What hello says about who we are and where. */
void Link_welcome(App *app)
{
    const Json *hello = Client_hello(app->client);
    const Json *user = Json_get(hello, "user"), *tenant = Json_get(hello, "tenant");
    const Json *roles = user ? Json_get(user, "role") : NULL;
    const char *language = user ? Json_text(user, "language") : NULL;
    const char *zone = user ? Json_text(user, "zone") : NULL;
    Error error = ERROR_NONE;

    if (!roles && user)
        roles = Json_get(user, "roles");
    if (roles && json_object_is_type(roles, json_type_array) && json_object_array_length(roles) > 0)
        copy_text(app->role, sizeof app->role,
                  json_object_get_string(json_object_array_get_idx(roles, 0)));
    else
        copy_text(app->role, sizeof app->role, user ? Json_text(user, "role") : NULL);
    copy_text(app->user, sizeof app->user, user ? Json_text(user, "name") : NULL);
    copy_text(app->company, sizeof app->company, tenant ? Json_text(tenant, "name") : NULL);
    copy_text(app->currency, sizeof app->currency, tenant ? Json_text(tenant, "currency") : "EUR");
    copy_text(app->zone, sizeof app->zone,
              zone     ? zone
              : tenant ? Json_text(tenant, "zone")
                       : "UTC");
    Languages_choose(language);
    copy_text(app->formats, sizeof app->formats, language ? language : Ui_language());
    if (!app->resources)
        Link_call(app, "resource.list", NULL, &app->resources, &error);
    Link_call(app, "events.subscribe", NULL, NULL, &error);
}

bool Link_login(App *app, const char *login, const char *password, Error *error)
{
    Json *params = json_object_new_object();

    Json_set_text(params, "login", login);
    Json_set_text(params, "password", password);
    bool done = Client_call(app->client, "session.login", params, NULL, error);
    json_object_put(params);
    if (done)
        Link_welcome(app);
    return done;
}

static void reconnected(App *app)
{
    app->gone = false;
    app->reconnect_at = 0;
    app->pending_count = 0;
    if (!Client_logged_in(app->client)) {
        App_push(app, Login_new(app));
        return;
    }
    Descriptions_forget(app);
    Link_welcome(app);
    for (int i = 0; i < app->depth; i++) {
        if (app->stack[i]->class->refresh)
            app->stack[i]->class->refresh(app->stack[i]);
    }
    App_notice(app, STYLE_GOOD, "%s", Ui_text("Connected again. Everything confirmed is there."));
}

void Link_tick(App *app)
{
    Error error = ERROR_NONE;
    int64_t now = World_monotonic();

    Job_tick(app);

    if (app->refresh_at && now >= app->refresh_at) {
        app->refresh_at = 0;
        for (int i = 0; i < app->depth; i++) {
            Screen *screen = app->stack[i];
            if (screen->stale && screen->class->refresh)
                screen->class->refresh(screen);
            screen->stale = false;
        }
        app->dirty = true;
    }
    if (!app->gone || !app->client || now < app->reconnect_at)
        return;
    if (Client_reconnect(app->client, &error) || Error_is(&error, ERROR_UNAUTHENTICATED)) {
        reconnected(app);
        return;
    }
    app->reconnect_delay_ms =
        app->reconnect_delay_ms * 2 > DELAY_MAX_MS ? DELAY_MAX_MS : app->reconnect_delay_ms * 2;
    app->reconnect_at = World_monotonic() + (int64_t)app->reconnect_delay_ms * 1000;
}
