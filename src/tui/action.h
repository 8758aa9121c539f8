/* action.h - one row says all about an action: the footer, the help, the menu and the palette are
 * made from these rows, and keys find their action in them.
 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include <stdbool.h>
#include "tui/frame.h"
#include "tui/keys.h"

enum ActionFlag {
    ACTION_FOOTER = 1 << 0,          /* named in the footer */
    ACTION_DANGEROUS = 1 << 1,       /* asks before it acts; marked in menus */
    ACTION_NEEDS_SELECTION = 1 << 2, /* works on the focused or marked rows */
    ACTION_SILENT = 1 << 3           /* movement: in the help, not in menu and palette */
};

typedef struct Action {
    const char *id, *label, *help;
    const char *keys; /* "e F2": any of them; NULL = only from menu and palette */
    unsigned flags;
    void (*run)(void *owner);
    const char *(*refusal)(
        void *owner); /* why not now (translated); NULL or returning NULL = it can */
} Action;

typedef struct ActionSet {
    const Action *actions;
    int count;
    void *owner;
} ActionSet;

const Action *ActionSet_find(const ActionSet *set, const Key *key);
const char *ActionSet_refusal(const ActionSet *set, const Action *action);
/* The first key of an action as people read it on this frame ("⏎", "e"). out >= 24 bytes. */
const char *Action_key_name(const Action *action, const Frame *frame, char *out);
/* Draws the hints of several sets in one row as far as they fit; `right` stands at the end. */
void Action_draw_footer(Frame *frame, Area row, const ActionSet *sets, int set_count,
                        const char *right);

#endif
