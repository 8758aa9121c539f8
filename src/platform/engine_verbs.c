#include "platform/engine_verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/yaml_tree.h"
#include "model/generate/check.h"
#include "platform/backup.h"
#include "platform/doctor.h"
#include "platform/setup.h"

#define INPUT_MAX ((size_t)1024 * 1024)

/* ---- arguments ---------------------------------------------------------------------------- */

static bool take_option(EngineArguments *arguments, const char *name, const char *value,
                        const char **home, Error *error)
{
    if (strcmp(name, "--home") == 0)
        *home = value;
    else if (strcmp(name, "--socket") == 0)
        arguments->socket = value;
    else if (strcmp(name, "--answers") == 0)
        arguments->answers = value;
    else if (strcmp(name, "--store") == 0)
        arguments->store = value;
    else if (strcmp(name, "--key") == 0)
        arguments->key = value;
    else if (strcmp(name, "--demo") == 0)
        arguments->demo = value;
    else if (strcmp(name, "--ready-fd") == 0)
        arguments->ready_fd = (int)strtol(value, NULL, 10);
    else
        return Error_set(error, ERROR_USAGE, "bizosaas-engine does not know %s.", name);
    return true;
}

bool EngineArguments_read(EngineArguments *arguments, int argc, char **argv, Error *error)
{
    static const char *const VERBS[] = {"run", "init", "check", "restore", "doctor"};
    const char *home = NULL;
    bool known = false;

    *arguments = (EngineArguments){.verb = argc > 1 ? argv[1] : "", .ready_fd = -1,
                                   .words = argv + argc};
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        known |= strcmp(VERBS[i], arguments->verb) == 0;
    if (!known)
        return Error_set(error, ERROR_USAGE, "bizosaas-engine run|init|check|restore|doctor ...");
    int at = 2, kept = 2;
    for (; at < argc; at++) {
        if (strncmp(argv[at], "--", 2) != 0) {
            argv[kept++] = argv[at];
        } else if (at + 1 == argc) {
            return Error_set(error, ERROR_USAGE, "%s needs a value.", argv[at]);
        } else {
            if (!take_option(arguments, argv[at], argv[at + 1], &home, error))
                return false;
            at++;
        }
    }
    arguments->words = argv + 2;
    arguments->word_count = kept - 2;
    return strcmp(arguments->verb, "check") == 0 || Paths_home(home, arguments->home, error);
}

/* ---- input -------------------------------------------------------------------------------- */

/* A JSON object on standard input; {} when it is empty or a terminal. */
static Json *read_input(Error *error)
{
    Buffer input = BUFFER_EMPTY;
    ssize_t got = 1;

    while (!isatty(STDIN_FILENO) && got > 0 && input.length <= INPUT_MAX) {
        if (!Buffer_reserve(&input, 4096))
            break;
        got = read(STDIN_FILENO, input.data + input.length, 4096);
        if (got > 0)
            input.length += (size_t)got;
        if (got < 0 && errno == EINTR)
            got = 1;
    }
    if (input.data)
        input.data[input.length] = '\0';
    const char *text = Buffer_text(&input);
    Json *json = text[strspn(text, " \t\r\n")]
                     ? Json_parse(text, input.length, INPUT_MAX, error) : json_object_new_object();
    Buffer_free(&input);
    if (json && !json_object_is_type(json, json_type_object)) {
        Error_set(error, ERROR_USAGE, "The input is one JSON object.");
        json_object_put(json);
        json = NULL;
    }
    return json;
}

static Json *read_answers(const char *path, Error *error)
{
    Arena *arena = Arena_new(0);
    YamlNode *root = arena ? Yaml_read_file(arena, path, error) : NULL;
    Json *json = root ? Yaml_to_json(root) : NULL;

    if (json && !json_object_is_type(json, json_type_object)) {
        Error_set(error, ERROR_SYNTAX, "%s is no mapping of answers.", path);
        json_object_put(json);
        json = NULL;
    }
    Arena_free(arena);
    return json;
}

/* ---- verbs -------------------------------------------------------------------------------- */

/* The made-up company that the demo tells of. */
static void name_demo(Json *answers, const char *size)
{
    static const char *const ANSWERS[][2] = {
        {"name", "Lumen Trading"}, {"slug", "company"},         {"country", "DE"},
        {"currency", "EUR"},           {"time_zone", "Europe/Berlin"}, {"language", "en"},
    };
    Json *organization = Json_get(answers, "organization");

    Json_set_text(answers, "demo", size);
    if (!organization) {
        organization = json_object_new_object();
        Json_set(answers, "organization", organization);
    }
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        if (!Json_get(organization, ANSWERS[i][0]))
            Json_set_text(organization, ANSWERS[i][0], ANSWERS[i][1]);
    }
}

static bool run_init(const EngineArguments *arguments, Json **result, Error *error)
{
    if (arguments->store)
        return Error_set(error, ERROR_USAGE, "This program keeps its data in its own folder; "
                         "other stores are not installed.");
    Json *answers = arguments->answers ? read_answers(arguments->answers, error)
                                       : read_input(error);
    if (answers && arguments->demo)
        name_demo(answers, arguments->demo);
    bool done = answers && Setup_company(arguments->home, answers, result, error);
    json_object_put(answers);
    return done;
}

/* Files that describe a resource say so in their first key; of others the form is checked. */
static bool check_file(const char *path, Error *error)
{
    Arena *arena = Arena_new(0);
    YamlNode *root = arena ? Yaml_read_file(arena, path, error) : NULL;
    bool is_resource = root && root->kind == YAML_MAPPING && Yaml_get(root, "resource") &&
                       Yaml_get(root, "fields");

    Arena_free(arena);
    return root && (!is_resource || ResourceCheck_file(path, error));
}

static bool run_check(const EngineArguments *arguments, Json **result, Error *error)
{
    bool good = true;

    if (arguments->word_count == 0)
        return Error_set(error, ERROR_USAGE, "check needs at least one file.");
    Json *files = json_object_new_array();
    for (int i = 0; i < arguments->word_count; i++) {
        Error problem = ERROR_NONE;
        Json *row = json_object_new_object();
        Json_set_text(row, "file", arguments->words[i]);
        if (!check_file(arguments->words[i], &problem)) {
            Json_set(row, "error", Json_from_error(&problem));
            good = false;
        }
        json_object_array_add(files, row);
    }
    *result = json_object_new_object();
    Json_set(*result, "files", files);
    return good;
}

static bool run_restore(const EngineArguments *arguments, Json **result, Error *error)
{
    if (arguments->word_count != 1)
        return Error_set(error, ERROR_USAGE, "restore needs one file.");
    Json *input = read_input(error);
    bool done = input && Backup_restore(arguments->home, arguments->words[0],
                                        Json_text(input, "password"), arguments->key, result,
                                        error);
    json_object_put(input);
    return done;
}

static bool run_doctor(const EngineArguments *arguments, Json **result, Error *error)
{
    *result = Doctor_examine_home(arguments->home, error);
    return *result != NULL;
}

bool EngineVerb_run(const EngineArguments *arguments, Json **result, Error *error)
{
    static const struct {
        const char *name;
        bool (*run)(const EngineArguments *arguments, Json **result, Error *error);
    } VERBS[] = {
        {"init", run_init}, {"check", run_check}, {"restore", run_restore}, {"doctor", run_doctor},
    };

    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (strcmp(VERBS[i].name, arguments->verb) == 0)
            return VERBS[i].run(arguments, result, error);
    }
    return Error_set(error, ERROR_USAGE, "There is no verb %s.", arguments->verb);
}
