/* search.c - quick search: substrings of folded words, ranked, with one index per resource.
 *
 * Each word is indexed with two marks before it, cut into runs of three characters.  So a word of three
 * or more is found anywhere inside another, and one or two letters find the beginnings of words in the
 * same index.  The index knows only which rows hold a run (detail=none: a third of the size); a longer
 * word asks for two or three of its runs and is then looked for in the row itself.  The text is not kept
 * a second time: what leaves the index is composed again from the row as it was.
 *
 * Order: the label itself, labels that begin so, words that begin so, anything inside; newest first.
 * Labels come from their own index; the rest is the best of the newest candidates.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "model/internal.h"

#define WORDS_MAX 12
#define SEARCH_BYTES_MAX 4000 /* of one row's text */
#define CANDIDATES_MAX 200
#define RUNS_MAX 10 /* looked up for one query */

void Search_schema(Buffer *out, const ResourceDef *resource)
{
    Buffer_printf(out,
                  "CREATE VIRTUAL TABLE search_%s USING fts5(text, content='', detail=none,"
                  " columnsize=0, tokenize=\"trigram case_sensitive 1\");\n",
                  resource->table);
}

/* ---- text of a row ------------------------------------------------------------------------ */

/* Appends a folded word with its marks, once. */
static void add_word(Buffer *out, const char *word, size_t bytes)
{
    const char *at = Buffer_text(out);
    while ((at = strstr(at, SEARCH_MARK)) != NULL) {
        at += sizeof SEARCH_MARK - 1;
        char after = strncmp(at, word, bytes) == 0 ? at[bytes] : 'x';
        if (after == '\0' || after == SEARCH_MARK[0])
            return;
    }
    Buffer_puts(out, SEARCH_MARK);
    Buffer_append(out, word, bytes);
}

/* Appends the folded words of a text, each with its marks. */
static void add_words(Buffer *out, const char *text, size_t length)
{
    Buffer folded = BUFFER_EMPTY;
    Text_fold(&folded, text, length);
    for (const char *word = Buffer_text(&folded); *word && out->length < SEARCH_BYTES_MAX;) {
        size_t bytes = strcspn(word, " ");
        add_word(out, word, bytes > 200 ? 200 : bytes);
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
    if (count >= 3)
        add_word(out, digits, count);
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

typedef enum Rank { RANK_LABEL, RANK_LABEL_BEGINS, RANK_WORD_BEGINS, RANK_INSIDE, RANK_NOT } Rank;

typedef struct Candidate {
    int64_t id;
    Rank rank;
} Candidate;

typedef struct Query {
    ModelContext *context;
    const ResourceDef *resource;
    const char *folded;
    const char *words[WORDS_MAX];
    int word_count;
    Candidate *found;
    int count, limit;
} Query;

static void split_words(Query *query)
{
    char *text = Arena_strdup(query->context->arena, query->folded);
    char *rest = text;
    for (char *word; text && query->word_count < WORDS_MAX && (word = strtok_r(rest, " ", &rest));)
        query->words[query->word_count++] = word;
}

static void add_quoted(Sql *match, const char *marks, const char *run, size_t bytes)
{
    Sql_puts(match, match->length ? " AND \"" : "\"");
    Sql_puts(match, marks);
    for (size_t i = 0; i < bytes; i++) {
        char byte[3] = {run[i], run[i] == '"' ? '"' : '\0', '\0'};
        Sql_puts(match, byte);
    }
    Sql_puts(match, "\"");
}

/* Byte offset of a code point. */
static size_t offset_of(const char *word, size_t point)
{
    size_t at = 0, length = strlen(word);
    int32_t ignored;
    while (point-- && at < length)
        at += Text_decode(word + at, length - at, &ignored);
    return at;
}

/* The runs of three that a word is looked up by: its beginning, its end, its middle when it is long. */
static const char *match_text(Query *query)
{
    Sql match; /* text under construction */
    int runs = 0;
    Sql_begin(&match, query->context->arena);
    for (int i = 0; i < query->word_count && runs < RUNS_MAX; i++) {
        const char *word = query->words[i];
        size_t points = Text_code_points(word), last = points - 3;
        if (points < 3) {
            add_quoted(&match, points == 1 ? SEARCH_MARK : SEARCH_MARK + 1, word, strlen(word));
            runs++;
            continue;
        }
        size_t places[3] = {0, last, last / 2};
        for (int run = 0; run < (points == 3 ? 1 : points < 9 ? 2 : 3); run++, runs++) {
            size_t from = offset_of(word, places[run]);
            add_quoted(&match, "", word + from, offset_of(word + from, 3));
        }
    }
    return match.text;
}

static void add_found(Query *query, int64_t id, Rank rank)
{
    for (int i = 0; i < query->count; i++) {
        if (query->found[i].id == id)
            return;
    }
    if (query->count < CANDIDATES_MAX * 2)
        query->found[query->count++] = (Candidate){id, rank};
}

static bool add_visible(Query *query, Sql *sql, Error *error)
{
    ModelContext *context = query->context;
    Sql_puts(sql, " AND t.tenant_id = ");
    Sql_bind_int(sql, context->tenant->id);
    Sql_puts(sql, " AND t.deleted_at IS NULL AND t.archived_at IS NULL");
    return Query_scope(context, sql, query->resource, "t", error);
}

static bool by_label(Query *query, bool exact, Error *error)
{
    Sql sql;
    Sql_begin(&sql, query->context->arena);
    Sql_printf(&sql, "SELECT t.id FROM %s t WHERE t.label_key ", query->resource->table);
    Sql_puts(&sql, exact ? "= " : ">= ");
    Sql_bind_text(&sql, query->folded);
    if (!exact) {
        Sql_puts(&sql, " AND t.label_key < ");
        Sql_bind_text(&sql, Arena_printf(query->context->arena, "%s\xf4\x8f\xbf\xbf", query->folded));
    }
    if (!add_visible(query, &sql, error))
        return false;
    Sql_puts(&sql, exact ? " ORDER BY t.id DESC LIMIT " : " ORDER BY t.label_key LIMIT ");
    Sql_bind_int(&sql, CANDIDATES_MAX);
    Statement *statement = Sql_prepare(&sql, query->context->connection, error);
    StepResult step = STEP_FAILED;
    while (statement && (step = Statement_step(statement, error)) == STEP_ROW)
        add_found(query, Statement_int(statement, 0), exact ? RANK_LABEL : RANK_LABEL_BEGINS);
    if (statement)
        Statement_reset(statement);
    return step == STEP_DONE;
}

/* How well the words fit a text: all at beginnings of words, or all somewhere. */
static Rank rank_text(const Query *query, const char *text)
{
    Rank rank = RANK_WORD_BEGINS;
    for (int i = 0; text && i < query->word_count; i++) {
        const char *word = query->words[i], *at = strstr(text, word);
        size_t points = Text_code_points(word);
        bool begins = false;
        while (at && !begins) {
            begins = at > text && at[-1] == SEARCH_MARK[0];
            if (!begins && !strstr(at + 1, word))
                break;
            at = begins ? at : strstr(at + 1, word);
        }
        if (!at || (points < 3 && !begins))
            return RANK_NOT;
        if (!begins)
            rank = RANK_INSIDE;
    }
    return text ? rank : RANK_NOT;
}

static bool add_ranked(Query *query, const Record *record, Error *error)
{
    char *text = Search_text(query->context, record, false, error);
    Rank rank = rank_text(query, text);
    if (rank == RANK_NOT) {
        text = Search_text(query->context, record, true, error);
        rank = rank_text(query, text);
    }
    if (rank != RANK_NOT)
        add_found(query, Record_id(record), rank);
    return !Error_present(error);
}

static bool by_index(Query *query, Error *error)
{
    ModelContext *context = query->context;
    const ResourceDef *resource = query->resource;
    bool *wanted = ARENA_ARRAY(context->arena, bool, (size_t)resource->field_count);
    int candidates = query->limit * 2 < CANDIDATES_MAX ? query->limit * 2 : CANDIDATES_MAX, count = 0;
    Record **rows = ARENA_ARRAY(context->arena, Record *, (size_t)candidates);
    Sql sql;
    if (!wanted || !rows)
        return Error_set(error, ERROR_LIMIT, "The search needs too much memory.");
    for (int i = 0; i < resource->field_count; i++)
        wanted[i] = i == BASE_ID || resource->fields[i].flags & FIELD_SEARCHED;
    Sql_begin(&sql, context->arena);
    Sql_puts(&sql, "SELECT ");
    Row_columns(&sql, resource, "t", wanted);
    Sql_printf(&sql, " FROM search_%s s CROSS JOIN %s t ON t.id = s.rowid WHERE s.search_%s MATCH ",
               resource->table, resource->table, resource->table);
    Sql_bind_text(&sql, match_text(query));
    if (!add_visible(query, &sql, error))
        return false;
    Sql_puts(&sql, " ORDER BY s.rowid DESC LIMIT ");
    Sql_bind_int(&sql, candidates);
    Statement *statement = Sql_prepare(&sql, context->connection, error);
    StepResult step = STEP_FAILED;
    while (statement && (step = Statement_step(statement, error)) == STEP_ROW) {
        Record *record = Record_new(context->arena, resource);
        if (!record)
            return Error_set(error, ERROR_LIMIT, "The search needs too much memory.");
        Row_fetch(statement, 0, record, wanted, context->arena);
        rows[count++] = record;
    }
    if (statement)
        Statement_reset(statement);
    for (int i = 0; step == STEP_DONE && i < count; i++) {
        if (!add_ranked(query, rows[i], error))
            return false;
    }
    return step == STEP_DONE;
}

static int compare_found(const void *left, const void *right)
{
    const Candidate *a = left, *b = right;
    if (a->rank != b->rank)
        return (int)a->rank - (int)b->rank;
    return (a->id < b->id) - (a->id > b->id);
}

static bool find(Query *query, Error *error)
{
    if (!by_label(query, true, error) || !by_label(query, false, error))
        return false;
    if (query->count < query->limit && !by_index(query, error))
        return false;
    qsort(query->found, (size_t)query->count, sizeof *query->found, compare_found);
    return true;
}

static bool read_rows(Query *query, ListPage *page, Error *error)
{
    ModelContext *context = query->context;
    int count = query->count < query->limit ? query->count : query->limit;
    int64_t *ids = ARENA_ARRAY(context->arena, int64_t, (size_t)count + 1);
    page->records = ARENA_ARRAY(context->arena, Record *, (size_t)count + 1);
    if (!page->records || !ids)
        return Error_set(error, ERROR_LIMIT, "The search needs too much memory.");
    for (int i = 0; i < count; i++)
        ids[i] = query->found[i].id;
    return List_by_ids(context, query->resource, ids, count, page, error);
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
    query.found = ARENA_ARRAY(context->arena, Candidate, CANDIDATES_MAX * 2);
    if (!query.folded || !query.found)
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
