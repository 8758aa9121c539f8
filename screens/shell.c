/* shell.c - what stands round every screen: header, navigation, notices, footer. */
#include "screens/app.h"

#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/text.h"
#include "base/world.h"
#include "screens/navigation.h"
#include "tui/words.h"

enum { SMALL_ROWS = 18, SMALL_COLUMNS = 60 };

static void draw_header(App *app, Frame *frame)
{
    CivilTime civil;
    char right[200], clock[16];
    int width = frame->columns, used;
    bool small = width < SMALL_COLUMNS;

    DateTime_to_civil(World_now(), app->zone, &civil);
    snprintf(clock, sizeof clock, "%02d:%02d", civil.hour, civil.minute);
    snprintf(right, sizeof right, "%s%s%s%s%s", small ? "" : app->user,
             !small && app->role[0] ? " · " : "", small ? "" : app->role,
             !small && app->user[0] ? "  " : "", clock);
    int right_width = Text_width(right, strlen(right));
    used = Frame_put(frame, 1, 0, width - 2, STYLE_ACCENT, "BizOSaaS");
    if (app->company[0])
        Frame_datum(frame, 3 + used, 0, width - used - right_width - 6, STYLE_STRONG, app->company);
    Frame_datum_right(frame, width - right_width - 1, 0, right_width, STYLE_MUTED, right);
}

static void draw_navigation(App *app, Frame *frame, int y)
{
    Screen *top = App_top(app);
    const char *domain = top ? top->domain : NULL;
    int active = Navigation_tab(domain), x = 1, first = 0, needed = 0;

    for (int i = 0; i <= active; i++)
        needed +=
            Text_width(Ui_text(NAVIGATION[i].label), strlen(Ui_text(NAVIGATION[i].label))) + 3;
    while (needed > frame->columns - 2 && first < active) {
        needed -=
            Text_width(Ui_text(NAVIGATION[first].label), strlen(Ui_text(NAVIGATION[first].label))) +
            3;
        first++;
    }
    for (int i = first; i < NAVIGATION_COUNT; i++) {
        const char *label = Ui_text(NAVIGATION[i].label);
        int width = Text_width(label, strlen(label));
        if (x + width + 1 > frame->columns)
            break;
        if (i == active)
            Frame_put(frame, x, y, 1, STYLE_ACCENT, Frame_symbol(frame, SYMBOL_FOCUS));
        Frame_put(frame, x + 1, y, width, i == active ? STYLE_ACCENT : STYLE_MUTED, label);
        x += width + 3;
    }
}

static void draw_banner(App *app, Frame *frame, int y)
{
    const char *text =
        Ui_text("The engine stopped. Nothing that was confirmed is lost. Reconnecting...");

    Frame_fill(frame, (Area){0, y, frame->columns, 1}, STYLE_ALERT);
    Frame_put(frame, 1, y, frame->columns - 2, STYLE_ALERT, text);
    (void)app;
}

/* Small screens lose, in this order: navigation, rules, header. */
void Shell_draw(App *app, Area *body)
{
    Frame *frame = &app->frame;
    Screen *screen = App_top(app);
    bool small = frame->rows < SMALL_ROWS;
    int y = 0, below = 1;

    if (frame->rows > 6) {
        draw_header(app, frame);
        y = 1;
    }
    if (!small && screen && !screen->bare) {
        draw_navigation(app, frame, y);
        y++;
    }
    if (frame->rows > 6)
        Frame_rule(frame, 0, y++, frame->columns);
    if (app->gone)
        draw_banner(app, frame, y++);
    if (!small) {
        below = 2;
        Frame_rule(frame, 0, frame->rows - 2, frame->columns);
    }
    *body = (Area){0, y, frame->columns, frame->rows - y - below};
    if (body->height < 0)
        body->height = 0;
}

/* One place g leads to; returns the cells it takes. */
static int draw_chord_hint(App *app, const NavigationGo *go, int x, int y)
{
    const char *text = Ui_text(go->label);
    int width = Text_width(text, strlen(text));

    if (y >= 0) {
        Frame_print(&app->frame, x, y, 2, STYLE_KEY, "%c", go->key);
        Frame_put(&app->frame, x + 2, y, width, STYLE_MUTED, text);
    }
    return width + 5;
}

/* Rows that all places take; drawn from row `y` when that is not negative. */
static int chord_rows(App *app, int y)
{
    int x = 1, row = 0;

    for (int i = 0; i < NAVIGATION_GO_COUNT; i++) {
        const NavigationGo *go = &NAVIGATION_GO[i];
        if (x > 1 && x + draw_chord_hint(app, go, 0, -1) > app->frame.columns) {
            x = 1;
            row++;
        }
        x += draw_chord_hint(app, go, x, y >= 0 ? y + row : -1);
    }
    return row + 1;
}

static void draw_chord_hints(App *app)
{
    int rows = chord_rows(app, -1), y = app->frame.rows - rows;

    if (y < 1)
        y = 1;
    Frame_rule(&app->frame, 0, y - 1, app->frame.columns);
    Frame_fill(&app->frame, (Area){0, y, app->frame.columns, rows}, STYLE_NORMAL);
    chord_rows(app, y);
}

void Shell_draw_footer(App *app)
{
    Frame *frame = &app->frame;
    int y = frame->rows - 1;
    Screen *screen = App_top(app);
    ActionSet sets[2] = {{0}, Global_actions(app)};

    Frame_fill(frame, (Area){0, y, frame->columns, 1}, STYLE_NORMAL);
    if (app->chord) {
        draw_chord_hints(app);
        return;
    }
    if (app->notice[0]) {
        Frame_datum(frame, 1, y, frame->columns - 2, app->notice_style, app->notice);
        return;
    }
    if (screen)
        sets[0] = Screen_actions(screen);
    const char *status = screen && screen->class->status ? screen->class->status(screen) : NULL;
    bool typing = screen && screen->class->typing && screen->class->typing(screen);
    Action_draw_footer(frame, (Area){0, y, frame->columns, 1}, sets, typing ? 1 : 2, status);
}
