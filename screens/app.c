/* app.c - the stack of screens, overlays and notices. */
#include "screens/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/words.h"

Screen *App_top(App *app)
{
    return app->depth > 0 ? app->stack[app->depth - 1] : NULL;
}

static void drop_top(App *app)
{
    Screen *screen = App_top(app);

    if (!screen)
        return;
    app->depth--;
    Link_forget(app, screen);
    screen->class->close(screen);
    app->dirty = true;
}

void App_push(App *app, Screen *screen)
{
    if (!screen)
        return;
    if (app->depth == STACK_MAX) { /* forget the oldest but the first */
        Screen *old = app->stack[1];
        Link_forget(app, old);
        old->class->close(old);
        memmove(&app->stack[1], &app->stack[2], (STACK_MAX - 2) * sizeof app->stack[0]);
        app->depth--;
    }
    app->stack[app->depth++] = screen;
    app->dirty = true;
}

void App_back(App *app)
{
    Screen *screen = App_top(app);

    if (screen && screen->class->leave && !screen->class->leave(screen))
        return;
    if (app->depth > 1)
        drop_top(app);
}

bool App_home(App *app)
{
    while (app->depth > 1) {
        Screen *screen = App_top(app);
        if (screen->class->leave && !screen->class->leave(screen))
            return false;
        drop_top(app);
    }
    return true;
}

void App_notice(App *app, Style style, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(app->notice, sizeof app->notice, format, arguments);
    va_end(arguments);
    app->notice_style = style;
    app->dirty = true;
}

void App_error(App *app, const Error *error)
{
    const char *message = error->message[0] ? error->message : Ui_text("That did not work.");

    App_notice(app, STYLE_BAD, error->hint[0] ? "%s %s" : "%s", message, error->hint);
}

void App_quit(App *app, int exit_code)
{
    app->quitting = true;
    app->exit_code = exit_code;
}

Picker *App_picker(App *app, const char *title)
{
    Picker_close(&app->overlay);
    snprintf(app->overlay.title, sizeof app->overlay.title, "%s", title);
    return &app->overlay;
}

Picker *App_ask(App *app, const char *title, const char *text)
{
    Picker *picker = App_picker(app, title);

    picker->body = strdup(text);
    picker->keyed = true;
    return picker;
}

void App_show(App *app, void *context, OverlayHandler chosen, OverlayTyped typed)
{
    app->overlay_open = true;
    app->overlay_context = context;
    app->overlay_chosen = chosen;
    app->overlay_typed = typed;
    Picker_filter(&app->overlay);
    app->dirty = true;
}

void App_close_overlay(App *app)
{
    app->overlay_open = false;
    app->dirty = true;
}

void App_draw(App *app)
{
    Area body;

    Frame_clear(&app->frame);
    Shell_draw(app, &body);
    Screen *screen = App_top(app);
    if (screen)
        screen->class->draw(screen, &app->frame, body);
    Shell_draw_footer(app);
    if (app->overlay_open) {
        app->frame.cursor_x = -1;
        Picker_draw(&app->overlay, &app->frame, Frame_area(&app->frame));
    }
    app->dirty = false;
}

static void overlay_key(App *app, const Key *key)
{
    PickerResult result = Picker_key(&app->overlay, key);

    app->dirty = true;
    if (result == PICKER_OPEN) {
        if (app->overlay.changed && app->overlay_typed)
            app->overlay_typed(app, app->overlay_context, &app->overlay);
        app->overlay.changed = false;
        return;
    }
    App_close_overlay(app);
    if (result == PICKER_CLOSED || !app->overlay_chosen)
        return;
    /* the handler may open the next overlay: what it reads is moved out first */
    Picker done = app->overlay;
    app->overlay = (Picker){0};
    app->overlay_chosen(app, app->overlay_context, Picker_chosen(&done),
                        LineEditor_text(&done.query));
    Picker_close(&done);
}

static bool run_action(App *app, const ActionSet *set, const Key *key)
{
    const Action *action = ActionSet_find(set, key);

    if (!action || !action->run)
        return false; /* a row without a function only says what a key does */
    const char *refusal = ActionSet_refusal(set, action);
    if (refusal)
        App_notice(app, STYLE_WARNING, "%s: %s", Ui_text(action->label), refusal);
    else
        action->run(set->owner);
    app->dirty = true;
    return true;
}

void App_key(App *app, const Key *key)
{
    Screen *screen = App_top(app);
    bool typing = screen && screen->class->typing && screen->class->typing(screen);

    if (app->notice[0]) {
        app->notice[0] = '\0';
        app->dirty = true;
    }
    if (key->code == KEYCODE_CTRL + 'l') {
        Terminal_forget(app->terminal);
        app->dirty = true;
    } else if (key->code == KEYCODE_CTRL + 'z') {
        Terminal_suspend(app->terminal);
    } else if (app->overlay_open) {
        overlay_key(app, key);
    } else if (app->chord) {
        app->chord = 0;
        app->dirty = true;
        Global_go(app, key);
    } else if (screen && screen->class->key && screen->class->key(screen, key)) {
        return;
    } else {
        ActionSet own = {0}, global = Global_actions(app);
        if (screen)
            own = Screen_actions(screen);
        if (typing && Key_is_text(key))
            return;
        if (!run_action(app, &own, key))
            run_action(app, &global, key);
    }
}

void App_paste(App *app, const char *text, size_t length)
{
    Screen *screen = App_top(app);

    app->dirty = true;
    if (app->overlay_open && app->overlay.typing) {
        LineEditor_insert(&app->overlay.query, text, length);
        Picker_filter(&app->overlay);
        if (app->overlay_typed)
            app->overlay_typed(app, app->overlay_context, &app->overlay);
    } else if (!app->overlay_open && screen && screen->class->paste) {
        screen->class->paste(screen, text, length);
    }
}

ActionSet Screen_actions(Screen *screen)
{
    return (ActionSet){screen->class->actions, screen->class->action_count, screen};
}
