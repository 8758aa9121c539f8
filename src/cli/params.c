#include "cli/params.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/uid.h"

#define CUSTOM "custom."

static bool read_all(FILE *stream, Buffer *text, Error *error)
{
    char bytes[16384];
    size_t got;
    while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0) {
        Buffer_append(text, bytes, got);
        if (text->length > JSON_BYTES_MAX)
            return Error_set(error, ERROR_LIMIT, "The input is larger than 1 MiB.");
    }
    if (ferror(stream) || text->failed)
        return Error_set(error, ERROR_STORAGE, "The input cannot be read: %s.", strerror(errno));
    return true;
}

static Json *read_input(const char *path, Error *error)
{
    Buffer text = BUFFER_EMPTY;
    bool good;
    if (strcmp(path, "-") == 0) {
        good = read_all(stdin, &text, error);
    } else {
        FILE *file = fopen(path, "rbe");
        good = file ? read_all(file, &text, error)
                    : Error_set(error, ERROR_NOT_FOUND, "%s cannot be opened: %s.", path,
                                strerror(errno));
        if (file)
            fclose(file);
    }
    Json *object = good ? Json_parse(Buffer_text(&text), text.length, JSON_BYTES_MAX, error) : NULL;
    Buffer_free(&text);
    if (object && !json_object_is_type(object, json_type_object)) {
        Error_set(error, ERROR_TYPE, "The input must be one JSON object: {\"name\": value, ...}.");
        json_object_put(object);
        return NULL;
    }
    return object;
}

static void place(Json *params, const char *name, Json *value)
{
    size_t prefix = strlen(CUSTOM);
    if (strncmp(name, CUSTOM, prefix) != 0 || !name[prefix]) {
        Json_set(params, name, value);
        return;
    }
    Json *custom = Json_get(params, "custom");
    if (!custom || !json_object_is_type(custom, json_type_object)) {
        custom = json_object_new_object();
        Json_set(params, "custom", custom);
    }
    Json_set(custom, name + prefix, value);
}

static bool read_argument(Json *params, const char *argument, Error *error)
{
    const char *equals = strchr(argument, '=');
    if (!equals || equals == argument) {
        Error_set(error, ERROR_USAGE, "\"%s\" is not name=value.", argument);
        return Error_hint(error, "Write name=text, or name:=JSON.");
    }
    bool is_json = equals[-1] == ':';
    size_t length = (size_t)(equals - argument) - (is_json ? 1 : 0);
    char name[128];
    if (length == 0 || length >= sizeof name)
        return Error_set(error, ERROR_USAGE, "\"%.60s\" is not name=value.", argument);
    memcpy(name, argument, length);
    name[length] = '\0';
    const char *text = equals + 1;
    if (!is_json) {
        place(params, name, json_object_new_string(text));
        return true;
    }
    /* A bare value is parsed inside an array, so that null is told from a mistake. */
    Buffer wrapped = BUFFER_EMPTY;
    Buffer_printf(&wrapped, "[%s]", text);
    Json *array = Json_parse(Buffer_text(&wrapped), wrapped.length, JSON_BYTES_MAX, error);
    Buffer_free(&wrapped);
    if (!array || json_object_array_length(array) != 1) {
        json_object_put(array);
        Error_set_field(error, ERROR_USAGE, name, "The value of %s is not JSON.", name);
        return Error_hint(error, "Text needs no JSON: %s=text", name);
    }
    place(params, name, json_object_get(json_object_array_get_idx(array, 0)));
    json_object_put(array);
    return true;
}

bool Params_read(const Invocation *invocation, int first, Json **params, Error *error)
{
    const char *input = Invocation_option(invocation, "input");
    *params = input ? read_input(input, error) : json_object_new_object();
    if (!*params)
        return false;
    for (int i = first; i < invocation->argument_count; i++) {
        if (read_argument(*params, invocation->arguments[i], error))
            continue;
        json_object_put(*params);
        *params = NULL;
        return false;
    }
    return true;
}

void Params_add_options(const Invocation *invocation, Json *params, const char *const names[][2])
{
    for (int i = 0; names[i][0]; i++) {
        const char *value = Invocation_option(invocation, names[i][0]);
        if (value)
            Json_set_text(params, names[i][1], value);
    }
}

Json *Params_list(const char *text)
{
    Json *list = json_object_new_array();
    while (*text) {
        text += strspn(text, ", ");
        size_t length = strcspn(text, ",");
        size_t used = length;
        while (used && text[used - 1] == ' ')
            used--;
        if (used)
            json_object_array_add(list, json_object_new_string_len(text, (int)used));
        text += length;
    }
    return list;
}

bool Params_record(const Invocation *invocation, char resource[64], const char **id, int *next,
                   Error *error)
{
    const char *first = invocation->arguments[0];
    Uid uid;
    int prefix = 0;
    if (Uid_parse(first, NULL, &uid, &prefix) && prefix > 0 && prefix < 64) {
        memcpy(resource, first, (size_t)prefix);
        resource[prefix] = '\0';
        *id = first;
        *next = 1;
        return true;
    }
    if (invocation->argument_count < 2) {
        Error_set(error, ERROR_USAGE, "\"%s\" is not the id of a record.", first);
        return Error_hint(error, "Usage: bizosaas %s %s", invocation->command->name,
                          invocation->command->usage);
    }
    snprintf(resource, 64, "%s", first);
    *id = invocation->arguments[1];
    *next = 2;
    return true;
}
