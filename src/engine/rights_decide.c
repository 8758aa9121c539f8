#include <string.h>
#include "base/uid.h"
#include "engine/rights_internal.h"

#define INHERITANCE_DEPTH 8
#define TEAM_DEPTH 16

static bool concerns(const Permission *permission, const ResourceDef *resource)
{
    const char *entity = permission->entity;
    size_t domain = strlen(resource->domain);

    return strcmp(entity, "*") == 0 || strcmp(entity, resource->name) == 0 ||
           (strncmp(entity, resource->domain, domain) == 0 && strcmp(entity + domain, ".*") == 0);
}

static bool applies(const Permission *permission, const ResourceDef *resource, Action action,
                    const char *event)
{
    if (permission->action != ACTION_COUNT && permission->action != action)
        return false;
    if (permission->transition && permission->transition[0] &&
        (!event || strcmp(permission->transition, event) != 0))
        return false;
    return concerns(permission, resource);
}

/* A denial that cannot be read denies everything. */
static bool denies_all(const Permission *row)
{
    return row->broken || (!row->condition && row->scope == SCOPE_TENANT);
}

/* The permission rows that count for a request. */
typedef struct Walk {
    const Rights *rights;
    const ResourceDef *resource;
    Action action;
    const char *event;
    const Permission *found[256];
    int count;
    bool denied;
} Walk;

static void walk_role(Walk *walk, const Role *role)
{
    for (int depth = 0; role && depth < INHERITANCE_DEPTH; depth++) {
        for (const Permission *row = role->permissions; row; row = row->next) {
            if (!applies(row, walk->resource, walk->action, walk->event))
                continue;
            if (row->deny && denies_all(row))
                walk->denied = true;
            else if (!row->broken && walk->count < 256)
                walk->found[walk->count++] = row;
        }
        role = role->inherits ? Rights_role(walk->rights, role->inherits) : NULL;
    }
}

static bool walk_member(Walk *walk, const Member *member)
{
    bool allowed = false;

    for (int i = 0; member && member->active && i < member->role_count; i++)
        walk_role(walk, member->roles[i]);
    for (int i = 0; i < walk->count; i++)
        allowed |= !walk->found[i]->deny;
    return allowed && !walk->denied;
}

bool Rights_may(const Rights *rights, int64_t user_id, const ResourceDef *resource, Action action,
                const char *event)
{
    Walk walk = {.rights = rights, .resource = resource, .action = action, .event = event};
    return walk_member(&walk, Rights_member(rights, user_id));
}

bool Rights_sees_all(const Rights *rights, int64_t user_id, const ResourceDef *resource)
{
    Walk walk = {.rights = rights, .resource = resource, .action = ACTION_READ};
    bool all = false;

    if (!walk_member(&walk, Rights_member(rights, user_id)))
        return false;
    for (int i = 0; i < walk.count; i++) {
        const Permission *row = walk.found[i];
        if (row->deny)
            return false;
        all |= row->scope == SCOPE_TENANT && !row->condition;
    }
    return all;
}

/* ---- scopes as filters -------------------------------------------------------------------- */

static FilterNode *either(Arena *arena, FilterNode *left, FilterNode *right)
{
    if (!left || !right)
        return left ? left : right;
    FilterNode *node = ARENA_NEW(arena, FilterNode);
    if (node)
        *node = (FilterNode){.kind = FILTER_OR, .left = left, .right = right};
    return node;
}

static FilterNode *not(Arena *arena, FilterNode *inner)
{
    FilterNode *node = ARENA_NEW(arena, FilterNode);

    if (node)
        *node = (FilterNode){.kind = FILTER_NOT, .left = inner};
    return node;
}

/* field = "uid", or NULL when the resource has no such field */
static FilterNode *field_is(Arena *arena, const ResourceDef *resource, const char *field,
                            const char *uid)
{
    if (Resource_field(resource, field) < 0)
        return NULL;
    FilterNode *node = Filter_compare(arena, field, FILTER_EQUAL, uid);
    if (node && node->value_count)
        node->values[0].quoted = true;
    return node;
}

static FilterNode *scope_own(Arena *arena, const ResourceDef *resource, const Member *member)
{
    static const char *const HOLDERS[] = {"owner_id", "assignee_id", "user_id", "author_id",
                                          "created_by"};
    FilterNode *node = NULL;

    if (strcmp(resource->name, "user") == 0)
        return field_is(arena, resource, "id", member->user_uid);
    for (size_t i = 0; i < sizeof HOLDERS / sizeof *HOLDERS; i++)
        node = either(arena, node, field_is(arena, resource, HOLDERS[i], member->user_uid));
    return node;
}

static bool is_below(const Rights *rights, const Team *team, const Team *top)
{
    for (int depth = 0; team && depth < TEAM_DEPTH; depth++) {
        if (team == top)
            return true;
        int64_t parent = team->parent;
        for (team = rights->teams; team && team->id != parent;)
            team = team->next;
    }
    return false;
}

static FilterNode *scope_team(Arena *arena, const Rights *rights, const ResourceDef *resource,
                              const Member *member, bool tree)
{
    FilterNode *node = scope_own(arena, resource, member);
    const char *field = strcmp(resource->name, "team") == 0 ? "id" : "team_id";

    for (const Team *team = rights->teams; team; team = team->next) {
        bool mine = false;
        for (int i = 0; i < member->team_count && !mine; i++)
            mine = team == member->teams[i] || (tree && is_below(rights, team, member->teams[i]));
        if (mine)
            node = either(arena, node, field_is(arena, resource, field, team->uid));
    }
    return node;
}

static const char *uid_column(Arena *arena, Statement *row, int column, const char *prefix)
{
    Uid uid;
    char text[UID_TEXT_SIZE];
    const void *bytes = Statement_blob(row, column);

    if (!bytes || Statement_bytes(row, column) != UID_BYTES)
        return NULL;
    memcpy(uid.bytes, bytes, UID_BYTES);
    return Arena_strdup(arena, Uid_format(&uid, prefix, text));
}

/* Records of the company (and the contact) whose portal user the member is. */
static FilterNode *scope_company(Arena *arena, const ResourceDef *resource, const Member *member,
                                 Connection *connection, Error *error)
{
    bool is_company = strcmp(resource->name, "company") == 0;
    bool is_contact = strcmp(resource->name, "contact") == 0;
    FilterNode *node = NULL;
    Statement *row = connection ? Connection_prepare(
        connection, "SELECT c.uid, k.uid FROM contact c LEFT JOIN company k ON k.id = c.company_id"
        " AND k.deleted_at IS NULL WHERE c.portal_user_id = ?1 AND c.deleted_at IS NULL", error)
                                : NULL;

    if (!row)
        return NULL;
    Statement_bind_int(row, 1, member->user_id);
    while (Statement_step(row, error) == STEP_ROW) {
        const char *contact = uid_column(arena, row, 0, "contact");
        const char *company = uid_column(arena, row, 1, "company");
        if (company)
            node = either(arena, node, field_is(arena, resource, is_company ? "id" : "company_id",
                                                company));
        if (contact)
            node = either(arena, node, field_is(arena, resource, is_contact ? "id" : "contact_id",
                                                contact));
    }
    Statement_reset(row);
    return node ? node : scope_own(arena, resource, member);
}

/* Every record has been created, so this finds none. */
static FilterNode *nothing(Arena *arena)
{
    return Filter_compare(arena, "created_at", FILTER_EMPTY, NULL);
}

typedef struct Scoping {
    const Rights *rights;
    const Member *member;
    const ResourceDef *resource;
    Connection *connection;
    Arena *arena;
} Scoping;

/* *all: the permission reaches every record, the result is NULL. */
static FilterNode *permission_scope(const Scoping *scoping, const Permission *permission, bool *all,
                                    Error *error)
{
    Arena *arena = scoping->arena;
    FilterNode *node = NULL;

    *all = false;
    if (permission->scope == SCOPE_OWN)
        node = scope_own(arena, scoping->resource, scoping->member);
    else if (permission->scope == SCOPE_COMPANY)
        node = scope_company(arena, scoping->resource, scoping->member, scoping->connection, error);
    else if (permission->scope != SCOPE_TENANT)
        node = scope_team(arena, scoping->rights, scoping->resource, scoping->member,
                          permission->scope == SCOPE_TEAM_TREE);
    else if (!permission->condition)
        *all = true;
    if (permission->scope != SCOPE_TENANT && !node)
        node = nothing(arena);
    return *all ? NULL : Filter_and(arena, node, permission->condition);
}

static bool in_list(const char *const *names, const char *name)
{
    for (; names && *names; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

/* Rows that decide what is shown: those that reach everything when there are such, else all; so a right
 * to one's own records does not uncover the fields of others. */
static bool is_decisive(const Walk *walk, const Permission *row)
{
    if (row->deny)
        return false;
    for (int i = 0; row->scope != SCOPE_TENANT && i < walk->count; i++) {
        if (!walk->found[i]->deny && walk->found[i]->scope == SCOPE_TENANT)
            return false;
    }
    return true;
}

/* Names that every decisive permission holds back. */
static const char *const *common_names(const Walk *walk, Arena *arena, bool masked)
{
    const char *const *first = NULL;
    const char **common;
    size_t count = 0, kept = 0;

    for (int i = 0; i < walk->count && !first; i++) {
        if (!is_decisive(walk, walk->found[i]))
            continue;
        first = masked ? walk->found[i]->masked : walk->found[i]->refused;
        if (!first)
            return NULL;
    }
    while (first && first[count])
        count++;
    common = count ? ARENA_ARRAY(arena, const char *, count + 1) : NULL;
    for (size_t i = 0; common && i < count; i++) {
        bool held = true;
        for (int j = 0; j < walk->count && held; j++) {
            const Permission *row = walk->found[j];
            held = !is_decisive(walk, row) ||
                   in_list(masked ? row->masked : row->refused, first[i]);
        }
        if (held)
            common[kept++] = first[i];
    }
    return kept ? common : NULL;
}

bool Rights_decide(const Rights *rights, int64_t user_id, const ResourceDef *resource, Action action,
                   const char *event, Connection *connection, Arena *arena, Decision *decision,
                   Error *error)
{
    Walk walk = {.rights = rights, .resource = resource, .action = action, .event = event};
    const Member *member = Rights_member(rights, user_id);
    Scoping scoping = {rights, member, resource, connection, arena};
    FilterNode *reach = NULL, *denials = NULL;
    bool everything = false;

    *decision = (Decision){.allowed = walk_member(&walk, member)};
    if (!decision->allowed)
        return true;
    for (int i = 0; i < walk.count; i++) {
        bool all;
        FilterNode *node = permission_scope(&scoping, walk.found[i], &all, error);
        if (walk.found[i]->deny)
            denials = either(arena, denials, node);
        else if (all)
            everything = true;
        else
            reach = either(arena, reach, node);
    }
    if (everything)
        reach = NULL;
    if (denials)
        reach = Filter_and(arena, reach, not(arena, denials));
    decision->scope = reach;
    decision->masked = common_names(&walk, arena, true);
    decision->refused = common_names(&walk, arena, false);
    if (Arena_exhausted(arena))
        return Error_set(error, ERROR_LIMIT, "There is not enough memory to check the rights.");
    return !Error_present(error);
}
