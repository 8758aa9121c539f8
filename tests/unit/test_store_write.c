/* Group commit: what is acknowledged, what is undone, who goes first. */
#include "test_store.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

/* Ends of queued jobs, in the order in which they were told. */
typedef struct Ends {
    pthread_mutex_t lock;
    int count;
    int order[64];
    Error errors[64]; /* by number of the job */
} Ends;

typedef struct Task {
    Ends *ends;
    int number;
    const char *name;
    bool fails;
} Task;

static void ended(void *argument, const Error *error)
{
    Task *task = argument;

    pthread_mutex_lock(&task->ends->lock);
    task->ends->order[task->ends->count++] = task->number;
    task->ends->errors[task->number] = *error;
    pthread_mutex_unlock(&task->ends->lock);
}

static bool add_and_maybe_fail(Connection *connection, void *argument, Error *error)
{
    Task *task = argument;

    if (!insert_item(connection, task->name, 1, 0, error))
        return false;
    return task->fails ? Error_set(error, ERROR_INVALID, "No, not this one.") : true;
}

static void queue_task(Store *store, StorePriority priority, StoreWork work, Task *task)
{
    assert_true(Store_write(store, priority, work, ended, task, NULL));
}

static bool do_nothing(Connection *connection, void *argument, Error *error)
{
    return true;
}

/* The last in the queue: one commit and one write more. */
static void wait_until_idle(Store *store)
{
    assert_true(Store_write_wait(store, STORE_BATCH, do_nothing, NULL, NULL));
}

static void test_one_commit_for_all_that_wait(void **state)
{
    static const char *const NAMES[] = {"a", "b", "c", "d", "e", "f", "g", "a"};
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Task tasks[8];
    Gate gate;
    StoreFigures before, after;
    Store *store = open_store("group.db");

    close_gate(&gate, store);
    Store_figures(store, &before);
    for (int i = 0; i < 8; i++) {
        tasks[i] = (Task){&ends, i, NAMES[i], i == 0 || i == 3};
        queue_task(store, STORE_INTERACTIVE, add_and_maybe_fail, &tasks[i]);
    }
    open_gate(&gate);
    wait_until_idle(store);
    Store_figures(store, &after);
    assert_int_equal(ends.count, 8);
    /* the gate's commit, the group's and the last; job 0 failed alone, which began it anew */
    assert_int_equal(after.commits - before.commits, 3);
    assert_int_equal(after.writes - before.writes, 1 + 6 + 1);
    for (int i = 0; i < 8; i++)
        assert_int_equal(Error_is(&ends.errors[i], ERROR_INVALID), i == 0 || i == 3);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 6);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item WHERE name IN ('d')"), 0);
    Store_close(store);
}

static void test_interactive_before_batch(void **state)
{
    static const char *const NAMES[] = {"b0", "b1", "i2", "i3", "i4"};
    static const int EXPECTED[] = {2, 3, 4, 0, 1};
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Task tasks[5];
    Gate gate;
    Store *store = open_store("priority.db");

    close_gate(&gate, store);
    for (int i = 0; i < 5; i++) {
        tasks[i] = (Task){&ends, i, NAMES[i], false};
        queue_task(store, i < 2 ? STORE_BATCH : STORE_INTERACTIVE, add_and_maybe_fail, &tasks[i]);
    }
    open_gate(&gate);
    wait_until_idle(store);
    assert_int_equal(ends.count, 5);
    assert_memory_equal(ends.order, EXPECTED, sizeof EXPECTED);
    Store_close(store);
}

/* ---- batches give way ------------------------------------------------------------------------ */

typedef struct Import {
    Store *store;
    int next, total, pieces;
    sem_t finished;
} Import;

static void piece_ended(void *argument, const Error *error);

static bool import_piece(Connection *connection, void *argument, Error *error)
{
    Import *import = argument;
    char name[32];

    do {
        snprintf(name, sizeof name, "row %d", import->next);
        if (!insert_item(connection, name, 1, 0, error))
            return false;
    } while (++import->next < import->total && !Connection_should_yield(connection));
    return true;
}

static void piece_ended(void *argument, const Error *error)
{
    Import *import = argument;

    import->pieces++;
    if (Error_present(error) || import->next >= import->total ||
        !Store_write(import->store, STORE_BATCH, import_piece, piece_ended, import, NULL))
        sem_post(&import->finished);
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void test_interactive_writes_during_a_batch(void **state)
{
    Import import = {.total = 20000};
    char name[32];
    int64_t worst = 0, writes = 0;
    Store *store = open_store("import.db");

    import.store = store;
    sem_init(&import.finished, 0, 0);
    assert_true(Store_write(store, STORE_BATCH, import_piece, piece_ended, &import, NULL));
    while (sem_trywait(&import.finished) != 0) {
        int64_t start = now_us();
        snprintf(name, sizeof name, "person %d", (int)writes++);
        assert_true(add(store, name, NULL));
        if (now_us() - start > worst)
            worst = now_us() - start;
        usleep(2000);
    }
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), import.total + writes);
    assert_true(import.pieces > 1);
    print_message("%d rows in %d pieces, %d interactive writes, worst %d us\n", import.total,
                  import.pieces, (int)writes, (int)worst);
    Store_close(store);
}

/* ---- savepoints ------------------------------------------------------------------------------ */

static bool nest(Connection *connection, void *argument, Error *error)
{
    for (int i = 0; i < 2; i++) { /* alone in its transaction, then after another job */
        char name[32];
        assert_true(Connection_savepoint(connection, error));
        snprintf(name, sizeof name, "kept %d %s", i, (const char *)argument);
        assert_true(insert_item(connection, name, 1, 0, error));
        assert_true(Connection_savepoint(connection, error));
        assert_true(insert_item(connection, "undone", 1, 0, error));
        assert_true(Connection_rollback(connection, error));
        assert_true(Connection_release(connection, error));
    }
    return true;
}

static bool too_deep(Connection *connection, void *argument, Error *error)
{
    while (Connection_savepoint(connection, error))
        continue;
    return false; /* with all of them open */
}

static void test_nested_savepoints(void **state)
{
    Error error = ERROR_NONE;
    Store *store = open_store("nested.db");

    assert_true(Store_write_wait(store, STORE_INTERACTIVE, nest, (void *)(uintptr_t) "a", &error));
    assert_false(Store_write_wait(store, STORE_INTERACTIVE, too_deep, NULL, &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_true(Store_write_wait(store, STORE_INTERACTIVE, nest, (void *)(uintptr_t) "b", &error));
    assert_int_equal(number_of(store, "SELECT count(*) FROM item WHERE name LIKE 'kept%'"), 4);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 4);
    Store_close(store);
}

/* ---- a stop on the writer harms nobody else ----------------------------------------------------
 */

static bool run_endless(Connection *connection, void *argument, Error *error)
{
    Task *task = argument;
    Statement *endless = Connection_prepare(
        connection,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        error);

    assert_true(insert_item(connection, task->name, 1, 0, error));
    Connection_deadline(connection, 5);
    return Statement_run(endless, error);
}

static void test_deadline_in_a_job(void **state)
{
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Task first = {&ends, 0, "first", false}, endless = {&ends, 1, "endless", false},
         last = {&ends, 2, "last", false};
    Gate gate;
    Store *store = open_store("deadline.db");

    close_gate(&gate, store);
    queue_task(store, STORE_INTERACTIVE, add_and_maybe_fail, &first);
    queue_task(store, STORE_INTERACTIVE, run_endless, &endless);
    queue_task(store, STORE_INTERACTIVE, add_and_maybe_fail, &last);
    open_gate(&gate);
    wait_until_idle(store);
    assert_false(Error_present(&ends.errors[0]));
    assert_true(Error_is(&ends.errors[1], ERROR_CANCELLED));
    assert_false(Error_present(&ends.errors[2]));
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 2);
    Store_close(store);
}

/* ---- a full disk ------------------------------------------------------------------------------
 */

static bool limit_pages(Connection *connection, void *argument, Error *error)
{
    return Connection_script(connection, argument, error);
}

static bool add_megabytes(Connection *connection, void *argument, Error *error)
{
    Task *task = argument;
    Statement *insert = Connection_prepare(
        connection, "INSERT INTO item(name, body) VALUES(?1, zeroblob(4000000))", error);

    assert_non_null(insert);
    Statement_bind_text(insert, 1, task->name);
    return Statement_run(insert, error);
}

/* Whatever was said about each job is what the file holds. */
static void check_honesty(Store *store, const Ends *ends, const Task *tasks, int count)
{
    for (int i = 0; i < count; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM item WHERE name = '%s'", tasks[i].name);
        assert_int_equal(number_of(store, sql), !Error_present(&ends->errors[i]));
    }
}

static void fill(Store *store, Ends *ends, Task tasks[3])
{
    static const char *const NAMES[] = {"before", "huge", "after"};
    Gate gate;

    close_gate(&gate, store);
    for (int i = 0; i < 3; i++) {
        tasks[i] = (Task){ends, i, NAMES[i], false};
        queue_task(store, STORE_INTERACTIVE, i == 1 ? add_megabytes : add_and_maybe_fail,
                   &tasks[i]);
    }
    open_gate(&gate);
    wait_until_idle(store);
}

static void test_database_full(void **state)
{
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Task tasks[3];
    Store *store = open_store("full.db");
    char few[] = "PRAGMA max_page_count=100", many[] = "PRAGMA max_page_count=1000000";

    assert_true(add(store, "kept", NULL));
    assert_true(Store_write_wait(store, STORE_INTERACTIVE, limit_pages, few, NULL));
    fill(store, &ends, tasks);
    assert_true(Error_is(&ends.errors[1], ERROR_STORAGE));
    assert_non_null(strstr(ends.errors[1].message, "full"));
    assert_true(ends.errors[1].hint[0] != '\0');
    check_honesty(store, &ends, tasks, 3);
    assert_true(Store_write_wait(store, STORE_INTERACTIVE, limit_pages, many, NULL));
    assert_true(add(store, "goes on", NULL));
    assert_int_equal(
        number_of(store, "SELECT count(*) FROM item WHERE name IN ('kept', 'goes on')"), 2);
    assert_true(Store_check_integrity(store, NULL, NULL, NULL));
    Store_close(store);
}

/* The system refuses to let any file grow: the commit itself fails. */
static void test_disk_full(void **state)
{
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Task tasks[3];
    struct rlimit old, small;
    Store *store = open_store("disk.db");

    assert_true(add(store, "kept", NULL));
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){2200 * 1024, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    fill(store, &ends, tasks);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_true(Error_is(&ends.errors[1], ERROR_STORAGE));
    assert_non_null(strstr(ends.errors[1].message, "full"));
    check_honesty(store, &ends, tasks, 3);
    assert_true(add(store, "goes on", NULL));
    assert_int_equal(
        number_of(store, "SELECT count(*) FROM item WHERE name IN ('kept', 'goes on')"), 2);
    assert_true(Store_check_integrity(store, NULL, NULL, NULL));
    Store_close(store);
}

/* ---- closing, references, the log's size -------------------------------------------------------
 */

static void test_close_finishes_what_is_queued(void **state)
{
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    static char names[40][16];
    Task tasks[40];
    Store *store = open_store("drain.db");

    for (int i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "row %d", i);
        tasks[i] = (Task){&ends, i, names[i], false};
        queue_task(store, i % 2 ? STORE_BATCH : STORE_INTERACTIVE, add_and_maybe_fail, &tasks[i]);
    }
    Store_close(store);
    assert_int_equal(ends.count, 40);
    store = open_store("drain.db");
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 40);
    Store_close(store);
}

static bool add_orphan(Connection *connection, void *argument, Error *error)
{
    return insert_item(connection, "orphan", 1, 4711, error);
}

static void test_deferred_reference_fails_only_its_job(void **state)
{
    Ends ends = {.lock = PTHREAD_MUTEX_INITIALIZER};
    Task tasks[3] = {
        {&ends, 0, "first", false}, {&ends, 1, "orphan", false}, {&ends, 2, "last", false}};
    Gate gate;
    Store *store = open_store("orphan.db");

    close_gate(&gate, store);
    for (int i = 0; i < 3; i++)
        queue_task(store, STORE_INTERACTIVE, i == 1 ? add_orphan : add_and_maybe_fail, &tasks[i]);
    open_gate(&gate);
    wait_until_idle(store);
    assert_true(Error_is(&ends.errors[1], ERROR_REFERENCE));
    check_honesty(store, &ends, tasks, 3);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 2);
    Store_close(store);
}

static bool add_blobs(Connection *connection, void *argument, Error *error)
{
    Statement *insert = Connection_prepare(
        connection, "INSERT INTO item(name, body) VALUES(?1, zeroblob(100000))", error);
    char name[32];
    int *number = argument;

    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "blob %d", (*number)++);
        Statement_bind_text(insert, 1, name);
        if (!Statement_run(insert, error))
            return false;
    }
    return true;
}

/* 200 MB of commits without a pause: the log is copied away and begins again meanwhile. */
static void test_log_stays_small(void **state)
{
    int number = 0;
    int64_t largest = 0;
    StoreFigures figures;
    Store *store = open_store("log.db");

    for (int i = 0; i < 100; i++) {
        assert_true(Store_write_wait(store, STORE_BATCH, add_blobs, &number, NULL));
        Store_figures(store, &figures);
        if (figures.wal_bytes > largest)
            largest = figures.wal_bytes;
    }
    print_message("largest log %lld bytes, worst commit %lld us\n", (long long)largest,
                  (long long)figures.worst_commit_us);
    assert_true(largest < 120000000);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), number);
    Store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_commit_for_all_that_wait),
        cmocka_unit_test(test_interactive_before_batch),
        cmocka_unit_test(test_interactive_writes_during_a_batch),
        cmocka_unit_test(test_nested_savepoints),
        cmocka_unit_test(test_deadline_in_a_job),
        cmocka_unit_test(test_database_full),
        cmocka_unit_test(test_disk_full),
        cmocka_unit_test(test_close_finishes_what_is_queued),
        cmocka_unit_test(test_deferred_reference_fails_only_its_job),
        cmocka_unit_test(test_log_stays_small),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
