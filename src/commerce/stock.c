/* stock.c - on hand is the sum of the movements; every save keeps it so.
 *
 * New movements change what is on hand and get the balance after them.  A count that somebody
 * writes into on_hand becomes a movement of its own, so that nothing changes without a trace.
 */
#include <string.h>
#include "base/money.h"
#include "commerce/private.h"

static bool is_physical(const Record *move)
{
    const char *kind = StockMove_kind(move);
    return kind && strcmp(kind, "reservation") != 0 && strcmp(kind, "release") != 0;
}

static bool too_many(Error *error)
{
    return Error_set_field(error, ERROR_RULE, "quantity", "The quantity is too large.");
}

/* Walks the given movements from `balance` on. */
static bool apply_moves(ModelContext *context, Record *stock, int64_t *balance, Error *error)
{
    for (int i = 0; i < stock->child_count; i++) {
        Record *move = stock->children[i];
        if (move->resource != &RESOURCE_STOCK_MOVE)
            continue;
        if (!Record_given(move, FIELD_STOCK_MOVE_KIND) ||
            !Record_given(move, FIELD_STOCK_MOVE_QUANTITY))
            return Error_set_field(error, ERROR_REQUIRED, "stock_moves",
                                   "A movement needs its kind and quantity.");
        if (is_physical(move) && !Money_add(*balance, StockMove_quantity(move), balance))
            return too_many(error);
        StockMove_set_balance_after(move, *balance);
        if (!Record_given(move, FIELD_STOCK_MOVE_AT))
            StockMove_set_at(move, context->now);
        if (!Record_given(move, FIELD_STOCK_MOVE_BY) && context->user_id)
            StockMove_set_by(move, context->user_id);
    }
    return true;
}

static bool add_count(ModelContext *context, Record *stock, int64_t difference, bool first,
                      Error *error)
{
    Record *move = Record_new(context->arena, &RESOURCE_STOCK_MOVE);
    if (!move || !Record_add_child(context->arena, stock, move))
        return Error_set(error, ERROR_LIMIT, "There is not enough memory.");
    StockMove_set_kind(move, "count");
    StockMove_set_quantity(move, difference);
    StockMove_set_reason(move, first ? "Opening stock" : "Counted");
    StockMove_set_at(move, context->now);
    StockMove_set_balance_after(move, Stock_on_hand(stock));
    if (context->user_id)
        StockMove_set_by(move, context->user_id);
    return true;
}

static bool before_save(ModelContext *context, const Record *old, Record *stock, Error *error)
{
    int64_t balance = old ? Stock_on_hand(old) : 0, difference = 0;
    bool counted =
        old ? Record_changed(old, stock, FIELD_STOCK_ON_HAND) : Stock_on_hand(stock) != 0;
    if (!apply_moves(context, stock, &balance, error))
        return false;
    if (!counted)
        Stock_set_on_hand(stock, balance);
    if (!Money_add(Stock_on_hand(stock), -balance, &difference))
        return too_many(error);
    if (difference && !add_count(context, stock, difference, !old, error))
        return false;
    if (Stock_on_hand(stock) < 0 && !context->importing)
        return Error_set_field(error, ERROR_RULE, "on_hand",
                               "No more can leave than is on hand (%lld).",
                               (long long)(old ? Stock_on_hand(old) : 0));
    Stock_set_available(stock, Stock_on_hand(stock) - Stock_reserved(stock));
    return true;
}

bool Stock_available_of(ModelContext *context, int64_t variant, int64_t *available, Error *error)
{
    return Model_sum(context,
                     "SELECT CAST(coalesce(sum(available), 0) AS BIGINT) FROM stock"
                     " WHERE tenant_id = ?1 AND variant_id = ?2 AND deleted_at IS NULL",
                     &variant, 1, available, error);
}

/* Goods do not vanish with their row. */
static bool may_delete(ModelContext *context, const Record *stock, Error *error)
{
    if (!Stock_on_hand(stock) && !Stock_reserved(stock))
        return true;
    Error_set(error, ERROR_STATE, "%lld are still on hand.", (long long)Stock_on_hand(stock));
    return Error_hint(error, "Adjust the stock to 0 first.");
}

void Stock_register(void)
{
    Model_register_hooks("stock", before_save, NULL);
    Model_register_delete_guard("stock", may_delete);
    Model_refuse_merge("stock");
}
