#include "screens/record_view.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "screens/field_value.h"
#include "tui/words.h"

enum { LABEL_WIDTH = 22, TWO_COLUMNS_FROM = 100 };

void RecordView_set(RecordView *view, const Description *description, Json *record)
{
    const char *old_id = view->record ? Json_text(view->record, "id") : NULL;
    const char *new_id = record ? Json_text(record, "id") : NULL;

    if (!old_id || !new_id || strcmp(old_id, new_id) != 0)
        view->top = 0;
    json_object_put(view->record);
    view->record = record;
    view->description = description;
}

void RecordView_close(RecordView *view)
{
    json_object_put(view->record);
    view->record = NULL;
}

const char *RecordView_title(const Json *record)
{
    static const char *const NAMES[] = {"label", "name", "title", "number", "id"};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *text = Json_text(record, NAMES[i]);
        if (text && *text)
            return text;
    }
    return "";
}

typedef struct Pen {
    Frame *frame;
    Area area;
    int row, column, columns, top, label;
} Pen;

static bool row_visible(const Pen *pen, int row)
{
    return row >= pen->top && row < pen->top + pen->area.height;
}

static void new_row(Pen *pen)
{
    if (pen->column > 0)
        pen->row++;
    pen->column = 0;
}

static void draw_section(Pen *pen, const char *section)
{
    new_row(pen);
    if (pen->row > 0)
        pen->row++;
    int y = pen->area.y + pen->row - pen->top;
    if (row_visible(pen, pen->row)) {
        int used = Frame_datum(pen->frame, pen->area.x, y, pen->area.width, STYLE_HEADER, section);
        Frame_rule(pen->frame, pen->area.x + used + 1, y, pen->area.width - used - 1);
    }
    pen->row++;
}

static Style value_style(const FieldInfo *field)
{
    return field->type == VALUE_REFERENCE || field->type == VALUE_EMAIL || field->type == VALUE_URL
               ? STYLE_ACCENT
               : STYLE_NORMAL;
}

static void draw_pair(Pen *pen, const FieldInfo *field, const char *text)
{
    int width = pen->area.width / pen->columns, label = pen->label;
    const char *age = field->type == VALUE_TIME ? strstr(text, "  (") : NULL;
    char exact[32];
    if (age && Text_width(text, strlen(text)) > width - label - 1) {
        snprintf(exact, sizeof exact, "%.*s", (int)(age - text), text);
        text = exact; /* the age is left out where there is no room for it */
    }
    bool wide = strchr(text, '\n') || Text_width(text, strlen(text)) > width - label - 1;

    if (wide)
        new_row(pen);
    int x = pen->area.x + pen->column * width, y = pen->area.y + pen->row - pen->top;
    if (row_visible(pen, pen->row))
        Frame_datum(pen->frame, x, y, label - 1, STYLE_MUTED, field->label);
    if (!wide) {
        if (row_visible(pen, pen->row))
            Frame_datum(pen->frame, x + label, y, width - label - 1,
                        value_style(field) == STYLE_ACCENT ? STYLE_KEY : STYLE_NORMAL, text);
        if (++pen->column >= pen->columns)
            new_row(pen);
        return;
    }
    int skip = pen->row < pen->top ? pen->top - pen->row : 0;
    Area place = {x + label, y + skip, pen->area.width - label,
                  pen->area.y + pen->area.height - y - skip};
    if (place.height < 0)
        place.height = 0;
    int rows = Frame_wrapped(pen->frame, place, skip, STYLE_NORMAL, text);
    pen->row += rows > 0 ? rows : 1;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Room for the longest label that shows, within reason. */
static int label_width(const RecordView *view, int width)
{
    int widest = 0, limit = width * 2 / 5 < LABEL_WIDTH ? width * 2 / 5 : LABEL_WIDTH;

    for (int i = 0; i < view->description->field_count; i++) {
        const FieldInfo *field = &view->description->fields[i];
        const Json *value = field->hidden ? NULL : Record_value(view->record, field);
        int cells = value ? Text_width(field->label, strlen(field->label)) + 2 : 0;
        widest = cells > widest ? cells : widest;
    }
    return widest < limit ? widest : limit;
}

void RecordView_draw(RecordView *view, const App *app, Frame *frame, Area area)
{
    Pen pen = {frame, area, 0, 0, area.width >= TWO_COLUMNS_FROM ? 2 : 1, 0, 0};
    const char *section = NULL;

    if (!view->record || area.height < 1)
        return;
    if (view->top > view->rows - area.height)
        view->top = view->rows - area.height;
    if (view->top < 0)
        view->top = 0;
    pen.top = view->top;
    pen.label = label_width(view, area.width / pen.columns);
    if (!view->without_title && row_visible(&pen, 0))
        Frame_datum(frame, area.x, area.y - pen.top, area.width, STYLE_STRONG,
                    RecordView_title(view->record));
    pen.row = view->without_title ? 0 : 1;
    for (int i = 0; i < view->description->field_count; i++) {
        const FieldInfo *field = &view->description->fields[i];
        Buffer text = BUFFER_EMPTY;
        if (!field->hidden)
            FieldValue_append(app, &text, field, Record_value(view->record, field), VALUE_FULL);
        if (text.length > 0) {
            if (!same_text(section, field->section) && field->section)
                draw_section(&pen, field->section);
            section = field->section;
            draw_pair(&pen, field, Buffer_text(&text));
        }
        Buffer_free(&text);
    }
    new_row(&pen);
    view->rows = pen.row;
    view->height = area.height;
}

bool RecordView_key(RecordView *view, const Key *key)
{
    int page = view->height > 1 ? view->height - 1 : 1;

    switch (key->code) {
    case KEYCODE_DOWN:
    case 'j':
    case KEYCODE_WHEEL_DOWN:
        view->top++;
        return true;
    case KEYCODE_UP:
    case 'k':
    case KEYCODE_WHEEL_UP:
        view->top--;
        return true;
    case KEYCODE_PAGE_DOWN:
        view->top += page;
        return true;
    case KEYCODE_PAGE_UP:
        view->top -= page;
        return true;
    case KEYCODE_HOME:
        view->top = 0;
        return true;
    case KEYCODE_END:
    case 'G':
        view->top = view->rows;
        return true;
    default:
        return false;
    }
}
