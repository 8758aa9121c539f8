#include "engine/wire.h"

#include <string.h>
#include "engine/door.h"
#include "engine/operation.h"

#define RPC_PARSE_ERROR (-32700)
#define RPC_INVALID_REQUEST (-32600)
#define RPC_UNKNOWN_METHOD (-32601)
#define RPC_INVALID_PARAMS (-32602)
#define RPC_REFUSED (-32000)

/* ---- a glance at a line ------------------------------------------------------------------- */

/* The end of a string that starts after its quote; NULL if it does not end. */
static const char *string_end(const char *at, const char *end)
{
    while (at < end && *at != '"')
        at += *at == '\\' ? 2 : 1;
    return at < end ? at : NULL;
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

static bool copy_method(const char *from, const char *to, char method[METHOD_SIZE])
{
    size_t length = (size_t)(to - from);

    if (length == 0 || length >= METHOD_SIZE || memchr(from, '\\', length))
        return false;
    memcpy(method, from, length);
    method[length] = '\0';
    return true;
}

bool Wire_peek_method(const char *line, size_t length, char method[METHOD_SIZE])
{
    const char *end = line + length;
    int depth = 0;

    for (const char *at = line; at < end; at++) {
        if (*at == '{' || *at == '[')
            depth++;
        else if (*at == '}' || *at == ']')
            depth--;
        if (*at != '"')
            continue;
        const char *start = at + 1;
        at = string_end(start, end);
        if (!at)
            return false;
        if (depth != 1 || at - start != 6 || memcmp(start, "method", 6) != 0)
            continue;
        const char *colon = skip_space(at + 1, end);
        if (colon >= end || *colon != ':')
            continue;
        start = skip_space(colon + 1, end);
        const char *stop = start < end && *start == '"' ? string_end(start + 1, end) : NULL;
        return stop && copy_method(start + 1, stop, method);
    }
    return false;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool read_id(Envelope *envelope, Error *error)
{
    Json *id;
    size_t length;

    if (!json_object_object_get_ex(envelope->document, "id", &id)) {
        envelope->silent = true;
        return true;
    }
    if (id && !json_object_is_type(id, json_type_string) && !json_object_is_type(id, json_type_int))
        return Error_set(error, ERROR_USAGE, "The id of a request is a number or a text.");
    const char *text = id ? Json_serialise(id, &length) : "null";
    if (strlen(text) >= sizeof envelope->id)
        return Error_set(error, ERROR_USAGE, "The id of a request is at most 150 bytes long.");
    memcpy(envelope->id, text, strlen(text) + 1);
    return true;
}

static bool read_parts(Envelope *envelope, Error *error)
{
    Json *params = NULL;

    if (!json_object_is_type(envelope->document, json_type_object))
        return Error_set(error, ERROR_USAGE, "A request is one JSON object.");
    if (!read_id(envelope, error))
        return false;
    const char *version = Json_text(envelope->document, "jsonrpc");
    if (!version || strcmp(version, "2.0") != 0)
        return Error_set(error, ERROR_USAGE, "A request says \"jsonrpc\":\"2.0\".");
    const char *method = Json_text(envelope->document, "method");
    if (!method || !method[0] || strlen(method) >= METHOD_SIZE)
        return Error_set(error, ERROR_USAGE, "A request names its operation as \"method\".");
    memcpy(envelope->method, method, strlen(method) + 1);
    json_object_object_get_ex(envelope->document, "params", &params);
    if (params && !json_object_is_type(params, json_type_object)) {
        envelope->number = RPC_INVALID_PARAMS;
        return Error_set(error, ERROR_USAGE, "The parameters of a request are an object.");
    }
    if (!params) {
        params = json_object_new_object();
        json_object_object_add(envelope->document, "params", params);
    }
    envelope->params = params;
    return true;
}

bool Envelope_read(Envelope *envelope, const char *line, size_t length, Error *error)
{
    Envelope_forget(envelope);
    memcpy(envelope->id, "null", 5);
    envelope->silent = false;
    envelope->failed = false;
    envelope->number = RPC_PARSE_ERROR;
    envelope->document = Json_parse(line, length, REQUEST_BYTES_MAX, error);
    if (!envelope->document && Error_present(error))
        return false;
    envelope->number = RPC_INVALID_REQUEST;
    if (!read_parts(envelope, error)) {
        envelope->silent = false;
        return false;
    }
    envelope->number = RPC_REFUSED;
    return true;
}

void Envelope_forget(Envelope *envelope)
{
    json_object_put(envelope->document);
    envelope->document = envelope->params = NULL;
}

void Envelope_free(Envelope *envelope)
{
    Envelope_forget(envelope);
}

bool Wire_unknown(Envelope *envelope, const char *method, Error *error)
{
    const ResourceDef *resource;
    const char *nearest;

    envelope->number = RPC_UNKNOWN_METHOD;
    Operations_find(method, &resource, &nearest);
    Error_set(error, ERROR_USAGE, "There is no operation \"%.80s\".", method);
    if (nearest)
        return Error_hint(error, "Did you mean \"%s\"?", nearest);
    return false;
}

/* ---- writing ------------------------------------------------------------------------------ */

bool Wire_result(Buffer *out, const Envelope *envelope, Json *result, Error *error)
{
    size_t length = 2;
    const char *text = result ? Json_serialise(result, &length) : "{}";

    if (!text || length + 256 > REPLY_BYTES_MAX) {
        Error_set(error, ERROR_LIMIT, "The answer is larger than 16 MiB.");
        return Error_hint(error, "Ask for fewer records or fewer columns.");
    }
    Buffer_reset(out);
    Buffer_reserve(out, length + 256);
    Buffer_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":", envelope->id);
    Buffer_append(out, text, length);
    Buffer_puts(out, "}\n");
    return !out->failed || Error_set(error, ERROR_LIMIT, "There is not enough memory.");
}

static void append_failure(Buffer *out, const char *id, int number, const Error *error)
{
    Json *data = Json_from_error(error);
    size_t length;
    const char *text = Json_serialise(data, &length);

    Buffer_printf(out, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":",
                  id[0] ? id : "null", number);
    Json_append_string(out, error->message, strlen(error->message));
    Buffer_puts(out, ",\"data\":");
    Buffer_append(out, text, length);
    Buffer_puts(out, "}}\n");
    json_object_put(data);
}

void Wire_failure(Buffer *out, Envelope *envelope, const Error *error)
{
    if (out->failed)
        Buffer_free(out);
    Buffer_reset(out);
    envelope->failed = true;
    append_failure(out, envelope->id, envelope->number ? envelope->number : RPC_REFUSED, error);
}

char *Engine_refusal(const Error *error, size_t *length)
{
    Buffer out = BUFFER_EMPTY;

    append_failure(&out, "null", RPC_INVALID_REQUEST, error);
    *length = out.length;
    return Buffer_take(&out);
}
