#include "config.h"
#include "doors/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "base/log.h"
#include "base/world.h"
#include "doors/door_private.h"

#define FLIGHT_MAX 64
#define UNSENT_MAX ((size_t)4 * 1024 * 1024)
#define CHUNK 65536
#define TOKENS_PER_SECOND 5000
#define TOKENS_MAX (INT64_C(10000) * 1000)

typedef struct Sending {
    uv_write_t request;
    DoorConnection *connection;
    char *text;
    size_t length;
} Sending;

static void pause_reading(DoorConnection *connection)
{
    if (connection->reading)
        uv_read_stop((uv_stream_t *)&connection->pipe);
    connection->reading = false;
}

static void release(DoorConnection *connection)
{
    if (!connection->closed || connection->flight > 0)
        return;
    Session_close(connection->session);
    Buffer_free(&connection->in);
    free(connection);
}

static void on_closed(uv_handle_t *handle)
{
    DoorConnection *connection = (DoorConnection *)handle;

    connection->closed = true;
    release(connection);
}

static void close_now(DoorConnection *connection)
{
    SocketDoor *door = connection->door;

    if (uv_is_closing((uv_handle_t *)&connection->pipe))
        return;
    connection->ending = true;
    pause_reading(connection);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        door->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    door->connection_count--;
    uv_close((uv_handle_t *)&connection->pipe, on_closed);
}

void DoorConnection_end(DoorConnection *connection)
{
    connection->ending = true;
    pause_reading(connection);
    if (connection->flight == 0 && connection->unsent == 0)
        close_now(connection);
}

/* ---- sending ------------------------------------------------------------------------------ */

static void on_sent(uv_write_t *request, int status)
{
    Sending *sending = (Sending *)request;
    DoorConnection *connection = sending->connection;

    connection->unsent -= sending->length;
    free(sending->text);
    free(sending);
    if (uv_is_closing((uv_handle_t *)&connection->pipe))
        return;
    if (status != 0)
        close_now(connection);
    else if (connection->ending)
        DoorConnection_end(connection);
    else
        DoorConnection_pump(connection);
}

static void send_text(DoorConnection *connection, char *text, size_t length)
{
    Sending *sending = calloc(1, sizeof *sending);
    uv_buf_t buffer = uv_buf_init(text, (unsigned)length);

    if (!sending || uv_is_closing((uv_handle_t *)&connection->pipe)) {
        free(sending);
        free(text);
        return;
    }
    *sending = (Sending){.connection = connection, .text = text, .length = length};
    connection->unsent += length;
    if (uv_write(&sending->request, (uv_stream_t *)&connection->pipe, &buffer, 1, on_sent) == 0)
        return;
    connection->unsent -= length;
    free(text);
    free(sending);
    close_now(connection);
}

void DoorConnection_push(DoorConnection *connection, char *text, size_t length)
{
    if (connection->unsent < UNSENT_MAX && !connection->ending)
        send_text(connection, text, length);
    else
        free(text);
}

void DoorConnection_answer(DoorConnection *connection, char *text, size_t length)
{
    connection->flight--;
    connection->door->flight--;
    if (connection->closed) {
        free(text);
        release(connection);
        return;
    }
    connection->barrier = false;
    if (text)
        send_text(connection, text, length);
    if (uv_is_closing((uv_handle_t *)&connection->pipe))
        return;
    if (connection->ending)
        DoorConnection_end(connection);
    else
        DoorConnection_pump(connection);
}

/* Says why and closes. */
static void turn_away(DoorConnection *connection, const char *message)
{
    Error error = ERROR_NONE;
    size_t length;

    Error_set(&error, ERROR_LIMIT, "%s", message);
    char *text = Engine_refusal(&error, &length);
    connection->ending = true;
    pause_reading(connection);
    if (text)
        send_text(connection, text, length);
    else
        DoorConnection_end(connection);
}

/* ---- receiving ---------------------------------------------------------------------------- */

/* A token bucket: whoever asks faster than that is read more slowly. */
static bool take_token(DoorConnection *connection)
{
    int64_t now = World_monotonic();

    connection->tokens += (now - connection->tokens_at) * TOKENS_PER_SECOND / 1000;
    connection->tokens_at = now;
    if (connection->tokens > TOKENS_MAX)
        connection->tokens = TOKENS_MAX;
    if (connection->tokens < 1000)
        return false;
    connection->tokens -= 1000;
    return true;
}

static bool may_submit(DoorConnection *connection)
{
    return !connection->ending && !connection->barrier && connection->flight < FLIGHT_MAX &&
           connection->unsent < UNSENT_MAX;
}

static void submit(DoorConnection *connection, const char *line, size_t length)
{
    connection->active_at = World_monotonic();
    if (length && line[length - 1] == '\r')
        length--;
    if (length == 0)
        return;
    if (Engine_is_barrier(line, length))
        connection->barrier = true;
    connection->flight++;
    connection->door->flight++;
    Engine_submit(connection->door->engine, connection->session, line, length, SocketDoor_answer,
                  connection);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    DoorConnection *connection = (DoorConnection *)handle;

    if (Buffer_reserve(&connection->in, CHUNK))
        *buffer = uv_buf_init(connection->in.data + connection->in.length, CHUNK);
    else
        *buffer = uv_buf_init(NULL, 0);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    DoorConnection *connection = (DoorConnection *)stream;

    if (got == 0)
        return;
    if (got < 0) {
        /* The client has said all; what it asked is still answered unless it is gone for good. */
        connection->finished = got == UV_EOF;
        pause_reading(connection);
        if (connection->finished)
            DoorConnection_pump(connection);
        else
            close_now(connection);
        return;
    }
    connection->in.length += (size_t)got;
    connection->in.data[connection->in.length] = '\0';
    DoorConnection_pump(connection);
}

static void resume_reading(DoorConnection *connection)
{
    if (!connection->reading && !connection->ending && !connection->finished)
        connection->reading =
            uv_read_start((uv_stream_t *)&connection->pipe, on_alloc, on_read) == 0;
}

void DoorConnection_pump(DoorConnection *connection)
{
    Buffer *in = &connection->in;
    size_t used = 0;
    bool waiting = false;

    while (!connection->ending && in->length > used) {
        const char *line = in->data + used;
        size_t from = connection->scanned > used ? connection->scanned - used : 0;
        const char *end = memchr(line + from, '\n', in->length - used - from);
        if (!end) {
            connection->scanned = in->length;
            if (in->length - used > REQUEST_BYTES_MAX)
                turn_away(connection, "A request is at most 1 MiB long; the connection is closed.");
            break;
        }
        if ((size_t)(end - line) > REQUEST_BYTES_MAX) {
            turn_away(connection, "A request is at most 1 MiB long; the connection is closed.");
            break;
        }
        waiting = !may_submit(connection) || !take_token(connection);
        if (waiting)
            break;
        submit(connection, line, (size_t)(end - line));
        used += (size_t)(end - line) + 1;
        connection->scanned = used;
    }
    if (used) {
        Buffer_consume(in, used);
        connection->scanned = connection->scanned > used ? connection->scanned - used : 0;
    }
    if (connection->finished && !waiting && !connection->ending)
        DoorConnection_end(connection);
    else if (waiting || !may_submit(connection))
        pause_reading(connection);
    else
        resume_reading(connection);
}

/* ---- accepting ---------------------------------------------------------------------------- */

static bool read_peer(DoorConnection *connection, unsigned *uid)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&connection->pipe, &fd) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    *uid = (unsigned)peer.uid;
    return true;
}

void DoorConnection_accept(SocketDoor *door, uv_stream_t *server)
{
    DoorConnection *connection = calloc(1, sizeof *connection);
    unsigned peer = 0;

    if (!connection)
        return;
    uv_pipe_init(&door->loop, &connection->pipe, 0);
    connection->door = door;
    connection->active_at = connection->tokens_at = World_monotonic();
    connection->tokens = TOKENS_MAX;
    connection->next = door->connections;
    if (connection->next)
        connection->next->previous = connection;
    door->connections = connection;
    door->connection_count++;
    if (uv_accept(server, (uv_stream_t *)&connection->pipe) != 0 || !read_peer(connection, &peer) ||
        !(connection->session = Session_open(door->engine, peer))) {
        close_now(connection);
        return;
    }
    if (door->connection_count > CONNECTIONS_MAX) {
        LOG_WARNING("a connection was refused: %d are open", CONNECTIONS_MAX);
        turn_away(connection, "The engine serves as many connections as it can; try again.");
        return;
    }
    resume_reading(connection);
}
