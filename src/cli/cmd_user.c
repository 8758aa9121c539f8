#include "cli/commands.h"

#include <string.h>

#include "cli/output.h"
#include "cli/params.h"
#include "cli/present.h"
#include "cli/secret.h"

static const PresentColumn COLUMNS[] = {
    {"login", "login", "text"}, {"name", "name", "text"},   {"email", "e-mail", "text"},
    {"roles", "roles", NULL},   {"state", "state", "enum"},
};

static const char *const INVITE_OPTIONS[][2] = {
    {"name", "name"}, {"login", "login"}, {"role", "role"}, {"os-user", "os_user"}, {NULL, NULL},
};

/* The new password, from --secret-file; asked when `ask`.  Absent is fine otherwise. */
static bool add_password(const Invocation *invocation, Json *params, bool ask, Error *error)
{
    const char *path = Invocation_option(invocation, "secret-file");
    char secret[SECRET_MAX], again[SECRET_MAX];
    bool good = true;
    if (path) {
        good = Secret_from_file(path, secret, error);
    } else if (ask) {
        good = Secret_ask("New password: ", secret, error) &&
               Secret_ask("The same again: ", again, error);
        if (good && strcmp(secret, again) != 0)
            good = Error_set(error, ERROR_INVALID, "The two passwords differ; nothing changed.");
        Secret_wipe(again);
    } else {
        return true;
    }
    if (good)
        Json_set_text(params, "password", secret);
    Secret_wipe(secret);
    return good;
}

static bool fill_invite(const Invocation *invocation, Json *params, Error *error)
{
    Json_set_text(params, "email", invocation->arguments[1]);
    Params_add_options(invocation, params, INVITE_OPTIONS);
    return add_password(invocation, params, false, error);
}

static bool fill_disable(const Invocation *invocation, Json *params, Error *error)
{
    Json_set_text(params, "login", invocation->arguments[1]);
    return true;
}

static bool fill_passwd(const Invocation *invocation, Json *params, Error *error)
{
    Json_set_text(params, "login", invocation->arguments[1]);
    return add_password(invocation, params, true, error);
}

typedef struct UserVerb {
    const char *name, *operation;
    bool (*fill)(const Invocation *invocation, Json *params, Error *error);
    const char *message; /* for people, after the person; NULL = the result is shown */
} UserVerb;

static const UserVerb VERBS[] = {
    {"list", "user.list", NULL, NULL},
    {"invite", "user.invite", fill_invite, NULL},
    {"disable", "user.disable", fill_disable, "can no longer log in"},
    {"passwd", "user.passwd", fill_passwd, "has a new password"},
};

static const UserVerb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp(VERBS[i].name, name) == 0)
            return &VERBS[i];
    return NULL;
}

static void show(const Invocation *invocation, const UserVerb *verb, const Json *result)
{
    const Json *rows = result && json_object_is_type(result, json_type_object)
                           ? Json_get(result, "records")
                           : result;
    if (!verb->fill)
        Present_rows(invocation, rows, COLUMNS, sizeof COLUMNS / sizeof *COLUMNS);
    else if (invocation->json || !verb->message)
        Present_result(invocation, result);
    else
        Output_message("%s %s.", invocation->arguments[1], verb->message);
}

int Command_user(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    const UserVerb *verb = find_verb(invocation->arguments[0]);
    if (!verb)
        return Invocation_misuse(invocation, "user does not know \"%s\".", invocation->arguments[0]);
    if (invocation->argument_count != (verb->fill ? 2 : 1))
        return Invocation_misuse(invocation, "user %s takes %s.", verb->name,
                                 verb->fill ? "one person" : "no argument");
    Json *params = json_object_new_object();
    if (verb->fill && !verb->fill(invocation, params, &error)) {
        json_object_put(params);
        return Invocation_fail(invocation, &error);
    }
    if (!Invocation_call(invocation, verb->operation, params, &result, &error))
        return Invocation_fail(invocation, &error);
    show(invocation, verb, result);
    json_object_put(result);
    return EXIT_DONE;
}
