/* insert.c - new rows.  The text of the statement is composed once per table and kept. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "model/internal.h"

typedef struct Insert {
    const ResourceDef *resource;
    _Atomic(char *) text;
} Insert;

static Insert *inserts; /* by address of the resource */
static int insert_count;
static pthread_once_t inserts_once = PTHREAD_ONCE_INIT;

static int compare_inserts(const void *left, const void *right)
{
    const Insert *a = left, *b = right;
    uintptr_t x = (uintptr_t)a->resource, y = (uintptr_t)b->resource;
    return (x > y) - (x < y);
}

static void list_resources(void)
{
    inserts = calloc((size_t)(RESOURCE_COUNT + CHILD_RESOURCE_COUNT) + 1, sizeof *inserts);
    if (!inserts)
        return;
    for (int i = 0; i < RESOURCE_COUNT; i++)
        inserts[insert_count++].resource = RESOURCES[i];
    for (int i = 0; i < CHILD_RESOURCE_COUNT; i++)
        inserts[insert_count++].resource = CHILD_RESOURCES[i];
    qsort(inserts, (size_t)insert_count, sizeof *inserts, compare_inserts);
}

static bool has_key(const FieldDef *field)
{
    return field->flags & FIELD_SORTABLE;
}

static char *compose(const ResourceDef *resource)
{
    Buffer text = BUFFER_EMPTY, values = BUFFER_EMPTY;
    int number = 0;
    Buffer_printf(&text, "INSERT INTO %s(", resource->table);
    for (int i = 0; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        Buffer_printf(&text, "%s%s", i ? ", " : "", field->column);
        Buffer_printf(&values, "%s?%d", i ? ", " : "", ++number);
        if (has_key(field)) {
            Buffer_printf(&text, ", %s_key", field->column);
            Buffer_printf(&values, ", ?%d", ++number);
        }
    }
    Buffer_printf(&text, ") VALUES(%s)", Buffer_text(&values));
    Buffer_free(&values);
    return Buffer_take(&text);
}

static const char *insert_text(const ResourceDef *resource)
{
    pthread_once(&inserts_once, list_resources);
    Insert wanted = {.resource = resource};
    Insert *found =
        inserts ? bsearch(&wanted, inserts, (size_t)insert_count, sizeof *inserts, compare_inserts)
                : NULL;
    char *text = found ? atomic_load(&found->text) : NULL;
    if (!found || text)
        return text;
    char *made = compose(resource);
    if (made && !atomic_compare_exchange_strong(&found->text, &text, made)) {
        free(made); /* another thread was first */
        return text;
    }
    return made;
}

bool Row_insert(ModelContext *context, Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    const char *text = insert_text(resource);
    if (!text)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    Statement *statement = Connection_prepare(context->connection, text, error);
    if (!statement)
        return false;
    for (int i = 0, number = 0; i < resource->field_count; i++) {
        Statement_bind_value(statement, ++number, &record->values[i]);
        if (has_key(&resource->fields[i])) {
            Value key = Field_key_value(context->arena, &record->values[i]);
            Statement_bind_value(statement, ++number, &key);
        }
    }
    if (!Statement_run(statement, error))
        return false;
    record->values[0] = Value_int(Connection_last_id(context->connection));
    return true;
}
