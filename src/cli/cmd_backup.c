#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/secret.h"
#include "cli/transfer.h"

/* The password that seals the backup: from --secret-file, else asked twice. */
static bool add_password(const Invocation *invocation, Json *params, Error *error)
{
    const char *path = Invocation_option(invocation, "secret-file");
    char secret[SECRET_MAX], again[SECRET_MAX];
    bool good;
    if (path) {
        good = Secret_from_file(path, secret, error);
    } else {
        good = Secret_ask("Password of the backup: ", secret, error) &&
               Secret_ask("The same again: ", again, error);
        if (good && strcmp(secret, again) != 0)
            good = Error_set(error, ERROR_INVALID, "The two passwords differ; nothing was written.");
        Secret_wipe(again);
    }
    if (good)
        Json_set_text(params, "password", secret);
    Secret_wipe(secret);
    return good;
}

int Command_backup(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *params = json_object_new_object(), *result = NULL;
    if (!add_password(invocation, params, &error)) {
        json_object_put(params);
        return Invocation_fail(invocation, &error);
    }
    bool good = Transfer_job(invocation, "backup", "backup.start", params, &result, &error);
    const char *file = good && result ? Json_text(result, "file") : NULL;
    if (good && !file)
        good = Error_set(&error, ERROR_INTERNAL, "The backup made no file.");
    if (good)
        good = Transfer_download(invocation, file, invocation->arguments[0], &error);
    if (good && invocation->json)
        Output_json(stdout, result);
    else if (good)
        Output_message("The company is in %s, sealed and checked.", invocation->arguments[0]);
    json_object_put(result);
    return good ? EXIT_DONE : Invocation_fail(invocation, &error);
}
