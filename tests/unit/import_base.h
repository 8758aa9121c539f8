/* import_base.h - a company's file in a folder of its own, and imports into it, for tests. */
#ifndef TESTS_IMPORT_BASE_H
#define TESTS_IMPORT_BASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/world.h"
#include "model/exchange/import.h"
#include "model/model.h"

typedef struct Base {
    char folder[64];
    Store *store;
    TenantInfo tenant;
    Uid batch; /* of the last import */
} Base;

static Base base;

static inline int open_base(void **state)
{
    Error error = ERROR_NONE;
    StoreOptions options = {.create = true};
    char path[128];
    const char *source = getenv("BIZOSAAS_SOURCE");

    base = (Base){.tenant = {.id = 1,
                             .slug = "test",
                             .name = "Test",
                             .currency = "EUR",
                             .country = "DE",
                             .language = "en",
                             .zone = "Europe/Berlin"}};
    base.tenant.uid = Uid_new();
    setenv("BIZOSAAS_DATADIR", source ? source : ".", 0);
    strcpy(base.folder, "/tmp/bizosaas-import-XXXXXX");
    if (!mkdtemp(base.folder))
        return -1;
    snprintf(path, sizeof path, "%s/data.db", base.folder);
    base.store = Store_open(path, &options, &error);
    if (!base.store ||
        !Store_migrate(base.store, TENANT_MIGRATIONS, TENANT_MIGRATION_COUNT, &error)) {
        printf("# %s: %s\n", error.code, error.message);
        return -1;
    }
    return 0;
}

static inline int close_base(void **state)
{
    char command[128];

    Store_close(base.store);
    snprintf(command, sizeof command, "rm -rf %s", base.folder);
    return system(command);
}

static inline ModelContext model_context(Arena *arena, Connection *connection)
{
    return (ModelContext){.connection = connection,
                          .arena = arena,
                          .tenant = &base.tenant,
                          .now = World_now(),
                          .actor_kind = ACTOR_USER,
                          .actor_name = "tester",
                          .operation = "import.start"};
}

typedef struct WriteCall {
    bool (*work)(ModelContext *context, void *argument, Error *error);
    void *argument;
    Uid batch;
} WriteCall;

static inline bool run_write(Connection *connection, void *argument, Error *error)
{
    WriteCall *call = argument;
    Arena *arena = Arena_new(0);
    ModelContext context = model_context(arena, connection);
    bool done;

    context.batch = call->batch;
    done = call->work(&context, call->argument, error);
    Arena_free(arena);
    return done;
}

/* Runs work in the writer, in a transaction of its own. */
static inline bool write_model(bool (*work)(ModelContext *, void *, Error *), void *argument,
                               Uid batch, Error *error)
{
    WriteCall call = {work, argument, batch};

    return Store_write_wait(base.store, STORE_INTERACTIVE, run_write, &call, error);
}

static inline bool create_work(ModelContext *context, void *argument, Error *error)
{
    Json **pair = argument;
    Record *record =
        Record_from_json(context, Resource_find(json_object_get_string(pair[0])), pair[1], error);

    return record && Model_create(context, record, NULL, error);
}

static inline void create(const char *resource, const char *json)
{
    Error error = ERROR_NONE;
    Json *pair[2] = {json_object_new_string(resource), json_tokener_parse(json)};

    if (!write_model(create_work, pair, (Uid){0}, &error))
        fail_msg("%s: %s %s", error.code, error.field, error.message);
    json_object_put(pair[0]);
    json_object_put(pair[1]);
}

typedef struct StepCall {
    Import *import;
    DraftBatch *batch;
    Json *cursor;
} StepCall;

static inline bool prepare_work(ModelContext *context, void *argument, Error *error)
{
    return Import_prepare(((StepCall *)argument)->import, context, error);
}

static inline bool step_work(ModelContext *context, void *argument, Error *error)
{
    StepCall *call = argument;

    return Import_write(call->import, context, call->batch, call->cursor, error);
}

static inline void save_text(const char *name, const char *text, size_t length, char path[160])
{
    FILE *file;

    snprintf(path, 160, "%s/%s", base.folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

/* Imports the file; options as on the wire, e.g. {"match":"email","on_match":"update"}.  The
 * result, or NULL with *error when the file is refused. */
static inline Json *import_path(const char *resource, const char *path, const char *options_json,
                                size_t batch_size, Error *error)
{
    Json *parameters = json_tokener_parse(options_json ? options_json : "{}"), *result = NULL;
    ImportOptions options = {.path = path};
    Arena *arena = Arena_new(0);
    Connection *reader = Store_reader(base.store, error);
    ModelContext context = model_context(arena, reader);
    ImportPlan *plan = NULL;
    StepCall call = {0};
    char errors[160], uid[UID_TEXT_SIZE];

    snprintf(errors, sizeof errors, "%s/errors.csv", base.folder);
    unlink(errors);
    Json_set_text(parameters, "resource", resource);
    base.batch = Uid_new();
    if (ImportOptions_read(parameters, &options, error))
        plan = ImportPlan_make(&context, &options, error);
    Store_release(base.store, reader);
    if (plan)
        call.import = Import_open(plan, &base.tenant, context.now, errors, error);
    if (call.import && write_model(prepare_work, &call, base.batch, error)) {
        while ((call.batch = Import_read(call.import, batch_size, error)) != NULL) {
            bool done = write_model(step_work, &call, base.batch, error);

            if (!done && Import_wants_again(call.import)) {
                Error_clear(error);
                done = write_model(step_work, &call, base.batch, error);
            }
            Import_free_batch(call.batch);
            if (!done)
                break;
        }
        if (!Error_present(error))
            result = Import_result(call.import, Uid_format(&base.batch, "import", uid));
    }
    Import_close(call.import);
    Arena_free(arena);
    json_object_put(parameters);
    return result;
}

static inline Json *import_bytes(const char *resource, const char *text, size_t length,
                                 const char *options)
{
    Error error = ERROR_NONE;
    char path[160];
    Json *result;

    save_text("input", text, length, path);
    result = import_path(resource, path, options, 3, &error);
    if (!result)
        fail_msg("%s (%d): %s %s", error.code, error.line, error.field, error.message);
    return result;
}

static inline Json *import_text(const char *resource, const char *text, const char *options)
{
    return import_bytes(resource, text, strlen(text), options);
}

/* The file is refused; gives the error. */
static inline Error refused(const char *resource, const char *text, size_t length,
                            const char *options)
{
    Error error = ERROR_NONE;
    char path[160];
    Json *result;

    save_text("input", text, length, path);
    result = import_path(resource, path, options, 100, &error);
    assert_null(result);
    return error;
}

/* Checks total, created, updated, skipped, failed of a result. */
static inline void counts(Json *result, int created, int updated, int skipped, int failed)
{
    if (Json_int(result, "created", -1) != created || Json_int(result, "updated", -1) != updated ||
        Json_int(result, "skipped", -1) != skipped || Json_int(result, "failed", -1) != failed)
        fail_msg("%s", json_object_to_json_string(result));
    assert_int_equal(Json_int(result, "total", -1), created + updated + skipped + failed);
}

/* Some warning holds the words. */
static inline bool warns(Json *result, const char *words)
{
    Json *list = Json_get(result, "warnings");

    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strstr(json_object_get_string(json_object_array_get_idx(list, i)), words))
            return true;
    return false;
}

static inline bool unmapped(Json *result, const char *header)
{
    Json *list = Json_get(result, "unmapped");

    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), header) == 0)
            return true;
    return false;
}

/* All records with all fields and children, in order of creation, as one JSON array. */
static inline Json *all_of(const char *name, const char *filter)
{
    Error error = ERROR_NONE;
    const ResourceDef *resource = Resource_find(name);
    Arena *arena = Arena_new(0);
    Connection *reader = Store_reader(base.store, &error);
    ModelContext context = model_context(arena, reader);
    ListQuery query = {.sort = "created_at", .limit = 1000};
    Json *out = json_object_new_array();
    ListPage page = {0};

    query.filter = filter ? Filter_parse(arena, filter, &error) : NULL;
    if ((filter && !query.filter) || !Model_list(&context, resource, &query, &page, &error))
        fail_msg("%s: %s", error.code, error.message);
    for (size_t i = 0; i < page.count; i++) {
        Record *record = Model_read(&context, resource, Record_id(page.records[i]), false, &error);

        if (!record || !Model_read_children(&context, record, &error))
            fail_msg("%s: %s", error.code, error.message);
        json_object_array_add(out, Record_to_json(&context, record, NULL, &error));
    }
    Store_release(base.store, reader);
    Arena_free(arena);
    return out;
}

/* The text at a path such as "0.address.city" or "0.addresses.0.city" of a value; "" when absent.
 */
static inline const char *at(Json *value, const char *path)
{
    char part[64];

    while (*path && value) {
        size_t length = strcspn(path, "/");

        snprintf(part, sizeof part, "%.*s", (int)length, path);
        value = json_object_is_type(value, json_type_array)
                    ? json_object_array_get_idx(value, (size_t)atoi(part))
                    : Json_get(value, part);
        path += length + (path[length] == '/');
    }
    return value ? json_object_get_string(value) : "";
}

static inline char *read_errors(void)
{
    char path[160];
    char *text = calloc(1, 65536);
    FILE *file;

    snprintf(path, sizeof path, "%s/errors.csv", base.folder);
    file = fopen(path, "r");
    if (file) {
        size_t got = fread(text, 1, 65535, file);

        text[got] = '\0';
        fclose(file);
    }
    return text;
}

#endif
