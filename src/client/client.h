/* client.h - the wire protocol seen from outside: find the engine, start it, call operations.
 *
 * Wire: a UNIX stream socket; each message one line of JSON (JSON-RPC 2.0), at most 1 MiB from the
 * client and 16 MiB from the engine.  The first call is `hello` {"protocol":1,"client":"tui"|"cli"} whose
 * result is {"protocol","engine","user","tenant",...}.  Events are notifications {"method":"event",
 * "params":{"topic","resource","id","actor"}}; they arrive only after `events.subscribe`.
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <stdbool.h>
#include "base/error.h"
#include "base/json_value.h"

typedef struct Client Client;

typedef struct ClientOptions {
    const char *home;   /* --home; NULL = found as base/paths.h says */
    const char *tenant; /* --tenant; NULL = the user's only or last one */
    const char *as;     /* --as LOGIN; NULL = the peer's own */
    const char *kind;   /* "tui", "cli" */
    bool start;         /* start an engine in the background when none listens */
} ClientOptions;

/* ERROR_AGAIN when no engine can be reached, ERROR_NOT_FOUND when the home holds no company yet,
 * ERROR_UNAUTHENTICATED when a login is needed (the client is then usable for session.login). */
Client *Client_open(const ClientOptions *options, Error *error);
void Client_close(Client *client);
bool Client_logged_in(const Client *client);
const Json *Client_hello(const Client *client); /* borrowed: result of hello */

/* Performs and waits.  params: borrowed, may be NULL.  *result: new reference; may be NULL to ignore.
 * Events that arrive meanwhile are kept for Client_event(). */
bool Client_call(Client *client, const char *operation, Json *params, Json **result, Error *error);

/* For event loops: send without waiting, read when the descriptor is readable. */
int Client_descriptor(const Client *client); /* -1 when the connection is gone */
bool Client_send(Client *client, const char *operation, Json *params, int *request_id, Error *error);
typedef enum ClientMessage {
    CLIENT_NOTHING, CLIENT_REPLY, CLIENT_FAILURE, CLIENT_EVENT, CLIENT_GONE
} ClientMessage;
/* Never blocks.  REPLY: *id and *body (result); FAILURE: *id and error; EVENT: *body (params).
 * body: new reference. */
ClientMessage Client_receive(Client *client, int *id, Json **body, Error *error);
/* After CLIENT_GONE: connects again (starts an engine if allowed); calls `hello` again. */
bool Client_reconnect(Client *client, Error *error);

#endif
