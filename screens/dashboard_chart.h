/* dashboard_chart.h - the line of the dashboard with its axes. */
#ifndef SCREENS_DASHBOARD_CHART_H
#define SCREENS_DASHBOARD_CHART_H

#include "base/json_value.h"
#include "tui/frame.h"

enum { CHART_POINTS_MAX = 60 };

/* A number, or an amount of money in whole units. */
double Dashboard_number(const Json *value);
/* home: what dashboard.home answered; draws nothing when there is no series or no room. */
void Dashboard_draw_series(const Json *home, Frame *frame, Area area);

#endif
