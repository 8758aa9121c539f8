/* rights.h - who may do what: roles and permissions of a tenant, read from its records.
 *
 * Deny by default.  A permission allows (or denies) an action on a resource, on all of a domain
 * ("crm.*") or on everything ("*"), within a scope:
 *   own        records one owns, is assigned, or made
 *   team       own, and those of one's teams          team_tree  and of the teams below
 *   company    those of the company whose portal user one is
 *   tenant     all
 * Permissions add up: whatever one of them reaches is reached, and a field is hidden (or closed to
 * writing) only when no permission that reaches everything shows it.  A denial wins over all of them.
 */
#ifndef ENGINE_RIGHTS_H
#define ENGINE_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/error.h"
#include "base/filter.h"
#include "base/json_value.h"
#include "model/resource.h"
#include "store/store.h"

typedef struct Rights Rights;

typedef enum Action {
    ACTION_CREATE, ACTION_READ, ACTION_UPDATE, ACTION_DELETE, ACTION_ARCHIVE, ACTION_EXPORT,
    ACTION_IMPORT, ACTION_TRANSITION, ACTION_MERGE, ACTION_BULK, ACTION_ASSIGN, ACTION_APPROVE,
    ACTION_CONFIGURE, ACTION_COUNT
} Action;
extern const char *const ACTION_NAMES[ACTION_COUNT];
Action Action_find(const char *name); /* ACTION_COUNT if unknown */

/* Reads roles, permissions, memberships, teams and users of one tenant.  NULL + error. */
Rights *Rights_load(Connection *connection, Error *error);
void Rights_free(Rights *rights);

typedef struct Decision {
    bool allowed;
    const FilterNode *scope;    /* NULL = every record */
    const char *const *masked;  /* fields shown as null; NULL-terminated; NULL = none */
    const char *const *refused; /* fields that may not be written; NULL-terminated; NULL = none */
} Decision;

/* event: name of the transition, or NULL.  connection: to look up the companies of a portal user; may
 * be NULL when only `allowed` matters. */
bool Rights_decide(const Rights *rights, int64_t user_id, const ResourceDef *resource, Action action,
                   const char *event, Connection *connection, Arena *arena, Decision *decision,
                   Error *error);
/* At least one record might be reached: for lists of operations, menus and events. */
bool Rights_may(const Rights *rights, int64_t user_id, const ResourceDef *resource, Action action,
                const char *event);
/* Sees every record of the resource, unmasked. */
bool Rights_sees_all(const Rights *rights, int64_t user_id, const ResourceDef *resource);
bool Rights_has_role(const Rights *rights, int64_t user_id, const char *role);
Json *Rights_role_names(const Rights *rights, int64_t user_id); /* ["owner"]; new reference */
bool Rights_user_uid(const Rights *rights, int64_t user_id, char out[64]); /* "user_..." */
/* A member whose membership is active. */
bool Rights_is_member(const Rights *rights, int64_t user_id);

#endif
