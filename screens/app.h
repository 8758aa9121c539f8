/* app.h - what all screens share: the terminal, the connection, the stack of screens, overlays. */
#ifndef SCREENS_APP_H
#define SCREENS_APP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/json_value.h"
#include "client/client.h"
#include "screens/screens.h"
#include "tui/action.h"
#include "tui/frame.h"
#include "tui/picker.h"
#include "tui/terminal.h"

typedef struct App App;
typedef struct Screen Screen;
typedef struct Description Description;

/* Functions of a kind of screen; those marked (opt) may be NULL. */
typedef struct ScreenClass {
    void (*close)(Screen *screen); /* frees the screen */
    void (*draw)(Screen *screen, Frame *frame, Area area);
    bool (*key)(Screen *screen, const Key *key);                    /* (opt) true = done with it */
    void (*paste)(Screen *screen, const char *text, size_t length); /* (opt) */
    void (*changed)(Screen *screen, const char *resource, const char *id,
                    const char *actor);    /* (opt) */
    void (*refresh)(Screen *screen);       /* (opt) load again, keep the place */
    bool (*leave)(Screen *screen);         /* (opt) false = stays (asks first) */
    bool (*typing)(Screen *screen);        /* (opt) letters are text now */
    const char *(*status)(Screen *screen); /* (opt) right end of the footer */
    const Action *actions;
    int action_count;
} ScreenClass;

struct Screen {
    const ScreenClass *class;
    App *app;
    char title[160];
    const char *domain; /* for the navigation; NULL = the dashboard */
    bool bare;          /* no navigation: login, first run */
    bool stale;         /* changed() asked for refresh() when things calm down */
};

typedef void (*ReplyHandler)(void *owner, Json *result, const Error *error, long tag);
typedef struct PendingReply {
    int id;
    void *owner;
    ReplyHandler handler;
    long tag;
} PendingReply;

enum { STACK_MAX = 10, PENDING_MAX = 32, DESCRIPTIONS_MAX = 160 };

typedef void (*OverlayHandler)(App *app, void *context, const PickerItem *chosen,
                               const char *typed);
typedef void (*OverlayTyped)(App *app, void *context, Picker *picker);

struct App {
    const ScreensOptions *options;
    Terminal *terminal;
    Frame frame;
    const Theme *theme;
    Client *client;
    bool gone;            /* the engine does not answer: the banner shows */
    int64_t reconnect_at; /* monotonic microseconds; 0 = not waiting */
    int reconnect_delay_ms;
    int64_t refresh_at; /* when stale screens load again; 0 = none */
    PendingReply pending[PENDING_MAX];
    int pending_count;
    Screen *stack[STACK_MAX];
    int depth;
    bool overlay_open;
    Picker overlay;
    void *overlay_context;
    OverlayHandler overlay_chosen;
    OverlayTyped overlay_typed;
    char chord; /* 'g' was pressed */
    char notice[400];
    Style notice_style;
    bool dirty; /* draw everything */
    bool quitting;
    int exit_code;
    Json *resources; /* resource.list */
    Description *descriptions[DESCRIPTIONS_MAX];
    int description_count;
    char job[80];   /* the job whose end is waited for; "" = none */
    int64_t job_at; /* when it is asked about again; 0 = an answer is awaited */
    char user[96], role[64], company[96], zone[64], currency[8];
    char formats[16]; /* locale of numbers: "de" */
};

/* Stack of screens.  App_push takes the screen. */
void App_push(App *app, Screen *screen);
void App_back(App *app);
/* Closes everything above the first screen without asking; used by g-keys and navigation. */
bool App_home(App *app);
Screen *App_top(App *app);
void App_draw(App *app);
void App_key(App *app, const Key *key);
void App_paste(App *app, const char *text, size_t length);

void App_notice(App *app, Style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void App_error(App *app, const Error *error);
void App_quit(App *app, int exit_code);

/* Overlays.  App_picker() clears app->overlay for filling; App_show() shows it. */
Picker *App_picker(App *app, const char *title);
void App_show(App *app, void *context, OverlayHandler chosen, OverlayTyped typed);
void App_close_overlay(App *app);
/* A question with an explanation; then add answers ("y", "Yes, delete") and App_show(). */
Picker *App_ask(App *app, const char *title, const char *text);

/* ---- link.c: the engine ---- */
bool Link_open(App *app, Error *error);
void Link_close(App *app);
/* params: taken; may be NULL.  Waits, keeping signals alive.  *result: new reference; may be NULL.
 */
bool Link_call(App *app, const char *operation, Json *params, Json **result, Error *error);
/* Sends; handler is called when the answer is there (result borrowed, NULL on failure). */
bool Link_request(App *app, const char *operation, Json *params, void *owner, ReplyHandler handler,
                  long tag);
void Link_forget(App *app, const void *owner); /* answers for it are dropped from now on */
/* Waits until no answer for owner is pending; false on failure. */
bool Link_settle(App *app, const void *owner);
void Link_receive(App *app); /* takes what has arrived */
void Link_lost(App *app);
void Link_tick(App *app); /* reconnects when it is time */
bool Link_login(App *app, const char *login, const char *password, Error *error);
void Link_welcome(App *app); /* after hello: names, language, resources, events */

/* ---- job_watch.c: a job of ours in the footer, until it ends ---- */
void Job_watch(App *app, const char *job);
void Job_tick(App *app);

/* ---- theme_choice.c: the theme chosen here, kept in the user's configuration ---- */
const Theme *ThemeChoice_read(void); /* NULL = none was chosen */
bool ThemeChoice_write(const Theme *theme);

/* ---- file_save.c: a file of the company onto this machine ---- */
void FileSave_ask(App *app, const char *attachment, const char *name);

/* Texts of the wire that may come as text, number or {"name"|"label"}; NULL when absent. */
const char *Wire_text(const Json *object, const char *key);

/* ---- shell.c, global.c ---- */
void Shell_draw(App *app, Area *body);
void Shell_draw_footer(App *app);
ActionSet Global_actions(App *app);
ActionSet Screen_actions(Screen *screen);
void Global_go(App *app, const Key *key); /* the key after g */
void Global_palette(App *app);
void Global_list(App *app, const char *resource, const char *filter);
const Json *Global_resource(App *app, const char *name); /* by name, plural, label; NULL */

/* ---- screens ---- */
Screen *Dashboard_new(App *app);
Screen *List_new(App *app, const char *resource, const char *filter, const char *sort);
Screen *Record_new_screen(App *app, const char *resource, const char *id);
Screen *Lead_new(App *app, const char *id);
void App_open_record(App *app, const char *resource, const char *id);
/* record NULL = a new record. */
Screen *Edit_new(App *app, Description *description, const Json *record);
Screen *Search_new(App *app);
Screen *Login_new(App *app);
Screen *FirstRun_new(App *app);
void Undo_ask(App *app, const char *change);
void Delete_ask(App *app, Description *description, const Json *records);
void Transitions_ask(App *app, Description *description, const Json *record);
void Bulk_edit_ask(App *app, Description *description, Json *ids);

int Script_run(App *app, const char *path);

#endif
