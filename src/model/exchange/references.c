#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/import_private.h"
#include "model/internal.h"

#define SLOTS 65536 /* power of two */
#define ENTRIES_MAX (SLOTS / 2)

typedef struct Entry {
    char *key; /* resource, tab, text */
    int64_t id;
} Entry;

struct ReferenceCache {
    Entry slots[SLOTS];
    size_t count;
};

ReferenceCache *References_new(void)
{
    return calloc(1, sizeof(ReferenceCache));
}

void References_forget(ReferenceCache *cache)
{
    if (!cache || cache->count == 0)
        return;
    for (size_t i = 0; i < SLOTS; i++) {
        free(cache->slots[i].key);
        cache->slots[i] = (Entry){0};
    }
    cache->count = 0;
}

void References_free(ReferenceCache *cache)
{
    References_forget(cache);
    free(cache);
}

static Entry *find_entry(ReferenceCache *cache, const char *key)
{
    uint32_t hash = 2166136261u;

    for (const char *at = key; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    hash %= SLOTS;
    while (cache->slots[hash].key && strcmp(cache->slots[hash].key, key) != 0)
        hash = (hash + 1) % SLOTS;
    return &cache->slots[hash];
}

static void remember(ReferenceCache *cache, const char *key, int64_t id)
{
    Entry *entry;

    if (cache->count >= ENTRIES_MAX)
        References_forget(cache);
    entry = find_entry(cache, key);
    if (!entry->key && (entry->key = strdup(key)) != NULL)
        cache->count++;
    entry->id = id;
}

/* ---- looking up ----------------------------------------------------------------------------- */

static int64_t find_by_text(ModelContext *context, const ResourceDef *resource, const char *column,
                            const char *text)
{
    Error ignored = ERROR_NONE;
    Sql sql;

    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s WHERE tenant_id = ", resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND %s = ", column);
    Sql_bind_text(&sql, text);
    if (!resource->parent)
        Sql_puts(&sql, " AND deleted_at IS NULL");
    Sql_puts(&sql, " ORDER BY id LIMIT 1");
    return Sql_scalar(&sql, context->connection, 0, &ignored);
}

static int64_t find_by_field(ModelContext *context, const ResourceDef *resource, const char *name,
                             const char *text)
{
    int field = Resource_field(resource, name);

    return field < 0 ? 0 : find_by_text(context, resource, resource->fields[field].column, text);
}

/* Few rows, loose spelling: "closedwon" is the stage "Closed won".  within: parent row id or 0. */
static int64_t find_loosely(ModelContext *context, const ResourceDef *resource, const char *text,
                            int64_t within)
{
    Error ignored = ERROR_NONE;
    int name = Resource_field(resource, "name");
    int64_t found = 0;
    Statement *statement;
    Sql sql;

    if (name < 0)
        return 0;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id, %s FROM %s WHERE tenant_id = ", resource->fields[name].column,
               resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    if (within) {
        Sql_puts(&sql, " AND parent_id = ");
        Sql_bind_int(&sql, within);
    }
    Sql_puts(&sql, " ORDER BY id LIMIT 500");
    statement = Sql_prepare(&sql, context->connection, &ignored);
    while (statement && !found && Statement_step(statement, &ignored) == STEP_ROW) {
        const char *candidate = Statement_text(statement, 1);

        if (candidate && Text_equal_loose(candidate, text))
            found = Statement_int(statement, 0);
    }
    if (statement)
        Statement_reset(statement);
    return found;
}

int64_t References_by_email(ModelContext *context, const ResourceDef *resource, const char *email)
{
    int normal = Resource_field(resource, "email_norm");

    if (normal < 0)
        return find_by_field(context, resource, "email", email);
    return find_by_text(context, resource, resource->fields[normal].column,
                        Text_folded(context->arena, email));
}

static int64_t look_up(ModelContext *context, const ResourceDef *resource, const char *text,
                       int64_t within)
{
    Error ignored = ERROR_NONE;
    int64_t id = 0;

    if (within)
        id = find_loosely(context, resource, text, within);
    if (!id)
        id = Model_resolve(context, resource, text, &ignored);
    if (!id && Error_is(&ignored, ERROR_REFERENCE) && !resource->parent)
        id = find_by_text(context, resource, "label_key", Text_folded(context->arena, text));
    if (!id && strchr(text, '@'))
        id = References_by_email(context, resource, text);
    if (!id)
        id = find_by_field(context, resource, "external_ref", text);
    if (!id && strchr(text, '.') && !strchr(text, ' '))
        id = find_by_field(context, resource, "domain", text);
    if (!id && (strcmp(resource->name, "stage") == 0 || strcmp(resource->name, "pipeline") == 0))
        id = find_loosely(context, resource, text, 0);
    return id;
}

/* What other systems call the last stages: by its category in the pipeline. */
static int64_t find_closed_stage(ModelContext *context, const ResourceDef *stage, const char *text,
                                 int64_t within)
{
    static const char *const WORDS[][2] = {
        {"closed won", "won"}, {"won", "won"}, {"closed lost", "lost"}, {"lost", "lost"}};
    int category = Resource_field(stage, "category");
    Error ignored = ERROR_NONE;
    Sql sql;

    for (size_t i = 0; category >= 0 && i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (!Text_equal_loose(text, WORDS[i][0]))
            continue;
        Sql_begin(&sql, context->arena);
        Sql_printf(&sql,
                   "SELECT s.id FROM %s s JOIN pipeline p ON p.id = s.parent_id"
                   " WHERE s.tenant_id = ",
                   stage->table);
        Sql_bind_int(&sql, context->tenant->id);
        Sql_printf(&sql, " AND s.%s = ", stage->fields[category].column);
        Sql_bind_text(&sql, WORDS[i][1]);
        Sql_puts(&sql, " AND p.deleted_at IS NULL AND (p.id = ");
        Sql_bind_int(&sql, within);
        Sql_puts(&sql, " OR ");
        Sql_bind_int(&sql, within == 0);
        Sql_puts(&sql, ") ORDER BY p.is_default DESC, s.id LIMIT 1");
        return Sql_scalar(&sql, context->connection, 0, &ignored);
    }
    return 0;
}

/* ---- making --------------------------------------------------------------------------------- */

/* The field a record is called by, if one text makes a record. */
static int name_field(const ResourceDef *resource)
{
    static const char *const NAMES[] = {"name", "display_name", "title", "code", "key"};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        int field = Resource_field(resource, NAMES[i]);

        if (field >= 0 && !(resource->fields[field].flags & FIELD_DERIVED))
            return field;
    }
    return -1;
}

static int64_t make(Import *import, ModelContext *context, const ResourceDef *resource,
                    const Draft *draft, int through, const char *text, Error *error)
{
    Record *record;
    int name = name_field(resource);

    if (resource->parent || name < 0 || strcmp(resource->name, "user") == 0)
        return 0;
    record = Record_new(context->arena, resource);
    if (!record)
        return 0;
    Record_set_text(record, name, text);
    for (int i = 0; draft && i < draft->linked_count; i++)
        if (draft->linked[i].through == through)
            record->values[draft->linked[i].field] = draft->linked[i].value;
    if (!Model_create(context, record, NULL, error))
        return 0;
    import->created_references = true;
    return Record_id(record);
}

static bool may_create(const Import *import, const ResourceDef *resource, const char *text)
{
    OnMissing policy = import->plan->options.on_missing;
    Uid uid;

    if (Uid_parse(text, resource->prefix, &uid, NULL) || text[strspn(text, "0123456789")] == '\0')
        return false;
    return policy == MISSING_CREATE ||
           (policy == MISSING_AUTO && strcmp(resource->name, "company") == 0);
}

static int64_t find_or_make(Import *import, ModelContext *context, const ResourceDef *resource,
                            const Draft *draft, const PendingReference *pending, const char *text,
                            Error *error)
{
    int pipeline = Resource_field(pending->record->resource, "pipeline_id");
    int64_t within = pipeline >= 0 && strcmp(resource->name, "stage") == 0
                         ? Record_int(pending->record, pipeline, 0)
                         : 0;
    const char *key =
        Arena_printf(context->arena, "%s\t%lld\t%s", resource->name, (long long)within, text);
    const Entry *entry = key ? find_entry(import->references, key) : NULL;
    int64_t id;

    if (entry && entry->key)
        return entry->id;
    id = look_up(context, resource, text, within);
    if (!id && strcmp(resource->name, "stage") == 0)
        id = find_closed_stage(context, resource, text, within);
    if (!id && may_create(import, resource, text))
        id = make(import, context, resource, draft,
                  pending->record == draft->record ? pending->field : -1, text, error);
    if (key && !Error_present(error))
        remember(import->references, key, id);
    return id;
}

/* ---- the references of a draft -------------------------------------------------------------- */

static bool is_fatal(const Error *error)
{
    return Error_is(error, ERROR_STORAGE) || Error_is(error, ERROR_AGAIN) ||
           Error_is(error, ERROR_CANCELLED) || Error_is(error, ERROR_INTERNAL);
}

static bool missing(Import *import, ModelContext *context, Draft *draft,
                    const PendingReference *pending, const FieldDef *field)
{
    /* A pipeline and a store are there from the beginning: finish.c takes the default one. */
    bool has_default = field->reference && (strcmp(field->reference, "pipeline") == 0 ||
                                            strcmp(field->reference, "store") == 0);

    if (import->plan->options.on_missing == MISSING_ERROR ||
        (field->flags & FIELD_REQUIRED && !has_default)) {
        Draft_fail(draft, context->arena, pending->header, pending->text, ERROR_REFERENCE,
                   Arena_printf(context->arena, "There is no %s \"%.80s\".", field->reference,
                                pending->text));
        return false;
    }
    Import_tally(import, pending->header, "names a record that is not there; left blank",
                 pending->text, draft->number);
    return true;
}

/* A list of references: ids or names, "a;b" or ["a","b"]. */
static bool resolve_list(Import *import, ModelContext *context, Draft *draft,
                         const PendingReference *pending, const ResourceDef *target, Error *error)
{
    const FieldDef *field = &pending->record->resource->fields[pending->field];
    Error ignored = ERROR_NONE;
    Json *list = *pending->text == '['
                     ? Json_parse(pending->text, strlen(pending->text), CSV_JSON_MAX, &ignored)
                     : NULL;
    size_t count = list ? json_object_array_length(list) : 64;
    const char *rest = pending->text;
    Buffer ids = BUFFER_EMPTY;
    bool fine = true;

    Buffer_putc(&ids, '[');
    for (size_t i = 0; i < count && fine && (list || *rest); i++) {
        const Json *item = list ? json_object_array_get_idx(list, i) : NULL;
        size_t length = strcspn(rest, ";|");
        const char *text =
            list ? (Json_text(item, "id") ? Json_text(item, "id")
                                          : json_object_get_string((Json *)(uintptr_t)item))
                 : Arena_strndup(context->arena, rest, length);
        int64_t id =
            text && *text ? find_or_make(import, context, target, draft, pending, text, error) : 0;

        if (id)
            Buffer_printf(&ids, ids.length > 1 ? ",%lld" : "%lld", (long long)id);
        else if (text && *text)
            fine = missing(import, context, draft, pending, field);
        if (!list)
            rest += length + (rest[length] != '\0');
    }
    Buffer_putc(&ids, ']');
    Record_set_text(pending->record, pending->field,
                    Arena_strdup(context->arena, Buffer_text(&ids)));
    Buffer_free(&ids);
    json_object_put(list);
    return fine;
}

static bool resolve_one(Import *import, ModelContext *context, Draft *draft,
                        const PendingReference *pending, Error *error)
{
    const FieldDef *field = &pending->record->resource->fields[pending->field];
    const ResourceDef *target =
        field->reference && field->type == FIELD_REFERENCE ? Resource_find(field->reference) : NULL;
    const char *text = pending->text, *separator = strchr(text, ';');
    int64_t id;

    if (field->type == FIELD_RECORD) {
        Error local = ERROR_NONE;

        if (Record_value_from_text(context, field, text, &pending->record->values[pending->field],
                                   &local))
            return true;
        return missing(import, context, draft, pending, field);
    }
    if (!target)
        return missing(import, context, draft, pending, field);
    if (field->flags & FIELD_LIST)
        return resolve_list(import, context, draft, pending, target, error);
    id = find_or_make(import, context, target, draft, pending, text, error);
    if (!id && separator) /* "12;34": the first of several associated records */
        id = find_or_make(import, context, target, draft, pending,
                          Arena_strndup(context->arena, text, (size_t)(separator - text)), error);
    if (!id)
        return missing(import, context, draft, pending, field);
    Record_set_int(pending->record, pending->field, id);
    return true;
}

bool References_resolve(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    /* A stage is looked for in its pipeline, so pipelines come first. */
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < draft->reference_count; i++) {
            const PendingReference *pending = &draft->references[i];
            const FieldDef *field = &pending->record->resource->fields[pending->field];
            bool late = field->reference && strcmp(field->reference, "stage") == 0;
            Error local = ERROR_NONE;

            if (late != (pass == 1))
                continue;
            if (resolve_one(import, context, draft, pending, &local))
                continue;
            if (is_fatal(&local)) {
                *error = local;
                return false;
            }
            if (Error_present(&local))
                Draft_fail(draft, context->arena, pending->header, pending->text, ERROR_REFERENCE,
                           local.message);
            return false;
        }
    return true;
}
