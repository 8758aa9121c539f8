#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/world.h"
#include "model/exchange/csv_write.h"
#include "model/exchange/import_private.h"

/* ---- the error file ------------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t length, Error *error)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return Error_set(error, ERROR_STORAGE, "The error file cannot be written: %s.",
                             strerror(errno));
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool append(Import *import, Buffer *out, Error *error)
{
    bool done = !out->failed && write_all(import->errors_fd, Buffer_text(out), out->length, error);

    if (done)
        import->errors_bytes += (int64_t)out->length;
    Buffer_free(out);
    return done;
}

bool Report_open(Import *import, const char *path, Error *error)
{
    static const char *const OWN[] = {"row", "column", "value", "code", "message"};
    Buffer out = BUFFER_EMPTY;

    import->errors_fd = World_get()->open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (import->errors_fd < 0)
        return Error_set(error, ERROR_STORAGE, "The error file cannot be written: %s.",
                         strerror(errno));
    import->errors_bytes = lseek(import->errors_fd, 0, SEEK_END);
    if (import->errors_bytes > 0) /* a resumed import goes on in it */
        return true;
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++)
        Csv_append_cell(&out, OWN[i], i == 0, false);
    for (size_t i = 0; i < import->plan->column_count; i++)
        Csv_append_cell(&out, import->plan->columns[i].header, false, true);
    Csv_end_record(&out);
    return append(import, &out, error);
}

bool Report_truncate(Import *import, int64_t bytes, Error *error)
{
    if (import->errors_fd < 0)
        return true;
    import->errors_bytes = bytes;
    if (ftruncate(import->errors_fd, bytes) == 0 && lseek(import->errors_fd, 0, SEEK_END) == bytes)
        return true;
    return Error_set(error, ERROR_STORAGE, "The error file cannot be written: %s.",
                     strerror(errno));
}

/* The original cells stand as they were read: guards are in them already. */
static void append_row(Buffer *out, const Draft *draft, const OriginalRow *row, size_t columns)
{
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)draft->number);
    Csv_append_cell(out, number, true, false);
    Csv_append_cell(out, draft->error.column ? draft->error.column : "", false, true);
    Csv_append_cell(out, draft->error.value ? draft->error.value : "", false, true);
    Csv_append_cell(out, draft->error.code, false, false);
    Csv_append_cell(out, draft->error.message, false, true);
    for (size_t i = 0; i < columns; i++)
        Csv_append_cell(out, i < row->count && row->cells[i] ? row->cells[i] : "", false, false);
    Csv_end_record(out);
}

static void remember_first(Import *import, const Draft *draft)
{
    Json *json;

    if (json_object_array_length(import->first_errors) >= FIRST_ERRORS)
        return;
    json = json_object_new_object();
    Json_set_int(json, "row", draft->number);
    Json_set_text(json, "column", draft->error.column ? draft->error.column : "");
    Json_set_text(json, "value", draft->error.value ? draft->error.value : "");
    Json_set_text(json, "code", draft->error.code);
    Json_set_text(json, "message", draft->error.message);
    json_object_array_add(import->first_errors, json);
}

bool Report_failure(Import *import, Draft *draft, Error *error)
{
    Buffer out = BUFFER_EMPTY;

    remember_first(import, draft);
    if (import->errors_fd < 0)
        return true;
    for (int i = 0; i < draft->original_count; i++)
        append_row(&out, draft, &draft->originals[i], import->plan->column_count);
    return append(import, &out, error);
}

/* ---- warnings that are told once ------------------------------------------------------------ */

void Import_tally(Import *import, const char *header, const char *kind, const char *sample,
                  int64_t row)
{
    Tally *tally = NULL;

    pthread_mutex_lock(&import->lock);
    for (int i = 0; i < import->tally_count && !tally; i++)
        if (strcmp(import->tallies[i].kind, kind) == 0 &&
            strcmp(import->tallies[i].header, header) == 0)
            tally = &import->tallies[i];
    if (!tally && import->tally_count < TALLIES_MAX) {
        tally = &import->tallies[import->tally_count++];
        *tally = (Tally){.kind = kind, .first_row = row};
        snprintf(tally->header, sizeof tally->header, "%.*s",
                 (int)Text_fit(header, strnlen(header, 79), 79, NULL), header);
        snprintf(tally->sample, sizeof tally->sample, "%.*s",
                 (int)Text_fit(sample, strnlen(sample, 70), 60, NULL), sample);
    }
    if (tally)
        tally->count++;
    pthread_mutex_unlock(&import->lock);
}

/* "Country: \"Select\" is not a country; ... (row 12; 340 rows)" */
static void add_tallies(const Import *import, Json *warnings)
{
    char text[600];

    for (int i = 0; i < import->tally_count; i++) {
        const Tally *tally = &import->tallies[i];

        const char *colon = tally->header[0] ? ": " : "";

        if (tally->count == 1)
            snprintf(text, sizeof text, "%s%s\"%s\" %s (row %lld)", tally->header, colon,
                     tally->sample, tally->kind, (long long)tally->first_row);
        else
            snprintf(text, sizeof text, "%s%s\"%s\" %s (row %lld and others, %lld in all)",
                     tally->header, colon, tally->sample, tally->kind, (long long)tally->first_row,
                     (long long)tally->count);
        json_object_array_add(warnings, json_object_new_string(text));
    }
}

/* ---- the result ----------------------------------------------------------------------------- */

Json *Import_result(const Import *import, const char *uid)
{
    const ImportCounts *counts = &import->counts;
    Json *json = json_object_new_object(), *warnings = json_object_new_array();
    Json *unmapped = json_object_new_array();

    for (size_t i = 0; i < import->plan->warning_count; i++)
        json_object_array_add(warnings, json_object_new_string(import->plan->warnings[i]));
    add_tallies(import, warnings);
    for (size_t i = 0; i < import->plan->column_count; i++)
        if (import->plan->columns[i].fits_nothing)
            json_object_array_add(unmapped,
                                  json_object_new_string(import->plan->columns[i].header));
    Json_set_text(json, "import", uid);
    Json_set_int(json, "total",
                 counts->created + counts->updated + counts->skipped + counts->failed);
    Json_set_int(json, "rows", counts->rows);
    Json_set_int(json, "created", counts->created);
    Json_set_int(json, "updated", counts->updated);
    Json_set_int(json, "skipped", counts->skipped);
    Json_set_int(json, "failed", counts->failed);
    if (import->plan->options.dry_run)
        Json_set_bool(json, "dry_run", true);
    Json_set(json, "warnings", warnings);
    Json_set(json, "unmapped", unmapped);
    Json_set(json, "errors", json_object_get(import->first_errors));
    return json;
}

bool Import_all_failed(const Import *import)
{
    return import->counts.failed > 0 && import->counts.created == 0 &&
           import->counts.updated == 0 && import->counts.skipped == 0;
}
