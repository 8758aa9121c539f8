/* Whole screens by script against golden pictures, with a made-up engine and a fixed clock.
 *
 * A wanted change of a picture: run this test with UPDATE_GOLDEN=1, then look at the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/world.h"
#include "screens/screens.h"

static char folder[64];

typedef struct Picture {
    const char *name, *keys;
} Picture;

static const Picture PICTURES[] = {
    {"dashboard", ""},
    {"list", "g l Down Down Space"},
    {"lead", "g l Down Enter"},
    {"timeline", "g l Enter Tab"},
    {"history", "g l Enter Shift-Tab"},
    {"edit", "g l e"},
    {"new", "g l n"},
    {"help", "g l ? \"sort\""},
    {"palette", "Ctrl-P \"lea\""},
    {"menu", "g l ."},
    {"delete", "g l d"},
    {"undo", "u"},
    {"search", "g / \"maya\""},
    {"filter-error", "g l / \"scor > 3\" Enter"},
    {"filter", "g l / \"score > 3\" Enter"},
    {"last-row", "g l G"},
    {"guard", "g l e \"x\" Esc"},
    {"command", ": \"companies\" Enter"},
    {"go", "g"},
};
static const int SIZES[][2] = {{44, 14}, {80, 24}, {120, 40}, {200, 50}};

static char *run_script(const char *text, int columns, int rows)
{
    char script[128], picture[128], whole[2048];
    Error error = ERROR_NONE;
    size_t length = 0;

    snprintf(script, sizeof script, "%s/script", folder);
    snprintf(picture, sizeof picture, "%s/picture", folder);
    int size = snprintf(whole, sizeof whole, "%s\n:save-display %s\n", text, picture);
    assert_true(Paths_write_file(script, whole, (size_t)size, 0600, &error));
    ScreensOptions options = {.script = script, .columns = columns, .rows = rows, .theme = "mono"};
    assert_int_equal(Screens_run(&options), 0);
    char *result = Paths_read_file(picture, 1024 * 1024, &length, &error);
    assert_non_null(result);
    return result;
}

static void check_picture(const Picture *picture, int columns, int rows)
{
    char path[512];
    const char *source = getenv("BIZOSAAS_SOURCE");
    Error error = ERROR_NONE;
    size_t length = 0;
    char *now = run_script(picture->keys, columns, rows);

    snprintf(path, sizeof path, "%s/tests/golden/%s-%dx%d.txt",
             source             ? source
             : getenv("srcdir") ? getenv("srcdir")
                                : ".",
             picture->name, columns, rows);
    if (getenv("UPDATE_GOLDEN"))
        assert_true(Paths_write_file(path, now, strlen(now), 0644, &error));
    char *golden = Paths_read_file(path, 1024 * 1024, &length, &error);
    if (!golden || strcmp(golden, now) != 0)
        fprintf(stderr, "%s differs; now it is:\n%s\n", path, now);
    assert_non_null(golden);
    assert_string_equal(golden, now);
    free(golden);
    free(now);
}

static void pictures_are_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PICTURES / sizeof PICTURES[0]; i++) {
        for (size_t s = 0; s < sizeof SIZES / sizeof SIZES[0]; s++)
            check_picture(&PICTURES[i], SIZES[s][0], SIZES[s][1]);
    }
}

static void expect(const char *keys, const char *wanted)
{
    char *picture = run_script(keys, 80, 24);

    if (!strstr(picture, wanted))
        fprintf(stderr, "no \"%s\" after %s:\n%s\n", wanted, keys, picture);
    assert_non_null(strstr(picture, wanted));
    free(picture);
}

/* mission: I5 */
static void a_lead_is_changed_on_the_screen(void **state)
{
    (void)state;
    expect("g l Enter e Ctrl-U \"Mia\" F2", "Mia Lindqvist");
    expect("g l e Ctrl-U \"Mia\" F2", "Saved: Mia Lindqvist");
    expect("g l e Enter Ctrl-U Enter F2", "This is needed.");
    expect("g l e Down Down Down Ctrl-U \"nonsense\" Tab", "An e-mail address");
    expect("g l e \"x\" Esc q", "Leads");
    expect("g l d y", "1 record deleted");
    expect("u y", "Taken back: 1 change.");
    expect("g l t", "Start work");
}

static void two_people_change_one_lead(void **state)
{
    (void)state;
    setenv("FAKE_CONFLICT", "both", 1);
    expect("g l e Ctrl-U \"Mia\" F2", "Two versions");
    expect("g l e Ctrl-U \"Mia\" F2", "theirs: Maja");
    expect("g l e Ctrl-U \"Mia\" F2 m", "Saved: Mia Lindqvist");
    expect("g l e Ctrl-U \"Mia\" F2 t", "nothing was saved");
    setenv("FAKE_CONFLICT", "other", 1); /* they changed another field: both changes stand */
    expect("g l e Ctrl-U \"Mia\" F2", "Saved: Mia Lindqvist");
    expect("g l e Ctrl-U \"Mia\" F2 e", "maya@northwind.example");
    unsetenv("FAKE_CONFLICT");
}

static void what_is_not_there_says_so(void **state)
{
    (void)state;
    expect("g a", "agents is not available in this version.");
    expect("g c", "chat is not available");
    setenv("FAKE_LANGUAGE", "de", 1);
    expect("g c", "in dieser Version noch nicht");
    expect("", "Umsatz diesen");
    unsetenv("FAKE_LANGUAGE");
}

static void tiny_and_huge_screens_hold(void **state)
{
    static const int ODD[][2] = {{1, 1}, {2, 2}, {20, 5}, {3, 100}, {300, 3}, {500, 300}};

    (void)state;
    for (size_t s = 0; s < sizeof ODD / sizeof ODD[0]; s++) {
        for (size_t i = 0; i < sizeof PICTURES / sizeof PICTURES[0]; i++)
            free(run_script(PICTURES[i].keys, ODD[s][0], ODD[s][1]));
    }
}

static int make_folder(void **state)
{
    Error error = ERROR_NONE;

    (void)state;
    setenv("BIZOSAAS_NOW", "2026-11-22T10:42:00+01:00", 1);
    snprintf(folder, sizeof folder, "/tmp/screens-test-XXXXXX");
    return World_init(&error) && mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/script", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/picture", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_golden),
        cmocka_unit_test(a_lead_is_changed_on_the_screen),
        cmocka_unit_test(two_people_change_one_lead),
        cmocka_unit_test(what_is_not_there_says_so),
        cmocka_unit_test(tiny_and_huge_screens_hold),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
