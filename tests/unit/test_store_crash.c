/* Killed at any moment: what was acknowledged is there, nothing is there twice or by half. */
#include "test_store.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define KILLS 30
#define WRITERS 4
#define MOST 400000

typedef struct Numbers {
    int pipe;
    Store *store;
    int64_t next, step;
} Numbers;

/* Two rows a write: one without the other would be half of it. */
static bool add_number(Connection *connection, void *argument, Error *error)
{
    char name[40];
    int64_t number = *(int64_t *)argument;

    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%d of %lld", i, (long long)number);
        if (!insert_item(connection, name, number, 0, error))
            return false;
    }
    return true;
}

static void *write_and_tell(void *argument)
{
    Numbers *numbers = argument;

    for (;; numbers->next += numbers->step) {
        if (!Store_write_wait(numbers->store, STORE_INTERACTIVE, add_number, &numbers->next, NULL))
            _exit(3);
        if (write(numbers->pipe, &numbers->next, sizeof numbers->next) < 0)
            _exit(4);
    }
    return NULL;
}

static void run_child(int pipe, int64_t first)
{
    pthread_t threads[WRITERS];
    Numbers numbers[WRITERS];
    StoreOptions options = {0};
    Store *store = Store_open(in_folder("crash.db"), &options, NULL);

    if (!store)
        _exit(2);
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = (Numbers){pipe, store, first + i, WRITERS};
        pthread_create(&threads[i], NULL, write_and_tell, &numbers[i]);
    }
    for (;;)
        pause();
}

static void note_acknowledged(int from, unsigned char *acknowledged, int64_t *highest)
{
    int64_t number;

    while (read(from, &number, sizeof number) == (ssize_t)sizeof number) {
        assert_true(number > 0 && number < MOST);
        acknowledged[number] = 1;
        if (number > *highest)
            *highest = number;
    }
}

/* *highest becomes that of the file: a write may be durable before it is acknowledged. */
static void compare(Store *store, const unsigned char *acknowledged, int64_t *highest,
                    int64_t *count)
{
    unsigned char *durable = calloc(1, MOST);
    Connection *reader = Store_reader(store, NULL);
    Statement *all =
        Connection_prepare(reader, "SELECT score, count(*) FROM item GROUP BY score", NULL);

    assert_non_null(durable);
    for (*count = 0; Statement_step(all, NULL) == STEP_ROW; (*count)++) {
        assert_int_equal(Statement_int(all, 1), 2);
        int64_t number = Statement_int(all, 0);
        assert_true(number > 0 && number < MOST);
        durable[number] = 1;
        *highest = number > *highest ? number : *highest;
    }
    for (int64_t i = 0; i <= *highest; i++)
        assert_true(!acknowledged[i] || durable[i]);
    Store_release(store, reader);
    free(durable);
}

static void test_kill(void **state)
{
    unsigned char *acknowledged = calloc(1, MOST);
    int64_t highest = 0, count = 0;
    int ends[2], status;

    assert_non_null(acknowledged);
    Store_close(open_store("crash.db"));
    srand(7);
    for (int i = 0; i < KILLS; i++) {
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            run_child(ends[1], highest + WRITERS);
        close(ends[1]);
        usleep(5000 + (unsigned)rand() % 60000);
        kill(child, SIGKILL);
        note_acknowledged(ends[0], acknowledged, &highest);
        close(ends[0]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        Store *store = open_store("crash.db");
        compare(store, acknowledged, &highest, &count);
        if (i % 10 == 9)
            assert_true(Store_check_integrity(store, NULL, NULL, NULL));
        Store_close(store);
    }
    print_message("%d kills, %lld writes kept\n", KILLS, (long long)count);
    assert_true(count > KILLS);
    free(acknowledged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kill)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
