/* internal.h - what the files of the engine share.  No other room includes it. */
#ifndef ENGINE_INTERNAL_H
#define ENGINE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include "base/paths.h"
#include "engine/context.h"
#include "engine/door.h"
#include "engine/engine.h"
#include "engine/pool.h"
#include "engine/rights.h"

typedef struct JobRunner JobRunner;
typedef struct EventQueue EventQueue;

struct Engine {
    char home[PATHS_MAX];
    unsigned owner_uid; /* OS user that owns the home folder */
    int lock;           /* engine.lock, held */
    Store *system;
    SealKey *master;
    int64_t started_at, started_monotonic;
    Pool *readers, *workers, *password_workers;
    JobRunner *jobs;
    EventQueue *events;
    EngineDoor door;
    pthread_mutex_t mutex; /* guards the list of tenants */
    TenantHandle *tenants;
    int tenant_count;
    atomic_int sessions;
    atomic_llong requests;
};

/* What a tenant's roles, custom fields and settings were at one moment; never changes. */
typedef struct TenantSnapshot {
    atomic_int references;
    const TenantInfo *info; /* kept by the handle */
    CustomFields *custom;
    Rights *rights;
} TenantSnapshot;

typedef struct TenantSettings {
    struct TenantSettings *older;
    TenantInfo info;
} TenantSettings;

struct TenantHandle {
    Engine *engine;
    TenantHandle *next;
    char slug[64];
    Store *store;
    SealKey *key;
    int references; /* engine->mutex */
    int64_t last_used;
    pthread_mutex_t mutex; /* guards snapshot */
    TenantSnapshot *snapshot;
    _Atomic(TenantSettings *) settings; /* newest first; all that it ever had */
    atomic_bool stale;
};

/* Who a session is.  Never changes once made; a session may get another one. */
typedef struct Identity {
    struct Identity *older;
    int64_t login_id;      /* row of system.db */
    int64_t user_id;       /* row of the tenant's file */
    Uid user_uid;
    Uid session_uid;       /* zero: a call by peer identity without a session record */
    char login[128], name[128];
    char session_text[UID_TEXT_SIZE];
    TenantHandle *tenant;  /* held open */
} Identity;

struct Session {
    Engine *engine;
    atomic_int references;
    unsigned peer_uid;
    _Atomic(Identity *) identity; /* NULL: nobody is logged in */
    pthread_mutex_t mutex;        /* one change of identity at a time */
    Identity *identities;         /* all it ever had; freed with the session */
    int identity_count;
    atomic_bool subscribed;
    int64_t opened_at;
    pthread_mutex_t reads_mutex;
    struct RunningRead *reads; /* what a request.cancel may end */
};

/* A read that is under way for a session. */
typedef struct RunningRead {
    struct RunningRead *next;
    const char *id; /* of the request, as JSON text */
    Connection *connection;
} RunningRead;

/* tenants.c */
TenantSnapshot *TenantHandle_take_snapshot(TenantHandle *tenant, Connection *connection,
                                           Error *error);
void TenantSnapshot_release(TenantSnapshot *snapshot);
void TenantHandle_retain(TenantHandle *tenant);
void Tenants_close_all(Engine *engine);

/* session.c */
void Session_retain(Session *session);
const Identity *Session_identity(const Session *session);
/* Makes `identity` (allocated with calloc) what the session is; NULL logs out. */
bool Session_become(Session *session, Identity *identity, Error *error);

void Session_begin_read(Session *session, RunningRead *read);
void Session_end_read(Session *session, RunningRead *read);
/* Ends the read with this request id; false: none runs. */
bool Session_cancel_read(Session *session, const char *id);

/* perform.c */
/* Checks and runs one operation under a context whose tenant, connection and actor are set. */
bool Operation_execute(OperationContext *context, const OperationDef *operation,
                       const ResourceDef *resource, const char *name, const Json *params,
                       Json **result, Error *error);
/* Fills the parts of the context that come from the tenant and the identity. */
void Context_fill(OperationContext *context, Engine *engine, TenantHandle *tenant,
                  const TenantSnapshot *snapshot, const Identity *identity, Arena *arena);

#endif
