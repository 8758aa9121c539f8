/* Import of made-up leads beside a bare SQLite loop that writes the same record, its indexes, its
 * search entry and its change.  Both in the same run, on files of their own; the target is 70 % of
 * the bare loop, in bounded memory, while another person's writes stay under 50 ms.
 *
 *   bench_import [FOLDER [ROWS]]
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/world.h"
#include "model/exchange/import.h"
#include "model/model.h"

#define BARE_BATCH 2000
#define STEP_AIM_US 20000
#define STEP_MAX 2000

static const char *const FIRST[] = {"Ada", "Bruno", "Chloe", "Dmitri", "Elena", "Farid", "Grace"};
static const char *const LAST[] = {"Lovelace", "Rossi",  "Martin", "Ivanov",
                                   "Garcia",   "Haddad", "Okafor"};
static const char *const CITY[] = {"Berlin", "Lyon", "Porto", "Madrid", "Leeds"};
static const char *const COUNTRY[] = {"DE", "FR", "PT", "ES", "GB"};
static const char *const SOURCE[] = {"web_form", "email", "referral", "event", "ads"};

typedef struct Lead {
    char last[32], email[64], company[48], phone[32], title[48];
    const char *first, *city, *country, *source;
    int employees;
} Lead;

static void die(const char *what, const Error *error)
{
    fprintf(stderr, "bench_import: %s %s\n", what, error ? error->message : "");
    exit(1);
}

static Lead lead_of(int number)
{
    Lead lead = {.first = FIRST[number % 7],
                 .city = CITY[number % 5],
                 .country = COUNTRY[number % 5],
                 .source = SOURCE[number / 3 % 5],
                 .employees = 1 + number * 7 % 900};

    snprintf(lead.last, sizeof lead.last, "%s%d", LAST[number / 7 % 7], number % 1000);
    snprintf(lead.email, sizeof lead.email, "person%d@company%d.example", number, number % 5000);
    snprintf(lead.company, sizeof lead.company, "Company %d Ltd", number % 5000);
    snprintf(lead.phone, sizeof lead.phone, "+44 20 %07d", number);
    snprintf(lead.title, sizeof lead.title, "Request %d about lamps", number);
    return lead;
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Processor time of this thread: what a busy machine does not distort. */
static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

/* ---- an empty company ----------------------------------------------------------------------- */

static Store *make_store(const char *folder, const char *name, char path[512])
{
    Error error = ERROR_NONE;
    StoreOptions options = {.create = true};
    Store *store;

    snprintf(path, 512, "%s/%s", folder, name);
    store = Store_open(path, &options, &error);
    if (!store || !Store_migrate(store, TENANT_MIGRATIONS, TENANT_MIGRATION_COUNT, &error))
        die("cannot make the store:", &error);
    return store;
}

/* ---- the bare loop -------------------------------------------------------------------------- */

static sqlite3_stmt *prepare(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "bench_import: %s\n", sqlite3_errmsg(handle));
        exit(1);
    }
    return statement;
}

static void run(sqlite3 *handle, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE) {
        fprintf(stderr, "bench_import: %s\n", sqlite3_errmsg(handle));
        exit(1);
    }
    sqlite3_reset(statement);
}

static void bind_texts(sqlite3_stmt *statement, int first, const char *const *texts, int count)
{
    for (int i = 0; i < count; i++)
        sqlite3_bind_text(statement, first + i, texts[i], -1, SQLITE_TRANSIENT);
}

static const char INSERT_LEAD[] =
    "INSERT INTO lead(uid, tenant_id, created_at, updated_at, actor_kind, version, custom, label,"
    " label_key, first_name, last_name, company_name, title, email, phone, country, source, state,"
    " number, employees) VALUES(?1, 1, ?2, ?2, 'import', 1, '{}', ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
    "?10,"
    " ?11, 'new', ?12, ?13)";
static const char INSERT_SEARCH[] = "INSERT INTO search_lead(rowid, text) VALUES(?1, ?2)";
static const char INSERT_CHANGE[] =
    "INSERT INTO change(tenant_id, lane, sequence, at, actor_kind, operation, kind, resource,"
    " record_uid, record_id, batch, label, after, salt, content_digest, prev_hash, hash)"
    " VALUES(1, 0, ?1, ?2, 'import', 'import.start', 'create', 'lead', ?3, ?4, ?5, ?6, ?7, ?5, ?8, "
    "?8,"
    " ?8)";

static void bare_row(sqlite3 *handle, sqlite3_stmt *const statements[3], int number)
{
    Lead lead = lead_of(number);
    unsigned char uid[16] = {0}, hash[32] = {0};
    char label[80], code[32], text[300], after[500];
    int64_t id;

    memcpy(uid, &number, sizeof number);
    memcpy(hash, &number, sizeof number);
    snprintf(label, sizeof label, "%s %s", lead.first, lead.last);
    snprintf(code, sizeof code, "L-%d", number);
    snprintf(text, sizeof text,
             "\x02\x02%s \x02\x02%s \x02\x02%s \x02\x02%s \x02\x02%s \x02\x02%s \x02\x02%s",
             lead.first, lead.last, lead.company, lead.title, lead.email, lead.phone, code);
    snprintf(after, sizeof after,
             "{\"first_name\":\"%s\",\"last_name\":\"%s\",\"company_name\":\"%s\",\"title\":\"%s\","
             "\"email\":\"%s\",\"phone\":\"%s\",\"address.city\":\"%s\",\"country\":\"%s\","
             "\"source\":\"%s\","
             "\"employees\":%d,\"state\":\"new\",\"number\":\"%s\"}",
             lead.first, lead.last, lead.company, lead.title, lead.email, lead.phone, lead.city,
             lead.country, lead.source, lead.employees, code);
    sqlite3_bind_blob(statements[0], 1, uid, sizeof uid, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statements[0], 2, now_us());
    bind_texts(statements[0], 3,
               (const char *const[]){label, lead.first, lead.last, lead.company, lead.title,
                                     lead.email, lead.phone, lead.country, lead.source, code},
               10);
    sqlite3_bind_int(statements[0], 13, lead.employees);
    run(handle, statements[0]);
    id = sqlite3_last_insert_rowid(handle);
    sqlite3_bind_int64(statements[1], 1, id);
    bind_texts(statements[1], 2, (const char *const[]){text}, 1);
    run(handle, statements[1]);
    sqlite3_bind_int(statements[2], 1, number + 1);
    sqlite3_bind_int64(statements[2], 2, now_us());
    sqlite3_bind_blob(statements[2], 3, uid, sizeof uid, SQLITE_TRANSIENT);
    sqlite3_bind_int64(statements[2], 4, id);
    sqlite3_bind_blob(statements[2], 5, uid, sizeof uid, SQLITE_TRANSIENT);
    bind_texts(statements[2], 6, (const char *const[]){label, after}, 2);
    sqlite3_bind_blob(statements[2], 8, hash, sizeof hash, SQLITE_TRANSIENT);
    run(handle, statements[2]);
}

static double bare_loop(const char *path, int rows)
{
    sqlite3 *handle;
    sqlite3_stmt *statements[3];
    int64_t started;
    double cpu;

    if (sqlite3_open(path, &handle) != SQLITE_OK)
        die("cannot open the bare file", NULL);
    sqlite3_exec(handle,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
                 NULL, NULL, NULL);
    statements[0] = prepare(handle, INSERT_LEAD);
    statements[1] = prepare(handle, INSERT_SEARCH);
    statements[2] = prepare(handle, INSERT_CHANGE);
    started = now_us();
    cpu = cpu_us();
    for (int number = 0; number < rows; number++) {
        if (number % BARE_BATCH == 0)
            sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        bare_row(handle, statements, number);
        if (number % BARE_BATCH == BARE_BATCH - 1 || number == rows - 1)
            sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL);
    }
    started = now_us() - started;
    printf("bare loop: %.1f us of processor a row\n", (cpu_us() - cpu) / rows);
    for (int i = 0; i < 3; i++)
        sqlite3_finalize(statements[i]);
    sqlite3_close(handle);
    return rows / (started / 1e6);
}

/* ---- somebody else who works meanwhile ------------------------------------------------------ */

typedef struct Neighbour {
    Store *store;
    atomic_bool stop;
    int64_t worst_us, sum_us, writes, over;
} Neighbour;

static bool small_write(Connection *connection, void *argument, Error *error)
{
    Statement *statement =
        Connection_prepare(connection, "INSERT INTO neighbour(at) VALUES(?1)", error);

    if (!statement)
        return false;
    Statement_bind_int(statement, 1, now_us());
    return Statement_run(statement, error);
}

static void *work_beside(void *argument)
{
    Neighbour *neighbour = argument;

    while (!atomic_load(&neighbour->stop)) {
        Error error = ERROR_NONE;
        int64_t started = now_us(), spent;

        if (!Store_write_wait(neighbour->store, STORE_INTERACTIVE, small_write, NULL, &error))
            die("the neighbour cannot write:", &error);
        spent = now_us() - started;
        neighbour->writes++;
        neighbour->sum_us += spent;
        neighbour->over += spent > 50000;
        if (spent > neighbour->worst_us)
            neighbour->worst_us = spent;
        usleep(20000);
    }
    return NULL;
}

/* ---- the import ----------------------------------------------------------------------------- */

typedef struct Step {
    Import *import;
    DraftBatch *batch;
    size_t limit;
    const TenantInfo *tenant;
    Uid batch_uid;
    Json *cursor;
    Error error;
    bool prepare;
    int64_t spent_us; /* by the last step, inside the writer */
    double cpu_us;    /* of the writer, without commits */
    int64_t steps;
} Step;

static bool write_step(Connection *connection, void *argument, Error *error)
{
    Step *step = argument;
    ModelContext context = {.connection = connection,
                            .arena = Arena_new(0),
                            .tenant = step->tenant,
                            .now = World_now(),
                            .actor_kind = ACTOR_IMPORT,
                            .actor_name = "bench",
                            .operation = "import.start",
                            .batch = step->batch_uid,
                            .importing = true};
    double cpu = cpu_us();
    int64_t started = now_us();
    bool done = step->prepare
                    ? Import_prepare(step->import, &context, error)
                    : Import_write(step->import, &context, step->batch, step->cursor, error);

    Arena_free(context.arena);
    step->spent_us = now_us() - started;
    step->cpu_us += cpu_us() - cpu;
    step->steps++;
    return done;
}

static void *read_ahead(void *argument)
{
    Step *step = argument;

    step->batch = Import_read(step->import, step->limit, &step->error);
    return NULL;
}

static void write_all(Store *store, Step *step)
{
    Step ahead = *step;
    size_t size = 50;

    ahead.limit = size;
    read_ahead(&ahead);
    while (ahead.batch) {
        size_t records = ahead.limit;
        pthread_t thread;

        step->batch = ahead.batch;
        ahead.limit = size;
        pthread_create(&thread, NULL, read_ahead, &ahead);
        if (!Store_write_wait(store, STORE_BATCH, write_step, step, &step->error))
            die("a batch failed:", &step->error);
        size = (size_t)((int64_t)records * STEP_AIM_US / (step->spent_us + 1));
        size = size > records * 2 ? records * 2 : size;
        size = size < 10 ? 10 : size > STEP_MAX ? STEP_MAX : size;
        pthread_join(thread, NULL);
        Import_free_batch(step->batch);
    }
    if (Error_present(&ahead.error))
        die("reading failed:", &ahead.error);
}

static double import_file(Store *store, const char *path, int rows, const char *resource)
{
    TenantInfo tenant = {.id = 1,
                         .slug = "bench",
                         .currency = "EUR",
                         .country = "DE",
                         .language = "en",
                         .zone = "Europe/Berlin"};
    ImportOptions options = {.resource = Resource_find(resource), .path = path};
    Error error = ERROR_NONE;
    Arena *arena = Arena_new(0);
    int64_t started = now_us(), planned;
    Connection *reader = Store_reader(store, &error);
    ModelContext context = {
        .connection = reader, .arena = arena, .tenant = &tenant, .now = World_now()};
    ImportPlan *plan = reader ? ImportPlan_make(&context, &options, &error) : NULL;
    Step step = {.tenant = &tenant, .batch_uid = Uid_new(), .cursor = json_object_new_object()};
    Json *result;

    if (!plan)
        die("no plan:", &error);
    Store_release(store, reader);
    planned = now_us() - started;
    step.import = Import_open(plan, &tenant, context.now, NULL, &error);
    step.prepare = true;
    if (!step.import || !Store_write_wait(store, STORE_BATCH, write_step, &step, &error))
        die("cannot prepare:", &error);
    step.prepare = false;
    write_all(store, &step);
    started = now_us() - started;
    result = Import_result(step.import, "import");
    if (rows && Json_int(result, "created", 0) != rows)
        die(json_object_to_json_string(result), NULL);
    if (!rows)
        printf("  %lld records in %.2f s\n", (long long)Json_int(result, "created", 0),
               started / 1e6);
    else
        printf("  first pass %.2f s of %.2f s; writer %.1f us of processor a row, %lld steps\n",
               planned / 1e6, started / 1e6, step.cpu_us / rows, (long long)step.steps);
    json_object_put(result);
    json_object_put(step.cursor);
    Import_close(step.import);
    Arena_free(arena);
    return rows / (started / 1e6);
}

static void write_file(const char *path, int rows)
{
    FILE *file = fopen(path, "w");

    if (!file)
        die("cannot write the file", NULL);
    fputs("First name,Last name,Company,Title,Email,Phone,City,Country,Lead source,Employees\n",
          file);
    for (int number = 0; number < rows; number++) {
        Lead lead = lead_of(number);

        fprintf(file, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%d\n", lead.first, lead.last, lead.company,
                lead.title, lead.email, lead.phone, lead.city, lead.country, lead.source,
                lead.employees);
    }
    fclose(file);
}

static bool add_table(Connection *connection, void *argument, Error *error)
{
    return Connection_script(connection, "CREATE TABLE neighbour(at INTEGER NOT NULL)", error);
}

static void real_leads(const char *folder)
{
    const char *shared = getenv("BIZOSAAS_SHARED");
    char path[512], file[512];
    Store *store;

    snprintf(file, sizeof file, "%s/data/crm/leads.csv", shared ? shared : "../shared");
    if (access(file, R_OK) != 0) {
        printf("real leads: not run: needs shared data\n");
        return;
    }
    printf("real leads, target under 2 s:\n");
    store = make_store(folder, "real.db", path);
    import_file(store, file, 0, "lead");
    Store_close(store);
}

int main(int count, char **arguments)
{
    const char *folder = count > 1 ? arguments[1] : ".";
    int rows = count > 2 ? atoi(arguments[2]) : 100000;
    Neighbour neighbour = {0};
    char path[512], file[512];
    Error error = ERROR_NONE;
    struct rusage usage;
    pthread_t thread;
    double bare, ours;

    if (!World_init(&error))
        die("no world:", &error);
    real_leads(folder);
    snprintf(file, sizeof file, "%s/leads.csv", folder);
    write_file(file, rows);
    Store_close(make_store(folder, "bare.db", path));
    bare = bare_loop(path, rows);
    getrusage(RUSAGE_SELF, &usage);
    printf("bare loop: %.0f rows/s, %ld MB\n", bare, usage.ru_maxrss / 1024);
    neighbour.store = make_store(folder, "import.db", path);
    if (!Store_write_wait(neighbour.store, STORE_INTERACTIVE, add_table, NULL, &error))
        die("cannot add a table:", &error);
    pthread_create(&thread, NULL, work_beside, &neighbour);
    ours = import_file(neighbour.store, file, rows, "lead");
    atomic_store(&neighbour.stop, true);
    pthread_join(thread, NULL);
    getrusage(RUSAGE_SELF, &usage);
    printf("import: %.0f rows/s = %.0f %% of the bare loop (target 70 %%), %ld MB (target under "
           "150)\n",
           ours, 100 * ours / bare, usage.ru_maxrss / 1024);
    printf("somebody else's writes meanwhile: %lld, mean %.1f ms, worst %.1f ms, %lld over 50 ms\n",
           (long long)neighbour.writes,
           neighbour.writes ? neighbour.sum_us / 1e3 / (double)neighbour.writes : 0.0,
           neighbour.worst_us / 1e3, (long long)neighbour.over);
    Store_close(neighbour.store);
    return 0;
}
