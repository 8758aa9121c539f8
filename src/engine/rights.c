#include "engine/rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/uid.h"
#include "engine/rights_internal.h"

#define RIGHTS_BYTES ((size_t)64 * 1024 * 1024)

const char *const ACTION_NAMES[ACTION_COUNT] = {
    "create", "read", "update", "delete", "archive", "export", "import",
    "transition", "merge", "bulk", "assign", "approve", "configure",
};

static const char *const SCOPE_NAMES[] = {"own", "team", "team_tree", "company", "tenant"};

Action Action_find(const char *name)
{
    int i = 0;

    while (i < ACTION_COUNT && strcmp(ACTION_NAMES[i], name) != 0)
        i++;
    return (Action)i;
}

/* Nothing named means nobody but oneself. */
static Scope scope_find(const char *name)
{
    for (int i = 0; name && i <= SCOPE_TENANT; i++) {
        if (strcmp(SCOPE_NAMES[i], name) == 0)
            return (Scope)i;
    }
    return SCOPE_OWN;
}

static const char *uid_text(Arena *arena, Statement *row, int column, const char *prefix)
{
    Uid uid;
    char text[UID_TEXT_SIZE];
    const void *bytes = Statement_blob(row, column);

    if (!bytes || Statement_bytes(row, column) != UID_BYTES)
        return "";
    memcpy(uid.bytes, bytes, UID_BYTES);
    return Arena_strdup(arena, Uid_format(&uid, prefix, text));
}

/* A stored JSON array of names as a NULL-terminated list; NULL when empty. */
static const char *const *name_list(Arena *arena, const char *text)
{
    Json *array = text ? Json_parse(text, strlen(text), JSON_BYTES_MAX, NULL) : NULL;
    size_t count = array && json_object_is_type(array, json_type_array)
                       ? json_object_array_length(array) : 0;
    const char **names = count ? ARENA_ARRAY(arena, const char *, count + 1) : NULL;

    for (size_t i = 0; names && i < count; i++)
        names[i] = Arena_strdup(arena, json_object_get_string(json_object_array_get_idx(array, i)));
    json_object_put(array);
    return names;
}

static bool load_roles(Rights *rights, Connection *connection, Error *error)
{
    Statement *row = Connection_prepare(
        connection, "SELECT id, inherits_id, name, uid FROM role WHERE deleted_at IS NULL"
        " AND archived_at IS NULL", error);

    if (!row)
        return false;
    StepResult step;
    while ((step = Statement_step(row, error)) == STEP_ROW) {
        Role *role = ARENA_NEW(rights->arena, Role);
        if (!role)
            break;
        role->id = Statement_int(row, 0);
        role->inherits = Statement_int(row, 1);
        role->name = Arena_strdup(rights->arena, Statement_text(row, 2));
        role->uid = uid_text(rights->arena, row, 3, "role");
        role->next = rights->roles;
        rights->roles = role;
    }
    Statement_reset(row);
    return step != STEP_FAILED;
}

const Role *Rights_role(const Rights *rights, int64_t id)
{
    const Role *role = rights->roles;

    while (role && role->id != id)
        role = role->next;
    return role;
}

static void read_permission(Rights *rights, Role *role, Statement *row)
{
    Permission *permission = ARENA_NEW(rights->arena, Permission);
    const char *action = Statement_text(row, 2), *condition = Statement_text(row, 7);
    const char *effect = Statement_text(row, 8);
    Error error = ERROR_NONE;

    if (!permission)
        return;
    permission->entity = Arena_strdup(rights->arena, Statement_text(row, 1));
    permission->action = action ? Action_find(action) : ACTION_COUNT;
    permission->scope = scope_find(Statement_text(row, 3));
    permission->transition = Arena_strdup(rights->arena, Statement_text(row, 4));
    permission->refused = name_list(rights->arena, Statement_text(row, 5));
    permission->masked = name_list(rights->arena, Statement_text(row, 6));
    permission->deny = effect && strcmp(effect, "deny") == 0;
    if (permission->deny && !Statement_text(row, 3))
        permission->scope = SCOPE_TENANT;
    if (condition && condition[0]) {
        permission->condition = Filter_parse(rights->arena,
                                             Arena_strdup(rights->arena, condition), &error);
        permission->broken = !permission->condition;
        if (permission->broken)
            LOG_WARNING("role %s: the condition of a permission on %s cannot be read: %s",
                        role->name, permission->entity, error.message);
    }
    permission->next = role->permissions;
    role->permissions = permission;
}

static bool load_permissions(Rights *rights, Connection *connection, Error *error)
{
    Statement *row = Connection_prepare(
        connection, "SELECT parent_id, entity, action, scope, transition, field_deny,"
        " field_mask, condition, effect FROM permission", error);

    if (!row)
        return false;
    StepResult step;
    while ((step = Statement_step(row, error)) == STEP_ROW) {
        for (Role *role = rights->roles; role; role = role->next) {
            if (role->id == Statement_int(row, 0))
                read_permission(rights, role, row);
        }
    }
    Statement_reset(row);
    return step != STEP_FAILED;
}

/* A reference as it is stored: a row number, or a public id. */
static bool refers_to(Json *item, const Role *role)
{
    if (json_object_is_type(item, json_type_int))
        return json_object_get_int64(item) == role->id;
    const char *text = json_object_is_type(item, json_type_string) ? json_object_get_string(item)
                                                                   : Json_text(item, "id");
    return text && strcmp(text, role->uid) == 0;
}

static void read_member_roles(Rights *rights, Member *member, const char *text)
{
    Json *array = text ? Json_parse(text, strlen(text), JSON_BYTES_MAX, NULL) : NULL;
    size_t count = array && json_object_is_type(array, json_type_array)
                       ? json_object_array_length(array) : 0;

    member->roles = ARENA_ARRAY(rights->arena, const Role *, count + 1);
    for (size_t i = 0; member->roles && i < count; i++) {
        for (const Role *role = rights->roles; role; role = role->next) {
            if (refers_to(json_object_array_get_idx(array, i), role)) {
                member->roles[member->role_count++] = role;
                break;
            }
        }
    }
    json_object_put(array);
}

static bool load_members(Rights *rights, Connection *connection, Error *error)
{
    Statement *counter = Connection_prepare(connection, "SELECT count(*) FROM membership", error);
    Statement *row = Connection_prepare(
        connection, "SELECT m.user_id, u.uid, m.role_ids, m.state, u.state FROM membership m"
        " JOIN user_ u ON u.id = m.user_id WHERE m.deleted_at IS NULL AND u.deleted_at IS NULL"
        " ORDER BY m.user_id, m.id", error);

    if (!counter || !row)
        return false;
    int64_t count = Statement_scalar(counter, 0, error);
    rights->members = ARENA_ARRAY(rights->arena, Member, (size_t)count + 1);
    StepResult step = STEP_DONE;
    while (rights->members && rights->member_count < count &&
           (step = Statement_step(row, error)) == STEP_ROW) {
        Member *member = &rights->members[rights->member_count++];
        const char *membership = Statement_text(row, 3), *user = Statement_text(row, 4);
        member->user_id = Statement_int(row, 0);
        member->user_uid = uid_text(rights->arena, row, 1, "user");
        member->active = membership && strcmp(membership, "active") == 0 && user &&
                         strcmp(user, "active") == 0;
        read_member_roles(rights, member, Statement_text(row, 2));
    }
    Statement_reset(row);
    return step != STEP_FAILED;
}

static bool load_teams(Rights *rights, Connection *connection, Error *error)
{
    Statement *row = Connection_prepare(
        connection, "SELECT id, parent_id, uid FROM team WHERE deleted_at IS NULL", error);

    if (!row)
        return false;
    StepResult step;
    while ((step = Statement_step(row, error)) == STEP_ROW) {
        Team *team = ARENA_NEW(rights->arena, Team);
        if (!team)
            break;
        team->id = Statement_int(row, 0);
        team->parent = Statement_int(row, 1);
        team->uid = uid_text(rights->arena, row, 2, "team");
        team->next = rights->teams;
        rights->teams = team;
    }
    Statement_reset(row);
    return step != STEP_FAILED;
}

static bool load_team_members(Rights *rights, Connection *connection, Error *error)
{
    Statement *row = Connection_prepare(
        connection, "SELECT parent_id FROM team_member WHERE user_id = ?1 UNION"
        " SELECT id FROM team WHERE lead_id = ?1 AND deleted_at IS NULL", error);

    for (int i = 0; row && rights->teams && i < rights->member_count; i++) {
        Member *member = &rights->members[i];
        int count = 0;
        for (const Team *team = rights->teams; team; team = team->next)
            count++;
        member->teams = ARENA_ARRAY(rights->arena, const Team *, (size_t)count);
        Statement_bind_int(row, 1, member->user_id);
        while (member->teams && Statement_step(row, error) == STEP_ROW) {
            for (const Team *team = rights->teams; team; team = team->next) {
                if (team->id == Statement_int(row, 0) && member->team_count < count)
                    member->teams[member->team_count++] = team;
            }
        }
        Statement_reset(row);
    }
    return row != NULL;
}

Rights *Rights_load(Connection *connection, Error *error)
{
    Rights *rights = calloc(1, sizeof *rights);

    if (rights)
        rights->arena = Arena_new(RIGHTS_BYTES);
    if (!rights || !rights->arena) {
        free(rights);
        Error_set(error, ERROR_LIMIT, "There is not enough memory to read the rights.");
        return NULL;
    }
    if (load_roles(rights, connection, error) && load_permissions(rights, connection, error) &&
        load_members(rights, connection, error) && load_teams(rights, connection, error) &&
        load_team_members(rights, connection, error) && !Arena_exhausted(rights->arena))
        return rights;
    if (!Error_present(error))
        Error_set(error, ERROR_LIMIT, "There is not enough memory to read the rights.");
    Rights_free(rights);
    return NULL;
}

void Rights_free(Rights *rights)
{
    if (!rights)
        return;
    Arena_free(rights->arena);
    free(rights);
}

static int compare_member(const void *key, const void *item)
{
    int64_t user_id = *(const int64_t *)key;
    const Member *member = item;
    return user_id < member->user_id ? -1 : user_id > member->user_id;
}

const Member *Rights_member(const Rights *rights, int64_t user_id)
{
    return rights->member_count
               ? bsearch(&user_id, rights->members, (size_t)rights->member_count,
                         sizeof *rights->members, compare_member)
               : NULL;
}

bool Rights_is_member(const Rights *rights, int64_t user_id)
{
    const Member *member = Rights_member(rights, user_id);
    return member && member->active;
}

bool Rights_has_role(const Rights *rights, int64_t user_id, const char *role)
{
    const Member *member = Rights_member(rights, user_id);

    for (int i = 0; member && member->active && i < member->role_count; i++) {
        if (strcmp(member->roles[i]->name, role) == 0)
            return true;
    }
    return false;
}

bool Rights_user_uid(const Rights *rights, int64_t user_id, char out[64])
{
    const Member *member = Rights_member(rights, user_id);

    if (member)
        snprintf(out, 64, "%s", member->user_uid);
    return member != NULL;
}

Json *Rights_role_names(const Rights *rights, int64_t user_id)
{
    const Member *member = Rights_member(rights, user_id);
    Json *names = json_object_new_array();

    for (int i = 0; member && i < member->role_count; i++)
        json_object_array_add(names, json_object_new_string(member->roles[i]->name));
    return names;
}
