/* connection.h - one client of the socket.  Everything here runs on the loop's thread. */
#ifndef DOORS_CONNECTION_H
#define DOORS_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>
#include "base/buffer.h"
#include "engine/door.h"

typedef struct SocketDoor SocketDoor;

typedef struct DoorConnection {
    uv_pipe_t pipe; /* first: the handle is the connection */
    SocketDoor *door;
    struct DoorConnection *next, *previous;
    Session *session;
    Buffer in;
    size_t scanned;      /* bytes of `in` without a newline */
    int flight;          /* requests without an answer */
    size_t unsent;       /* bytes of answers that the client has not taken */
    bool barrier;        /* nothing is submitted until the identity is known */
    bool finished; /* the client has said all it will say */
    bool reading, ending, closed;
    int64_t active_at;   /* monotonic, of the last line */
    int64_t tokens;      /* requests it may still make, in thousandths */
    int64_t tokens_at;
} DoorConnection;

/* Accepts one client; refuses it by closing when there are too many. */
void DoorConnection_accept(SocketDoor *door, uv_stream_t *server);
/* The answer to one of its requests (text: freed here; NULL when none was wanted). */
void DoorConnection_answer(DoorConnection *connection, char *text, size_t length);
/* Something that was not asked for; dropped when the client does not keep up. */
void DoorConnection_push(DoorConnection *connection, char *text, size_t length);
/* Submits what waits as far as limits allow, pauses or resumes reading. */
void DoorConnection_pump(DoorConnection *connection);
/* Takes no more requests and closes once everything is answered. */
void DoorConnection_end(DoorConnection *connection);

#endif
