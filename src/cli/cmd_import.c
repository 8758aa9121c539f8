#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/params.h"
#include "cli/present.h"
#include "cli/transfer.h"

#define MAP_BYTES_MAX (1024 * 1024)

static const char *const PASSED[][2] = {
    {"preset", "preset"},         {"match", "match"}, {"on-missing", "on_missing"},
    {"extra", "extra"},           {"locale", "locale"}, {NULL, NULL},
};

typedef struct ChoiceRule {
    const char *option;
    const char *const *choices;
} ChoiceRule;

static const ChoiceRule RULES[] = {
    {"preset", (const char *const[]){"hubspot", "shopify", "stripe", "salesforce", NULL}},
    {"on-match", (const char *const[]){"skip", "update", "update-blank", "create", NULL}},
    {"on-missing", (const char *const[]){"create", "blank", "error", NULL}},
    {"extra", (const char *const[]){"custom", "ignore", "refuse", NULL}},
};

static bool check_choices(const Invocation *invocation, Error *error)
{
    for (size_t r = 0; r < sizeof RULES / sizeof *RULES; r++) {
        const char *value = Invocation_option(invocation, RULES[r].option);
        size_t count = 0;
        bool known = !value;
        for (; RULES[r].choices[count]; count++)
            known = known || strcmp(RULES[r].choices[count], value) == 0;
        if (known)
            continue;
        Error_set(error, ERROR_USAGE, "--%s does not know \"%s\".", RULES[r].option, value);
        const char *nearest = Text_nearest(value, RULES[r].choices, count);
        if (nearest)
            return Error_hint(error, "Did you mean \"%s\"?", nearest);
        return Error_hint(error, "bizosaas import --help names the choices.");
    }
    if (Invocation_flag(invocation, "map") && Invocation_flag(invocation, "preset"))
        return Error_set(error, ERROR_USAGE, "--map and --preset exclude each other.");
    return true;
}

static bool add_map(const Invocation *invocation, Json *params, Error *error)
{
    const char *path = Invocation_option(invocation, "map");
    if (!path)
        return true;
    size_t length = 0;
    char *text = Paths_read_file(path, MAP_BYTES_MAX, &length, error);
    if (!text)
        return false;
    bool good = Text_is_utf8(text, length);
    if (good)
        Json_set_text(params, "map", text);
    else
        Error_set(error, ERROR_SYNTAX, "%s is not UTF-8 text.", path);
    free(text);
    return good;
}

static Json *import_params(const Invocation *invocation, Error *error)
{
    Json *params = json_object_new_object();
    Json_set_text(params, "resource", invocation->arguments[0]);
    Params_add_options(invocation, params, PASSED);
    const char *on_match = Invocation_option(invocation, "on-match");
    if (on_match)
        Json_set_text(params, "on_match",
                      strcmp(on_match, "update-blank") == 0 ? "update_blank" : on_match);
    if (Invocation_flag(invocation, "dry-run"))
        Json_set_bool(params, "dry_run", true);
    if (add_map(invocation, params, error))
        return params;
    json_object_put(params);
    return NULL;
}

static void show_summary(const Invocation *invocation, const Json *result)
{
    if (invocation->json) {
        Present_result(invocation, result);
        return;
    }
    static const char *const FIGURES[] = {"created", "updated", "skipped", "failed"};
    Output_line("%lld records%s: %s", (long long)Json_int(result, "total", 0),
                Invocation_flag(invocation, "dry-run") ? " (dry run, nothing written)" : "",
                Json_text(result, "import") ? Json_text(result, "import") : "");
    for (size_t i = 0; i < sizeof FIGURES / sizeof *FIGURES; i++)
        Output_line("  %-8s %lld", FIGURES[i], (long long)Json_int(result, FIGURES[i], 0));
    static const char *const NOTES[] = {"warnings", "errors", "unmapped"};
    ValueStyle style = Present_style(invocation);
    for (size_t n = 0; n < sizeof NOTES / sizeof *NOTES; n++) {
        const Json *notes = Json_get(result, NOTES[n]);
        size_t count = notes && json_object_is_type(notes, json_type_array)
                           ? json_object_array_length(notes)
                           : 0;
        for (size_t i = 0; i < count; i++) {
            Buffer text = BUFFER_EMPTY;
            Value_append(&text, json_object_array_get_idx(notes, i), NULL, &style);
            Output_line("  %s: %s", NOTES[n], Buffer_text(&text));
            Buffer_free(&text);
        }
    }
}

static bool write_errors(Invocation *invocation, const Json *result, Error *error)
{
    const char *path = Invocation_option(invocation, "errors");
    const char *file = Json_text(result, "errors_file");
    if (!path)
        return true;
    if (file)
        return Transfer_download(invocation, file, path, error);
    static const char HEADER[] = "row,column,value,code,message\r\n";
    return Paths_write_file(path, HEADER, sizeof HEADER - 1, 0600, error);
}

int Command_import(Invocation *invocation)
{
    Error error = ERROR_NONE;
    char *upload = NULL;
    Json *result = NULL;
    if (!check_choices(invocation, &error))
        return Invocation_fail(invocation, &error);
    Json *params = import_params(invocation, &error);
    if (!params)
        return Invocation_fail(invocation, &error);
    if (!Transfer_upload(invocation, invocation->arguments[1], &upload, &error)) {
        json_object_put(params);
        return Invocation_fail(invocation, &error);
    }
    Json_set_text(params, "upload", upload);
    free(upload);
    if (!Transfer_job(invocation, "import", "import.start", params, &result, &error))
        return Invocation_fail(invocation, &error);
    int code = EXIT_DONE;
    if (result) {
        int64_t total = Json_int(result, "total", 0);
        bool all_failed = total > 0 && Json_int(result, "failed", 0) == total;
        show_summary(invocation, result);
        code = all_failed ? EXIT_REFUSED : EXIT_DONE;
        if (!write_errors(invocation, result, &error))
            code = Invocation_fail(invocation, &error);
    }
    json_object_put(result);
    return code;
}
