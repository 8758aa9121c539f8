/* door_private.h - the door as its own files see it. */
#ifndef DOORS_DOOR_PRIVATE_H
#define DOORS_DOOR_PRIVATE_H

#include "doors/connection.h"

#define CONNECTIONS_MAX 512

typedef struct Answer {
    struct Answer *next;
    DoorConnection *connection;
    char *text;
    size_t length;
} Answer;

struct SocketDoor {
    uv_loop_t loop;
    uv_pipe_t server;
    uv_async_t async;
    uv_timer_t timer, event_timer;
    uv_signal_t terminate, interrupt, hangup;
    Engine *engine;
    char path[108];
    DoorConnection *connections;
    int connection_count;
    int flight; /* requests without an answer, also of connections that are gone */
    bool stopping, event_waiting;
    int64_t stop_at;
    uv_mutex_t mutex; /* guards the rest */
    Answer *first, *last;
    bool events, stop;
};

/* From any thread: hands an answer to the loop. */
void SocketDoor_answer(void *connection, char *text, size_t length);

#endif
