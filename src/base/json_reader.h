/* json_reader.h - the words of JSON text: space, strings, numbers; for Json_parse() only. */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include "base/json_value.h"

typedef struct JsonReader {
    const char *text, *at, *end;
    int depth;
    Buffer string; /* the string read last; also the text of a number */
    Error *error;
} JsonReader;

/* Sets the error with the position of `at`; returns NULL. */
Json *JsonReader_fail(JsonReader *reader, const char *code, const char *message);
void JsonReader_skip_space(JsonReader *reader);
int JsonReader_peek(const JsonReader *reader); /* the next byte; -1 at the end */
/* At a quote: reads the text up to its end into reader->string. */
bool JsonReader_string(JsonReader *reader);
/* NULL with the error set when no number stands there. */
Json *JsonReader_number(JsonReader *reader);

#endif
