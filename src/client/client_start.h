/* client_start.h - reaching the engine of a home, starting one when none listens. */
#ifndef CLIENT_CLIENT_START_H
#define CLIENT_CLIENT_START_H

#include <stdbool.h>
#include "base/error.h"

/* A connected stream socket (close-on-exec) or -1 + ERROR_AGAIN. */
int ClientStart_connect(const char *home, Error *error);
/* Connects; when nobody listens and `start`, executes an engine in a session of its own and waits until
 * it says that it is ready.  Clients that start at the same moment take turns on HOME/engine.start, so
 * one engine results and all connect.  -1 + ERROR_AGAIN or ERROR_NOT_FOUND (no company in the home). */
int ClientStart_reach(const char *home, bool start, Error *error);

#endif
