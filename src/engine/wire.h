/* wire.h - JSON-RPC 2.0: reading a request, writing an answer. */
#ifndef ENGINE_WIRE_H
#define ENGINE_WIRE_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json_value.h"

#define METHOD_SIZE 128

typedef struct Envelope {
    char id[160];             /* as JSON text */
    char method[METHOD_SIZE];
    bool silent;              /* a notification: nobody waits for an answer */
    bool failed;              /* a failure was written */
    int number;               /* JSON-RPC error number that fits the failure */
    Json *document, *params;  /* params: borrowed from document, or owned `empty` */
} Envelope;

/* The method without reading the whole line; false when it cannot be seen plainly. */
bool Wire_peek_method(const char *line, size_t length, char method[METHOD_SIZE]);
/* Reads strictly.  false + error; what was understood (id) stays for the answer. */
bool Envelope_read(Envelope *envelope, const char *line, size_t length, Error *error);
void Envelope_forget(Envelope *envelope); /* frees the documents, keeps id and method */
void Envelope_free(Envelope *envelope);
/* Fills error: no such operation, with the nearest.  Returns false. */
bool Wire_unknown(Envelope *envelope, const char *method, Error *error);
/* Replace what is in `out`.  Wire_result fails with ERROR_LIMIT past 16 MiB. */
bool Wire_result(Buffer *out, const Envelope *envelope, Json *result, Error *error);
void Wire_failure(Buffer *out, Envelope *envelope, const Error *error);

#endif
