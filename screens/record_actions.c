/* record_actions.c - what can be done on a record. */
#include <stdlib.h>
#include <string.h>

#include "screens/field_value.h"
#include "screens/record.h"
#include "tui/words.h"

static void run_next_tab(void *owner)
{
    RecordScreen *record = owner;

    record->tab = (RecordTab)((record->tab + 1) % TAB_COUNT);
}

static void run_previous_tab(void *owner)
{
    RecordScreen *record = owner;

    record->tab = (RecordTab)((record->tab + TAB_COUNT - 1) % TAB_COUNT);
}

/* References of the record: each leads to another record. */
static void reference_chosen(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    RecordScreen *record = context;

    (void)typed;
    if (!chosen || App_top(app) != &record->screen)
        return;
    const FieldInfo *field = &record->description->fields[chosen->value];
    const char *id = FieldValue_reference_id(Record_value(record->view.record, field));
    char *kept = id ? strdup(id) : NULL;
    if (kept && field->reference)
        App_open_record(app, field->reference, kept);
    free(kept);
}

static void open_reference(RecordScreen *record)
{
    Picker *picker = App_picker(record->screen.app, Ui_text("Open"));

    picker->numbered = true;
    for (int i = 0; i < record->description->field_count; i++) {
        const FieldInfo *field = &record->description->fields[i];
        const Json *value = Record_value(record->view.record, field);
        if (field->type != VALUE_REFERENCE || !field->reference || !FieldValue_reference_id(value))
            continue;
        Picker_add(picker, RecordView_title(value), field->label, "", i);
    }
    if (picker->count > 0)
        App_show(record->screen.app, record, reference_chosen, NULL);
    else
        App_notice(record->screen.app, STYLE_MUTED, "%s", Ui_text("It refers to no other record."));
}

/* The line may be replaced by a newer one while the record is read. */
static void open_line(App *app, const RecordLine *line)
{
    char *resource = strdup(line->resource), *id = strdup(line->id);

    if (resource && id)
        App_open_record(app, resource, id);
    free(resource);
    free(id);
}

static void run_open(void *owner)
{
    RecordScreen *record = owner;
    RecordLines *lines = &record->lines[record->tab];

    if (record->tab == TAB_FIELDS) {
        open_reference(record);
        return;
    }
    if (lines->cursor >= lines->count)
        return;
    RecordLine *line = &lines->items[lines->cursor];
    if (record->tab == TAB_FILES && line->id)
        FileSave_ask(record->screen.app, line->id, line->text);
    else if (record->tab == TAB_HISTORY && line->id)
        Undo_ask(record->screen.app, line->id);
    else if (line->resource && line->id)
        open_line(record->screen.app, line);
}

static void run_edit(void *owner)
{
    RecordScreen *record = owner;

    App_push(record->screen.app,
             Edit_new(record->screen.app, record->description, record->view.record));
}

static void run_delete(void *owner)
{
    RecordScreen *record = owner;
    Json *ids = json_object_new_array();

    json_object_array_add(ids, json_object_new_string(record->id));
    Delete_ask(record->screen.app, record->description, ids);
    json_object_put(ids);
}

static void run_transition(void *owner)
{
    RecordScreen *record = owner;

    Transitions_ask(record->screen.app, record->description, record->view.record);
}

static void run_refresh(void *owner)
{
    RecordScreen *record = owner;

    record->changed_by[0] = '\0';
    if (Record_load(record)) {
        Record_forget_tabs(record);
        App_notice(record->screen.app, STYLE_GOOD, "%s", Ui_text("Read again."));
    }
}

static void note_typed(App *app, void *context, const PickerItem *chosen, const char *typed)
{
    RecordScreen *record = context;
    Error error = ERROR_NONE;

    (void)chosen;
    if (App_top(app) != &record->screen || !*typed)
        return;
    Json *params = json_object_new_object();
    Json_set_text(params, "entity", record->description->name);
    Json_set_text(params, "record_id", record->id);
    Json_set_text(params, "body", typed);
    if (!Link_call(app, "note.create", params, NULL, &error)) {
        App_error(app, &error);
        return;
    }
    Record_forget_tabs(record);
    App_notice(app, STYLE_GOOD, "%s", Ui_text("The note is kept."));
}

static void run_note(void *owner)
{
    RecordScreen *record = owner;
    Picker *picker = App_picker(record->screen.app, Ui_text("Note"));

    picker->typing = picker->live = true;
    App_show(record->screen.app, record, note_typed, NULL);
}

static const char *refuse_edit(void *owner)
{
    return ((RecordScreen *)owner)->description->can_update ? NULL
                                                            : Ui_text("your role may not do this");
}

static const char *refuse_delete(void *owner)
{
    return ((RecordScreen *)owner)->description->can_delete ? NULL
                                                            : Ui_text("your role may not do this");
}

const Action RECORD_ACTIONS[] = {
    {"open", "open", "Open what it refers to, or the line; save a file; take a change back",
     "Enter", ACTION_FOOTER, run_open, NULL},
    {"edit", "edit", "Change the record", "e F2", ACTION_FOOTER, run_edit, refuse_edit},
    {"next-tab", "next tab", "Fields, timeline, related, files, history", "Tab Right l",
     ACTION_FOOTER, run_next_tab, NULL},
    {"state", "next step", "Move the record to another state", "t", ACTION_FOOTER, run_transition,
     refuse_edit},
    {"note", "note", "Write a note on the timeline", "a", ACTION_FOOTER, run_note, refuse_edit},
    {"delete", "delete", "Delete the record; can be undone", "d Delete", ACTION_DANGEROUS,
     run_delete, refuse_delete},
    {"refresh", "read again", "Read the record again", "r F5", 0, run_refresh, NULL},
    {"previous-tab", "tab before", "The tab before", "Shift-Tab Left h", ACTION_SILENT,
     run_previous_tab, NULL},
    {"down", "down", "Scroll or next line", "j Down", ACTION_SILENT, NULL, NULL},
    {"up", "up", "Scroll or line before", "k Up", ACTION_SILENT, NULL, NULL},
};
const int RECORD_ACTION_COUNT = sizeof RECORD_ACTIONS / sizeof RECORD_ACTIONS[0];
