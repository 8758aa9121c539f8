/* dashboard.c - the first screen: live figures, pipeline, a year's line, what waits for us.
 *
 * Result of dashboard.home:
 *   {figures: [{label, value (number, text or money), change?, previous?, unit?, good? "up"|"down",
 *               points? [numbers], resource?, filter?}],
 *    pipeline: [{label, amount (money), count, resource?, filter?}],
 *    series: {label, unit?, points: [{label, value (number or money)}]},
 *    tasks: [{id, subject|label, due_at?, kind?, ...}], as_of}
 * Enter on a figure, a stage or a task opens the rows behind it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/text.h"
#include "base/world.h"
#include "screens/app.h"
#include "screens/dashboard_chart.h"
#include "screens/field_value.h"
#include "screens/record_view.h"
#include "tui/chart.h"
#include "tui/words.h"

enum { FIGURE_WIDTH = 18, SPLIT_COLUMNS = 76, STAGE_COUNT_WIDTH = 7 };

typedef struct Dashboard {
    Screen screen;
    Json *home;
    char error[300];
    int focus; /* figures, then stages, then tasks */
    int figures_across;
    char status[64];
} Dashboard;

static const Json *list_of(const Dashboard *dashboard, const char *name)
{
    const Json *list = dashboard->home ? Json_get(dashboard->home, name) : NULL;

    return list && json_object_is_type(list, json_type_array) ? list : NULL;
}

static int count_of(const Dashboard *dashboard, const char *name)
{
    const Json *list = list_of(dashboard, name);

    return list ? (int)json_object_array_length(list) : 0;
}

static const Json *item_of(const Dashboard *dashboard, const char *name, int index)
{
    const Json *list = list_of(dashboard, name);

    return list ? json_object_array_get_idx(list, (size_t)index) : NULL;
}

static void home_arrived(void *owner, Json *result, const Error *error, long tag)
{
    Dashboard *dashboard = owner;

    (void)tag;
    dashboard->error[0] = '\0';
    if (result) {
        json_object_put(dashboard->home);
        dashboard->home = json_object_get(result);
    } else {
        snprintf(dashboard->error, sizeof dashboard->error, "%.290s", error->message);
    }
    dashboard->screen.app->dirty = true;
}

static void dashboard_refresh(Screen *screen)
{
    Link_request(screen->app, "dashboard.home", NULL, screen, home_arrived, 0);
}

static void dashboard_changed(Screen *screen, const char *resource, const char *id,
                              const char *actor)
{
    (void)resource;
    (void)id;
    (void)actor;
    if (App_top(screen->app) == screen)
        screen->stale = true;
}

/* Big figures are read without ".00" or ",00". */
static void drop_cents(Buffer *out)
{
    char *text = out->data;

    for (size_t i = 1; text && i + 2 < out->length; i++) {
        bool sign = (text[i] == '.' || text[i] == ',') && text[i + 1] == '0' && text[i + 2] == '0';
        bool ends = i + 3 == out->length || text[i + 3] < '0' || text[i + 3] > '9';
        if (sign && ends) {
            memmove(text + i, text + i + 3, out->length - i - 2);
            out->length -= 3;
            return;
        }
    }
}

static void append_value(const App *app, Buffer *out, const Json *value, const char *unit)
{
    if (!value)
        return;
    if (json_object_is_type(value, json_type_object)) {
        FieldValue_append_money(app, out, value);
        drop_cents(out);
    } else if (json_object_is_type(value, json_type_int)) {
        FieldValue_append_number(app, out, json_object_get_int64((Json *)(uintptr_t)value));
    } else {
        Buffer_puts(out, json_object_get_string((Json *)(uintptr_t)value));
    }
    if (unit)
        Buffer_printf(out, " %s", unit);
}

/* "▲ 5" since the period before, green or red by what is good. */
static void draw_change(Frame *frame, int x, int y, int width, const App *app, const Json *figure)
{
    const Json *previous = Json_get(figure, "previous"), *value = Json_get(figure, "value");
    double change = Dashboard_number(Json_get(figure, "change"));
    const char *good = Json_text(figure, "good");
    Buffer text = BUFFER_EMPTY;

    if (previous && Dashboard_number(previous) != 0) {
        change = (Dashboard_number(value) - Dashboard_number(previous)) * 100 / Dashboard_number(previous);
        Buffer_printf(&text, "%.0f %%", change < 0 ? -change : change);
    } else if (change != 0) {
        FieldValue_append_number(app, &text, (int64_t)(change < 0 ? -change : change));
    }
    if (text.length > 0 && change != 0) {
        bool better = good && strcmp(good, "down") == 0 ? change < 0 : change > 0;
        Style style = better ? STYLE_GOOD : STYLE_BAD;
        Frame_put(frame, x, y, 1, style, Frame_symbol(frame, change > 0 ? SYMBOL_UP : SYMBOL_DOWN));
        if (strcmp(app->theme->name, "mono") == 0) /* no colour says whether that is good */
            Buffer_printf(&text, " %s", Ui_text(better ? "better" : "worse"));
        Frame_put(frame, x + 2, y, width - 2, style, Buffer_text(&text));
    }
    Buffer_free(&text);
}

static void draw_figure(Dashboard *dashboard, Frame *frame, Area area, int index)
{
    const Json *figure = item_of(dashboard, "figures", index);
    const char *label = Json_text(figure, "label");
    const Json *points = Json_get(figure, "points");
    bool focused = dashboard->focus == index;
    Buffer value = BUFFER_EMPTY;

    append_value(dashboard->screen.app, &value, Json_get(figure, "value"),
                 Json_text(figure, "unit"));
    if (focused) {
        Frame_fill(frame, (Area){area.x, area.y, area.width - 1, 1}, STYLE_SELECTED);
        Frame_put(frame, area.x, area.y, 1, STYLE_SELECTED, Frame_symbol(frame, SYMBOL_FOCUS));
    }
    Frame_datum(frame, area.x + 1, area.y, area.width - 3, focused ? STYLE_SELECTED : STYLE_MUTED,
                label ? Ui_text(label) : "");
    int used = Frame_datum(frame, area.x + 1, area.y + 1, area.width - 2, STYLE_STRONG,
                           Buffer_text(&value));
    if (used + 6 < area.width)
        draw_change(frame, area.x + used + 3, area.y + 1, area.width - used - 4,
                    dashboard->screen.app, figure);
    if (points && area.height > 2) {
        double values[CHART_POINTS_MAX];
        size_t count = json_object_array_length(points);
        count = count > CHART_POINTS_MAX ? CHART_POINTS_MAX : count;
        for (size_t i = 0; i < count; i++)
            values[i] = Dashboard_number(json_object_array_get_idx(points, i));
        Chart_sparkline(frame, area.x + 1, area.y + 2, area.width - 3, STYLE_CHART, values,
                        (int)count);
    }
    Buffer_free(&value);
}

static bool any_points(const Dashboard *dashboard)
{
    for (int i = 0; i < count_of(dashboard, "figures"); i++) {
        if (Json_get(item_of(dashboard, "figures", i), "points"))
            return true;
    }
    return false;
}

/* As many beside each other as keep their labels whole, in rows of the same length. */
static int figures_across(const Dashboard *dashboard, int width)
{
    int count = count_of(dashboard, "figures"), widest = FIGURE_WIDTH;

    for (int i = 0; i < count; i++) {
        const char *label = Json_text(item_of(dashboard, "figures", i), "label");
        const char *text = label ? Ui_text(label) : "";
        int cells = Text_width(text, strlen(text)) + 4;
        widest = cells > widest ? cells : widest;
    }
    int across = width / widest < 1 ? 1 : width / widest;
    int rows = (count + across - 1) / across;
    return rows > 0 ? (count + rows - 1) / rows : 1;
}

static int draw_figures(Dashboard *dashboard, Frame *frame, Area area)
{
    int count = count_of(dashboard, "figures"), rows = any_points(dashboard) ? 3 : 2, y = area.y;
    int across = figures_across(dashboard, area.width);

    dashboard->figures_across = across;
    for (int i = 0; i < count; i++) {
        int width = area.width / across;
        if (i > 0 && i % across == 0)
            y += rows + (area.height > 16 ? 1 : 0);
        if (y + 1 >= area.y + area.height)
            break;
        draw_figure(dashboard, frame, (Area){area.x + 1 + (i % across) * width, y, width, rows}, i);
    }
    return y - area.y + (count > 0 ? rows + 1 : 0);
}

static void draw_heading(Frame *frame, Area area, const char *text)
{
    Frame_datum(frame, area.x + 1, area.y, area.width - 2, STYLE_HEADER, text);
}

static void draw_stage(Dashboard *dashboard, Frame *frame, Area row, int index, double top,
                       int label_width)
{
    const Json *stage = item_of(dashboard, "pipeline", index);
    const char *label = Json_text(stage, "label");
    double amount = Dashboard_number(Json_get(stage, "amount"));
    bool focused = dashboard->focus == count_of(dashboard, "figures") + index;
    int bar = row.width - label_width - 11 - STAGE_COUNT_WIDTH;
    Buffer text = BUFFER_EMPTY;

    if (focused) {
        Frame_fill(frame, (Area){row.x, row.y, label_width + 1, 1}, STYLE_SELECTED);
        Frame_put(frame, row.x, row.y, 1, STYLE_SELECTED, Frame_symbol(frame, SYMBOL_FOCUS));
    }
    Frame_datum(frame, row.x + 1, row.y, label_width, focused ? STYLE_SELECTED : STYLE_NORMAL,
                label ? label : "");
    if (bar > 3)
        Chart_bar(frame, row.x + label_width + 2, row.y, bar, STYLE_CHART,
                  top > 0 ? amount / top : 0);
    FieldValue_append_compact(&text, amount);
    int right = row.x + row.width - STAGE_COUNT_WIDTH - 1;
    Frame_put_right(frame, right - 7, row.y, 7, STYLE_STRONG, Buffer_text(&text));
    Buffer_reset(&text);
    FieldValue_append_number(dashboard->screen.app, &text, Json_int(stage, "count", 0));
    Frame_put_right(frame, right, row.y, STAGE_COUNT_WIDTH - 1, STYLE_MUTED, Buffer_text(&text));
    Buffer_free(&text);
}

static int draw_pipeline(Dashboard *dashboard, Frame *frame, Area area)
{
    int count = count_of(dashboard, "pipeline"), label_width = 8;
    double top = 0;

    draw_heading(frame, area, Ui_text("Pipeline"));
    if (count > 0) {
        int right = area.x + area.width - STAGE_COUNT_WIDTH - 1;
        Frame_put_right(frame, right - 7, area.y, 7, STYLE_MUTED, dashboard->screen.app->currency);
        Frame_put_right(frame, right, area.y, STAGE_COUNT_WIDTH - 1, STYLE_MUTED, Ui_text("deals"));
    }
    for (int i = 0; i < count; i++) {
        const Json *stage = item_of(dashboard, "pipeline", i);
        const char *label = Json_text(stage, "label");
        int width = label ? Text_width(label, strlen(label)) : 0;
        double amount = Dashboard_number(Json_get(stage, "amount"));
        top = amount > top ? amount : top;
        label_width = width > label_width ? width : label_width;
    }
    label_width = label_width > area.width * 2 / 5 ? area.width * 2 / 5 : label_width;
    if (count == 0)
        Frame_put(frame, area.x + 1, area.y + 1, area.width - 2, STYLE_MUTED,
                  Ui_text("No open deals."));
    for (int i = 0; i < count && i + 1 < area.height; i++)
        draw_stage(dashboard, frame, (Area){area.x, area.y + 1 + i, area.width, 1}, i, top,
                   label_width);
    return (count > 0 ? count : 1) + 1;
}

static void draw_task(Dashboard *dashboard, Frame *frame, Area row, int index)
{
    const Json *task = item_of(dashboard, "tasks", index);
    int base = count_of(dashboard, "figures") + count_of(dashboard, "pipeline");
    bool focused = dashboard->focus == base + index;
    const char *due = Json_text(task, "due_at"), *kind = Json_text(task, "kind");
    const char *subject = Json_text(task, "subject");
    int64_t time = 0;
    Buffer text = BUFFER_EMPTY;
    Style style = focused ? STYLE_SELECTED : STYLE_NORMAL;

    if (focused)
        Frame_fill(frame, row, STYLE_SELECTED);
    if (due && DateTime_parse(due, "UTC", &time))
        FieldValue_append_age(&text, time);
    bool late = time != 0 && time < World_now();
    Frame_put(frame, row.x + 1, row.y, 1,
              focused ? style
              : late  ? STYLE_BAD
                      : STYLE_ACCENT,
              Frame_symbol(frame, late ? SYMBOL_DOT : SYMBOL_RING));
    Frame_put(frame, row.x + 3, row.y, 9,
              focused ? style
              : late  ? STYLE_BAD
                      : STYLE_MUTED,
              Buffer_text(&text));
    int x = row.x + 13;
    if (kind)
        x += Frame_datum(frame, x, row.y, 10, focused ? style : STYLE_MUTED, kind) + 2;
    Frame_datum(frame, x, row.y, row.x + row.width - x, style,
                subject ? subject : RecordView_title(task));
    Buffer_free(&text);
}

static void draw_tasks(Dashboard *dashboard, Frame *frame, Area area)
{
    int count = count_of(dashboard, "tasks");

    if (area.height < 2)
        return;
    draw_heading(frame, area, Ui_text("For you"));
    if (count == 0)
        Frame_put(frame, area.x + 1, area.y + 1, area.width - 2, STYLE_MUTED,
                  Ui_text("Nothing is due."));
    for (int i = 0; i < count && i + 1 < area.height; i++)
        draw_task(dashboard, frame, (Area){area.x, area.y + 1 + i, area.width, 1}, i);
}

static void dashboard_draw(Screen *screen, Frame *frame, Area area)
{
    Dashboard *dashboard = (Dashboard *)screen;

    if (!dashboard->home) {
        Frame_datum(frame, area.x + 2, area.y + 1, area.width - 3,
                    dashboard->error[0] ? STYLE_BAD : STYLE_MUTED,
                    dashboard->error[0] ? dashboard->error : Ui_text("Reading..."));
        return;
    }
    int used = draw_figures(dashboard, frame, area);
    area.y += used;
    area.height -= used;
    if (area.height < 3)
        return;
    bool split = area.width >= SPLIT_COLUMNS;
    Area left = {area.x, area.y, split ? area.width / 2 : area.width, area.height};
    int pipeline = draw_pipeline(dashboard, frame, left);
    int chart = area.height > 24 ? area.height / 2 : pipeline < 7 ? 7 : pipeline;
    if (split)
        Dashboard_draw_series(dashboard->home, frame,
                    (Area){area.x + left.width, area.y, area.width - left.width,
                           chart < area.height ? chart : area.height});
    int below = (split && chart > pipeline ? chart : pipeline) + 1;
    if (!split && area.height - below > 14) {
        Dashboard_draw_series(dashboard->home, frame, (Area){area.x, area.y + below, area.width, 8});
        below += 9;
    }
    draw_tasks(dashboard, frame, (Area){area.x, area.y + below, area.width, area.height - below});
}

static int item_count(const Dashboard *dashboard)
{
    return count_of(dashboard, "figures") + count_of(dashboard, "pipeline") +
           count_of(dashboard, "tasks");
}

static bool dashboard_key(Screen *screen, const Key *key)
{
    Dashboard *dashboard = (Dashboard *)screen;
    int figures = count_of(dashboard, "figures"), across = dashboard->figures_across;
    bool in_figures = dashboard->focus < figures;
    int step = Key_in(key, "Right l Tab")        ? 1
               : Key_in(key, "Left h Shift-Tab") ? -1
               : Key_in(key, "Down j")           ? (in_figures ? across : 1)
               : Key_in(key, "Up k")             ? (in_figures ? -across : -1)
                                                 : 0;

    if (step == 0)
        return false;
    int target = dashboard->focus + step;
    if (in_figures && step > 1 && target >= figures)
        target = figures;
    if (target >= 0 && target < item_count(dashboard))
        dashboard->focus = target;
    screen->app->dirty = true;
    return true;
}

static void run_open(void *owner)
{
    Dashboard *dashboard = owner;
    App *app = dashboard->screen.app;
    int figures = count_of(dashboard, "figures"), stages = count_of(dashboard, "pipeline");
    int focus = dashboard->focus;
    const Json *item = focus < figures ? item_of(dashboard, "figures", focus)
                       : focus < figures + stages
                           ? item_of(dashboard, "pipeline", focus - figures)
                           : item_of(dashboard, "tasks", focus - figures - stages);
    const char *resource = item ? Json_text(item, "resource") : NULL;

    Json *held = json_object_get(dashboard->home); /* newer figures may come while rows are read */
    if (item && focus >= figures + stages && Json_text(item, "id"))
        App_open_record(app, "task", Json_text(item, "id"));
    else if (resource)
        App_push(app, List_new(app, resource, Json_text(item, "filter"), NULL));
    json_object_put(held);
}

static void run_refresh(void *owner)
{
    dashboard_refresh(owner);
}

static const Action ACTIONS[] = {
    {"open", "open rows", "Open the rows behind the figure", "Enter", ACTION_FOOTER, run_open,
     NULL},
    {"refresh", "read again", "Read the figures again", "r F5", ACTION_FOOTER, run_refresh, NULL},
    {"move", "move", "Next figure", "Right l Down j Tab", ACTION_SILENT, NULL, NULL},
};

static const char *dashboard_status(Screen *screen)
{
    Dashboard *dashboard = (Dashboard *)screen;
    const char *as_of = dashboard->home ? Json_text(dashboard->home, "as_of") : NULL;
    int64_t time = 0;
    char age[24];

    dashboard->status[0] = '\0';
    if (as_of && DateTime_parse(as_of, "UTC", &time)) {
        int64_t past = World_now() - time;
        if (past > 5 * MICROSECONDS_PER_SECOND)
            snprintf(dashboard->status, sizeof dashboard->status, Ui_text("data %s old"),
                     DateTime_format_age(past, age));
    }
    return dashboard->status;
}

static void dashboard_close(Screen *screen)
{
    Dashboard *dashboard = (Dashboard *)screen;

    json_object_put(dashboard->home);
    free(dashboard);
}

static const ScreenClass DASHBOARD_CLASS = {
    .close = dashboard_close,
    .draw = dashboard_draw,
    .key = dashboard_key,
    .changed = dashboard_changed,
    .refresh = dashboard_refresh,
    .status = dashboard_status,
    .actions = ACTIONS,
    .action_count = sizeof ACTIONS / sizeof ACTIONS[0],
};

Screen *Dashboard_new(App *app)
{
    Dashboard *dashboard = calloc(1, sizeof *dashboard);

    if (!dashboard)
        return NULL;
    dashboard->screen = (Screen){.class = &DASHBOARD_CLASS, .app = app};
    dashboard_refresh(&dashboard->screen);
    return &dashboard->screen;
}
