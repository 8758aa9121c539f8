#include "tui/theme.h"

#include <stdlib.h>
#include <string.h>

#define NONE COLOUR_DEFAULT
#define COLOUR(fg, bg, small_fg, small_bg, attributes, small) \
    {                                                         \
        fg, bg, small_fg, small_bg, attributes, small         \
    }
#define BOLD ATTRIBUTE_BOLD
#define DIM ATTRIBUTE_DIM
#define UNDERLINE ATTRIBUTE_UNDERLINE
#define REVERSE ATTRIBUTE_REVERSE
#define PLAIN(attributes)                              \
    {                                                  \
        NONE, NONE, NONE, NONE, attributes, attributes \
    }

static const Theme THEMES[] = {
    {"dark",
     {
         [STYLE_NORMAL] = COLOUR(NONE, NONE, NONE, NONE, 0, 0),
         [STYLE_STRONG] = COLOUR(255, NONE, NONE, NONE, BOLD, BOLD),
         [STYLE_MUTED] = COLOUR(245, NONE, NONE, NONE, 0, DIM),
         [STYLE_ACCENT] = COLOUR(80, NONE, 6, NONE, BOLD, BOLD),
         [STYLE_GOOD] = COLOUR(114, NONE, 2, NONE, 0, 0),
         [STYLE_WARNING] = COLOUR(179, NONE, 3, NONE, 0, 0),
         [STYLE_BAD] = COLOUR(210, NONE, 1, NONE, 0, BOLD),
         [STYLE_KEY] = COLOUR(80, NONE, 6, NONE, 0, 0),
         [STYLE_HEADER] = COLOUR(109, NONE, NONE, NONE, 0, DIM),
         [STYLE_RULE] = COLOUR(238, NONE, NONE, NONE, 0, DIM),
         [STYLE_SELECTED] = COLOUR(15, 24, NONE, NONE, 0, REVERSE),
         [STYLE_MARKED] = COLOUR(222, NONE, 3, NONE, 0, BOLD),
         [STYLE_INPUT] = COLOUR(252, 235, NONE, NONE, 0, UNDERLINE),
         [STYLE_FOCUS] = COLOUR(15, 24, NONE, NONE, 0, REVERSE),
         [STYLE_FLOAT] = COLOUR(252, 236, NONE, NONE, 0, 0),
         [STYLE_FLOAT_MUTED] = COLOUR(246, 236, NONE, NONE, 0, DIM),
         [STYLE_FLOAT_KEY] = COLOUR(80, 236, 6, NONE, 0, 0),
         [STYLE_FLOAT_EDGE] = COLOUR(242, 236, NONE, NONE, 0, DIM),
         [STYLE_CHART] = COLOUR(73, NONE, 6, NONE, 0, 0),
         [STYLE_ALERT] = COLOUR(255, 88, NONE, NONE, BOLD, REVERSE),
     }},
    {"light",
     {
         [STYLE_NORMAL] = COLOUR(NONE, NONE, NONE, NONE, 0, 0),
         [STYLE_STRONG] = COLOUR(232, NONE, NONE, NONE, BOLD, BOLD),
         [STYLE_MUTED] = COLOUR(243, NONE, NONE, NONE, 0, DIM),
         [STYLE_ACCENT] = COLOUR(24, NONE, 4, NONE, BOLD, BOLD),
         [STYLE_GOOD] = COLOUR(28, NONE, 2, NONE, 0, 0),
         [STYLE_WARNING] = COLOUR(130, NONE, 3, NONE, 0, 0),
         [STYLE_BAD] = COLOUR(124, NONE, 1, NONE, 0, BOLD),
         [STYLE_KEY] = COLOUR(25, NONE, 4, NONE, 0, 0),
         [STYLE_HEADER] = COLOUR(60, NONE, NONE, NONE, 0, DIM),
         [STYLE_RULE] = COLOUR(251, NONE, NONE, NONE, 0, DIM),
         [STYLE_SELECTED] = COLOUR(0, 153, NONE, NONE, 0, REVERSE),
         [STYLE_MARKED] = COLOUR(94, NONE, 3, NONE, BOLD, BOLD),
         [STYLE_INPUT] = COLOUR(235, 254, NONE, NONE, 0, UNDERLINE),
         [STYLE_FOCUS] = COLOUR(0, 153, NONE, NONE, 0, REVERSE),
         [STYLE_FLOAT] = COLOUR(235, 254, NONE, NONE, 0, 0),
         [STYLE_FLOAT_MUTED] = COLOUR(242, 254, NONE, NONE, 0, DIM),
         [STYLE_FLOAT_KEY] = COLOUR(25, 254, 4, NONE, 0, 0),
         [STYLE_FLOAT_EDGE] = COLOUR(247, 254, NONE, NONE, 0, DIM),
         [STYLE_CHART] = COLOUR(31, NONE, 4, NONE, 0, 0),
         [STYLE_ALERT] = COLOUR(255, 124, NONE, NONE, BOLD, REVERSE),
     }},
    {"mono",
     {
         [STYLE_NORMAL] = PLAIN(0),         [STYLE_STRONG] = PLAIN(BOLD),
         [STYLE_MUTED] = PLAIN(0),          [STYLE_ACCENT] = PLAIN(BOLD),
         [STYLE_GOOD] = PLAIN(0),           [STYLE_WARNING] = PLAIN(BOLD),
         [STYLE_BAD] = PLAIN(BOLD),         [STYLE_KEY] = PLAIN(BOLD),
         [STYLE_HEADER] = PLAIN(0),         [STYLE_RULE] = PLAIN(0),
         [STYLE_SELECTED] = PLAIN(REVERSE), [STYLE_MARKED] = PLAIN(BOLD),
         [STYLE_INPUT] = PLAIN(UNDERLINE),  [STYLE_FOCUS] = PLAIN(REVERSE),
         [STYLE_FLOAT] = PLAIN(0),          [STYLE_FLOAT_MUTED] = PLAIN(0),
         [STYLE_FLOAT_KEY] = PLAIN(BOLD),   [STYLE_FLOAT_EDGE] = PLAIN(0),
         [STYLE_CHART] = PLAIN(0),          [STYLE_ALERT] = PLAIN(REVERSE),
     }},
};
enum { THEME_COUNT = sizeof THEMES / sizeof THEMES[0] };

const Theme *Theme_find(const char *name)
{
    for (int i = 0; name && i < THEME_COUNT; i++) {
        if (strcmp(THEMES[i].name, name) == 0)
            return &THEMES[i];
    }
    return NULL;
}

/* COLORFGBG is "foreground;background" as rxvt and Konsole set it. */
static bool background_is_light(void)
{
    const char *value = getenv("COLORFGBG");
    const char *last = value ? strrchr(value, ';') : NULL;
    int background = last ? atoi(last + 1) : 0;

    return background == 7 || background == 15;
}

const Theme *Theme_of_environment(void)
{
    const Theme *named = Theme_find(getenv("BIZOSAAS_THEME"));
    const char *no_color = getenv("NO_COLOR");

    if (no_color && *no_color)
        return Theme_find("mono");
    if (named)
        return named;
    return Theme_find(background_is_light() ? "light" : "dark");
}

const Theme *Theme_next(const Theme *theme)
{
    return &THEMES[(theme - THEMES + 1) % THEME_COUNT];
}
