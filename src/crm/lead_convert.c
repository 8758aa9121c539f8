#include "crm/lead_convert.h"

#include <string.h>
#include "crm/private.h"
#include "engine/context.h"

/* ---- what hangs on the lead --------------------------------------------------------------- */

static bool move_one(ModelContext *context, const ResourceDef *kind, int64_t id,
                     const ResourceDef *target, int64_t target_id, Error *error)
{
    Record *changes = Record_new(context->arena, kind);
    if (!changes)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Record_set_text(changes, Resource_field(kind, "entity"), target->name);
    Record_set_int(changes, Resource_field(kind, "record_id"), target_id);
    return Model_follow(context, id, changes, error);
}

/* The oldest row of the kind that still hangs on the lead. */
static bool next_of(ModelContext *context, const char *sql, int64_t lead, int64_t *id, Error *error)
{
    return Model_sum(context, sql, &lead, 1, id, error);
}

static bool move_all(ModelContext *context, int64_t lead, const LeadConverted *made, Error *error)
{
#define HANGING(table)                                                 \
    "SELECT id FROM " table " WHERE tenant_id = ?1 AND record_id = ?2" \
    " AND entity = 'lead' AND deleted_at IS NULL ORDER BY id LIMIT 1"
    static const struct {
        const ResourceDef *kind;
        const char *sql;
    } kinds[] = {
        {&RESOURCE_NOTE, HANGING("note")},
        {&RESOURCE_TASK, HANGING("task")},
        {&RESOURCE_MEETING, HANGING("meeting")},
        {&RESOURCE_ATTACHMENT, HANGING("attachment")},
    };
#undef HANGING
    const ResourceDef *target = made->opportunity ? &RESOURCE_OPPORTUNITY
                                : made->contact   ? &RESOURCE_CONTACT
                                                  : &RESOURCE_COMPANY;
    int64_t target_id = made->opportunity ? made->opportunity
                        : made->contact   ? made->contact
                                          : made->company;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int64_t id = 0;
        do {
            if (!next_of(context, kinds[i].sql, lead, &id, error) ||
                (id && !move_one(context, kinds[i].kind, id, target, target_id, error)))
                return false;
        } while (id);
    }
    return true;
}

/* ---- conversion --------------------------------------------------------------------------- */

static bool check_state(const Record *lead, Error *error)
{
    const char *state = Lead_state(lead);
    if (state && strcmp(state, "qualified") == 0)
        return true;
    Error_set(error, ERROR_STATE, "The lead \"%.100s\" is %s, not qualified.",
              Record_text(lead, BASE_LABEL),
              Field_choice_label(&RESOURCE_LEAD.fields[FIELD_LEAD_STATE], state ? state : ""));
    return Error_hint(error, "Qualify it first.");
}

static bool finish(ModelContext *context, const LeadConversion *asked, const LeadConverted *made,
                   Error *error)
{
    Record *with = Record_new(context->arena, &RESOURCE_LEAD);
    if (!with)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Lead_set_converted_at(with, context->now);
    if (made->company)
        Lead_set_converted_company_id(with, made->company);
    if (made->contact)
        Lead_set_converted_contact_id(with, made->contact);
    if (made->opportunity)
        Lead_set_converted_opportunity_id(with, made->opportunity);
    return Model_transition(context, &RESOURCE_LEAD, asked->lead, asked->version, "convert", with,
                            NULL, error);
}

static bool convert(ModelContext *context, const LeadConversion *asked, LeadConverted *made,
                    Error *error)
{
    Record *lead = Model_read(context, &RESOURCE_LEAD, asked->lead, false, error);
    if (!lead || !check_state(lead, error))
        return false;
    context->scope = NULL; /* known companies and people count, whoever owns them */
    context->masked = NULL;
    if (!LeadLink_company(context, asked, lead, made, error) ||
        !LeadLink_contact(context, asked, lead, made, error))
        return false;
    if (!made->company && !made->contact)
        return Error_set(error, ERROR_REQUIRED,
                         "The lead names neither a company nor a person to become a contact.");
    return LeadLink_opportunity(context, asked, lead, made, error) &&
           move_all(context, asked->lead, made, error) && finish(context, asked, made, error);
}

bool Lead_convert(ModelContext *context, const LeadConversion *asked, LeadConverted *made,
                  Error *error)
{
    ModelContext before = *context;
    Error ignored = ERROR_NONE;
    *made = (LeadConverted){0};
    if (Uid_is_zero(&context->batch))
        context->batch = Uid_new();
    bool fine = Connection_savepoint(context->connection, error);
    if (fine && !convert(context, asked, made, error)) {
        Connection_rollback(context->connection, &ignored);
        fine = false;
    } else if (fine) {
        fine = Connection_release(context->connection, error);
    }
    context->batch = before.batch;
    context->scope = before.scope;
    context->masked = before.masked;
    return fine;
}

/* ---- guards ------------------------------------------------------------------------------- */

/* The state alone would leave nothing behind: company or contact belong to it. */
static bool may_convert(ModelContext *context, const TransitionDef *transition, Record *lead,
                        Error *error)
{
    if (Record_given(lead, FIELD_LEAD_CONVERTED_COMPANY_ID) ||
        Record_given(lead, FIELD_LEAD_CONVERTED_CONTACT_ID))
        return true;
    Error_set(error, ERROR_STATE, "A conversion makes or links a company or a contact.");
    return Error_hint(error, "Use the operation lead.convert.");
}

static bool may_reopen(ModelContext *context, const TransitionDef *transition, Record *lead,
                       Error *error)
{
    int64_t deal = Lead_converted_opportunity_id(lead);
    if (!deal || !Model_look(context, &RESOURCE_OPPORTUNITY, deal, NULL))
        return true;
    Error_set(error, ERROR_STATE, "The opportunity that this lead became is still there.");
    return Error_hint(error, "Undo the conversion, or delete the opportunity first.");
}

/* ---- operation ---------------------------------------------------------------------------- */

static bool may_create(void *asker, const ResourceDef *resource, Error *error)
{
    const OperationContext *context = asker;
    if (Context_is_system(context) || Context_may(context, resource, ACTION_CREATE))
        return true;
    Error_set(error, ERROR_FORBIDDEN, "Your role does not allow to create %s.", resource->plural);
    return Error_hint(error, "Link an existing %s instead.", resource->name);
}

/* 0 when absent; *fine false when it names nothing. */
static int64_t named(OperationContext *context, const ResourceDef *resource, const Json *params,
                     const char *name, bool *fine, Error *error)
{
    Json *value = Json_get(params, name);
    if (!*fine || !value)
        return 0;
    int64_t id = Model_resolve(&context->model, resource, json_object_get_string(value), error);
    *fine = id != 0;
    return id;
}

static void answer_record(OperationContext *context, Json *answer, const char *name,
                          const ResourceDef *resource, int64_t id)
{
    char text[UID_TEXT_SIZE];
    Record *record = id ? Model_look(&context->model, resource, id, NULL) : NULL;
    if (!record)
        return;
    Uid uid = Record_uid(record);
    Json *json = json_object_new_object();
    Json_set_text(json, "id", Uid_format(&uid, resource->prefix, text));
    Json_set_text(json, "label", Record_text(record, BASE_LABEL));
    Json_set(answer, name, json);
}

static bool run(OperationContext *context, const Json *params, Json **result, Error *error)
{
    bool fine = true;
    LeadConverted made;
    LeadConversion asked = {
        .version = Json_int(params, "version", 0),
        .opportunity = Json_bool(params, "opportunity", true),
        .lead = named(context, &RESOURCE_LEAD, params, "id", &fine, error),
        .company = named(context, &RESOURCE_COMPANY, params, "company", &fine, error),
        .contact = named(context, &RESOURCE_CONTACT, params, "contact", &fine, error),
        .may_create = may_create,
        .asker = context,
    };
    if (!fine || !Lead_convert(&context->model, &asked, &made, error))
        return false;
    *result = json_object_new_object();
    answer_record(context, *result, "lead", &RESOURCE_LEAD, asked.lead);
    answer_record(context, *result, "company", &RESOURCE_COMPANY, made.company);
    answer_record(context, *result, "contact", &RESOURCE_CONTACT, made.contact);
    answer_record(context, *result, "opportunity", &RESOURCE_OPPORTUNITY, made.opportunity);
    Json_set_bool(*result, "company_made", made.company_made);
    Json_set_bool(*result, "contact_made", made.contact_made);
    return true;
}

static const ParameterDef PARAMETERS[] = {
    {.name = "id",
     .type = FIELD_REFERENCE,
     .required = true,
     .reference = "lead",
     .help = "Id or number of the qualified lead."},
    {.name = "version", .type = FIELD_INT, .help = "The version that you saw."},
    {.name = "opportunity", .type = FIELD_BOOL, .help = "Make an opportunity too (default yes)."},
    {.name = "company",
     .type = FIELD_REFERENCE,
     .reference = "company",
     .help = "Link this company instead of finding or making one."},
    {.name = "contact",
     .type = FIELD_REFERENCE,
     .reference = "contact",
     .help = "Link this contact instead of finding or making one."},
};

static const OperationDef OPERATIONS[] = {
    {.name = "lead.convert",
     .summary = "Turn a qualified lead into company, contact and opportunity",
     .kind = OPERATION_WRITE,
     .right = "lead:transition",
     .parameters = PARAMETERS,
     .parameter_count = sizeof PARAMETERS / sizeof *PARAMETERS,
     .run = run},
};

void LeadConvert_register(void)
{
    Model_register_guard("lead.convert", may_convert);
    Model_register_guard("lead.reopen", may_reopen);
    Operations_register(OPERATIONS, sizeof OPERATIONS / sizeof *OPERATIONS);
}
