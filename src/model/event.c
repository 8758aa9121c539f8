/* event.c - what a write tells others: the timeline of records and the queue of events, both in the
 * transaction of the write. */
#include <string.h>
#include "model/internal.h"

bool Model_activity(ModelContext *context, const ResourceDef *about, int64_t record_id,
                    const char *kind, const char *title, const char *detail, Error *error)
{
    const ResourceDef *resource = Model_resource("activity");
    Record *row = resource ? Record_new(context->arena, resource) : NULL;
    if (!row)
        return resource == NULL || Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Record_set_text(row, Resource_field(resource, "entity"), about->name);
    Record_set_int(row, Resource_field(resource, "record_id"), record_id);
    Record_set_int(row, Resource_field(resource, "at"), context->now);
    Record_set_text(row, Resource_field(resource, "kind"), kind);
    if (context->user_id)
        Record_set_int(row, Resource_field(resource, "actor_id"), context->user_id);
    Record_set_text(row, Resource_field(resource, "title"), title);
    if (detail)
        Record_set_text(row, Resource_field(resource, "detail"), detail);
    Row_stamp(context, row);
    row->values[BASE_LABEL] = Value_text(title);
    return Row_insert(context, row, error);
}

bool Model_emit(ModelContext *context, const ResourceDef *resource, const Uid *uid,
                const char *kind, const char *payload, Error *error)
{
    const ResourceDef *outbox = Model_resource("outbox_event");
    char *topic = Arena_printf(context->arena, "%s.%s", resource->name, kind);
    Record *row = outbox ? Record_new(context->arena, outbox) : NULL;
    if (!topic || (outbox && !row))
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    if (row) {
        Record_set_text(row, Resource_field(outbox, "topic"), topic);
        Record_set_text(row, Resource_field(outbox, "entity"), resource->name);
        row->values[Resource_field(outbox, "record_uid")] = Value_blob(uid->bytes, UID_BYTES);
        Record_set_text(row, Resource_field(outbox, "payload"), payload);
        Record_set_int(row, Resource_field(outbox, "at"), context->now);
        Record_set_int(row, Resource_field(outbox, "attempts"), 0);
        Row_stamp(context, row);
        row->values[BASE_LABEL] = Value_text(topic);
        if (!Row_insert(context, row, error))
            return false;
    }
    if (context->on_event)
        context->on_event(context, topic, resource, uid);
    return true;
}

static bool is_quiet(const ResourceDef *resource)
{
    /* The program's own notes about itself: nobody waits for them. */
    static const char *const quiet[] = {"activity",     "export_job",   "import_job", "job",
                                        "notification", "outbox_event", "session",    "wizard_run"};
    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
        if (strcmp(quiet[i], resource->name) == 0)
            return true;
    }
    return false;
}

/* The first line of a note, for the timeline of what it is about. */
static bool announce_note(ModelContext *context, const Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    const ResourceDef *about =
        Model_resource(Record_text(record, Resource_field(resource, "entity")));
    int64_t id = Record_int(record, Resource_field(resource, "record_id"), 0);
    const char *body = Record_text(record, Resource_field(resource, "body"));
    if (!about || !id || !body)
        return true;
    size_t length = strcspn(body, "\n");
    length = Text_fit(body, length, 120, NULL);
    return Model_activity(context, about, id, "note", Arena_strndup(context->arena, body, length),
                          NULL, error);
}

static bool announce_state(ModelContext *context, const Record *old, const Record *record,
                           Error *error)
{
    const FieldDef *field = &record->resource->fields[record->resource->state_field];
    const char *from = Record_text(old, record->resource->state_field);
    const char *to = Record_text(record, record->resource->state_field);
    Buffer detail = BUFFER_EMPTY;
    Buffer_printf(&detail, "{\"from\":\"%s\",\"to\":\"%s\"}", from ? from : "", to ? to : "");
    char *title = Arena_printf(context->arena, "%s \xe2\x86\x92 %s",
                               from ? Field_choice_label(field, from) : "-",
                               to ? Field_choice_label(field, to) : "-");
    bool fine = Model_activity(context, record->resource, Record_id(record), "state_changed", title,
                               Arena_strdup(context->arena, Buffer_text(&detail)), error);
    Buffer_free(&detail);
    return fine;
}

static bool add_activity(ModelContext *context, const Record *old, const Record *record,
                         const char *kind, Error *error)
{
    const ResourceDef *resource = record->resource;
    if (!old && strcmp(resource->name, "note") == 0)
        return announce_note(context, record, error);
    if (!resource->stream)
        return true;
    if (!old)
        return Model_activity(context, resource, Record_id(record), "created",
                              Arena_printf(context->arena, "%s created", resource->label), NULL,
                              error);
    if (resource->state_field >= 0 &&
        !Value_equal(&old->values[resource->state_field], &record->values[resource->state_field]))
        return announce_state(context, old, record, error);
    if (strcmp(kind, "merge") == 0)
        return Model_activity(context, resource, Record_id(record), "merge", "Merged", NULL, error);
    return true;
}

static const char *past_tense(const char *kind)
{
    static const char *const words[][2] = {
        {"create", "created"},           {"update", "updated"}, {"delete", "deleted"},
        {"restore", "restored"},         {"merge", "merged"},   {"archive", "archived"},
        {"transition", "state_changed"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i][0], kind) == 0)
            return words[i][1];
    }
    return kind;
}

bool Event_announce(ModelContext *context, const Record *old, const Record *record,
                    const char *kind, const char *event, Error *error)
{
    const ResourceDef *resource = record->resource;
    if (context->importing || is_quiet(resource))
        return true;
    if (!add_activity(context, old, record, kind, error))
        return false;
    Buffer payload = BUFFER_EMPTY;
    char text[UID_TEXT_SIZE];
    Uid uid = Record_uid(record);
    Buffer_printf(&payload, "{\"id\":\"%s\",\"version\":%lld",
                  Uid_format(&uid, resource->prefix, text),
                  (long long)Record_int(record, BASE_VERSION, 0));
    if (event)
        Buffer_printf(&payload, ",\"event\":\"%s\"", event);
    if (old && resource->state_field >= 0 && event)
        Buffer_printf(&payload, ",\"from\":\"%s\",\"to\":\"%s\"",
                      Record_text(old, resource->state_field),
                      Record_text(record, resource->state_field));
    Buffer_putc(&payload, '}');
    bool fine = Model_emit(context, resource, &uid, past_tense(kind),
                           Arena_strdup(context->arena, Buffer_text(&payload)), error);
    Buffer_free(&payload);
    return fine;
}
