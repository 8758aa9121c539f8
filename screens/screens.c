/* screens.c - start, the loop, end. */
#include "screens/screens.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/world.h"
#include "screens/app.h"
#include "screens/describe.h"
#include "screens/languages.h"
#include "tui/words.h"

enum { SCRIPT_COLUMNS = 80, SCRIPT_ROWS = 24 };

static void explain(const Error *error)
{
    fprintf(stderr, "%s %s\n", error->message, error->hint);
    fprintf(stderr, "%s\n",
            Ui_text("Everything can be done from the command line too: bizosaas --help"));
}

/* What the environment asks for wins over what was chosen with the palette. */
static const Theme *usual_theme(const ScreensOptions *options)
{
    const char *plain = getenv("NO_COLOR"), *named = getenv("BIZOSAAS_THEME");
    const Theme *chosen = NULL;

    if (!options->script && !(plain && *plain) && !(named && *named))
        chosen = ThemeChoice_read();
    return chosen ? chosen : Theme_of_environment();
}

static bool open_terminal(App *app, Error *error)
{
    const ScreensOptions *options = app->options;
    int columns, rows;

    app->theme = options->theme ? Theme_find(options->theme) : usual_theme(options);
    if (!app->theme)
        return Error_set(error, ERROR_USAGE, "There is no theme \"%s\": dark, light or mono.",
                         options->theme);
    if (options->script)
        app->terminal = Terminal_open_fake(options->columns > 0 ? options->columns : SCRIPT_COLUMNS,
                                           options->rows > 0 ? options->rows : SCRIPT_ROWS, false);
    else
        app->terminal = Terminal_open(app->theme, error);
    if (!app->terminal)
        return false;
    if (options->columns > 0 && options->rows > 0)
        Terminal_set_size(app->terminal, options->columns, options->rows);
    Terminal_size(app->terminal, &columns, &rows);
    return Frame_open(&app->frame, columns, rows, Terminal_is_ascii(app->terminal)) ||
           Error_set(error, ERROR_LIMIT, "There is not enough memory for the screen.");
}

/* The first screen: the dashboard, or what has to come before it. */
static void open_first_screen(App *app)
{
    Error error = ERROR_NONE;

    if (Link_open(app, &error)) {
        if (Client_logged_in(app->client)) {
            Link_welcome(app);
            App_push(app, Dashboard_new(app));
            const Json *start = Global_resource(app, app->options->start);
            if (start)
                App_push(app, List_new(app, Json_text(start, "name"), NULL, NULL));
        } else {
            App_push(app, Login_new(app));
        }
        return;
    }
    Screen *screen = FirstRun_new(app);
    if (screen && !Error_is(&error, ERROR_NOT_FOUND))
        snprintf(screen->title, sizeof screen->title, "%.150s", error.message);
    App_push(app, screen);
}

static int wait_milliseconds(const App *app)
{
    int64_t next = 0, now = World_monotonic();

    if (app->gone)
        next = app->reconnect_at;
    if (app->refresh_at && (next == 0 || app->refresh_at < next))
        next = app->refresh_at;
    if (app->job[0] && app->job_at && !app->gone && (next == 0 || app->job_at < next))
        next = app->job_at;
    if (next == 0)
        return -1;
    return next <= now ? 0 : (int)((next - now) / 1000) + 1;
}

static void resize(App *app)
{
    int columns, rows;

    Terminal_size(app->terminal, &columns, &rows);
    Frame_resize(&app->frame, columns, rows);
    app->dirty = true;
}

/* One turn: draw, wait, act.  Every key that is there already is taken before the next drawing. */
static void turn(App *app)
{
    Key key;
    bool ready = false;

    if (app->dirty)
        App_draw(app);
    Terminal_show(app->terminal, &app->frame);
    int descriptor = app->client && !app->gone ? Client_descriptor(app->client) : -1;
    TerminalEvent event =
        Terminal_wait(app->terminal, descriptor, wait_milliseconds(app), &key, &ready);
    for (int keys = 0; event == TERMINAL_KEY && !app->quitting; keys++) {
        if (key.code == KEYCODE_PASTE)
            App_paste(app, Buffer_text(Terminal_paste(app->terminal)),
                      Terminal_paste(app->terminal)->length);
        else
            App_key(app, &key);
        if (app->dirty)
            App_draw(app); /* the next key acts on what this one changed */
        if (keys > 200)
            break;
        event = Terminal_wait(app->terminal, -1, 0, &key, &ready);
    }
    if (event == TERMINAL_GONE)
        App_quit(app, Terminal_exit_code(app->terminal));
    if (event == TERMINAL_RESIZED)
        resize(app);
    if (app->client && !app->gone)
        Link_receive(app);
    Link_tick(app);
}

static void close_app(App *app)
{
    while (app->depth > 0) {
        Screen *screen = app->stack[--app->depth];
        screen->class->close(screen);
    }
    Picker_close(&app->overlay);
    Descriptions_close(app);
    json_object_put(app->resources);
    Frame_close(&app->frame);
    Terminal_close(app->terminal);
    Link_close(app);
}

int Screens_run(const ScreensOptions *options)
{
    App *app = calloc(1, sizeof *app);
    Error error = ERROR_NONE;
    int exit_code = 1;

    if (!app)
        return 1;
    setlocale(LC_ALL, "");
    Languages_choose(NULL);
    app->options = options;
    snprintf(app->zone, sizeof app->zone, "UTC");
    snprintf(app->currency, sizeof app->currency, "EUR");
    if (!open_terminal(app, &error)) {
        explain(&error);
    } else {
        open_first_screen(app);
        app->dirty = true;
        if (options->script) {
            exit_code = Script_run(app, options->script);
        } else {
            while (!app->quitting)
                turn(app);
            exit_code = app->exit_code;
        }
    }
    close_app(app);
    free(app);
    return exit_code;
}
