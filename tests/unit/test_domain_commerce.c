/* Rules of orders and stock, through the model. */
#include "test_domain.h"

static int64_t variant;

static void make_shop(const char *oversell)
{
    createf("store",
            "{\"name\":\"Shop\",\"code\":\"shop\",\"kind\":\"online\",\"currency\":\"EUR\","
            "\"oversell\":\"%s\"}",
            oversell);
    create("warehouse", "{\"name\":\"Main\",\"code\":\"main\"}");
    Record *product = create("product", "{\"title\":\"Mug\",\"handle\":\"mug\",\"variants\":["
                                        "{\"sku\":\"MUG-1\",\"title\":\"Blue\","
                                        "\"price_minor\":1000}]}");
    variant = Record_id(child_of(product, "variant", 0));
}

static int64_t make_order(const char *more)
{
    return Record_id(createf("order",
                             "{\"store\":\"Shop\",\"order_lines\":[{\"variant_id\":\"MUG-1\","
                             "\"quantity\":3,\"tax_rate\":190000,\"tax_name\":\"VAT\"}]%s%s}",
                             more[0] ? "," : "", more));
}

static bool adjust(int quantity)
{
    char params[200];
    Json *result;
    snprintf(params, sizeof params,
             "{\"variant\":\"MUG-1\",\"warehouse\":\"Main\",\"quantity\":%d,"
             "\"reason\":\"Test\"}",
             quantity);
    bool fine = call("stock.adjust", params, &result);
    json_object_put(result);
    return fine;
}

/* ---- totals ------------------------------------------------------------------------------- */

static void expect_money(int64_t order, int64_t subtotal, int64_t discount, int64_t tax,
                         int64_t total)
{
    Record *record = get("order", order);
    assert_int_equal(int_of(record, "subtotal_minor"), subtotal);
    assert_int_equal(int_of(record, "discount_minor"), discount);
    assert_int_equal(int_of(record, "tax_minor"), tax);
    assert_int_equal(int_of(record, "total_minor"), total);
}

static void test_order_is_the_sum_of_its_lines(void **state)
{
    make_shop("deny");
    int64_t order = make_order("");
    expect_money(order, 3000, 0, 570, 3570);
    Record *line = child_of(get("order", order), "order_line", 0);
    assert_string_equal(text_of(line, "sku"), "MUG-1");
    assert_int_equal(int_of(line, "unit_gross_minor"), 1190);
    assert_int_equal(int_of(line, "total_gross_minor"), 3570);
    char json[500];
    snprintf(json, sizeof json,
             "{\"shipping_minor\":490,\"order_lines\":[{\"id\":\"%s\",\"discount_minor\":300},"
             "{\"title\":\"Gift wrap\",\"quantity\":1,\"unit_net_minor\":333,\"tax_rate\":70000}]}",
             uid_of(line));
    update("order", order, json);
    expect_money(order, 3333, 300, 513 + 23, 3333 - 300 + 490 + 536);
    Record *record = get("order", order);
    assert_int_equal(int_of(child_of(record, "order_tax", 0), "tax_minor"), 513);
    assert_int_equal(int_of(child_of(record, "order_tax", 1), "tax_minor"), 23);
    update("order", order, "{\"order_lines\":[]}");
    expect_money(order, 0, 0, 0, 490);
    assert_null(child_of(get("order", order), "order_tax", 0));
}

static void test_prices_may_include_tax(void **state)
{
    make_shop("deny");
    int64_t order = make_order("\"price_includes_tax\":true");
    expect_money(order, 2521, 0, 479, 3000);
    update("order", order, "{\"price_includes_tax\":false}");
    Record *record = get("order", order);
    assert_int_equal(int_of(record, "subtotal_minor") + int_of(record, "tax_minor"),
                     int_of(record, "total_minor"));
}

static void test_totals_are_not_written_by_hand(void **state)
{
    make_shop("deny");
    int64_t order = make_order("");
    expect_error(try_update("order", order, 0, "{\"total_minor\":1}"), ERROR_RULE, "total_minor");
    expect_error(try_update("order", order, 0, "{\"paid_minor\":1}"), ERROR_RULE, "paid_minor");
    expect_error(try_update("order", order, 0, "{\"shipping_minor\":-1}"), ERROR_RULE,
                 "shipping_minor");
    expect_error(try_create("order", "{\"store\":\"Shop\",\"order_lines\":[{\"title\":\"X\","
                                     "\"quantity\":1,\"unit_net_minor\":10,"
                                     "\"discount_minor\":11}]}"),
                 ERROR_RULE, "discount_minor");
    expect_error(try_create("order", "{\"store\":\"Shop\",\"order_lines\":[{\"title\":\"X\","
                                     "\"quantity\":0,\"unit_net_minor\":10}]}"),
                 ERROR_RULE, "quantity");
    expect_error(try_create("order", "{\"store\":\"Shop\",\"order_lines\":[{\"title\":\"X\","
                                     "\"quantity\":2,\"unit_net_minor\":9000000000000000000}]}"),
                 ERROR_RULE, "total_minor");
}

static void test_imported_totals_stay(void **state)
{
    make_shop("deny");
    bed.context.importing = true;
    int64_t given = make_order("\"total_minor\":9999,\"tax_minor\":12,\"subtotal_minor\":9000,"
                               "\"shipping_minor\":987");
    int64_t missing = make_order("");
    bed.context.importing = false;
    expect_money(given, 9000, 0, 12, 9999);
    expect_money(missing, 3000, 0, 570, 3570);
    update("order", given, "{\"staff_note\":\"Seen\"}");
    expect_money(given, 9000, 0, 12, 9999);
}

static uint64_t seed = 7;

static int dice(int below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)below);
}

static void check_sums(const Record *order)
{
    int64_t gross = 0, tax = 0, table = 0;
    for (int i = 0; i < order->child_count; i++) {
        const Record *child = order->children[i];
        if (strcmp(child->resource->name, "order_tax") == 0)
            table += int_of(child, "tax_minor");
        if (strcmp(child->resource->name, "order_line") != 0)
            continue;
        gross += int_of(child, "total_gross_minor");
        tax += int_of(child, "tax_minor");
        assert_int_equal(int_of(child, "total_net_minor") + int_of(child, "tax_minor"),
                         int_of(child, "total_gross_minor"));
    }
    assert_int_equal(int_of(order, "tax_minor"), tax);
    assert_int_equal(table, tax);
    assert_int_equal(int_of(order, "total_minor"),
                     gross +
                         Record_int(order, Resource_field(order->resource, "shipping_minor"), 0));
    assert_int_equal(int_of(order, "total_minor"),
                     int_of(order, "subtotal_minor") - int_of(order, "discount_minor") +
                         Record_int(order, Resource_field(order->resource, "shipping_minor"), 0) +
                         int_of(order, "tax_minor"));
}

/* Whatever is edited: the order stays the sum of its lines. */
static void test_random_edits_keep_the_sum(void **state)
{
    static const int rates[] = {0, 70000, 190000, 88750};
    make_shop("deny");
    int64_t order = make_order("");
    for (int round = 0; round < 150; round++) {
        char json[900];
        Record *line = child_of(get("order", order), "order_line", dice(3));
        int unit = dice(100000), kind = dice(5);
        if (kind == 0)
            snprintf(json, sizeof json, "{\"price_includes_tax\":%s}", dice(2) ? "true" : "false");
        else if (kind == 1)
            snprintf(json, sizeof json, "{\"shipping_minor\":%d}", dice(1000));
        else if (kind == 2 && line)
            snprintf(json, sizeof json, "{\"order_lines\":[{\"id\":\"%s\",\"tax_rate\":%d}]}",
                     uid_of(line), rates[dice(4)]);
        else
            snprintf(json, sizeof json,
                     "{\"order_lines\":[{\"title\":\"A\",\"quantity\":%d,\"unit_net_minor\":%d,"
                     "\"unit_gross_minor\":%d,\"discount_minor\":%d,\"tax_rate\":%d},"
                     "{\"title\":\"B\",\"quantity\":1,\"unit_net_minor\":%d,"
                     "\"unit_gross_minor\":%d,\"tax_rate\":%d}]}",
                     1 + dice(50), unit, unit, dice(unit + 1), rates[dice(4)], dice(500), dice(500),
                     rates[dice(4)]);
        bed.context.now += 1000000;
        if (!try_update("order", order, 0, json)) /* a discount may exceed the new price */
            expect_error(false, ERROR_RULE, "discount_minor");
        check_sums(get("order", order));
    }
    changes();
}

static void test_second_writer_meets_a_conflict(void **state)
{
    make_shop("deny");
    int64_t order = make_order("");
    int64_t version = int_of(get("order", order), "version");
    update("order", order, "{\"shipping_minor\":100}");
    expect_error(try_update("order", order, version, "{\"order_lines\":[]}"), ERROR_CONFLICT, NULL);
    expect_money(order, 3000, 0, 570, 3670);
}

/* ---- states ------------------------------------------------------------------------------- */

static int64_t pay(int64_t order, int64_t minor)
{
    int64_t payment = Record_id(createf("payment", "{\"order_id\":\"%s\",\"amount_minor\":%lld}",
                                        uid_of(get("order", order)), (long long)minor));
    move("payment", payment, "authorize");
    return payment;
}

static const char *state_of(int64_t order, const char *field)
{
    return text_of(get("order", order), field);
}

static void test_payments_make_the_payment_state(void **state)
{
    make_shop("deny");
    int64_t order = make_order("");
    assert_string_equal(state_of(order, "payment_state"), "none");
    int64_t first = pay(order, 1000);
    assert_string_equal(state_of(order, "payment_state"), "authorized");
    move("payment", first, "capture");
    assert_string_equal(state_of(order, "payment_state"), "part_paid");
    move("payment", pay(order, 2570), "capture");
    assert_string_equal(state_of(order, "payment_state"), "paid");
    assert_int_equal(int_of(get("order", order), "paid_minor"), 3570);
    move("payment", pay(order, 1), "capture");
    assert_string_equal(state_of(order, "payment_state"), "overpaid");
    int64_t refund = Record_id(createf("refund", "{\"payment_id\":\"%s\",\"amount_minor\":400}",
                                       uid_of(get("payment", first))));
    move("refund", refund, "send");
    move("refund", refund, "succeed");
    assert_string_equal(state_of(order, "payment_state"), "part_refunded");
    assert_int_equal(int_of(get("order", order), "refunded_minor"), 400);
    order = make_order("");
    move("payment", pay(order, 5), "void");
    assert_string_equal(state_of(order, "payment_state"), "voided");
}

static void test_confirming_asks_for_payment_and_stock(void **state)
{
    make_shop("deny");
    int64_t order = make_order("");
    move("order", order, "place");
    assert_int_equal(int_of(get("order", order), "placed_at"), bed.context.now);
    expect_error(transit("order", order, "confirm", "{}"), ERROR_STATE, "payment_state");
    pay(order, 3570);
    expect_error(transit("order", order, "confirm", "{}"), ERROR_STATE, "order_lines");
    expect_ok(adjust(2));
    expect_error(transit("order", order, "confirm", "{}"), ERROR_STATE, "order_lines");
    expect_ok(adjust(1));
    update("order", order, "{\"fraud_decision\":\"reject\"}");
    expect_error(transit("order", order, "confirm", "{}"), ERROR_STATE, "fraud_decision");
    expect_ok(transit("order", order, "hold", "{\"hold_reason\":\"manual\"}"));
    expect_error(transit("order", order, "release", "{}"), ERROR_STATE, "fraud_decision");
    update("order", order, "{\"fraud_decision\":\"approve\"}");
    move("order", order, "release");
    assert_string_equal(state_of(order, "state"), "confirmed");
}

static void test_terms_oversell_and_backorder_lift_the_guard(void **state)
{
    make_shop("allow");
    create("company", "{\"name\":\"Acme\"}");
    int64_t order = make_order("\"company\":\"Acme\"");
    move("order", order, "place");
    move("order", order, "confirm"); /* on account, stock may go below zero */
    update("store", Model_resolve(&bed.context, resource("store"), "Shop", &bed.error),
           "{\"oversell\":\"deny\"}");
    order = make_order("\"company\":\"Acme\"");
    move("order", order, "place");
    expect_error(transit("order", order, "confirm", "{}"), ERROR_STATE, "order_lines");
    char json[200];
    snprintf(json, sizeof json, "{\"order_lines\":[{\"id\":\"%s\",\"backorder\":true}]}",
             uid_of(child_of(get("order", order), "order_line", 0)));
    update("order", order, json);
    move("order", order, "confirm");
}

static int64_t ship(int64_t order, int quantity)
{
    Record *record = get("order", order);
    int64_t shipment =
        Record_id(createf("shipment",
                          "{\"order_id\":\"%s\",\"shipment_lines\":[{\"order_line_id\":\"%s\","
                          "\"quantity\":%d}]}",
                          uid_of(record), uid_of(child_of(record, "order_line", 0)), quantity));
    static const char *const events[] = {"pick", "pack", "label", "ship"};
    for (size_t i = 0; i < 4; i++)
        move("shipment", shipment, events[i]);
    return shipment;
}

static void test_shipments_and_returns_make_the_other_states(void **state)
{
    make_shop("allow");
    int64_t order = make_order("");
    move("payment", pay(order, 3570), "capture");
    move("order", order, "place");
    move("order", order, "confirm");
    int64_t first = ship(order, 1);
    assert_string_equal(state_of(order, "fulfilment_state"), "part_fulfilled");
    assert_int_equal(int_of(child_of(get("order", order), "order_line", 0), "fulfilled"), 1);
    expect_error(transit("order", order, "cancel", "{\"cancel_reason\":\"customer\"}"), ERROR_STATE,
                 "fulfilment_state");
    expect_error(transit("order", order, "complete", "{}"), ERROR_STATE, "fulfilment_state");
    int64_t second = ship(order, 2);
    assert_string_equal(state_of(order, "fulfilment_state"), "fulfilled");
    move("shipment", first, "deliver");
    assert_string_equal(state_of(order, "fulfilment_state"), "fulfilled");
    move("shipment", second, "deliver");
    assert_string_equal(state_of(order, "fulfilment_state"), "delivered");
    assert_string_equal(state_of(order, "state"), "completed"); /* paid and delivered */
    Record *record = get("order", order);
    int64_t back =
        Record_id(createf("return",
                          "{\"order_id\":\"%s\",\"return_lines\":[{\"order_line_id\":\"%s\","
                          "\"quantity\":1}]}",
                          uid_of(record), uid_of(child_of(record, "order_line", 0))));
    assert_string_equal(state_of(order, "return_state"), "requested");
    move("return", back, "approve");
    char json[200];
    snprintf(json, sizeof json, "{\"return_lines\":[{\"id\":%lld,\"received\":1}]}",
             (long long)Record_id(child_of(get("return", back), "return_line", 0)));
    update("return", back, json);
    move("return", back, "receive");
    assert_string_equal(state_of(order, "return_state"), "part_returned");
    assert_int_equal(int_of(child_of(get("order", order), "order_line", 0), "returned"), 1);
}

static void test_unshipped_order_is_cancelled_not_deleted(void **state)
{
    make_shop("deny");
    int64_t order = make_order("");
    move("order", order, "place");
    expect_error(Model_delete(&bed.context, resource("order"), order, 0, &bed.error), ERROR_STATE,
                 NULL);
    expect_ok(transit("order", order, "cancel", "{\"cancel_reason\":\"customer\"}"));
    expect_ok(Model_delete(&bed.context, resource("order"), order, 0, &bed.error));
}

/* ---- stock -------------------------------------------------------------------------------- */

static bool stock_is_sound(int64_t *checked)
{
    Json *result;
    expect_ok(call("stock.check", "{}", &result));
    bool ok = Json_bool(result, "ok", false);
    *checked = Json_int(result, "checked", -1);
    if (!ok)
        assert_int_equal(json_object_array_length(Json_get(result, "broken")),
                         Json_int(result, "broken_count", 0));
    json_object_put(result);
    return ok;
}

static int64_t stock_id(void)
{
    return sql_int("SELECT id FROM stock WHERE tenant_id = ?1 AND variant_id = ?2", variant);
}

static int64_t last_balance(void)
{
    return sql_int("SELECT balance_after FROM stock_move WHERE tenant_id = ?1 AND parent_id = ?2"
                   " ORDER BY id DESC LIMIT 1",
                   stock_id());
}

static void test_movements_make_the_stock(void **state)
{
    int64_t checked;
    make_shop("deny");
    expect_ok(adjust(10));
    expect_ok(adjust(-4));
    assert_int_equal(int_of(get("stock", stock_id()), "on_hand"), 6);
    assert_int_equal(last_balance(), 6);
    expect_error(adjust(-7), ERROR_RULE, "on_hand");
    expect_error(adjust(0), ERROR_RULE, "quantity");
    assert_int_equal(int_of(get("stock", stock_id()), "on_hand"), 6);
    update("stock", stock_id(), "{\"reserved\":2}");
    assert_int_equal(int_of(get("stock", stock_id()), "available"), 4);
    update("stock", stock_id(), "{\"on_hand\":9}"); /* a count leaves its movement */
    assert_int_equal(last_balance(), 9);
    update("stock", stock_id(),
           "{\"stock_moves\":[{\"kind\":\"reservation\",\"quantity\":5},"
           "{\"kind\":\"sale\",\"quantity\":-1}]}");
    assert_int_equal(int_of(get("stock", stock_id()), "on_hand"), 8);
    assert_true(stock_is_sound(&checked));
    assert_int_equal(checked, 1);
}

static void test_random_movements_keep_the_invariant(void **state)
{
    int64_t checked, on_hand = 0;
    make_shop("deny");
    for (int i = 0; i < 100; i++) {
        int quantity = dice(41) - 20;
        if (quantity == 0)
            continue;
        bool fine = adjust(quantity);
        assert_int_equal(fine, on_hand + quantity >= 0);
        clear();
        on_hand += fine ? quantity : 0;
    }
    assert_int_equal(int_of(get("stock", stock_id()), "on_hand"), on_hand);
    assert_true(stock_is_sound(&checked));
}

static void test_check_names_broken_stock(void **state)
{
    int64_t checked;
    make_shop("deny");
    expect_ok(adjust(10));
    expect_ok(script("UPDATE stock SET on_hand = 11, available = 11"));
    assert_false(stock_is_sound(&checked));
    expect_ok(script("UPDATE stock SET on_hand = 10, available = 9"));
    assert_false(stock_is_sound(&checked));
    expect_error(Model_delete(&bed.context, resource("stock"), stock_id(), 0, &bed.error),
                 ERROR_STATE, NULL);
}

static void test_imported_stock_begins_with_a_count(void **state)
{
    int64_t checked;
    make_shop("deny");
    bed.context.importing = true;
    create("stock", "{\"variant_id\":\"MUG-1\",\"warehouse\":\"Main\",\"on_hand\":-3}");
    bed.context.importing = false;
    assert_int_equal(last_balance(), -3);
    assert_true(stock_is_sound(&checked));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_order_is_the_sum_of_its_lines),
        MODEL_TEST(test_prices_may_include_tax),
        MODEL_TEST(test_totals_are_not_written_by_hand),
        MODEL_TEST(test_imported_totals_stay),
        MODEL_TEST(test_random_edits_keep_the_sum),
        MODEL_TEST(test_second_writer_meets_a_conflict),
        MODEL_TEST(test_payments_make_the_payment_state),
        MODEL_TEST(test_confirming_asks_for_payment_and_stock),
        MODEL_TEST(test_terms_oversell_and_backorder_lift_the_guard),
        MODEL_TEST(test_shipments_and_returns_make_the_other_states),
        MODEL_TEST(test_unshipped_order_is_cancelled_not_deleted),
        MODEL_TEST(test_movements_make_the_stock),
        MODEL_TEST(test_random_movements_keep_the_invariant),
        MODEL_TEST(test_check_names_broken_stock),
        MODEL_TEST(test_imported_stock_begins_with_a_count),
    };
    return cmocka_run_group_tests(tests, rules_load, NULL);
}
