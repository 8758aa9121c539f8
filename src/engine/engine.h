/* engine.h - what rooms above the engine may ask of it. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/operation.h"
#include "store/store.h"

const char *Engine_home(const Engine *engine);
Store *Engine_system_store(Engine *engine);
const SealKey *Engine_master_key(const Engine *engine);
int64_t Engine_started_at(const Engine *engine);
/* Opens (or finds open) a tenant by slug; must be given back.  NULL + error. */
TenantHandle *Engine_tenant(Engine *engine, const char *slug, Error *error);
void Engine_release_tenant(Engine *engine, TenantHandle *tenant);
Store *TenantHandle_store(TenantHandle *tenant);
const char *TenantHandle_slug(const TenantHandle *tenant);
/* The settings as they are now; stays readable until the tenant is closed. */
const TenantInfo *TenantHandle_info(TenantHandle *tenant);
/* Custom fields, roles or tenant settings changed: reload before the next operation. */
void TenantHandle_refresh(TenantHandle *tenant);
/* Many records of a resource were written without an event each (an import): sessions learn of all of
 * them at once. */
void Engine_announce(TenantHandle *tenant, const ResourceDef *resource, int64_t count,
                     const char *actor, const char *operation);
/* A context for work outside a request (jobs, start-up): tenant, actor system, now. */
void Engine_context(Engine *engine, TenantHandle *tenant, Arena *arena, OperationContext *context);

typedef struct EngineFigures {
    int tenants_open, sessions, queued, jobs_running;
    int64_t requests, uptime_us;
} EngineFigures;
void Engine_figures(Engine *engine, EngineFigures *figures);
/* The engine ends as soon as what runs is answered. */
void Engine_request_stop(Engine *engine);

/* Identity of the session that asks. */
int64_t Session_user_id(const Session *session);
const char *Session_login(const Session *session);
unsigned Session_peer_uid(const Session *session);
/* What hello says: user, roles, tenant; new reference.  NULL + error. */
Json *Session_describe(OperationContext *context, Error *error);
bool Session_is_home_owner(const Session *session); /* the OS user that owns the home folder */

#endif
