/* lead.h - what is special about leads: the score and why, how to reach them, when to answer. */
#ifndef SCREENS_LEAD_H
#define SCREENS_LEAD_H

#include "tui/theme.h"

/* Style of a score written as text: hot, warm, cold. */
void Lead_score_style(const char *score, Style *style);

#endif
