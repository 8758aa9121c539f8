/* Arguments, options, parameters, secrets and the configuration file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/preferences.h"
#include "cli/params.h"
#include "cli/secret.h"

#define ARGUMENTS_MAX 16

static const char *words[ARGUMENTS_MAX];

/* Parses "bizosaas A B ..."; the list ends with NULL. */
static bool parse(Invocation *invocation, Error *error, ...)
{
    char *argv[ARGUMENTS_MAX] = {(char *)(uintptr_t) "bizosaas"};
    int argc = 1;
    va_list list;
    va_start(list, error);
    for (char *word = va_arg(list, char *); word; word = va_arg(list, char *))
        argv[argc++] = word;
    va_end(list);
    *invocation = (Invocation){.arguments = words};
    *error = ERROR_NONE;
    memset(words, 0, sizeof words);
    return Invocation_parse(invocation, argc, argv, error);
}

static void options_stand_anywhere(void **state)
{
    (void)state;
    Invocation invocation;
    Error error;
    assert_true(parse(&invocation, &error, "--home", "/x", "list", "lead", "--limit=3", "--filter",
                      "score > 3", "--json", NULL));
    assert_string_equal(invocation.command->name, "list");
    assert_string_equal(invocation.home, "/x");
    assert_string_equal(invocation.arguments[0], "lead");
    assert_int_equal(invocation.argument_count, 1);
    assert_string_equal(Invocation_option(&invocation, "filter"), "score > 3");
    assert_true(invocation.json);
    long limit = 9;
    assert_true(Invocation_number(&invocation, "limit", 0, 10, &limit, &error));
    assert_int_equal(limit, 3);
}

static void values_may_look_like_options(void **state)
{
    (void)state;
    Invocation invocation;
    Error error;
    assert_true(parse(&invocation, &error, "list", "lead", "--sort", "-score", NULL));
    assert_string_equal(Invocation_option(&invocation, "sort"), "-score");
    assert_true(parse(&invocation, &error, "import", "lead", "-", NULL));
    assert_string_equal(invocation.arguments[1], "-");
    assert_true(parse(&invocation, &error, "delete", "--", "lead", "--odd", NULL));
    assert_string_equal(invocation.arguments[1], "--odd");
    assert_true(parse(&invocation, &error, "export", "lead", "-oF", NULL));
    assert_string_equal(Invocation_option(&invocation, "output"), "F");
}

static void demo_takes_a_size_only_with_equals(void **state)
{
    (void)state;
    Invocation invocation;
    Error error;
    assert_true(parse(&invocation, &error, "init", "--demo", NULL));
    assert_string_equal(Invocation_option(&invocation, "demo"), "");
    assert_true(parse(&invocation, &error, "init", "--demo=large", NULL));
    assert_string_equal(Invocation_option(&invocation, "demo"), "large");
    assert_false(parse(&invocation, &error, "init", "--demo", "large", NULL));
}

static void mistakes_name_the_nearest(void **state)
{
    (void)state;
    Invocation invocation;
    Error error;
    assert_false(parse(&invocation, &error, "lsit", "lead", NULL));
    assert_true(Error_is(&error, ERROR_USAGE));
    assert_non_null(strstr(error.hint, "list"));
    assert_false(parse(&invocation, &error, "list", "lead", "--filtre", "x", NULL));
    assert_non_null(strstr(error.hint, "--filter"));
    assert_false(parse(&invocation, &error, "list", "lead", "--limit", NULL));
    assert_false(parse(&invocation, &error, "list", NULL));
    assert_false(parse(&invocation, &error, "whoami", "me", NULL));
    assert_false(parse(&invocation, &error, "whoami", "--json=yes", NULL));
    assert_true(parse(&invocation, &error, "list", "lead", "--limit", "3x", NULL));
    long limit = 0;
    assert_false(Invocation_number(&invocation, "limit", 0, 10, &limit, &error));
}

static void parameters_are_text_or_json(void **state)
{
    (void)state;
    Invocation invocation;
    Error error;
    Json *params = NULL;
    assert_true(parse(&invocation, &error, "create", "lead", "name=José = \"x\"", "score:=5",
                      "tags:=[\"a\",\"b\"]", "note:=null", "empty=", "custom.band=high", NULL));
    assert_true(Params_read(&invocation, 1, &params, &error));
    assert_string_equal(Json_text(params, "name"), "José = \"x\"");
    assert_int_equal(Json_int(params, "score", 0), 5);
    assert_int_equal(json_object_array_length(Json_get(params, "tags")), 2);
    assert_true(json_object_object_get_ex(params, "note", NULL));
    assert_string_equal(Json_text(params, "empty"), "");
    assert_string_equal(Json_text(Json_get(params, "custom"), "band"), "high");
    json_object_put(params);
}

static void wrong_parameters_are_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"name", "=x", "a:=", "a:=nul", "a:={\"x\":1", "a:=1,2", ":=1"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Invocation invocation;
        Error error;
        Json *params = NULL;
        assert_true(parse(&invocation, &error, "create", "lead", WRONG[i], NULL));
        assert_false(Params_read(&invocation, 1, &params, &error));
        assert_null(params);
        assert_true(Error_is(&error, ERROR_USAGE));
    }
}

static void an_id_tells_its_resource(void **state)
{
    (void)state;
    Invocation invocation;
    Error error;
    char resource[64];
    const char *id = NULL;
    int next = 0;
    assert_true(parse(&invocation, &error, "get", "credit_note_01J00000000000000000000000", NULL));
    assert_true(Params_record(&invocation, resource, &id, &next, &error));
    assert_string_equal(resource, "credit_note");
    assert_int_equal(next, 1);
    assert_true(parse(&invocation, &error, "get", "lead", "L-2041", NULL));
    assert_true(Params_record(&invocation, resource, &id, &next, &error));
    assert_string_equal(resource, "lead");
    assert_string_equal(id, "L-2041");
    assert_true(parse(&invocation, &error, "get", "L-2041", NULL));
    assert_false(Params_record(&invocation, resource, &id, &next, &error));
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void configuration_is_read_or_refused(void **state)
{
    (void)state;
    char path[] = "/tmp/bizosaas-config.XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    setenv("BIZOSAAS_CONFIG", path, 1);
    Config config;
    Error error = ERROR_NONE;
    write_text(path, "# mine\n theme = light \r\n\nlanguage=de\ntenant = lumen\nascii = yes\n");
    assert_true(Config_read(&config, &error));
    assert_string_equal(config.theme, "light");
    assert_string_equal(config.language, "de");
    assert_string_equal(config.tenant, "lumen");
    assert_true(config.ascii);
    write_text(path, "theme = light\nthem = dark\n");
    assert_false(Config_read(&config, &error));
    assert_int_equal(error.line, 2);
    assert_non_null(strstr(error.hint, "theme"));
    write_text(path, "ascii = perhaps\n");
    assert_false(Config_read(&config, &error));
    unlink(path);
    assert_true(Config_read(&config, &error));
}

static void secrets_come_from_files(void **state)
{
    (void)state;
    char path[] = "/tmp/bizosaas-secret.XXXXXX";
    char secret[SECRET_MAX];
    Error error = ERROR_NONE;
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    close(descriptor);
    write_text(path, "correct horse\r\nsecond line\n");
    assert_true(Secret_from_file(path, secret, &error));
    assert_string_equal(secret, "correct horse");
    write_text(path, "\n");
    assert_false(Secret_from_file(path, secret, &error));
    char *long_text = malloc(SECRET_MAX + 10);
    assert_non_null(long_text);
    memset(long_text, 'x', SECRET_MAX + 9);
    long_text[SECRET_MAX + 9] = '\0';
    write_text(path, long_text);
    free(long_text);
    assert_false(Secret_from_file(path, secret, &error));
    assert_int_equal(secret[0], '\0');
    unlink(path);
    assert_false(Secret_from_file(path, secret, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere),
        cmocka_unit_test(values_may_look_like_options),
        cmocka_unit_test(demo_takes_a_size_only_with_equals),
        cmocka_unit_test(mistakes_name_the_nearest),
        cmocka_unit_test(parameters_are_text_or_json),
        cmocka_unit_test(wrong_parameters_are_refused),
        cmocka_unit_test(an_id_tells_its_resource),
        cmocka_unit_test(configuration_is_read_or_refused),
        cmocka_unit_test(secrets_come_from_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
