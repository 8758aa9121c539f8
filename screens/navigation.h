/* navigation.h - where one can go: the tabs of the header and the letters after g. */
#ifndef SCREENS_NAVIGATION_H
#define SCREENS_NAVIGATION_H

typedef struct NavigationTab {
    const char *label;
    const char *domains; /* space-separated resource domains; NULL = the dashboard */
} NavigationTab;

typedef struct NavigationGo {
    char key;
    const char *label;
    const char *resource; /* its list; NULL = special or not there yet */
} NavigationGo;

enum { NAVIGATION_COUNT = 8, NAVIGATION_GO_COUNT = 14 };
extern const NavigationTab NAVIGATION[NAVIGATION_COUNT];
extern const NavigationGo NAVIGATION_GO[NAVIGATION_GO_COUNT];

int Navigation_tab(const char *domain); /* index; 0 when unknown */

#endif
