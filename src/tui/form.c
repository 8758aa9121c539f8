#include "tui/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/fuzzy.h"
#include "tui/words.h"

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

static void close_field(FormField *field)
{
    free(field->name);
    free(field->label);
    free(field->section);
    free(field->help);
    free(field->key);
    free(field->original);
    for (int i = 0; i < field->choice_count; i++) {
        free(field->choices[i].key);
        free(field->choices[i].label);
    }
    free(field->choices);
    LineEditor_close(&field->editor);
}

void Form_close(Form *form)
{
    for (int i = 0; i < form->count; i++)
        close_field(&form->fields[i]);
    free(form->fields);
    *form = (Form){0};
}

FormField *Form_add(Form *form, const char *name, const char *label, const char *section,
                    FormKind kind)
{
    if (form->count == form->capacity) {
        int capacity = form->capacity > 0 ? form->capacity * 2 : 16;
        FormField *fields = realloc(form->fields, (size_t)capacity * sizeof *fields);
        if (!fields)
            return NULL;
        form->fields = fields;
        form->capacity = capacity;
    }
    FormField *field = &form->fields[form->count++];
    *field = (FormField){
        .kind = kind, .name = copy(name), .label = copy(label), .section = copy(section)};
    field->editor.multiline = kind == FORM_LONG_TEXT;
    return field;
}

void FormField_add_choice(FormField *field, const char *key, const char *label)
{
    size_t count = (size_t)field->choice_count + 1;
    FormChoice *choices = realloc(field->choices, count * sizeof *choices);

    if (!choices)
        return;
    field->choices = choices;
    field->choices[field->choice_count++] = (FormChoice){copy(key), copy(label)};
}

const char *FormField_value(const FormField *field)
{
    if (field->kind == FORM_CHOICE || field->kind == FORM_LOOKUP)
        return field->key ? field->key : "";
    return LineEditor_text(&field->editor);
}

void FormField_set(FormField *field, const char *text, const char *key)
{
    char *kept = copy(key);

    LineEditor_set(&field->editor, text ? text : "");
    free(field->key);
    field->key = kept;
}

void FormField_keep(FormField *field)
{
    free(field->original);
    field->original = copy(FormField_value(field));
}

bool FormField_changed(const FormField *field)
{
    return field->kind != FORM_FIXED &&
           strcmp(FormField_value(field), field->original ? field->original : "") != 0;
}

FormField *Form_find(Form *form, const char *name)
{
    for (int i = 0; i < form->count; i++) {
        if (form->fields[i].name && strcmp(form->fields[i].name, name) == 0)
            return &form->fields[i];
    }
    return NULL;
}

bool Form_changed(const Form *form)
{
    for (int i = 0; i < form->count; i++) {
        if (FormField_changed(&form->fields[i]))
            return true;
    }
    return false;
}

/* What was typed in a choice field -> the choice that fits best. */
static void resolve_choice(FormField *field)
{
    const char *typed = LineEditor_text(&field->editor);
    int best = -1, best_score = -1;

    for (int i = 0; i < field->choice_count; i++) {
        int score = Fuzzy_score(typed, field->choices[i].label);
        if (strcmp(field->choices[i].key, typed) == 0)
            score = 100000;
        if (score > best_score) {
            best = i;
            best_score = score;
        }
    }
    if (typed[0] == '\0')
        FormField_set(field, "", NULL);
    else if (best >= 0)
        FormField_set(field, field->choices[best].label, field->choices[best].key);
    else
        snprintf(field->error, sizeof field->error, "%s",
                 Ui_text("Not one of the choices: F4 shows them."));
}

static void check_field(Form *form, FormField *field)
{
    if (field->kind == FORM_FIXED)
        return;
    field->error[0] = '\0';
    if (field->kind == FORM_CHOICE)
        resolve_choice(field);
    if (field->error[0])
        return;
    if (field->required && FormField_value(field)[0] == '\0')
        snprintf(field->error, sizeof field->error, "%s", Ui_text("This is needed."));
    else if (form->check)
        form->check(form->owner, field);
}

bool Form_check(Form *form)
{
    int wrong = -1;

    for (int i = 0; i < form->count; i++) {
        check_field(form, &form->fields[i]);
        if (form->fields[i].error[0] && wrong < 0)
            wrong = i;
    }
    if (wrong >= 0)
        form->focus = wrong;
    return wrong < 0;
}

void Form_go(Form *form, int target)
{
    if (target < 0 || target >= form->count)
        return;
    if (form->focus < form->count && form->fields[form->focus].touched)
        check_field(form, &form->fields[form->focus]);
    form->focus = target;
}

/* The next field that can be changed, in a direction; -1 at the border. */
static int neighbour(const Form *form, int from, int direction)
{
    for (int i = from + direction; i >= 0 && i < form->count; i += direction) {
        if (form->fields[i].kind != FORM_FIXED)
            return i;
    }
    return -1;
}

static FormResult go_direction(Form *form, int direction, FormResult at_border)
{
    int target = neighbour(form, form->focus, direction);

    if (target < 0) {
        if (form->fields[form->focus].touched)
            check_field(form, &form->fields[form->focus]);
        return at_border;
    }
    Form_go(form, target);
    return FORM_MOVED;
}

static void cycle_choice(FormField *field, int direction)
{
    int now = -1;

    for (int i = 0; i < field->choice_count; i++) {
        if (field->key && strcmp(field->choices[i].key, field->key) == 0)
            now = i;
    }
    if (field->choice_count == 0)
        return;
    now = now < 0 && direction < 0 ? field->choice_count - 1
                                   : (now + direction + field->choice_count) % field->choice_count;
    FormField_set(field, field->choices[now].label, field->choices[now].key);
    field->touched = true;
}

static FormResult edit(Form *form, FormField *field, const Key *key)
{
    bool empty = field->editor.text.length == 0;

    if (key->code == KEYCODE_F4 || (key->code == '?' && empty && field->kind != FORM_SECRET))
        return FORM_PROMPT;
    if (field->kind == FORM_LOOKUP) {
        if (key->code == KEYCODE_BACKSPACE || key->code == KEYCODE_DELETE) {
            FormField_set(field, "", NULL);
            field->touched = true;
            return FORM_EDITED;
        }
        return Key_is_text(key) ? FORM_PROMPT : FORM_IGNORED;
    }
    if (field->kind == FORM_CHOICE && (key->code == KEYCODE_LEFT || key->code == KEYCODE_RIGHT)) {
        cycle_choice(field, key->code == KEYCODE_LEFT ? -1 : 1);
        return FORM_EDITED;
    }
    if (field->kind == FORM_CHOICE && field->key && Key_is_text(key))
        FormField_set(field, "", NULL); /* typing starts a new choice */
    if (!LineEditor_key(&field->editor, key))
        return FORM_IGNORED;
    field->touched = true;
    if (field->kind == FORM_CHOICE && field->key) {
        free(field->key);
        field->key = NULL;
    }
    return FORM_EDITED;
}

FormResult Form_key(Form *form, const Key *key)
{
    FormField *field = form->focus < form->count ? &form->fields[form->focus] : NULL;

    if (!field)
        return FORM_IGNORED;
    if (key->code == KEYCODE_ENTER) {
        if (LineEditor_continue_line(&field->editor))
            return FORM_EDITED;
        return go_direction(form, 1, FORM_DONE);
    }
    if (key->code == KEYCODE_TAB || key->code == KEYCODE_BACK_TAB)
        return go_direction(form, key->code == KEYCODE_TAB ? 1 : -1, FORM_MOVED);
    FormResult result = edit(form, field, key);
    if (result != FORM_IGNORED)
        return result;
    switch (key->code) {
    case KEYCODE_UP:
    case KEYCODE_WHEEL_UP:
        return go_direction(form, -1, FORM_MOVED);
    case KEYCODE_DOWN:
    case KEYCODE_WHEEL_DOWN:
        return go_direction(form, 1, FORM_MOVED);
    case KEYCODE_PAGE_DOWN:
    case KEYCODE_PAGE_UP:
        for (int i = 0; i < 8; i++)
            go_direction(form, key->code == KEYCODE_PAGE_DOWN ? 1 : -1, FORM_MOVED);
        return FORM_MOVED;
    default:
        return FORM_IGNORED;
    }
}

void Form_paste(Form *form, const char *text, size_t length)
{
    FormField *field = form->focus < form->count ? &form->fields[form->focus] : NULL;

    if (!field || field->kind == FORM_FIXED || field->kind == FORM_LOOKUP)
        return;
    LineEditor_insert(&field->editor, text, length);
    field->touched = true;
}
