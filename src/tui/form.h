/* form.h - fields to fill in: labels, one line or several, choices, look-ups, errors beside them.
 *
 * Enter goes to the next field, arrows and Tab move, F4 (or ? in an empty field) asks the owner to
 * prompt the choices; in a long text a trailing backslash and Enter makes a new line.  What a text
 * means is the owner's business: `check` is called when a field is left.
 */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>
#include "tui/frame.h"
#include "tui/keys.h"
#include "tui/line_editor.h"

typedef enum FormKind {
    FORM_TEXT,
    FORM_LONG_TEXT,
    FORM_SECRET,
    FORM_CHOICE, /* one of choices; text is its label, key its key */
    FORM_LOOKUP, /* text is a label, key an id; the owner prompts */
    FORM_FIXED   /* shown, not changed */
} FormKind;

typedef struct FormChoice {
    char *key, *label;
} FormChoice;

typedef struct FormField {
    char *name, *label, *section, *help;
    FormKind kind;
    bool required, touched;
    LineEditor editor;
    char *key;
    char *original; /* text (or key) as loaded: to know what changed */
    FormChoice *choices;
    int choice_count;
    char error[160];
    char note[96];
    int data; /* the owner's */
    Area place;
} FormField;

typedef enum FormResult {
    FORM_IGNORED,
    FORM_MOVED,
    FORM_EDITED,
    FORM_PROMPT,
    FORM_DONE
} FormResult;

typedef struct Form {
    FormField *fields;
    int count, capacity;
    int focus, top;
    void *owner;
    /* Sets field->error or clears it; may rewrite the text in its usual form. */
    void (*check)(void *owner, FormField *field);
} Form;

void Form_close(Form *form);
/* Texts are copied; section and help may be NULL.  NULL without memory.  The pointer is good until
 * the next Form_add(). */
FormField *Form_add(Form *form, const char *name, const char *label, const char *section,
                    FormKind kind);
void FormField_add_choice(FormField *field, const char *key, const char *label);
void FormField_set(FormField *field, const char *text, const char *key); /* key may be NULL */
void FormField_keep(FormField *field); /* what is there now is the original */
bool FormField_changed(const FormField *field);
const char *FormField_value(const FormField *field); /* key when it has one, else text */
FormField *Form_find(Form *form, const char *name);
bool Form_changed(const Form *form);
/* Checks every field; focuses the first wrong one.  True when all are right. */
bool Form_check(Form *form);
void Form_go(Form *form, int field); /* checks the field left */
FormResult Form_key(Form *form, const Key *key);
void Form_paste(Form *form, const char *text, size_t length);
void Form_draw(Form *form, Frame *frame, Area area);

#endif
