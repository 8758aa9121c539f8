#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/text.h"
#include "engine/events.h"
#include "engine/internal.h"
#include "engine/wire.h"

#define READ_MILLISECONDS 5000
#define CANCEL_BYTES 4096
#define REQUEST_ARENA ((size_t)128 * 1024 * 1024)

typedef struct Request {
    Engine *engine;
    Session *session;
    const Identity *identity;
    TenantHandle *tenant; /* NULL: nobody is logged in */
    const OperationDef *operation;
    const ResourceDef *resource;
    EngineReply reply;
    void *argument;
    Envelope envelope;
    Buffer answer;
    EventList *events;
    size_t length;
    char text[];
} Request;

static void finish(Request *request)
{
    size_t length = request->answer.length;
    char *text = NULL;

    if (request->answer.failed)
        Wire_failure(&request->answer, &request->envelope,
                     &(Error){.code = ERROR_LIMIT, .message = "The answer is too large."});
    if (!request->envelope.silent)
        text = Buffer_take(&request->answer);
    Buffer_free(&request->answer);
    request->reply(request->argument, text, text ? length : 0);
    EventList_free(request->events);
    Envelope_free(&request->envelope);
    Session_close(request->session);
    free(request);
}

/* Runs the operation with what is at hand and writes the answer.  false: roll back. */
static bool perform(Request *request, Connection *connection, bool writing, Arena *arena,
                    Json **result, Error *error)
{
    OperationContext context;
    TenantSnapshot *snapshot = NULL;

    if (request->tenant &&
        !(snapshot = TenantHandle_take_snapshot(request->tenant, connection, error)))
        return false;
    Context_fill(&context, request->engine, request->tenant, snapshot, request->identity, arena);
    context.session = request->session;
    context.writing = writing;
    context.model.connection = connection;
    if (writing) {
        context.model.on_event = Events_collect;
        context.model.on_event_data = request->events;
    }
    RunningRead read = {.id = request->envelope.id, .connection = connection};
    bool cancellable = connection && !writing;
    if (cancellable)
        Session_begin_read(request->session, &read);
    bool done = Operation_execute(&context, request->operation, request->resource,
                                  request->envelope.method, request->envelope.params, result,
                                  error);
    if (cancellable)
        Session_end_read(request->session, &read);
    TenantSnapshot_release(snapshot);
    return done;
}

static bool answer(Request *request, Connection *connection, bool writing, Error *error)
{
    Arena *arena = Arena_new(REQUEST_ARENA);
    Json *result = NULL;
    bool done = false;

    Buffer_reset(&request->answer);
    if (!arena)
        Error_set(error, ERROR_LIMIT, "There is not enough memory for the request.");
    else if (Envelope_read(&request->envelope, request->text, request->length, error) &&
             (request->operation ||
              Wire_unknown(&request->envelope, request->envelope.method, error)))
        done = perform(request, connection, writing, arena, &result, error);
    if (done)
        done = Wire_result(&request->answer, &request->envelope, result, error);
    if (!done)
        Wire_failure(&request->answer, &request->envelope, error);
    json_object_put(result);
    Envelope_forget(&request->envelope);
    Arena_free(arena);
    return done;
}

static void read_request(void *argument)
{
    Request *request = argument;
    Error error = ERROR_NONE;
    Store *store = request->tenant ? request->tenant->store : NULL;
    Connection *reader = store && request->operation ? Store_reader(store, &error) : NULL;

    if (store && request->operation && !reader) {
        Envelope_read(&request->envelope, request->text, request->length, NULL);
        Wire_failure(&request->answer, &request->envelope, &error);
    } else {
        if (reader)
            Connection_deadline(reader, READ_MILLISECONDS);
        answer(request, reader, false, &error);
    }
    if (reader) {
        Connection_deadline(reader, 0);
        Store_release(store, reader);
    }
    finish(request);
}

static void work_request(void *argument)
{
    Error error = ERROR_NONE;

    answer(argument, NULL, false, &error);
    finish(argument);
}

static bool write_request(Connection *connection, void *argument, Error *error)
{
    Request *request = argument;

    EventList_free(request->events);
    request->events = EventList_new();
    if (!request->events)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory for the request.");
    return answer(request, connection, true, error);
}

static void request_written(void *argument, const Error *error)
{
    Request *request = argument;

    if (!Error_present(error)) {
        EventList *events = request->events;
        request->events = NULL;
        Events_committed(request->tenant, events, request->identity->login,
                         request->envelope.method);
    } else if (request->answer.length == 0 || !request->envelope.failed) {
        /* The work was done but could not be made durable. */
        Wire_failure(&request->answer, &request->envelope, error);
    }
    finish(request);
}

static void refuse(Request *request, const Error *error)
{
    Envelope_read(&request->envelope, request->text, request->length, NULL);
    Wire_failure(&request->answer, &request->envelope, error);
    finish(request);
}

/* Where a request runs depends on its kind; what has no tenant or no operation needs no writer. */
static void route(Request *request)
{
    Engine *engine = request->engine;
    Error error = ERROR_NONE;
    bool queued;

    if (!request->operation || request->operation->kind == OPERATION_READ ||
        (request->operation->kind == OPERATION_WRITE && !request->tenant))
        queued = Pool_add(engine->readers, read_request, request);
    else if (request->operation->kind == OPERATION_WORK)
        queued = Pool_add(request->operation->flags & OPERATION_PASSWORD
                              ? engine->password_workers : engine->workers,
                          work_request, request);
    else
        queued = Store_write(request->tenant->store, STORE_INTERACTIVE, write_request,
                             request_written, request, &error);
    if (queued)
        return;
    if (!Error_present(&error))
        Error_set(&error, ERROR_AGAIN, "The engine is stopping.");
    refuse(request, &error);
}

/* {"method":"request.cancel","params":{"id":7}}: answered at once, since every reader may be busy with
 * what is to be ended. */
static void cancel(Request *request)
{
    Error error = ERROR_NONE;
    Json *result = NULL;
    size_t length;

    if (Envelope_read(&request->envelope, request->text, request->length, &error)) {
        Json *id = Json_get(request->envelope.params, "id");
        bool found = id && Session_cancel_read(request->session, Json_serialise(id, &length));
        result = json_object_new_object();
        Json_set_bool(result, "cancelled", found);
        Wire_result(&request->answer, &request->envelope, result, &error);
    }
    if (Error_present(&error))
        Wire_failure(&request->answer, &request->envelope, &error);
    json_object_put(result);
    finish(request);
}

void Engine_submit(Engine *engine, Session *session, const char *line, size_t length,
                   EngineReply reply, void *argument)
{
    char method[METHOD_SIZE];
    Request *request = calloc(1, sizeof *request + length + 1);

    if (!request) {
        Error error = ERROR_NONE;
        size_t bytes;
        Error_set(&error, ERROR_LIMIT, "There is not enough memory for the request.");
        char *text = Engine_refusal(&error, &bytes);
        reply(argument, text, bytes);
        return;
    }
    memcpy(request->text, line, length);
    request->length = length;
    request->engine = engine;
    request->session = session;
    request->reply = reply;
    request->argument = argument;
    Session_retain(session);
    atomic_fetch_add(&engine->requests, 1);
    request->identity = Session_identity(session);
    request->tenant = request->identity ? request->identity->tenant : NULL;
    if (Wire_peek_method(line, length, method))
        request->operation = Operations_find(method, &request->resource, NULL);
    if (request->operation && strcmp(request->operation->name, "request.cancel") == 0 &&
        length < CANCEL_BYTES)
        cancel(request);
    else
        route(request);
}

bool Engine_is_barrier(const char *line, size_t length)
{
    char method[METHOD_SIZE];

    return Wire_peek_method(line, length, method) &&
           (strcmp(method, "hello") == 0 || strncmp(method, "session.", 8) == 0 ||
            strcmp(method, "user.accept") == 0 || strcmp(method, "events.subscribe") == 0);
}
