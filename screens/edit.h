/* edit.h - the form of a record, shared by its parts: saving, prompts, conflicts. */
#ifndef SCREENS_EDIT_H
#define SCREENS_EDIT_H

#include "screens/describe.h"
#include "tui/form.h"

typedef struct EditScreen {
    Screen screen;
    Description *description;
    Json *record; /* as loaded; NULL = a new one */
    Json *theirs; /* what the engine holds now, when somebody changed it meanwhile */
    Json *lookup; /* the rows an open look-up shows */
    int64_t version;
    Form form;
    char changed_by[96];
    int dismissed; /* look-up field whose suggestions were closed; -1 = none */
    bool done; /* leave without asking */
} EditScreen;

void Edit_save(EditScreen *edit);
/* Choices or look-up for the focused field; key: what was pressed. */
void Edit_prompt(EditScreen *edit, const Key *key);
/* Somebody saved first: shows both values and lets the user choose. */
void Edit_conflict(EditScreen *edit);
void Edit_set_value(EditScreen *edit, FormField *form_field, const FieldInfo *field,
                    const Json *value);

#endif
