/* Opening, statements, errors, readers of the store. */
#include "test_store.h"
#include <pthread.h>
#include <sys/wait.h>

/* ---- opening -------------------------------------------------------------------------------- */

static void refused(const char *name, const StoreOptions *options, const char *code)
{
    Error error = ERROR_NONE;

    assert_null(Store_open(in_folder(name), options, &error));
    assert_string_equal(error.code, code);
    assert_true(strlen(error.message) > 20);
    if (strcmp(code, ERROR_STORAGE) == 0)
        assert_true(strlen(error.hint) > 10);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(in_folder(name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(in_folder(name), mode), 0);
}

static void test_open_makes_a_private_file(void **state)
{
    struct stat status;
    Store *store = open_store("new.db");

    assert_int_equal(stat(in_folder("new.db"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(in_folder("new.db-wal"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    Store_close(store);
    assert_int_not_equal(access(in_folder("new.db-wal"), F_OK), 0);
}

static void test_open_refuses(void **state)
{
    StoreOptions options = {0}, create = {.create = true};
    static const mode_t modes[] = {0640, 0604, 0660, 0606, 0644, 0666, 0620, 0602, 0601, 0610};

    refused("missing.db", &options, ERROR_NOT_FOUND);
    refused("no/such/folder.db", &create, ERROR_STORAGE);
    write_file("rubbish.db", "this is not a database, and it is long enough to have a header",
               0600);
    refused("rubbish.db", &options, ERROR_STORAGE);
    write_file("empty.db", "", 0600);
    refused("empty.db", &options, ERROR_STORAGE);
    Store_close(open_store("good.db"));
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(in_folder("good.db"), modes[i]), 0);
        refused("good.db", &create, ERROR_STORAGE);
    }
    assert_int_equal(chmod(in_folder("good.db"), 0600), 0);
    assert_int_equal(symlink("good.db", in_folder("link.db")), 0);
    refused("link.db", &create, ERROR_STORAGE);
    assert_int_equal(symlink("nowhere", in_folder("good.db-wal")), 0);
    refused("good.db", &create, ERROR_STORAGE);
    unlink(in_folder("good.db-wal"));
    assert_int_equal(mkdir(in_folder("folder.db"), 0700), 0);
    refused("folder.db", &create, ERROR_STORAGE);
    rmdir(in_folder("folder.db"));
    assert_int_equal(mkfifo(in_folder("fifo.db"), 0600), 0);
    refused("fifo.db", &create, ERROR_STORAGE);
    Store_close(open_store("good.db"));
}

/* In a child without root's rights, since those pass every permission bit. */
static int open_in_read_only_folder(void)
{
    Error error = ERROR_NONE;
    StoreOptions options = {.create = true};

    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 77;
    if (Store_open(in_folder("locked.db"), &options, &error))
        return 1;
    if (!Error_is(&error, ERROR_STORAGE) || !error.hint[0])
        return 2;
    return Store_open(in_folder("other.db"), &options, &error) ? 3 : 0;
}

static void test_open_in_a_read_only_folder(void **state)
{
    int status = 0;

    Store_close(open_store("locked.db"));
    if (geteuid() == 0) {
        assert_int_equal(chown(folder, 65534, 65534), 0);
        assert_int_equal(chown(in_folder("locked.db"), 65534, 65534), 0);
    }
    assert_int_equal(chmod(folder, 0500), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(open_in_read_only_folder());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(chown(folder, geteuid(), getegid()), 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_read_only_store(void **state)
{
    Error error = ERROR_NONE;
    StoreOptions options = {.read_only = true};

    Store_close(open_store("ro.db"));
    Store *store = Store_open(in_folder("ro.db"), &options, &error);
    assert_non_null(store);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 0);
    assert_false(add(store, "x", &error));
    assert_true(Error_is(&error, ERROR_STORAGE));
    Store_close(store);
}

/* ---- statements ----------------------------------------------------------------------------- */

static bool all_types(Connection *connection, void *argument, Error *error)
{
    Statement *insert = Connection_prepare(
        connection, "INSERT INTO item(name, score, body) VALUES(?1, ?2, ?3)", error);
    assert_non_null(insert);
    Statement_bind_text_n(insert, 1, "Jos\xc3\xa9 and more", 5);
    Statement_bind_int(insert, 2, INT64_MAX);
    Statement_bind_blob(insert, 3, "\0\1\2", 3);
    assert_true(Statement_run(insert, error));
    assert_int_equal(Connection_changed(connection), 1);
    int64_t id = Connection_last_id(connection);
    /* run has cleared the bindings: the name is null now */
    assert_false(Statement_run(insert, error));
    assert_true(Error_is(error, ERROR_RULE));
    Error_clear(error);

    Statement *select = Connection_prepare(
        connection, "SELECT name, score, body, parent_id, FOLD(name) FROM item WHERE id = ?1",
        error);
    Statement_bind_int(select, 1, id);
    assert_int_equal(Statement_step(select, error), STEP_ROW);
    assert_int_equal(Statement_columns(select), 5);
    assert_string_equal(Statement_text(select, 0), "Jos\xc3\xa9");
    assert_int_equal(Statement_bytes(select, 0), 5);
    assert_true(Statement_int(select, 1) == INT64_MAX);
    assert_int_equal(Statement_bytes(select, 2), 3);
    assert_memory_equal(Statement_blob(select, 2), "\0\1\2", 3);
    assert_true(Statement_is_null(select, 3));
    assert_null(Statement_text(select, 3));
    assert_string_equal(Statement_text(select, 4), "jose");
    assert_int_equal(Statement_step(select, error), STEP_DONE);

    insert = Connection_prepare(connection, "INSERT INTO item(name) VALUES(?1)", error);
    Statement_bind_text_n(insert, 1, "a\0b", 3);
    assert_false(Statement_run(insert, error));
    assert_true(Error_is(error, ERROR_INVALID));
    Statement_bind_int(insert, 2, 1);
    assert_false(Statement_run(insert, error));
    assert_true(Error_is(error, ERROR_INTERNAL));
    Error_clear(error);
    assert_null(Connection_prepare(connection, "SELECT 1; SELECT 2", error));
    assert_null(Connection_prepare(connection, "", error));
    assert_null(Connection_prepare(connection, "SELECT \"no such column\" FROM item", error));
    assert_null(Connection_prepare(connection, "ATTACH '/tmp/other.db' AS other", error) &&
                        Connection_script(connection, "ATTACH '/tmp/other.db' AS other", error)
                    ? connection
                    : NULL);
    return true;
}

static void test_statements(void **state)
{
    Error error = ERROR_NONE;
    Store *store = open_store("types.db");

    assert_true(Store_write_wait(store, STORE_INTERACTIVE, all_types, NULL, &error));
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 1);
    Store_close(store);
}

static bool many_statements(Connection *connection, void *argument, Error *error)
{
    char sql[64];
    Statement *first = Connection_prepare(connection, "SELECT 0 + ?1", error);

    for (int i = 1; i < 400; i++) {
        snprintf(sql, sizeof sql, "SELECT %d + ?1", i);
        Statement *statement = Connection_prepare(connection, sql, error);
        assert_non_null(statement);
        Statement_bind_int(statement, 1, 1);
        assert_int_equal(Statement_scalar(statement, -1, error), i + 1);
    }
    Statement_bind_int(first, 1, 41); /* still valid inside its unit of work */
    assert_int_equal(Statement_scalar(first, -1, error), 41);
    return true;
}

static void test_statement_cache(void **state)
{
    Error error = ERROR_NONE;
    Store *store = open_store("cache.db");

    for (int i = 0; i < 3; i++)
        assert_true(Store_write_wait(store, STORE_INTERACTIVE, many_statements, NULL, &error));
    Connection *reader = Store_reader(store, &error);
    assert_true(many_statements(reader, NULL, &error));
    Store_release(store, reader);
    Store_close(store);
}

typedef struct Bad {
    const char *sql, *code, *field;
} Bad;

static bool run_bad(Connection *connection, void *argument, Error *error)
{
    const Bad *bad = argument;
    Statement *statement = Connection_prepare(connection, bad->sql, error);
    return statement && Statement_run(statement, error);
}

static void test_errors_are_mapped(void **state)
{
    static const Bad BAD[] = {
        {"INSERT INTO item(name) VALUES('taken')", ERROR_DUPLICATE, "item.name"},
        {"INSERT INTO item(id, name) VALUES(1, 'b')", ERROR_DUPLICATE, "item.id"},
        {"INSERT INTO item(name) VALUES(NULL)", ERROR_RULE, "item.name"},
        {"INSERT INTO item(name, score) VALUES('c', -1)", ERROR_RULE, "score"},
        {"INSERT INTO item(name, score) VALUES('c', 'many')", ERROR_TYPE, "item.score"},
        {"INSERT INTO item(name, parent_id) VALUES('d', 99)", ERROR_REFERENCE, ""},
        {"INSERT INTO item(name, body) VALUES('e', zeroblob(40000000))", ERROR_TOO_LONG, ""},
        {"INSERT INTO nothing VALUES(1)", ERROR_INTERNAL, ""},
    };
    Store *store = open_store("errors.db");

    assert_true(add(store, "taken", NULL));
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        Error error = ERROR_NONE;
        Bad bad = BAD[i];
        assert_false(Store_write_wait(store, STORE_INTERACTIVE, run_bad, &bad, &error));
        assert_string_equal(error.code, bad.code);
        assert_string_equal(error.field, bad.field);
    }
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 1);
    Store_close(store);
}

/* ---- readers -------------------------------------------------------------------------------- */

static int64_t count_with(Connection *reader)
{
    return Statement_scalar(Connection_prepare(reader, "SELECT count(*) FROM item", NULL), -1,
                            NULL);
}

static void test_reader_keeps_its_moment(void **state)
{
    Error error = ERROR_NONE;
    Store *store = open_store("snapshot.db");
    Connection *reader = Store_reader(store, &error);

    assert_int_equal(count_with(reader), 0);
    assert_true(add(store, "one", &error));
    assert_int_equal(count_with(reader), 0);
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 1);
    Store_release(store, reader);
    reader = Store_reader(store, &error);
    assert_int_equal(count_with(reader), 1);
    Store_release(store, reader);
    Store_close(store);
}

static void test_reader_cannot_change_anything(void **state)
{
    static const char *const FORBIDDEN[] = {
        "INSERT INTO item(name) VALUES('x')",
        "DELETE FROM item",
        "UPDATE item SET score = 1",
        "CREATE TABLE x(y)",
        "CREATE TEMP TABLE x(y)",
        "DROP TABLE item",
        "PRAGMA query_only=OFF",
        "PRAGMA journal_mode",
        "ATTACH '/tmp/x.db' AS x",
        "UPDATE sqlite_schema SET sql = ''",
        "SELECT load_extension('x')",
        "VACUUM",
    };
    Store *store = open_store("fence.db");
    Connection *reader = Store_reader(store, NULL);

    for (size_t i = 0; i < sizeof FORBIDDEN / sizeof FORBIDDEN[0]; i++) {
        Error error = ERROR_NONE;
        Statement *statement = Connection_prepare(reader, FORBIDDEN[i], &error);
        assert_false(statement && Statement_run(statement, &error));
        assert_true(Error_present(&error));
    }
    assert_int_equal(count_with(reader), 0);
    Statement *words =
        Connection_prepare(reader, "SELECT count(*) FROM words WHERE words MATCH 'a'", NULL);
    assert_non_null(words);
    assert_int_equal(Statement_scalar(words, -1, NULL), 0);
    Store_release(store, reader);
    Store_close(store);
}

typedef struct Reading {
    Store *store;
    int rounds, failures;
} Reading;

static void *read_often(void *argument)
{
    Reading *reading = argument;

    for (int i = 0; i < reading->rounds; i++) {
        Connection *reader = Store_reader(reading->store, NULL);
        /* the writer adds pairs: an odd number would be half a transaction */
        if (!reader || count_with(reader) % 2 != 0)
            reading->failures++;
        Store_release(reading->store, reader);
    }
    return NULL;
}

static bool add_pair(Connection *connection, void *argument, Error *error)
{
    char name[32];
    int *number = argument;

    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "pair %d.%d", *number, i);
        if (!insert_item(connection, name, 1, 0, error))
            return false;
    }
    return true;
}

static void test_many_readers_beside_a_writer(void **state)
{
    pthread_t threads[8];
    Reading readings[8];
    Store *store = open_store("pool.db");

    for (int i = 0; i < 8; i++) {
        readings[i] = (Reading){store, 100, 0};
        pthread_create(&threads[i], NULL, read_often, &readings[i]);
    }
    for (int i = 0; i < 100; i++)
        assert_true(Store_write_wait(store, STORE_INTERACTIVE, add_pair, &i, NULL));
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readings[i].failures, 0);
    }
    assert_int_equal(number_of(store, "SELECT count(*) FROM item"), 200);
    Store_close(store);
}

static const char ENDLESS[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

static void *interrupt_soon(void *argument)
{
    usleep(20000);
    Connection_interrupt(argument);
    return NULL;
}

static void test_interrupt_and_deadline(void **state)
{
    pthread_t thread;
    Error error = ERROR_NONE;
    Store *store = open_store("stop.db");
    Connection *reader = Store_reader(store, &error);
    Statement *statement = Connection_prepare(reader, ENDLESS, &error);

    pthread_create(&thread, NULL, interrupt_soon, reader);
    assert_int_equal(Statement_step(statement, &error), STEP_FAILED);
    pthread_join(thread, NULL);
    assert_true(Error_is(&error, ERROR_CANCELLED));
    assert_int_equal(count_with(reader), -1); /* cancelled until given back */
    Store_release(store, reader);

    reader = Store_reader(store, &error);
    assert_int_equal(count_with(reader), 0);
    Connection_deadline(reader, 30);
    Error_clear(&error);
    assert_int_equal(Statement_step(Connection_prepare(reader, ENDLESS, &error), &error),
                     STEP_FAILED);
    assert_true(Error_is(&error, ERROR_CANCELLED));
    assert_non_null(strstr(error.message, "30 ms"));
    Connection_deadline(reader, 0);
    assert_int_equal(count_with(reader), 0);
    Store_release(store, reader);
    Store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_makes_a_private_file),
        cmocka_unit_test(test_open_refuses),
        cmocka_unit_test(test_open_in_a_read_only_folder),
        cmocka_unit_test(test_read_only_store),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_statement_cache),
        cmocka_unit_test(test_errors_are_mapped),
        cmocka_unit_test(test_reader_keeps_its_moment),
        cmocka_unit_test(test_reader_cannot_change_anything),
        cmocka_unit_test(test_many_readers_beside_a_writer),
        cmocka_unit_test(test_interrupt_and_deadline),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
