#include "cli/commands.h"

#include "base/datetime.h"
#include "cli/output.h"
#include "cli/present.h"

static void show_line(const Json *hello, const Json *engine)
{
    char uptime[16];
    const Json *tenant = Json_get(hello, "tenant");
    const char *name = tenant ? Json_text(tenant, "name") : NULL;
    long long sessions = (long long)Json_int(engine, "sessions", 0);
    DateTime_format_age(Json_int(engine, "uptime_s", 0) * MICROSECONDS_PER_SECOND, uptime);
    Output_line("%s, %lld session%s, up %s", name ? name : "no organisation", sessions,
                sessions == 1 ? "" : "s", uptime);
}

int Command_status(Invocation *invocation)
{
    Error error = ERROR_NONE;
    Json *engine = NULL;
    if (!Invocation_connect(invocation, false, &error) ||
        !Client_call(invocation->client, "engine.status", NULL, &engine, &error))
        return Invocation_fail(invocation, &error);
    const Json *hello = Client_hello(invocation->client);
    if (Invocation_flag(invocation, "line")) {
        show_line(hello, engine);
        json_object_put(engine);
        return EXIT_DONE;
    }
    Json *summary = json_object_new_object();
    Json_set(summary, "tenant", json_object_get(Json_get(hello, "tenant")));
    Json_set(summary, "user", json_object_get(Json_get(hello, "user")));
    Json_set(summary, "engine", engine);
    if (invocation->json) {
        Present_result(invocation, summary);
    } else {
        ValueStyle style = Present_style(invocation);
        const Json *tenant = Json_get(summary, "tenant");
        const Json *user = Json_get(summary, "user");
        const char *organisation = tenant ? Json_text(tenant, "name") : NULL;
        const char *person = user ? Json_text(user, "name") : NULL;
        Output_line("%s, as %s", organisation ? organisation : "no organisation",
                    person ? person : "nobody");
        Present_object(engine, &style);
    }
    json_object_put(summary);
    return EXIT_DONE;
}
