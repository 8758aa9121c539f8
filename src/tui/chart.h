/* chart.h - small pictures of numbers; each has an ASCII form. */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include "tui/frame.h"

/* One row of eighth blocks, the last `width` values. */
void Chart_sparkline(Frame *frame, int x, int y, int width, Style style, const double *values,
                     int count);
/* A bar of width * share cells (share 0..1), to an eighth of a cell. */
void Chart_bar(Frame *frame, int x, int y, int width, Style style, double share);
/* A line over the whole area in braille dots, from 0 (or the lowest value below 0) to the top. */
void Chart_line(Frame *frame, Area area, Style style, const double *values, int count, double top);
/* A round number at or above value: 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten. */
double Chart_round_top(double value);

#endif
