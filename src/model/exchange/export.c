#include "model/exchange/export.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "model/exchange/export_private.h"
#include "model/internal.h"

#define PAGE_ROWS 200
#define TABLE_ARENA (16u * 1024 * 1024)

static bool is_format(const ExportOptions *options, const char *format)
{
    return strcmp(options->format, format) == 0;
}

bool Export_check(const ExportOptions *options, Error *error)
{
    if (is_format(options, "xlsx")) {
        Error_set(error, ERROR_NOT_CONNECTED,
                  "Spreadsheets need the media helper, which is not installed.");
        return Error_hint(error, "Export as csv instead.");
    }
    if (is_format(options, "csv") || is_format(options, "json") || is_format(options, "jsonl"))
        return true;
    return Error_set_field(error, ERROR_USAGE, "format", "There is no format \"%.20s\".",
                           options->format);
}

static bool write_out(int fd, Buffer *out, Error *error)
{
    const char *bytes = Buffer_text(out);
    size_t left = out->length;

    if (out->failed)
        return Error_set(error, ERROR_LIMIT, "Not enough memory for the export.");
    while (left > 0) {
        ssize_t written = write(fd, bytes, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return Error_set(error, ERROR_STORAGE, "The export cannot be written: %s.",
                             strerror(errno));
        bytes += written;
        left -= (size_t)written;
    }
    Buffer_reset(out);
    return true;
}

/* ---- one record ----------------------------------------------------------------------------- */

typedef struct Exporter {
    ModelContext *context;
    const ExportOptions *options;
    ExportTable table;
    Buffer out;
    int64_t records;
    bool table_form;
} Exporter;

/* What the asking person may not see is left out, not shown as empty: an import would empty it. */
static void drop_masked(Json *json)
{
    Json *masked = Json_get(json, "masked");

    for (size_t i = 0; masked && i < json_object_array_length(masked); i++)
        json_object_object_del(json, json_object_get_string(json_object_array_get_idx(masked, i)));
    json_object_object_del(json, "masked");
}

static bool add_record(Exporter *exporter, Record *record, Error *error)
{
    const ResourceDef *resource = exporter->options->resource;
    const char *const *columns = exporter->options->columns;
    Record *whole = record;
    Json *json;

    if (!columns) {
        whole = Row_read(exporter->context, resource, Record_id(record), error);
        if (!whole || !Model_read_children(exporter->context, whole, error))
            return false;
    }
    json = Record_to_json(exporter->context, whole, columns, error);
    if (!json)
        return false;
    drop_masked(json);
    if (exporter->table_form) {
        ExportTable_record(exporter->context, &exporter->table, resource, json, &exporter->out);
    } else {
        if (is_format(exporter->options, "json"))
            Buffer_puts(&exporter->out, exporter->records ? ",\n" : "\n");
        Buffer_puts(&exporter->out, Json_serialise(json, NULL));
        if (is_format(exporter->options, "jsonl"))
            Buffer_putc(&exporter->out, '\n');
    }
    exporter->records++;
    json_object_put(json);
    return true;
}

/* ---- pages ---------------------------------------------------------------------------------- */

static bool write_page(Exporter *exporter, const char *after, Buffer *next, Error *error)
{
    static const char *const ONLY_ID[] = {"label", NULL};
    ListQuery query = {.filter = exporter->options->filter,
                       .sort = "created_at",
                       .limit = PAGE_ROWS,
                       .after = after,
                       .columns = exporter->options->columns ? exporter->options->columns : ONLY_ID,
                       .with_archived = true};
    ListPage page = {0};

    if (!Model_list(exporter->context, exporter->options->resource, &query, &page, error))
        return false;
    for (size_t i = 0; i < page.count; i++)
        if (!add_record(exporter, page.records[i], error))
            return false;
    Buffer_reset(next);
    if (page.next)
        Buffer_puts(next, page.next);
    return true;
}

static bool write_pages(Exporter *exporter, int fd, bool (*progress)(void *, int64_t),
                        void *argument, Error *error)
{
    Arena *outer = exporter->context->arena, *pages = Arena_new(0);
    Buffer next = BUFFER_EMPTY, after = BUFFER_EMPTY;
    bool fine = pages != NULL;

    exporter->context->arena = pages;
    do {
        fine = fine &&
               write_page(exporter, after.length ? Buffer_text(&after) : NULL, &next, error) &&
               write_out(fd, &exporter->out, error);
        if (fine && progress && !progress(argument, exporter->records))
            fine = Error_set(error, ERROR_CANCELLED, "The export was stopped.");
        Buffer_reset(&after);
        Buffer_append(&after, Buffer_text(&next), next.length);
        if (pages)
            Arena_reset(pages);
    } while (fine && after.length > 0);
    exporter->context->arena = outer;
    Arena_free(pages);
    Buffer_free(&next);
    Buffer_free(&after);
    return fine;
}

bool Export_write(ModelContext *context, const ExportOptions *options, int fd, int64_t *records,
                  bool (*progress)(void *argument, int64_t records), void *argument, Error *error)
{
    Exporter exporter = {
        .context = context, .options = options, .table_form = is_format(options, "csv")};
    Arena *arena = Arena_new(TABLE_ARENA);
    bool fine =
        arena && Export_check(options, error) && Custom_of(context, error) &&
        (!exporter.table_form || ExportTable_make(context, arena, options, &exporter.table, error));

    if (fine && exporter.table_form) {
        if (options->bom)
            Buffer_puts(&exporter.out, "\xef\xbb\xbf");
        ExportTable_header(&exporter.table, &exporter.out);
    } else if (fine && is_format(options, "json")) {
        Buffer_putc(&exporter.out, '[');
    }
    fine = fine && write_pages(&exporter, fd, progress, argument, error);
    if (fine && is_format(options, "json")) {
        Buffer_puts(&exporter.out, "\n]\n");
        fine = write_out(fd, &exporter.out, error);
    }
    *records = exporter.records;
    if (!fine && !Error_present(error))
        Error_set(error, ERROR_LIMIT, "Not enough memory for the export.");
    Buffer_free(&exporter.out);
    Arena_free(arena);
    return fine;
}
