/* params_types.c - text of the command line into numbers, booleans and lists, where the operation's
 * parameter table asks for them.  Fields of records stay text: the engine reads those. */
#include "cli/params.h"

#include <stdint.h>
#include <string.h>

#include "base/number.h"

static Json *number_of(const char *text)
{
    int64_t number;
    return Number_parse_plain(text, 0, &number) && !strchr(text, '.') ? json_object_new_int64(number)
                                                                      : NULL;
}

static Json *truth_of(const char *text)
{
    static const char *const TRUE_WORDS[] = {"true", "yes"};
    static const char *const FALSE_WORDS[] = {"false", "no"};
    for (size_t i = 0; i < 2; i++) {
        if (strcmp(text, TRUE_WORDS[i]) == 0)
            return json_object_new_boolean(1);
        if (strcmp(text, FALSE_WORDS[i]) == 0)
            return json_object_new_boolean(0);
    }
    return NULL;
}

/* JSON where it is JSON, a list where there are commas, else the text. */
static Json *json_of(const char *text)
{
    Json *value = NULL;
    if (text[0] == '{' || text[0] == '[')
        value = Json_parse(text, strlen(text), JSON_BYTES_MAX, NULL);
    if (!value)
        value = number_of(text);
    return !value && strchr(text, ',') ? Params_list(text) : value;
}

typedef struct TypeRow {
    const char *type;
    Json *(*read)(const char *text); /* NULL: leave the text to the engine's own message */
} TypeRow;

static const TypeRow TYPES[] = {{"int", number_of}, {"bool", truth_of}, {"json", json_of}};

static void convert(Json *params, const Json *parameter)
{
    const char *name = Json_text(parameter, "name");
    const char *type = Json_text(parameter, "type");
    const char *text = name ? Json_text(params, name) : NULL;
    for (size_t i = 0; text && type && i < sizeof TYPES / sizeof *TYPES; i++) {
        if (strcmp(TYPES[i].type, type) != 0)
            continue;
        Json *value = TYPES[i].read(text);
        if (value)
            Json_set(params, name, value);
        return;
    }
}

void Params_by_type(Invocation *invocation, const char *operation, Json *params)
{
    Json *result = NULL;
    if (json_object_object_length(params) == 0)
        return;
    Json *question = json_object_new_object();
    Json_set_text(question, "operation", operation);
    if (!Invocation_call(invocation, "operations.list", question, &result, NULL))
        return;
    const Json *row = result;
    if (result && json_object_is_type(result, json_type_array))
        row = json_object_array_get_idx(result, 0);
    const Json *rows = row ? Json_get(row, "parameters") : NULL;
    size_t count = rows ? json_object_array_length(rows) : 0;
    for (size_t i = 0; i < count; i++)
        convert(params, json_object_array_get_idx(rows, i));
    json_object_put(result);
}
