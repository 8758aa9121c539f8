/* theme.h - what a style means and how each theme paints it.
 *
 * Everything on the screen is drawn in a named style; only the painter turns a style into
 * attributes. No style says anything by colour alone: a mark or a word always goes with it.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>
#include <stdint.h>

typedef enum Style {
    STYLE_NORMAL,
    STYLE_STRONG, /* names, big numbers */
    STYLE_MUTED,  /* secondary text, ages, hints */
    STYLE_ACCENT, /* the one accent: where we are, what moves */
    STYLE_GOOD,
    STYLE_WARNING,
    STYLE_BAD,
    STYLE_KEY,      /* keys in the footer, help and menus */
    STYLE_HEADER,   /* column titles and section titles */
    STYLE_RULE,     /* lines between parts */
    STYLE_SELECTED, /* the focused row, the active choice */
    STYLE_MARKED,   /* rows chosen with Space */
    STYLE_INPUT,    /* a field that can be typed in */
    STYLE_FOCUS,    /* the field that is being typed in */
    STYLE_FLOAT,    /* body of what floats: menus, help, questions */
    STYLE_FLOAT_MUTED,
    STYLE_FLOAT_KEY,
    STYLE_FLOAT_EDGE,
    STYLE_CHART,
    STYLE_ALERT, /* a banner that must be seen */
    STYLE_COUNT
} Style;

enum StyleAttribute {
    ATTRIBUTE_BOLD = 1 << 0,
    ATTRIBUTE_DIM = 1 << 1,
    ATTRIBUTE_UNDERLINE = 1 << 2,
    ATTRIBUTE_REVERSE = 1 << 3
};

#define COLOUR_DEFAULT (-1)

typedef struct StyleDef {
    int16_t foreground, background;             /* of 256 colours; COLOUR_DEFAULT */
    int16_t small_foreground, small_background; /* of 8 or 16 colours */
    uint8_t attributes;                         /* with 256 colours */
    uint8_t small_attributes;                   /* with fewer colours */
} StyleDef;

typedef struct Theme {
    const char *name;
    StyleDef styles[STYLE_COUNT];
} Theme;

/* "dark", "light", "mono"; NULL if there is no such theme. */
const Theme *Theme_find(const char *name);
/* BIZOSAAS_THEME, else NO_COLOR -> mono, else COLORFGBG, else dark. */
const Theme *Theme_of_environment(void);
const Theme *Theme_next(const Theme *theme);

#endif
