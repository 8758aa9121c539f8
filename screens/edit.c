/* edit.c - the form of any resource: made from its description, saved as a create or an update. */
#include "screens/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/field_value.h"
#include "screens/record_view.h"
#include "tui/words.h"

static FormKind kind_of(const FieldInfo *field)
{
    if (field->read_only || field->masked)
        return FORM_FIXED;
    switch (field->type) {
    case VALUE_LONG_TEXT:
    case VALUE_JSON:
        return FORM_LONG_TEXT;
    case VALUE_SECRET:
        return FORM_SECRET;
    case VALUE_ENUM:
    case VALUE_BOOL:
        return FORM_CHOICE;
    case VALUE_REFERENCE:
        return field->is_list ? FORM_FIXED : FORM_LOOKUP;
    default:
        return FORM_TEXT;
    }
}

static void add_choices(FormField *form_field, const FieldInfo *field)
{
    size_t count = field->choices ? json_object_array_length(field->choices) : 0;

    if (field->type == VALUE_BOOL) {
        FormField_add_choice(form_field, "true", Ui_text("yes"));
        FormField_add_choice(form_field, "false", Ui_text("no"));
    }
    for (size_t i = 0; i < count; i++) {
        const Json *choice = json_object_array_get_idx(field->choices, i);
        const char *key = Json_text(choice, "key"), *label = Json_text(choice, "label");
        if (key && *key)
            FormField_add_choice(form_field, key, label ? label : key);
    }
}

void Edit_set_value(EditScreen *edit, FormField *form_field, const FieldInfo *field,
                    const Json *value)
{
    Buffer text = BUFFER_EMPTY;
    const char *key = NULL;

    if (field->type != VALUE_SECRET)
        FieldValue_append(edit->screen.app, &text, field, value, VALUE_EDIT);
    if (form_field->kind == FORM_LOOKUP)
        key = FieldValue_reference_id(value);
    else if (form_field->kind == FORM_CHOICE && value)
        key = json_object_get_string((Json *)(uintptr_t)value);
    FormField_set(form_field, Buffer_text(&text), key);
    FormField_keep(form_field);
    if (field->type == VALUE_SECRET && value && Json_bool(value, "set", false))
        snprintf(form_field->note, sizeof form_field->note, "%s", Ui_text("set; empty keeps it"));
    Buffer_free(&text);
}

static void add_field(EditScreen *edit, int index)
{
    const FieldInfo *field = &edit->description->fields[index];
    bool state =
        edit->description->state_field && strcmp(field->name, edit->description->state_field) == 0;

    if (field->derived || field->hidden || state || field->type == VALUE_RECORD)
        return;
    FormField *form_field =
        Form_add(&edit->form, field->name, field->label, field->section, kind_of(field));
    if (!form_field)
        return;
    form_field->data = index;
    form_field->required = field->required;
    form_field->help = field->help ? strdup(field->help) : NULL;
    form_field->editor.limit = field->max_length > 0 ? (size_t)field->max_length : 0;
    add_choices(form_field, field);
    Edit_set_value(edit, form_field, field,
                   edit->record ? Record_value(edit->record, field) : NULL);
}

static const char *currency_of(const EditScreen *edit, const FieldInfo *field)
{
    const FieldInfo *info = Description_field(edit->description, field->currency_field);
    FormField *currency = info ? Form_find((Form *)(uintptr_t)&edit->form, info->name) : NULL;

    return currency ? FormField_value(currency) : "";
}

static void check_field(void *owner, FormField *form_field)
{
    EditScreen *edit = owner;
    const FieldInfo *field = &edit->description->fields[form_field->data];
    Json *value = NULL;

    FieldValue_read(edit->screen.app, field, form_field, currency_of(edit, field), &value);
    json_object_put(value);
}

/* The changed fields as parameters; NULL when a field cannot be read. */
static Json *changes(EditScreen *edit)
{
    Json *params = json_object_new_object(), *custom = NULL;

    for (int i = 0; i < edit->form.count; i++) {
        FormField *form_field = &edit->form.fields[i];
        const FieldInfo *field = &edit->description->fields[form_field->data];
        const char *name = strncmp(field->name, "custom.", 7) == 0 ? field->name + 7 : field->name;
        Json *value = NULL;
        if (!FormField_changed(form_field))
            continue;
        if (!FieldValue_read(edit->screen.app, field, form_field, currency_of(edit, field),
                             &value)) {
            edit->form.focus = i;
            json_object_put(params);
            json_object_put(custom);
            return NULL;
        }
        if (field->custom && !custom)
            custom = json_object_new_object();
        json_object_object_add(field->custom ? custom : params, name, value);
    }
    if (custom)
        Json_set(params, "custom", custom);
    return params;
}

/* The engine named a field: the message goes beside it. */
static void show_failure(EditScreen *edit, const Error *error)
{
    FormField *field = error->field[0] ? Form_find(&edit->form, error->field) : NULL;

    App_error(edit->screen.app, error);
    if (!field)
        return;
    snprintf(field->error, sizeof field->error, "%.150s", error->message);
    edit->form.focus = (int)(field - edit->form.fields);
}

static void saved(EditScreen *edit, Json *result)
{
    App *app = edit->screen.app;
    bool created = edit->record == NULL;
    char *id = Json_text(result, "id") ? strdup(Json_text(result, "id")) : NULL;
    char title[160];

    snprintf(title, sizeof title, "%s", RecordView_title(result));
    Description *description = edit->description;
    edit->done = true;
    App_back(app);
    Screen *below = App_top(app);
    if (below && below->class->refresh)
        below->class->refresh(below);
    if (created && id)
        App_open_record(app, description->name, id);
    App_notice(app, STYLE_GOOD, Ui_text("Saved: %s. u takes it back."), title);
    free(id);
}

void Edit_save(EditScreen *edit)
{
    App *app = edit->screen.app;
    Json *result = NULL, *params;
    Error error = ERROR_NONE;
    char name[96];

    if (!Form_check(&edit->form)) {
        App_notice(app, STYLE_BAD, "%s", Ui_text("Some fields need a look."));
        return;
    }
    params = changes(edit);
    if (!params)
        return;
    if (edit->record && json_object_object_length(params) == 0) {
        json_object_put(params);
        edit->done = true;
        App_back(app);
        App_notice(app, STYLE_MUTED, "%s", Ui_text("Nothing was changed."));
        return;
    }
    if (edit->record) {
        Json_set_text(params, "id", Json_text(edit->record, "id"));
        Json_set_int(params, "version", edit->version);
    }
    snprintf(name, sizeof name, "%s.%s", edit->description->name,
             edit->record ? "update" : "create");
    if (Link_call(app, name, params, &result, &error)) {
        saved(edit, result);
    } else if (Error_is(&error, ERROR_CONFLICT) && edit->record) {
        Edit_conflict(edit);
    } else {
        show_failure(edit, &error);
    }
    json_object_put(result);
}

static void edit_draw(Screen *screen, Frame *frame, Area area)
{
    EditScreen *edit = (EditScreen *)screen;
    int used = Frame_datum(frame, area.x + 1, area.y, area.width - 2, STYLE_STRONG, screen->title);

    if (edit->changed_by[0])
        Frame_print(frame, area.x + used + 4, area.y, area.width - used - 5, STYLE_WARNING,
                    Ui_text("changed by %s meanwhile: saving compares both"), edit->changed_by);
    else if (Form_changed(&edit->form))
        Frame_put(frame, area.x + used + 3, area.y, area.width - used - 4, STYLE_WARNING,
                  Ui_text("not saved yet"));
    Form_draw(&edit->form, frame, (Area){area.x, area.y + 1, area.width, area.height - 1});
}

static bool edit_key(Screen *screen, const Key *key)
{
    EditScreen *edit = (EditScreen *)screen;
    App *app = screen->app;

    app->dirty = true;
    if (key->code == KEYCODE_CTRL + 's' || key->code == KEYCODE_F2) {
        Edit_save(edit);
        return true;
    }
    if (key->code == KEYCODE_ESCAPE || key->code == KEYCODE_F12 || key->code == KEYCODE_F1 ||
        key->code == KEYCODE_F10)
        return false;
    int before = edit->form.focus;
    FormResult result = Form_key(&edit->form, key);
    if (edit->form.focus != before)
        edit->dismissed = -1;
    if (result == FORM_PROMPT)
        Edit_prompt(edit, key);
    else if (result == FORM_DONE)
        Edit_save(edit);
    return result != FORM_IGNORED;
}

static void edit_paste(Screen *screen, const char *text, size_t length)
{
    Form_paste(&((EditScreen *)screen)->form, text, length);
}

static void edit_changed(Screen *screen, const char *resource, const char *id, const char *actor)
{
    EditScreen *edit = (EditScreen *)screen;
    const char *own = edit->record ? Json_text(edit->record, "id") : NULL;

    (void)resource;
    if (own && strcmp(own, id) == 0) {
        snprintf(edit->changed_by, sizeof edit->changed_by, "%s",
                 *actor ? actor : Ui_text("somebody"));
        screen->app->dirty = true;
    }
}

static void leave_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    EditScreen *edit = context;

    (void)typed;
    if (!chosen || App_top(app) != &edit->screen)
        return;
    if (chosen->value == 's') {
        Edit_save(edit);
    } else if (chosen->value == 'q') {
        edit->done = true;
        App_back(app);
    }
}

static bool edit_leave(Screen *screen)
{
    EditScreen *edit = (EditScreen *)screen;

    if (edit->done || !Form_changed(&edit->form))
        return true;
    Picker *picker = App_ask(screen->app, Ui_text("Not saved yet"),
                             Ui_text("What was typed here is not saved."));
    Picker_add(picker, Ui_text("save"), "", "s", 's');
    Picker_add(picker, Ui_text("leave without saving"), "", "q", 'q');
    snprintf(picker->hint, sizeof picker->hint, "%s", Ui_text("Esc goes on typing."));
    picker->no_quit_key = true;
    App_show(screen->app, edit, leave_chosen, NULL);
    return false;
}

static bool edit_typing(Screen *screen)
{
    (void)screen;
    return true;
}

static void edit_close(Screen *screen)
{
    EditScreen *edit = (EditScreen *)screen;

    Form_close(&edit->form);
    json_object_put(edit->record);
    json_object_put(edit->theirs);
    json_object_put(edit->lookup);
    free(edit);
}

static void run_save(void *owner)
{
    Edit_save(owner);
}

static void run_prompt(void *owner)
{
    Edit_prompt(owner, &(Key){.code = KEYCODE_F4});
}

static const Action ACTIONS[] = {
    {"next-field", "next field", "On the last field: save", "Enter", ACTION_FOOTER | ACTION_SILENT,
     NULL, NULL},
    {"save", "save", "Save now", "F2 Ctrl-S", ACTION_FOOTER, run_save, NULL},
    {"choices", "choices", "Show what can be chosen (also ? in an empty field)", "F4",
     ACTION_FOOTER, run_prompt, NULL},
    {"leave", "leave", "Leave the form; asks when something is not saved", "Esc",
     ACTION_FOOTER | ACTION_SILENT, NULL, NULL},
    {"newline", "new line", "In a long text: a trailing backslash, then Enter", NULL, ACTION_SILENT,
     NULL, NULL},
};

static const ScreenClass EDIT_CLASS = {
    .close = edit_close,
    .draw = edit_draw,
    .key = edit_key,
    .paste = edit_paste,
    .changed = edit_changed,
    .leave = edit_leave,
    .typing = edit_typing,
    .actions = ACTIONS,
    .action_count = sizeof ACTIONS / sizeof ACTIONS[0],
};

Screen *Edit_new(App *app, Description *description, const Json *record)
{
    EditScreen *edit = calloc(1, sizeof *edit);

    if (!edit)
        return NULL;
    edit->screen = (Screen){.class = &EDIT_CLASS, .app = app, .domain = description->domain};
    edit->description = description;
    edit->record = record ? json_object_get((Json *)(uintptr_t)record) : NULL;
    edit->version = record ? Json_int(record, "version", 0) : 0;
    edit->dismissed = -1;
    edit->form.owner = edit;
    edit->form.check = check_field;
    if (record)
        snprintf(edit->screen.title, sizeof edit->screen.title, "%s: %s",
                 description->label ? description->label : description->name,
                 RecordView_title(record));
    else
        snprintf(edit->screen.title, sizeof edit->screen.title, Ui_text("New: %s"),
                 description->label ? description->label : description->name);
    for (int i = 0; i < description->field_count; i++)
        add_field(edit, i);
    while (edit->form.focus < edit->form.count - 1 &&
           edit->form.fields[edit->form.focus].kind == FORM_FIXED)
        edit->form.focus++;
    return &edit->screen;
}
