/* socket_door.h - the UNIX socket: connections, lines, answers, events, signals.
 *
 * One libuv loop on the calling thread.  It only moves bytes: requests go to the engine, whose answers
 * come back from its threads through one queue.
 */
#ifndef DOORS_SOCKET_DOOR_H
#define DOORS_SOCKET_DOOR_H

#include <stdbool.h>
#include "base/error.h"
#include "engine/door.h"

typedef struct SocketDoor SocketDoor;

/* Binds path (a left-over socket is removed: the home's lock is ours) and starts to listen.  The group
 * may connect to the socket of the service, nobody else to any other. */
SocketDoor *SocketDoor_open(const char *path, Error *error);
/* What the engine calls back. */
EngineDoor SocketDoor_callbacks(SocketDoor *door);
/* Serves until SIGTERM, SIGINT or engine.stop; answers what was asked before it returns. */
bool SocketDoor_run(SocketDoor *door, Engine *engine, Error *error);
void SocketDoor_close(SocketDoor *door);

#endif
