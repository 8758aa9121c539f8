/* first_run.c - the home folder holds no company yet: offer to make one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/app.h"
#include "tui/words.h"

static void first_run_draw(Screen *screen, Frame *frame, Area area)
{
    int x = area.x + (area.width > 70 ? (area.width - 64) / 2 : 2);
    int width = area.x + area.width - x - 2, y = area.y + (area.height > 14 ? 3 : 0);

    Frame_put(frame, x, y, width, STYLE_STRONG, Ui_text("Welcome. There is no company here yet."));
    y += 2;
    y += Frame_wrapped(frame, (Area){x, y, width > 64 ? 64 : width, 4}, 0, STYLE_NORMAL,
                       Ui_text("Start with an empty company, or with a plausible one full of "
                               "records to look around in. Nothing leaves this machine."));
    y++;
    Frame_put(frame, x, y, 1, STYLE_KEY, "n");
    Frame_put(frame, x + 3, y, width - 3, STYLE_NORMAL, Ui_text("an empty company"));
    Frame_put(frame, x, y + 1, 1, STYLE_KEY, "d");
    Frame_put(frame, x + 3, y + 1, width - 3, STYLE_NORMAL, Ui_text("the demo company"));
    Frame_put(frame, x, y + 2, 1, STYLE_KEY, "q");
    Frame_put(frame, x + 3, y + 2, width - 3, STYLE_NORMAL, Ui_text("quit"));
    if (screen->title[0])
        Frame_wrapped(frame, (Area){x, y + 4, width, 3}, 0, STYLE_BAD, screen->title);
}

static void create(Screen *screen, bool demo)
{
    App *app = screen->app;
    Error error = ERROR_NONE;

    Terminal_pause(app->terminal);
    bool done = app->options->create_company(app->options->context, demo, &error);
    Terminal_resume(app->terminal);
    app->dirty = true;
    if (!done || !Link_open(app, &error)) {
        snprintf(screen->title, sizeof screen->title, "%.150s", error.message);
        return;
    }
    Link_welcome(app);
    app->depth = 0;
    App_push(app, Dashboard_new(app));
    screen->class->close(screen);
}

static void run_new(void *owner)
{
    create(owner, false);
}

static void run_demo(void *owner)
{
    create(owner, true);
}

static const char *refuse(void *owner)
{
    Screen *screen = owner;

    return screen->app->options->create_company ? NULL : Ui_text("run: bizosaas init");
}

static void first_run_close(Screen *screen)
{
    free(screen);
}

static const Action ACTIONS[] = {
    {"empty", "empty company", "Make an empty company", "n", ACTION_FOOTER, run_new, refuse},
    {"demo", "demo company", "Make a company with sample records", "d Enter", ACTION_FOOTER,
     run_demo, refuse},
};

static const ScreenClass FIRST_RUN_CLASS = {
    .close = first_run_close,
    .draw = first_run_draw,
    .actions = ACTIONS,
    .action_count = sizeof ACTIONS / sizeof ACTIONS[0],
};

Screen *FirstRun_new(App *app)
{
    Screen *screen = calloc(1, sizeof *screen);

    if (screen)
        *screen = (Screen){.class = &FIRST_RUN_CLASS, .app = app, .bare = true};
    return screen;
}
