/* transition.c - changes of state through the table of transitions and its guards. */
#include <string.h>
#include "model/internal.h"

#define GUARDS_MAX 256

static struct Guard {
    const char *name;
    TransitionGuard check;
} guards[GUARDS_MAX];
static int guard_count;

void Model_register_guard(const char *name, TransitionGuard guard)
{
    if (guard_count < GUARDS_MAX)
        guards[guard_count++] = (struct Guard){name, guard};
}

static TransitionGuard find_guard(const char *name)
{
    for (int i = 0; i < guard_count; i++) {
        if (strcmp(guards[i].name, name) == 0)
            return guards[i].check;
    }
    return NULL;
}

bool Model_check_guards(Error *error)
{
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        for (int t = 0; t < RESOURCES[r]->transition_count; t++) {
            const TransitionDef *transition = &RESOURCES[r]->transitions[t];
            if (transition->guard && !find_guard(transition->guard))
                return Error_set(error, ERROR_INTERNAL,
                                 "Transition %s.%s asks for the guard \"%s\", which is not there.",
                                 RESOURCES[r]->name, transition->name, transition->guard);
        }
    }
    return true;
}

static bool unknown_event(const ResourceDef *resource, const char *event, const char *state,
                          Error *error)
{
    Buffer possible = BUFFER_EMPTY;
    const FieldDef *field =
        resource->state_field >= 0 ? &resource->fields[resource->state_field] : NULL;
    bool known = false;
    for (int i = 0; i < resource->transition_count; i++) {
        const TransitionDef *transition = &resource->transitions[i];
        known = known || strcmp(transition->name, event) == 0;
        if (strcmp(transition->from, state) == 0 || strcmp(transition->from, "*") == 0)
            Buffer_printf(&possible, "%s%s", possible.length ? ", " : "", transition->name);
    }
    if (known)
        Error_set(error, ERROR_STATE, "A %s that is %s cannot do \"%s\".", resource->label,
                  field ? Field_choice_label(field, state) : state, event);
    else
        Error_set(error, ERROR_USAGE, "A %s knows no action \"%.60s\".", resource->label, event);
    if (possible.length)
        Error_hint(error, "Possible now: %s.", Buffer_text(&possible));
    Buffer_free(&possible);
    return false;
}

static bool check_required(const TransitionDef *transition, const Record *record, Error *error)
{
    for (const char *const *name = transition->required; name && *name; name++) {
        int field = Model_field(record->resource, *name);
        if (field >= 0 && !Value_given(&record->values[field]))
            return Error_set_field(error, ERROR_REQUIRED, record->resource->fields[field].name,
                                   "%s is needed to do \"%s\".",
                                   record->resource->fields[field].label, transition->label);
    }
    return true;
}

/* The record as it would be, for guards. */
static Record *preview(ModelContext *context, const Record *old, const Record *with)
{
    Record *record = Record_copy(context->arena, old);
    for (int i = 0; record && i < old->resource->field_count; i++) {
        if (i != BASE_CUSTOM && Record_set(with, i))
            record->values[i] = with->values[i];
    }
    return record;
}

bool Model_transition(ModelContext *context, const ResourceDef *resource, int64_t id,
                      int64_t version, const char *event, Record *with, Record **updated,
                      Error *error)
{
    const SaveOptions options = {.kind = "transition", .event = event};
    Record *old = Model_fetch(context, resource, id, version, false, error);
    if (!old)
        return false;
    const char *state = Record_text(old, resource->state_field);
    const TransitionDef *transition = state ? Resource_transition(resource, event, state) : NULL;
    if (!transition)
        return unknown_event(resource, event, state ? state : "", error);
    Record *record = with ? with : Record_new(context->arena, resource);
    if (!record)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Record_set_text(record, resource->state_field, transition->to);
    Record *seen = preview(context, old, record);
    if (!seen || !check_required(transition, seen, error))
        return false;
    if (transition->guard && !context->importing) {
        TransitionGuard guard = find_guard(transition->guard);
        if (!guard)
            return Error_set(error, ERROR_INTERNAL, "The guard \"%s\" is not there.",
                             transition->guard);
        if (!guard(context, transition, seen, error))
            return false;
    }
    if (!Model_save(context, old, record, &options, error))
        return false;
    if (!updated)
        return true;
    *updated = Row_read(context, resource, id, error);
    return *updated && Model_read_children(context, *updated, error);
}
