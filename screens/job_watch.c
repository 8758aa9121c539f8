/* job_watch.c - a job that was started here: how far it is, and how it ended. */
#include <stdio.h>
#include <string.h>

#include "base/world.h"
#include "screens/app.h"
#include "screens/field_value.h"
#include "tui/words.h"

enum { ASK_AGAIN_MS = 300 };

void Job_watch(App *app, const char *job)
{
    snprintf(app->job, sizeof app->job, "%s", job);
    app->job_at = World_monotonic();
}

static void refresh_screens(App *app)
{
    for (int i = 0; i < app->depth; i++) {
        if (app->stack[i]->class->refresh)
            app->stack[i]->class->refresh(app->stack[i]);
    }
}

static void show_progress(App *app, const Json *job)
{
    Buffer text = BUFFER_EMPTY;

    FieldValue_append_number(app, &text, Json_int(job, "done", 0));
    Buffer_printf(&text, " %s ", Ui_text("of"));
    FieldValue_append_number(app, &text, Json_int(job, "total", 0));
    App_notice(app, STYLE_ACCENT, "%s %s", Ui_text("Working:"), Buffer_text(&text));
    Buffer_free(&text);
}

/* "300 records changed", with what did not work. */
static void show_result(App *app, const Json *job)
{
    const Json *result = Json_get(job, "result");
    int64_t done = Json_int(job, "done", 0), failed = 0;
    Buffer text = BUFFER_EMPTY;

    if (result && json_object_is_type(result, json_type_object)) {
        done = Json_int(result, "updated", Json_int(result, "changed", done));
        failed = Json_int(result, "failed", 0);
    }
    FieldValue_append_number(app, &text, done);
    Buffer_printf(&text, " %s", Ui_text("records changed; u takes all back."));
    if (failed > 0) {
        Buffer_puts(&text, "  ");
        FieldValue_append_number(app, &text, failed);
        Buffer_printf(&text, " %s", Ui_text("could not be changed."));
    }
    App_notice(app, failed > 0 ? STYLE_WARNING : STYLE_GOOD, "%s", Buffer_text(&text));
    Buffer_free(&text);
}

static void job_arrived(void *owner, Json *result, const Error *error, long tag)
{
    App *app = owner;
    const char *state = result ? Json_text(result, "state") : NULL;
    const Json *failure = result ? Json_get(result, "error") : NULL;
    const char *message = NULL;

    (void)tag;
    if (!state) {
        app->job[0] = '\0';
        App_error(app, error);
        return;
    }
    if (strcmp(state, "queued") == 0 || strcmp(state, "running") == 0) {
        show_progress(app, result);
        app->job_at = World_monotonic() + (int64_t)ASK_AGAIN_MS * 1000;
        return;
    }
    app->job[0] = '\0';
    refresh_screens(app);
    if (failure)
        message = json_object_is_type(failure, json_type_object)
                      ? Json_text(failure, "message")
                      : json_object_get_string((Json *)(uintptr_t)failure);
    if (strcmp(state, "done") == 0)
        show_result(app, result);
    else
        App_notice(app, STYLE_BAD, "%s", message ? message : Ui_text("That did not work."));
}

void Job_tick(App *app)
{
    if (!app->job[0] || app->job_at == 0 || World_monotonic() < app->job_at || app->gone)
        return;
    Json *params = json_object_new_object();
    Json_set_text(params, "job", app->job);
    app->job_at = 0;
    if (!Link_request(app, "job.status", params, app, job_arrived, 0))
        app->job[0] = '\0';
}
