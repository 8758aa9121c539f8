#include "client/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/paths.h"
#include "client/client_start.h"

#define PROTOCOL_VERSION 1
#define REPLY_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define READ_CHUNK 65536

struct Client {
    char *home, *tenant, *as, *kind;
    bool start;
    int fd;       /* -1 = not connected */
    int last_id;
    Json *hello;
    Buffer in;      /* bytes received and not yet handed out */
    size_t scanned; /* bytes of `in` known to hold no newline */
    Json **events;  /* kept while Client_call() waits */
    size_t event_count, event_capacity;
};

static bool gone(Client *client, Error *error)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    Error_set(error, ERROR_AGAIN, "The connection to the engine is gone.");
    return Error_hint(error, "Try again; the engine is started when it does not run.");
}

/* Takes what has arrived without waiting.  false: the other side is gone. */
static bool fill(Client *client)
{
    for (;;) {
        if (!Buffer_reserve(&client->in, READ_CHUNK))
            return false;
        ssize_t got = recv(client->fd, client->in.data + client->in.length, READ_CHUNK,
                           MSG_DONTWAIT);
        if (got > 0) {
            client->in.length += (size_t)got;
            client->in.data[client->in.length] = '\0';
            return client->in.length <= REPLY_BYTES_MAX + READ_CHUNK;
        }
        if (got < 0 && errno == EINTR)
            continue;
        return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
}

/* A whole message, or NULL when none is complete. */
static Json *next_message(Client *client)
{
    char *line = client->in.data;
    if (!line)
        return NULL;
    char *end = memchr(line + client->scanned, '\n', client->in.length - client->scanned);
    if (!end) {
        client->scanned = client->in.length;
        return NULL;
    }
    size_t length = (size_t)(end - line);
    Json *message = Json_parse(line, length, REPLY_BYTES_MAX, NULL);
    Buffer_consume(&client->in, length + 1);
    client->scanned = 0;
    return message ? message : json_object_new_object();
}

static bool keep_event(Client *client, Json *params)
{
    if (client->event_count == client->event_capacity) {
        size_t capacity = client->event_capacity ? client->event_capacity * 2 : 16;
        Json **events = realloc(client->events, capacity * sizeof *events);
        if (!events)
            return false;
        client->events = events;
        client->event_capacity = capacity;
    }
    client->events[client->event_count++] = json_object_get(params);
    return true;
}

static Json *first_event(Client *client)
{
    Json *event = client->events[0];

    client->event_count--;
    memmove(client->events, client->events + 1, client->event_count * sizeof *client->events);
    return event;
}

static bool is_event(const Json *message)
{
    const char *method = Json_text(message, "method");
    return method && strcmp(method, "event") == 0;
}

bool Client_send(Client *client, const char *operation, Json *params, int *request_id, Error *error)
{
    if (client->fd < 0)
        return gone(client, error);
    Json *request = json_object_new_object();
    int id = ++client->last_id;
    Json_set_text(request, "jsonrpc", "2.0");
    Json_set_int(request, "id", id);
    Json_set_text(request, "method", operation);
    if (params)
        Json_set(request, "params", json_object_get(params));
    size_t length, sent = 0;
    const char *text = Json_serialise(request, &length);
    bool fits = length < JSON_BYTES_MAX;
    while (fits && sent <= length) {
        /* The newline goes last, as a message of its own. */
        const char *from = sent < length ? text + sent : "\n";
        size_t bytes = sent < length ? length - sent : 1;
        ssize_t put = send(client->fd, from, bytes, MSG_NOSIGNAL | MSG_DONTWAIT |
                                                        (sent < length ? MSG_MORE : 0));
        if (put > 0) {
            sent += (size_t)put;
        } else if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            struct pollfd poller = {.fd = client->fd, .events = POLLIN | POLLOUT};
            poll(&poller, 1, -1);
            if ((poller.revents & POLLIN) && !fill(client))
                break;
        } else if (!(put < 0 && errno == EINTR)) {
            break;
        }
    }
    json_object_put(request);
    if (!fits)
        return Error_set(error, ERROR_LIMIT, "The request is larger than 1 MiB.");
    if (sent <= length)
        return gone(client, error);
    if (request_id)
        *request_id = id;
    return true;
}

/* Sorts a message that is not an event into reply or failure. */
static ClientMessage read_answer(const Json *message, int *id, Json **body, Error *error)
{
    const Json *failure = Json_get(message, "error");

    *id = (int)Json_int(message, "id", 0);
    if (failure) {
        const Json *data = Json_get(failure, "data");
        const char *text = Json_text(failure, "message");
        if (data)
            Json_to_error(data, error);
        else
            Error_set(error, ERROR_INTERNAL, "%s", text ? text : "The engine refused.");
        return CLIENT_FAILURE;
    }
    *body = json_object_get(Json_get(message, "result"));
    return CLIENT_REPLY;
}

static ClientMessage take_message(Client *client, int *id, Json **body, Error *error)
{
    Json *message = next_message(client);
    ClientMessage kind = CLIENT_NOTHING;

    if (!message)
        return kind;
    if (is_event(message)) {
        *body = json_object_get(Json_get(message, "params"));
        kind = CLIENT_EVENT;
    } else {
        kind = read_answer(message, id, body, error);
    }
    json_object_put(message);
    return kind;
}

ClientMessage Client_receive(Client *client, int *id, Json **body, Error *error)
{
    *id = 0;
    *body = NULL;
    if (client->event_count) {
        *body = first_event(client);
        return CLIENT_EVENT;
    }
    ClientMessage kind = take_message(client, id, body, error);
    if (kind != CLIENT_NOTHING)
        return kind;
    bool alive = client->fd >= 0 && fill(client);
    kind = take_message(client, id, body, error);
    if (kind != CLIENT_NOTHING || alive)
        return kind;
    gone(client, error);
    return CLIENT_GONE;
}

/* Sends and waits for the answer to it. */
static bool ask(Client *client, const char *operation, Json *params, Json **result, Error *error)
{
    int wanted, id;
    Json *body = NULL;

    if (result)
        *result = NULL;
    if (!Client_send(client, operation, params, &wanted, error))
        return false;
    for (;;) {
        ClientMessage kind = take_message(client, &id, &body, error);
        if (kind == CLIENT_NOTHING) {
            struct pollfd poller = {.fd = client->fd, .events = POLLIN};
            if (poll(&poller, 1, -1) < 0 && errno != EINTR)
                return gone(client, error);
            if ((poller.revents & (POLLIN | POLLHUP | POLLERR)) && !fill(client))
                return gone(client, error);
            continue;
        }
        if (kind == CLIENT_EVENT)
            keep_event(client, body);
        else if (id == wanted && kind == CLIENT_FAILURE)
            return false;
        else if (id == wanted && result) {
            *result = body;
            return true;
        }
        json_object_put(body);
        body = NULL;
        if (kind != CLIENT_EVENT && id == wanted)
            return true;
        if (kind == CLIENT_FAILURE && id == 0)
            return false; /* an answer to what the engine could not read */
    }
}

/* Who is logged in changes with these. */
static bool changes_identity(const char *operation)
{
    return strcmp(operation, "hello") == 0 || strcmp(operation, "session.login") == 0 ||
           strcmp(operation, "session.logout") == 0 || strcmp(operation, "user.accept") == 0;
}

bool Client_call(Client *client, const char *operation, Json *params, Json **result, Error *error)
{
    Json *body = NULL;
    bool done = ask(client, operation, params, &body, error);

    if (done && body && changes_identity(operation)) {
        json_object_put(client->hello);
        client->hello = json_object_get(body);
    }
    if (result)
        *result = body;
    else
        json_object_put(body);
    return done;
}

static bool say_hello(Client *client, Error *error)
{
    Json *params = json_object_new_object();

    Json_set_int(params, "protocol", PROTOCOL_VERSION);
    Json_set_text(params, "client", client->kind);
    if (client->tenant)
        Json_set_text(params, "tenant", client->tenant);
    if (client->as)
        Json_set_text(params, "as", client->as);
    bool done = Client_call(client, "hello", params, NULL, error);
    json_object_put(params);
    return done;
}

static bool connect_client(Client *client, Error *error)
{
    Buffer_reset(&client->in);
    client->scanned = 0;
    client->fd = ClientStart_reach(client->home, client->start, error);
    return client->fd >= 0 && say_hello(client, error);
}

static char *copy(const char *text)
{
    return text ? strdup(text) : NULL;
}

Client *Client_open(const ClientOptions *options, Error *error)
{
    char home[PATHS_MAX];

    if (!Paths_home(options->home, home, error))
        return NULL;
    Client *client = calloc(1, sizeof *client);
    if (!client) {
        Error_set(error, ERROR_AGAIN, "There is not enough memory.");
        return NULL;
    }
    client->home = strdup(home);
    client->tenant = copy(options->tenant);
    client->as = copy(options->as);
    client->kind = copy(options->kind ? options->kind : "cli");
    client->start = options->start;
    client->fd = -1;
    if (!connect_client(client, error)) {
        Client_close(client);
        return NULL;
    }
    if (!Client_logged_in(client)) {
        Error_set(error, ERROR_UNAUTHENTICATED, "Please log in.");
        Error_hint(error, "Several people share this account, or the login has a password.");
    }
    return client;
}

bool Client_reconnect(Client *client, Error *error)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    return connect_client(client, error);
}

void Client_close(Client *client)
{
    if (!client)
        return;
    if (client->fd >= 0)
        close(client->fd);
    for (size_t i = 0; i < client->event_count; i++)
        json_object_put(client->events[i]);
    free(client->events);
    json_object_put(client->hello);
    Buffer_free(&client->in);
    free(client->home);
    free(client->tenant);
    free(client->as);
    free(client->kind);
    free(client);
}

bool Client_logged_in(const Client *client)
{
    return client->hello && Json_get(client->hello, "user") != NULL;
}

const Json *Client_hello(const Client *client)
{
    return client->hello;
}

int Client_descriptor(const Client *client)
{
    return client->fd;
}
