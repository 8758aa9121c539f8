/* search.c - one line finds records of any kind; results change while one types. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/app.h"
#include "screens/record_view.h"
#include "tui/words.h"

enum { SEARCH_LIMIT = 60 };

typedef struct SearchScreen {
    Screen screen;
    LineEditor query;
    Json *result;
    long asked; /* number of the newest question: older answers are dropped */
    int cursor, top;
    char error[200];
} SearchScreen;

static const Json *rows_of(const SearchScreen *search)
{
    const Json *rows = search->result ? Json_get(search->result, "records") : NULL;

    return rows && json_object_is_type(rows, json_type_array) ? rows : NULL;
}

static int count_of(const SearchScreen *search)
{
    const Json *rows = rows_of(search);

    return rows ? (int)json_object_array_length(rows) : 0;
}

static void found(void *owner, Json *result, const Error *error, long tag)
{
    SearchScreen *search = owner;

    if (tag != search->asked)
        return;
    search->error[0] = '\0';
    json_object_put(search->result);
    search->result = result ? json_object_get(result) : NULL;
    if (!result)
        snprintf(search->error, sizeof search->error, "%.190s", error->message);
    search->cursor = search->top = 0;
    search->screen.app->dirty = true;
}

static void ask(SearchScreen *search)
{
    const char *text = LineEditor_text(&search->query);

    search->asked++;
    if (!*text) {
        json_object_put(search->result);
        search->result = NULL;
        return;
    }
    Json *params = json_object_new_object();
    Json_set_text(params, "text", text);
    Json_set_int(params, "limit", SEARCH_LIMIT);
    Link_request(search->screen.app, "search.all", params, search, found, search->asked);
}

static void search_draw(Screen *screen, Frame *frame, Area area)
{
    SearchScreen *search = (SearchScreen *)screen;
    int used = Frame_put(frame, area.x + 1, area.y, 30, STYLE_KEY, Ui_text("Search everything"));
    Area line = {area.x + used + 3, area.y, area.width - used - 4, 1};
    int height = area.height - 2, count = count_of(search);

    LineEditor_draw(&search->query, frame, line, STYLE_FOCUS, true, false);
    if (search->error[0])
        Frame_datum(frame, area.x + 1, area.y + 2, area.width - 2, STYLE_BAD, search->error);
    else if (count == 0)
        Frame_put(frame, area.x + 1, area.y + 2, area.width - 2, STYLE_MUTED,
                  search->result ? Ui_text("Nothing fits.")
                                 : Ui_text("Type a name, a number, an e-mail address ..."));
    if (search->cursor < search->top)
        search->top = search->cursor;
    if (search->cursor >= search->top + height)
        search->top = search->cursor - height + 1;
    for (int i = 0; i < height && search->top + i < count; i++) {
        int index = search->top + i, y = area.y + 2 + i;
        const Json *row = json_object_array_get_idx(rows_of(search), (size_t)index);
        const char *resource = Json_text(row, "resource");
        const Json *kind = Global_resource(screen->app, resource);
        const char *label = kind ? Json_text(kind, "label") : NULL;
        bool focused = index == search->cursor;
        if (focused) {
            Frame_fill(frame, (Area){area.x, y, area.width, 1}, STYLE_SELECTED);
            Frame_put(frame, area.x + 1, y, 1, STYLE_SELECTED, Frame_symbol(frame, SYMBOL_FOCUS));
        }
        Frame_datum(frame, area.x + 3, y, 16, focused ? STYLE_SELECTED : STYLE_MUTED,
                    label      ? label
                    : resource ? resource
                               : "");
        Frame_datum(frame, area.x + 21, y, area.width - 22, focused ? STYLE_SELECTED : STYLE_NORMAL,
                    RecordView_title(row));
    }
}

static bool search_key(Screen *screen, const Key *key)
{
    SearchScreen *search = (SearchScreen *)screen;
    int step = Key_in(key, "Down Ctrl-N")       ? 1
               : Key_in(key, "Up Ctrl-P")       ? -1
               : key->code == KEYCODE_PAGE_DOWN ? 10
               : key->code == KEYCODE_PAGE_UP   ? -10
                                                : 0;

    screen->app->dirty = true;
    if (step != 0) {
        int target = search->cursor + step, last = count_of(search) - 1;
        search->cursor = target > last ? last : target;
        if (search->cursor < 0)
            search->cursor = 0;
        return true;
    }
    if (key->code == KEYCODE_ENTER && search->cursor < count_of(search)) {
        const Json *row = json_object_array_get_idx(rows_of(search), (size_t)search->cursor);
        const char *resource = Json_text(row, "resource"), *id = Json_text(row, "id");
        Json *held = json_object_get(search->result); /* a newer answer may come meanwhile */
        if (resource && id)
            App_open_record(screen->app, resource, id);
        json_object_put(held);
        return true;
    }
    if (!LineEditor_key(&search->query, key))
        return false;
    ask(search);
    return true;
}

static void search_paste(Screen *screen, const char *text, size_t length)
{
    SearchScreen *search = (SearchScreen *)screen;

    LineEditor_insert(&search->query, text, length);
    ask(search);
}

static bool search_typing(Screen *screen)
{
    (void)screen;
    return true;
}

static void search_close(Screen *screen)
{
    SearchScreen *search = (SearchScreen *)screen;

    LineEditor_close(&search->query);
    json_object_put(search->result);
    free(search);
}

static const Action ACTIONS[] = {
    {"open", "open", "Open the record", "Enter", ACTION_FOOTER, NULL, NULL},
    {"leave", "back", "Leave the search", "Esc", ACTION_FOOTER | ACTION_SILENT, NULL, NULL},
};

static const ScreenClass SEARCH_CLASS = {
    .close = search_close,
    .draw = search_draw,
    .key = search_key,
    .paste = search_paste,
    .typing = search_typing,
    .actions = ACTIONS,
    .action_count = sizeof ACTIONS / sizeof ACTIONS[0],
};

Screen *Search_new(App *app)
{
    SearchScreen *search = calloc(1, sizeof *search);

    if (search)
        search->screen = (Screen){.class = &SEARCH_CLASS, .app = app, .title = "search"};
    return search ? &search->screen : NULL;
}
