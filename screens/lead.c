#include "screens/lead.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/world.h"
#include "screens/field_value.h"
#include "screens/record.h"
#include "tui/chart.h"
#include "tui/words.h"

enum { HOT = 70, WARM = 40, REASONS_MAX = 6 };

void Lead_score_style(const char *score, Style *style)
{
    int value = atoi(score);

    *style = value >= HOT ? STYLE_BAD : value >= WARM ? STYLE_WARNING : STYLE_MUTED;
}

/* "● 91 hot ▰▰▰": mark and word say the same as the colour. */
static void draw_score(Frame *frame, Area row, const Json *record)
{
    const Json *score = Json_get(record, "score");
    int value = (int)Json_int(record, "score", 0);
    Symbol mark = value >= HOT ? SYMBOL_DOT : value >= WARM ? SYMBOL_HALF_DOT : SYMBOL_RING;
    const char *word = value >= HOT ? "hot" : value >= WARM ? "warm" : "cold";
    char text[24];
    Style style;

    if (!score) {
        Frame_put(frame, row.x, row.y, row.width, STYLE_MUTED, Ui_text("not scored yet"));
        return;
    }
    snprintf(text, sizeof text, "%d", value);
    Lead_score_style(text, &style);
    Frame_put(frame, row.x, row.y, 1, style, Frame_symbol(frame, mark));
    int x =
        row.x + 2 + Frame_print(frame, row.x + 2, row.y, 16, style, "%d %s", value, Ui_text(word));
    if (row.width > 34)
        Chart_bar(frame, x + 2, row.y, 12, STYLE_CHART, value / 100.0);
}

/* Parts of the score with their points: {"fit": 24, ...} or [{"label"|"rule","points"}]. */
static void append_reasons(Buffer *out, const Json *reasons)
{
    int shown = 0;

    if (json_object_is_type(reasons, json_type_array)) {
        size_t count = json_object_array_length(reasons);
        for (size_t i = 0; i < count && shown < REASONS_MAX; i++, shown++) {
            const Json *reason = json_object_array_get_idx(reasons, i);
            const char *label = Json_text(reason, "label");
            if (!label)
                label = Json_text(reason, "rule");
            Buffer_printf(out, "%s%s %+lld", shown > 0 ? "  " : "", label ? label : "",
                          (long long)Json_int(reason, "points", 0));
        }
    } else if (json_object_is_type(reasons, json_type_object)) {
        json_object_object_foreach((Json *)(uintptr_t)reasons, key, value)
        {
            if (shown++ < REASONS_MAX && json_object_is_type(value, json_type_int))
                Buffer_printf(out, "%s%s %+lld", shown > 1 ? "  " : "", key,
                              (long long)json_object_get_int64(value));
        }
    }
}

static void append_parts(Buffer *out, const Json *record)
{
    static const char *const PARTS[][2] = {{"score_fit", "fit"},
                                           {"score_behaviour", "behaviour"},
                                           {"score_engagement", "engagement"},
                                           {"score_demographic", "person"}};

    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        if (Json_get(record, PARTS[i][0]))
            Buffer_printf(out, "%s%s %lld", out->length > 0 ? "  " : "", Ui_text(PARTS[i][1]),
                          (long long)Json_int(record, PARTS[i][0], 0));
    }
}

static void draw_why(Frame *frame, Area row, const Json *record)
{
    Buffer text = BUFFER_EMPTY;
    const Json *reasons = Json_get(record, "score_reason");

    append_parts(&text, record);
    if (text.length > 0 && reasons)
        Buffer_puts(&text, "  |  ");
    if (reasons)
        append_reasons(&text, reasons);
    Frame_datum(frame, row.x, row.y, row.width, STYLE_MUTED, Buffer_text(&text));
    Buffer_free(&text);
}

static void draw_contact(Frame *frame, Area row, const Json *record)
{
    static const char *const FIELDS[] = {"company_name", "job_title", "email", "phone", "country"};
    Buffer text = BUFFER_EMPTY;

    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        const char *value = Json_text(record, FIELDS[i]);
        if (value && *value)
            Buffer_printf(&text, "%s%s", text.length > 0 ? "  ·  " : "", value);
    }
    Frame_datum(frame, row.x, row.y, row.width, STYLE_NORMAL, Buffer_text(&text));
    Buffer_free(&text);
}

/* "answer due in 40 min", "answer late by 2 h", "next follow-up in 3 d". */
static int draw_due(Frame *frame, int x, Area row, const Json *record, const char *field,
                    const char *label, const char *late)
{
    const char *at = Json_text(record, field);
    int64_t time = 0;
    Buffer text = BUFFER_EMPTY;

    if (!at || !DateTime_parse(at, "UTC", &time))
        return x;
    bool past = time < World_now();
    Buffer_printf(&text, "%s ", past ? late : label);
    FieldValue_append_age(&text, time);
    x += Frame_datum(frame, x, row.y, row.x + row.width - x, past ? STYLE_BAD : STYLE_GOOD,
                     Buffer_text(&text)) +
         3;
    Buffer_free(&text);
    return x;
}

static int draw_head(RecordScreen *record, Frame *frame, Area area)
{
    const Json *json = record->view.record;
    Area row = {area.x + 1, area.y, area.width - 2, 1};
    int rows = 1, x;

    if (area.height < 8) {
        draw_score(frame, row, json);
        return 1;
    }
    draw_contact(frame, row, json);
    row.y++;
    draw_score(frame, row, json);
    if (row.width > 70)
        draw_why(frame, (Area){row.x + 32, row.y, row.width - 32, 1}, json);
    else {
        row.y++;
        draw_why(frame, row, json);
        rows++;
    }
    row.y++;
    x = Json_text(json, "first_response_at")
            ? row.x
            : draw_due(frame, row.x, row, json, "response_due_at", Ui_text("answer due"),
                       Ui_text("answer late by"));
    int end = draw_due(frame, x, row, json, "next_follow_up_at", Ui_text("next follow-up"),
                       Ui_text("follow-up late by"));
    rows += end > row.x ? 2 : 1;
    Frame_rule(frame, area.x, area.y + rows, area.width);
    return rows + 1;
}

Screen *Lead_new(App *app, const char *id)
{
    Screen *screen = Record_new_screen(app, "lead", id);

    if (screen)
        ((RecordScreen *)screen)->draw_head = draw_head;
    return screen;
}
