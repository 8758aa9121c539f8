/* search.c - quick search: substrings of folded words, ranked, with one index per resource.
 *
 * Each word is indexed with two marks before it, cut into runs of three characters.  So a word of three
 * or more is found anywhere inside another, and one or two letters find the beginnings of words in the
 * same index.  The text itself is not kept a second time: what leaves the index is composed again from
 * the row as it was.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "model/internal.h"

#define WORDS_MAX 12
#define SEARCH_BYTES_MAX 4000 /* of one row's text */
#define LABEL_CANDIDATES 200

void Search_schema(Buffer *out, const ResourceDef *resource)
{
    Buffer_printf(out,
                  "CREATE VIRTUAL TABLE search_%s USING fts5(text, content='', detail=full,"
                  " columnsize=0, tokenize=\"trigram case_sensitive 1\");\n",
                  resource->table);
}

/* ---- text of a row ------------------------------------------------------------------------ */

/* Appends the folded words of a text, each with its marks. */
static void add_words(Buffer *out, const char *text, size_t length)
{
    Buffer folded = BUFFER_EMPTY;
    Text_fold(&folded, text, length);
    for (const char *word = Buffer_text(&folded); *word && out->length < SEARCH_BYTES_MAX;) {
        size_t bytes = strcspn(word, " ");
        Buffer_puts(out, SEARCH_MARK);
        Buffer_append(out, word, bytes > 200 ? 200 : bytes);
        word += bytes + (word[bytes] == ' ');
    }
    Buffer_free(&folded);
}

/* A phone number is also found by its digits alone. */
static void add_digits(Buffer *out, const char *text)
{
    char digits[32];
    size_t count = 0;
    for (; *text && count + 1 < sizeof digits; text++) {
        if (isdigit((unsigned char)*text))
            digits[count++] = *text;
    }
    digits[count] = '\0';
    if (count < 3)
        return;
    Buffer_puts(out, SEARCH_MARK);
    Buffer_puts(out, digits);
}

static void add_value(Buffer *out, const FieldDef *field, const char *text, size_t length)
{
    add_words(out, text, length);
    if (field->type == FIELD_PHONE || (length < 32 && text[strspn(text, "0123456789 +-/().")] == '\0'))
        add_digits(out, text);
}

static bool add_child_values(ModelContext *context, const ResourceDef *child, int64_t parent,
                             Buffer *out, Error *error)
{
    Sql sql;
    const FieldDef *fields[16];
    int count = 0;
    Sql_begin(&sql, context->arena);
    Sql_puts(&sql, "SELECT ");
    for (int i = child->first_own; i < child->field_count && count < 16; i++) {
        if (!(child->fields[i].flags & FIELD_SEARCHED))
            continue;
        Sql_printf(&sql, "%s%s", count ? ", " : "", child->fields[i].column);
        fields[count++] = &child->fields[i];
    }
    if (!count)
        return true;
    Sql_printf(&sql, " FROM %s WHERE parent_id = ", child->table);
    Sql_bind_int(&sql, parent);
    Sql_puts(&sql, " ORDER BY position, id");
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    if (!statement)
        return false;
    StepResult step;
    while ((step = Statement_step(statement, error)) == STEP_ROW) {
        for (int i = 0; i < count; i++) {
            if (!Statement_is_null(statement, i))
                add_value(out, fields[i], Statement_text(statement, i),
                          Statement_bytes(statement, i));
        }
    }
    Statement_reset(statement);
    return step == STEP_DONE;
}

char *Search_text(ModelContext *context, const Record *record, bool with_children, Error *error)
{
    const ResourceDef *resource = record->resource;
    Buffer out = BUFFER_EMPTY;
    bool fine = true;
    for (int i = 0; i < resource->field_count; i++) {
        const Value *value = &record->values[i];
        if (resource->fields[i].flags & FIELD_SEARCHED && value->kind == VALUE_TEXT)
            add_value(&out, &resource->fields[i], value->text, value->length);
    }
    for (int i = 0; fine && with_children && i < resource->child_count; i++)
        fine = add_child_values(context, resource->children[i], Record_id(record), &out, error);
    char *text = fine && out.length ? Arena_strdup(context->arena, Buffer_text(&out)) : NULL;
    Buffer_free(&out);
    return text;
}

static bool write_index(ModelContext *context, const char *sql_text, int64_t id, const char *text,
                        Error *error)
{
    Statement *statement = Connection_prepare(context->connection, sql_text, error);
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, id);
    Statement_bind_text(statement, 2, text);
    return Statement_run(statement, error);
}

bool Search_replace(ModelContext *context, const ResourceDef *resource, int64_t id,
                    const char *old_text, const char *new_text, Error *error)
{
    char sql[200];
    if (old_text && new_text && strcmp(old_text, new_text) == 0)
        return true;
    if (old_text) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO search_%s(search_%s, rowid, text) VALUES('delete', ?1, ?2)",
                 resource->table, resource->table);
        if (!write_index(context, sql, id, old_text, error))
            return false;
    }
    if (!new_text)
        return true;
    snprintf(sql, sizeof sql, "INSERT INTO search_%s(rowid, text) VALUES(?1, ?2)",
             resource->table);
    return write_index(context, sql, id, new_text, error);
}

/* ---- asking ------------------------------------------------------------------------------- */

typedef struct Query {
    ModelContext *context;
    const ResourceDef *resource;
    const char *folded;
    const char *words[WORDS_MAX];
    int word_count;
    int64_t *ids;
    int count, limit;
} Query;

static void split_words(Query *query)
{
    char *text = Arena_strdup(query->context->arena, query->folded);
    char *rest = text;
    for (char *word; text && query->word_count < WORDS_MAX && (word = strtok_r(rest, " ", &rest));)
        query->words[query->word_count++] = word;
}

static void add_quoted(Sql *match, const char *prefix, const char *word)
{
    Sql_puts(match, match->length ? " AND \"" : "\"");
    Sql_puts(match, prefix);
    for (; *word; word++) {
        char byte[3] = {*word, *word == '"' ? '"' : '\0', '\0'};
        Sql_puts(match, byte);
    }
    Sql_puts(match, "\"");
}

/* All words must be there: at a word's beginning, or (from three characters) anywhere. */
static const char *match_text(Query *query, bool prefix)
{
    Sql match; /* text under construction */
    Sql_begin(&match, query->context->arena);
    for (int i = 0; i < query->word_count; i++) {
        size_t points = Text_code_points(query->words[i]);
        const char *marks = points == 1 ? SEARCH_MARK : points == 2 ? SEARCH_MARK + 1
                            : prefix    ? SEARCH_MARK + 1
                                        : "";
        add_quoted(&match, marks, query->words[i]);
    }
    return match.text;
}

static bool add_id(Query *query, int64_t id)
{
    for (int i = 0; i < query->count; i++) {
        if (query->ids[i] == id)
            return true;
    }
    query->ids[query->count++] = id;
    return true;
}

static bool collect(Query *query, Sql *sql, Error *error)
{
    StepResult step = STEP_DONE;
    Statement *statement = Sql_prepare(sql, query->context->connection, error);
    if (!statement)
        return false;
    while (query->count < query->limit && (step = Statement_step(statement, error)) == STEP_ROW)
        add_id(query, Statement_int(statement, 0));
    Statement_reset(statement);
    return step != STEP_FAILED;
}

static bool add_visible(Query *query, Sql *sql, Error *error)
{
    ModelContext *context = query->context;
    Sql_puts(sql, " AND t.tenant_id = ");
    Sql_bind_int(sql, context->tenant->id);
    Sql_puts(sql, " AND t.deleted_at IS NULL AND t.archived_at IS NULL");
    return Query_scope(context, sql, query->resource, "t", error);
}

static bool by_index(Query *query, bool prefix, Error *error)
{
    Sql sql;
    Sql_begin(&sql, query->context->arena);
    Sql_printf(&sql,
               "SELECT t.id FROM search_%s s CROSS JOIN %s t ON t.id = s.rowid WHERE s.text MATCH ",
               query->resource->table, query->resource->table);
    Sql_bind_text(&sql, match_text(query, prefix));
    if (!add_visible(query, &sql, error))
        return false;
    Sql_puts(&sql, " ORDER BY s.rowid DESC LIMIT ");
    Sql_bind_int(&sql, query->limit + query->count);
    return collect(query, &sql, error);
}

static bool by_label(Query *query, bool exact, Error *error)
{
    Sql sql;
    Sql_begin(&sql, query->context->arena);
    Sql_printf(&sql, "SELECT id FROM (SELECT t.id FROM %s t WHERE t.label_key ",
               query->resource->table);
    Sql_puts(&sql, exact ? "= " : ">= ");
    Sql_bind_text(&sql, query->folded);
    if (!exact) {
        Sql_puts(&sql, " AND t.label_key < ");
        Sql_bind_text(&sql, Arena_printf(query->context->arena, "%s\xf4\x8f\xbf\xbf", query->folded));
    }
    if (!add_visible(query, &sql, error))
        return false;
    Sql_puts(&sql, " ORDER BY t.label_key LIMIT ");
    Sql_bind_int(&sql, LABEL_CANDIDATES);
    Sql_puts(&sql, ") ORDER BY id DESC");
    return collect(query, &sql, error);
}

static bool find(Query *query, Error *error)
{
    bool fine = by_label(query, true, error);
    if (fine && query->count < query->limit)
        fine = by_label(query, false, error);
    if (fine && query->count < query->limit)
        fine = by_index(query, true, error);
    if (fine && query->count < query->limit)
        fine = by_index(query, false, error);
    return fine;
}

static bool read_rows(Query *query, ListPage *page, Error *error)
{
    ModelContext *context = query->context;
    page->records = ARENA_ARRAY(context->arena, Record *, (size_t)query->count + 1);
    if (!page->records)
        return Error_set(error, ERROR_LIMIT, "The search needs too much memory.");
    return List_by_ids(context, query->resource, query->ids, query->count, page, error);
}

bool Model_search(ModelContext *context, const ResourceDef *resource, const char *text, int limit,
                  ListPage *page, Error *error)
{
    Query query = {.context = context, .resource = resource};
    *page = (ListPage){0};
    if (!resource->search_id)
        return Error_set(error, ERROR_USAGE, "%s cannot be searched; use a filter.",
                         resource->label_plural);
    query.limit = limit < 1 ? 50 : limit > 200 ? 200 : limit;
    query.folded = Text_folded(context->arena, text);
    query.ids = ARENA_ARRAY(context->arena, int64_t, (size_t)query.limit + 1);
    if (!query.folded || !query.ids)
        return Error_set(error, ERROR_LIMIT, "The search needs too much memory.");
    if (strlen(query.folded) > 400)
        return Error_set_field(error, ERROR_TOO_LONG, "text", "The search text is too long.");
    split_words(&query);
    if (!query.word_count)
        return read_rows(&query, page, error);
    return find(&query, error) && read_rows(&query, page, error);
}

/* ---- every resource at once --------------------------------------------------------------- */

static int rank(ModelContext *context, const char *folded, const Record *record)
{
    const char *label = Text_folded(context->arena, Record_text(record, BASE_LABEL));
    size_t length = strlen(folded);
    if (!label)
        return 4;
    if (strcmp(label, folded) == 0)
        return 0;
    if (strncmp(label, folded, length) == 0)
        return 1;
    const char *inside = strstr(label, folded);
    if (inside && inside > label && inside[-1] == ' ')
        return 2;
    return inside ? 3 : 4;
}

typedef struct Ranked {
    Record *record;
    int rank;
} Ranked;

static int compare_ranked(const void *left, const void *right)
{
    const Ranked *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank - b->rank;
    int64_t newer = Record_int(b->record, BASE_UPDATED_AT, 0) -
                    Record_int(a->record, BASE_UPDATED_AT, 0);
    return newer > 0 ? 1 : newer < 0 ? -1 : 0;
}

bool Model_search_all(ModelContext *context, const ResourceDef *const *resources, int count,
                      const char *text, int limit, ListPage *page, Error *error)
{
    const char *folded = Text_folded(context->arena, text);
    int used = 0;
    *page = (ListPage){0};
    limit = limit < 1 ? 50 : limit > 200 ? 200 : limit;
    Ranked *all = ARENA_ARRAY(context->arena, Ranked, (size_t)(limit * count) + 1);
    if (!all || !folded)
        return Error_set(error, ERROR_LIMIT, "The search needs too much memory.");
    for (int i = 0; i < count; i++) {
        ListPage one;
        if (!resources[i]->search_id)
            continue;
        if (!Model_search(context, resources[i], text, limit, &one, error))
            return false;
        for (size_t j = 0; j < one.count; j++)
            all[used++] = (Ranked){one.records[j], rank(context, folded, one.records[j])};
    }
    qsort(all, (size_t)used, sizeof *all, compare_ranked);
    page->records = ARENA_ARRAY(context->arena, Record *, (size_t)used + 1);
    for (int i = 0; page->records && i < used && i < limit; i++)
        page->records[page->count++] = all[i].record;
    return page->records != NULL;
}
