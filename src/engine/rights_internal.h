/* rights_internal.h - the loaded form of roles, members and teams. */
#ifndef ENGINE_RIGHTS_INTERNAL_H
#define ENGINE_RIGHTS_INTERNAL_H

#include "engine/rights.h"

typedef enum Scope { SCOPE_OWN, SCOPE_TEAM, SCOPE_TEAM_TREE, SCOPE_COMPANY, SCOPE_TENANT } Scope;

typedef struct Permission {
    struct Permission *next;
    const char *entity;
    Action action; /* ACTION_COUNT = every action */
    Scope scope;
    const char *transition;         /* NULL = every transition */
    const char *const *refused;     /* NULL-terminated or NULL */
    const char *const *masked;
    FilterNode *condition;          /* NULL = always */
    bool deny;
    bool broken; /* its condition cannot be read: grants nothing */
} Permission;

typedef struct Role {
    struct Role *next;
    int64_t id, inherits;
    const char *name, *uid;
    Permission *permissions;
} Role;

typedef struct Team {
    struct Team *next;
    int64_t id, parent;
    const char *uid;
} Team;

typedef struct Member {
    int64_t user_id;
    const char *user_uid;
    const Role **roles;
    int role_count;
    const Team **teams;
    int team_count;
    bool active;
} Member;

struct Rights {
    Arena *arena;
    Role *roles;
    Team *teams;
    Member *members; /* by user_id */
    int member_count;
};

const Role *Rights_role(const Rights *rights, int64_t id);
const Member *Rights_member(const Rights *rights, int64_t user_id);

#endif
