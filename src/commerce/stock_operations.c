/* stock_operations.c - stock.adjust and stock.check. */
#include <string.h>
#include "commerce/private.h"

#define BROKEN_MAX 1000

/* ---- adjust ------------------------------------------------------------------------------- */

typedef struct Adjustment {
    int64_t variant, warehouse, quantity;
    const char *kind, *reason;
} Adjustment;

static int64_t named(OperationContext *context, const ResourceDef *resource, const Json *params,
                     const char *name, Error *error)
{
    return Model_resolve(&context->model, resource, json_object_get_string(Json_get(params, name)),
                         error);
}

static bool read_adjustment(OperationContext *context, const Json *params, Adjustment *adjustment,
                            Error *error)
{
    *adjustment = (Adjustment){
        .quantity = Json_int(params, "quantity", 0),
        .kind = Json_text(params, "kind"),
        .reason = Json_text(params, "reason"),
    };
    if (!adjustment->kind)
        adjustment->kind = "adjustment";
    if (!adjustment->quantity)
        return Error_set_field(error, ERROR_RULE, "quantity",
                               "The quantity is how many come (5) or go (-5), not 0.");
    adjustment->variant = named(context, &RESOURCE_VARIANT, params, "variant", error);
    if (!adjustment->variant)
        return false;
    adjustment->warehouse = named(context, &RESOURCE_WAREHOUSE, params, "warehouse", error);
    return adjustment->warehouse != 0;
}

static Record *new_move(ModelContext *context, Record *stock, const Adjustment *adjustment,
                        Error *error)
{
    Record *move = Record_new(context->arena, &RESOURCE_STOCK_MOVE);
    if (!stock || !move || !Record_add_child(context->arena, stock, move)) {
        Error_set(error, ERROR_LIMIT, "There is not enough memory.");
        return NULL;
    }
    StockMove_set_kind(move, adjustment->kind);
    StockMove_set_quantity(move, adjustment->quantity);
    StockMove_set_reason(move, adjustment->reason);
    return move;
}

static bool adjust(OperationContext *context, const Json *params, Json **result, Error *error)
{
    ModelContext *model = &context->model;
    Record *stock = Record_new(model->arena, &RESOURCE_STOCK), *saved = NULL;
    Adjustment adjustment;
    int64_t id = 0;
    if (!read_adjustment(context, params, &adjustment, error) ||
        !new_move(model, stock, &adjustment, error))
        return false;
    const int64_t place[] = {adjustment.variant, adjustment.warehouse};
    if (!Model_sum(model,
                   "SELECT id FROM stock WHERE tenant_id = ?1 AND variant_id = ?2"
                   " AND warehouse_id = ?3 AND deleted_at IS NULL",
                   place, 2, &id, error))
        return false;
    if (!id) {
        Stock_set_variant_id(stock, adjustment.variant);
        Stock_set_warehouse_id(stock, adjustment.warehouse);
    }
    if (id ? !Model_update(model, id, 0, stock, &saved, error)
           : !Model_create(model, stock, &saved, error))
        return false;
    static const char *const columns[] = {"variant_id", "warehouse_id", "on_hand",
                                          "reserved",   "available",    NULL};
    *result = Record_to_json(model, saved, columns, error);
    return *result != NULL;
}

/* ---- check -------------------------------------------------------------------------------- */

#define BROKEN                                                                                    \
    " FROM (SELECT s.uid AS uid, s.label AS label, s.on_hand AS on_hand, s.reserved AS reserved," \
    " s.available AS available, CAST(coalesce((SELECT sum(m.quantity) FROM stock_move m WHERE"    \
    " m.parent_id = s.id AND m.kind NOT IN ('reservation', 'release')), 0) AS BIGINT) AS moved"   \
    " FROM stock s WHERE s.tenant_id = ?1 AND s.deleted_at IS NULL) t"                            \
    " WHERE t.on_hand <> t.moved OR t.available <> t.on_hand - t.reserved"

static Json *broken_row(Statement *statement)
{
    char text[UID_TEXT_SIZE];
    Uid uid = {{0}};
    Json *row = json_object_new_object();
    if (Statement_bytes(statement, 0) == UID_BYTES)
        memcpy(uid.bytes, Statement_blob(statement, 0), UID_BYTES);
    Json_set_text(row, "id", Uid_format(&uid, RESOURCE_STOCK.prefix, text));
    Json_set_text(row, "label", Statement_text(statement, 1));
    Json_set_int(row, "on_hand", Statement_int(statement, 2));
    Json_set_int(row, "reserved", Statement_int(statement, 3));
    Json_set_int(row, "available", Statement_int(statement, 4));
    Json_set_int(row, "moved", Statement_int(statement, 5));
    return row;
}

static bool list_broken(ModelContext *context, Json *list, Error *error)
{
    static const char sql[] =
        "SELECT t.uid, t.label, t.on_hand, t.reserved, t.available, t.moved" BROKEN
        " ORDER BY t.label LIMIT ?2";
    Statement *statement = Connection_prepare(context->connection, sql, error);
    StepResult step;
    if (!statement)
        return false;
    Statement_bind_int(statement, 1, context->tenant->id);
    Statement_bind_int(statement, 2, BROKEN_MAX);
    while ((step = Statement_step(statement, error)) == STEP_ROW)
        json_object_array_add(list, broken_row(statement));
    Statement_reset(statement);
    return step == STEP_DONE;
}

static bool check(OperationContext *context, const Json *params, Json **result, Error *error)
{
    int64_t checked = 0, broken = 0;
    Json *list = json_object_new_array();
    bool fine = Model_sum(&context->model,
                          "SELECT count(*) FROM stock WHERE tenant_id = ?1 AND deleted_at IS NULL",
                          NULL, 0, &checked, error) &&
                Model_sum(&context->model, "SELECT count(*)" BROKEN, NULL, 0, &broken, error) &&
                list_broken(&context->model, list, error);
    if (!fine) {
        json_object_put(list);
        return false;
    }
    *result = json_object_new_object();
    Json_set_bool(*result, "ok", broken == 0);
    Json_set_int(*result, "checked", checked);
    Json_set_int(*result, "broken_count", broken);
    Json_set(*result, "broken", list);
    return true;
}

static const Choice KINDS[] = {
    {"adjustment", "Adjustment"},
    {"receipt", "Receipt"},
    {"sale", "Sale"},
    {"return", "Return"},
    {"transfer_out", "Transfer out"},
    {"transfer_in", "Transfer in"},
    {"damage", "Damage"},
    {"count", "Count"},
};

static const ParameterDef ADJUST[] = {
    {.name = "variant",
     .type = FIELD_REFERENCE,
     .required = true,
     .reference = "variant",
     .help = "Id or SKU."},
    {.name = "warehouse",
     .type = FIELD_REFERENCE,
     .required = true,
     .reference = "warehouse",
     .help = "Id or name."},
    {.name = "quantity",
     .type = FIELD_INT,
     .required = true,
     .help = "How many come; below zero, how many go."},
    {.name = "reason", .type = FIELD_TEXT, .required = true, .help = "Why, in words."},
    {.name = "kind",
     .type = FIELD_ENUM,
     .help = "Kind of movement (default adjustment).",
     .choices = KINDS,
     .choice_count = sizeof KINDS / sizeof *KINDS},
};

static const OperationDef OPERATIONS[] = {
    {.name = "stock.adjust",
     .summary = "Move goods in or out of a warehouse, with the reason",
     .kind = OPERATION_WRITE,
     .right = "stock:update",
     .parameters = ADJUST,
     .parameter_count = sizeof ADJUST / sizeof *ADJUST,
     .run = adjust},
    {.name = "stock.check",
     .summary = "Compare stock on hand with the sum of its movements and name what differs",
     .kind = OPERATION_READ,
     .right = "stock:read",
     .run = check},
};

void StockOperations_register(void)
{
    Operations_register(OPERATIONS, sizeof OPERATIONS / sizeof *OPERATIONS);
}
