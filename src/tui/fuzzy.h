/* fuzzy.h - how well a few typed letters fit a label. */
#ifndef TUI_FUZZY_H
#define TUI_FUZZY_H

/* -1: the letters do not occur in order; else higher is better.  Folds case and accents of `label`
 * and `typed`; beginnings of words and runs count more; "" fits everything with 0. */
int Fuzzy_score(const char *typed, const char *label);

#endif
