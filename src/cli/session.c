/* session.c - the engine behind an invocation: connect, log in, perform. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/output.h"
#include "cli/secret.h"

static bool log_in(Invocation *invocation, Error *error)
{
    if (!invocation->as) {
        Error_set(error, ERROR_UNAUTHENTICATED, "The engine does not know who you are.");
        return Error_hint(error, "Say --as LOGIN; the password is asked, or read by --secret-file.");
    }
    bool own_secret = invocation->command && (invocation->command->flags & COMMAND_OWN_SECRET);
    char secret[SECRET_MAX];
    bool good = invocation->secret_file && !own_secret
                    ? Secret_from_file(invocation->secret_file, secret, error)
                    : Secret_ask("Password: ", secret, error);
    if (!good)
        return false;
    Json *params = json_object_new_object();
    Json_set_text(params, "login", invocation->as);
    Json_set_text(params, "password", secret);
    Secret_wipe(secret);
    good = Client_call(invocation->client, "session.login", params, NULL, error);
    json_object_put(params);
    return good;
}

bool Invocation_connect(Invocation *invocation, bool start, Error *error)
{
    if (invocation->client)
        return true;
    const char *tenant = invocation->tenant;
    if (!tenant && invocation->config.tenant[0])
        tenant = invocation->config.tenant;
    ClientOptions options = {
        .home = invocation->home,
        .tenant = tenant,
        .as = invocation->secret_file ? NULL : invocation->as,
        .kind = "cli",
        .start = start,
    };
    bool own_secret = invocation->command && (invocation->command->flags & COMMAND_OWN_SECRET);
    if (own_secret)
        options.as = invocation->as;
    if (start && Output_messages_on_terminal()) {
        options.start = false;
        invocation->client = Client_open(&options, error);
        options.start = true;
        if (!invocation->client && Error_is(error, ERROR_AGAIN))
            Output_message("Starting an engine in the background ...");
    }
    if (!invocation->client) {
        Error_clear(error);
        invocation->client = Client_open(&options, error);
    }
    if (!invocation->client)
        return false;
    Error_clear(error);
    bool with_password = invocation->secret_file && invocation->as && !own_secret;
    if ((with_password || !Client_logged_in(invocation->client)) && !log_in(invocation, error)) {
        Invocation_close(invocation);
        return false;
    }
    return true;
}

bool Invocation_call(Invocation *invocation, const char *operation, Json *params, Json **result,
                     Error *error)
{
    bool good = Invocation_connect(invocation, true, error) &&
                Client_call(invocation->client, operation, params, result, error);
    json_object_put(params);
    return good;
}

void Invocation_close(Invocation *invocation)
{
    Client_close(invocation->client);
    invocation->client = NULL;
}
