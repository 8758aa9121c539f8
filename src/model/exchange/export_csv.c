#include <string.h>

#include "base/money.h"
#include "base/number.h"
#include "model/exchange/csv_write.h"
#include "model/exchange/export_private.h"
#include "model/internal.h"

/* Resources whose children are rows of their own. */
static const char *const ROWS[][2] = {
    {"product", "variant"},
    {"order", "order_line"},
    {"invoice", "invoice_line"},
    {"quote", "quote_line"},
    {"purchase_order", "purchase_line"},
    {"credit_note", "credit_line"},
    {"return", "return_line"},
    {"shipment", "shipment_line"},
    {"price_list", "price"},
    {"supplier", "supplier_item"},
    {"tax_class", "tax_rate"},
    {"pipeline", "stage"},
};

/* ---- which columns -------------------------------------------------------------------------- */

static bool add_column(Arena *arena, ExportTable *table, ExportColumn column)
{
    if (!column.header)
        return false;
    if (table->count == table->room) {
        size_t room = table->room ? table->room * 2 : 64;
        ExportColumn *columns = ARENA_ARRAY(arena, ExportColumn, room);

        if (!columns)
            return false;
        if (table->count)
            memcpy(columns, table->columns, table->count * sizeof *columns);
        table->columns = columns;
        table->room = room;
    }
    table->columns[table->count++] = column;
    return true;
}

static bool is_amount(const FieldDef *field)
{
    return field->type == FIELD_MONEY || field->type == FIELD_UNIT_PRICE ||
           field->type == FIELD_QUANTITY || field->type == FIELD_RATE;
}

static const char *header_of(const FieldDef *field)
{
    return field->alias && is_amount(field) ? field->alias : field->name;
}

static bool is_exported(const FieldDef *field)
{
    return field->type != FIELD_SECRET && field->type != FIELD_BLOB;
}

static bool add_field(Arena *arena, ExportTable *table, const char *prefix, ExportColumn column)
{
    column.header = Arena_printf(arena, "%s%s", prefix, header_of(column.field));
    return add_column(arena, table, column);
}

static bool add_own_fields(Arena *arena, ExportTable *table, const ResourceDef *resource)
{
    for (int i = resource->first_own; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];

        if (!is_exported(field))
            continue;
        if (!add_field(arena, table, "", (ExportColumn){.field = field}))
            return false;
        if (field->type == FIELD_REFERENCE && !(field->flags & FIELD_LIST) &&
            !add_column(arena, table,
                        (ExportColumn){.header = Arena_printf(arena, "%s.label", field->name),
                                       .source = CELL_OF_LABEL,
                                       .field = field}))
            return false;
    }
    return add_column(
        arena, table,
        (ExportColumn){.header = "created_at", .field = &resource->fields[BASE_CREATED_AT]});
}

static bool add_child_fields(Arena *arena, ExportTable *table, const ResourceDef *child,
                             CellSource source, const char *prefix)
{
    for (int i = child->first_own; i < child->field_count; i++) {
        const FieldDef *field = &child->fields[i];

        if (is_exported(field) && !(field->flags & FIELD_DERIVED) &&
            !add_field(arena, table, prefix,
                       (ExportColumn){.source = source, .field = field, .child = child}))
            return false;
    }
    return true;
}

/* The contact points that the resource has no field of its own for. */
static bool add_points(Arena *arena, ExportTable *table, const ResourceDef *resource,
                       const ResourceDef *child)
{
    int kind = Resource_field(child, "kind"), value = Resource_field(child, "value");

    for (int i = 0; kind >= 0 && value >= 0 && i < child->fields[kind].choice_count; i++) {
        const char *key = child->fields[kind].choices[i].key;

        if (Resource_field(resource, key) < 0 &&
            !add_column(arena, table,
                        (ExportColumn){.header = Arena_printf(arena, "contact_point.%s", key),
                                       .source = CELL_OF_PRIMARY,
                                       .field = &child->fields[value],
                                       .child = child,
                                       .kind = key}))
            return false;
    }
    return true;
}

static bool add_children(Arena *arena, ExportTable *table, const ResourceDef *resource)
{
    const ResourceDef *address = Resource_find_child(resource, "address");
    const ResourceDef *point = Resource_find_child(resource, "contact_point");
    const char *prefix;

    if (address && !add_child_fields(arena, table, address, CELL_OF_PRIMARY, "address."))
        return false;
    if (point && !add_points(arena, table, resource, point))
        return false;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (strcmp(ROWS[i][0], resource->name) == 0 && ROWS[i][1])
            table->rows = Resource_find_child(resource, ROWS[i][1]);
    if (!table->rows)
        return true;
    prefix = Arena_printf(arena, "%s.", table->rows->name);
    return prefix &&
           add_column(arena, table,
                      (ExportColumn){.header = Arena_printf(arena, "%sid", prefix),
                                     .source = CELL_OF_ROW,
                                     .child = table->rows,
                                     .field = &table->rows->fields[CHILD_ID]}) &&
           add_child_fields(arena, table, table->rows, CELL_OF_ROW, prefix);
}

static bool add_custom(ModelContext *context, Arena *arena, ExportTable *table,
                       const ResourceDef *resource, Error *error)
{
    const FieldDef *const *list = NULL;
    CustomFields *fields = Custom_of(context, error);
    size_t count;

    if (!fields)
        return false;
    count = CustomFields_of(fields, resource, &list);
    for (size_t i = 0; i < count; i++) {
        FieldDef *copy = ARENA_NEW(arena, FieldDef);

        if (!copy)
            return false;
        *copy = *list[i];
        copy->name = Arena_strdup(arena, list[i]->name);
        copy->alias = NULL;
        copy->currency_field = Arena_strdup(arena, list[i]->currency_field);
        if (!add_column(
                arena, table,
                (ExportColumn){.header = copy->name, .source = CELL_OF_CUSTOM, .field = copy}))
            return false;
    }
    return true;
}

bool ExportTable_make(ModelContext *context, Arena *arena, const ExportOptions *options,
                      ExportTable *table, Error *error)
{
    const ResourceDef *resource = options->resource;
    bool fine = true;

    *table = (ExportTable){0};
    for (const char *const *name = options->columns; fine && name && *name; name++) {
        int field = Resource_field(resource, *name);

        fine = add_column(arena, table,
                          (ExportColumn){.header = Arena_strdup(arena, *name),
                                         .source = CELL_OF_NAME,
                                         .field = field < 0 ? NULL : &resource->fields[field]});
    }
    if (!options->columns)
        fine = add_column(arena, table, (ExportColumn){.header = "id", .source = CELL_OF_NAME}) &&
               add_own_fields(arena, table, resource) &&
               (resource->first_own <= BASE_CUSTOM ||
                add_custom(context, arena, table, resource, error)) &&
               add_children(arena, table, resource);
    if (!fine && !Error_present(error))
        Error_set(error, ERROR_LIMIT, "Not enough memory for the export.");
    return fine;
}

/* ---- cells ---------------------------------------------------------------------------------- */

/* Integers as stored -> text in the form that the importer reads for this header. */
static void append_amount(Buffer *out, ModelContext *context, const FieldDef *field, int64_t stored,
                          const char *currency, bool first)
{
    char text[48];
    int exponent = Money_exponent(currency && *currency ? currency : context->tenant->currency);
    bool custom = strncmp(field->name, "custom.", 7) == 0;

    if (exponent < 0)
        exponent = 2;
    if (field->type == FIELD_RATE) {
        Number_format_scaled(stored, 4, text);
        strcat(text, "%");
    } else if (!field->alias && !custom) {
        Number_format_scaled(stored, 0, text);
    } else {
        Number_format_scaled(stored,
                             field->type == FIELD_MONEY        ? exponent
                             : field->type == FIELD_UNIT_PRICE ? exponent + 4
                                                               : 4,
                             text);
    }
    Csv_append_cell(out, text, first, false);
}

static void append_value(Buffer *out, ModelContext *context, const FieldDef *field,
                         const Json *value, bool first)
{
    Json *minor = json_object_is_type(value, json_type_object) ? Json_get(value, "minor") : NULL;
    const char *id = json_object_is_type(value, json_type_object) ? Json_text(value, "id") : NULL;
    Json *json = (Json *)(uintptr_t)value;

    if (!value)
        Csv_append_cell(out, "", first, false);
    else if (field && is_amount(field) && minor)
        append_amount(out, context, field, json_object_get_int64(minor),
                      Json_text(value, "currency"), first);
    else if (field && is_amount(field) && json_object_is_type(value, json_type_int))
        append_amount(out, context, field, json_object_get_int64(json), NULL, first);
    else if (json_object_is_type(value, json_type_string))
        Csv_append_cell(out, json_object_get_string(json), first, true);
    else if (id)
        Csv_append_cell(out, id, first, false);
    else if (json_object_is_type(value, json_type_object) && Json_get(value, "id"))
        Csv_append_cell(out, json_object_get_string(Json_get(value, "id")), first, false);
    else
        Csv_append_cell(out, Json_serialise(value, NULL), first,
                        !json_object_is_type(value, json_type_int));
}

/* Of the children of a kind the one marked primary, else the first. */
static const Json *primary_of(const Json *json, const ExportColumn *column)
{
    Json *list = Json_get(json, column->child->plural);
    const Json *first = NULL;

    for (size_t i = 0; list && i < json_object_array_length(list); i++) {
        const Json *item = json_object_array_get_idx(list, i);
        const char *kind = Json_text(item, "kind");

        if (column->kind && (!kind || strcmp(kind, column->kind) != 0))
            continue;
        if (Json_bool(item, "primary", false))
            return item;
        if (!first)
            first = item;
    }
    return first;
}

static void append_cell(ModelContext *context, const ExportColumn *column, const Json *json,
                        const Json *row, Buffer *out, bool first)
{
    const Json *holder = json;
    const char *name = column->field ? column->field->name : column->header;

    if (column->source == CELL_OF_PRIMARY)
        holder = primary_of(json, column);
    else if (column->source == CELL_OF_ROW)
        holder = row;
    else if (column->source == CELL_OF_CUSTOM)
        holder = Json_get(json, "custom");
    if (column->source == CELL_OF_CUSTOM)
        name += 7;
    if (column->source == CELL_OF_LABEL) {
        const Json *reference = Json_get(json, name);
        const char *label = reference ? Json_text(reference, "label") : NULL;

        Csv_append_cell(out, label ? label : "", first, true);
        return;
    }
    append_value(out, context, column->field, holder ? Json_get(holder, name) : NULL, first);
}

void ExportTable_header(const ExportTable *table, Buffer *out)
{
    for (size_t i = 0; i < table->count; i++)
        Csv_append_cell(out, table->columns[i].header, i == 0, true);
    Csv_end_record(out);
}

void ExportTable_record(ModelContext *context, const ExportTable *table,
                        const ResourceDef *resource, const Json *json, Buffer *out)
{
    Json *rows = table->rows ? Json_get(json, table->rows->plural) : NULL;
    size_t count = rows ? json_object_array_length(rows) : 0;

    for (size_t row = 0; row == 0 || row < count; row++) {
        const Json *child = row < count ? json_object_array_get_idx(rows, row) : NULL;

        for (size_t i = 0; i < table->count; i++)
            append_cell(context, &table->columns[i], json, child, out, i == 0);
        Csv_end_record(out);
    }
}
