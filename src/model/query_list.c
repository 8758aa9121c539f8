/* query_list.c - pages of records by key, never by offset.
 *
 * A page after a cursor is a range of the index of the first key: rows whose key is NULL and rows
 * with a value are two separate ranges, so that each is one walk along the index, at any depth.
 */
#include <stdio.h>
#include <string.h>
#include "model/query.h"

typedef struct Far {
    const FieldDef *field; /* of the far row; NULL: the label of a plain reference */
    int near;              /* index of the reference */
    const char *name, *alias;
    const ResourceDef *resource;
    int index;
} Far;

#define FAR_MAX 32
#define COMMON_MAX 8
#define FEW_ROWS 1000 /* an equality that fits no more is a better way in than the order */

typedef struct List {
    ModelContext *context;
    const ResourceDef *resource;
    const ListQuery *query;
    SortOrder order;
    Cursor cursor;
    bool has_cursor, backwards;
    int limit;
    bool *wanted;
    Far far[FAR_MAX];
    int far_count, dotted_count;
    const FilterNode *common[COMMON_MAX];
    int common_count;
    Cursor *places; /* of the rows read, for the cursors of the page */
    Record **rows;
    int count;
    Error *error;
} List;

/* ---- columns ------------------------------------------------------------------------------ */

static void join_label(List *list, int near)
{
    const FieldDef *field = &list->resource->fields[near];
    const ResourceDef *target = field->type == FIELD_REFERENCE && !(field->flags & FIELD_LIST)
                                    ? Model_resource(field->reference)
                                    : NULL;
    if (!target || Model_label_field(target) < 0 || list->far_count == FAR_MAX)
        return;
    list->far[list->far_count++] = (Far){.near = near, .resource = target};
}

static bool want_dotted(List *list, const char *name)
{
    const char *dot = strchr(name, '.');
    char *head = Arena_strndup(list->context->arena, name, (size_t)(dot - name));
    int near = head ? Model_field(list->resource, head) : -1;
    const FieldDef *field = near < 0 ? NULL : &list->resource->fields[near];
    const ResourceDef *target =
        field && field->type == FIELD_REFERENCE ? Model_resource(field->reference) : NULL;
    int index = target ? Model_field(target, dot + 1) : -1;
    if (index < 0)
        return Error_set_field(list->error, ERROR_USAGE, name, "%s has no field \"%.60s\".",
                               list->resource->label, name);
    if (Query_is_masked(list->context, field->name) || list->far_count == FAR_MAX)
        return true;
    list->far[list->far_count++] = (Far){.field = &target->fields[index],
                                         .near = near,
                                         .name = name,
                                         .resource = target,
                                         .index = index};
    list->dotted_count++;
    return true;
}

static void want(List *list, int index)
{
    const ResourceDef *resource = list->resource;
    const FieldDef *field = &resource->fields[index];
    if (list->wanted[index])
        return;
    list->wanted[index] = true;
    int other = -1;
    if (field->type == FIELD_REFERENCE)
        join_label(list, index);
    else if (field->type == FIELD_RECORD && field->reference)
        other = Resource_field(resource, field->reference);
    else if (field->currency_field)
        other = Resource_field(resource, field->currency_field);
    if (other >= 0)
        list->wanted[other] = true;
}

static bool want_columns(List *list)
{
    const ResourceDef *resource = list->resource;
    const char *const *columns = list->query->columns ? list->query->columns : resource->list;
    if (!resource->parent) {
        list->wanted[BASE_ID] = list->wanted[BASE_UID] = list->wanted[BASE_VERSION] = true;
        list->wanted[BASE_LABEL] = list->wanted[BASE_UPDATED_AT] = true;
    } else {
        list->wanted[CHILD_ID] = list->wanted[CHILD_PARENT] = true;
        if (Model_uid_field(resource) >= 0)
            list->wanted[Model_uid_field(resource)] = true;
    }
    for (; columns && *columns; columns++) {
        int index = strncmp(*columns, "custom.", 7) == 0 && !resource->parent
                        ? BASE_CUSTOM
                        : Model_field(resource, *columns);
        int ignored;
        if (index >= 0) {
            want(list, index);
        } else if (strchr(*columns, '.')) {
            if (!want_dotted(list, *columns))
                return false;
        } else if (Query_field(list->context, resource, *columns, 0, &ignored, list->error)) {
            want(list, BASE_CUSTOM);
        } else {
            return false;
        }
    }
    return true;
}

/* ---- the statement ------------------------------------------------------------------------ */

static void put_columns(List *list, Sql *sql)
{
    Row_columns(sql, list->resource, "t", list->wanted);
    for (int i = 0; i < list->order.count; i++)
        Sql_printf(sql, ", %s", list->order.keys[i].expression);
    for (int i = 0; i < list->far_count; i++) {
        Far *far = &list->far[i];
        far->alias = Query_alias(sql);
        if (far->field) {
            int currency = far->field->currency_field
                               ? Resource_field(far->resource, far->field->currency_field)
                               : -1;
            Sql_printf(sql, ", %s.%s, ", far->alias, far->field->column);
            if (currency >= 0)
                Sql_printf(sql, "%s.%s", far->alias, far->resource->fields[currency].column);
            else
                Sql_puts(sql, "NULL");
        } else {
            Sql_printf(sql, ", %s.uid, %s.label", far->alias, far->alias);
        }
    }
    Sql_printf(sql, " FROM %s t", list->resource->table);
    for (int i = 0; i < list->far_count; i++)
        Sql_printf(sql, " LEFT JOIN %s %s ON %s.id = t.%s", list->far[i].resource->table,
                   list->far[i].alias, list->far[i].alias,
                   list->resource->fields[list->far[i].near].column);
}

static bool goes_down(const List *list, int key)
{
    return list->order.keys[key].descending != list->backwards;
}

/* Rows strictly after the cursor, comparing keys from `key` on. */
static void put_after(List *list, Sql *sql, int key)
{
    const SortOrder *order = &list->order;
    if (key == order->count) {
        Sql_puts(sql, goes_down(list, key - 1) ? "t.id < " : "t.id > ");
        Sql_bind_int(sql, list->cursor.id);
        return;
    }
    const char *expression = order->keys[key].expression;
    const Value *value = &list->cursor.keys[key];
    bool down = goes_down(list, key);
    if (!Value_given(value)) {
        Sql_printf(sql, down ? "(%s IS NULL AND " : "(%s IS NOT NULL OR ", expression);
        put_after(list, sql, key + 1);
        Sql_puts(sql, ")");
        return;
    }
    Sql_printf(sql, "(%s %s ", expression, down ? "<" : ">");
    Sql_bind(sql, value);
    if (down && order->keys[key].nullable && key > 0)
        Sql_printf(sql, " OR %s IS NULL", expression);
    Sql_printf(sql, " OR (%s = ", expression);
    Sql_bind(sql, value);
    Sql_puts(sql, " AND ");
    put_after(list, sql, key + 1);
    Sql_puts(sql, "))");
}

typedef enum Section { SECTION_ALL, SECTION_FROM, SECTION_NULLS, SECTION_VALUES } Section;

static void put_section(List *list, Sql *sql, Section section)
{
    const char *expression = list->order.keys[0].expression;
    const Value *value = &list->cursor.keys[0];
    if (section == SECTION_NULLS || section == SECTION_VALUES) {
        Sql_printf(sql, " AND %s IS %sNULL", expression, section == SECTION_NULLS ? "" : "NOT ");
    } else if (section == SECTION_FROM) {
        if (Value_given(value)) {
            Sql_printf(sql, " AND %s %s ", expression, goes_down(list, 0) ? "<=" : ">=");
            Sql_bind(sql, value);
        } else {
            Sql_printf(sql, " AND %s IS NULL", expression);
        }
        Sql_puts(sql, " AND ");
        if (Value_given(value)) {
            put_after(list, sql, 0);
        } else {
            put_after(list, sql, 1);
        }
    }
}

static void put_order(List *list, Sql *sql, int limit)
{
    Sql_puts(sql, " ORDER BY ");
    for (int i = 0; i < list->order.count; i++)
        Sql_printf(sql, "%s %s, ", list->order.keys[i].expression,
                   goes_down(list, i) ? "DESC NULLS LAST" : "ASC NULLS FIRST");
    Sql_printf(sql, "t.id %s LIMIT ", goes_down(list, list->order.count - 1) ? "DESC" : "ASC");
    Sql_bind_int(sql, limit);
}

/* ---- the way in --------------------------------------------------------------------------- */

/* Whether the index of the field holds more than a few rows that fit. */
static bool fits_many(List *list, const FilterNode *node)
{
    Sql sql;
    Error ignored = ERROR_NONE;
    Sql_begin(&sql, list->context->arena);
    Sql_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM %s t WHERE ", list->resource->table);
    if (!Query_filter(list->context, &sql, list->resource, "t", node, &ignored))
        return false;
    Sql_puts(&sql, " LIMIT ");
    Sql_bind_int(&sql, FEW_ROWS + 1);
    Sql_puts(&sql, ")");
    return Sql_scalar(&sql, list->context->connection, 0, &ignored) > FEW_ROWS;
}

/* The equalities that all rows must meet and that have an index of their own. */
static void find_common(List *list, const FilterNode *node)
{
    if (node->kind == FILTER_AND) {
        find_common(list, node->left);
        find_common(list, node->right);
    }
    if (node->kind != FILTER_COMPARE || list->common_count == COMMON_MAX ||
        (node->operation != FILTER_EQUAL && node->operation != FILTER_IN))
        return;
    int index = Model_field(list->resource, node->field);
    if (index < 0 || !(list->resource->fields[index].flags & FIELD_INDEXED))
        return;
    if (fits_many(list, node))
        list->common[list->common_count++] = node;
}

/* The planner knows no figures and would fetch and sort every row of a frequent value; where the
 * order has an index, walking along that finds a page sooner. */
static void choose_way(List *list)
{
    const FieldDef *first = list->order.first;
    const FieldDef *fields = list->resource->fields;
    bool indexed = first && (first->flags & (FIELD_INDEXED | FIELD_UNIQUE) || first == &fields[0] ||
                             (!list->resource->parent && first == &fields[BASE_LABEL]));
    if (!indexed)
        return;
    if (list->query->filter)
        find_common(list, list->query->filter);
    if (list->context->scope)
        find_common(list, list->context->scope);
}

/* ---- rows --------------------------------------------------------------------------------- */

static const char *read_label(List *list, Statement *statement, int column,
                              const ResourceDef *target)
{
    char id[UID_TEXT_SIZE];
    Uid uid;
    if (Statement_bytes(statement, column) != UID_BYTES)
        return NULL;
    memcpy(uid.bytes, Statement_blob(statement, column), UID_BYTES);
    const char *label = Statement_text(statement, column + 1);
    return Arena_printf(list->context->arena, "%s\t%s", Uid_format(&uid, target->prefix, id),
                        label ? label : "");
}

static bool read_far(List *list, Statement *statement, int column, Record *record)
{
    Arena *arena = list->context->arena;
    record->labels = ARENA_ARRAY(arena, const char *, (size_t)list->resource->field_count);
    record->dotted = ARENA_ARRAY(arena, DottedValue, (size_t)list->dotted_count + 1);
    if (!record->labels || !record->dotted)
        return false;
    for (int i = 0; i < list->far_count; i++, column += 2) {
        const Far *far = &list->far[i];
        if (!far->field) {
            record->labels[far->near] = read_label(list, statement, column, far->resource);
            continue;
        }
        DottedValue *dotted = &record->dotted[record->dotted_count++];
        *dotted = (DottedValue){.name = far->name,
                                .field = far->field,
                                .value = Value_of_column(statement, column, far->field, arena)};
        if (!Statement_is_null(statement, column + 1))
            dotted->currency = Arena_strdup(arena, Statement_text(statement, column + 1));
    }
    return true;
}

static bool read_row(List *list, Statement *statement)
{
    static const FieldDef number = {.type = FIELD_INT}, text = {.type = FIELD_TEXT};
    Arena *arena = list->context->arena;
    Record *record = Record_new(arena, list->resource);
    int column = 0;
    if (!record)
        return false;
    Row_fetch(statement, 0, record, list->wanted, arena);
    for (int i = 0; i < list->resource->field_count; i++)
        column += list->wanted[i];
    Cursor *place = &list->places[list->count];
    place->id = Record_id(record);
    for (int i = 0; i < list->order.count; i++, column++)
        place->keys[i] = Value_of_column(statement, column,
                                         list->order.keys[i].is_text ? &text : &number, arena);
    list->rows[list->count++] = record;
    return list->far_count == 0 || read_far(list, statement, column, record);
}

static bool run_section(List *list, Section section)
{
    Sql sql;
    Sql_begin(&sql, list->context->arena);
    Sql_puts(&sql, "SELECT ");
    put_columns(list, &sql);
    sql.common = list->common;
    sql.common_count = list->common_count;
    if (!Query_where(list->context, &sql, list->resource, list->query->filter,
                     list->query->with_archived, list->query->only_deleted, list->error))
        return false;
    put_section(list, &sql, section);
    put_order(list, &sql, list->limit + 1 - list->count);
    Statement *statement = Sql_prepare(&sql, list->context->connection, list->error);
    if (!statement)
        return false;
    StepResult step;
    while ((step = Statement_step(statement, list->error)) == STEP_ROW) {
        if (!read_row(list, statement)) {
            Statement_reset(statement);
            return Error_set(list->error, ERROR_LIMIT, "The page needs too much memory.");
        }
    }
    Statement_reset(statement);
    return step == STEP_DONE;
}

/* What comes before NULLs or values of the first key is behind the cursor. */
static bool run(List *list)
{
    if (!list->has_cursor)
        return run_section(list, SECTION_ALL);
    if (!run_section(list, SECTION_FROM))
        return false;
    bool given = Value_given(&list->cursor.keys[0]);
    bool down = goes_down(list, 0);
    if (list->count > list->limit || !list->order.keys[0].nullable || given != down)
        return true;
    return run_section(list, given ? SECTION_NULLS : SECTION_VALUES);
}

/* ---- the page ----------------------------------------------------------------------------- */

static void fill_page(List *list, ListPage *page)
{
    bool more = list->count > list->limit;
    int count = more ? list->limit : list->count;
    Arena *arena = list->context->arena;
    page->records = list->rows;
    page->count = (size_t)count;
    if (count == 0)
        return;
    const Cursor *first = &list->places[0], *last = &list->places[count - 1];
    if (list->backwards) {
        for (int i = 0; i < count / 2; i++) {
            Record *row = list->rows[i];
            list->rows[i] = list->rows[count - 1 - i];
            list->rows[count - 1 - i] = row;
        }
        const Cursor *swap = first;
        first = last;
        last = swap;
    }
    if (more || list->backwards)
        page->next = Cursor_write(arena, list->resource, &list->order, last);
    if (list->backwards ? more : list->has_cursor)
        page->previous = Cursor_write(arena, list->resource, &list->order, first);
}

static bool begin(List *list)
{
    const ListQuery *query = list->query;
    Arena *arena = list->context->arena;
    list->limit = query->limit < 1 ? 50 : query->limit > 1000 ? 1000 : query->limit;
    list->wanted = ARENA_ARRAY(arena, bool, (size_t)list->resource->field_count);
    list->places = ARENA_ARRAY(arena, Cursor, (size_t)list->limit + 1);
    list->rows = ARENA_ARRAY(arena, Record *, (size_t)list->limit + 1);
    if (!list->wanted || !list->places || !list->rows)
        return Error_set(list->error, ERROR_LIMIT, "The page needs too much memory.");
    if (!Sort_parse(list->context, list->resource, query->sort, &list->order, list->error))
        return false;
    const char *text = query->after ? query->after : query->before;
    list->backwards = !query->after && query->before;
    list->has_cursor = text != NULL;
    return !text ||
           Cursor_read(arena, list->resource, &list->order, text, &list->cursor, list->error);
}

bool Model_list(ModelContext *context, const ResourceDef *resource, const ListQuery *query,
                ListPage *page, Error *error)
{
    static const ListQuery everything = {0};
    List list = {.context = context,
                 .resource = resource,
                 .query = query ? query : &everything,
                 .error = error};
    *page = (ListPage){0};
    if (!begin(&list) || !want_columns(&list))
        return false;
    choose_way(&list);
    if (!run(&list))
        return false;
    fill_page(&list, page);
    return true;
}

bool List_by_ids(ModelContext *context, const ResourceDef *resource, const int64_t *ids, int count,
                 ListPage *page, Error *error)
{
    static const ListQuery plain = {0};
    List list = {.context = context, .resource = resource, .query = &plain, .error = error};
    Cursor place;
    list.wanted = ARENA_ARRAY(context->arena, bool, (size_t)resource->field_count);
    list.rows = page->records;
    list.places = &place;
    if (!list.wanted)
        return Error_set(error, ERROR_LIMIT, "The page needs too much memory.");
    if (!want_columns(&list))
        return false;
    for (int i = 0; i < count; i++) {
        Sql sql;
        Sql_begin(&sql, context->arena);
        Sql_puts(&sql, "SELECT ");
        put_columns(&list, &sql);
        Sql_puts(&sql, " WHERE t.id = ");
        Sql_bind_int(&sql, ids[i]);
        Statement *statement = Sql_prepare(&sql, context->connection, error);
        if (!statement)
            return false;
        list.rows = page->records + page->count;
        list.count = 0;
        StepResult step = Statement_step(statement, error);
        bool fine = step == STEP_DONE || (step == STEP_ROW && read_row(&list, statement));
        page->count += (size_t)list.count;
        Statement_reset(statement);
        if (!fine)
            return false;
    }
    return true;
}
