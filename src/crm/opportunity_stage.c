/* opportunity_stage.c - state, probability and dates follow from the stage; each move is kept. */
#include <string.h>
#include "base/datetime.h"
#include "crm/private.h"

#define CERTAIN 1000000

/* ---- stages ------------------------------------------------------------------------------- */

/* The stage of an opportunity's pipeline that the SQL picks; 0 if there is none. */
static bool pick_stage(ModelContext *context, const char *sql, int64_t id, int64_t *stage,
                       Error *error)
{
    return Model_sum(context, sql, &id, 1, stage, error);
}

static bool stage_of_category(ModelContext *context, int64_t pipeline, const char *category,
                              int64_t *stage, Error *error)
{
    static const struct {
        const char *category, *sql;
    } first[] = {
        {"open", "SELECT id FROM stage WHERE tenant_id = ?1 AND parent_id = ?2 AND"
                 " category = 'open' ORDER BY position, id LIMIT 1"},
        {"won", "SELECT id FROM stage WHERE tenant_id = ?1 AND parent_id = ?2 AND"
                " category = 'won' ORDER BY position, id LIMIT 1"},
        {"lost", "SELECT id FROM stage WHERE tenant_id = ?1 AND parent_id = ?2 AND"
                 " category = 'lost' ORDER BY position, id LIMIT 1"},
    };
    *stage = 0;
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        if (strcmp(first[i].category, category) == 0)
            return pick_stage(context, first[i].sql, pipeline, stage, error);
    }
    return true;
}

/* The open stage that a closed deal came from. */
static bool stage_before_closing(ModelContext *context, int64_t opportunity, int64_t *stage,
                                 Error *error)
{
    return pick_stage(context,
                      "SELECT s.id FROM stage_history h JOIN stage s ON s.id = h.from_stage_id"
                      " WHERE h.tenant_id = ?1 AND h.parent_id = ?2 AND s.category = 'open'"
                      " ORDER BY h.at DESC, h.id DESC LIMIT 1",
                      opportunity, stage, error);
}

static bool default_pipeline(ModelContext *context, Record *deal, Error *error)
{
    int64_t pipeline = 0;
    if (!Model_sum(context,
                   "SELECT id FROM pipeline WHERE tenant_id = ?1 AND entity = 'opportunity'"
                   " AND deleted_at IS NULL AND archived_at IS NULL"
                   " ORDER BY is_default DESC, id LIMIT 1",
                   NULL, 0, &pipeline, error))
        return false;
    if (pipeline)
        Opportunity_set_pipeline_id(deal, pipeline);
    return true;
}

/* A deal without stage stands in the first of its pipeline (or of the default pipeline) that fits
 * its state: open, when it is new.  So does one that changes pipelines without naming a stage. */
static bool fill_stage(ModelContext *context, const Record *old, Record *deal, Error *error)
{
    bool moved = old && Record_changed(old, deal, FIELD_OPPORTUNITY_PIPELINE_ID) &&
                 !Record_changed(old, deal, FIELD_OPPORTUNITY_STAGE_ID);
    int64_t stage = moved ? 0 : Opportunity_stage_id(deal);
    if (stage && !Opportunity_pipeline_id(deal)) {
        Record *found = Model_look(context, &RESOURCE_STAGE, stage, error);
        if (!found)
            return false;
        Opportunity_set_pipeline_id(deal, Record_int(found, CHILD_PARENT_ID, 0));
    }
    if (!Opportunity_pipeline_id(deal) && !default_pipeline(context, deal, error))
        return false;
    if (!stage && Opportunity_pipeline_id(deal)) {
        const char *state = Opportunity_state(deal);
        if (!stage_of_category(context, Opportunity_pipeline_id(deal), state ? state : "open",
                               &stage, error))
            return false;
        if (stage)
            Opportunity_set_stage_id(deal, stage);
    }
    return true;
}

/* won, lost and reopen are moves to a stage of that kind. */
static bool stage_of_event(ModelContext *context, const Record *old, Record *deal, Error *error)
{
    const char *state = Opportunity_state(deal);
    int64_t stage = 0;
    if (!old || !state || !Record_changed(old, deal, FIELD_OPPORTUNITY_STATE) ||
        Record_changed(old, deal, FIELD_OPPORTUNITY_STAGE_ID))
        return true;
    if (strcmp(state, "open") == 0 && !stage_before_closing(context, Record_id(old), &stage, error))
        return false;
    if (!stage && !stage_of_category(context, Opportunity_pipeline_id(deal), state, &stage, error))
        return false;
    if (stage)
        Opportunity_set_stage_id(deal, stage);
    return true;
}

/* ---- entering a stage --------------------------------------------------------------------- */

static bool check_required(const Record *deal, const Record *stage, Error *error)
{
    const char *text = Stage_required_fields(stage);
    Json *names = text ? Json_parse(text, strlen(text), 0, error) : NULL;
    size_t count = names ? json_object_array_length(names) : 0;
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        int field = name ? Resource_field(&RESOURCE_OPPORTUNITY, name) : -1;
        if (field >= 0 && !Record_given(deal, field)) {
            const FieldDef *missing = &RESOURCE_OPPORTUNITY.fields[field];
            fine = Error_set_field(error, ERROR_REQUIRED, missing->name,
                                   "%s is needed in the stage \"%.80s\".", missing->label,
                                   Stage_name(stage));
        }
    }
    json_object_put(names);
    return fine;
}

static bool check_entry(const Record *old, const Record *deal, const Record *stage, Error *error)
{
    const char *category = Stage_category(stage), *state = Opportunity_state(deal);
    const char *before = old ? Opportunity_state(old) : NULL;
    if (before && strcmp(before, "open") != 0 && strcmp(state, before) == 0 &&
        strcmp(category, before) != 0) {
        Error_set_field(error, ERROR_STATE, "stage_id", "\"%.100s\" is closed as %s.",
                        Opportunity_name(deal), before);
        return Error_hint(error, "Reopen it first.");
    }
    if (strcmp(category, "lost") == 0 && !Record_given(deal, FIELD_OPPORTUNITY_LOST_REASON))
        return Error_set_field(error, ERROR_REQUIRED, "lost_reason",
                               "Why was it lost? A reason is needed.");
    return check_required(deal, stage, error);
}

static bool add_history(ModelContext *context, const Record *old, Record *deal, Error *error)
{
    Record *row = Record_new(context->arena, &RESOURCE_STAGE_HISTORY);
    if (!row || !Record_add_child(context->arena, deal, row))
        return Error_set(error, ERROR_LIMIT, "The record needs too much memory.");
    StageHistory_set_to_stage_id(row, Opportunity_stage_id(deal));
    StageHistory_set_at(row, context->now);
    if (context->user_id)
        StageHistory_set_by(row, context->user_id);
    if (!old)
        return true;
    int64_t since = Opportunity_stage_changed_at(old);
    since = since ? since : Record_int(old, BASE_CREATED_AT, context->now);
    StageHistory_set_from_stage_id(row, Opportunity_stage_id(old));
    StageHistory_set_days_in_stage(
        row, context->now > since ? (context->now - since) / MICROSECONDS_PER_DAY : 0);
    return true;
}

static void set_closing_times(ModelContext *context, Record *deal, const char *state)
{
    bool won = strcmp(state, "won") == 0, lost = strcmp(state, "lost") == 0;
    if (!won)
        Record_set_null(deal, FIELD_OPPORTUNITY_WON_AT);
    else if (!Record_given(deal, FIELD_OPPORTUNITY_WON_AT))
        Opportunity_set_won_at(deal, context->now);
    if (!lost)
        Record_set_null(deal, FIELD_OPPORTUNITY_LOST_AT);
    else if (!Record_given(deal, FIELD_OPPORTUNITY_LOST_AT))
        Opportunity_set_lost_at(deal, context->now);
}

/* From the stage, unless somebody knows better; a closed deal is certain. */
static void set_probability(const Record *old, Record *deal, const Record *stage, bool entered)
{
    const char *state = Opportunity_state(deal);
    bool said = Record_changed(old, deal, FIELD_OPPORTUNITY_PROBABILITY);
    if (strcmp(state, "open") != 0) {
        Opportunity_set_probability(deal, strcmp(state, "won") == 0 ? CERTAIN : 0);
        return;
    }
    if (said && Opportunity_probability(deal) != Stage_probability(stage))
        Opportunity_set_probability_override(deal, true);
    bool reopened = old && strcmp(Opportunity_state(old), "open") != 0;
    if (!said && (reopened || !Opportunity_probability_override(deal)) &&
        (entered || reopened || !old ||
         Record_changed(old, deal, FIELD_OPPORTUNITY_PROBABILITY_OVERRIDE)))
        Opportunity_set_probability(deal, Stage_probability(stage));
}

/* Imports come with their dates and probabilities; only what is missing is filled. */
static void settle_imported(ModelContext *context, Record *deal, const Record *stage)
{
    if (!Record_given(deal, FIELD_OPPORTUNITY_PROBABILITY))
        Opportunity_set_probability(deal, Stage_probability(stage));
    if (!Record_given(deal, FIELD_OPPORTUNITY_STAGE_CHANGED_AT))
        Opportunity_set_stage_changed_at(deal, Record_int(deal, BASE_CREATED_AT, context->now));
}

bool OpportunityStage_settle(ModelContext *context, const Record *old, Record *deal, Error *error)
{
    if (!fill_stage(context, old, deal, error) || !stage_of_event(context, old, deal, error))
        return false;
    if (!Opportunity_stage_id(deal))
        return true; /* the model says that it is required */
    Record *stage = Model_look(context, &RESOURCE_STAGE, Opportunity_stage_id(deal), error);
    if (!stage)
        return false;
    if (Record_int(stage, CHILD_PARENT_ID, 0) != Opportunity_pipeline_id(deal))
        return Error_set_field(error, ERROR_REFERENCE, "stage_id",
                               "The stage \"%.80s\" belongs to another pipeline.",
                               Stage_name(stage));
    bool entered = Record_changed(old, deal, FIELD_OPPORTUNITY_STAGE_ID);
    if (entered && !context->importing && !check_entry(old, deal, stage, error))
        return false;
    if (entered && Stage_category(stage))
        Opportunity_set_state(deal, Stage_category(stage));
    if (context->importing) {
        settle_imported(context, deal, stage);
        return true;
    }
    set_probability(old, deal, stage, entered);
    if (!entered)
        return true;
    Opportunity_set_stage_changed_at(deal, context->now);
    set_closing_times(context, deal, Opportunity_state(deal));
    return add_history(context, old, deal, error);
}
