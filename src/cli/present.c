#include "cli/present.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/table.h"

#define COLUMNS_MAX 64

ValueStyle Present_style(const Invocation *invocation)
{
    ValueStyle style = ValueStyle_of(invocation->client ? Client_hello(invocation->client) : NULL);
    if (invocation->config.language[0])
        style.language = invocation->config.language;
    return style;
}

const Json *Present_member(const Json *object, const char *dotted)
{
    if (!object || !json_object_is_type(object, json_type_object))
        return NULL;
    const Json *whole = Json_get(object, dotted);
    const char *dot = strchr(dotted, '.');
    if (whole || !dot)
        return whole;
    char head[64];
    size_t length = (size_t)(dot - dotted);
    if (length >= sizeof head)
        return NULL;
    memcpy(head, dotted, length);
    head[length] = '\0';
    return Present_member(Json_get(object, head), dot + 1);
}

static bool is_table(const Json *value)
{
    return value && json_object_is_type(value, json_type_array) &&
           json_object_array_length(value) > 0 &&
           json_object_is_type(json_object_array_get_idx(value, 0), json_type_object);
}

static int columns_of(const Json *row, PresentColumn *columns)
{
    int count = 0;
    json_object_object_foreach((Json *)(uintptr_t)row, key, member)
    {
        (void)member;
        if (count < COLUMNS_MAX)
            columns[count++] = (PresentColumn){.key = key, .title = key};
    }
    return count;
}

static void print_table(const Json *rows, const PresentColumn *columns, int count,
                        const ValueStyle *style)
{
    PresentColumn own[COLUMNS_MAX];
    if (json_object_array_length(rows) == 0)
        return;
    const Json *first = json_object_array_get_idx(rows, 0);
    if (count == 0) {
        count = columns_of(first, own);
        columns = own;
    }
    if (count == 0)
        return;
    Table *table = Table_new(count);
    for (int c = 0; c < count; c++) {
        const Json *sample = Present_member(first, columns[c].key);
        Table_title(table, c, columns[c].title, Value_is_number(sample, columns[c].type));
        if (strcmp(columns[c].key, "id") == 0 || strcmp(columns[c].key, "number") == 0)
            Table_keep(table, c);
    }
    Buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < json_object_array_length(rows); i++) {
        const Json *row = json_object_array_get_idx(rows, i);
        for (int c = 0; c < count; c++) {
            Buffer_reset(&text);
            Value_append(&text, Present_member(row, columns[c].key), columns[c].type, style);
            Table_cell(table, Buffer_text(&text));
        }
    }
    Buffer_free(&text);
    Table_print(table, Output_width());
    Table_free(table);
}

void Present_object(const Json *object, const ValueStyle *style)
{
    Table *table = Table_new(2);
    Buffer text = BUFFER_EMPTY;
    json_object_object_foreach((Json *)(uintptr_t)object, key, value)
    {
        bool empty_list = value && json_object_is_type(value, json_type_array) &&
                          json_object_array_length(value) == 0;
        if (!value || empty_list || is_table(value))
            continue;
        Buffer_reset(&text);
        Value_append(&text, value, NULL, style);
        Table_cell(table, key);
        Table_cell(table, Buffer_text(&text));
    }
    Buffer_free(&text);
    Table_print(table, Output_width());
    Table_free(table);
    json_object_object_foreach((Json *)(uintptr_t)object, name, rows)
    {
        if (!is_table(rows))
            continue;
        Output_line("%s", "");
        Output_line("%s", name);
        print_table(rows, NULL, 0, style);
    }
}

void Present_rows(const Invocation *invocation, const Json *rows, const PresentColumn *columns,
                  int column_count)
{
    if (!rows || !json_object_is_type(rows, json_type_array))
        return;
    if (invocation->json) {
        for (size_t i = 0; i < json_object_array_length(rows) && !Output_broken(); i++)
            Output_json(stdout, json_object_array_get_idx(rows, i));
        return;
    }
    ValueStyle style = Present_style(invocation);
    if (json_object_array_length(rows) > 0 && !is_table(rows)) {
        Buffer text = BUFFER_EMPTY;
        for (size_t i = 0; i < json_object_array_length(rows); i++) {
            Buffer_reset(&text);
            Value_append(&text, json_object_array_get_idx(rows, i), NULL, &style);
            Output_line("%s", Buffer_text(&text));
        }
        Buffer_free(&text);
        return;
    }
    print_table(rows, columns, column_count, &style);
}

/* {"records": [...], "next": ...}: the only array of objects beside paging marks. */
static const Json *rows_inside(const Json *result)
{
    static const char *const NAMES[] = {"records", "changes", "entries", "rows", "groups", "checks"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const Json *rows = Json_get(result, NAMES[i]);
        if (is_table(rows))
            return rows;
    }
    return NULL;
}

void Present_result(const Invocation *invocation, const Json *result)
{
    if (invocation->json) {
        Json *nothing = result ? NULL : json_object_new_object();
        Output_json(stdout, result ? result : nothing);
        json_object_put(nothing);
        return;
    }
    if (!result)
        return;
    if (json_object_is_type(result, json_type_array)) {
        Present_rows(invocation, result, NULL, 0);
        return;
    }
    ValueStyle style = Present_style(invocation);
    if (!json_object_is_type(result, json_type_object)) {
        Buffer text = BUFFER_EMPTY;
        Value_append(&text, result, NULL, &style);
        Output_line("%s", Buffer_text(&text));
        Buffer_free(&text);
        return;
    }
    const Json *rows = rows_inside(result);
    if (rows)
        print_table(rows, NULL, 0, &style);
    else
        Present_object(result, &style);
}
