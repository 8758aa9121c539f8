/* record_view.h - the fields of a record as text, by section; used alone and beside a list. */
#ifndef SCREENS_RECORD_VIEW_H
#define SCREENS_RECORD_VIEW_H

#include "screens/describe.h"

typedef struct RecordView {
    const Description *description;
    Json *record;          /* owned */
    int top, rows, height; /* scroll, rows in all, rows shown */
    bool without_title;
} RecordView;

void RecordView_set(RecordView *view, const Description *description, Json *record); /* takes it */
void RecordView_close(RecordView *view);
void RecordView_draw(RecordView *view, const App *app, Frame *frame, Area area);
bool RecordView_key(RecordView *view, const Key *key); /* scrolls */
const char *RecordView_title(const Json *record);      /* label, name or id */

#endif
