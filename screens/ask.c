/* ask.c - questions before something happens: delete, move to a state, bulk edit, undo. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens/app.h"
#include "screens/describe.h"
#include "screens/field_value.h"
#include "screens/record_view.h"
#include "tui/form.h"
#include "tui/words.h"

enum { UNDO_LINES = 6 };

/* What the open question is about; one question at a time. */
static struct {
    Description *description;
    Json *ids;              /* array */
    Json *record;           /* of a transition */
    const FieldInfo *field; /* of a bulk edit */
    char change[80];
    char event[80];
} asked;

static void forget(void)
{
    json_object_put(asked.ids);
    json_object_put(asked.record);
    asked.ids = asked.record = NULL;
}

static void refresh_screens(App *app)
{
    for (int i = 0; i < app->depth; i++) {
        if (app->stack[i]->class->refresh)
            app->stack[i]->class->refresh(app->stack[i]);
    }
}

/* ---- delete ---- */

static bool delete_one(App *app, const char *id, Error *error)
{
    Json *params = json_object_new_object();
    char name[96];

    Json_set_text(params, "id", id);
    snprintf(name, sizeof name, "%s.delete", asked.description->name);
    return Link_call(app, name, params, NULL, error);
}

/* A record screen of what is gone closes. */
static void close_gone(App *app)
{
    Screen *top = App_top(app);

    if (top && app->depth > 1 && strcmp(top->title, "") != 0 && !top->class->status &&
        json_object_array_length(asked.ids) == 1 && top->class->changed && !top->class->typing)
        App_back(app);
}

static void delete_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    Error error = ERROR_NONE;
    long done = 0;

    (void)context;
    (void)typed;
    if (!chosen || chosen->value != 'y')
        return;
    size_t count = json_object_array_length(asked.ids);
    for (size_t i = 0; i < count; i++) {
        const char *id = json_object_get_string(json_object_array_get_idx(asked.ids, i));
        if (!delete_one(app, id, &error))
            break;
        done++;
    }
    if (done > 0)
        close_gone(app);
    refresh_screens(app);
    if (Error_present(&error))
        App_error(app, &error);
    else
        App_notice(app, STYLE_GOOD,
                   Ui_plural(done, "%ld record deleted. u takes it back.",
                             "%ld records deleted. u takes the last one back."),
                   done);
}

void Delete_ask(App *app, Description *description, const Json *records)
{
    char text[300];

    forget();
    asked.description = description;
    asked.ids = json_object_get((Json *)(uintptr_t)records);
    long count = (long)json_object_array_length(records);
    if (count == 0)
        return;
    snprintf(text, sizeof text,
             Ui_plural(count, "%ld record goes to the trash. It can be taken back with u.",
                       "%ld records go to the trash. They can be taken back with u."),
             count);
    Picker *picker = App_ask(app, Ui_text("Delete?"), text);
    Picker_add(picker, Ui_text("no, keep it"), "", "n", 'n');
    Picker_add(picker, Ui_text("yes, delete"), "", "y", 'y');
    App_show(app, NULL, delete_chosen, NULL);
}

/* ---- states ---- */

static void perform_transition(App *app)
{
    Json *params = json_object_new_object();
    Error error = ERROR_NONE;
    char name[200];

    Json_set_text(params, "id", Json_text(asked.record, "id"));
    Json_set_int(params, "version", Json_int(asked.record, "version", 0));
    snprintf(name, sizeof name, "%s.%s", asked.description->name, asked.event);
    if (!Link_call(app, name, params, NULL, &error)) {
        App_error(app, &error);
        return;
    }
    refresh_screens(app);
    App_notice(app, STYLE_GOOD, "%s", Ui_text("Done."));
}

static void transition_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    const Json *transitions = Json_get(asked.description->json, "transitions");

    (void)context;
    (void)typed;
    if (!chosen)
        return;
    const Json *row = json_object_array_get_idx(transitions, (size_t)chosen->value);
    snprintf(asked.event, sizeof asked.event, "%s", row ? Json_text(row, "name") : "");
    perform_transition(app);
}

static bool starts_from(const Json *row, const char *state)
{
    const char *from = Json_text(row, "from");
    size_t length = strlen(state);

    if (!from || strcmp(from, "*") == 0)
        return true;
    while (*from) { /* "a|b" */
        size_t size = strcspn(from, "|, ");
        if (size == length && strncmp(from, state, size) == 0)
            return true;
        from += size + (from[size] ? 1 : 0);
    }
    return false;
}

void Transitions_ask(App *app, Description *description, const Json *record)
{
    const Json *transitions = Json_get(description->json, "transitions");
    size_t count = transitions ? json_object_array_length(transitions) : 0;
    const FieldInfo *state = Description_field(description, description->state_field);
    const char *now = state ? json_object_get_string(Record_value(record, state)) : NULL;

    forget();
    asked.description = description;
    asked.record = json_object_get((Json *)(uintptr_t)record);
    Picker *picker = App_picker(app, Ui_text("Next step"));
    picker->numbered = true;
    for (size_t i = 0; i < count && now; i++) {
        const Json *row = json_object_array_get_idx(transitions, i);
        const char *label = Json_text(row, "label"), *to = Json_text(row, "to");
        const char *note = Json_text(row, "note");
        char detail[200];
        if (!starts_from(row, now))
            continue;
        snprintf(detail, sizeof detail, "→ %s%s%s", to ? Field_choice_label(state, to) : "",
                 note ? "  " : "", note ? note : "");
        Picker_add(picker, label ? label : Json_text(row, "name"), detail, "", (long)i);
    }
    if (picker->count == 0)
        App_notice(app, STYLE_MUTED, "%s", Ui_text("There is no next step from this state."));
    else
        App_show(app, NULL, transition_chosen, NULL);
}

/* ---- one field of many records ---- */

static void bulk_typed(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    Json *params, *changes, *value = NULL, *result = NULL;
    Error error = ERROR_NONE;
    Form form = {0};

    (void)context;
    if (!asked.field)
        return;
    FormField *field = Form_add(&form, asked.field->name, asked.field->label, NULL, FORM_TEXT);
    if (!field)
        return;
    FormField_set(field, typed, NULL);
    if (asked.field->type == VALUE_ENUM && chosen) {
        const Json *choice = json_object_array_get_idx(asked.field->choices, (size_t)chosen->value);
        value = json_object_new_string(Json_text(choice, "key"));
    } else if (!FieldValue_read(app, asked.field, field, "", &value)) {
        App_notice(app, STYLE_BAD, "%s: %s", asked.field->label, field->error);
        Form_close(&form);
        return;
    }
    Form_close(&form);
    params = json_object_new_object();
    changes = json_object_new_object();
    json_object_object_add(changes, asked.field->name, value);
    Json_set_text(params, "resource", asked.description->name);
    Json_set(params, "ids", json_object_get(asked.ids));
    Json_set(params, "changes", changes);
    if (!Link_call(app, "bulk.update", params, &result, &error)) {
        App_error(app, &error);
        return;
    }
    App_notice(app, STYLE_GOOD, Ui_text("Changing %d records; u takes all back."),
               (int)json_object_array_length(asked.ids));
    if (Json_text(result, "job"))
        Job_watch(app, Json_text(result, "job"));
    json_object_put(result);
}

static void bulk_field_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    (void)context;
    (void)typed;
    if (!chosen)
        return;
    asked.field = &asked.description->fields[chosen->value];
    char title[80];
    snprintf(title, sizeof title, "%.70s", asked.field->label);
    Picker *picker = App_picker(app, title);
    picker->typing = true;
    picker->live = asked.field->type != VALUE_ENUM;
    size_t count = asked.field->type == VALUE_ENUM && asked.field->choices
                       ? json_object_array_length(asked.field->choices)
                       : 0;
    for (size_t i = 0; i < count; i++) {
        const Json *choice = json_object_array_get_idx(asked.field->choices, i);
        Picker_add(picker, Json_text(choice, "label"), "", "", (long)i);
    }
    App_show(app, NULL, bulk_typed, NULL);
}

void Bulk_edit_ask(App *app, Description *description, Json *ids)
{
    char title[80];

    forget();
    asked.description = description;
    asked.ids = ids;
    asked.field = NULL;
    snprintf(title, sizeof title, Ui_text("Change in %d records"),
             (int)json_object_array_length(ids));
    Picker *picker = App_picker(app, title);
    picker->typing = true;
    for (int i = 0; i < description->field_count; i++) {
        const FieldInfo *field = &description->fields[i];
        if (!field->derived && !field->hidden && !field->read_only &&
            field->type != VALUE_REFERENCE && field->type != VALUE_JSON)
            Picker_add(picker, field->label, field->name, "", i);
    }
    App_show(app, NULL, bulk_field_chosen, NULL);
}

/* ---- undo ---- */

/* Changes are known by a number or by a text. */
static void set_change(Json *params, const char *change)
{
    char *end = NULL;
    long long number = change ? strtoll(change, &end, 10) : 0;

    if (change && *change && *end == '\0')
        Json_set_int(params, "change", number);
    else if (change && *change)
        Json_set_text(params, "change", change);
}

static void undo_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    Json *params = json_object_new_object(), *result = NULL;
    Error error = ERROR_NONE;

    (void)context;
    (void)typed;
    if (!chosen || chosen->value != 'y') {
        json_object_put(params);
        return;
    }
    set_change(params, asked.change);
    if (!Link_call(app, "undo", params, &result, &error)) {
        App_error(app, &error);
        return;
    }
    refresh_screens(app);
    const char *message = Json_text(result, "message");
    App_notice(app, STYLE_GOOD, "%s", message ? message : Ui_text("Taken back."));
    json_object_put(result);
}

static void describe_undo(const App *app, Buffer *out, const Json *preview)
{
    const char *message = Json_text(preview, "message"), *who = Wire_text(preview, "actor");
    const char *operation = Json_text(preview, "operation");
    const Json *lines = Json_get(preview, "changes");
    bool is_list = lines && json_object_is_type(lines, json_type_array);
    size_t count = is_list ? json_object_array_length(lines) : 0;
    int64_t all = Json_int(preview, "count", (int64_t)count);

    if (message)
        Buffer_printf(out, "%s\n", message);
    else if (operation)
        Buffer_printf(out, "%s  %s", operation, who ? who : "");
    if (!message && operation && all > 1) {
        Buffer_puts(out, "  ");
        FieldValue_append_number(app, out, all);
        Buffer_printf(out, " %s", Ui_text("changes"));
    }
    if (!message && operation)
        Buffer_puts(out, "\n");
    for (size_t i = 0; i < count && i < UNDO_LINES; i++) {
        const Json *line = json_object_array_get_idx(lines, i);
        const char *label = Json_text(line, "label"), *what = Json_text(line, "what");
        Buffer_printf(out, "%s: %s\n", label ? label : "", what ? what : "");
    }
    if (all > UNDO_LINES)
        Buffer_printf(out, Ui_text("... and %d more\n"), (int)(all - UNDO_LINES));
    if (out->length == 0)
        Buffer_puts(out, Ui_text("Your last change is taken back."));
}

/* A change that cannot be taken back says why. */
static bool refused(App *app, const Json *preview)
{
    const Json *why = Json_get(preview, "refused");
    const char *reason = why ? Json_text(why, "reason") : NULL;
    const char *hint = why ? Json_text(why, "hint") : NULL;

    if (reason)
        App_notice(app, STYLE_WARNING, hint ? "%s %s" : "%s", reason, hint);
    return reason != NULL;
}

void Undo_ask(App *app, const char *change)
{
    Json *params = json_object_new_object(), *preview = NULL;
    Error error = ERROR_NONE;
    Buffer text = BUFFER_EMPTY;

    snprintf(asked.change, sizeof asked.change, "%s", change ? change : "");
    set_change(params, change);
    if (!Link_call(app, "undo.preview", params, &preview, &error)) {
        App_error(app, &error);
        return;
    }
    const char *id = Wire_text(preview, "change");
    if (id && !change)
        snprintf(asked.change, sizeof asked.change, "%s", id);
    if (refused(app, preview)) {
        json_object_put(preview);
        return;
    }
    describe_undo(app, &text, preview);
    Picker *picker = App_ask(app, Ui_text("Take back?"), Buffer_text(&text));
    Picker_add(picker, Ui_text("yes, take it back"), "", "y", 'y');
    Picker_add(picker, Ui_text("no"), "", "n", 'n');
    App_show(app, NULL, undo_chosen, NULL);
    Buffer_free(&text);
    json_object_put(preview);
}
