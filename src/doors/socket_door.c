#include "doors/socket_door.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/world.h"
#include "doors/door_private.h"

#define SERVICE_FOLDER "/run/bizosaas/"
#define TICK_MILLISECONDS 200
#define EVENT_MILLISECONDS 30
#define STRANGER_SECONDS 60 /* how long a connection may stay silent before it has logged in */
#define STOP_SECONDS 10     /* how long requests may still run after the engine was asked to stop */

/* ---- from other threads ------------------------------------------------------------------- */

void SocketDoor_answer(void *argument, char *text, size_t length)
{
    DoorConnection *connection = argument;
    SocketDoor *door = connection->door;
    Answer *answer = calloc(1, sizeof *answer);

    if (!answer) /* the loop would wait for this answer for ever */
        abort();
    *answer = (Answer){.connection = connection, .text = text, .length = length};
    uv_mutex_lock(&door->mutex);
    if (door->last)
        door->last->next = answer;
    else
        door->first = answer;
    door->last = answer;
    uv_mutex_unlock(&door->mutex);
    uv_async_send(&door->async);
}

static void wake(void *argument)
{
    SocketDoor *door = argument;

    uv_mutex_lock(&door->mutex);
    door->events = true;
    uv_mutex_unlock(&door->mutex);
    uv_async_send(&door->async);
}

static void ask_to_stop(void *argument)
{
    SocketDoor *door = argument;

    uv_mutex_lock(&door->mutex);
    door->stop = true;
    uv_mutex_unlock(&door->mutex);
    uv_async_send(&door->async);
}

EngineDoor SocketDoor_callbacks(SocketDoor *door)
{
    return (EngineDoor){.wake = wake, .stop = ask_to_stop, .argument = door};
}

/* ---- on the loop -------------------------------------------------------------------------- */

static void begin_stop(SocketDoor *door)
{
    if (door->stopping)
        return;
    door->stopping = true;
    door->stop_at = World_monotonic() + STOP_SECONDS * INT64_C(1000000);
    if (!uv_is_closing((uv_handle_t *)&door->server))
        uv_close((uv_handle_t *)&door->server, NULL);
    for (DoorConnection *connection = door->connections; connection;) {
        DoorConnection *next = connection->next;
        DoorConnection_end(connection);
        connection = next;
    }
    LOG_INFO("the engine stops");
}

static void close_if_open(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Once nobody is connected any more, nothing keeps the loop. */
static void finish_stop(SocketDoor *door)
{
    if (!door->stopping || (door->connections && World_monotonic() < door->stop_at))
        return;
    if (door->connections)
        LOG_WARNING("%d connections were cut", door->connection_count);
    uv_stop(&door->loop);
}

static void send_events(uv_timer_t *timer)
{
    SocketDoor *door = timer->data;
    EngineEvents *events = Engine_take_events(door->engine);

    door->event_waiting = false;
    for (DoorConnection *connection = door->connections; events && connection;) {
        DoorConnection *next = connection->next;
        size_t length;
        char *text = Engine_events_for(events, connection->session, &length);
        if (text)
            DoorConnection_push(connection, text, length);
        connection = next;
    }
    Engine_free_events(events);
}

static void on_async(uv_async_t *async)
{
    SocketDoor *door = async->data;

    uv_mutex_lock(&door->mutex);
    Answer *answer = door->first;
    bool events = door->events, stop = door->stop;
    door->first = door->last = NULL;
    door->events = false;
    uv_mutex_unlock(&door->mutex);
    while (answer) {
        Answer *next = answer->next;
        DoorConnection_answer(answer->connection, answer->text, answer->length);
        free(answer);
        answer = next;
    }
    if (events && !door->event_waiting) {
        door->event_waiting = true;
        uv_timer_start(&door->event_timer, send_events, EVENT_MILLISECONDS, 0);
    }
    if (stop)
        begin_stop(door);
    finish_stop(door);
}

static void on_tick(uv_timer_t *timer)
{
    SocketDoor *door = timer->data;
    int64_t now = World_monotonic();

    for (DoorConnection *connection = door->connections; connection;) {
        DoorConnection *next = connection->next;
        if (!connection->ending && !Session_authenticated(connection->session) &&
            connection->flight == 0 &&
            now - connection->active_at > STRANGER_SECONDS * INT64_C(1000000))
            DoorConnection_end(connection);
        else if (!connection->ending)
            DoorConnection_pump(connection);
        connection = next;
    }
    finish_stop(door);
}

static void on_signal(uv_signal_t *handle, int number)
{
    if (number != SIGHUP)
        begin_stop(handle->data);
    finish_stop(handle->data);
}

static void on_connection(uv_stream_t *server, int status)
{
    SocketDoor *door = server->data;

    if (status == 0 && !door->stopping)
        DoorConnection_accept(door, server);
}

static void prepare(SocketDoor *door)
{
    uv_loop_init(&door->loop);
    uv_mutex_init(&door->mutex);
    uv_pipe_init(&door->loop, &door->server, 0);
    uv_async_init(&door->loop, &door->async, on_async);
    uv_timer_init(&door->loop, &door->timer);
    uv_timer_init(&door->loop, &door->event_timer);
    uv_signal_init(&door->loop, &door->terminate);
    uv_signal_init(&door->loop, &door->interrupt);
    uv_signal_init(&door->loop, &door->hangup);
    door->server.data = door->async.data = door->timer.data = door->event_timer.data = door;
    door->terminate.data = door->interrupt.data = door->hangup.data = door;
}

SocketDoor *SocketDoor_open(const char *path, Error *error)
{
    SocketDoor *door = calloc(1, sizeof *door);

    if (!door || strlen(path) >= sizeof door->path) {
        free(door);
        Error_set(error, ERROR_LIMIT, "The path of the socket is too long: %s", path);
        return NULL;
    }
    memcpy(door->path, path, strlen(path) + 1);
    prepare(door);
    if (unlink(path) != 0 && errno != ENOENT)
        LOG_WARNING("%s could not be removed: %s", path, strerror(errno));
    int failed = uv_pipe_bind(&door->server, path);
    /* The group of the service may come in; who somebody is, the kernel says. */
    if (!failed && chmod(path, 0660) != 0)
        failed = uv_translate_sys_error(errno);
    if (!failed)
        failed = uv_listen((uv_stream_t *)&door->server, 128, on_connection);
    if (!failed)
        return door;
    Error_set(error, ERROR_STORAGE, "The socket %s cannot be opened: %s.", path,
              uv_strerror(failed));
    door->path[0] = '\0';
    SocketDoor_close(door);
    return NULL;
}

bool SocketDoor_run(SocketDoor *door, Engine *engine, Error *error)
{
    door->engine = engine;
    uv_timer_start(&door->timer, on_tick, TICK_MILLISECONDS, TICK_MILLISECONDS);
    if (uv_signal_start(&door->terminate, on_signal, SIGTERM) != 0 ||
        uv_signal_start(&door->interrupt, on_signal, SIGINT) != 0 ||
        uv_signal_start(&door->hangup, on_signal, SIGHUP) != 0)
        return Error_set(error, ERROR_INTERNAL, "Signals cannot be received.");
    uv_run(&door->loop, UV_RUN_DEFAULT);
    return true;
}

/* Closes what is left; answers that are still under way are waited for. */
void SocketDoor_close(SocketDoor *door)
{
    if (!door)
        return;
    for (DoorConnection *connection = door->connections; connection;) {
        DoorConnection *next = connection->next;
        connection->unsent = 0;
        DoorConnection_end(connection);
        connection = next;
    }
    while (door->connections || door->flight > 0)
        uv_run(&door->loop, UV_RUN_ONCE);
    close_if_open((uv_handle_t *)&door->server);
    close_if_open((uv_handle_t *)&door->timer);
    close_if_open((uv_handle_t *)&door->event_timer);
    close_if_open((uv_handle_t *)&door->terminate);
    close_if_open((uv_handle_t *)&door->interrupt);
    close_if_open((uv_handle_t *)&door->hangup);
    close_if_open((uv_handle_t *)&door->async);
    uv_run(&door->loop, UV_RUN_DEFAULT);
    uv_loop_close(&door->loop);
    uv_mutex_destroy(&door->mutex);
    if (door->path[0])
        unlink(door->path);
    free(door);
}
