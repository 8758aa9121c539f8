#include "model/exchange/draft.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/internal.h"

#define OUT_OF_MEMORY "the record needs too much memory"

/* ---- a draft -------------------------------------------------------------------------------- */

Draft *Draft_new(DraftBatch *batch, const ResourceDef *resource)
{
    Draft *draft = ARENA_NEW(batch->arena, Draft);

    if (!draft || !(draft->record = Record_new(batch->arena, resource)))
        return NULL;
    if (batch->count == batch->room) {
        size_t room = batch->room ? batch->room * 2 : 64;
        Draft **drafts = ARENA_ARRAY(batch->arena, Draft *, room);

        if (!drafts)
            return NULL;
        if (batch->count)
            memcpy(drafts, batch->drafts, batch->count * sizeof *drafts);
        batch->drafts = drafts;
        batch->room = room;
    }
    batch->drafts[batch->count++] = draft;
    return draft;
}

void Draft_fail(Draft *draft, Arena *arena, const char *column, const char *value, const char *code,
                const char *message)
{
    if (draft->error.code)
        return;
    draft->error = (Issue){
        .column = column ? Arena_strdup(arena, column) : "",
        .value = value ? Arena_strdup(arena, value) : "",
        .code = code,
        .message = Arena_strdup(arena, message),
    };
    if (!draft->error.message)
        draft->error.message = OUT_OF_MEMORY;
}

static bool keep_original(Conversion *conversion, Draft *draft, const char *const *cells,
                          size_t count)
{
    Arena *arena = conversion->arena;
    OriginalRow *row;

    if (draft->original_count == draft->original_room) {
        int room = draft->original_room ? draft->original_room * 2 : 1;
        OriginalRow *rows = ARENA_ARRAY(arena, OriginalRow, (size_t)room);

        if (!rows)
            return false;
        if (draft->original_count)
            memcpy(rows, draft->originals, (size_t)draft->original_count * sizeof *rows);
        draft->originals = rows;
        draft->original_room = room;
    }
    row = &draft->originals[draft->original_count++];
    row->cells = ARENA_ARRAY(arena, const char *, count + 1);
    row->count = count;
    for (size_t i = 0; row->cells && i < count; i++)
        row->cells[i] = cells[i] ? Arena_strdup(arena, cells[i]) : NULL;
    return row->cells != NULL;
}

static bool add_reference(Conversion *conversion, Draft *draft, Record *record, int field,
                          const char *text, const char *header)
{
    if (draft->reference_count == draft->reference_room) {
        int room = draft->reference_room ? draft->reference_room * 2 : 4;
        PendingReference *all = ARENA_ARRAY(conversion->arena, PendingReference, (size_t)room);

        if (!all)
            return false;
        if (draft->reference_count)
            memcpy(all, draft->references, (size_t)draft->reference_count * sizeof *all);
        draft->references = all;
        draft->reference_room = room;
    }
    draft->references[draft->reference_count++] = (PendingReference){record, field, text, header};
    return true;
}

static void add_custom(Draft *draft, const char *key, const FieldDef *field, const Value *value)
{
    if (draft->custom.length > 0)
        Buffer_putc(&draft->custom, ',');
    Json_append_string(&draft->custom, key, strlen(key));
    Buffer_putc(&draft->custom, ':');
    draft->empties_custom |= field && !Value_given(value);
    if (field)
        Value_append_log(&draft->custom, field, value);
    else
        Json_append_string(&draft->custom, value->text, value->length);
}

/* ---- cells to their targets ----------------------------------------------------------------- */

/* An unreadable cell whose text is kept: beside the source, or in the custom field for the rest. */
static void keep_rest(const Conversion *conversion, Draft *draft, const ImportColumn *column,
                      const FieldDef *field, const Value *value)
{
    int detail = Resource_field(draft->record->resource, "source_detail");

    if (field->type == FIELD_ENUM && detail >= 0) {
        Record_set_text(draft->record, column->target.field, "other");
        if (!Record_set(draft->record, detail))
            draft->record->values[detail] = *value;
    } else if (column->rest_key && !conversion->plan->options.dry_run) {
        add_custom(draft, column->rest_key, NULL, value);
    }
}

void Draft_set_value(Conversion *conversion, Draft *draft, Record *record, int index,
                     const ImportColumn *column, const char *cell)
{
    const FieldDef *field = &record->resource->fields[index];
    Value value = {0};
    Issue issue;

    switch (Convert_cell(conversion, column, field, cell, &value, &issue)) {
    case CELL_BLANK:
        break;
    case CELL_NULL:
        Record_set_null(record, index);
        break;
    case CELL_VALUE:
        record->values[index] = value;
        break;
    case CELL_REFERENCE:
        add_reference(conversion, draft, record, index, value.text, column->header);
        break;
    case CELL_KEPT:
        keep_rest(conversion, draft, column, field, &value);
        break;
    case CELL_FAILED:
        if (!draft->error.code)
            draft->error = issue;
        break;
    }
}

/* The rules of the field are looked at here, beside the writer; a dry run needs no definition then.
 */
static bool check_custom(Conversion *conversion, const ImportColumn *column, const FieldDef *field,
                         const char *cell, Value *value, Issue *issue)
{
    ModelContext context = {.arena = conversion->arena,
                            .tenant = conversion->tenant,
                            .now = conversion->now,
                            .importing = true};
    Error error = ERROR_NONE;

    if (Validate_value(&context, field, value, &error))
        return true;
    *issue = (Issue){.column = column->header,
                     .value = Arena_strdup(conversion->arena, cell),
                     .code = Error_is(&error, ERROR_TOO_LONG) ? ERROR_TOO_LONG
                             : Error_is(&error, ERROR_RULE)   ? ERROR_RULE
                                                              : ERROR_TYPE,
                     .message = Arena_strdup(conversion->arena, error.message)};
    return false;
}

static void set_custom(Conversion *conversion, Draft *draft, const ImportColumn *column,
                       const FieldDef *field, const char *cell)
{
    Value value = {0};
    Issue issue;
    CellResult result = Convert_cell(conversion, column, field, cell, &value, &issue);
    bool unmade = conversion->plan->options.dry_run && column->custom_new;

    if (result == CELL_VALUE && !check_custom(conversion, column, field, cell, &value, &issue))
        result = CELL_FAILED;
    if (result == CELL_FAILED && !draft->error.code)
        draft->error = issue;
    else if ((result == CELL_VALUE || result == CELL_NULL) && !unmade)
        add_custom(draft, column->target.key, field, &value);
    else if (result == CELL_KEPT && !unmade)
        add_custom(draft, column->target.key, NULL, &value);
}

/* The child of this file row that the column belongs to; made when missing. */
static Record *child_of(Conversion *conversion, Draft *draft, const Target *target, int from)
{
    Record *parent = draft->record, *child;

    for (int i = from; i < parent->child_count; i++) {
        child = parent->children[i];
        if (child->resource != target->owner)
            continue;
        if (target->kind_field < 0)
            return child;
        if (Record_text(child, target->kind_field) &&
            strcmp(Record_text(child, target->kind_field), target->slot) == 0)
            return child;
    }
    child = Record_new(conversion->arena, target->owner);
    if (!child || !Record_add_child(conversion->arena, parent, child))
        return NULL;
    if (target->kind_field >= 0)
        Record_set_text(child, target->kind_field, target->slot);
    return child;
}

/* The row number or the public id that an export of ours gave a child. */
static void set_child_id(Conversion *conversion, Record *child, const char *cell)
{
    int field = Model_uid_field(child->resource);
    Uid *uid = ARENA_NEW(conversion->arena, Uid);
    int64_t id;

    if (field >= 0 && uid && Uid_parse(cell, child->resource->prefix, uid, NULL))
        child->values[field] = Value_blob(uid->bytes, UID_BYTES);
    else if (Number_parse_plain(cell, 0, &id))
        child->values[CHILD_ID] = Value_int(id);
}

static void set_child(Conversion *conversion, Draft *draft, const ImportColumn *column,
                      const char *cell, int from)
{
    bool is_null;
    Record *child;

    if (!Convert_text(conversion, cell, &is_null))
        return;
    child = child_of(conversion, draft, &column->target, from);
    if (child && column->target.field == CHILD_ID)
        set_child_id(conversion, child, cell);
    else if (child)
        Draft_set_value(conversion, draft, child, column->target.field, column, cell);
    else
        Draft_fail(draft, conversion->arena, column->header, "", ERROR_LIMIT, OUT_OF_MEMORY);
}

/* A whole list of children in JSON; read by the model inside the writer. */
static void set_children(Conversion *conversion, Draft *draft, const ImportColumn *column,
                         const char *cell)
{
    Error ignored = ERROR_NONE;
    Json *list =
        cell && *cell == '[' ? Json_parse(cell, strlen(cell), CSV_JSON_MAX, &ignored) : NULL;

    if (!cell || *cell == '\0' || strcmp(cell, "\\N") == 0)
        return;
    if (!list) {
        Draft_fail(draft, conversion->arena, column->header, cell, ERROR_TYPE,
                   "A JSON list was expected.");
        return;
    }
    if (!draft->children)
        draft->children = json_object_new_object();
    Json_set(draft->children, column->target.owner->plural, list);
}

static void set_linked(Conversion *conversion, Draft *draft, const ImportColumn *column,
                       const char *cell)
{
    LinkedValue *linked = &draft->linked[draft->linked_count];
    Issue ignored;

    if (draft->linked_count == (int)(sizeof draft->linked / sizeof draft->linked[0]))
        return;
    linked->through = column->target.through;
    linked->field = column->target.field;
    if (Convert_cell(conversion, column, Target_field(&column->target), cell, &linked->value,
                     &ignored) == CELL_VALUE)
        draft->linked_count++;
}

/* "Lovelace, Ada" and "Ada Lovelace". */
static void set_full_name(Conversion *conversion, Draft *draft, const char *cell)
{
    int first = Resource_field(draft->record->resource, "first_name");
    int last = Resource_field(draft->record->resource, "last_name");
    bool is_null;
    const char *text = Convert_text(conversion, cell, &is_null), *comma, *space;

    if (!text || first < 0 || last < 0 || Record_set(draft->record, last))
        return;
    comma = strchr(text, ',');
    space = strrchr(text, ' ');
    if (comma && comma > text) {
        Record_set_text(draft->record, last,
                        Arena_strndup(conversion->arena, text, (size_t)(comma - text)));
        comma += 1 + strspn(comma + 1, " ");
        if (*comma)
            Record_set_text(draft->record, first, Arena_strdup(conversion->arena, comma));
    } else if (space) {
        Record_set_text(draft->record, first,
                        Arena_strndup(conversion->arena, text, (size_t)(space - text)));
        Record_set_text(draft->record, last, Arena_strdup(conversion->arena, space + 1));
    } else {
        Record_set_text(draft->record, last, Arena_strdup(conversion->arena, text));
    }
}

/* {"external":{"images":[{"src":...}]}}: each file row adds at most one object to a list. */
static void set_list(Conversion *conversion, Draft *draft, const ImportColumn *column,
                     const char *cell)
{
    const char *field = draft->record->resource->fields[column->target.field].name;
    bool is_null;
    const char *text = Convert_text(conversion, cell, &is_null);
    Json *holder, *list, *item;
    size_t count;

    if (!text)
        return;
    if (!draft->lists)
        draft->lists = json_object_new_object();
    holder = Json_get(draft->lists, field);
    if (!holder)
        Json_set(draft->lists, field, holder = json_object_new_object());
    list = Json_get(holder, column->target.list);
    if (!list)
        Json_set(holder, column->target.list, list = json_object_new_array());
    count = json_object_array_length(list);
    item = count ? json_object_array_get_idx(list, count - 1) : NULL;
    if (!item || Json_int(item, "row", 0) != draft->original_count) {
        item = json_object_new_object();
        Json_set_int(item, "row", draft->original_count); /* taken out again at the end */
        json_object_array_add(list, item);
    }
    Json_set_text(item, column->target.key, text);
}

static void set_fact(Conversion *conversion, Draft *draft, const ImportColumn *column,
                     const char *cell)
{
    bool is_null;
    const char *text = Convert_text(conversion, cell, &is_null);

    if (!text || draft->fact_count == (int)(sizeof draft->facts / sizeof draft->facts[0]))
        return;
    for (int i = 0; i < draft->fact_count; i++)
        if (strcmp(draft->facts[i].name, column->target.key) == 0)
            return;
    draft->facts[draft->fact_count++] =
        (FactValue){column->target.key, Arena_strdup(conversion->arena, text), column};
}

static void set_cell(Conversion *conversion, Draft *draft, const ImportColumn *column,
                     const FieldDef *custom, const char *cell, int from, bool first)
{
    switch (column->target.kind) {
    case TARGET_FIELD:
        if (first || !Record_set(draft->record, column->target.field))
            Draft_set_value(conversion, draft, draft->record, column->target.field, column, cell);
        break;
    case TARGET_CUSTOM:
        if (first)
            set_custom(conversion, draft, column, custom, cell);
        break;
    case TARGET_CHILD:
        if (first || column->target.kind_field < 0)
            set_child(conversion, draft, column, cell, from);
        break;
    case TARGET_CHILDREN:
        set_children(conversion, draft, column, cell);
        break;
    case TARGET_LINKED:
        if (first)
            set_linked(conversion, draft, column, cell);
        break;
    case TARGET_LIST:
        set_list(conversion, draft, column, cell);
        break;
    case TARGET_OWN_ID:
        if (cell && *cell)
            draft->own_id = Arena_strdup(conversion->arena, cell);
        break;
    case TARGET_FULL_NAME:
        set_full_name(conversion, draft, cell);
        break;
    case TARGET_FACT:
        set_fact(conversion, draft, column, cell);
        break;
    case TARGET_IGNORED:
        break;
    }
}

/* Currency and country say how amounts and phone numbers of the row are read: they come first. */
static bool comes_first(const ImportColumn *column)
{
    const FieldDef *field = Target_field(&column->target);

    return field && (field->type == FIELD_CURRENCY || field->type == FIELD_COUNTRY);
}

bool Draft_add_row(Conversion *conversion, Draft *draft, const FieldDef *const *custom,
                   const char *const *cells, size_t count)
{
    const ImportPlan *plan = conversion->plan;
    bool first = draft->original_count == 0;
    int from = first ? 0 : draft->record->child_count;

    if (first) {
        conversion->currency = "";
        conversion->country = "";
    }
    if (!keep_original(conversion, draft, cells, count))
        return false;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < plan->column_count && i < count; i++) {
            const ImportColumn *column = &plan->columns[i];

            if (cells[i] && comes_first(column) == (pass == 0))
                set_cell(conversion, draft, column, custom[i], cells[i], from, first);
        }
    return !Arena_exhausted(conversion->arena);
}
