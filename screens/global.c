/* global.c - what can be done everywhere: palette, help, menu, going to places, theme, quit. */
#include "screens/app.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "screens/navigation.h"
#include "tui/words.h"

static void run_palette(void *owner)
{
    Global_palette(owner);
}

static void run_back(void *owner)
{
    App *app = owner;

    if (app->depth > 1)
        App_back(app);
}

static void run_back_or_quit(void *owner)
{
    App *app = owner;

    if (app->depth > 1)
        App_back(app);
    else
        App_quit(app, 0);
}

static void run_quit(void *owner)
{
    App *app = owner;

    if (App_home(app))
        App_quit(app, 0);
}

static void run_undo(void *owner)
{
    Undo_ask(owner, NULL);
}

static void run_theme(void *owner)
{
    App *app = owner;

    app->theme = Theme_next(app->theme);
    Terminal_set_theme(app->terminal, app->theme);
    App_notice(app, STYLE_ACCENT,
               ThemeChoice_write(app->theme) ? Ui_text("Theme: %s; kept for the next time")
                                             : Ui_text("Theme: %s"),
               Ui_text(app->theme->name));
}

static void run_search(void *owner)
{
    App_push(owner, Search_new(owner));
}

static void run_home(void *owner)
{
    App_home(owner);
}

static void run_chord(void *owner)
{
    ((App *)owner)->chord = 'g';
}

static void step_tab(App *app, int step)
{
    Screen *top = App_top(app);
    int tab = Navigation_tab(top ? top->domain : NULL) + step;

    tab = (tab + NAVIGATION_COUNT) % NAVIGATION_COUNT;
    const char *domains = NAVIGATION[tab].domains;
    size_t count = app->resources ? json_object_array_length(app->resources) : 0;
    static const char *const FAVOURITES = " lead order invoice page dashboard agent user ";
    const char *best = NULL;
    if (!domains) {
        App_home(app);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const Json *resource = json_object_array_get_idx(app->resources, i);
        const char *name = Json_text(resource, "name"), *domain = Json_text(resource, "domain");
        char word[64];
        if (!name || !domain || Navigation_tab(domain) != tab)
            continue;
        snprintf(word, sizeof word, " %s ", name);
        if (!best || strstr(FAVOURITES, word))
            best = name;
    }
    if (best)
        Global_list(app, best, NULL);
    else
        App_notice(app, STYLE_WARNING, Ui_text("%s is not available in this version."),
                   Ui_text(NAVIGATION[tab].label));
}

static void run_next_tab(void *owner)
{
    step_tab(owner, 1);
}

static void run_previous_tab(void *owner)
{
    step_tab(owner, -1);
}

static void run_menu(void *owner);
static void run_help(void *owner);

static const char *refuse_leaving(void *owner)
{
    return ((App *)owner)->depth > 1 ? NULL : Ui_text("this is the first screen");
}

static const Action ACTIONS[] = {
    {"help", "help", "All keys of this screen; type to search", "? F1", ACTION_FOOTER, run_help,
     NULL},
    {"palette", "commands", "Any action or list by name", ": Ctrl-P", ACTION_FOOTER, run_palette,
     NULL},
    {"menu", "menu", "Numbered menu of the actions here", ". F10", ACTION_FOOTER, run_menu, NULL},
    {"go", "go to", "Then a letter: l leads, o orders, d dashboard ...", "g", ACTION_FOOTER,
     run_chord, NULL},
    {"undo", "undo", "Take back your last change, after a preview", "u", 0, run_undo, NULL},
    {"next-tab", "next area", "The next area of the navigation", "> ]", 0, run_next_tab, NULL},
    {"previous-tab", "previous area", "The area before", "< [", 0, run_previous_tab, NULL},
    {"search", "search everything", "Find a record of any kind", NULL, 0, run_search, NULL},
    {"home", "dashboard", "Back to the dashboard", NULL, 0, run_home, refuse_leaving},
    {"theme", "theme", "The next theme: dark, light, mono", NULL, 0, run_theme, NULL},
    {"back", "back", "Leave this screen", "Esc F12", ACTION_SILENT, run_back, NULL},
    {"close", "back or quit", "Leave this screen; on the first screen, quit", "q", ACTION_SILENT,
     run_back_or_quit, NULL},
    {"quit", "quit", "Leave BizOSaaS", "Ctrl-Q", 0, run_quit, NULL},
};
enum { ACTION_COUNT = sizeof ACTIONS / sizeof ACTIONS[0] };

ActionSet Global_actions(App *app)
{
    return (ActionSet){ACTIONS, ACTION_COUNT, app};
}

/* Values of picker items: own actions from 0, global ones from GLOBAL_BASE, resources after. */
enum { GLOBAL_BASE = 1000, RESOURCE_BASE = 2000 };

static void perform(App *app, long value)
{
    Screen *screen = App_top(app);
    ActionSet own = {0}, global = Global_actions(app);

    if (screen)
        own = Screen_actions(screen);
    if (value >= RESOURCE_BASE) {
        const Json *resource =
            json_object_array_get_idx(app->resources, (size_t)(value - RESOURCE_BASE));
        const char *name = resource ? Json_text(resource, "name") : NULL;
        if (name)
            Global_list(app, name, NULL);
        return;
    }
    const ActionSet *set = value >= GLOBAL_BASE ? &global : &own;
    long index = value >= GLOBAL_BASE ? value - GLOBAL_BASE : value;
    if (index < 0 || index >= set->count)
        return;
    const Action *action = &set->actions[index];
    const char *refusal = ActionSet_refusal(set, action);
    if (refusal)
        App_notice(app, STYLE_WARNING, "%s: %s", Ui_text(action->label), refusal);
    else if (action->run)
        action->run(set->owner);
}

static void action_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    (void)context;
    (void)typed;
    if (chosen)
        perform(app, chosen->value);
}

static void add_actions(App *app, Picker *picker, const ActionSet *set, long base, bool with_silent)
{
    for (int i = 0; i < set->count; i++) {
        const Action *action = &set->actions[i];
        char label[200];
        const char *refusal = ActionSet_refusal(set, action);
        if ((action->flags & ACTION_SILENT) && !with_silent)
            continue;
        snprintf(label, sizeof label, "%s%s", Ui_text(action->label),
                 action->flags & ACTION_DANGEROUS ? " !" : "");
        Picker_add(picker, label, refusal ? refusal : Ui_text(action->help),
                   action->keys ? action->keys : "", base + i);
    }
    (void)app;
}

static void run_help(void *owner)
{
    App *app = owner;
    Screen *screen = App_top(app);
    ActionSet own = {0}, global = Global_actions(app);
    Picker *picker = App_picker(app, Ui_text("Keys here"));

    if (screen)
        own = Screen_actions(screen);
    picker->typing = picker->keyed = true;
    snprintf(picker->hint, sizeof picker->hint, "%s", Ui_text("Type to search; Enter does it."));
    add_actions(app, picker, &own, 0, true);
    add_actions(app, picker, &global, GLOBAL_BASE, true);
    App_show(app, NULL, action_chosen, NULL);
}

static void run_menu(void *owner)
{
    App *app = owner;
    Screen *screen = App_top(app);
    ActionSet own = {0}, global = Global_actions(app);
    Picker *picker = App_picker(app, Ui_text("Actions"));

    if (screen)
        own = Screen_actions(screen);
    picker->numbered = true;
    add_actions(app, picker, &own, 0, false);
    add_actions(app, picker, &global, GLOBAL_BASE, false);
    App_show(app, NULL, action_chosen, NULL);
}

static void palette_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    const Json *resource = Global_resource(app, typed);

    (void)context;
    if (resource)
        Global_list(app, Json_text(resource, "name"), NULL);
    else if (chosen)
        perform(app, chosen->value);
}

void Global_palette(App *app)
{
    Screen *screen = App_top(app);
    ActionSet own = {0}, global = Global_actions(app);
    Picker *picker = App_picker(app, Ui_text("Commands and lists"));
    size_t count = app->resources ? json_object_array_length(app->resources) : 0;

    if (screen)
        own = Screen_actions(screen);
    picker->typing = true;
    add_actions(app, picker, &own, 0, false);
    add_actions(app, picker, &global, GLOBAL_BASE, false);
    for (size_t i = 0; i < count; i++) {
        const Json *resource = json_object_array_get_idx(app->resources, i);
        const char *label = Json_text(resource, "label_plural"),
                   *name = Json_text(resource, "plural");
        Picker_add(picker, label ? label : name, name, Ui_text("list"), RESOURCE_BASE + (long)i);
    }
    App_show(app, NULL, palette_chosen, NULL);
}

const Json *Global_resource(App *app, const char *name)
{
    static const char *const KEYS[] = {"name", "plural", "label", "label_plural"};
    size_t count = app->resources ? json_object_array_length(app->resources) : 0;

    for (size_t k = 0; name && *name && k < sizeof KEYS / sizeof KEYS[0]; k++) {
        for (size_t i = 0; i < count; i++) {
            const Json *resource = json_object_array_get_idx(app->resources, i);
            const char *word = Json_text(resource, KEYS[k]);
            if (word && Text_equal_loose(word, name))
                return resource;
        }
    }
    return NULL;
}

void Global_list(App *app, const char *resource, const char *filter)
{
    if (!App_home(app))
        return;
    App_push(app, List_new(app, resource, filter, NULL));
}

void Global_go(App *app, const Key *key)
{
    for (int i = 0; i < NAVIGATION_GO_COUNT; i++) {
        const NavigationGo *go = &NAVIGATION_GO[i];
        if (go->key != key->code)
            continue;
        if (go->key == 'd')
            App_home(app);
        else if (go->key == '/')
            run_search(app);
        else if (go->key == 'g' && App_top(app)->class->key)
            App_top(app)->class->key(App_top(app), &(Key){.code = KEYCODE_HOME});
        else if (go->resource && Global_resource(app, go->resource))
            Global_list(app, go->resource, NULL);
        else if (go->key != 'g')
            App_notice(app, STYLE_WARNING, Ui_text("%s is not available in this version."),
                       Ui_text(go->label));
        return;
    }
}
