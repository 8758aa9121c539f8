#include "screens/dashboard_chart.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "screens/field_value.h"
#include "tui/chart.h"
#include "tui/words.h"

double Dashboard_number(const Json *value)
{
    if (value && json_object_is_type(value, json_type_object))
        return FieldValue_money_major(value);
    return value ? json_object_get_double((Json *)(uintptr_t)value) : 0;
}

/* "2026-11" -> "Nov", else the label as it came. */
static const char *point_label(const Json *point)
{
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const char *label = Json_text(point, "label");
    int month = label && strlen(label) == 7 && label[4] == '-' ? atoi(label + 5) : 0;

    return month >= 1 && month <= 12 ? Ui_text(MONTHS[month - 1]) : label;
}

/* The axis: numbers at the left from bottom to top, as many labels below as fit. */
static void draw_axes(Frame *frame, Area plot, const Json *points, double bottom, double top)
{
    size_t count = json_object_array_length(points);
    int ticks = plot.height > 4 && plot.height % 2 == 1 ? 2 : 1;

    for (int y = 0; y < plot.height; y++)
        Frame_put(frame, plot.x - 1, plot.y + y, 1, STYLE_RULE,
                  Frame_symbol(frame, SYMBOL_VERTICAL));
    for (int tick = 0; tick <= ticks; tick++) {
        Buffer text = BUFFER_EMPTY;
        int y = plot.y + plot.height - 1 - tick * (plot.height - 1) / ticks;
        FieldValue_append_compact(&text, bottom + (top - bottom) * tick / ticks);
        Frame_put_right(frame, plot.x - 7, y, 6, STYLE_MUTED, Buffer_text(&text));
        Frame_put(frame, plot.x - 1, y, 1, STYLE_RULE, Frame_symbol(frame, SYMBOL_AXIS));
        Buffer_free(&text);
    }
    int last_end = plot.x - 2;
    for (size_t i = 0; i < count; i++) {
        const char *shown = point_label(json_object_array_get_idx(points, i));
        int width = shown ? Text_width(shown, strlen(shown)) : 0;
        int x = plot.x + (count > 1 ? (int)i * (plot.width - 1) / ((int)count - 1) : 0);
        x = x + width > plot.x + plot.width ? plot.x + plot.width - width : x;
        if (shown && x > last_end + 1) {
            Frame_datum(frame, x, plot.y + plot.height, width, STYLE_MUTED, shown);
            last_end = x + width;
        }
    }
}

/* Where the axis starts: at nothing, unless all values stand close together far above it. */
static double axis_bottom(double lowest, double *top)
{
    double step = 1;

    if (lowest <= *top / 2 || lowest >= *top) {
        *top = Chart_round_top(*top);
        return 0;
    }
    while (step * 10 <= *top - lowest)
        step *= 10;
    while (step > *top - lowest && step > 1e-6)
        step /= 10;
    *top = step * (double)(int64_t)(*top / step + 1);
    return step * (double)(int64_t)(lowest / step);
}

void Dashboard_draw_series(const Json *home, Frame *frame, Area area)
{
    const Json *series = home ? Json_get(home, "series") : NULL;
    const Json *points = series ? Json_get(series, "points") : NULL;
    size_t count = points ? json_object_array_length(points) : 0;
    double values[CHART_POINTS_MAX], top = 0, lowest = 0;
    const char *label = series ? Json_text(series, "label") : NULL, *currency = NULL;
    Area plot = {area.x + 8, area.y + 1, area.width - 10, area.height - 2};

    if (count < 2 || plot.height < 2 || plot.width < 10)
        return;
    count = count > CHART_POINTS_MAX ? CHART_POINTS_MAX : count;
    for (size_t i = 0; i < count; i++) {
        const Json *value = Json_get(json_object_array_get_idx(points, i), "value");
        values[i] = Dashboard_number(value);
        top = values[i] > top ? values[i] : top;
        lowest = i == 0 || values[i] < lowest ? values[i] : lowest;
        if (json_object_is_type(value, json_type_object))
            currency = Json_text(value, "currency");
    }
    double bottom = axis_bottom(lowest, &top);
    for (size_t i = 0; i < count; i++)
        values[i] -= bottom;
    int used = Frame_datum(frame, area.x + 1, area.y, area.width - 2, STYLE_HEADER,
                           label ? Ui_text(label) : "");
    if (currency)
        Frame_put(frame, area.x + 2 + used, area.y, area.width - used - 3, STYLE_MUTED, currency);
    draw_axes(frame, plot, points, bottom, top);
    Chart_line(frame, plot, STYLE_CHART, values, (int)count, top - bottom);
}
