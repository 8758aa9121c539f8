/* Contacts at 100,000: list, page, search, create, import, each beside bare SQLite doing the same.
 *
 *   bench_model [CONTACTS [import]]
 *
 * CPU milliseconds of the process per operation, best of five runs.
 */
#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/text.h"
#include "model/model.h"

#define BATCH 2000

static struct {
    char folder[200], path[260], bare_path[260];
    Store *store;
    Connection *connection;
    sem_t lent, done, finished;
    TenantInfo tenant;
    ModelContext context;
    Error error;
    int64_t owner;
    sqlite3 *bare;
} bench;

static const char *const FIRST[] = {"Anna",  "Ben",  "Carla", "David", "Emma",  "Felix",
                                    "Greta", "Hugo", "Ida",   "Jonas", "Klara", "Lukas",
                                    "Maria", "Noah", "Olga",  "Paul",  "Rosa",  "Simon",
                                    "Tina",  "Uwe",  "Vera",  "Wim",   "Xenia", "Yann"};
static const char *const LAST[] = {
    "Almeida", "Bauer",  "Costa",  "Dubois", "Engel", "Fischer", "Garcia", "Hansen", "Ivanov",
    "Jansen",  "Keller", "Lopez",  "Martin", "Novak", "Olsen",   "Petit",  "Quinn",  "Rossi",
    "Schmidt", "Torres", "Ulrich", "Vogel",  "Weber", "Young",   "Zimmer"};
static const char *const STAGE[] = {"subscriber", "lead", "mql", "sql", "customer"};

static void fail(void)
{
    fprintf(stderr, "%s %s %s\n", bench.error.code, bench.error.message, bench.error.hint);
    exit(1);
}

static void check(bool fine)
{
    if (!fine)
        fail();
}

static double cpu(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool lend(Connection *connection, void *argument, Error *error)
{
    bench.connection = connection;
    sem_post(&bench.lent);
    sem_wait(&bench.done);
    return true;
}

static void given_back(void *argument, const Error *error)
{
    sem_post(&bench.finished);
}

static void borrow(void)
{
    check(Store_write(bench.store, STORE_INTERACTIVE, lend, given_back, NULL, &bench.error));
    sem_wait(&bench.lent);
    bench.context.connection = bench.connection;
}

static void give_back(void)
{
    sem_post(&bench.done);
    sem_wait(&bench.finished);
}

static void open_bench(void)
{
    StoreOptions options = {.create = true};
    snprintf(bench.folder, sizeof bench.folder, "%.150s/bench-model-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(bench.folder) || !Seal_init(&bench.error))
        exit(1);
    snprintf(bench.path, sizeof bench.path, "%s/data.db", bench.folder);
    snprintf(bench.bare_path, sizeof bench.bare_path, "%s/bare.db", bench.folder);
    bench.store = Store_open(bench.path, &options, &bench.error);
    check(bench.store &&
          Store_migrate(bench.store, TENANT_MIGRATIONS, TENANT_MIGRATION_COUNT, &bench.error));
    sem_init(&bench.lent, 0, 0);
    sem_init(&bench.done, 0, 0);
    sem_init(&bench.finished, 0, 0);
    bench.tenant =
        (TenantInfo){.id = 1, .slug = "bench", .currency = "EUR", .zone = "Europe/Berlin"};
    bench.context = (ModelContext){.arena = Arena_new(0),
                                   .tenant = &bench.tenant,
                                   .now = INT64_C(1795338000000000),
                                   .actor_name = "bench"};
}

/* ---- filling ------------------------------------------------------------------------------ */

static int field(const ResourceDef *resource, const char *name)
{
    return Resource_field(resource, name);
}

static Record *contact(int number, int64_t company)
{
    static char texts[5][100];
    const ResourceDef *resource = Resource_find("contact");
    Record *record = Record_new(bench.context.arena, resource);
    unsigned seed = (unsigned)number * 2654435761u;
    const char *first = FIRST[seed / 7 % 24], *last = LAST[seed / 1009 % 25];
    snprintf(texts[0], sizeof texts[0], "%s%d", last, number % 400);
    snprintf(texts[1], sizeof texts[1], "%s.%s%d@example%d.com", first, last, number, number % 500);
    snprintf(texts[2], sizeof texts[2], "+49 30 %07d", number);
    Record_set_text(record, field(resource, "first_name"), first);
    Record_set_text(record, field(resource, "last_name"),
                    Arena_strdup(bench.context.arena, texts[0]));
    Record_set_text(record, field(resource, "email"), Arena_strdup(bench.context.arena, texts[1]));
    Record_set_text(record, field(resource, "phone"), Arena_strdup(bench.context.arena, texts[2]));
    Record_set_text(record, field(resource, "lifecycle"), STAGE[seed / 13 % 5]);
    Record_set_int(record, field(resource, "company_id"), company + number % 1000);
    Record_set_int(record, field(resource, "score"), number % 101);
    Record_set_int(record, field(resource, "owner_id"), bench.owner + number % 2);
    return record;
}

static void add_children(Record *record)
{
    Arena *arena = bench.context.arena;
    const ResourceDef *address = Resource_find_child(record->resource, "addresses");
    const ResourceDef *point = Resource_find_child(record->resource, "contact_points");
    Record *child = Record_new(arena, address);
    Record_set_text(child, field(address, "line1"), "Unter den Linden 5");
    Record_set_text(child, field(address, "city"), "Berlin");
    Record_set_text(child, field(address, "postal_code"), "10117");
    Record_set_text(child, field(address, "country"), "DE");
    Record_add_child(arena, record, child);
    child = Record_new(arena, point);
    Record_set_text(child, field(point, "kind"), "email");
    Record_set_text(child, field(point, "value"), "someone@example.org");
    Record_add_child(arena, record, child);
}

static int64_t fill_companies(void)
{
    const ResourceDef *resource = Resource_find("company");
    int64_t first = 0;
    for (int i = 1; i >= 0; i--) {
        const ResourceDef *users = Resource_find("user");
        Record *user = Record_new(bench.context.arena, users);
        Record_set_text(user, field(users, "name"), i ? "Anna" : "Ben");
        Record_set_text(user, field(users, "email"), i ? "a@example.com" : "b@example.com");
        check(Model_create(&bench.context, user, NULL, &bench.error));
        bench.owner = Record_id(user) - 1;
    }
    for (int i = 0; i < 1000; i++) {
        char name[60];
        Record *record = Record_new(bench.context.arena, resource);
        snprintf(name, sizeof name, "%s and %s %d", LAST[i % 25], LAST[i / 25 % 25], i);
        Record_set_text(record, field(resource, "name"), name);
        check(Model_create(&bench.context, record, NULL, &bench.error));
        first = first ? first : Record_id(record);
    }
    return first;
}

static double fill(int from, int to, int64_t company)
{
    double started = cpu();
    for (int i = from; i < to; i++) {
        if (i % BATCH == 0) {
            give_back();
            borrow();
            Arena_reset(bench.context.arena);
            bench.context.custom = NULL;
        }
        bench.context.now += 1000;
        check(Model_create(&bench.context, contact(i, company), NULL, &bench.error));
    }
    return (cpu() - started) / (to - from);
}

/* ---- the bare library --------------------------------------------------------------------- */

static void bare(const char *sql)
{
    if (sqlite3_exec(bench.bare, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(bench.bare));
        exit(1);
    }
}

static sqlite3_stmt *bare_prepare(const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(bench.bare, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(bench.bare));
        exit(1);
    }
    return statement;
}

static void lower(char *out, const char *word)
{
    do
        *out++ = (char)(*word | ' ');
    while (*word++);
    out[-1] = '\0';
}

/* Record, its indexes, search and a change: bound to constants, nothing composed or checked. */
static double bare_fill(int from, int to)
{
    static const char *const statements[] = {
        "INSERT INTO contact(uid, tenant_id, label, label_key, owner_id, created_at, actor_kind, "
        "updated_at,"
        " version, custom, first_name, last_name, last_name_key, display_name, display_name_key, "
        "email,"
        " email_key, phone, phone_e164, lifecycle, company_id, score, do_not_call, do_not_email)"
        " VALUES(randomblob(16), 1, ?1, ?2, 1 + ?12 % 2, ?3, 'import', ?3, 1, '{}', ?4, ?5, ?6, "
        "?1, ?2, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, 0, 0)",
        "INSERT INTO search_contact(rowid, text) VALUES(?1, ?2)",
        "INSERT INTO change(tenant_id, lane, sequence, at, actor_kind, operation, kind, resource,"
        " record_uid, record_id, label, after, salt, content_digest, prev_hash, hash) VALUES(1, 0, "
        "?1,"
        " ?1, 'import', 'contact.create', 'create', 'contact', randomblob(16), ?1, ?2, ?3,"
        " randomblob(16), randomblob(32), randomblob(32), randomblob(32))",
    };
    sqlite3_stmt *prepared[3];
    for (int i = 0; i < 3; i++)
        prepared[i] = bare_prepare(statements[i]);
    double started = cpu();
    bare("BEGIN");
    for (int i = from; i < to; i++) {
        char texts[8][300];
        unsigned seed = (unsigned)i * 2654435761u;
        char first[20], last[20];
        lower(first, FIRST[seed / 7 % 24]);
        lower(last, LAST[seed / 1009 % 25]);
        snprintf(texts[0], sizeof texts[0], "%s %s%d", first, last, i % 400);
        snprintf(texts[1], sizeof texts[1], "%s%d", last, i % 400);
        snprintf(texts[2], sizeof texts[2], "%s.%s%d@example%d.com", first, last, i, i % 500);
        snprintf(texts[3], sizeof texts[3], "+49 30 %07d", i);
        snprintf(texts[4], sizeof texts[4], "+4930%07d", i);
        snprintf(texts[5], sizeof texts[5],
                 "\2\2%s\2\2%s\2\2%s\2\2%s\2\2%s\2\2+49\2\2"
                 "30\2\2%07d"
                 "\2\2%s",
                 first, texts[1], first, texts[1], texts[2], i, texts[4] + 1);
        snprintf(
            texts[6], sizeof texts[6],
            "{\"first_name\":\"%s\",\"last_name\":\"%s\",\"display_name\":\"%s\",\"email\":\"%s\","
            "\"phone\":\"%s\",\"company_id\":1}",
            first, texts[1], texts[0], texts[2], texts[3]);
        sqlite3_stmt *row = prepared[0];
        static const int places[] = {1, 2, 5, 6, 7, 8, 9, 10};
        static const int sources[] = {0, 0, 1, 1, 2, 2, 3, 4};
        for (int p = 0; p < 8; p++)
            sqlite3_bind_text(row, places[p], texts[sources[p]], -1, SQLITE_STATIC);
        sqlite3_bind_int64(row, 3, 1795338000000000 + i);
        sqlite3_bind_text(row, 4, first, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 11, STAGE[seed / 13 % 5], -1, SQLITE_STATIC);
        sqlite3_bind_int(row, 12, 1 + i % 1000);
        sqlite3_bind_int(row, 13, i % 101);
        sqlite3_step(row);
        sqlite3_reset(row);
        sqlite3_bind_int64(prepared[1], 1, sqlite3_last_insert_rowid(bench.bare));
        sqlite3_bind_text(prepared[1], 2, texts[5], -1, SQLITE_STATIC);
        sqlite3_step(prepared[1]);
        sqlite3_reset(prepared[1]);
        sqlite3_bind_int64(prepared[2], 1, i + 1);
        sqlite3_bind_text(prepared[2], 2, texts[0], -1, SQLITE_STATIC);
        sqlite3_bind_text(prepared[2], 3, texts[6], -1, SQLITE_STATIC);
        sqlite3_step(prepared[2]);
        sqlite3_reset(prepared[2]);
        if (i % BATCH == BATCH - 1)
            bare("COMMIT; BEGIN");
    }
    bare("COMMIT");
    for (int i = 0; i < 3; i++)
        sqlite3_finalize(prepared[i]);
    return (cpu() - started) / (to - from);
}

static void bare_open(void)
{
    if (sqlite3_open(bench.bare_path, &bench.bare) != SQLITE_OK)
        exit(1);
    bare("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192");
    sqlite3 *source;
    sqlite3_stmt *schema;
    if (sqlite3_open(bench.path, &source) != SQLITE_OK)
        exit(1);
    sqlite3_prepare_v2(source,
                       "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN"
                       " ('contact', 'search_contact', 'change') AND type <> 'trigger'"
                       " AND name NOT LIKE 'search_contact_%'",
                       -1, &schema, NULL);
    while (sqlite3_step(schema) == SQLITE_ROW)
        bare((const char *)sqlite3_column_text(schema, 0));
    sqlite3_finalize(schema);
    sqlite3_close(source);
}

static double bare_query(const char *sql)
{
    sqlite3_stmt *statement = bare_prepare(sql);
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double started = cpu();
        for (int i = 0; i < 20; i++) {
            while (sqlite3_step(statement) == SQLITE_ROW)
                for (int column = 0; column < sqlite3_column_count(statement); column++)
                    sqlite3_column_text(statement, column);
            sqlite3_reset(statement);
        }
        double spent = (cpu() - started) / 20;
        best = spent < best ? spent : best;
    }
    sqlite3_finalize(statement);
    return best;
}

/* ---- asking ------------------------------------------------------------------------------- */

static double time_list(const char *filter_text, const char *sort, const char *after, bool json)
{
    double best = 1e9;
    const ResourceDef *resource = Resource_find("contact");
    for (int round = 0; round < 5; round++) {
        double started = cpu();
        for (int i = 0; i < 20; i++) {
            ListPage page;
            char *cursor = after ? strdup(after) : NULL;
            Arena_reset(bench.context.arena);
            bench.context.custom = NULL;
            ListQuery query = {.sort = sort,
                               .limit = 50,
                               .after = cursor,
                               .filter =
                                   Filter_parse(bench.context.arena, filter_text, &bench.error)};
            check(Model_list(&bench.context, resource, &query, &page, &bench.error));
            for (size_t r = 0; json && r < page.count; r++)
                json_object_put(
                    Record_to_json(&bench.context, page.records[r], resource->list, &bench.error));
            free(cursor);
        }
        double spent = (cpu() - started) / 20;
        best = spent < best ? spent : best;
    }
    return best;
}

static char *deep_cursor(const char *sort, int pages)
{
    char *cursor = NULL;
    for (int i = 0; i < pages; i++) {
        ListPage page;
        ListQuery query = {.sort = sort, .limit = 1000, .after = cursor};
        check(Model_list(&bench.context, Resource_find("contact"), &query, &page, &bench.error));
        free(cursor);
        cursor = page.next ? strdup(page.next) : NULL;
        Arena_reset(bench.context.arena);
        bench.context.custom = NULL;
        if (!cursor)
            break;
    }
    return cursor;
}

static double time_search(const char *text)
{
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double started = cpu();
        for (int i = 0; i < 20; i++) {
            ListPage page;
            Arena_reset(bench.context.arena);
            bench.context.custom = NULL;
            check(Model_search(&bench.context, Resource_find("contact"), text, 50, &page,
                               &bench.error));
        }
        double spent = (cpu() - started) / 20;
        best = spent < best ? spent : best;
    }
    return best;
}

static void lists(void)
{
    static const struct {
        const char *filter, *sort, *bare;
    } cases[] = {
        {"", "-updated_at",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL"
         " ORDER BY updated_at DESC LIMIT 50"},
        {"lifecycle = customer", "last_name",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND +lifecycle ="
         " 'customer' ORDER BY last_name_key, id LIMIT 50"},
        {"last_name > m", "last_name",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND"
         " last_name_key > 'm' ORDER BY last_name_key, id LIMIT 50"},
        {"last_name = weber7", "-updated_at",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND"
         " last_name_key = 'weber7' ORDER BY updated_at DESC LIMIT 50"},
        {"company_id.name ~ weber", "last_name",
         "SELECT * FROM contact WHERE deleted_at IS NULL ORDER BY last_name_key LIMIT 50"},
        {"owner = anna", "-updated_at",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND"
         " +owner_id = 1 ORDER BY updated_at DESC LIMIT 50"},
        {"owner = anna and score = 7", "last_name",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND"
         " +owner_id = 1 AND score = 7 ORDER BY last_name_key LIMIT 50"},
        {"last_name >= a", "-updated_at",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND"
         " +last_name_key >= 'a' ORDER BY updated_at DESC LIMIT 50"},
        {"last_name >= a and email >= a", "display_name",
         "SELECT * FROM contact WHERE deleted_at IS NULL AND archived_at IS NULL AND"
         " +last_name_key >= 'a' AND +email_key >= 'a' ORDER BY display_name_key LIMIT 50"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double ours = time_list(cases[i].filter, cases[i].sort, NULL, false);
        double full = time_list(cases[i].filter, cases[i].sort, NULL, true);
        printf("list 50 [%s] by %s: %.3f ms (with JSON %.3f); bare %.3f ms\n", cases[i].filter,
               cases[i].sort, ours, full, bare_query(cases[i].bare));
    }
    static const char *const sorts[] = {"last_name", "-updated_at", "-last_activity_at"};
    for (size_t i = 0; i < sizeof sorts / sizeof sorts[0]; i++) {
        char *cursor = deep_cursor(sorts[i], 80);
        printf("page 1 by %s: %.3f ms; page 1,600: %.3f ms\n", sorts[i],
               time_list("", sorts[i], NULL, false), time_list("", sorts[i], cursor, false));
        free(cursor);
    }
}

static void searches(void)
{
    static const char *const texts[] = {
        "weber", "web",        "we",          "w", "anna weber", "schmidt7",      "ann", "example1",
        "0042",  "nobodyhere", "garcia12@ex", "a", "com",        "emma garcia399"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "SELECT c.* FROM search_contact s JOIN contact c ON c.id = s.rowid WHERE"
                 " search_contact MATCH '\"%s\"' ORDER BY s.rowid DESC LIMIT 50",
                 texts[i]);
        printf("search \"%s\": %.3f ms; bare match %.3f ms\n", texts[i], time_search(texts[i]),
               strlen(texts[i]) < 3 ? 0.0 : bare_query(sql));
    }
}

/* ---- creating ----------------------------------------------------------------------------- */

static bool create_one(Connection *connection, void *argument, Error *error)
{
    int *number = argument;
    Arena_reset(bench.context.arena);
    bench.context.custom = NULL;
    bench.context.connection = connection;
    bench.context.now += 1000;
    Record *record = contact(++*number, 1), *created;
    add_children(record);
    return Model_create(&bench.context, record, &created, error);
}

static void creating(int number)
{
    double best = 1e9, alone = 1e9;
    for (int round = 0; round < 5; round++) {
        double started = cpu();
        for (int i = 0; i < 100; i++)
            check(Store_write_wait(bench.store, STORE_INTERACTIVE, create_one, &number,
                                   &bench.error));
        double spent = (cpu() - started) / 100;
        best = spent < best ? spent : best;
    }
    borrow();
    for (int round = 0; round < 5; round++) {
        double started = cpu();
        for (int i = 0; i < 100; i++)
            check(create_one(bench.connection, &number, &bench.error));
        double spent = (cpu() - started) / 100;
        alone = spent < alone ? spent : alone;
    }
    give_back();
    printf("create a contact with address and e-mail: %.3f ms with its durable commit, %.3f ms "
           "without\n",
           best, alone);
}

static void clean(void)
{
    static const char *const names[] = {"data.db", "data.db-wal", "data.db-shm", "data.db-lock",
                                        "bare.db", "bare.db-wal", "bare.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/%s", bench.folder, names[i]);
        unlink(path);
    }
    rmdir(bench.folder);
}

int main(int argc, char **argv)
{
    int contacts = argc > 1 ? atoi(argv[1]) : 100000;
    open_bench();
    borrow();
    int64_t company = fill_companies();
    give_back();
    borrow();
    bench.context.importing = true;
    bench.context.actor_kind = ACTOR_IMPORT;
    bench.context.batch = Uid_new();
    double ours = fill(0, contacts, company);
    bench.context.importing = false;
    bench.context.batch = (Uid){{0}};
    give_back();
    bare_open();
    double theirs = bare_fill(0, contacts);
    printf("import %d contacts: %.1f us each; bare %.1f us; ratio %.0f %%\n", contacts, ours * 1e3,
           theirs * 1e3, theirs / ours * 100);
    if (argc < 3) {
        borrow();
        lists();
        searches();
        give_back();
        creating(contacts);
    }
    sqlite3_close(bench.bare);
    Store_close(bench.store);
    clean();
    return 0;
}
