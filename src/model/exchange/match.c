#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/exchange/import_private.h"
#include "model/internal.h"

/* ---- finding the record that a row is ------------------------------------------------------- */

/* The column that equality ignoring case and outer space can use, and the value for it. */
static const char *match_column(ModelContext *context, const Record *record, int index,
                                Value *value)
{
    const ResourceDef *resource = record->resource;
    const FieldDef *field = &resource->fields[index];
    const char *text = Record_text(record, index);
    char name[96];
    int twin;

    *value = record->values[index];
    if (!text)
        return field->column;
    if (field->type == FIELD_EMAIL || field->type == FIELD_PHONE) {
        snprintf(name, sizeof name, "%s_%s", field->name,
                 field->type == FIELD_EMAIL ? "norm" : "e164");
        twin = Resource_field(resource, name);
        if (twin >= 0 && field->type == FIELD_EMAIL) {
            *value = Value_text(Text_folded(context->arena, text));
            return resource->fields[twin].column;
        }
        if (twin >= 0 && Record_text(record, twin)) {
            *value = record->values[twin];
            return resource->fields[twin].column;
        }
    }
    *value = Value_text(Text_folded(context->arena, text));
    return field->flags & FIELD_SORTABLE ? Field_key_column(context->arena, field)
                                         : Arena_printf(context->arena, "FOLD(%s)", field->column);
}

static int64_t find_row(ModelContext *context, const Record *record, const char *column,
                        const Value *value, Error *error)
{
    Sql sql;

    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s WHERE tenant_id = ", record->resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    Sql_printf(&sql, " AND %s = ", column);
    Sql_bind(&sql, value);
    Sql_puts(&sql, " AND deleted_at IS NULL ORDER BY id LIMIT 1");
    return Sql_scalar(&sql, context->connection, 0, error);
}

int64_t Match_find(Import *import, ModelContext *context, Draft *draft, Error *error)
{
    const ImportPlan *plan = import->plan;
    const Record *record = draft->record;
    Value value;
    const char *column;

    if (draft->own_id) {
        Error ignored = ERROR_NONE;
        int64_t id = Model_resolve(context, record->resource, draft->own_id, &ignored);

        if (id)
            return id;
    }
    if (plan->match_field < 0 || plan->options.on_match == MATCH_CREATE ||
        !Value_given(&record->values[plan->match_field]))
        return 0;
    /* The exact value first: it can use any index. */
    if (Record_text(record, plan->match_field)) {
        const FieldDef *field = &record->resource->fields[plan->match_field];
        int64_t id =
            field->flags & (FIELD_INDEXED | FIELD_UNIQUE) && !(field->flags & FIELD_SORTABLE)
                ? find_row(context, record, field->column, &record->values[plan->match_field],
                           error)
                : 0;

        if (id)
            return id;
    }
    column = match_column(context, record, plan->match_field, &value);
    return column ? find_row(context, record, column, &value, error) : 0;
}

/* ---- what an update changes ----------------------------------------------------------------- */

static size_t trimmed_length(const char **text)
{
    size_t length;

    *text += strspn(*text, " \t\r\n");
    length = strlen(*text);
    while (length > 0 && strchr(" \t\r\n", (*text)[length - 1]))
        length--;
    return length;
}

static bool same_but_blanks(const Value *a, const Value *b)
{
    const char *left, *right;
    size_t length;

    if (a->kind != VALUE_TEXT || b->kind != VALUE_TEXT || !a->text || !b->text)
        return false;
    left = a->text;
    right = b->text;
    length = trimmed_length(&left);
    return length == trimmed_length(&right) && memcmp(left, right, length) == 0;
}

/* Fields that follow from others, or that we assumed, never make a change by themselves. */
static bool follows(const Draft *draft, const Record *old, int index)
{
    const FieldDef *field = &draft->record->resource->fields[index];
    size_t length = strlen(field->name);

    if (index < draft->record->resource->first_own && index != BASE_CUSTOM)
        return true;
    if (field->flags & FIELD_DERIVED &&
        !(length > 5 && strcmp(field->name + length - 5, "_e164") == 0))
        return true;
    return draft->currency_assumed && strcmp(field->name, "currency") == 0 &&
           Value_given(&old->values[index]);
}

static void reduce_fields(Draft *draft, const Record *old, bool only_blank)
{
    Record *record = draft->record;

    for (int i = 0; i < record->resource->field_count; i++) {
        Value *value = &record->values[i];

        if (value->kind == VALUE_UNSET || i == BASE_CUSTOM)
            continue;
        if (follows(draft, old, i) || same_but_blanks(value, &old->values[i]) ||
            (only_blank && Value_given(&old->values[i])))
            *value = (Value){0};
    }
}

/* The international form goes only with a phone that changes. */
static void reduce_twins(Draft *draft)
{
    Record *record = draft->record;
    char name[96];

    for (int i = 0; i < record->resource->field_count; i++) {
        int twin;

        if (record->resource->fields[i].type != FIELD_PHONE)
            continue;
        snprintf(name, sizeof name, "%s_e164", record->resource->fields[i].name);
        twin = Resource_field(record->resource, name);
        if (twin >= 0 && !Record_set(record, i))
            record->values[twin] = (Value){0};
    }
}

static void reduce_custom(ModelContext *context, Draft *draft, const Record *old)
{
    Error ignored = ERROR_NONE;
    const Value *given = &draft->record->values[BASE_CUSTOM], *stored = &old->values[BASE_CUSTOM];
    Json *patch, *kept;

    if (!Value_given(given) || !Value_given(stored))
        return;
    patch = Json_parse(given->text, given->length, CSV_JSON_MAX, &ignored);
    kept = Json_parse(stored->text, stored->length, CSV_JSON_MAX, &ignored);
    if (patch && kept) {
        json_object_object_foreach(kept, key, member)
        {
            if (member)
                json_object_object_del(patch, key);
        }
        Record_set_text(draft->record, BASE_CUSTOM,
                        Arena_strdup(context->arena, Json_serialise(patch, NULL)));
    }
    json_object_put(patch);
    json_object_put(kept);
}

/* A flattened child is the stored one of its kind, the primary or the first. */
static Record *stored_child(const Record *old, const Record *child)
{
    int kind = Resource_field(child->resource, "kind"),
        primary = Resource_field(child->resource, "primary");
    int sku = Resource_field(child->resource, "sku");
    const char *wanted = kind >= 0 ? Record_text(child, kind) : NULL;
    Record *first = NULL;

    for (int i = 0; i < old->child_count; i++) {
        Record *other = old->children[i];

        if (other->resource != child->resource)
            continue;
        if (sku >= 0 && Record_text(child, sku)) {
            if (Record_text(other, sku) &&
                strcmp(Record_text(other, sku), Record_text(child, sku)) == 0)
                return other;
            continue;
        }
        if (wanted && (!Record_text(other, kind) || strcmp(Record_text(other, kind), wanted) != 0))
            continue;
        if (!first || (primary >= 0 && Record_int(other, primary, 0)))
            first = other;
    }
    return first;
}

static bool has_identity(const Record *child)
{
    int uid = Model_uid_field(child->resource);

    return child->values[CHILD_ID].kind == VALUE_INT ||
           (uid >= 0 && Value_given(&child->values[uid]));
}

static Record *child_by_id(const Record *old, const Record *child)
{
    int uid = Model_uid_field(child->resource);

    for (int i = 0; i < old->child_count; i++) {
        Record *other = old->children[i];

        if (other->resource != child->resource)
            continue;
        if (child->values[CHILD_ID].kind == VALUE_INT
                ? Record_id(other) == Record_id(child)
                : Value_equal(&other->values[uid], &child->values[uid]))
            return other;
    }
    return NULL;
}

static void reduce_children(Draft *draft, Record *old, bool only_blank)
{
    Record *record = draft->record;
    int kept = 0,
        *used = record->child_count ? calloc((size_t)record->child_count, sizeof *used) : NULL;

    for (int i = 0; used && i < record->child_count; i++) {
        Record *child = record->children[i];
        Record *stored = has_identity(child) ? child_by_id(old, child) : stored_child(old, child);
        int uid = Model_uid_field(child->resource);
        bool differs = stored == NULL;

        for (int field = child->resource->first_own; stored && field < child->resource->field_count;
             field++) {
            Value *value = &child->values[field];

            if (value->kind == VALUE_UNSET)
                continue;
            if (child->resource->fields[field].flags & (FIELD_DERIVED | FIELD_SYSTEM) ||
                Value_equal(value, &stored->values[field]) ||
                same_but_blanks(value, &stored->values[field]) ||
                (only_blank && Value_given(&stored->values[field])))
                *value = (Value){0};
            else
                differs = true;
        }
        if (uid >= 0)
            child->values[uid] = (Value){0};
        child->values[CHILD_ID] = stored ? stored->values[CHILD_ID] : (Value){0};
        if (differs)
            record->children[kept++] = child;
    }
    if (used)
        record->child_count = kept;
    free(used);
}

bool Match_reduce(Import *import, ModelContext *context, Draft *draft, Record *old, Error *error)
{
    bool only_blank = import->plan->options.on_match == MATCH_UPDATE_BLANK;

    if (draft->record->child_count > 0) {
        if (!Model_read_children(context, old, error))
            return false;
        if (!draft->children)
            reduce_children(draft, old, only_blank);
    }
    reduce_fields(draft, old, only_blank);
    reduce_twins(draft);
    if (only_blank)
        reduce_custom(context, draft, old);
    return true;
}

/* ---- dry runs ------------------------------------------------------------------------------- */

static uint64_t hash_value(uint64_t hash, const Value *value)
{
    const uint8_t *bytes =
        value->kind == VALUE_INT ? (const uint8_t *)&value->integer : (const uint8_t *)value->text;
    size_t length = value->kind == VALUE_INT ? sizeof value->integer : value->length;

    for (size_t i = 0; i < length; i++) {
        uint8_t byte = bytes[i];

        if (byte >= 'A' && byte <= 'Z')
            byte = (uint8_t)(byte + 32);
        hash = (hash ^ byte) * UINT64_C(1099511628211);
    }
    return hash ? hash : 1;
}

/* Adds the hash; true when it was there. */
static bool add_hash(Import *import, uint64_t hash)
{
    if (import->seen_count * 2 >= import->seen_room) {
        size_t room = import->seen_room ? import->seen_room * 2 : 4096;
        uint64_t *seen = calloc(room, sizeof *seen);

        if (!seen)
            return false;
        for (size_t i = 0; i < import->seen_room; i++) {
            size_t at = (size_t)import->seen[i] & (room - 1);

            if (!import->seen[i])
                continue;
            while (seen[at])
                at = (at + 1) & (room - 1);
            seen[at] = import->seen[i];
        }
        free(import->seen);
        import->seen = seen;
        import->seen_room = room;
    }
    for (size_t at = (size_t)hash & (import->seen_room - 1);;
         at = (at + 1) & (import->seen_room - 1)) {
        if (import->seen[at] == hash)
            return true;
        if (!import->seen[at]) {
            import->seen[at] = hash;
            import->seen_count++;
            return false;
        }
    }
}

bool Match_seen_before(Import *import, const Draft *draft)
{
    const Record *record = draft->record;
    bool seen = false;

    for (int i = 0; i < record->resource->field_count; i++) {
        const FieldDef *field = &record->resource->fields[i];

        if ((i == import->plan->match_field || (field->flags & FIELD_UNIQUE && i > BASE_UID)) &&
            Value_given(&record->values[i]))
            seen |= add_hash(import, hash_value(UINT64_C(1469598103934665603) + (uint64_t)i,
                                                &record->values[i]));
    }
    return seen;
}
