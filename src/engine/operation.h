/* operation.h - the one table of what can be done.  Every door performs operations; nothing goes round.
 *
 * An operation is a constant row.  The generic verbs of every resource (list, get, create ...) are rows
 * too, found as RESOURCE.VERB.  The engine checks session, right, parameters and limits before `run`.
 */
#ifndef ENGINE_OPERATION_H
#define ENGINE_OPERATION_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/error.h"
#include "base/json_value.h"
#include "model/model.h"
#include "model/resource.h"

typedef struct Engine Engine;
typedef struct Session Session;
typedef struct TenantHandle TenantHandle; /* an open tenant: store, info, custom fields, rights */

typedef enum OperationKind {
    OPERATION_READ,  /* on a reader thread, model.connection is a reader */
    OPERATION_WRITE, /* on the tenant's writer inside its savepoint; under 20 ms, no outside I/O */
    OPERATION_WORK   /* on a worker thread without a connection: slow (argon2id, backup); takes readers
                        and Store_write_wait() itself through context->tenant_handle */
} OperationKind;

enum OperationFlag {
    OPERATION_PUBLIC = 1 << 0,    /* without a login: session.login, engine.ping */
    OPERATION_DANGEROUS = 1 << 1, /* screens ask before */
    OPERATION_SYSTEM = 1 << 2,    /* no tenant needed */
    OPERATION_HIDDEN = 1 << 3,    /* not in operation lists of people */
    OPERATION_FIELDS = 1 << 4,    /* takes the resource's fields too; the model checks them */
    OPERATION_PASSWORD = 1 << 5   /* WORK that hashes a password: at most two at once */
};

typedef struct ParameterDef {
    const char *name;
    FieldType type;        /* how text becomes a value; FIELD_JSON = any JSON */
    bool required;
    const char *help;
    const char *reference; /* FIELD_REFERENCE: resource; "@" = the operation's own resource */
    const Choice *choices; /* FIELD_ENUM */
    int choice_count;
} ParameterDef;

typedef struct OperationContext {
    ModelContext model; /* connection, arena, tenant, actor, now, scope, mask */
    Engine *engine;
    Session *session;   /* NULL for jobs */
    TenantHandle *tenant_handle;
    const ResourceDef *resource; /* of RESOURCE.VERB, else NULL */
    const struct OperationDef *operation;
    int64_t job_id; /* row id of the running job; 0 = none */
    bool writing;   /* model.connection is the tenant's writer */
    const FilterNode *reach; /* the role's own scope, before model.scope was narrowed by stream.h */
    const struct TenantSnapshot *snapshot; /* rights and custom fields in force; the engine's own */
} OperationContext;

/* params: a JSON object, already checked against the parameter table.  *result: a new reference, or
 * left NULL for {}.  false + error: nothing happened. */
typedef bool (*OperationRun)(OperationContext *context, const Json *params, Json **result,
                             Error *error);

typedef struct OperationDef {
    const char *name;    /* "lead.score"; of generic verbs only "list" */
    const char *summary; /* one sentence for people */
    OperationKind kind;
    const char *right;   /* "lead:update", "@:read" (@ = the resource), NULL = any login */
    unsigned flags;
    const ParameterDef *parameters;
    int parameter_count;
    OperationRun run;
} OperationDef;

/* Rows must outlive the program (static const).  Called by the wiring in engine_main.c before start. */
void Operations_register(const OperationDef *rows, int count);
void Operations_register_generic(const OperationDef *rows, int count); /* one per resource each */
/* "lead.list" -> row and resource; NULL if unknown; *nearest (may be NULL) then suggests a name. */
const OperationDef *Operations_find(const char *name, const ResourceDef **resource,
                                    const char **nearest);

/* Performs an operation from inside another with the same context (rights are checked again). */
bool Operation_perform(OperationContext *context, const char *name, const Json *params, Json **result,
                       Error *error);

#endif
