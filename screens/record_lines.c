/* record_lines.c - timeline, related records, files and history as lines. */
#include "screens/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/text.h"
#include "base/world.h"
#include "screens/field_value.h"
#include "tui/words.h"

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

void RecordLines_clear(RecordLines *lines)
{
    for (int i = 0; i < lines->count; i++) {
        RecordLine *line = &lines->items[i];
        free(line->when);
        free(line->kind);
        free(line->text);
        free(line->detail);
        free(line->resource);
        free(line->id);
    }
    free(lines->items);
    *lines = (RecordLines){.cursor = lines->cursor, .top = lines->top};
}

RecordLine *RecordLines_add(RecordLines *lines)
{
    static RecordLine spare;

    if (lines->count == lines->capacity) {
        int capacity = lines->capacity > 0 ? lines->capacity * 2 : 32;
        RecordLine *items = realloc(lines->items, (size_t)capacity * sizeof *items);
        if (!items) {
            spare = (RecordLine){0};
            return &spare;
        }
        lines->items = items;
        lines->capacity = capacity;
    }
    RecordLine *line = &lines->items[lines->count++];
    *line = (RecordLine){.style = STYLE_NORMAL};
    return line;
}

/* "today", "yesterday", else the date; NULL while the day stays the same. */
static const char *day_header(const App *app, int64_t time, int32_t *day, char *out)
{
    CivilTime then, now;

    DateTime_to_civil(time, app->zone, &then);
    DateTime_to_civil(World_now(), app->zone, &now);
    int32_t date = Date_from_civil(then.year, then.month, then.day);
    int32_t today = Date_from_civil(now.year, now.month, now.day);
    if (date == *day)
        return NULL;
    *day = date;
    if (date == today)
        return Ui_text("today");
    return date == today - 1 ? Ui_text("yesterday") : Date_format(date, out);
}

static void set_when(const App *app, RecordLines *lines, const char *at, int32_t *day, char **when)
{
    int64_t time = 0;
    char text[32];
    CivilTime civil;

    if (!at || !DateTime_parse(at, "UTC", &time))
        return;
    const char *header = day_header(app, time, day, text);
    if (header) {
        RecordLine *line = RecordLines_add(lines);
        line->header = true;
        line->text = copy(header);
    }
    DateTime_to_civil(time, app->zone, &civil);
    snprintf(text, sizeof text, "%02d:%02d", civil.hour, civil.minute);
    *when = copy(text);
}

static void fill_timeline(const App *app, RecordLines *lines, const Json *result)
{
    const Json *entries = Json_get(result, "entries");
    size_t count = entries ? json_object_array_length(entries) : 0;
    int32_t day = INT32_MIN;

    for (size_t i = 0; i < count; i++) {
        const Json *entry = json_object_array_get_idx(entries, i);
        char *when = NULL;
        set_when(app, lines, Json_text(entry, "at"), &day, &when);
        const char *name = Wire_text(entry, "actor");
        RecordLine *line = RecordLines_add(lines);
        line->when = when;
        line->kind = copy(Json_text(entry, "kind"));
        line->text = copy(Json_text(entry, "title"));
        line->detail = copy(Json_text(entry, "detail") ? Json_text(entry, "detail") : name);
    }
}

static void fill_related(RecordLines *lines, const Json *result)
{
    const Json *groups = Json_get(result, "groups");
    size_t count = groups ? json_object_array_length(groups) : 0;

    for (size_t i = 0; i < count; i++) {
        const Json *group = json_object_array_get_idx(groups, i);
        const Json *records = Json_get(group, "records");
        size_t rows = records ? json_object_array_length(records) : 0;
        RecordLine *header = RecordLines_add(lines);
        char title[160];
        const char *label = Json_text(group, "label");
        snprintf(title, sizeof title, "%s  %lld", label ? label : "",
                 (long long)Json_int(group, "count", (int64_t)rows));
        header->header = true;
        header->text = copy(title);
        for (size_t r = 0; r < rows; r++) {
            const Json *record = json_object_array_get_idx(records, r);
            RecordLine *line = RecordLines_add(lines);
            line->text = copy(RecordView_title(record));
            line->detail = copy(Json_text(record, "state"));
            line->resource = copy(Json_text(group, "resource"));
            line->id = copy(Json_text(record, "id"));
        }
    }
}

/* "state: new -> working, score: 71 -> 84" */
static void append_difference(Buffer *out, const Json *before, const Json *after)
{
    int shown = 0;

    if (!after || !json_object_is_type(after, json_type_object))
        return;
    json_object_object_foreach((Json *)(uintptr_t)after, key, value)
    {
        const Json *old = before ? Json_get(before, key) : NULL;
        const char *old_text = old ? json_object_get_string((Json *)(uintptr_t)old) : "";
        const char *text = value ? json_object_get_string(value) : "";
        if (shown == 4 || (old_text && text && strcmp(old_text, text) == 0))
            continue;
        Buffer_printf(out, "%s%s: %.60s%s%.60s", shown > 0 ? ", " : "", key, old_text,
                      old_text && *old_text ? " → " : "", text);
        shown++;
    }
}

static void fill_history(const App *app, RecordLines *lines, const Json *result)
{
    const Json *changes = Json_get(result, "changes");
    size_t count = changes ? json_object_array_length(changes) : 0;
    int32_t day = INT32_MIN;

    for (size_t i = 0; i < count; i++) {
        const Json *change = json_object_array_get_idx(changes, i);
        Buffer difference = BUFFER_EMPTY;
        char *when = NULL;
        set_when(app, lines, Json_text(change, "at"), &day, &when);
        RecordLine *line = RecordLines_add(lines);
        const char *name = Wire_text(change, "actor");
        line->when = when;
        line->kind = copy(name);
        line->text = copy(Json_text(change, "operation"));
        append_difference(&difference, Json_get(change, "before"), Json_get(change, "after"));
        line->detail = difference.length > 0 ? Buffer_take(&difference) : NULL;
        line->id = copy(Wire_text(change, "id"));
        if (Wire_text(change, "undone_by"))
            line->style = STYLE_MUTED;
        Buffer_free(&difference);
    }
}

static void fill_files(RecordLines *lines, const Json *result)
{
    const Json *records = Json_get(result, "records");
    size_t count = records ? json_object_array_length(records) : 0;

    for (size_t i = 0; i < count; i++) {
        const Json *file = json_object_array_get_idx(records, i);
        RecordLine *line = RecordLines_add(lines);
        char size[40];
        snprintf(size, sizeof size, "%lld kB",
                 (long long)(Json_int(file, "bytes", 0) + 1023) / 1024);
        line->text = copy(RecordView_title(file));
        line->detail = copy(size);
        line->resource = copy("attachment");
        line->id = copy(Json_text(file, "id"));
    }
}

void RecordLines_fill(const App *app, RecordLines *lines, RecordTab tab, const Json *result)
{
    RecordLines_clear(lines);
    lines->loaded = true;
    if (tab == TAB_TIMELINE)
        fill_timeline(app, lines, result);
    else if (tab == TAB_RELATED)
        fill_related(lines, result);
    else if (tab == TAB_FILES)
        fill_files(lines, result);
    else
        fill_history(app, lines, result);
    lines->cursor = lines->count > 1 && lines->items[0].header ? 1 : 0;
}

static void draw_line(const RecordLine *line, Frame *frame, Area row, bool focused)
{
    Style muted = focused ? STYLE_SELECTED : STYLE_MUTED;
    Style text = focused ? STYLE_SELECTED : line->style;
    int x = row.x + 2, end = row.x + row.width;

    if (line->header) {
        int used = Frame_datum(frame, row.x, row.y, row.width, STYLE_HEADER, line->text);
        Frame_rule(frame, row.x + used + 1, row.y, row.width - used - 1);
        return;
    }
    if (focused) {
        Frame_fill(frame, row, STYLE_SELECTED);
        Frame_put(frame, row.x, row.y, 1, STYLE_SELECTED, Frame_symbol(frame, SYMBOL_FOCUS));
    }
    if (line->when)
        x += Frame_datum(frame, x, row.y, 6, muted, line->when) + 2;
    if (line->kind) {
        Frame_datum(frame, x, row.y, 11, muted, line->kind);
        x += 12;
    }
    if (line->text && x < end)
        x += Frame_datum(frame, x, row.y, end - x, text, line->text) + 2;
    if (line->detail && x < end - 4)
        Frame_datum(frame, x, row.y, end - x, muted, line->detail);
}

void RecordLines_draw(RecordLines *lines, Frame *frame, Area area, bool focused)
{
    const char *message = lines->error[0]     ? lines->error
                          : !lines->loaded    ? Ui_text("Reading...")
                          : lines->count == 0 ? Ui_text("Nothing here yet.")
                                              : NULL;

    if (message)
        Frame_datum(frame, area.x + 2, area.y, area.width - 2,
                    lines->error[0] ? STYLE_BAD : STYLE_MUTED, message);
    if (lines->cursor < lines->top)
        lines->top = lines->cursor > 0 && lines->items[lines->cursor - 1].header ? lines->cursor - 1
                                                                                 : lines->cursor;
    if (lines->cursor >= lines->top + area.height)
        lines->top = lines->cursor - area.height + 1;
    if (lines->top < 0)
        lines->top = 0;
    for (int i = 0; i < area.height && lines->top + i < lines->count; i++) {
        int index = lines->top + i;
        draw_line(&lines->items[index], frame, (Area){area.x, area.y + i, area.width, 1},
                  focused && index == lines->cursor);
    }
}

bool RecordLines_key(RecordLines *lines, const Key *key, int page)
{
    int step = key->code == KEYCODE_DOWN || key->code == 'j' || key->code == KEYCODE_WHEEL_DOWN ? 1
               : key->code == KEYCODE_UP || key->code == 'k' || key->code == KEYCODE_WHEEL_UP   ? -1
               : key->code == KEYCODE_PAGE_DOWN               ? page
               : key->code == KEYCODE_PAGE_UP                 ? -page
               : key->code == KEYCODE_HOME                    ? -lines->count
               : key->code == KEYCODE_END || key->code == 'G' ? lines->count
                                                              : 0;
    int target = lines->cursor + step;

    if (step == 0)
        return false;
    if (target >= lines->count)
        target = lines->count - 1;
    if (target < 0)
        target = 0;
    while (target > 0 && target < lines->count - 1 && lines->items[target].header)
        target += step > 0 ? 1 : -1;
    if (lines->count > 1 && target == 0 && lines->items[0].header)
        target = 1;
    lines->cursor = target;
    return true;
}
