/* edit_prompt.c - what a form asks aside: choices, look-up of references, conflicts. */
#include "screens/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/field_value.h"
#include "screens/record_view.h"
#include "tui/words.h"

enum { LOOKUP_LIMIT = 30 };

static FormField *focused(EditScreen *edit)
{
    return edit->form.focus < edit->form.count ? &edit->form.fields[edit->form.focus] : NULL;
}

static void choice_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    EditScreen *edit = context;
    FormField *field = focused(edit);

    (void)typed;
    if (!chosen || App_top(app) != &edit->screen || !field || chosen->value >= field->choice_count)
        return;
    FormField_set(field, field->choices[chosen->value].label, field->choices[chosen->value].key);
    field->touched = true;
    field->error[0] = '\0';
    Form_key(&edit->form, &(Key){.code = KEYCODE_TAB});
}

static void prompt_choices(EditScreen *edit, FormField *field)
{
    Picker *picker = App_picker(edit->screen.app, field->label);

    picker->typing = true;
    for (int i = 0; i < field->choice_count; i++)
        Picker_add(picker, field->choices[i].label, "", "", i);
    App_show(edit->screen.app, edit, choice_chosen, NULL);
    for (int i = 0; i < picker->shown_count; i++) {
        if (field->key && strcmp(field->choices[picker->shown[i]].key, field->key) == 0)
            picker->cursor = i;
    }
}

static void fill_lookup(App *app, EditScreen *edit, Picker *picker)
{
    FormField *field = focused(edit);
    const FieldInfo *info = &edit->description->fields[field->data];
    const char *typed = LineEditor_text(&picker->query);
    Json *result = NULL, *params = json_object_new_object();
    Error error = ERROR_NONE;
    char name[96];

    Json_set_int(params, "limit", LOOKUP_LIMIT);
    if (*typed)
        Json_set_text(params, "text", typed);
    snprintf(name, sizeof name, "%s.%s", info->reference, *typed ? "search" : "list");
    bool done = Link_call(app, name, params, &result, &error);
    Picker_clear(picker);
    json_object_put(edit->lookup);
    edit->lookup = NULL;
    if (!done) {
        snprintf(picker->empty, sizeof picker->empty, "%.110s", error.message);
        Picker_filter(picker);
        return;
    }
    const Json *records = Json_get(result, "records");
    size_t count = records ? json_object_array_length(records) : 0;
    for (size_t i = 0; i < count; i++) {
        const Json *record = json_object_array_get_idx(records, i);
        const char *number = Json_text(record, "number");
        const char *email = Json_text(record, "email");
        Picker_add(picker, RecordView_title(record),
                   number  ? number
                   : email ? email
                           : "",
                   "", (long)i);
    }
    snprintf(picker->empty, sizeof picker->empty, "%s", Ui_text("Nothing fits."));
    edit->lookup = result;
    Picker_filter(picker);
}

static void lookup_typed(App *app, void *context, Picker *picker)
{
    fill_lookup(app, context, picker);
}

static void lookup_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    EditScreen *edit = context;
    FormField *field = focused(edit);
    const Json *records = edit->lookup ? Json_get(edit->lookup, "records") : NULL;

    (void)typed;
    if (App_top(app) != &edit->screen || !field || !chosen || !records)
        return;
    const Json *record = json_object_array_get_idx(records, (size_t)chosen->value);
    if (record) {
        edit->dismissed = -1;
        FormField_set(field, RecordView_title(record), Json_text(record, "id"));
        field->touched = true;
        field->error[0] = '\0';
        Form_key(&edit->form, &(Key){.code = KEYCODE_TAB});
    }
}

static void prompt_lookup(EditScreen *edit, FormField *field, const Key *key)
{
    Picker *picker;

    if (edit->dismissed == edit->form.focus && Key_is_text(key) && key->code != '?') {
        App_notice(edit->screen.app, STYLE_MUTED, "%s", Ui_text("F4 looks it up."));
        return;
    }
    edit->dismissed = edit->form.focus; /* until one is chosen or another field is entered */
    picker = App_picker(edit->screen.app, field->label);
    picker->typing = picker->live = true;
    if (Key_is_text(key) && key->code != '?')
        LineEditor_insert(&picker->query, key->text, strlen(key->text));
    App_show(edit->screen.app, edit, lookup_chosen, lookup_typed);
    fill_lookup(edit->screen.app, edit, picker);
}

void Edit_prompt(EditScreen *edit, const Key *key)
{
    FormField *field = focused(edit);

    if (!field)
        return;
    const FieldInfo *info = &edit->description->fields[field->data];
    if (field->kind == FORM_CHOICE)
        prompt_choices(edit, field);
    else if (field->kind == FORM_LOOKUP && info->reference)
        prompt_lookup(edit, field, key);
    else
        App_notice(edit->screen.app, STYLE_MUTED, "%s",
                   info->help ? info->help : Ui_text("This field is typed freely."));
}

/* ---- conflicts ---- */

/* Did they change the field since the record was loaded here? */
static bool changed_by_them(const EditScreen *edit, const FieldInfo *info)
{
    const Json *now = Record_value(edit->theirs, info), *was = Record_value(edit->record, info);

    return !json_object_equal((Json *)(uintptr_t)now, (Json *)(uintptr_t)was);
}

/* Theirs where only they changed something; where both did, theirs if `take_theirs`. */
static void merge_theirs(EditScreen *edit, bool take_theirs)
{
    for (int i = 0; i < edit->form.count; i++) {
        FormField *field = &edit->form.fields[i];
        const FieldInfo *info = &edit->description->fields[field->data];
        if (!FormField_changed(field) || (take_theirs && changed_by_them(edit, info)))
            Edit_set_value(edit, field, info, Record_value(edit->theirs, info));
    }
    edit->version = Json_int(edit->theirs, "version", edit->version);
    edit->changed_by[0] = '\0';
    json_object_put(edit->record);
    edit->record = json_object_get(edit->theirs);
}

static void conflict_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    EditScreen *edit = context;

    (void)typed;
    if (App_top(app) != &edit->screen || !edit->theirs || !chosen)
        return;
    merge_theirs(edit, chosen->value == 't');
    if (chosen->value == 'm')
        Edit_save(edit);
    else
        App_notice(app, STYLE_ACCENT, "%s",
                   Form_changed(&edit->form)
                       ? Ui_text("Theirs is in the form; your other changes wait to be saved.")
                       : Ui_text("Theirs is in the form now; nothing was saved."));
}

/* What both changed goes into `out`; returns how many fields that are. */
static int describe_conflict(EditScreen *edit, Buffer *out)
{
    int both = 0;

    for (int i = 0; i < edit->form.count; i++) {
        FormField *field = &edit->form.fields[i];
        const FieldInfo *info = &edit->description->fields[field->data];
        Buffer now = BUFFER_EMPTY;
        if (!changed_by_them(edit, info))
            continue;
        FieldValue_append(edit->screen.app, &now, info, Record_value(edit->theirs, info),
                          VALUE_EDIT);
        snprintf(field->note, sizeof field->note, "%s %.70s", Ui_text("theirs:"),
                 Buffer_text(&now));
        if (FormField_changed(field)) {
            Buffer_printf(out, "%s\n  %s %.200s\n", field->label, Ui_text("yours: "),
                          LineEditor_text(&field->editor));
            Buffer_printf(out, "  %s %.200s\n", Ui_text("theirs:"), Buffer_text(&now));
            both++;
        }
        Buffer_free(&now);
    }
    return both;
}

void Edit_conflict(EditScreen *edit)
{
    App *app = edit->screen.app;
    Json *params = json_object_new_object(), *theirs = NULL;
    Error error = ERROR_NONE;
    Buffer text = BUFFER_EMPTY;
    char name[96];

    Json_set_text(params, "id", Json_text(edit->record, "id"));
    snprintf(name, sizeof name, "%s.get", edit->description->name);
    if (!Link_call(app, name, params, &theirs, &error)) {
        App_error(app, &error);
        return;
    }
    json_object_put(edit->theirs);
    edit->theirs = theirs;
    Buffer_printf(&text, Ui_text("%s changed this record while you were typing."),
                  edit->changed_by[0] ? edit->changed_by : Ui_text("Somebody"));
    Buffer_puts(&text, "\n\n");
    if (describe_conflict(edit, &text) == 0) { /* different fields: both changes can stand */
        merge_theirs(edit, false);
        Buffer_free(&text);
        Edit_save(edit);
        return;
    }
    Picker *picker = App_ask(app, Ui_text("Two versions"), Buffer_text(&text));
    Picker_add(picker, Ui_text("save mine over theirs"), "", "m", 'm');
    Picker_add(picker, Ui_text("take theirs in these fields"), "", "t", 't');
    snprintf(picker->hint, sizeof picker->hint, "%s", Ui_text("Esc goes on typing."));
    App_show(app, edit, conflict_chosen, NULL);
    Buffer_free(&text);
}
