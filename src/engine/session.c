#include <stdlib.h>
#include <string.h>
#include "base/world.h"
#include "engine/internal.h"

#define IDENTITIES_MAX 200

Session *Session_open(Engine *engine, unsigned peer_uid)
{
    Session *session = calloc(1, sizeof *session);

    if (!session)
        return NULL;
    session->engine = engine;
    session->peer_uid = peer_uid;
    session->opened_at = World_now();
    atomic_init(&session->references, 1);
    atomic_init(&session->identity, NULL);
    atomic_init(&session->subscribed, false);
    pthread_mutex_init(&session->mutex, NULL);
    pthread_mutex_init(&session->reads_mutex, NULL);
    atomic_fetch_add(&engine->sessions, 1);
    return session;
}

void Session_retain(Session *session)
{
    atomic_fetch_add(&session->references, 1);
}

void Session_close(Session *session)
{
    if (!session || atomic_fetch_sub(&session->references, 1) != 1)
        return;
    atomic_fetch_sub(&session->engine->sessions, 1);
    while (session->identities) {
        Identity *identity = session->identities;
        session->identities = identity->older;
        Engine_release_tenant(session->engine, identity->tenant);
        free(identity);
    }
    pthread_mutex_destroy(&session->mutex);
    pthread_mutex_destroy(&session->reads_mutex);
    free(session);
}

/* Earlier identities stay until the session ends, since requests may still run under them. */
bool Session_become(Session *session, Identity *identity, Error *error)
{
    bool done = true;

    pthread_mutex_lock(&session->mutex);
    if (identity && session->identity_count >= IDENTITIES_MAX) {
        done = Error_set(error, ERROR_LIMIT, "Too many logins over one connection.");
    } else {
        if (identity) {
            identity->older = session->identities;
            session->identities = identity;
            session->identity_count++;
        }
        atomic_store(&session->identity, identity);
    }
    pthread_mutex_unlock(&session->mutex);
    return done;
}

const Identity *Session_identity(const Session *session)
{
    return session ? atomic_load(&session->identity) : NULL;
}

void Session_begin_read(Session *session, RunningRead *read)
{
    pthread_mutex_lock(&session->reads_mutex);
    read->next = session->reads;
    session->reads = read;
    pthread_mutex_unlock(&session->reads_mutex);
}

void Session_end_read(Session *session, RunningRead *read)
{
    pthread_mutex_lock(&session->reads_mutex);
    for (RunningRead **link = &session->reads; *link; link = &(*link)->next) {
        if (*link == read) {
            *link = read->next;
            break;
        }
    }
    pthread_mutex_unlock(&session->reads_mutex);
}

bool Session_cancel_read(Session *session, const char *id)
{
    bool found = false;

    pthread_mutex_lock(&session->reads_mutex);
    for (RunningRead *read = session->reads; read; read = read->next) {
        if (strcmp(read->id, id) == 0) {
            Connection_interrupt(read->connection);
            found = true;
        }
    }
    pthread_mutex_unlock(&session->reads_mutex);
    return found;
}

bool Session_authenticated(const Session *session)
{
    return Session_identity(session) != NULL;
}

int64_t Session_user_id(const Session *session)
{
    const Identity *identity = Session_identity(session);
    return identity ? identity->user_id : 0;
}

const char *Session_login(const Session *session)
{
    const Identity *identity = Session_identity(session);
    return identity ? identity->login : "";
}

unsigned Session_peer_uid(const Session *session)
{
    return session->peer_uid;
}

bool Session_is_home_owner(const Session *session)
{
    return session->peer_uid == session->engine->owner_uid;
}
