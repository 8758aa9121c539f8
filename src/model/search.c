/* search.c - quick search: substrings of folded words, ranked.
 *
 * A word of more than three characters asks the index for two or three of its runs and is then
 * looked for in the row itself.  Order: the label itself, labels that begin so, words that begin
 * so, anything inside; newest first.  Labels come from their own index; the rest is the best of the
 * newest candidates.
 */
#include <stdlib.h>
#include <string.h>
#include "model/internal.h"

#define WORDS_MAX 12
#define CANDIDATES_MAX 200
#define RUNS_MAX 10 /* looked up for one query */

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

/* The runs of three that a word is looked up by: its beginning, its end, its middle when it is
 * long. */
static const char *match_text(Query *query)
{
    Sql match; /* text under construction */
    int runs = 0;
    Sql_begin(&match, query->context->arena);
    for (int i = 0; i < query->word_count && runs < RUNS_MAX; i++) {
        const char *word = query->words[i];
        size_t points = Text_code_points(word), last = points - 3;
        if (points < 3) {
            add_quoted(&match, points == 1 ? SEARCH_MARK : &SEARCH_MARK[1], word, strlen(word));
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
        Sql_bind_text(&sql,
                      Arena_printf(query->context->arena, "%s\xf4\x8f\xbf\xbf", query->folded));
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
    int candidates = query->limit * 2 < CANDIDATES_MAX ? query->limit * 2 : CANDIDATES_MAX,
        count = 0;
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
    int64_t newer =
        Record_int(b->record, BASE_UPDATED_AT, 0) - Record_int(a->record, BASE_UPDATED_AT, 0);
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
