/* The engine with 100,000 contacts, asked over its socket; each figure beside what the bare library
 * or the bare socket needs for the same in the same run.
 *
 *   bench_engine [CONTACTS [CALLS]]
 *
 * CPU is that of the whole engine process per call; the bounds are CPU of this process.
 */
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/paths.h"
#include "client/client.h"

#define WRITERS 16
#define CHUNK ((size_t)360 * 1024) /* divisible by 3: base64 without padding in between */
#define RUNS 3

static struct {
    char folder[200], home[240];
    Client *client;
    clockid_t engine_clock;
    int contacts, calls;
    sqlite3 *bare;
} bench = {.contacts = 100000, .calls = 300};

static void die(const char *what, const Error *error)
{
    fprintf(stderr, "bench_engine: %s: %s %s\n", what, error ? error->message : "",
            error ? error->hint : "");
    exit(1);
}

static double clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double wall_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

static double cpu_ms(void)
{
    return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

/* ---- the engine --------------------------------------------------------------------------- */

static Json *call(Client *client, const char *operation, const char *params)
{
    Error error = ERROR_NONE;
    Json *result = NULL, *json = Json_parse(params, strlen(params), 0, &error);
    if (!json || !Client_call(client, operation, json, &result, &error))
        die(operation, &error);
    json_object_put(json);
    return result;
}

static int64_t status(const char *figure)
{
    Json *json = call(bench.client, "engine.status", "{}");
    int64_t value = Json_int(json, figure, 0);
    json_object_put(json);
    return value;
}

static Client *open_client(bool start)
{
    Error error = ERROR_NONE;
    ClientOptions options = {.home = bench.home, .kind = "cli", .start = start};
    Client *client = Client_open(&options, &error);
    if (!client)
        die("the engine", &error);
    return client;
}

/* Milliseconds from nothing to the answer of hello. */
static double start_engine(void)
{
    double started = wall_ms();
    bench.client = open_client(true);
    double spent = wall_ms() - started;
    if (clock_getcpuclockid((pid_t)status("pid"), &bench.engine_clock) != 0)
        die("the engine's clock cannot be read", NULL);
    return spent;
}

/* Returns when its process is gone. */
static void stop_engine(void)
{
    if (!bench.client)
        return;
    pid_t pid = (pid_t)status("pid");
    json_object_put(call(bench.client, "engine.stop", "{}"));
    Client_close(bench.client);
    bench.client = NULL;
    for (int i = 0; i < 6000 && kill(pid, 0) == 0; i++)
        poll(NULL, 0, 5);
}

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *walk)
{
    return remove(path);
}

static void clean_up(void)
{
    if (bench.folder[0])
        nftw(bench.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_company(void)
{
    char program[PATHS_MAX];
    Error error = ERROR_NONE;
    int state = 0;
    snprintf(bench.folder, sizeof bench.folder, "%.150s/bench-engine-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(bench.folder) || !Paths_helper("bizosaas-engine", program, &error))
        die("no engine", &error);
    atexit(clean_up);
    snprintf(bench.home, sizeof bench.home, "%s/home", bench.folder);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "r", stdin) && freopen("/dev/null", "w", stdout))
            execl(program, program, "init", "--home", bench.home, (char *)NULL);
        _exit(127);
    }
    while (waitpid(child, &state, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFEXITED(state) || WEXITSTATUS(state) != 0)
        die("init failed", NULL);
}

/* ---- filling ------------------------------------------------------------------------------ */

static char *contacts_file(size_t *length)
{
    static const char *const FIRST[] = {"Anna", "Ben", "Carla", "David", "Emma", "Felix", "Greta"};
    static const char *const LAST[] = {"Almeida", "Bauer",  "Costa",  "Dubois", "Engel", "Fischer",
                                       "Garcia",  "Hansen", "Ivanov", "Jansen", "Keller"};
    size_t size = (size_t)bench.contacts * 140 + 200;
    char *text = malloc(size);
    if (!text)
        die("memory", NULL);
    int at = snprintf(text, size, "external_ref,first_name,last_name,email,lifecycle,score\n");
    for (int i = 0; i < bench.contacts; i++) {
        unsigned seed = (unsigned)i * 2654435761u;
        at += snprintf(text + at, size - (size_t)at, "c%d,%s,%s%u,p%d@example%d.com,%s,%d\n", i,
                       FIRST[seed / 7 % 7], LAST[seed / 1009 % 11], seed % 4000, i, i % 500,
                       i % 3 ? "customer" : "subscriber", i % 101);
    }
    *length = (size_t)at;
    return text;
}

static void base64(char *out, const unsigned char *bytes, size_t length)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        unsigned rest = length - i < 3 ? (unsigned)(length - i) : 3;
        unsigned value = (unsigned)bytes[i] << 16 | (rest > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                         (rest > 2 ? bytes[i + 2] : 0);
        *out++ = DIGITS[value >> 18];
        *out++ = DIGITS[value >> 12 & 63];
        *out++ = rest > 1 ? DIGITS[value >> 6 & 63] : '=';
        *out++ = rest > 2 ? DIGITS[value & 63] : '=';
    }
    *out = '\0';
}

static void send_file(const char *upload, const char *text, size_t length)
{
    char *params = malloc(CHUNK / 3 * 4 + 300), *data = malloc(CHUNK / 3 * 4 + 8);
    if (!params || !data)
        die("memory", NULL);
    for (size_t at = 0; at < length; at += CHUNK) {
        size_t part = length - at < CHUNK ? length - at : CHUNK;
        base64(data, (const unsigned char *)text + at, part);
        snprintf(params, CHUNK / 3 * 4 + 300, "{\"upload\":\"%s\",\"offset\":%zu,\"data\":\"%s\"}",
                 upload, at, data);
        json_object_put(call(bench.client, "upload.chunk", params));
    }
    free(params);
    free(data);
}

static void wait_for_job(const char *job)
{
    char params[200];
    snprintf(params, sizeof params, "{\"job\":\"%s\"}", job);
    for (;;) {
        Json *answer = call(bench.client, "job.status", params);
        const char *state = Json_text(answer, "state");
        bool busy = strcmp(state, "queued") == 0 || strcmp(state, "running") == 0;
        if (!busy && strcmp(state, "done") != 0)
            die("the import failed", NULL);
        json_object_put(answer);
        if (!busy)
            return;
        poll(NULL, 0, 20);
    }
}

static void fill(void)
{
    char params[300], upload[100], job[100];
    size_t length;
    char *text = contacts_file(&length);
    snprintf(params, sizeof params, "{\"name\":\"contacts.csv\",\"bytes\":%zu}", length);
    Json *answer = call(bench.client, "upload.start", params);
    snprintf(upload, sizeof upload, "%s", Json_text(answer, "upload"));
    json_object_put(answer);
    send_file(upload, text, length);
    free(text);
    snprintf(params, sizeof params, "{\"upload\":\"%s\"}", upload);
    json_object_put(call(bench.client, "upload.finish", params));
    snprintf(params, sizeof params, "{\"resource\":\"contact\",\"upload\":\"%s\"}", upload);
    double started = wall_ms();
    answer = call(bench.client, "import.start", params);
    snprintf(job, sizeof job, "%s", Json_text(answer, "job"));
    json_object_put(answer);
    wait_for_job(job);
    double seconds = (wall_ms() - started) / 1e3;
    printf("import of %d contacts through the engine: %.1f s, %.0f rows/s\n", bench.contacts,
           seconds, bench.contacts / seconds);
}

/* ---- calls -------------------------------------------------------------------------------- */

typedef struct Cost {
    double engine_cpu, wall; /* milliseconds a call, the best of RUNS */
} Cost;

/* Copies a pattern, each # of which becomes the number. */
static void fill_in(char *out, size_t size, const char *pattern, int number)
{
    size_t used = 0;
    for (; *pattern && used + 12 < size; pattern++) {
        if (*pattern == '#')
            used += (size_t)snprintf(out + used, size - used, "%d", number);
        else
            out[used++] = *pattern;
    }
    out[used] = '\0';
}

/* pattern: the parameters; each # in them is another number each time. */
static Cost measure(const char *operation, const char *pattern)
{
    Cost best = {1e9, 1e9};
    char params[1000];
    static int number;
    for (int run = 0; run < RUNS; run++) {
        double cpu = clock_ms(bench.engine_clock), wall = wall_ms();
        for (int i = 0; i < bench.calls; i++) {
            fill_in(params, sizeof params, pattern, ++number);
            json_object_put(call(bench.client, operation, params));
        }
        cpu = (clock_ms(bench.engine_clock) - cpu) / bench.calls;
        wall = (wall_ms() - wall) / bench.calls;
        best.engine_cpu = cpu < best.engine_cpu ? cpu : best.engine_cpu;
        best.wall = wall < best.wall ? wall : best.wall;
    }
    return best;
}

/* The same rows by the bare library: CPU milliseconds of a query run to its end. */
static double measure_bare(const char *sql, const char *text)
{
    double best = 1e9;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(bench.bare, sql, -1, &statement, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(bench.bare), NULL);
    for (int run = 0; run < RUNS; run++) {
        double cpu = cpu_ms();
        for (int i = 0; i < bench.calls; i++) {
            sqlite3_reset(statement);
            if (text)
                sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
            while (sqlite3_step(statement) == SQLITE_ROW)
                for (int column = 0; column < sqlite3_column_count(statement); column++)
                    sqlite3_column_text(statement, column);
        }
        cpu = (cpu_ms() - cpu) / bench.calls;
        best = cpu < best ? cpu : best;
    }
    sqlite3_finalize(statement);
    return best;
}

static void open_bare(void)
{
    char path[300];
    snprintf(path, sizeof path, "%s/tenants/company/data.db", bench.home);
    if (sqlite3_open_v2(path, &bench.bare, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        die("the data file cannot be read", NULL);
}

static void report(const char *name, Cost cost, double bare, double target)
{
    printf("%s: %.3f ms CPU (target %.2f), %.3f ms in all", name, cost.engine_cpu, target,
           cost.wall);
    if (bare > 0)
        printf("; bare SQLite %.3f ms, ratio %.1f", bare, cost.engine_cpu / bare);
    printf("\n");
}

#define LIST_PARAMETERS                                                          \
    "{\"filter\":\"last_name >= \\\"costa\\\" and last_name < \\\"keller\\\"\"," \
    "\"sort\":\"last_name\",\"limit\":50}"
#define BARE_LIST                                                                                  \
    "SELECT uid, version, display_name, company_id, job_title, email, phone, lifecycle, owner_id," \
    " last_activity_at FROM contact WHERE last_name_key >= 'costa' AND last_name_key < 'keller'"   \
    " AND deleted_at IS NULL AND archived_at IS NULL ORDER BY last_name_key, id LIMIT 50"

/* Goes `pages` pages of 1000 forward; the cursor to the page there. */
static void cursor_at(int pages, char *cursor, size_t size)
{
    char params[1200] = "{\"sort\":\"last_name\",\"limit\":200,\"columns\":[\"last_name\"]}";
    cursor[0] = '\0';
    for (int page = 0; page < pages; page++) {
        Json *answer = call(bench.client, "contact.list", params);
        const char *next = Json_text(answer, "next");
        if (next) {
            snprintf(cursor, size, "%s", next);
            snprintf(params, sizeof params,
                     "{\"sort\":\"last_name\",\"limit\":200,\"columns\":[\"last_name\"],\"after\":"
                     "\"%s\"}",
                     next);
        }
        json_object_put(answer);
        if (!next)
            return;
    }
}

static void reading(void)
{
    char cursor[700], params[1000];
    report("list 50, filtered and sorted", measure("contact.list", LIST_PARAMETERS),
           measure_bare(BARE_LIST, NULL), 1);
    Cost first = measure("contact.list", "{\"sort\":\"last_name\",\"limit\":50}");
    cursor_at(bench.contacts / 200 * 9 / 10, cursor, sizeof cursor);
    snprintf(params, sizeof params, "{\"sort\":\"last_name\",\"limit\":50,\"after\":\"%s\"}",
             cursor);
    Cost deep = measure("contact.list", params);
    printf("page after %d records: %.3f ms CPU, first page %.3f ms, ratio %.2f (target 1)\n",
           bench.contacts * 9 / 10, deep.engine_cpu, first.engine_cpu,
           deep.engine_cpu / first.engine_cpu);
    report("quick search, a part of a name",
           measure("contact.search", "{\"text\":\"ulien12\",\"limit\":50}"),
           measure_bare("SELECT rowid FROM search_contact WHERE text MATCH ?1 LIMIT 50",
                        "\"uli\" \"lie\""),
           2);
    report("quick search, a common part",
           measure("contact.search", "{\"text\":\"fisch\",\"limit\":50}"),
           measure_bare("SELECT rowid FROM search_contact WHERE text MATCH ?1 LIMIT 50",
                        "\"fis\" \"isc\" \"sch\""),
           2);
    report("quick search, two letters", measure("contact.search", "{\"text\":\"ke\",\"limit\":50}"),
           0, 2);
    report("count, filtered", measure("contact.count", "{\"filter\":\"lifecycle = subscriber\"}"),
           measure_bare(
               "SELECT count(*) FROM (SELECT 1 FROM contact WHERE lifecycle = 'subscriber' AND"
               " deleted_at IS NULL AND archived_at IS NULL LIMIT 10001)",
               NULL),
           100);
}

static void creating(void)
{
    report("create a contact with address and e-mail",
           measure("contact.create",
                   "{\"first_name\":\"Nora\",\"last_name\":\"New#\",\"email\":\"n#@new.example\","
                   "\"addresses\":[{\"line1\":\"Unter den Linden 5\",\"city\":\"Berlin\","
                   "\"postal_code\":\"10117\",\"country\":\"DE\"}],"
                   "\"contact_points\":[{\"kind\":\"email\",\"value\":\"n#@work.example\"}]}"),
           0, 1);
}

/* ---- the hop ------------------------------------------------------------------------------ */

static void *echo(void *argument)
{
    int fd = *(int *)argument;
    char bytes[256];
    ssize_t got;
    while ((got = read(fd, bytes, sizeof bytes)) > 0)
        if (write(fd, bytes, (size_t)got) != got)
            break;
    return NULL;
}

/* A line there and back through a bare socket and another thread, microseconds. */
static double bare_hop(void)
{
    int pair[2];
    char line[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"engine.ping\",\"params\":{}}\n",
         back[256];
    double best = 1e9;
    pthread_t thread;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
        pthread_create(&thread, NULL, echo, &pair[1]))
        die("no socket", NULL);
    for (int run = 0; run < RUNS; run++) {
        double started = wall_ms();
        for (int i = 0; i < 4000; i++)
            if (write(pair[0], line, sizeof line - 1) < 0 || read(pair[0], back, sizeof back) <= 0)
                die("the bare socket", NULL);
        double spent = (wall_ms() - started) / 4000 * 1e3;
        best = spent < best ? spent : best;
    }
    close(pair[0]);
    pthread_join(thread, NULL);
    close(pair[1]);
    return best;
}

static void hop(void)
{
    int calls = bench.calls;
    bench.calls = 4000;
    Cost ping = measure("engine.ping", "{}");
    bench.calls = calls;
    double bare = bare_hop();
    printf("engine.ping there and back: %.0f us, %.0f us CPU of the engine; a bare socket %.0f us; "
           "so a hop adds %.0f us (target 50)\n",
           ping.wall * 1e3, ping.engine_cpu * 1e3, bare, ping.wall * 1e3 - bare);
}

/* ---- durable writes of many ---------------------------------------------------------------- */

typedef struct Writer {
    int number;
    double until, worst;
    int64_t done;
} Writer;

static void *write_notes(void *argument)
{
    Writer *writer = argument;
    Client *client = open_client(false);
    char params[300];
    double started;
    while ((started = wall_ms()) < writer->until) {
        snprintf(params, sizeof params, "{\"name\":\"t%d-%lld\"}", writer->number,
                 (long long)writer->done);
        json_object_put(call(client, "tag.create", params));
        double spent = wall_ms() - started;
        writer->worst = spent > writer->worst ? spent : writer->worst;
        writer->done++;
    }
    Client_close(client);
    return NULL;
}

/* The bare loop: one writer takes what waits into one transaction; a row and a change row each. */
static pthread_mutex_t group_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t group_changed = PTHREAD_COND_INITIALIZER,
                      group_durable = PTHREAD_COND_INITIALIZER;
static int64_t group_asked, group_written;
static int group_clients;

static void *bare_client(void *argument)
{
    Writer *writer = argument;
    double started;
    while ((started = wall_ms()) < writer->until) {
        pthread_mutex_lock(&group_lock);
        int64_t mine = ++group_asked;
        pthread_cond_signal(&group_changed);
        while (group_written < mine)
            pthread_cond_wait(&group_durable, &group_lock);
        pthread_mutex_unlock(&group_lock);
        double spent = wall_ms() - started;
        writer->worst = spent > writer->worst ? spent : writer->worst;
        writer->done++;
    }
    pthread_mutex_lock(&group_lock);
    group_clients--;
    pthread_cond_signal(&group_changed);
    pthread_mutex_unlock(&group_lock);
    return NULL;
}

static void bare_exec(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(handle), NULL);
}

static void *bare_writer(void *argument)
{
    sqlite3 *handle = argument;
    sqlite3_stmt *insert = NULL;
    sqlite3_prepare_v2(handle, "INSERT INTO item(name, at, text) VALUES(?1, ?2, 'a line of text')",
                       -1, &insert, NULL);
    pthread_mutex_lock(&group_lock);
    for (;;) {
        while (group_asked == group_written && group_clients > 0)
            pthread_cond_wait(&group_changed, &group_lock);
        int64_t from = group_written, to = group_asked;
        if (from == to)
            break;
        pthread_mutex_unlock(&group_lock);
        bare_exec(handle, "BEGIN IMMEDIATE");
        for (int64_t row = from; row < to; row++) {
            char name[40];
            snprintf(name, sizeof name, "t%lld", (long long)row);
            sqlite3_bind_text(insert, 1, name, -1, SQLITE_TRANSIENT);
            sqlite3_bind_int64(insert, 2, row);
            if (sqlite3_step(insert) != SQLITE_DONE)
                die(sqlite3_errmsg(handle), NULL);
            sqlite3_reset(insert);
        }
        bare_exec(handle, "COMMIT");
        pthread_mutex_lock(&group_lock);
        group_written = to;
        pthread_cond_broadcast(&group_durable);
    }
    pthread_mutex_unlock(&group_lock);
    sqlite3_finalize(insert);
    return NULL;
}

static double run_writers(void *(*loop)(void *), int seconds, double *worst)
{
    Writer writers[WRITERS];
    pthread_t threads[WRITERS];
    int64_t done = 0;
    double started = wall_ms();
    for (int i = 0; i < WRITERS; i++) {
        writers[i] =
            (Writer){.number = i + (int)started % 100000 * 100, .until = started + seconds * 1e3};
        if (pthread_create(&threads[i], NULL, loop, &writers[i]) != 0)
            die("no thread", NULL);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        done += writers[i].done;
        *worst = writers[i].worst > *worst ? writers[i].worst : *worst;
    }
    return (double)done / ((wall_ms() - started) / 1e3);
}

static double bare_commits(int seconds, double *worst)
{
    char path[300];
    sqlite3 *handle;
    pthread_t thread;
    snprintf(path, sizeof path, "%s/bare.db", bench.folder);
    if (sqlite3_open(path, &handle) != SQLITE_OK)
        die("no bare database", NULL);
    bare_exec(handle,
              "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
              "CREATE TABLE IF NOT EXISTS item(id INTEGER PRIMARY KEY, name TEXT, at INTEGER,"
              " text TEXT); CREATE INDEX IF NOT EXISTS item_name ON item(name)");
    group_clients = WRITERS;
    pthread_create(&thread, NULL, bare_writer, handle);
    double rate = run_writers(bare_client, seconds, worst);
    pthread_join(thread, NULL);
    sqlite3_close(handle);
    return rate;
}

static void commits(void)
{
    double ours = 0, bare = 0, our_worst = 0, bare_worst = 0;
    double cpu = clock_ms(bench.engine_clock);
    for (int round = 0; round < 2; round++) {
        bare += bare_commits(2, &bare_worst) / 2;
        ours += run_writers(write_notes, 2, &our_worst) / 2;
    }
    cpu = (clock_ms(bench.engine_clock) - cpu) / (ours * 4);
    printf("durable creates through the socket, %d clients: %.0f/s, bare SQLite group commit "
           "%.0f/s, ratio "
           "%.0f %%; %.3f ms CPU each\n",
           WRITERS, ours, bare, 100 * ours / bare, cpu);
    printf("worst answer to a create: %.0f ms, bare %.0f ms; worst commit %.0f ms (target 500)\n",
           our_worst, bare_worst, (double)status("worst_commit_us") / 1e3);
}

/* ------------------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    if (argc > 1)
        bench.contacts = atoi(argv[1]);
    if (argc > 2)
        bench.calls = atoi(argv[2]);
    make_company();
    double empty = start_engine();
    int64_t empty_bytes = status("rss_bytes");
    fill();
    int64_t filled_bytes = status("rss_bytes");
    stop_engine();
    printf("start to first answer: %.0f ms empty, ", empty);
    printf("%.0f ms with %d contacts (target 200)\n", start_engine(), bench.contacts);
    printf("resident: %.1f MB fresh, %.1f MB after the import, ", (double)empty_bytes / 1e6,
           (double)filled_bytes / 1e6);
    printf("%.1f MB started with %d contacts (target 30)\n", (double)status("rss_bytes") / 1e6,
           bench.contacts);
    open_bare();
    reading();
    creating();
    printf("resident after all these: %.1f MB (target 30)\n", (double)status("rss_bytes") / 1e6);
    hop();
    sqlite3_close(bench.bare);
    commits();
    stop_engine();
    return 0;
}
