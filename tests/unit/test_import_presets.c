/* The exports of known products, as far as their columns are public: invented rows, real headers.
 */
/* mission: K2.1, I5 */
#include "tests/unit/import_base.h"

#include "base/paths.h"
#include "model/exchange/preset.h"

#define CHECK(json, path, expected) assert_string_equal(at(json, path), expected)

static Json *import_sample(const char *resource, const char *name, const char *options)
{
    const char *source = getenv("BIZOSAAS_SOURCE");
    Error error = ERROR_NONE;
    char path[4096];
    Json *result;

    snprintf(path, sizeof path, "%s/tests/data/import/%s", source ? source : ".", name);
    result = import_path(resource, path, options, 2, &error);
    if (!result)
        fail_msg("%s (%d): %s %s", error.code, error.line, error.field, error.message);
    return result;
}

static void every_preset_is_sound(void **state)
{
    static const char *const NAMES[] = {
        "hubspot_companies",        "hubspot_contacts",     "hubspot_deals",
        "salesforce_accounts",      "salesforce_contacts",  "salesforce_leads",
        "salesforce_opportunities", "shopify_customers",    "shopify_orders",
        "shopify_products_classic", "shopify_products_new", "stripe_payments"};
    Arena *arena = Arena_new(0);

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        Error error = ERROR_NONE;
        Preset *preset = Preset_load(arena, NAMES[i], &error);

        if (!preset)
            fail_msg("%s:%d:%d: %s", NAMES[i], error.line, error.column, error.message);
        assert_string_equal(preset->name, NAMES[i]);
    }
    Arena_free(arena);
}

static void a_broken_preset_names_its_line(void **state)
{
    static const char TEXT[] = "name: x\nproduct: x\nresources: [lead]\nrequires: [A]\ncolumns:\n"
                               "  A: no_such_field\n";
    Arena *arena = Arena_new(0);
    Error error = ERROR_NONE;

    assert_null(Preset_parse(arena, TEXT, sizeof TEXT - 1, &error));
    assert_int_equal(error.line, 6);
    Arena_free(arena);
}

static void hubspot_comes_over(void **state)
{
    Json *result, *all;

    json_object_put(import_sample("company", "hubspot_companies.csv", NULL));
    result = import_sample("contact", "hubspot_contacts.csv", "{\"match\":\"email\"}");
    counts(result, 3, 0, 0, 0);
    assert_true(unmapped(result, "Favorite drink"));
    assert_false(unmapped(result, "Record ID"));
    json_object_put(result);
    all = all_of("contact", "external_ref = 101");
    CHECK(all, "0/display_name", "Mara Lindqvist");
    CHECK(all, "0/lifecycle", "mql");
    CHECK(all, "0/company_id/label", "Nordlicht AB");
    CHECK(all, "0/owner_id/label", "Jo Sales");
    CHECK(all, "0/addresses/0/city", "Stockholm");
    CHECK(all, "0/addresses/0/country", "SE");
    CHECK(all, "0/created_at", "2025-03-04T08:15:00Z");
    CHECK(all, "0/custom/favorite_drink", "tea");
    json_object_put(all);
    all = all_of("contact", "external_ref = 102");
    CHECK(all, "0/phone_e164", "+34911234567");
    json_object_put(all);
    result = import_sample("opportunity", "hubspot_deals.csv", NULL);
    counts(result, 2, 0, 0, 0);
    json_object_put(result);
    all = all_of("opportunity", "external_ref = 7001");
    CHECK(all, "0/amount_minor/minor", "1250050");
    CHECK(all, "0/stage_id/label", "Closed won");
    CHECK(all, "0/company_id/label", "Nordlicht AB");
    CHECK(all, "0/contact_id/label", "Mara Lindqvist");
    CHECK(all, "0/close_date", "2025-09-30");
    json_object_put(all);
    /* the same file again changes nothing */
    result = import_sample("contact", "hubspot_contacts.csv",
                           "{\"preset\":\"hubspot\",\"match\":\"email\",\"on_match\":\"update\"}");
    counts(result, 0, 0, 3, 0);
    json_object_put(result);
}

static void hubspot_contacts_can_be_leads(void **state)
{
    Json *all;

    json_object_put(import_sample("lead", "hubspot_contacts.csv", NULL));
    all = all_of("lead", "external_ref = 102");
    CHECK(all, "0/state", "working");
    CHECK(all, "0/company_name", "Vega SL");
    CHECK(all, "0/country", "ES");
    json_object_put(all);
}

static void shopify_products_become_products_with_variants(void **state)
{
    Json *result = import_sample("product", "shopify_products_classic.csv", NULL), *all;

    counts(result, 2, 0, 0, 0);
    assert_int_equal(Json_int(result, "rows", 0), 4);
    json_object_put(result);
    json_object_put(import_sample("product", "shopify_products_new.csv", NULL));
    all = all_of("product", NULL);
    assert_int_equal(json_object_array_length(all), 3);
    CHECK(all, "0/handle", "linen-shirt");
    CHECK(all, "0/description", "<p>Light, \"airy\" linen</p>");
    CHECK(all, "0/state", "active");
    assert_int_equal(
        json_object_array_length(Json_get(json_object_array_get_idx(all, 0), "variants")), 3);
    CHECK(all, "0/variants/0/sku", "LS-S-W");
    CHECK(all, "0/variants/0/title", "S / White");
    CHECK(all, "0/variants/2/price_minor/minor", "4290");
    CHECK(all, "0/variants/2/stock_policy", "continue");
    CHECK(all, "0/options/0/name", "Size");
    CHECK(all, "0/options/0/values/2", "L");
    CHECK(all, "0/options/1/values/1", "Blue");
    CHECK(all, "0/external/images/1/src", "https://img.example/shirt-2.jpg");
    CHECK(all, "0/external/variants/0/inventory_quantity", "12");
    CHECK(all, "0/custom/tags", "linen, summer");
    CHECK(all, "1/kind", "gift_card");
    CHECK(all, "1/variants/0/title", "Gift card");
    assert_string_equal(at(all, "1/variants/0/option1"), "");
    CHECK(all, "2/variants/1/stock_policy", "continue");
    CHECK(all, "2/variants/1/compare_at_minor/minor", "1800");
    json_object_put(all);
}

static void shopify_orders_become_orders_with_lines_and_payments(void **state)
{
    Json *result, *all;

    json_object_put(import_sample("contact", "shopify_customers.csv", NULL));
    json_object_put(import_sample("product", "shopify_products_classic.csv", NULL));
    result = import_sample("order", "shopify_orders.csv", NULL);
    counts(result, 3, 0, 0, 0);
    assert_int_equal(Json_int(result, "rows", 0), 4);
    assert_true(warns(result, "#1003"));
    json_object_put(result);
    all = all_of("order", NULL);
    CHECK(all, "0/number", "#1001");
    CHECK(all, "0/external_id", "5500000000001");
    CHECK(all, "0/origin", "import");
    CHECK(all, "0/state", "completed");
    CHECK(all, "0/payment_state", "paid");
    CHECK(all, "0/price_includes_tax", "true");
    CHECK(all, "0/total_minor/minor", "9930");
    CHECK(all, "0/contact_id/label", "Mara Lindqvist");
    CHECK(all, "0/placed_at", "2025-07-01T08:00:00Z");
    CHECK(all, "0/shipping.postal_code", "11122");
    assert_int_equal(
        json_object_array_length(Json_get(json_object_array_get_idx(all, 0), "order_lines")), 2);
    CHECK(all, "0/order_lines/0/sku", "LS-S-W");
    CHECK(all, "0/order_lines/0/total_gross_minor/minor", "7980");
    CHECK(all, "0/order_lines/1/title", "Clay Mug - Red");
    CHECK(all, "1/payment_state", "refunded");
    json_object_put(all);
    all = all_of("payment", NULL);
    assert_int_equal(json_object_array_length(all), 2);
    CHECK(all, "0/amount_minor/minor", "9930");
    CHECK(all, "0/state", "captured");
    CHECK(all, "0/order_id/label", "#1001");
    CHECK(all, "1/provider", "paypal");
    CHECK(all, "1/state", "refunded");
    json_object_put(all);
    /* again: known by their external id */
    result = import_sample("order", "shopify_orders.csv", "{\"match\":\"external_id\"}");
    counts(result, 0, 0, 3, 0);
    json_object_put(result);
}

static void shopify_customers_lose_their_apostrophes(void **state)
{
    Json *result = import_sample("contact", "shopify_customers.csv", NULL), *all;

    counts(result, 2, 0, 0, 0);
    json_object_put(result);
    all = all_of("contact", NULL);
    CHECK(all, "0/external_ref", "6600000000001");
    CHECK(all, "0/phone_e164", "+46700000001");
    CHECK(all, "0/addresses/0/postal_code", "01122");
    CHECK(all, "0/company_id/label", "Nordlicht AB");
    json_object_put(all);
}

static void stripe_amounts_follow_their_currency(void **state)
{
    Json *result = import_sample("payment", "stripe_payments.csv", NULL), *all;

    counts(result, 4, 0, 0, 0);
    json_object_put(result);
    all = all_of("payment", "provider_id = ch_made_up_1");
    CHECK(all, "0/amount_minor/minor", "9930");
    CHECK(all, "0/fee_minor/minor", "168");
    CHECK(all, "0/currency", "EUR");
    CHECK(all, "0/provider", "stripe");
    CHECK(all, "0/state", "captured");
    json_object_put(all);
    all = all_of("payment", "provider_id = ch_made_up_2");
    CHECK(all, "0/amount_minor/minor", "1200");
    json_object_put(all);
    all = all_of("payment", "state = refunded");
    CHECK(all, "0/refunded_minor/minor", "2500");
    json_object_put(all);
}

static void salesforce_reports_end_before_their_footer(void **state)
{
    Json *result = import_sample("lead", "salesforce_leads.csv", NULL), *all;

    counts(result, 2, 0, 0, 0);
    json_object_put(result);
    all = all_of("lead", NULL);
    CHECK(all, "0/state", "new");
    CHECK(all, "0/source", "web_form");
    CHECK(all, "1/source", "event");
    CHECK(all, "0/rating", "hot");
    CHECK(all, "0/owner_id/label", "Jo Sales");
    CHECK(all, "0/annual_revenue_minor/minor", "150000000");
    json_object_put(all);
}

static int open_company(void **state)
{
    if (open_base(state) != 0)
        return -1;
    create("user", "{\"name\":\"Jo Sales\",\"email\":\"jo@example.com\"}");
    create("store", "{\"name\":\"Shop\",\"code\":\"shop\",\"currency\":\"EUR\"}");
    create("pipeline",
           "{\"name\":\"Sales\",\"entity\":\"opportunity\",\"is_default\":true,\"stages\":["
           "{\"name\":\"Prospecting\",\"category\":\"open\"},{\"name\":\"Closed "
           "won\",\"category\":\"won\"}]}");
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_company, close_base)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_preset_is_sound),
        CASE(a_broken_preset_names_its_line),
        CASE(hubspot_comes_over),
        CASE(hubspot_contacts_can_be_leads),
        CASE(shopify_products_become_products_with_variants),
        CASE(shopify_orders_become_orders_with_lines_and_payments),
        CASE(shopify_customers_lose_their_apostrophes),
        CASE(stripe_amounts_follow_their_currency),
        CASE(salesforce_reports_end_before_their_footer),
    };
    Error error = ERROR_NONE;

    return World_init(&error) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
