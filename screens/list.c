/* list.c - the generic list: drawing, keys, live rows. */
#include "screens/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "screens/field_value.h"
#include "screens/lead.h"
#include "tui/words.h"

enum { SAMPLE_ROWS = 60, CONTENT_MAX = 60, PANE_COLUMNS = 120 };

const Json *List_record(ListScreen *list)
{
    WindowRow *row = ListWindow_row(&list->window, list->table.cursor);

    return row ? row->record : NULL;
}

const char *List_id(ListScreen *list)
{
    const Json *record = List_record(list);

    return record ? Json_text(record, "id") : NULL;
}

/* ---- what the table asks ---- */

static void source_range(void *owner, long *first, long *end)
{
    ListScreen *list = owner;

    *first = list->window.first;
    *end = list->window.first + list->window.count;
}

static const char *source_cell(void *owner, long row, int column, Style *style)
{
    ListScreen *list = owner;
    const FieldInfo *field = list->window.columns[column];
    const char *text = ListWindow_cell(&list->window, row, column);

    if (strcmp(field->name, "score") == 0)
        Lead_score_style(text, style);
    return text;
}

static bool source_marked(void *owner, long row)
{
    ListScreen *list = owner;
    WindowRow *held = list->mark_count > 0 ? ListWindow_row(&list->window, row) : NULL;

    return held && List_is_marked(list, Json_text(held->record, "id"));
}

static bool is_long_text(const FieldInfo *field)
{
    static const char *const WHOLE[] = {"number", "currency", "country", "code", "sku"};

    for (size_t i = 0; i < sizeof WHOLE / sizeof WHOLE[0]; i++) {
        if (strcmp(field->name, WHOLE[i]) == 0)
            return false;
    }
    return !ValueType_is_number(field->type) && field->type != VALUE_TIME &&
           field->type != VALUE_DATE && field->type != VALUE_BOOL && field->type != VALUE_ENUM;
}

/* Cells that the content of a column takes in the rows at hand: nine in ten of them, and all. */
static void measure_column(ListScreen *list, int index, TableColumn *column)
{
    int rows[CONTENT_MAX + 1] = {0}, sampled = 0, seen = 0;

    for (long row = 0; row < list->window.count && row < SAMPLE_ROWS; row++, sampled++) {
        const char *text = ListWindow_cell(&list->window, list->window.first + row, index);
        int width = Text_width(text, strlen(text));
        rows[width > CONTENT_MAX ? CONTENT_MAX : width < 0 ? 0 : width]++;
    }
    for (int width = 0; width <= CONTENT_MAX; width++) {
        if (rows[width] == 0)
            continue;
        if (seen * 10 < sampled * 9)
            column->wanted = width;
        seen += rows[width];
        column->widest = width;
    }
    column->empty = column->widest == 0;
}

/* Widths come from the rows at hand, once per reading, so that columns do not dance. */
void List_fit_columns(ListScreen *list)
{
    Table *table = &list->table;
    bool identified = false;

    table->column_count = list->window.column_count;
    table->sorted = -1;
    const char *sort = list->window.sort ? list->window.sort : list->description->sort;
    for (int i = 0; i < table->column_count; i++) {
        TableColumn *column = &table->columns[i];
        const FieldInfo *field = list->window.columns[i];
        bool shrinks = is_long_text(field);
        *column = (TableColumn){.right = ValueType_is_number(field->type) && !field->is_list};
        snprintf(column->title, sizeof column->title, "%s", field->label);
        measure_column(list, i, column);
        if (!shrinks)
            column->wanted = column->widest;
        else if (!identified) /* what a row is known by keeps the most of its room */
            column->minimum = column->wanted < 20 ? column->wanted : 20;
        else
            column->minimum = column->wanted < 20 ? column->wanted * 3 / 4 : 15;
        identified = identified || shrinks;
        if (sort && strcmp(field->name, *sort == '-' ? sort + 1 : sort) == 0) {
            table->sorted = i;
            table->descending = *sort == '-';
        }
    }
    table->fitted_width = 0;
}

/* ---- drawing ---- */

static void append_count(const App *app, Buffer *out, int64_t count, bool more)
{
    FieldValue_append_number(app, out, count);
    if (more)
        Buffer_putc(out, '+');
}

static void draw_title(ListScreen *list, Frame *frame, Area row)
{
    Buffer right = BUFFER_EMPTY;
    const char *filter = list->window.filter;
    const App *app = list->screen.app;
    int width = row.width - 2, used;

    if (filter && list->count >= 0 && list->total >= 0) {
        append_count(app, &right, list->count, list->count_more);
        Buffer_printf(&right, " %s ", Ui_text("of"));
        append_count(app, &right, list->total, list->total_more);
    } else if (list->count >= 0) {
        append_count(app, &right, list->count, list->count_more);
    }
    int right_width = (int)right.length;
    used =
        Frame_datum(frame, row.x + 1, row.y, width - right_width, STYLE_STRONG, list->screen.title);
    if (filter && used + right_width + 8 < width) {
        Frame_put(frame, row.x + 3 + used, row.y, 1, STYLE_WARNING,
                  Frame_symbol(frame, SYMBOL_FILTER));
        Frame_datum(frame, row.x + 5 + used, row.y, width - used - right_width - 6, STYLE_WARNING,
                    filter);
    }
    Frame_put_right(frame, row.x, row.y, row.width - 1, STYLE_MUTED, Buffer_text(&right));
    Buffer_free(&right);
}

static void draw_filter(ListScreen *list, Frame *frame, Area row)
{
    int used = Frame_put(frame, row.x + 1, row.y, 10, STYLE_KEY, Ui_text("Filter"));
    Area line = {row.x + 2 + used, row.y, row.width - used - 3, 1};

    LineEditor_draw(&list->filter, frame, line, STYLE_FOCUS, true, false);
}

/* A wrong filter: a mark under the column of the mistake, and what is wrong. */
static void draw_filter_error(ListScreen *list, Frame *frame, Area row)
{
    int label = Text_width(Ui_text("Filter"), strlen(Ui_text("Filter"))) + 2;
    int column = list->window.error_column;
    const char *hint = list->window.hint;
    int x = row.x + label;

    if (column > 0 && column < row.width - label) {
        Frame_put(frame, row.x + label + column - 1, row.y, 1, STYLE_BAD, "^");
        x = row.x + label + column + 1;
    }
    if (x > row.x + row.width / 2)
        x = row.x + 1;
    Frame_print(frame, x, row.y + (column > 0 ? 1 : 0), row.width - x - 1, STYLE_BAD, "%s %s",
                list->window.error, hint);
}

static void draw_empty(ListScreen *list, Frame *frame, Area area)
{
    const char *text = list->window.error[0] ? list->window.error
                       : list->window.filter ? Ui_text("No row fits this filter. / changes it.")
                                             : Ui_text("Nothing here yet. n makes the first one.");

    Frame_datum(frame, area.x + 3, area.y + 2, area.width - 4,
                list->window.error[0] ? STYLE_BAD : STYLE_MUTED, text);
}

static void view_arrived(void *owner, Json *result, const Error *error, long tag)
{
    ListScreen *list = owner;

    (void)error;
    (void)tag;
    if (!result)
        return;
    RecordView_set(&list->view, list->description, json_object_get(result));
    free(list->view_id);
    list->view_id = list->asked_id ? strdup(list->asked_id) : NULL;
    list->screen.app->dirty = true;
}

static void draw_pane(ListScreen *list, Frame *frame, Area area)
{
    const char *id = List_id(list);

    for (int y = area.y; y < area.y + area.height; y++)
        Frame_put(frame, area.x, y, 1, STYLE_RULE, Frame_symbol(frame, SYMBOL_VERTICAL));
    if (id && (!list->asked_id || strcmp(list->asked_id, id) != 0)) {
        Json *params = json_object_new_object();
        char name[96];
        Json_set_text(params, "id", id);
        snprintf(name, sizeof name, "%s.get", list->description->name);
        free(list->asked_id);
        list->asked_id = strdup(id);
        Link_request(list->screen.app, name, params, list, view_arrived, 0);
    }
    if (id && list->view_id && strcmp(list->view_id, id) == 0)
        RecordView_draw(&list->view, list->screen.app, frame,
                        (Area){area.x + 2, area.y, area.width - 3, area.height});
}

static void list_draw(Screen *screen, Frame *frame, Area area)
{
    ListScreen *list = (ListScreen *)screen;
    Area rows = area;

    list->pane = area.width >= PANE_COLUMNS && area.height > 6;
    if (list->pane) {
        rows.width = area.width * 3 / 5 > 80 ? area.width * 3 / 5 : 80;
        draw_pane(list, frame,
                  (Area){rows.x + rows.width, area.y, area.width - rows.width, area.height});
    }
    if (list->filtering)
        draw_filter(list, frame, (Area){rows.x, rows.y, rows.width, 1});
    else
        draw_title(list, frame, (Area){rows.x, rows.y, rows.width, 1});
    rows.y++;
    rows.height--;
    if (list->filtering && list->window.error[0]) {
        draw_filter_error(list, frame, (Area){rows.x, rows.y, rows.width, 2});
        rows.y += 2;
        rows.height -= 2;
    }
    if (list->pane)
        rows.width--;
    Table_draw(&list->table, frame, rows, !list->filtering);
    if (list->window.count == 0)
        draw_empty(list, frame, rows);
}

void List_move(ListScreen *list, TableMove move, long left)
{
    App *app = list->screen.app;

    ListWindow_near(&list->window, list->table.cursor);
    if (move == TABLE_MOVED && !app->dirty && !list->pane && !app->overlay_open)
        Table_draw_move(&list->table, &app->frame, left);
    else if (move != TABLE_STAYED)
        app->dirty = true;
}

void List_read(ListScreen *list, bool from_end)
{
    if (!ListWindow_read(&list->window, list->window.filter, list->window.sort, from_end))
        App_notice(list->screen.app, STYLE_BAD, "%s", list->window.error);
    list->table.cursor = from_end ? -1 : 0;
    list->table.top = list->table.cursor;
    List_fit_columns(list);
    list->screen.app->dirty = true;
}

static bool filter_key(ListScreen *list, const Key *key)
{
    App *app = list->screen.app;
    const char *text;

    app->dirty = true;
    if (key->code == KEYCODE_ESCAPE || key->code == KEYCODE_CTRL + 'c') {
        list->filtering = false;
        list->window.error[0] = '\0';
        return true;
    }
    if (key->code != KEYCODE_ENTER)
        return LineEditor_key(&list->filter, key) || Key_is_text(key);
    text = LineEditor_text(&list->filter);
    if (ListWindow_read(&list->window, *text ? text : NULL, list->window.sort, false)) {
        list->filtering = false;
        list->table.cursor = list->table.top = 0;
        List_clear_marks(list);
        List_fit_columns(list);
        List_ask_count(list);
    } else if (list->window.error_column > 0) {
        const char *column = text;
        size_t left = strlen(text);
        for (int i = 1; i < list->window.error_column && left > 0; i++) {
            int32_t code_point;
            size_t step = Text_decode(column, left, &code_point);
            column += step;
            left -= step;
        }
        list->filter.cursor = (size_t)(column - text);
    }
    return true;
}

static bool list_key(Screen *screen, const Key *key)
{
    ListScreen *list = (ListScreen *)screen;
    long left = list->table.cursor;
    int page = Table_page(&list->table);

    if (list->filtering)
        return filter_key(list, key);
    if (key->code == KEYCODE_HOME || key->code == KEYCODE_END || key->code == 'G') {
        bool end = key->code != KEYCODE_HOME;
        List_read(list, end);
        return true;
    }
    if (key->code == KEYCODE_DOWN || key->code == 'j' || key->code == KEYCODE_WHEEL_DOWN)
        ListWindow_wait(&list->window, left + 1);
    else if (key->code == KEYCODE_PAGE_DOWN)
        ListWindow_wait(&list->window, left + page);
    else if (key->code == KEYCODE_UP || key->code == 'k')
        ListWindow_wait(&list->window, left - 1);
    else if (key->code == KEYCODE_PAGE_UP)
        ListWindow_wait(&list->window, left - page);
    TableMove move = Table_key(&list->table, key);
    if (move == TABLE_IGNORED)
        return false;
    List_move(list, move, left);
    return true;
}

static void list_paste(Screen *screen, const char *text, size_t length)
{
    ListScreen *list = (ListScreen *)screen;

    if (list->filtering)
        LineEditor_insert(&list->filter, text, length);
}

static void row_arrived(void *owner, Json *result, const Error *error, long tag)
{
    ListScreen *list = owner;

    (void)error;
    (void)tag;
    if (!result)
        return;
    ListWindow_replace(&list->window, result);
    if (list->asked_id && Json_text(result, "id") &&
        strcmp(list->asked_id, Json_text(result, "id")) == 0)
        view_arrived(list, result, NULL, 0);
    list->screen.app->dirty = true;
}

static void list_changed(Screen *screen, const char *resource, const char *id, const char *actor)
{
    ListScreen *list = (ListScreen *)screen;
    char name[96];

    (void)actor;
    if (strcmp(resource, list->description->name) != 0)
        return;
    if (ListWindow_find(&list->window, id) == LIST_WINDOW_NOWHERE) {
        screen->stale = true;
        return;
    }
    Json *params = json_object_new_object();
    Json_set_text(params, "id", id);
    snprintf(name, sizeof name, "%s.get", resource);
    if (!Link_request(screen->app, name, params, list, row_arrived, 0))
        screen->stale = true;
}

static void list_refresh(Screen *screen)
{
    ListScreen *list = (ListScreen *)screen;
    char *id = List_id(list) ? strdup(List_id(list)) : NULL;

    if (ListWindow_reload(&list->window)) {
        long position = ListWindow_find(&list->window, id);
        if (position != LIST_WINDOW_NOWHERE)
            list->table.cursor = position;
        List_fit_columns(list);
        free(list->asked_id);
        list->asked_id = NULL;
        List_ask_count(list);
    }
    free(id);
    screen->app->dirty = true;
}

static bool list_typing(Screen *screen)
{
    return ((ListScreen *)screen)->filtering;
}

static const char *list_status(Screen *screen)
{
    ListScreen *list = (ListScreen *)screen;

    list->status[0] = '\0';
    if (list->mark_count > 0)
        snprintf(list->status, sizeof list->status, Ui_text("%d selected"), list->mark_count);
    return list->status;
}

static void list_close(Screen *screen)
{
    ListScreen *list = (ListScreen *)screen;

    ListWindow_close(&list->window);
    List_clear_marks(list);
    free(list->marks);
    free(list->view_id);
    free(list->asked_id);
    RecordView_close(&list->view);
    LineEditor_close(&list->filter);
    free(list);
}

static ScreenClass LIST_CLASS = {
    .close = list_close,
    .draw = list_draw,
    .key = list_key,
    .paste = list_paste,
    .changed = list_changed,
    .refresh = list_refresh,
    .typing = list_typing,
    .status = list_status,
};

Screen *List_new(App *app, const char *resource, const char *filter, const char *sort)
{
    Error error = ERROR_NONE;
    Description *description = Describe(app, resource, &error);
    ListScreen *list = description ? calloc(1, sizeof *list) : NULL;

    if (!list) {
        App_error(app, &error);
        return NULL;
    }
    LIST_CLASS.actions = LIST_ACTIONS;
    LIST_CLASS.action_count = LIST_ACTION_COUNT;
    list->screen = (Screen){.class = &LIST_CLASS, .app = app, .domain = description->domain};
    snprintf(list->screen.title, sizeof list->screen.title, "%s",
             description->label_plural ? description->label_plural : resource);
    list->description = description;
    list->count = list->total = -1;
    list->table.source = (TableSource){list, source_range, source_cell, source_marked};
    ListWindow_open(&list->window, app, description);
    if (!ListWindow_read(&list->window, filter, sort, false))
        App_notice(app, STYLE_BAD, "%s %s", list->window.error, list->window.hint);
    List_fit_columns(list);
    List_ask_count(list);
    return &list->screen;
}
