#include "cli/commands.h"

#include <string.h>

#include "base/paths.h"
#include "cli/helper.h"
#include "cli/output.h"
#include "cli/present.h"
#include "cli/secret.h"

int Command_restore(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char home[PATHS_MAX], secret[SECRET_MAX];
    Json *result = NULL;
    const char *path = Invocation_option(invocation, "secret-file");
    bool good = Paths_home(invocation->home, home, &error) &&
                (path ? Secret_from_file(path, secret, &error)
                      : Secret_ask("Password of the backup: ", secret, &error));
    if (!good)
        return Invocation_fail(invocation, &error);
    Json *answers = json_object_new_object();
    Json_set_text(answers, "password", secret);
    Secret_wipe(secret);
    const char *arguments[] = {"restore", "--home", home, invocation->arguments[0], NULL};
    good = Helper_run(arguments, Json_serialise(answers, NULL), &result, &error);
    json_object_put(answers);
    if (!good) {
        json_object_put(result);
        return Invocation_fail(invocation, &error);
    }
    if (invocation->json)
        Present_result(invocation, result);
    else
        Output_line("The company is back in %s.", home);
    json_object_put(result);
    return EXIT_DONE;
}
