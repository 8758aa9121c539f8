/* Where files are, whole files, and the log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/paths.h"
#include "base/world.h"

static char folder[64];

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/bizosaas-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

static const char *in_folder(const char *name)
{
    static char path[PATHS_MAX];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void files_are_written_whole(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    size_t length;
    assert_true(Paths_write_file(in_folder("a"), "one", 3, 0600, &error));
    assert_true(Paths_write_file(in_folder("a"), "two\0!", 5, 0640, &error));
    char *bytes = Paths_read_file(in_folder("a"), 5, &length, &error);
    assert_int_equal(length, 5);
    assert_memory_equal(bytes, "two\0!", 6);
    free(bytes);
    struct stat status;
    assert_int_equal(stat(in_folder("a"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(access(in_folder("a.tmp"), F_OK), -1);
    assert_null(Paths_read_file(in_folder("a"), 4, NULL, &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_null(Paths_read_file(in_folder("absent"), 4, NULL, &error));
    assert_true(Error_is(&error, ERROR_NOT_FOUND));
    assert_null(Paths_read_file(folder, 4, NULL, &error));
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    assert_null(Paths_read_file(in_folder("pipe"), 4, NULL, &error));
    assert_true(Error_is(&error, ERROR_INVALID));
    assert_false(Paths_write_file(in_folder("no/such/folder"), "x", 1, 0600, &error));
}

static int failing_fsync(int descriptor)
{
    (void)descriptor;
    return -1;
}

static void a_failed_write_keeps_the_old_file(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    assert_true(Paths_write_file(in_folder("b"), "old", 3, 0600, &error));
    /* what somebody put in the way is not followed */
    char target[PATHS_MAX];
    snprintf(target, sizeof(target), "%s", in_folder("victim"));
    assert_int_equal(symlink(target, in_folder("b.tmp")), 0);
    World world = *World_get();
    world.fsync = failing_fsync;
    World_set(&world);
    assert_false(Paths_write_file(in_folder("b"), "new", 3, 0600, &error));
    World_set(NULL);
    assert_int_equal(access(target, F_OK), -1);
    assert_int_equal(access(in_folder("b.tmp"), F_OK), -1);
    char *bytes = Paths_read_file(in_folder("b"), 100, NULL, &error);
    assert_string_equal(bytes, "old");
    free(bytes);
}

static void packaged_files(void **state)
{
    (void)state;
    char out[PATHS_MAX];
    Error error = ERROR_NONE;
    setenv("BIZOSAAS_DATADIR", folder, 1);
    assert_true(Paths_write_file(in_folder("data.yaml"), "x", 1, 0600, &error));
    assert_true(Paths_data("data.yaml", out, &error));
    assert_string_equal(out, in_folder("data.yaml"));
    assert_true(Paths_data("", out, &error));
    assert_string_equal(out, folder);
    assert_false(Paths_data("absent.yaml", out, &error));
    assert_true(Error_is(&error, ERROR_NOT_FOUND));
    assert_false(Paths_data("../etc/passwd", out, &error));
    assert_true(Error_is(&error, ERROR_INVALID));
    assert_false(Paths_data("a/../../b", out, &error));
    assert_false(Paths_data("/etc/passwd", out, &error));
    assert_false(Paths_data("..", out, &error));
    assert_false(Paths_helper("../sh", out, &error));
    assert_false(Paths_helper("bizosaas-absent", out, &error));
    assert_true(Error_is(&error, ERROR_NOT_CONNECTED));
    unsetenv("BIZOSAAS_DATADIR");
}

static void homes_and_sockets(void **state)
{
    (void)state;
    char out[PATHS_MAX], socket[PATHS_MAX], again[PATHS_MAX], expected[PATHS_MAX];
    Error error = ERROR_NONE;
    assert_true(Paths_home("/nowhere/company///", out, &error));
    assert_string_equal(out, "/nowhere/company");
    setenv("BIZOSAAS_HOME", folder, 1);
    assert_true(Paths_home(NULL, out, &error));
    assert_string_equal(out, folder);
    unsetenv("BIZOSAAS_HOME");
    assert_true(Paths_home("relative", out, &error));
    assert_int_equal(out[0], '/');
    if (access("/run/bizosaas/engine.sock", F_OK) != 0) {
        setenv("XDG_DATA_HOME", "/data", 1);
        assert_true(Paths_home("", out, &error));
        assert_string_equal(out, "/data/bizosaas");
        unsetenv("XDG_DATA_HOME");
        setenv("HOME", "/home/jo", 1);
        assert_true(Paths_home(NULL, out, &error));
        assert_string_equal(out, "/home/jo/.local/share/bizosaas");
        unsetenv("HOME");
        assert_false(Paths_home(NULL, out, &error));
    }
    assert_true(Paths_socket(folder, socket, &error));
    snprintf(expected, sizeof(expected), "%s/engine.sock", folder);
    assert_string_equal(socket, expected);
    assert_true(Paths_socket("/var/lib/bizosaas", socket, &error));
    assert_string_equal(socket, "/run/bizosaas/engine.sock");
    char deep[200] = "/";
    memset(deep + 1, 'x', 150);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    assert_true(Paths_socket(deep, socket, &error));
    assert_true(strlen(socket) < sizeof(((struct sockaddr_un *)0)->sun_path));
    assert_int_equal(strncmp(socket, folder, strlen(folder)), 0);
    deep[5] = 'y';
    assert_true(Paths_socket(deep, again, &error));
    assert_string_not_equal(socket, again);
    unsetenv("XDG_RUNTIME_DIR");
    char large[PATHS_MAX + 10];
    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    large[0] = '/';
    assert_false(Paths_home(large, out, &error));
    assert_true(Error_is(&error, ERROR_TOO_LONG));
}

static void the_log_shows_harmless_lines(void **state)
{
    (void)state;
    char path[PATHS_MAX], old[PATHS_MAX];
    size_t length;
    Error error = ERROR_NONE;
    snprintf(path, sizeof(path), "%s/engine.log", folder);
    snprintf(old, sizeof(old), "%s/engine.log.1", folder);
    Log_open(path, LOG_LEVEL_INFO);
    LOG_INFO("hello %s", "a\033[2Jb\nforged line");
    LOG_DEBUG("not shown");
    char *bytes = Paths_read_file(path, 100000, &length, &error);
    assert_non_null(strstr(bytes, " info hello a␛[2Jb␤forged line\n"));
    assert_null(strstr(bytes, "not shown"));
    assert_ptr_equal(strchr(bytes, '\n'), bytes + length - 1);
    free(bytes);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    Log_open(NULL, LOG_LEVEL_ERROR);
    assert_int_equal(truncate(path, 10L * 1024 * 1024), 0);
    Log_open(path, LOG_LEVEL_ERROR);
    LOG_ERROR("after");
    LOG_INFO("not shown");
    Log_open(NULL, LOG_LEVEL_ERROR);
    assert_int_equal(stat(old, &status), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_written_whole),
        cmocka_unit_test(a_failed_write_keeps_the_old_file),
        cmocka_unit_test(packaged_files),
        cmocka_unit_test(homes_and_sockets),
        cmocka_unit_test(the_log_shows_harmless_lines),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
