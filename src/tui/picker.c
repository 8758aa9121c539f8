#include "tui/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/fuzzy.h"
#include "tui/words.h"

enum { PICKER_WIDTH = 76, PICKER_ITEMS_MAX = 2000 };

static char *copy(const char *text)
{
    return strdup(text ? text : "");
}

void Picker_clear(Picker *picker)
{
    for (int i = 0; i < picker->count; i++) {
        free(picker->items[i].label);
        free(picker->items[i].detail);
        free(picker->items[i].key);
    }
    picker->count = picker->shown_count = 0;
}

void Picker_close(Picker *picker)
{
    Picker_clear(picker);
    free(picker->items);
    free(picker->shown);
    free(picker->body);
    LineEditor_close(&picker->query);
    *picker = (Picker){0};
}

void Picker_add(Picker *picker, const char *label, const char *detail, const char *key, long value)
{
    if (picker->count >= PICKER_ITEMS_MAX)
        return;
    if (picker->count == picker->capacity) {
        int capacity = picker->capacity > 0 ? picker->capacity * 2 : 32;
        PickerItem *items = realloc(picker->items, (size_t)capacity * sizeof *items);
        if (items)
            picker->items = items;
        int *shown = items ? realloc(picker->shown, (size_t)capacity * sizeof *shown) : NULL;
        if (!shown)
            return;
        picker->shown = shown;
        picker->capacity = capacity;
    }
    picker->items[picker->count++] = (PickerItem){
        .label = copy(label), .detail = copy(detail), .key = copy(key), .value = value};
}

static int score_item(const Picker *picker, const PickerItem *item)
{
    const char *typed = LineEditor_text(&picker->query);
    int label = Fuzzy_score(typed, item->label ? item->label : "");
    int detail =
        Text_equal_folded(typed, "") ? 0 : Fuzzy_score(typed, item->detail ? item->detail : "");

    if (item->key && *item->key && strcmp(item->key, typed) == 0)
        return 10000;
    if (label >= 0)
        return label + 20;
    return detail > 8 ? detail / 4 : -1; /* scattered letters in a long text are no hit */
}

void Picker_filter(Picker *picker)
{
    bool filtering = picker->typing && !picker->live && picker->query.text.length > 0;

    picker->shown_count = 0;
    for (int i = 0; i < picker->count; i++) {
        PickerItem *item = &picker->items[i];
        item->score = filtering ? score_item(picker, item) : 0;
        if (item->score < 0)
            continue;
        int at = picker->shown_count++;
        while (at > 0 && picker->items[picker->shown[at - 1]].score < item->score) {
            picker->shown[at] = picker->shown[at - 1];
            at--;
        }
        picker->shown[at] = i;
    }
    if (picker->cursor >= picker->shown_count)
        picker->cursor = picker->shown_count > 0 ? picker->shown_count - 1 : 0;
}

const PickerItem *Picker_chosen(const Picker *picker)
{
    if (picker->cursor < 0 || picker->cursor >= picker->shown_count)
        return NULL;
    return &picker->items[picker->shown[picker->cursor]];
}

static PickerResult choose_by_key(Picker *picker, const Key *key)
{
    for (int i = 0; i < picker->shown_count; i++) {
        const char *name = picker->items[picker->shown[i]].key;
        int digit = key->code - '0';
        bool by_number = picker->numbered && digit == i + 1 && i < 9;
        bool by_key = picker->keyed && !picker->typing && name && *name && Key_in(key, name);
        if (by_number || by_key) {
            picker->cursor = i;
            return PICKER_CHOSEN;
        }
    }
    return PICKER_OPEN;
}

static bool move(Picker *picker, int by)
{
    int target = picker->cursor + by;

    if (target >= picker->shown_count)
        target = picker->shown_count - 1;
    picker->cursor = target < 0 ? 0 : target;
    return true;
}

static bool move_key(Picker *picker, const Key *key)
{
    int page = picker->page > 1 ? picker->page - 1 : 1;

    switch (key->code) {
    case KEYCODE_UP:
    case KEYCODE_WHEEL_UP:
    case KEYCODE_CTRL + 'p':
        return move(picker, -1);
    case KEYCODE_DOWN:
    case KEYCODE_WHEEL_DOWN:
    case KEYCODE_CTRL + 'n':
        return move(picker, 1);
    case KEYCODE_PAGE_UP:
        return move(picker, -page);
    case KEYCODE_PAGE_DOWN:
        return move(picker, page);
    case 'j':
    case 'k':
        return !picker->typing && move(picker, key->code == 'j' ? 1 : -1);
    default:
        return false;
    }
}

PickerResult Picker_key(Picker *picker, const Key *key)
{
    bool leaving = key->code == KEYCODE_ESCAPE || key->code == KEYCODE_F12 ||
                   key->code == KEYCODE_CTRL + 'c' ||
                   (!picker->typing && !picker->no_quit_key && key->code == 'q');

    if (leaving)
        return PICKER_CLOSED;
    if (key->code == KEYCODE_ENTER)
        return Picker_chosen(picker) || picker->live ? PICKER_CHOSEN : PICKER_OPEN;
    if (move_key(picker, key))
        return PICKER_OPEN;
    if (!picker->typing)
        return choose_by_key(picker, key);
    if (key->code == KEYCODE_BACKSPACE && picker->query.text.length == 0)
        return PICKER_CLOSED;
    if (LineEditor_key(&picker->query, key)) {
        picker->cursor = picker->top = 0;
        picker->changed = true;
        Picker_filter(picker);
    }
    return PICKER_OPEN;
}

static int widest_key(const Picker *picker)
{
    int widest = 0;

    for (int i = 0; i < picker->count; i++) {
        const char *key = picker->items[i].key ? picker->items[i].key : "";
        int width = Text_width(key, strlen(key));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void draw_item(const Picker *picker, Frame *frame, Area row, int index, int key_width)
{
    const PickerItem *item = &picker->items[picker->shown[index]];
    bool focused = index == picker->cursor;
    Style text = focused ? STYLE_SELECTED : STYLE_FLOAT;
    Style muted = focused ? STYLE_SELECTED : STYLE_FLOAT_MUTED;
    Style keys = focused ? STYLE_SELECTED : STYLE_FLOAT_KEY;
    int x = row.x + 2, right = row.x + row.width - 1;

    Frame_fill(frame, row, focused ? STYLE_SELECTED : STYLE_FLOAT);
    if (focused)
        Frame_put(frame, row.x, row.y, 1, STYLE_SELECTED, Frame_symbol(frame, SYMBOL_FOCUS));
    if (picker->numbered && index < 9) {
        Frame_print(frame, x, row.y, 2, keys, "%d", index + 1);
        x += 2;
    }
    if (picker->keyed && key_width > 0) {
        Frame_datum(frame, x, row.y, key_width, keys, item->key);
        x += key_width + 2;
    } else if (key_width > 0) {
        Frame_datum_right(frame, right - key_width, row.y, key_width, keys, item->key);
        right -= key_width + 2;
    }
    int used = Frame_datum(frame, x, row.y, right - x, text, item->label);
    int column = row.x + 2 + (row.width - 4) * 2 / 5;
    int detail = x + used + 2 > column ? x + used + 2 : column;
    if (item->detail && *item->detail && detail < right - 6)
        Frame_datum(frame, detail, row.y, right - detail, muted, item->detail);
}

static int body_rows(const Picker *picker, Frame *frame, int width)
{
    if (!picker->body)
        return 0;
    return Frame_wrapped(frame, (Area){0, 0, width - 4, 0}, 0, STYLE_FLOAT, picker->body) + 1;
}

static Area place(const Picker *picker, Frame *frame, Area area)
{
    int width = area.width - 4 < PICKER_WIDTH ? area.width - 4 : PICKER_WIDTH;
    int extra = 2 + (picker->typing ? 1 : 0) + (picker->hint[0] ? 1 : 0);
    int rows = picker->typing ? picker->count : picker->shown_count;
    int height = (rows > 0 ? rows : 1) + extra;

    if (area.width < 50)
        width = area.width;
    if (picker->live && picker->count > 0 && height < 8)
        height = 8;
    height += body_rows(picker, frame, width);
    if (height > area.height - 2)
        height = area.height > 6 ? area.height - 2 : area.height;
    return (Area){area.x + (area.width - width) / 2, area.y + (area.height - height) / 3, width,
                  height};
}

void Picker_draw(Picker *picker, Frame *frame, Area area)
{
    Area box = place(picker, frame, area);
    int y = box.y + 1, bottom = box.y + box.height - 1 - (picker->hint[0] ? 1 : 0);
    int key_width = widest_key(picker);

    Frame_box(frame, box, picker->title);
    if (picker->body) {
        Area text = {box.x + 2, y, box.width - 4, bottom - y - 1};
        int rows = Frame_wrapped(frame, text, 0, STYLE_FLOAT, picker->body);
        y += (rows < text.height ? rows : text.height) + 1;
    }
    if (picker->typing) {
        Area line = {box.x + 4, y, box.width - 6, 1};
        Frame_put(frame, box.x + 2, y, 1, STYLE_FLOAT_KEY, Frame_symbol(frame, SYMBOL_FOCUS));
        LineEditor_draw(&picker->query, frame, line, STYLE_FLOAT, true, false);
        y++;
    }
    picker->page = bottom - y;
    if (picker->cursor < picker->top)
        picker->top = picker->cursor;
    if (picker->page > 0 && picker->cursor >= picker->top + picker->page)
        picker->top = picker->cursor - picker->page + 1;
    if (picker->shown_count == 0 && !(picker->live && picker->count == 0 && !picker->empty[0]))
        Frame_put(frame, box.x + 2, y, box.width - 4, STYLE_FLOAT_MUTED,
                  picker->empty[0] ? picker->empty : Ui_text("Nothing fits."));
    for (int i = picker->top; i < picker->shown_count && y < bottom; i++, y++)
        draw_item(picker, frame, (Area){box.x + 1, y, box.width - 2, 1}, i, key_width);
    if (picker->hint[0])
        Frame_put(frame, box.x + 2, bottom, box.width - 4, STYLE_FLOAT_MUTED, picker->hint);
}
