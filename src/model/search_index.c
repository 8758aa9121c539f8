/* search_index.c - the text that quick search knows of a row, and the index that holds it.
 *
 * Each word is indexed with two marks before it, cut into runs of three characters.  So a word of
 * three or more is found anywhere inside another, and one or two letters find the beginnings of
 * words in the same index.  The index knows only which rows hold a run (detail=none: a third of the
 * size).  The text is not kept a second time: what leaves the index is composed again from the row
 * as it was.
 */
#include <ctype.h>
#include <string.h>
#include "model/internal.h"

#define SEARCH_BYTES_MAX 4000 /* of one row's text */

void Search_schema(Buffer *out, const ResourceDef *resource)
{
    Buffer_printf(out,
                  "CREATE VIRTUAL TABLE search_%s USING fts5(text, content='', detail=none,"
                  " columnsize=0, tokenize=\"trigram case_sensitive 1\");\n",
                  resource->table);
}

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
    if (field->type == FIELD_PHONE ||
        (length < 32 && text[strspn(text, "0123456789 +-/().")] == '\0'))
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
    snprintf(sql, sizeof sql, "INSERT INTO search_%s(rowid, text) VALUES(?1, ?2)", resource->table);
    return write_index(context, sql, id, new_text, error);
}
