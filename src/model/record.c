/* record.c - rows in memory and their plain reading and writing; no checks, no change log. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "model/internal.h"

/* ---- resources by exact name, addressable children too ------------------------------------ */

static const ResourceDef **by_name;
static int by_name_count;
static pthread_once_t by_name_once = PTHREAD_ONCE_INIT;

static int compare_resources(const void *left, const void *right)
{
    const ResourceDef *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static void index_resources(void)
{
    by_name = calloc((size_t)(RESOURCE_COUNT + CHILD_RESOURCE_COUNT) + 1, sizeof(*by_name));
    if (!by_name)
        return;
    for (int i = 0; i < RESOURCE_COUNT; i++)
        by_name[by_name_count++] = RESOURCES[i];
    for (int i = 0; i < CHILD_RESOURCE_COUNT; i++) {
        if (CHILD_RESOURCES[i]->addressable)
            by_name[by_name_count++] = CHILD_RESOURCES[i];
    }
    qsort(by_name, (size_t)by_name_count, sizeof(*by_name), compare_resources);
}

const ResourceDef *Model_resource(const char *name)
{
    pthread_once(&by_name_once, index_resources);
    ResourceDef wanted = {.name = name};
    const ResourceDef *key = &wanted;
    if (!name || !by_name)
        return NULL;
    const ResourceDef **found =
        bsearch(&key, by_name, (size_t)by_name_count, sizeof(*by_name), compare_resources);
    return found ? *found : NULL;
}

int Model_field(const ResourceDef *resource, const char *name)
{
    int field = Resource_field(resource, name);
    if (field >= 0)
        return field;
    char longer[96];
    size_t length = strlen(name);
    if (length + 4 > sizeof longer)
        return -1;
    if (strcmp(name, "created") == 0 || strcmp(name, "updated") == 0 ||
        strcmp(name, "deleted") == 0 || strcmp(name, "archived") == 0) {
        memcpy(longer, name, length);
        memcpy(longer + length, "_at", 4);
        return Resource_field(resource, longer);
    }
    memcpy(longer, name, length);
    memcpy(longer + length, "_id", 4);
    field = Resource_field(resource, longer);
    if (field >= 0 && resource->fields[field].type != FIELD_REFERENCE &&
        resource->fields[field].type != FIELD_RECORD)
        return -1;
    return field;
}

const char *Model_column(const ResourceDef *resource, const char *name)
{
    int field = Resource_field(resource, name);
    return field < 0 ? "NULL" : resource->fields[field].column;
}

/* ---- records ------------------------------------------------------------------------------ */

Record *Record_new(Arena *arena, const ResourceDef *resource)
{
    Record *record = ARENA_NEW(arena, Record);
    if (!record)
        return NULL;
    record->resource = resource;
    record->values = ARENA_ARRAY(arena, Value, (size_t)resource->field_count);
    record->replaces_children = ARENA_ARRAY(arena, bool, (size_t)resource->child_count + 1);
    return record->values && record->replaces_children ? record : NULL;
}

Record *Record_copy(Arena *arena, const Record *record)
{
    Record *copy = Record_new(arena, record->resource);
    if (copy)
        memcpy(copy->values, record->values, sizeof(Value) * (size_t)record->resource->field_count);
    return copy;
}

int64_t Record_id(const Record *record)
{
    return Record_int(record, BASE_ID, 0);
}

Uid Record_uid(const Record *record)
{
    Uid uid = {{0}};
    int field = Model_uid_field(record->resource);
    const Value *value = field < 0 ? NULL : &record->values[field];
    if (value && value->kind == VALUE_BLOB && value->length == UID_BYTES)
        memcpy(uid.bytes, value->text, UID_BYTES);
    return uid;
}

bool Record_set(const Record *record, int field)
{
    return record->values[field].kind != VALUE_UNSET;
}

const char *Record_text(const Record *record, int field)
{
    if (field < 0 || record->values[field].kind != VALUE_TEXT)
        return NULL;
    return record->values[field].text;
}

int64_t Record_int(const Record *record, int field, int64_t fallback)
{
    if (field < 0 || record->values[field].kind != VALUE_INT)
        return fallback;
    return record->values[field].integer;
}

void Record_set_text(Record *record, int field, const char *text)
{
    record->values[field] = Value_text(text);
}

void Record_set_int(Record *record, int field, int64_t value)
{
    record->values[field] = Value_int(value);
}

void Record_set_null(Record *record, int field)
{
    record->values[field] = Value_null();
}

/* ---- rows --------------------------------------------------------------------------------- */

const char *Field_key_column(Arena *arena, const FieldDef *field)
{
    return Arena_printf(arena, "%s_key", field->column);
}

static bool has_key(const ResourceDef *resource, int index)
{
    return resource->fields[index].flags & FIELD_SORTABLE;
}

void Row_columns(Sql *sql, const ResourceDef *resource, const char *alias, const bool *wanted)
{
    bool first = true;
    for (int i = 0; i < resource->field_count; i++) {
        if (wanted && !wanted[i])
            continue;
        if (!first)
            Sql_puts(sql, ", ");
        Sql_puts(sql, alias);
        Sql_puts(sql, ".");
        Sql_puts(sql, resource->fields[i].column);
        first = false;
    }
}

void Row_fetch(Statement *statement, int first, Record *record, const bool *wanted, Arena *arena)
{
    for (int i = 0, column = first; i < record->resource->field_count; i++) {
        if (wanted && !wanted[i])
            continue;
        record->values[i] =
            Value_of_column(statement, column++, &record->resource->fields[i], arena);
    }
}

Record *Row_read(ModelContext *context, const ResourceDef *resource, int64_t id, Error *error)
{
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_puts(&sql, "SELECT ");
    Row_columns(&sql, resource, "t", NULL);
    Sql_printf(&sql, " FROM %s t WHERE t.id = ", resource->table);
    Sql_bind_int(&sql, id);
    Sql_puts(&sql, " AND t.tenant_id = ");
    Sql_bind_int(&sql, context->tenant->id);
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return NULL;
    Record *record = NULL;
    StepResult step = Statement_step(statement, error);
    if (step == STEP_ROW) {
        record = Record_new(context->arena, resource);
        if (record)
            Row_fetch(statement, 0, record, NULL, context->arena);
        else
            Error_set(error, ERROR_LIMIT,
                      "The record needs more memory than one request may take.");
    } else if (step == STEP_DONE) {
        Error_set(error, ERROR_NOT_FOUND, "There is no such %s.", resource->label);
    }
    Statement_reset(statement);
    return record;
}

void Row_stamp(ModelContext *context, Record *record)
{
    Value *values = record->values;
    if (values[BASE_UID].kind != VALUE_BLOB) {
        Uid *uid = ARENA_NEW(context->arena, Uid);
        if (uid) {
            *uid = Uid_new();
            values[BASE_UID] = Value_blob(uid->bytes, UID_BYTES);
        }
    }
    values[BASE_TENANT] = Value_int(context->tenant->id);
    if (values[BASE_CREATED_AT].kind != VALUE_INT)
        values[BASE_CREATED_AT] = Value_int(context->now);
    if (values[BASE_UPDATED_AT].kind != VALUE_INT)
        values[BASE_UPDATED_AT] = Value_int(context->now);
    if (context->user_id && !Value_given(&values[BASE_CREATED_BY]))
        values[BASE_CREATED_BY] = Value_int(context->user_id);
    if (context->user_id)
        values[BASE_UPDATED_BY] = Value_int(context->user_id);
    values[BASE_ACTOR_KIND] = Value_text(ACTOR_KIND_NAMES[context->actor_kind]);
    values[BASE_VERSION] = Value_int(1);
    if (!Value_given(&values[BASE_CUSTOM]))
        values[BASE_CUSTOM] = Value_text("{}");
    if (!Value_given(&values[BASE_LABEL]))
        values[BASE_LABEL] = Value_text("");
}

Value Field_key_value(Arena *arena, const Value *value)
{
    return Value_given(value) ? Value_text(Text_folded(arena, value->text)) : Value_null();
}

bool Row_update(ModelContext *context, const Record *old, const Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    Sql sql;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "UPDATE %s SET ", resource->table);
    const char *comma = "";
    for (int i = 1; i < resource->field_count; i++) {
        if (Value_equal(&old->values[i], &record->values[i]))
            continue;
        Sql_printf(&sql, "%s%s = ", comma, resource->fields[i].column);
        Sql_bind(&sql, &record->values[i]);
        comma = ", ";
        if (has_key(resource, i)) {
            Value key = Field_key_value(context->arena, &record->values[i]);
            Sql_printf(&sql, ", %s = ", Field_key_column(context->arena, &resource->fields[i]));
            Sql_bind(&sql, &key);
        }
    }
    if (comma[0] == '\0')
        return true;
    Sql_puts(&sql, " WHERE id = ");
    Sql_bind_int(&sql, old->values[0].integer);
    Sql_puts(&sql, " AND tenant_id = ");
    Sql_bind_int(&sql, context->tenant->id);
    if (!resource->parent) {
        Sql_puts(&sql, " AND version = ");
        Sql_bind_int(&sql, Record_int(old, BASE_VERSION, 0));
    }
    if (!Sql_run(&sql, context->connection, error))
        return false;
    if (Connection_changed(context->connection) != 1)
        return Error_set(error, ERROR_CONFLICT, "The record was changed meanwhile. Load it again.");
    return true;
}
