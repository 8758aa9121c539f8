#include "platform/setup_records.h"

#include <stdio.h>
#include <string.h>
#include "platform/roles.h"

/* Takes json.  NULL + error. */
static Record *make(ModelContext *context, const char *name, Json *json, Error *error)
{
    const ResourceDef *resource = Resource_find(name);
    Record *record = resource ? Record_from_json(context, resource, json, error) : NULL;
    Record *created = NULL;

    if (!resource)
        Error_set(error, ERROR_INTERNAL, "There is no resource %s.", name);
    if (record && !Model_create(context, record, &created, error))
        created = NULL;
    json_object_put(json);
    return created;
}

static const char *public_id(ModelContext *context, const Record *record)
{
    Uid uid = Record_uid(record);
    char text[UID_TEXT_SIZE];

    return Arena_strdup(context->arena, Uid_format(&uid, record->resource->prefix, text));
}

static Record *make_tenant(ModelContext *context, const SetupAnswers *answers, Error *error)
{
    Json *json = json_object_new_object();

    Json_set_text(json, "name", answers->name);
    Json_set_text(json, "slug", answers->slug);
    Json_set_text(json, "state", "active");
    Json_set_text(json, "default_currency", answers->currency);
    Json_set_text(json, "default_lang", answers->language);
    Json_set_text(json, "tz", answers->zone);
    if (answers->country[0])
        Json_set_text(json, "country", answers->country);
    return make(context, "tenant", json, error);
}

static Record *make_user(ModelContext *context, const SetupAnswers *answers, Error *error)
{
    Json *json = json_object_new_object();
    char name[200];

    snprintf(name, sizeof name, "%s%s%s", answers->first_name,
             answers->first_name[0] && answers->last_name[0] ? " " : "", answers->last_name);
    Json_set_text(json, "name", name[0] ? name : answers->login);
    Json_set_text(json, "email", answers->email);
    Json_set_text(json, "state", "active");
    Json_set_text(json, "lang", answers->language);
    Json_set_text(json, "tz", answers->zone);
    return make(context, "user", json, error);
}

/* The id of the owner's role; NULL + error. */
static const char *make_roles(ModelContext *context, Error *error)
{
    Json *roles = Roles_load(error);
    const char *owner = NULL;

    for (size_t i = 0; roles && i < json_object_array_length(roles); i++) {
        Json *role = json_object_array_get_idx(roles, i);
        Record *made = make(context, "role", json_object_get(role), error);
        if (!made) {
            owner = NULL;
            break;
        }
        if (strcmp(Json_text(role, "name"), "owner") == 0)
            owner = public_id(context, made);
    }
    json_object_put(roles);
    return owner;
}

static bool make_membership(ModelContext *context, const char *user, const char *role, Error *error)
{
    Json *json = json_object_new_object(), *roles = json_object_new_array();

    json_object_array_add(roles, json_object_new_string(role));
    Json_set_text(json, "user_id", user);
    Json_set(json, "role_ids", roles);
    Json_set_text(json, "state", "active");
    return make(context, "membership", json, error) != NULL;
}

static bool make_pipeline(ModelContext *context, const SetupAnswers *answers, Error *error)
{
    static const struct {
        const char *name, *category;
        int percent, rotting_days;
    } STAGES[] = {
        {"Qualification", "open", 10, 14}, {"Needs analysis", "open", 25, 14},
        {"Proposal", "open", 50, 10},      {"Negotiation", "open", 75, 10},
        {"Won", "won", 100, 0},            {"Lost", "lost", 0, 0},
    };
    Json *json = json_object_new_object(), *stages = json_object_new_array();

    for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++) {
        Json *stage = json_object_new_object();
        Json_set_text(stage, "name", STAGES[i].name);
        Json_set_text(stage, "category", STAGES[i].category);
        Json_set_int(stage, "probability", STAGES[i].percent * 10000);
        if (STAGES[i].rotting_days)
            Json_set_int(stage, "rotting_days", STAGES[i].rotting_days);
        json_object_array_add(stages, stage);
    }
    Json_set_text(json, "name", "Sales");
    Json_set_text(json, "entity", "opportunity");
    Json_set_bool(json, "is_default", true);
    Json_set_text(json, "currency", answers->currency);
    Json_set(json, "stages", stages);
    return make(context, "pipeline", json, error) != NULL;
}

static bool make_store(ModelContext *context, const SetupAnswers *answers, Error *error)
{
    Json *json = json_object_new_object();

    Json_set_text(json, "name", answers->name);
    Json_set_text(json, "code", "main");
    Json_set_text(json, "kind", "online");
    Json_set_text(json, "currency", answers->currency);
    Json_set_text(json, "lang", answers->language);
    Json_set_text(json, "tz", answers->zone);
    Json_set_text(json, "state", "live");
    return make(context, "store", json, error) != NULL;
}

static bool make_tax_class(ModelContext *context, Error *error)
{
    Json *json = json_object_new_object();

    Json_set_text(json, "name", "Standard");
    Json_set_text(json, "code", "standard");
    Json_set_bool(json, "default", true);
    return make(context, "tax_class", json, error) != NULL;
}

bool SetupRecords_make(ModelContext *context, const SetupAnswers *answers, Uid *tenant, Uid *owner,
                       Error *error)
{
    Record *company = make_tenant(context, answers, error);
    Record *user = company ? make_user(context, answers, error) : NULL;
    const char *role = user ? make_roles(context, error) : NULL;

    if (!role && !Error_present(error))
        Error_set(error, ERROR_INTERNAL, "data/roles.yaml has no role owner.");
    if (!role)
        return false;
    *tenant = Record_uid(company);
    *owner = Record_uid(user);
    return make_membership(context, public_id(context, user), role, error) &&
           make_pipeline(context, answers, error) && make_store(context, answers, error) &&
           make_tax_class(context, error);
}
