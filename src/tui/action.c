#include "tui/action.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/words.h"

const Action *ActionSet_find(const ActionSet *set, const Key *key)
{
    for (int i = 0; i < set->count; i++) {
        if (set->actions[i].keys && Key_in(key, set->actions[i].keys))
            return &set->actions[i];
    }
    return NULL;
}

const char *ActionSet_refusal(const ActionSet *set, const Action *action)
{
    return action->refusal ? action->refusal(set->owner) : NULL;
}

const char *Action_key_name(const Action *action, const Frame *frame, char *out)
{
    size_t length = action->keys ? strcspn(action->keys, " ") : 0;

    snprintf(out, 24, "%.*s", (int)(length < 23 ? length : 23), action->keys ? action->keys : "");
    if (strcmp(out, "Enter") == 0)
        return Frame_symbol(frame, SYMBOL_RETURN);
    if (strcmp(out, "Space") == 0)
        return Frame_symbol(frame, SYMBOL_SPACE);
    return out;
}

static int draw_hint(Frame *frame, int x, int y, int limit, const Action *action, bool refused)
{
    char name[24];
    const char *key = Action_key_name(action, frame, name);
    const char *label = Ui_text(action->label);
    int width = Text_width(key, strlen(key)) + 1 + Text_width(label, strlen(label));

    if (x + width > limit)
        return 0;
    int used = Frame_put(frame, x, y, limit - x, refused ? STYLE_MUTED : STYLE_KEY, key);
    Frame_put(frame, x + used + 1, y, limit - x - used - 1, STYLE_MUTED, label);
    return width + 2;
}

void Action_draw_footer(Frame *frame, Area row, const ActionSet *sets, int set_count,
                        const char *right)
{
    int x = row.x + 1;
    int right_width = right ? Text_width(right, strlen(right)) + 2 : 0;
    int limit = row.x + row.width - right_width;

    if (limit < row.x + row.width / 2) {
        limit = row.x + row.width;
        right = NULL;
    }
    for (int i = 0; i < set_count; i++) {
        for (int j = 0; j < sets[i].count; j++) {
            const Action *action = &sets[i].actions[j];
            if (action->flags & ACTION_FOOTER)
                x += draw_hint(frame, x, row.y, limit, action,
                               ActionSet_refusal(&sets[i], action) != NULL);
        }
    }
    if (right)
        Frame_datum_right(frame, row.x, row.y, row.width - 1, STYLE_MUTED, right);
}
