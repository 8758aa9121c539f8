/* unique.c - which record holds a value that may be there only once. */
#include <string.h>
#include "model/internal.h"

/* The record that holds the same values; 0 if none. */
static int64_t find_holder(ModelContext *context, const Record *record, const int *fields,
                           int count, bool empty_too)
{
    const ResourceDef *resource = record->resource;
    Sql sql;
    Error ignored = ERROR_NONE;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT id FROM %s WHERE tenant_id = ", resource->table);
    Sql_bind_int(&sql, context->tenant->id);
    for (int i = 0; i < count; i++) {
        const FieldDef *field = &resource->fields[fields[i]];
        Value value = record->values[fields[i]];
        bool folded = field->flags & FIELD_SORTABLE;
        if (!Value_given(&value) && !empty_too)
            return 0;
        if (folded && Value_given(&value))
            value = Value_text(Text_folded(context->arena, value.text));
        Sql_printf(&sql, " AND %s IS ",
                   folded ? Field_key_column(context->arena, field) : field->column);
        Sql_bind(&sql, &value);
    }
    if (!resource->parent)
        Sql_puts(&sql, " AND deleted_at IS NULL");
    Sql_puts(&sql, " AND id <> ");
    Sql_bind_int(&sql, Record_int(record, 0, 0));
    Sql_puts(&sql, " LIMIT 1");
    return Sql_scalar(&sql, context->connection, 0, &ignored);
}

static bool name_holder(ModelContext *context, const Record *record, int field, int64_t holder,
                        Error *error)
{
    const FieldDef *definition = &record->resource->fields[field];
    Error_set_field(error, ERROR_DUPLICATE, definition->name,
                    "%s is already used by the %s \"%.120s\".", definition->label,
                    record->resource->label, Label_of_row(context, record->resource, holder));
    return Error_hint(error, "Use another %s, or change that record.", definition->label);
}

/* Of a child: its unique fields among the children of records that are not in the trash, its unique
 * combinations within one parent.  No index does this. */
static int64_t find_twin(ModelContext *context, const Record *child, const int *fields, int count,
                         bool within_parent)
{
    const ResourceDef *kind = child->resource;
    Sql sql;
    Error ignored = ERROR_NONE;
    Sql_begin(&sql, context->arena);
    Sql_printf(&sql, "SELECT c.id FROM %s c JOIN %s p ON p.id = c.parent_id WHERE c.tenant_id = ",
               kind->table, kind->parent->table);
    Sql_bind_int(&sql, context->tenant->id);
    for (int i = 0; i < count; i++) {
        const FieldDef *field = &kind->fields[fields[i]];
        Value value = child->values[fields[i]];
        bool folded = field->flags & FIELD_SORTABLE;
        if (folded && Value_given(&value))
            value = Value_text(Text_folded(context->arena, value.text));
        Sql_printf(&sql, " AND c.%s IS ",
                   folded ? Field_key_column(context->arena, field) : field->column);
        Sql_bind(&sql, &value);
    }
    if (within_parent) {
        Sql_puts(&sql, " AND c.parent_id = ");
        Sql_bind(&sql, &child->values[CHILD_PARENT]);
    }
    Sql_puts(&sql, " AND p.deleted_at IS NULL AND c.id <> ");
    Sql_bind_int(&sql, Record_int(child, CHILD_ID, 0));
    Sql_puts(&sql, " LIMIT 1");
    return Sql_scalar(&sql, context->connection, 0, &ignored);
}

bool Validate_child_unique(ModelContext *context, const Record *old, const Record *child,
                           Error *error)
{
    const ResourceDef *kind = child->resource;
    for (int i = kind->first_own; i < kind->field_count; i++) {
        if (!(kind->fields[i].flags & FIELD_UNIQUE) || !Value_given(&child->values[i]) ||
            (old && Value_equal(&old->values[i], &child->values[i])))
            continue;
        int64_t holder = find_twin(context, child, &i, 1, false);
        if (holder)
            return name_holder(context, child, i, holder, error);
    }
    for (int u = 0; u < kind->unique_count; u++) {
        int fields[8], count = 0;
        for (int n = 0; kind->uniques[u].fields[n] && count < 8; n++) {
            int field = Resource_field(kind, kind->uniques[u].fields[n]);
            if (field >= 0)
                fields[count++] = field;
        }
        int64_t holder = count ? find_twin(context, child, fields, count, true) : 0;
        if (holder)
            return name_holder(context, child, fields[count - 1], holder, error);
    }
    return true;
}

bool Validate_explain_duplicate(ModelContext *context, const Record *record, Error *error)
{
    const ResourceDef *resource = record->resource;
    if (!Error_is(error, ERROR_DUPLICATE))
        return false;
    for (int i = 0; i < resource->field_count; i++) {
        int64_t holder = resource->fields[i].flags & FIELD_UNIQUE
                             ? find_holder(context, record, &i, 1, false)
                             : 0;
        if (holder)
            return name_holder(context, record, i, holder, error);
    }
    for (int u = 0; u < resource->unique_count; u++) {
        int fields[8], count = 0;
        const char *const *names = resource->uniques[u].fields;
        for (int n = 0; names[n] && count < 8; n++) {
            int field = Resource_field(resource, names[n]);
            if (field >= 0)
                fields[count++] = field;
        }
        int64_t holder = count ? find_holder(context, record, fields, count, true) : 0;
        if (holder)
            return name_holder(context, record, fields[count - 1], holder, error);
    }
    return Error_set(error, ERROR_DUPLICATE, "A %s with the same values is already there.",
                     resource->label);
}
