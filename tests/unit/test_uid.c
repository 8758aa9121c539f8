/* Record ids, and the clock and randomness they come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/uid.h"
#include "base/world.h"

static int64_t now;

static int64_t test_now(void)
{
    return now;
}

/* The system's world with a clock of ours. */
static void set_clock(int64_t time)
{
    static World world;
    if (!world.now)
        world = *World_get();
    world.now = test_now;
    now = time;
    World_set(&world);
}

static void ids_rise_inside_a_millisecond(void **state)
{
    (void)state;
    set_clock(INT64_C(1795341600000000));
    Uid last = Uid_new();
    for (int i = 0; i < 100000; i++) {
        Uid next = Uid_new();
        assert_true(memcmp(&next, &last, sizeof(next)) > 0);
        last = next;
    }
    assert_int_equal(last.bytes[6] >> 4, 7);
    assert_int_equal(last.bytes[8] >> 6, 2);
    uint64_t millisecond = 0;
    for (int i = 0; i < 6; i++)
        millisecond = millisecond << 8 | last.bytes[i];
    assert_int_equal(millisecond, 1795341600000);
    World_set(NULL);
}

static void a_clock_that_steps_back_does_no_harm(void **state)
{
    (void)state;
    set_clock(INT64_C(1795341700000000));
    Uid last = Uid_new();
    set_clock(INT64_C(1795341600000000));
    for (int i = 0; i < 1000; i++) {
        Uid next = Uid_new();
        assert_true(memcmp(&next, &last, sizeof(next)) > 0);
        last = next;
    }
    set_clock(-5);
    assert_false(Uid_is_zero(&(Uid){.bytes = {1}}));
    Uid next = Uid_new();
    assert_true(memcmp(&next, &last, sizeof(next)) > 0);
    World_set(NULL);
}

#define PER_THREAD 20000

static void *make_many(void *context)
{
    Uid *out = context;
    for (int i = 0; i < PER_THREAD; i++)
        out[i] = Uid_new();
    return NULL;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(Uid));
}

static void threads_never_share_an_id(void **state)
{
    (void)state;
    static Uid ids[4 * PER_THREAD];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_many, ids + i * PER_THREAD), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    qsort(ids, 4 * PER_THREAD, sizeof(Uid), compare);
    for (int i = 1; i < 4 * PER_THREAD; i++)
        assert_int_not_equal(memcmp(&ids[i - 1], &ids[i], sizeof(Uid)), 0);
}

static void a_forked_child_makes_other_ids(void **state)
{
    (void)state;
    int ends[2];
    Uid child[10], ours[10];
    assert_int_equal(pipe(ends), 0);
    Uid_new();
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        for (int i = 0; i < 10; i++)
            child[i] = Uid_new();
        _exit(write(ends[1], child, sizeof(child)) != (ssize_t)sizeof(child));
    }
    for (int i = 0; i < 10; i++)
        ours[i] = Uid_new();
    assert_int_equal(read(ends[0], child, sizeof(child)), sizeof(child));
    waitpid(pid, NULL, 0);
    for (int i = 0; i < 10; i++)
        for (int k = 0; k < 10; k++)
            assert_int_not_equal(memcmp(&ours[i], &child[k], sizeof(Uid)), 0);
    close(ends[0]);
    close(ends[1]);
}

static void text_form_comes_back(void **state)
{
    (void)state;
    char out[UID_TEXT_SIZE];
    Uid back, uid;
    for (int i = 0; i < 1000; i++) {
        World_random(&uid, sizeof(uid));
        int length = 0;
        assert_true(Uid_parse(Uid_format(&uid, "order_line", out), NULL, &back, &length));
        assert_int_equal(length, 10);
        assert_memory_equal(&uid, &back, sizeof(uid));
    }
    memset(&uid, 0xFF, sizeof(uid));
    assert_string_equal(Uid_format(&uid, "lead", out), "lead_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    assert_string_equal(Uid_format(&(Uid){{0}}, "", out), "00000000000000000000000000");
    assert_true(Uid_is_zero(&(Uid){{0}}));
    /* RFC 9562 appendix A.6 */
    const Uid sample = {{0x01, 0x7F, 0x22, 0xE2, 0x79, 0xB0, 0x7C, 0xC3, 0x98, 0xC4, 0xDC, 0x0C,
                         0x0C, 0x07, 0x39, 0x8F}};
    assert_string_equal(Uid_format(&sample, "lead", out), "lead_01FWHE4YDGFK1SHH6W1G60EECF");
    assert_true(Uid_parse("lead_o1fwhe4ydgfk1shh6wig6oeecf", "lead", &back, NULL));
    assert_memory_equal(&back, &sample, sizeof(back));
    static const char *const wrong[] = {"",
                                        "lead",
                                        "lead_",
                                        "_01FWHE4YDGFK1SHH6W1G60EECF",
                                        "lead_81FWHE4YDGFK1SHH6W1G60EECF",
                                        "lead_01FWHE4YDGFK1SHH6W1G60EEC",
                                        "lead_01FWHE4YDGFK1SHH6W1G60EECFF",
                                        "lead_01FWHE4YDGFK1SHH6W1G60EECU",
                                        "lead_01FWHE4YDGFK1SHH6W1G60EE F",
                                        "01FWHE4YDGFK1SHH6W1G60EECF"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_false(Uid_parse(wrong[i], NULL, &back, NULL));
    assert_false(Uid_parse("deal_01FWHE4YDGFK1SHH6W1G60EECF", "lead", &back, NULL));
    assert_false(Uid_parse(NULL, "lead", &back, NULL));
}

static void a_test_fixes_clock_and_randomness(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    unsigned char first[20], second[20];
    setenv("BIZOSAAS_NOW", "yesterday", 1);
    assert_false(World_init(&error));
    assert_true(Error_is(&error, ERROR_USAGE));
    setenv("BIZOSAAS_NOW", "2026-11-22T10:00:00+01:00", 1);
    setenv("BIZOSAAS_SEED", "4x", 1);
    assert_false(World_init(&error));
    setenv("BIZOSAAS_SEED", "42", 1);
    assert_true(World_init(&error));
    assert_true(World_clock_is_fixed());
    assert_int_equal(World_now(), INT64_C(1795338000000000));
    World_random(first, sizeof(first));
    assert_true(World_init(&error));
    World_random(second, sizeof(second));
    assert_memory_equal(first, second, sizeof(first));
    World_random(second, sizeof(second));
    assert_memory_not_equal(first, second, sizeof(first));
    int64_t before = World_monotonic();
    usleep(2000);
    assert_true(World_monotonic() - before >= 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_rise_inside_a_millisecond),
        cmocka_unit_test(a_clock_that_steps_back_does_no_harm),
        cmocka_unit_test(threads_never_share_an_id),
        cmocka_unit_test(a_forked_child_makes_other_ids),
        cmocka_unit_test(text_form_comes_back),
        cmocka_unit_test(a_test_fixes_clock_and_randomness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
