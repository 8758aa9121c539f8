/* Migrations, backups, checks, the lock of a home. */
#include "test_store.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include "store/lock.h"

/* ---- migrations ------------------------------------------------------------------------------ */

static bool fill_notes(Connection *connection, Error *error)
{
    return Connection_script(connection, "INSERT INTO note(text) VALUES('from code')", error);
}

static bool fail_half_way(Connection *connection, Error *error)
{
    return Connection_script(connection, "INSERT INTO note(text) VALUES('half')", error) &&
           Error_set(error, ERROR_INVALID, "This step does not work.");
}

static const Migration STEPS[] = {
    {1, "notes", "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;", NULL},
    {2, "first notes", NULL, fill_notes},
    {3, "moods", "ALTER TABLE note ADD COLUMN mood TEXT; CREATE INDEX note_mood ON note(mood);",
     NULL},
    {4, "does not work", "CREATE TABLE leftover(id INTEGER PRIMARY KEY) STRICT", fail_half_way},
};

static Store *open_plain(const char *name, int newest, Error *error)
{
    StoreOptions options = {.create = true, .schema_version = newest};
    return Store_open(in_folder(name), &options, error);
}

static void test_migrate(void **state)
{
    Error error = ERROR_NONE;
    Store *store = open_plain("steps.db", 0, &error);

    assert_int_equal(Store_schema_version(store, &error), 0);
    assert_true(Store_migrate(store, STEPS, 2, &error));
    assert_int_equal(Store_schema_version(store, &error), 2);
    assert_true(Store_migrate(store, STEPS, 3, &error));
    assert_true(Store_migrate(store, STEPS, 3, &error));
    assert_int_equal(number_of(store, "SELECT count(*) FROM note"), 1);
    assert_int_equal(number_of(store, "SELECT count(*) FROM migration WHERE applied_at > 0"), 3);

    assert_false(Store_migrate(store, STEPS, 4, &error));
    assert_true(Error_is(&error, ERROR_INVALID));
    assert_int_equal(Store_schema_version(store, &error), 3);
    assert_int_equal(number_of(store, "SELECT count(*) FROM note"), 1);
    assert_int_equal(number_of(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'leftover'"),
                     0);
    Store_close(store);
}

static char *read_whole(const char *name, size_t *size)
{
    FILE *file = fopen(in_folder(name), "rb");
    char *bytes = malloc(1 << 20);

    assert_non_null(file);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void test_migrate_refuses(void **state)
{
    Error error = ERROR_NONE;
    Migration changed[3];
    size_t before_size, after_size;
    Store *store = open_plain("future.db", 0, &error);

    assert_true(Store_migrate(store, STEPS, 3, &error));
    Store_close(store);
    char *before = read_whole("future.db", &before_size);

    /* from the future: refused at opening, and by a migration that knows less */
    assert_null(open_plain("future.db", 2, &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    assert_true(error.hint[0] != '\0');
    store = open_plain("future.db", 3, &error);
    assert_non_null(store);
    Error_clear(&error);
    assert_false(Store_migrate(store, STEPS, 2, &error));
    assert_true(Error_is(&error, ERROR_STORAGE));

    /* another history */
    memcpy(changed, STEPS, sizeof changed);
    changed[0].sql = "CREATE TABLE note(id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT;";
    Error_clear(&error);
    assert_false(Store_migrate(store, changed, 3, &error));
    assert_true(Error_is(&error, ERROR_STORAGE));

    /* numbers with a gap */
    memcpy(changed, STEPS, sizeof changed);
    changed[1].version = 5;
    assert_false(Store_migrate(store, changed, 3, &error));
    Store_close(store);

    char *after = read_whole("future.db", &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, after, after_size);
    free(before);
    free(after);
}

/* ---- backup ---------------------------------------------------------------------------------- */

typedef struct Busy {
    Store *store;
    atomic_bool stop;
    int written;
} Busy;

static bool add_with_double(Connection *connection, void *argument, Error *error)
{
    char name[40];
    Busy *busy = argument;

    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "during %d.%d", busy->written, i);
        if (!insert_item(connection, name, busy->written, 0, error))
            return false;
    }
    return true;
}

static void *keep_writing(void *argument)
{
    Busy *busy = argument;

    while (!atomic_load(&busy->stop)) {
        assert_true(Store_write_wait(busy->store, STORE_INTERACTIVE, add_with_double, busy, NULL));
        busy->written++;
    }
    return NULL;
}

static bool add_many(Connection *connection, void *argument, Error *error)
{
    char name[40];

    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "row %d", i);
        if (!insert_item(connection, name, 0, 0, error))
            return false;
    }
    return Connection_script(connection, "INSERT INTO words(text) SELECT name FROM item", error);
}

static void test_backup_while_writing(void **state)
{
    pthread_t thread;
    struct stat status;
    Error error = ERROR_NONE;
    Busy busy = {.store = open_store("live.db")};

    assert_true(Store_write_wait(busy.store, STORE_BATCH, add_many, NULL, &error));
    pthread_create(&thread, NULL, keep_writing, &busy);
    usleep(20000);
    assert_true(Store_backup(busy.store, in_folder("copy.db"), &error));
    assert_true(
        Store_backup(busy.store, in_folder("copy.db"), &error)); /* replaces the older one */
    atomic_store(&busy.stop, true);
    pthread_join(thread, NULL);
    assert_true(busy.written > 0);
    Store_close(busy.store);

    assert_int_equal(stat(in_folder("copy.db"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_not_equal(access(in_folder("copy.db.tmp"), F_OK), 0);
    Store *copy = open_store("copy.db");
    int64_t rows = number_of(copy, "SELECT count(*) FROM item");
    assert_true(rows >= 20000 && rows % 2 == 0 && rows <= 20000 + 2 * busy.written);
    assert_int_equal(number_of(copy, "SELECT count(*) FROM words WHERE words MATCH '19999'"), 1);
    assert_true(Store_check_integrity(copy, NULL, NULL, &error));
    assert_true(add(copy, "the copy lives", &error));
    Store_close(copy);
}

static void test_backup_cannot_be_written(void **state)
{
    Error error = ERROR_NONE;
    Store *store = open_store("source.db");

    assert_false(Store_backup(store, in_folder("no/folder/copy.db"), &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    assert_true(add(store, "still alive", &error));
    Store_close(store);
}

/* ---- checks ---------------------------------------------------------------------------------- */

static bool stop_at_once(void *argument)
{
    return false;
}

static void test_integrity(void **state)
{
    Error error = ERROR_NONE;
    char junk[4096];
    Store *store = open_store("damaged.db");

    assert_true(Store_write_wait(store, STORE_BATCH, add_many, NULL, &error));
    assert_true(Store_check_integrity(store, NULL, NULL, &error));
    assert_false(Store_check_integrity(store, stop_at_once, NULL, &error));
    assert_true(Error_is(&error, ERROR_CANCELLED));
    Store_close(store);

    memset(junk, 0x5a, sizeof junk);
    int fd = open(in_folder("damaged.db"), O_WRONLY);
    for (int page = 20; page < 30; page++)
        assert_int_equal(pwrite(fd, junk, sizeof junk, page * 4096), sizeof junk);
    close(fd);
    store = open_store("damaged.db");
    Error_clear(&error);
    assert_false(Store_check_integrity(store, NULL, NULL, &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    assert_true(error.hint[0] != '\0');
    Store_close(store);
}

/* ---- the lock -------------------------------------------------------------------------------- */

static void test_lock(void **state)
{
    Error error = ERROR_NONE;
    char pid[32];
    int status = 0;
    StoreLock *lock = StoreLock_take(folder, &error);

    assert_non_null(lock);
    assert_int_equal(StoreLock_holder(folder), getpid());
    snprintf(pid, sizeof pid, "pid %ld", (long)getpid());
    pid_t child = fork();
    if (child == 0) {
        StoreLock *second = StoreLock_take(folder, &error);
        _exit(second ? 1 : Error_is(&error, ERROR_AGAIN) && strstr(error.message, pid) ? 0 : 2);
    }
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_null(StoreLock_take(folder, &error));
    StoreLock_release(lock);
    assert_int_equal(StoreLock_holder(folder), 0);
    assert_non_null((lock = StoreLock_take(folder, &error)));
    StoreLock_release(lock);
    unlink(in_folder("engine.lock"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_migrate),
        cmocka_unit_test(test_migrate_refuses),
        cmocka_unit_test(test_backup_while_writing),
        cmocka_unit_test(test_backup_cannot_be_written),
        cmocka_unit_test(test_integrity),
        cmocka_unit_test(test_lock),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
