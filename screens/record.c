#include "screens/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "screens/lead.h"
#include "tui/words.h"

enum { BESIDE_COLUMNS = 116 };

static const struct {
    const char *label, *operation;
} TABS[TAB_COUNT] = {
    {"Fields", NULL},
    {"Timeline", "timeline"},
    {"Related", "related"},
    {"Files", "attachment.list"},
    {"History", "history.list"},
};

bool Record_load(RecordScreen *record)
{
    Json *result = NULL, *params = json_object_new_object();
    Error error = ERROR_NONE;
    char name[96];

    Json_set_text(params, "id", record->id);
    snprintf(name, sizeof name, "%s.get", record->description->name);
    if (!Link_call(record->screen.app, name, params, &result, &error)) {
        App_error(record->screen.app, &error);
        return false;
    }
    snprintf(record->screen.title, sizeof record->screen.title, "%s", RecordView_title(result));
    RecordView_set(&record->view, record->description, result);
    record->changed_by[0] = '\0';
    return true;
}

void Record_forget_tabs(RecordScreen *record)
{
    for (int i = 0; i < TAB_COUNT; i++)
        record->lines[i].loaded = record->lines[i].loading = false;
}

static void tab_arrived(void *owner, Json *result, const Error *error, long tag)
{
    RecordScreen *record = owner;
    RecordLines *lines = &record->lines[tag];

    if (result)
        RecordLines_fill(record->screen.app, lines, (RecordTab)tag, result);
    else
        snprintf(lines->error, sizeof lines->error, "%.190s", error->message);
    lines->loading = false;
    lines->loaded = true;
    record->screen.app->dirty = true;
}

void Record_ask_tab(RecordScreen *record, RecordTab tab)
{
    RecordLines *lines = &record->lines[tab];
    char name[96], filter[200];

    if (tab == TAB_FIELDS || lines->loaded || lines->loading)
        return;
    Json *params = json_object_new_object();
    if (tab != TAB_RELATED)
        Json_set_int(params, "limit", 200);
    if (tab == TAB_HISTORY) {
        Json_set_text(params, "record", record->id);
        snprintf(name, sizeof name, "%s", TABS[tab].operation);
    } else if (tab == TAB_FILES) {
        snprintf(filter, sizeof filter, "entity = %s and record_id = \"%s\"",
                 record->description->name, record->id);
        Json_set_text(params, "filter", filter);
        snprintf(name, sizeof name, "%s", TABS[tab].operation);
    } else {
        Json_set_text(params, "id", record->id);
        snprintf(name, sizeof name, "%s.%s", record->description->name, TABS[tab].operation);
    }
    lines->error[0] = '\0';
    lines->loading = Link_request(record->screen.app, name, params, record, tab_arrived, tab);
}

static void draw_tabs(RecordScreen *record, Frame *frame, Area row)
{
    int x = row.x + 1;

    for (int i = 0; i < TAB_COUNT; i++) {
        const char *label = Ui_text(TABS[i].label);
        int width = Text_width(label, strlen(label));
        bool active = (int)record->tab == i;
        if (x + width + 1 > row.x + row.width)
            return;
        if (active)
            Frame_put(frame, x, row.y, 1, STYLE_ACCENT, Frame_symbol(frame, SYMBOL_FOCUS));
        Frame_put(frame, x + 1, row.y, width, active ? STYLE_ACCENT : STYLE_MUTED, label);
        x += width + 3;
    }
}

static void draw_title(RecordScreen *record, Frame *frame, Area row)
{
    const Json *json = record->view.record;
    const FieldInfo *state =
        Description_field(record->description, record->description->state_field);
    const char *number = Json_text(json, "number");
    const char *title = RecordView_title(json);
    int x = row.x + 1, end = row.x + row.width - 1;

    const char *label = record->description->label ? record->description->label : "";
    x += Frame_datum(frame, x, row.y, end - x, STYLE_MUTED, label) + 1;
    if (number && strcmp(number, title) != 0)
        x += Frame_datum(frame, x, row.y, end - x, STYLE_MUTED, number) + 2;
    x += Frame_datum(frame, x, row.y, end - x - 14, STYLE_STRONG, title) + 2;
    const char *key = state ? json_object_get_string(Record_value(json, state)) : NULL;
    if (key)
        Frame_datum_right(frame, x, row.y, end - x, STYLE_ACCENT, Field_choice_label(state, key));
}

static void record_draw(Screen *screen, Frame *frame, Area area)
{
    RecordScreen *record = (RecordScreen *)screen;
    bool beside =
        area.width >= BESIDE_COLUMNS && (record->tab == TAB_FIELDS || record->tab == TAB_TIMELINE);

    if (!record->view.record || area.height < 3)
        return;
    draw_title(record, frame, (Area){area.x, area.y, area.width, 1});
    area.y++;
    area.height--;
    if (record->draw_head) {
        int rows = record->draw_head(record, frame, area);
        area.y += rows;
        area.height -= rows;
    }
    draw_tabs(record, frame, (Area){area.x, area.y, area.width, 1});
    Area body = {area.x + 1, area.y + 1, area.width - 2, area.height - 1};
    Record_ask_tab(record, record->tab);
    if (beside) {
        Area right = body;
        body.width = body.width / 2 - 1;
        right.x += body.width + 2;
        right.width -= body.width + 2;
        Record_ask_tab(record, TAB_TIMELINE);
        for (int y = body.y; y < body.y + body.height; y++)
            Frame_put(frame, right.x - 2, y, 1, STYLE_RULE, Frame_symbol(frame, SYMBOL_VERTICAL));
        RecordView_draw(&record->view, screen->app, frame, body);
        RecordLines_draw(&record->lines[TAB_TIMELINE], frame, right, record->tab == TAB_TIMELINE);
    } else if (record->tab == TAB_FIELDS) {
        RecordView_draw(&record->view, screen->app, frame, body);
    } else {
        RecordLines_draw(&record->lines[record->tab], frame, body, true);
    }
    record->view.height = body.height;
}

static bool record_key(Screen *screen, const Key *key)
{
    RecordScreen *record = (RecordScreen *)screen;
    bool done = record->tab == TAB_FIELDS
                    ? RecordView_key(&record->view, key)
                    : RecordLines_key(&record->lines[record->tab], key,
                                      record->view.height > 1 ? record->view.height - 1 : 1);

    if (done)
        screen->app->dirty = true;
    return done;
}

static void record_changed(Screen *screen, const char *resource, const char *id, const char *actor)
{
    RecordScreen *record = (RecordScreen *)screen;

    (void)resource;
    if (strcmp(id, record->id) != 0)
        return;
    snprintf(record->changed_by, sizeof record->changed_by, "%s", actor);
    screen->stale = true;
}

static void record_refresh(Screen *screen)
{
    RecordScreen *record = (RecordScreen *)screen;
    char changed_by[96];

    memcpy(changed_by, record->changed_by, sizeof changed_by);
    if (!Record_load(record))
        return;
    Record_forget_tabs(record);
    if (changed_by[0] && strcmp(changed_by, screen->app->user) != 0 &&
        App_top(screen->app) == screen)
        App_notice(screen->app, STYLE_ACCENT, Ui_text("Changed by %s just now."), changed_by);
    screen->app->dirty = true;
}

static void record_close(Screen *screen)
{
    RecordScreen *record = (RecordScreen *)screen;

    for (int i = 0; i < TAB_COUNT; i++)
        RecordLines_clear(&record->lines[i]);
    RecordView_close(&record->view);
    free(record->id);
    free(record);
}

static ScreenClass RECORD_CLASS = {
    .close = record_close,
    .draw = record_draw,
    .key = record_key,
    .changed = record_changed,
    .refresh = record_refresh,
};

Screen *Record_new_screen(App *app, const char *resource, const char *id)
{
    Error error = ERROR_NONE;
    Description *description = Describe(app, resource, &error);
    RecordScreen *record = description ? calloc(1, sizeof *record) : NULL;

    if (!record) {
        App_error(app, &error);
        return NULL;
    }
    RECORD_CLASS.actions = RECORD_ACTIONS;
    RECORD_CLASS.action_count = RECORD_ACTION_COUNT;
    record->screen = (Screen){.class = &RECORD_CLASS, .app = app, .domain = description->domain};
    record->description = description;
    record->id = strdup(id);
    record->view.without_title = true;
    if (!record->id || !Record_load(record)) {
        record_close(&record->screen);
        return NULL;
    }
    return &record->screen;
}

void App_open_record(App *app, const char *resource, const char *id)
{
    App_push(app, strcmp(resource, "lead") == 0 ? Lead_new(app, id)
                                                : Record_new_screen(app, resource, id));
}
