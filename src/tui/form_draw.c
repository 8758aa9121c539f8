/* form_draw.c - where the fields of a form stand and how they look. */
#include "tui/form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/words.h"

enum { TWO_COLUMNS_FROM = 116, LABEL_MAX = 24, VALUE_MAX = 64, LONG_ROWS = 3 };

static int label_width(const Form *form, int column_width)
{
    int widest = 8, limit = column_width / 3 < LABEL_MAX ? column_width / 3 : LABEL_MAX;

    for (int i = 0; i < form->count; i++) {
        int width = Text_width(form->fields[i].label, strlen(form->fields[i].label)) + 4;
        widest = width > widest ? width : widest;
    }
    return widest < limit ? widest : limit;
}

static bool starts_section(const Form *form, int index)
{
    const char *section = form->fields[index].section;
    const char *before = index > 0 ? form->fields[index - 1].section : NULL;

    return section && *section && (!before || strcmp(section, before) != 0);
}

/* Gives every field its place, with y counted from the top of the whole form.  Returns its height.
 */
static int lay_out(Form *form, int width)
{
    int columns = width >= TWO_COLUMNS_FROM ? 2 : 1;
    int column_width = columns == 2 ? (width - 2) / 2 : width;
    int y = 0, column = 0;

    for (int i = 0; i < form->count; i++) {
        FormField *field = &form->fields[i];
        bool wide = field->kind == FORM_LONG_TEXT;
        if (starts_section(form, i)) {
            y += (column > 0) + (i > 0 ? 2 : 1);
            column = 0;
        }
        if (wide && column > 0) {
            y++;
            column = 0;
        }
        field->place = (Area){column * (column_width + 2), y, wide ? width : column_width,
                              wide ? LONG_ROWS : 1};
        column = wide ? 0 : column + 1;
        if (wide || column >= columns) {
            y += field->place.height;
            column = 0;
        }
    }
    return y + (column > 0);
}

static void draw_value(FormField *field, Frame *frame, Area value, bool focused)
{
    Style style = focused ? STYLE_FOCUS : STYLE_INPUT;

    if (field->kind == FORM_FIXED) {
        Frame_datum(frame, value.x, value.y, value.width, STYLE_MUTED,
                    LineEditor_text(&field->editor));
        return;
    }
    LineEditor_draw(&field->editor, frame, value, style, focused, field->kind == FORM_SECRET);
    if ((field->kind == FORM_CHOICE || field->kind == FORM_LOOKUP) && value.width > 12)
        Frame_put(frame, value.x + value.width - 1, value.y, 1, style,
                  Frame_symbol(frame, SYMBOL_DOWN));
}

static void draw_field(FormField *field, Frame *frame, Area place, int labels, bool focused)
{
    int used, x = place.x + labels;
    int room = place.width - labels - 1;
    int width = room > VALUE_MAX ? VALUE_MAX : room;
    const char *remark = field->error[0] ? field->error : field->note;

    if (remark[0] && width > 24 && field->kind != FORM_LONG_TEXT)
        width = width * 3 / 5;
    if (focused)
        Frame_put(frame, place.x, place.y, 1, STYLE_ACCENT, Frame_symbol(frame, SYMBOL_FOCUS));
    used = Frame_datum(frame, place.x + 2, place.y, labels - 3,
                       focused ? STYLE_STRONG : STYLE_MUTED, field->label);
    if (field->required && used < labels - 3)
        Frame_put(frame, place.x + 2 + used, place.y, 1, STYLE_WARNING, "*");
    draw_value(field, frame, (Area){x, place.y, width, place.height}, focused);
    if (remark[0] && room - width > 4)
        Frame_datum(frame, x + width + 1, place.y, room - width - 1,
                    field->error[0] ? STYLE_BAD : STYLE_MUTED, remark);
    else if (remark[0] && field->error[0])
        Frame_put(frame, place.x + labels - 1, place.y, 1, STYLE_BAD, "!");
}

static void keep_focus_visible(Form *form, int height, int total)
{
    const FormField *field = &form->fields[form->focus];
    int first = field->place.y - (starts_section(form, form->focus) ? 1 : 0);
    int last = field->place.y + field->place.height - 1;

    if (last >= form->top + height)
        form->top = last - height + 1;
    if (first < form->top)
        form->top = first;
    if (form->top > total - height)
        form->top = total - height;
    if (form->top < 0)
        form->top = 0;
}

/* The last row: error or help of the focused field. */
static void draw_line_below(const FormField *field, Frame *frame, Area row)
{
    const char *text = field->error[0] ? field->error : field->help ? field->help : field->note;

    if (*text)
        Frame_datum(frame, row.x + 2, row.y, row.width - 3,
                    field->error[0] ? STYLE_BAD : STYLE_MUTED, text);
}

void Form_draw(Form *form, Frame *frame, Area area)
{
    int total = lay_out(form, area.width);
    int height = area.height > 4 ? area.height - 1 : area.height;
    int labels = label_width(form, area.width >= TWO_COLUMNS_FROM ? area.width / 2 : area.width);

    if (form->count == 0)
        return;
    keep_focus_visible(form, height, total);
    for (int i = 0; i < form->count; i++) {
        FormField *field = &form->fields[i];
        Area place = field->place;
        place.x += area.x;
        place.y += area.y - form->top;
        if (starts_section(form, i) && place.y - 1 >= area.y && place.y - 1 < area.y + height) {
            int used = Frame_datum(frame, area.x + 2, place.y - 1, area.width - 4, STYLE_HEADER,
                                   field->section);
            Frame_rule(frame, area.x + 3 + used, place.y - 1, area.width - used - 4);
        }
        if (place.y + place.height > area.y + height)
            place.height = area.y + height - place.y;
        if (place.y >= area.y && place.height > 0)
            draw_field(field, frame, place, labels, i == form->focus);
    }
    if (height < area.height)
        draw_line_below(&form->fields[form->focus], frame,
                        (Area){area.x, area.y + area.height - 1, area.width, 1});
}
