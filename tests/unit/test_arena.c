/* Memory of one request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    Arena *arena = Arena_new(0);
    for (size_t size = 1; size < 5000; size += 37) {
        unsigned char *memory = Arena_alloc(arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % sizeof(max_align_t) % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xFF, size);
    }
    Arena_reset(arena);
    unsigned char *again = Arena_alloc(arena, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(again[i], 0);
    Arena_free(arena);
    Arena_free(NULL);
}

static void ceiling_holds(void **state)
{
    (void)state;
    Arena *arena = Arena_new(100000);
    assert_null(Arena_alloc(arena, 100001));
    assert_true(Arena_exhausted(arena));
    Arena_reset(arena);
    assert_false(Arena_exhausted(arena));
    size_t got = 0;
    while (Arena_alloc(arena, 1000))
        got += 1000;
    assert_true(got >= 60000 && got <= 100000);
    assert_true(Arena_exhausted(arena));
    assert_true(Arena_used(arena) <= 100000);
    Arena_reset(arena);
    assert_int_equal(Arena_used(arena), 0);
    assert_non_null(Arena_alloc(arena, 50000));
    Arena_free(arena);
}

static void impossible_sizes_are_refused(void **state)
{
    (void)state;
    Arena *arena = Arena_new(0);
    assert_null(Arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(Arena_alloc(arena, SIZE_MAX));
    assert_null(Arena_alloc(arena, SIZE_MAX - 8));
    assert_null(Arena_strndup(arena, "x", SIZE_MAX));
    assert_true(Arena_exhausted(arena));
    assert_non_null(Arena_array(arena, 0, 8));
    Arena_free(arena);
}

static void texts_are_copied(void **state)
{
    (void)state;
    Arena *arena = Arena_new(0);
    assert_null(Arena_strdup(arena, NULL));
    assert_string_equal(Arena_strdup(arena, "lead"), "lead");
    assert_string_equal(Arena_strndup(arena, "leads", 4), "lead");
    assert_string_equal(Arena_printf(arena, "%s %d", "lead", 7), "lead 7");
    char *large = Arena_printf(arena, "%0100000d", 5);
    assert_int_equal(strlen(large), 100000);
    Arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(ceiling_holds),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(texts_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
