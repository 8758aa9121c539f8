/* record.h - one record: tabs for its fields, timeline, related records, files and history.
 *
 * The lead screen is this screen with a head and a timeline of its own beside the fields.
 */
#ifndef SCREENS_RECORD_H
#define SCREENS_RECORD_H

#include "screens/record_view.h"

typedef enum RecordTab {
    TAB_FIELDS,
    TAB_TIMELINE,
    TAB_RELATED,
    TAB_FILES,
    TAB_HISTORY,
    TAB_COUNT
} RecordTab;

/* One line of the timeline, related or history tab. */
typedef struct RecordLine {
    char *when, *kind, *text, *detail;
    char *resource, *id; /* what Enter opens or u undoes; NULL */
    bool header;
    Style style;
} RecordLine;

typedef struct RecordLines {
    RecordLine *items;
    int count, capacity, cursor, top;
    bool loaded, loading;
    char error[200];
} RecordLines;

typedef struct RecordScreen {
    Screen screen;
    Description *description;
    char *id;
    RecordView view;
    RecordTab tab;
    RecordLines lines[TAB_COUNT];
    char changed_by[96];
    char status[160];
    int (*draw_head)(struct RecordScreen *record, Frame *frame, Area area); /* NULL; returns rows */
} RecordScreen;

extern const Action RECORD_ACTIONS[];
extern const int RECORD_ACTION_COUNT;

bool Record_load(RecordScreen *record);
void Record_ask_tab(RecordScreen *record, RecordTab tab);
void Record_forget_tabs(RecordScreen *record);
void RecordLines_draw(RecordLines *lines, Frame *frame, Area area, bool focused);
bool RecordLines_key(RecordLines *lines, const Key *key, int page);
void RecordLines_clear(RecordLines *lines);
RecordLine *RecordLines_add(RecordLines *lines);
/* Fills lines from what the engine answered. */
void RecordLines_fill(const App *app, RecordLines *lines, RecordTab tab, const Json *result);

#endif
