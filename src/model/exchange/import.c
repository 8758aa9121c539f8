#include "model/exchange/import.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/exchange/import_private.h"
#include "model/internal.h"

#define BATCH_ARENA (192u * 1024 * 1024)
#define ROW_ARENA_MAX (64u * 1024 * 1024)

/* ---- life ----------------------------------------------------------------------------------- */

Import *Import_open(ImportPlan *plan, const TenantInfo *tenant, int64_t now,
                    const char *errors_path, Error *error)
{
    Import *import = calloc(1, sizeof *import);

    if (!import) {
        ImportPlan_free(plan);
        Error_set(error, ERROR_LIMIT, "Not enough memory for the import.");
        return NULL;
    }
    import->plan = plan;
    import->tenant = tenant;
    import->now = now;
    import->errors_fd = -1;
    pthread_mutex_init(&import->lock, NULL);
    import->references = References_new();
    import->first_errors = json_object_new_array();
    import->held_arena = Arena_new(ROW_ARENA_MAX);
    import->choices = ARENA_ARRAY(plan->arena, ChoiceCache *, plan->column_count + 1);
    import->source = RowSource_open(plan->options.path, &plan->facts, plan->delimiter,
                                    plan->options.resource, error);
    if (import->references && import->held_arena && import->choices && import->first_errors &&
        import->source && (!errors_path || Report_open(import, errors_path, error))) {
        /* JSON and vCard find their columns again in the order of the plan. */
        for (size_t i = 0; i < plan->column_count; i++)
            RowSource_add_column(import->source, plan->columns[i].header);
        return import;
    }
    if (!Error_present(error))
        Error_set(error, ERROR_LIMIT, "Not enough memory for the import.");
    Import_close(import);
    return NULL;
}

void Import_close(Import *import)
{
    if (!import)
        return;
    RowSource_close(import->source);
    ImportPlan_free(import->plan);
    References_free(import->references);
    Arena_free(import->held_arena);
    json_object_put(import->first_errors);
    free(import->seen);
    if (import->errors_fd >= 0)
        close(import->errors_fd);
    pthread_mutex_destroy(&import->lock);
    free(import);
}

const ImportPlan *Import_plan(const Import *import)
{
    return import->plan;
}

int64_t Import_done(const Import *import)
{
    return import->counts.rows;
}

bool Import_prepare(Import *import, ModelContext *context, Error *error)
{
    if (!import->plan->options.dry_run &&
        !ImportPlan_make_custom_fields(context, import->plan, error))
        return false;
    return import->custom || Draft_custom_fields(context, import->plan, &import->custom, error);
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool copy_held(Import *import, const SourceRow *row)
{
    Arena_reset(import->held_arena);
    import->held = ARENA_ARRAY(import->held_arena, const char *, row->count + 1);
    for (size_t i = 0; import->held && i < row->count; i++)
        import->held[i] = row->cells[i] ? Arena_strdup(import->held_arena, row->cells[i]) : NULL;
    import->held_problem = row->malformed ? Arena_strdup(import->held_arena, row->problem) : NULL;
    return import->held != NULL && !Arena_exhausted(import->held_arena);
}

/* The next row that is a record: neither blank nor a footer.  false at the end. */
static bool next_row(Import *import, SourceRow *row, Error *error)
{
    for (;;) {
        RowResult result = RowSource_next(import->source, row, error);

        if (result != ROW_READ) {
            import->ended = true;
            return false;
        }
        if (row->blank ||
            (!row->malformed && ImportPlan_is_footer(import->plan, row->cells, row->count)))
            continue;
        import->next_row++;
        if (row->count > import->plan->column_count)
            row->count = import->plan->column_count;
        return true;
    }
}

static Draft *begin_draft(Import *import, DraftBatch *batch, Conversion *conversion)
{
    Draft *draft = Draft_new(batch, import->plan->options.resource);

    if (draft) {
        draft->number = ++import->next_number;
        conversion->row = draft->number;
    }
    return draft;
}

static bool add_row(Import *import, Conversion *conversion, Draft *draft, const SourceRow *row)
{
    if (!Draft_add_row(conversion, draft, import->custom, row->cells, row->count))
        return false;
    if (row->malformed)
        Draft_fail(draft, conversion->arena, "", "", ERROR_SYNTAX,
                   Arena_printf(conversion->arena, "The row cannot be read: %s.",
                                row->problem ? row->problem : "it is malformed"));
    draft->last_row = import->next_row;
    return true;
}

static bool same_group(const Import *import, const char *key, const SourceRow *row)
{
    const char *other = row->cells[import->plan->group];

    return !row->malformed && other && key && *key && strcmp(key, other) == 0;
}

/* One group: equal neighbours in the group column.  The row behind it is held for the next. */
static bool read_group(Import *import, DraftBatch *batch, Conversion *conversion, Error *error)
{
    SourceRow row = {.cells = import->held,
                     .count = import->plan->column_count,
                     .malformed = import->held_problem != NULL,
                     .problem = import->held_problem};
    const char *key;
    Draft *draft;

    if (!import->held && !next_row(import, &row, error))
        return true;
    import->held = NULL;
    import->held_problem = NULL;
    draft = begin_draft(import, batch, conversion);
    if (!draft)
        return false;
    key = Arena_strdup(batch->arena, row.cells[import->plan->group]);
    do {
        if (!add_row(import, conversion, draft, &row))
            return false;
        batch->file_rows++;
        if (!next_row(import, &row, error))
            break;
        if (!same_group(import, key, &row)) {
            if (!copy_held(import, &row))
                return false;
            draft->last_row = import->next_row - 1;
            break;
        }
    } while (!Error_present(error));
    return Draft_close(conversion, draft);
}

static bool read_single(Import *import, DraftBatch *batch, Conversion *conversion, Error *error)
{
    SourceRow row;
    Draft *draft;

    if (!next_row(import, &row, error))
        return true;
    draft = begin_draft(import, batch, conversion);
    batch->file_rows++;
    return draft && add_row(import, conversion, draft, &row) && Draft_close(conversion, draft);
}

DraftBatch *Import_read(Import *import, size_t limit, Error *error)
{
    Arena *arena = Arena_new(BATCH_ARENA);
    DraftBatch *batch = arena ? ARENA_NEW(arena, DraftBatch) : NULL;
    Conversion conversion = {.import = import,
                             .plan = import->plan,
                             .tenant = import->tenant,
                             .now = import->now,
                             .arena = arena,
                             .currency = "",
                             .country = ""};
    bool fine = batch != NULL;

    if (batch)
        batch->arena = arena;
    while (fine && batch->count < limit && (!import->ended || import->held))
        fine = import->plan->group >= 0 ? read_group(import, batch, &conversion, error)
                                        : read_single(import, batch, &conversion, error);
    if (!fine && !Error_present(error))
        Error_set(error, ERROR_LIMIT, "Not enough memory for the import.");
    if (!Error_present(error) && batch && batch->count > 0)
        return batch;
    Import_free_batch(batch);
    if (!batch)
        Arena_free(arena);
    return NULL;
}

void Import_free_batch(DraftBatch *batch)
{
    if (!batch)
        return;
    for (size_t i = 0; i < batch->count; i++) {
        Buffer_free(&batch->drafts[i]->custom);
        json_object_put(batch->drafts[i]->lists);
        json_object_put(batch->drafts[i]->children);
    }
    Arena_free(batch->arena);
}

bool Import_resume(Import *import, const Json *cursor, Error *error)
{
    int64_t rows = Json_int(cursor, "rows", 0);
    SourceRow row;

    import->counts.rows = rows;
    import->counts.created = Json_int(cursor, "created", 0);
    import->counts.updated = Json_int(cursor, "updated", 0);
    import->counts.skipped = Json_int(cursor, "skipped", 0);
    import->counts.failed = Json_int(cursor, "failed", 0);
    import->next_number = Json_int(cursor, "records", 0);
    while (import->next_row < rows && next_row(import, &row, error))
        continue;
    return !Error_present(error) &&
           Report_truncate(import, Json_int(cursor, "errors", import->errors_bytes), error);
}
