/* picker.h - a floating list to choose from: palette, help, menu, choices, look-up.
 *
 * With `typing` a line at the top filters the items (fuzzily), or, with `live`, `changed` tells the
 * owner to refill them from what was typed.  The picker owns copies of all texts.
 */
#ifndef TUI_PICKER_H
#define TUI_PICKER_H

#include <stdbool.h>
#include "tui/frame.h"
#include "tui/keys.h"
#include "tui/line_editor.h"

typedef struct PickerItem {
    char *label, *detail, *key;
    long value;
    int score;
} PickerItem;

typedef enum PickerResult { PICKER_OPEN, PICKER_CHOSEN, PICKER_CLOSED } PickerResult;

typedef struct Picker {
    char title[80];
    char *body;      /* explanation above the items; owned */
    char hint[120];  /* a line under the list */
    char empty[120]; /* shown when nothing fits */
    bool typing, live, changed;
    bool no_quit_key; /* q is a key of an item, not a way out */
    bool numbered;    /* items are chosen by their number too */
    bool keyed;       /* keys stand before the labels (help, menus) */
    LineEditor query;
    PickerItem *items;
    int count, capacity;
    int *shown; /* indices of the items that fit, best first */
    int shown_count;
    int cursor, top, page;
} Picker;

void Picker_close(Picker *picker);
void Picker_clear(Picker *picker); /* drops the items, keeps the query */
void Picker_add(Picker *picker, const char *label, const char *detail, const char *key, long value);
/* After adding: sorts and filters. */
void Picker_filter(Picker *picker);
PickerResult Picker_key(Picker *picker, const Key *key);
const PickerItem *Picker_chosen(const Picker *picker); /* NULL when nothing fits */
void Picker_draw(Picker *picker, Frame *frame, Area area);

#endif
