/* Durable single-row commits of 16 clients through the store, beside a bare SQLite loop that
 * commits in groups as well.  Both in the same run, one after the other, in turns; the target is 40
 * % of the bare loop and no commit above 500 ms.
 *
 *   bench_commit [FOLDER [SECONDS]]
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "store/store.h"

#define CLIENTS 16
#define ROUNDS 3

static const char TABLE[] = "CREATE TABLE item(id INTEGER PRIMARY KEY, client INTEGER NOT NULL,"
                            " number INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"
                            "CREATE INDEX item_client ON item(client, number);";
static const char INSERT[] = "INSERT INTO item(client, number, text) VALUES(?1, ?2, ?3)";
static const char TEXT[] = "a row of about the size of a note that somebody writes after a call";

typedef struct Run Run;
typedef struct Client {
    Run *run;
    int index;
    int64_t commits, worst_us;
    bool waiting; /* bare loop: its row is not durable yet */
    pthread_cond_t durable;
    struct Client *next;
} Client;

struct Run {
    double seconds;
    int64_t until;
    Client clients[CLIENTS];
    atomic_bool failed;
    Store *store;
    /* bare loop */
    sqlite3 *handle;
    pthread_mutex_t lock;
    pthread_cond_t queued;
    Client *queue;
    int running;
};

typedef struct Result {
    double per_second;
    int64_t worst_us;
} Result;

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void die(const char *what)
{
    fprintf(stderr, "bench_commit: %s\n", what);
    exit(1);
}

static void count(Client *client, int64_t started)
{
    int64_t spent = now_us() - started;

    client->commits++;
    if (spent > client->worst_us)
        client->worst_us = spent;
}

static void run_clients(Run *run, void *(*loop)(void *), Result *result)
{
    pthread_t threads[CLIENTS];
    int64_t commits = 0, started = now_us();

    run->until = started + (int64_t)(run->seconds * 1e6);
    for (int i = 0; i < CLIENTS; i++) {
        run->clients[i] = (Client){.run = run, .index = i};
        pthread_cond_init(&run->clients[i].durable, NULL);
        pthread_create(&threads[i], NULL, loop, &run->clients[i]);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        commits += run->clients[i].commits;
        if (run->clients[i].worst_us > result->worst_us)
            result->worst_us = run->clients[i].worst_us;
    }
    result->per_second += commits / ((now_us() - started) / 1e6);
}

/* ---- through the store ------------------------------------------------------------------------
 */

static bool insert_row(Connection *connection, void *argument, Error *error)
{
    Client *client = argument;
    Statement *insert = Connection_prepare(connection, INSERT, error);

    if (!insert)
        return false;
    Statement_bind_int(insert, 1, client->index);
    Statement_bind_int(insert, 2, client->commits);
    Statement_bind_text(insert, 3, TEXT);
    return Statement_run(insert, error);
}

static void *store_client(void *argument)
{
    Client *client = argument;
    int64_t started;

    while ((started = now_us()) < client->run->until) {
        if (!Store_write_wait(client->run->store, STORE_INTERACTIVE, insert_row, client, NULL))
            die("a write failed");
        count(client, started);
    }
    return NULL;
}

static bool make_table(Connection *connection, void *argument, Error *error)
{
    return Connection_script(connection, TABLE, error);
}

static void bench_store(const char *path, double seconds, Result *result)
{
    Error error = ERROR_NONE;
    StoreOptions options = {.create = true};
    Run run = {.seconds = seconds, .store = Store_open(path, &options, &error)};

    if (!run.store || !Store_write_wait(run.store, STORE_BATCH, make_table, NULL, &error))
        die(error.message);
    run_clients(&run, store_client, result);
    Store_close(run.store);
}

/* ---- the bare loop ----------------------------------------------------------------------------
 */

static void execute(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(handle));
}

static void *bare_client(void *argument)
{
    Client *client = argument;
    Run *run = client->run;
    int64_t started;

    while ((started = now_us()) < run->until) {
        pthread_mutex_lock(&run->lock);
        client->waiting = true;
        client->next = run->queue;
        run->queue = client;
        pthread_cond_signal(&run->queued);
        while (client->waiting)
            pthread_cond_wait(&client->durable, &run->lock);
        pthread_mutex_unlock(&run->lock);
        count(client, started);
    }
    pthread_mutex_lock(&run->lock);
    run->running--;
    pthread_cond_signal(&run->queued);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

static void bare_group(Run *run, sqlite3_stmt *insert, Client *group)
{
    execute(run->handle, "BEGIN IMMEDIATE");
    for (Client *client = group; client; client = client->next) {
        sqlite3_bind_int64(insert, 1, client->index);
        sqlite3_bind_int64(insert, 2, client->commits);
        sqlite3_bind_text(insert, 3, TEXT, -1, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE)
            die(sqlite3_errmsg(run->handle));
        sqlite3_reset(insert);
    }
    execute(run->handle, "COMMIT");
}

static void *bare_writer(void *argument)
{
    Run *run = argument;
    sqlite3_stmt *insert = NULL;

    sqlite3_prepare_v2(run->handle, INSERT, -1, &insert, NULL);
    pthread_mutex_lock(&run->lock);
    for (;;) {
        while (!run->queue && run->running)
            pthread_cond_wait(&run->queued, &run->lock);
        Client *group = run->queue;
        if (!group)
            break;
        run->queue = NULL;
        pthread_mutex_unlock(&run->lock);
        bare_group(run, insert, group);
        pthread_mutex_lock(&run->lock);
        for (Client *next; group; group = next) {
            next = group->next;
            group->waiting = false;
            pthread_cond_signal(&group->durable);
        }
    }
    pthread_mutex_unlock(&run->lock);
    sqlite3_finalize(insert);
    return NULL;
}

static void bench_bare(const char *path, double seconds, Result *result)
{
    pthread_t writer;
    Run run = {.seconds = seconds, .running = CLIENTS};

    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.queued, NULL);
    if (sqlite3_open(path, &run.handle) != SQLITE_OK)
        die("the bare database cannot be opened");
    execute(run.handle, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    execute(run.handle, TABLE);
    pthread_create(&writer, NULL, bare_writer, &run);
    run_clients(&run, bare_client, result);
    pthread_join(writer, NULL);
    sqlite3_close(run.handle);
}

int main(int argc, char **argv)
{
    char path[512];
    double seconds = argc > 2 ? atof(argv[2]) : 2.0;
    Result store = {0}, bare = {0};
    static const char *const SUFFIXES[] = {"", "-wal", "-shm"};

    for (int round = 0; round < 2 * ROUNDS; round++) {
        snprintf(path, sizeof path, "%.400s/bench-commit-%ld.db", argc > 1 ? argv[1] : "/tmp",
                 (long)getpid());
        (round % 2 ? bench_store : bench_bare)(path, seconds, round % 2 ? &store : &bare);
        for (size_t i = 0; i < 3; i++) {
            char name[530];
            snprintf(name, sizeof name, "%s%s", path, SUFFIXES[i]);
            unlink(name);
        }
    }
    printf(
        "durable commits, %d clients: store %.0f/s, bare SQLite group commit %.0f/s, ratio %.0f %% "
        "(target 40 %%)\n",
        CLIENTS, store.per_second / ROUNDS, bare.per_second / ROUNDS,
        100 * store.per_second / bare.per_second);
    printf("worst commit: store %.1f ms, bare %.1f ms (target 500 ms)\n", store.worst_us / 1e3,
           bare.worst_us / 1e3);
    return 0;
}
