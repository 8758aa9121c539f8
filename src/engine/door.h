/* door.h - what a door needs of the engine: sessions, requests, events.
 *
 * A door owns its connections.  It opens a Session for each, hands every line it receives to
 * Engine_submit() and gets the answer through a callback, which may run on any thread.
 */
#ifndef ENGINE_DOOR_H
#define ENGINE_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "engine/engine.h"

#define REQUEST_BYTES_MAX ((size_t)1024 * 1024)
#define REPLY_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* Called from any thread. */
typedef struct EngineDoor {
    void (*wake)(void *argument); /* events wait: call Engine_take_events() soon */
    void (*stop)(void *argument); /* somebody asked the engine to stop */
    void *argument;
} EngineDoor;

/* Checks the home, takes its lock, opens system.db.  NULL + error: nothing was changed. */
Engine *Engine_open(const char *home, Error *error);
/* Starts threads, and jobs in the background.  The operations must be registered before. */
bool Engine_start(Engine *engine, const EngineDoor *door, Error *error);
/* Jobs stop at their next step; afterwards only requests call the door. */
void Engine_quiesce(Engine *engine);
/* After the door is closed.  Waits for what runs, finishes what is queued, closes every database, gives the lock back. */
void Engine_close(Engine *engine);

/* One for each connection; peer_uid is the operating system user at the other end. */
Session *Session_open(Engine *engine, unsigned peer_uid);
void Session_close(Session *session); /* requests that still run keep it alive */
bool Session_authenticated(const Session *session);

/* text: one line of the answer with its newline; the receiver free()s.  NULL: the request asked for
 * no answer. */
typedef void (*EngineReply)(void *argument, char *text, size_t length);
/* Copies the line.  Never blocks. */
void Engine_submit(Engine *engine, Session *session, const char *line, size_t length,
                   EngineReply reply, void *argument);
/* True for requests that change who asks: a door sends nothing of the connection after such a request
 * before its answer. */
bool Engine_is_barrier(const char *line, size_t length);
/* The answer to what is no request at all, with its newline; free(). */
char *Engine_refusal(const Error *error, size_t *length);

/* Changes that were committed since the last call, gathered; free with Engine_free_events(). */
typedef struct EngineEvents EngineEvents;
EngineEvents *Engine_take_events(Engine *engine); /* NULL: none */
/* Lines for this session (subscribed, same tenant, may read); NULL: none.  free(). */
char *Engine_events_for(const EngineEvents *events, const Session *session, size_t *length);
void Engine_free_events(EngineEvents *events);

#endif
