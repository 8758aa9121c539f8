/* test_model.h - a tenant's file in a folder of its own, its writer lent to the test's thread, and the
 * few moves that tests of the model repeat. */
#ifndef TEST_MODEL_H
#define TEST_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "model/model.h"

#define NOW INT64_C(1795338000000000) /* 2026-11-22T09:00:00Z */

typedef struct Bed {
    char folder[200], path[260];
    Store *store;
    Connection *connection;
    sem_t lent, done, finished;
    TenantInfo tenant;
    ModelContext context;
    Error error;
} Bed;

static Bed bed;

static inline bool lend(Connection *connection, void *argument, Error *error)
{
    bed.connection = connection;
    sem_post(&bed.lent);
    sem_wait(&bed.done);
    return true;
}

static inline void given_back(void *argument, const Error *error)
{
    sem_post(&bed.finished);
}

static inline void bed_borrow(void)
{
    assert_true(Store_write(bed.store, STORE_INTERACTIVE, lend, given_back, NULL, &bed.error));
    sem_wait(&bed.lent);
    bed.context.connection = bed.connection;
}

static inline void bed_return(void)
{
    sem_post(&bed.done);
    sem_wait(&bed.finished);
}

static inline Json *parse(const char *text)
{
    Json *json = Json_parse(text, strlen(text), JSON_BYTES_MAX, &bed.error);
    if (!json)
        print_message("%s\n", bed.error.message);
    assert_non_null(json);
    return json;
}

static inline void clear(void)
{
    Error_clear(&bed.error);
}

static inline void show_error(void)
{
    if (Error_present(&bed.error))
        print_message("%s %s: %s %s\n", bed.error.code, bed.error.field, bed.error.message,
                      bed.error.hint);
}

static inline void expect_ok(bool fine)
{
    if (!fine)
        show_error();
    assert_true(fine);
}

/* The last call failed with this code and (unless NULL) this field; forgets it. */
static inline void expect_error(bool fine, const char *code, const char *field)
{
    assert_false(fine);
    if (!Error_is(&bed.error, code) || (field && strcmp(bed.error.field, field) != 0))
        show_error();
    assert_string_equal(bed.error.code, code);
    if (field)
        assert_string_equal(bed.error.field, field);
    assert_true(strlen(bed.error.message) > 5);
    clear();
}

static inline const ResourceDef *resource(const char *name)
{
    const ResourceDef *found = Resource_find(name);
    assert_non_null(found);
    return found;
}

static inline Record *try_create(const char *name, const char *json_text)
{
    Json *json = parse(json_text);
    Record *created = NULL, *record = Record_from_json(&bed.context, resource(name), json, &bed.error);
    if (record && !Model_create(&bed.context, record, &created, &bed.error))
        created = NULL;
    json_object_put(json);
    return created;
}

static inline Record *create(const char *name, const char *json_text)
{
    Record *created = try_create(name, json_text);
    if (!created)
        show_error();
    assert_non_null(created);
    return created;
}

static inline bool try_update(const char *name, int64_t id, int64_t version, const char *json_text)
{
    Json *json = parse(json_text);
    Record *record = Record_from_json(&bed.context, resource(name), json, &bed.error);
    bool fine = record && Model_update(&bed.context, id, version, record, NULL, &bed.error);
    json_object_put(json);
    return fine;
}

static inline void update(const char *name, int64_t id, const char *json_text)
{
    bed.context.now += 1000000;
    expect_ok(try_update(name, id, 0, json_text));
}

static inline Record *get(const char *name, int64_t id)
{
    Record *record = Model_read(&bed.context, resource(name), id, true, &bed.error);
    if (!record)
        show_error();
    assert_non_null(record);
    expect_ok(Model_read_children(&bed.context, record, &bed.error));
    return record;
}

static inline const char *text_of(const Record *record, const char *field)
{
    int index = Resource_field(record->resource, field);
    assert_true(index >= 0);
    return Record_text(record, index);
}

static inline int64_t int_of(const Record *record, const char *field)
{
    int index = Resource_field(record->resource, field);
    assert_true(index >= 0);
    return Record_int(record, index, INT64_MIN);
}

static inline char *uid_of(const Record *record)
{
    static char texts[4][UID_TEXT_SIZE];
    static int turn;
    Uid uid = Record_uid(record);
    turn = (turn + 1) % 4;
    return Uid_format(&uid, record->resource->prefix, texts[turn]);
}

/* How many records a filter finds; -1 = refused. */
static inline int64_t count(const char *name, const char *filter_text)
{
    int64_t found = -1;
    FilterNode *filter = Filter_parse(bed.context.arena, filter_text, &bed.error);
    if (!filter ||
        !Model_count(&bed.context, resource(name), filter, 0, &found, NULL, &bed.error))
        return -1;
    return found;
}

static inline ListPage list(const char *name, const ListQuery *query)
{
    ListPage page;
    expect_ok(Model_list(&bed.context, resource(name), query, &page, &bed.error));
    return page;
}

static inline int64_t changes(void)
{
    int64_t entries = 0;
    expect_ok(Model_verify_chain(&bed.context, &entries, &bed.error));
    return entries;
}

static inline bool undo(int64_t change)
{
    Json *result = NULL;
    bed.context.now += 1000000;
    bool fine = Model_undo(&bed.context, change, &result, &bed.error);
    json_object_put(result);
    return fine;
}

static inline bool script(const char *sql)
{
    return Connection_script(bed.connection, sql, &bed.error);
}

static inline int bed_make(void **state)
{
    StoreOptions options = {.create = true};
    Uid uid = Uid_new();
    memset(&bed, 0, sizeof bed);
    snprintf(bed.folder, sizeof bed.folder, "%.150s/model-test-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(bed.folder) || !Seal_init(&bed.error))
        return -1;
    snprintf(bed.path, sizeof bed.path, "%s/data.db", bed.folder);
    bed.store = Store_open(bed.path, &options, &bed.error);
    if (!bed.store || !Store_migrate(bed.store, TENANT_MIGRATIONS, TENANT_MIGRATION_COUNT, &bed.error)) {
        show_error();
        return -1;
    }
    sem_init(&bed.lent, 0, 0);
    sem_init(&bed.done, 0, 0);
    sem_init(&bed.finished, 0, 0);
    bed.tenant = (TenantInfo){.id = 1, .uid = uid, .slug = "acme", .name = "Acme",
                              .currency = "EUR", .country = "DE", .language = "en",
                              .zone = "Europe/Berlin", .key = Seal_new_key()};
    bed.context = (ModelContext){.arena = Arena_new(0), .tenant = &bed.tenant, .now = NOW,
                                 .actor_kind = ACTOR_USER, .actor_name = "anna"};
    bed_borrow();
    Record *anna = create("user", "{\"name\":\"Anna Meyer\",\"email\":\"anna@example.com\"}");
    bed.context.user_id = Record_id(anna);
    return 0;
}

static inline int bed_remove(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-lock"};
    bed_return();
    Store_close(bed.store);
    Arena_free(bed.context.arena);
    Seal_free((SealKey *)(uintptr_t)bed.tenant.key);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s%s", bed.path, suffixes[i]);
        unlink(path);
    }
    return rmdir(bed.folder) * 0;
}

#define MODEL_TEST(function) cmocka_unit_test_setup_teardown(function, bed_make, bed_remove)

#endif
