#include "engine/guards.h"

#include <stdio.h>
#include <string.h>
#include "engine/context.h"

#define OWNER "owner"

typedef struct RoleName {
    int64_t id;            /* 0 = there is none */
    char uid[UID_TEXT_SIZE];
} RoleName;

static void read_uid(Statement *row, int column, char out[UID_TEXT_SIZE])
{
    Uid uid;
    const void *bytes = Statement_blob(row, column);

    out[0] = '\0';
    if (!bytes || Statement_bytes(row, column) != UID_BYTES)
        return;
    memcpy(uid.bytes, bytes, UID_BYTES);
    Uid_format(&uid, "role", out);
}

static RoleName owner_role(ModelContext *context, Error *error)
{
    RoleName role = {0};
    Statement *row = Connection_prepare(
        context->connection, "SELECT id, uid FROM role WHERE name = 'owner'"
        " AND deleted_at IS NULL", error);

    if (row && Statement_step(row, error) == STEP_ROW) {
        role.id = Statement_int(row, 0);
        read_uid(row, 1, role.uid);
    }
    if (row)
        Statement_reset(row);
    return role;
}

/* role_ids is a JSON array of public ids (or row numbers). */
static bool names_role(const char *role_ids, const RoleName *role)
{
    Json *array = role_ids ? Json_parse(role_ids, strlen(role_ids), JSON_BYTES_MAX, NULL) : NULL;
    bool found = false;

    for (size_t i = 0; json_object_is_type(array, json_type_array) && !found &&
                       i < json_object_array_length(array); i++) {
        Json *item = json_object_array_get_idx(array, i);
        found = json_object_is_type(item, json_type_int)
                    ? json_object_get_int64(item) == role->id
                    : json_object_is_type(item, json_type_string) &&
                          strcmp(json_object_get_string(item), role->uid) == 0;
    }
    json_object_put(array);
    return found;
}

/* Active members who are owners, but for one membership. */
static int other_owners(ModelContext *context, const RoleName *role, int64_t except_membership,
                        int64_t only_user, Error *error)
{
    Statement *row = Connection_prepare(
        context->connection, "SELECT m.role_ids FROM membership m JOIN user_ u ON u.id = m.user_id"
        " WHERE m.deleted_at IS NULL AND u.deleted_at IS NULL AND m.state = 'active'"
        " AND u.state = 'active' AND m.id <> ?1 AND (?2 = 0 OR m.user_id = ?2)", error);
    int count = 0;

    if (!row)
        return 0;
    Statement_bind_int(row, 1, except_membership);
    Statement_bind_int(row, 2, only_user);
    while (Statement_step(row, error) == STEP_ROW)
        count += names_role(Statement_text(row, 0), role);
    Statement_reset(row);
    return count;
}

static bool is_owner(ModelContext *context, const RoleName *role, int64_t user, Error *error)
{
    return other_owners(context, role, 0, user, error) > 0;
}

static bool owners_only(const char *what, Error *error)
{
    return Error_set(error, ERROR_FORBIDDEN, "Only an owner may %s.", what);
}

static bool guard_membership(ModelContext *context, const Record *old, Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    int roles = Resource_field(resource, "role_ids");
    RoleName role = {0};

    if (context->user_id)
        role = owner_role(context, error);
    if (!role.id)
        return !Error_present(error);
    const char *state = Record_text(record, resource->state_field);
    bool was = old && names_role(Record_text(old, roles), &role);
    bool is = names_role(Record_text(record, roles), &role);
    bool active = state && strcmp(state, "active") == 0;
    if (was != is && !is_owner(context, &role, context->user_id, error))
        return Error_present(error) ? false : owners_only("make or unmake owners", error);
    if (was && !(is && active) &&
        other_owners(context, &role, Record_id(record), 0, error) == 0)
        return Error_present(error) ? false
                                    : Error_set(error, ERROR_RULE, "One owner has to stay.");
    return true;
}

static bool is_high(const Record *record)
{
    const char *name = record ? Record_text(record, Resource_field(record->resource, "name")) : NULL;
    return name && (strcmp(name, OWNER) == 0 || strcmp(name, "admin") == 0);
}

static bool guard_role(ModelContext *context, const Record *old, Record *record, Error *error)
{
    if (!context->user_id || !(is_high(old) || is_high(record)))
        return true;
    RoleName role = owner_role(context, error);
    if (!role.id || !is_owner(context, &role, context->user_id, error))
        return Error_present(error) ? false : owners_only("change this role", error);
    const char *name = Record_text(record, Resource_field(record->resource, "name"));
    if (old && strcmp(Record_text(old, Resource_field(record->resource, "name")), OWNER) == 0 &&
        name && strcmp(name, OWNER) != 0)
        return Error_set_field(error, ERROR_RULE, "name", "The role owner keeps its name.");
    return true;
}

/* The state of a person decides whether they come in. */
static bool guard_user(ModelContext *context, const Record *old, Record *record, Error *error)
{
    int state = record->resource->state_field;
    RoleName role = {0};

    if (context->user_id && old && Record_changed(old, record, state))
        role = owner_role(context, error);
    if (!role.id || !is_owner(context, &role, Record_id(record), error))
        return !Error_present(error);
    if (!is_owner(context, &role, context->user_id, error))
        return Error_present(error) ? false : owners_only("keep another owner out", error);
    return context->user_id != Record_id(record) ||
           Error_set(error, ERROR_RULE, "You cannot do this to yourself.");
}

void Guards_register(void)
{
    Model_register_hooks("user", guard_user, NULL);
    Model_register_hooks("membership", guard_membership, NULL);
    Model_register_hooks("role", guard_role, NULL);
}

/* ---- removal ------------------------------------------------------------------------------ */

static bool check_role(ModelContext *context, const Record *record, Error *error)
{
    if (is_high(record))
        return Error_set(error, ERROR_RULE, "The roles owner and admin stay.");
    Statement *row = Connection_prepare(
        context->connection, "SELECT role_ids FROM membership WHERE deleted_at IS NULL", error);
    RoleName role = {.id = Record_id(record)};
    Uid uid = Record_uid(record);
    bool used = false;

    Uid_format(&uid, "role", role.uid);
    while (row && !used && Statement_step(row, error) == STEP_ROW)
        used = names_role(Statement_text(row, 0), &role);
    if (row)
        Statement_reset(row);
    if (used)
        return Error_set(error, ERROR_RULE, "People still have this role.");
    return !Error_present(error);
}

static bool check_person(ModelContext *context, int64_t user, Error *error)
{
    RoleName role = owner_role(context, error);

    if (!role.id || !is_owner(context, &role, user, error))
        return !Error_present(error);
    if (user == context->user_id)
        return Error_set(error, ERROR_RULE, "You cannot take yourself away.");
    return is_owner(context, &role, context->user_id, error) || Error_present(error)
               ? !Error_present(error)
               : owners_only("take an owner away", error);
}

bool Guards_check_removal(OperationContext *context, const ResourceDef *resource, int64_t id,
                          Error *error)
{
    bool role = strcmp(resource->name, "role") == 0, user = strcmp(resource->name, "user") == 0;

    if (!role && !user && strcmp(resource->name, "membership") != 0)
        return true;
    if (Context_is_system(context))
        return true;
    Record *record = Model_read(&context->model, resource, id, false, error);
    if (!record)
        return false;
    if (role)
        return check_role(&context->model, record, error);
    int64_t person = user ? id : Record_int(record, Resource_field(resource, "user_id"), 0);
    return check_person(&context->model, person, error);
}
