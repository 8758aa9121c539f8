#include "tui/chart.h"

#include <string.h>

static const char *const EIGHTHS_UP[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const EIGHTHS_RIGHT[] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

static double highest(const double *values, int count)
{
    double top = 0;

    for (int i = 0; i < count; i++)
        top = values[i] > top ? values[i] : top;
    return top;
}

void Chart_sparkline(Frame *frame, int x, int y, int width, Style style, const double *values,
                     int count)
{
    static const char ASCII[] = "_.-=*#";
    int first = count > width ? count - width : 0;
    double top = highest(values + first, count - first);

    for (int i = first; i < count; i++) {
        double share = top > 0 && values[i] > 0 ? values[i] / top : 0;
        if (frame->ascii) {
            char text[2] = {ASCII[(int)(share * 5 + 0.5)], '\0'};
            Frame_put(frame, x + i - first, y, 1, style, text);
        } else {
            Frame_put(frame, x + i - first, y, 1, style, EIGHTHS_UP[(int)(share * 7 + 0.5)]);
        }
    }
}

void Chart_bar(Frame *frame, int x, int y, int width, Style style, double share)
{
    if (share < 0 || width <= 0)
        return;
    int eighths = (int)((share > 1 ? 1 : share) * width * 8 + 0.5);
    if (eighths == 0 && share > 0)
        eighths = 1;
    Frame_repeat(frame, x, y, eighths / 8, style, Frame_symbol(frame, SYMBOL_BAR));
    if (eighths % 8 > 0 && !frame->ascii)
        Frame_put(frame, x + eighths / 8, y, 1, style, EIGHTHS_RIGHT[eighths % 8 - 1]);
}

double Chart_round_top(double value)
{
    static const double STEPS[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    double power = 1;

    if (!(value > 0))
        return 1;
    while (power * 10 <= value && power < 1e18)
        power *= 10;
    while (power > value && power > 1e-6)
        power /= 10;
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        if (STEPS[i] * power >= value)
            return STEPS[i] * power;
    }
    return value;
}

/* One braille dot; (0, 0) is the top left dot of the area, two dots a cell across, four down. */
static void set_dot(Frame *frame, Area area, Style style, int dot_x, int dot_y)
{
    static const unsigned char BITS[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    int x = area.x + dot_x / 2, y = area.y + dot_y / 4;
    Cell *cell = Frame_cell(frame, x, y);
    unsigned char bits = BITS[dot_y % 4][dot_x % 2];

    if (!cell || dot_x < 0 || dot_y < 0 || dot_x >= area.width * 2 || dot_y >= area.height * 4)
        return;
    if (frame->ascii) {
        Frame_put(frame, x, y, 1, style, "*");
        return;
    }
    if (cell->length == 3 && (unsigned char)cell->text[0] == 0xE2 &&
        ((unsigned char)cell->text[1] & 0xFC) == 0xA0)
        bits |= (unsigned char)((((unsigned char)cell->text[1] & 3) << 6) |
                                ((unsigned char)cell->text[2] & 0x3F));
    char text[4] = {(char)0xE2, (char)(0xA0 | (bits >> 6)), (char)(0x80 | (bits & 0x3F)), '\0'};
    Frame_put(frame, x, y, 1, style, text);
}

void Chart_line(Frame *frame, Area area, Style style, const double *values, int count, double top)
{
    int dots_x = area.width * 2, dots_y = area.height * 4, before = -1;

    if (count < 2 || top <= 0 || area.width < 2 || area.height < 1)
        return;
    for (int dot = 0; dot < dots_x; dot++) {
        double at = (double)dot * (count - 1) / (dots_x - 1);
        int index = (int)at >= count - 1 ? count - 2 : (int)at;
        double value = values[index] + (values[index + 1] - values[index]) * (at - index);
        double share = value < 0 ? 0 : value > top ? 1 : value / top;
        int y = dots_y - 1 - (int)(share * (dots_y - 1) + 0.5);
        int step = before < 0 || y == before ? 0 : y > before ? 1 : -1;
        for (int fill = before; step != 0 && fill != y; fill += step)
            set_dot(frame, area, style, dot, fill);
        set_dot(frame, area, style, dot, y);
        before = y;
    }
}
