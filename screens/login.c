/* login.c - who is who, where several people share one account of the machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/app.h"
#include "tui/form.h"
#include "tui/words.h"

typedef struct LoginScreen {
    Screen screen;
    Form form;
    char error[300];
} LoginScreen;

static void try_login(LoginScreen *login)
{
    App *app = login->screen.app;
    Error error = ERROR_NONE;

    if (!Form_check(&login->form))
        return;
    login->error[0] = '\0';
    if (Link_login(app, FormField_value(&login->form.fields[0]),
                   FormField_value(&login->form.fields[1]), &error)) {
        if (app->depth > 1) {
            App_back(app);
            return;
        }
        app->depth = 0;
        App_push(app, Dashboard_new(app));
        login->screen.class->close(&login->screen);
        return;
    }
    snprintf(login->error, sizeof login->error, "%.200s %.90s", error.message, error.hint);
    FormField_set(&login->form.fields[1], "", NULL);
    login->form.focus = 1;
}

static void login_draw(Screen *screen, Frame *frame, Area area)
{
    LoginScreen *login = (LoginScreen *)screen;
    int width = area.width < 60 ? area.width - 2 : 58;
    Area box = {area.x + (area.width - width) / 2, area.y + (area.height > 12 ? 3 : 0), width, 4};

    Frame_put(frame, box.x + 2, box.y, width, STYLE_STRONG, Ui_text("Who are you?"));
    Form_draw(&login->form, frame, (Area){box.x, box.y + 2, width, 3});
    if (login->error[0])
        Frame_wrapped(frame, (Area){box.x + 2, box.y + 6, width - 4, 4}, 0, STYLE_BAD,
                      login->error);
}

static bool login_key(Screen *screen, const Key *key)
{
    LoginScreen *login = (LoginScreen *)screen;
    App *app = screen->app;

    app->dirty = true;
    if (key->code == KEYCODE_ESCAPE || key->code == KEYCODE_CTRL + 'c') {
        App_quit(app, 0);
        return true;
    }
    FormResult result = Form_key(&login->form, key);
    if (result == FORM_DONE)
        try_login(login);
    return result != FORM_IGNORED;
}

static void login_paste(Screen *screen, const char *text, size_t length)
{
    Form_paste(&((LoginScreen *)screen)->form, text, length);
}

static bool login_typing(Screen *screen)
{
    (void)screen;
    return true;
}

static void login_close(Screen *screen)
{
    Form_close(&((LoginScreen *)screen)->form);
    free(screen);
}

static const Action ACTIONS[] = {
    {"login", "next, log in", "Log in", "Enter", ACTION_FOOTER, NULL, NULL},
    {"leave", "quit", "Leave BizOSaaS", "Esc", ACTION_FOOTER | ACTION_SILENT, NULL, NULL},
};

static const ScreenClass LOGIN_CLASS = {
    .close = login_close,
    .draw = login_draw,
    .key = login_key,
    .paste = login_paste,
    .typing = login_typing,
    .actions = ACTIONS,
    .action_count = sizeof ACTIONS / sizeof ACTIONS[0],
};

Screen *Login_new(App *app)
{
    LoginScreen *login = calloc(1, sizeof *login);

    if (!login)
        return NULL;
    login->screen = (Screen){.class = &LOGIN_CLASS, .app = app, .bare = true};
    FormField *name = Form_add(&login->form, "login", Ui_text("Login"), NULL, FORM_TEXT);
    if (name)
        name->required = true;
    Form_add(&login->form, "password", Ui_text("Password"), NULL, FORM_SECRET);
    if (app->options->as && name)
        FormField_set(name, app->options->as, NULL);
    return &login->screen;
}
