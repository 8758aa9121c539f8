#include <string.h>
#include "model/generate/emit.h"

static const char *sql_type(FieldType type)
{
    if (type == FIELD_UID || type == FIELD_BLOB || type == FIELD_SECRET)
        return "BLOB";
    return FieldType_is_text(type) ? "TEXT" : "INTEGER";
}

/* What the database itself enforces: only what would break the structure.  The rest is the model's.
 */
static const struct {
    const char *name, *rule;
} RULES[] = {
    {"uid", " NOT NULL UNIQUE"},
    {"tenant_id", " NOT NULL"},
    {"label", " NOT NULL"},
    {"created_at", " NOT NULL"},
    {"updated_at", " NOT NULL"},
    {"version", " NOT NULL DEFAULT 1"},
    {"position", " NOT NULL DEFAULT 0"},
    {"actor_kind", " NOT NULL DEFAULT 'user'"},
};

static void put_column(const Described *described, int index, Buffer *sql)
{
    const FieldDef *field = &described->fields[index];
    bool base = index < described->def.first_own;
    Buffer_printf(sql, "%s\n  %s %s", index ? "," : "", field->column, sql_type(field->type));
    if (index == 0) {
        Buffer_puts(sql, " PRIMARY KEY");
    } else if (base && strcmp(field->name, "parent_id") == 0) {
        Buffer_printf(sql, " NOT NULL REFERENCES %s(id) ON DELETE CASCADE",
                      described->parent->def.table);
    } else {
        for (size_t i = 0; base && i < sizeof RULES / sizeof *RULES; i++)
            if (strcmp(RULES[i].name, field->name) == 0)
                Buffer_puts(sql, RULES[i].rule);
    }
    if (field->flags & FIELD_SORTABLE)
        Buffer_printf(sql, ",\n  %s_key TEXT%s", field->column, base ? " NOT NULL" : "");
}

static void put_index(const Described *described, const char *name, bool unique, Buffer *sql)
{
    Buffer_printf(sql, "CREATE %sINDEX %s_%s__%s ON %s(", unique ? "UNIQUE " : "",
                  unique ? "ux" : "ix", described->c_name, name, described->def.table);
}

static const char *compared_column(Arena *arena, const FieldDef *field)
{
    return field->flags & FIELD_SORTABLE ? Arena_printf(arena, "%s_key", field->column)
                                         : field->column;
}

/* Columns that nobody sorts by are indexed only where they are filled. */
static bool is_sparse(const FieldDef *field)
{
    bool exact = field->type == FIELD_TEXT && !(field->flags & FIELD_SORTABLE);
    return field->type == FIELD_REFERENCE || field->type == FIELD_RECORD ||
           field->type == FIELD_UID || field->type == FIELD_BLOB || exact;
}

static void put_field_index(Arena *arena, const Described *described, int index, Buffer *sql)
{
    const FieldDef *field = &described->fields[index];
    const char *column = compared_column(arena, field);
    bool top = described->parent == NULL;
    if ((field->flags & FIELD_UNIQUE) && top) {
        put_index(described, field->column, true, sql);
        Buffer_printf(sql, "%s) WHERE deleted_at IS NULL;\n", column);
        return;
    }
    if (!(field->flags & (FIELD_INDEXED | FIELD_UNIQUE)))
        return;
    put_index(described, field->column, false, sql);
    if (field->type == FIELD_RECORD) {
        int entity = Describe_field(described, field->reference);
        Buffer_printf(sql, "%s, ", described->fields[entity].column);
    }
    Buffer_printf(sql, "%s, id)", column);
    if (is_sparse(field))
        Buffer_printf(sql, " WHERE %s IS NOT NULL", column);
    Buffer_puts(sql, ";\n");
}

/* Empty equals empty, hence COALESCE. */
static void put_unique(Arena *arena, const Described *described, const UniqueDef *unique,
                       Buffer *sql)
{
    const char *first = unique->fields[0];
    bool top = described->parent == NULL;
    put_index(described, Arena_printf(arena, "%s_set", Name_in_sql(arena, first)), top, sql);
    if (!top)
        Buffer_puts(sql, "parent_id, ");
    for (int i = 0; unique->fields[i]; i++) {
        const FieldDef *field = &described->fields[Describe_field(described, unique->fields[i])];
        const char *column = compared_column(arena, field);
        Buffer_puts(sql, i ? ", " : "");
        if (!top || (field->flags & FIELD_REQUIRED))
            Buffer_puts(sql, column);
        else
            Buffer_printf(sql, "COALESCE(%s, %s)", column,
                          strcmp(sql_type(field->type), "INTEGER") == 0 ? "0" : "''");
    }
    Buffer_puts(sql, top ? ") WHERE deleted_at IS NULL;\n" : ");\n");
}

static void put_listed_index(Arena *arena, const Described *described, const char *const *names,
                             Buffer *sql)
{
    put_index(described, Arena_printf(arena, "%s_order", Name_in_sql(arena, names[0])), false, sql);
    bool descending = false;
    for (int i = 0; names[i]; i++) {
        descending = names[i][0] == '-';
        int index = Describe_field(described, names[i] + descending);
        Buffer_printf(sql, "%s%s, ", compared_column(arena, &described->fields[index]),
                      descending ? " DESC" : "");
    }
    Buffer_printf(sql, "id%s);\n", descending ? " DESC" : "");
}

void Emit_sql(Arena *arena, const Described *described, Buffer *sql)
{
    const ResourceDef *def = &described->def;
    Buffer_printf(sql, "CREATE TABLE %s (", def->table);
    for (int i = 0; i < def->field_count; i++)
        put_column(described, i, sql);
    Buffer_puts(sql, "\n) STRICT;\n");
    if (described->parent) {
        put_index(described, "parent_id", false, sql);
        Buffer_puts(sql, "parent_id, position);\n");
    } else if (def->search_id) {
        put_index(described, "label", false, sql);
        Buffer_puts(sql, "label_key, id);\n");
    }
    for (int i = 0; i < def->field_count; i++)
        put_field_index(arena, described, i, sql);
    for (int i = 0; i < def->unique_count; i++)
        put_unique(arena, described, &def->uniques[i], sql);
    for (int i = 0; i < described->index_count; i++)
        put_listed_index(arena, described, described->indexes[i], sql);
}

void Emit_schema(const Catalog *catalog, Buffer *out)
{
    Buffer_puts(out, "/* Generated from data/resources. */\n"
                     "#include \"model/generated/schema.h\"\n");
    for (int i = 0; i < catalog->count; i++) {
        Buffer sql = BUFFER_EMPTY;
        Emit_sql(catalog->arena, catalog->all[i], &sql);
        Buffer_printf(out, "\nconst char SCHEMA_%s[] =\n",
                      Emit_upper(catalog->arena, catalog->all[i]->c_name));
        for (const char *at = Buffer_text(&sql); *at;) {
            size_t bytes = strcspn(at, "\n") + 1;
            Buffer_puts(out, "    ");
            Emit_string(out, Arena_strndup(catalog->arena, at, bytes));
            Buffer_puts(out, at[bytes] ? "\n" : ";\n");
            at += bytes;
        }
        Buffer_free(&sql);
    }
}
