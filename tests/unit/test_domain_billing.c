/* Rules of invoices, payments, refunds, credit notes, quotes and subscriptions, through the model.
 */
#include "test_domain.h"

static int64_t draft(const char *more)
{
    return Record_id(createf("invoice",
                             "{\"invoice_lines\":[{\"description\":\"Work\",\"quantity_e4\":20000,"
                             "\"unit_price_e4\":5000000,\"tax_rate\":190000,\"tax_name\":\"VAT\"}]"
                             "%s%s}",
                             more[0] ? "," : "", more)); /* 2 x 5.00 + 19 % = 11.90 */
}

static int64_t issued(void)
{
    int64_t invoice = draft("");
    move("invoice", invoice, "finalize");
    return invoice;
}

static int64_t paying(int64_t invoice, int64_t minor)
{
    return Record_id(
        createf("payment",
                "{\"amount_minor\":%lld,\"payment_allocations\":[{\"invoice_id\":\"%s\","
                "\"amount_minor\":%lld}]}",
                (long long)minor, uid_of(get("invoice", invoice)), (long long)minor));
}

static int64_t pay(int64_t invoice, int64_t minor)
{
    int64_t payment = paying(invoice, minor);
    move("payment", payment, "capture");
    return payment;
}

static void expect_invoice(int64_t invoice, const char *state, const char *payment_state,
                           int64_t paid, int64_t due)
{
    Record *record = get("invoice", invoice);
    assert_string_equal(text_of(record, "state"), state);
    assert_string_equal(text_of(record, "payment_state"), payment_state);
    assert_int_equal(int_of(record, "paid_minor"), paid);
    assert_int_equal(int_of(record, "due_minor"), due);
}

/* ---- invoice ------------------------------------------------------------------------------ */

static void test_invoice_is_the_sum_of_its_lines(void **state)
{
    int64_t invoice = draft("");
    Record *record = get("invoice", invoice);
    assert_int_equal(int_of(record, "subtotal_minor"), 1000);
    assert_int_equal(int_of(record, "tax_minor"), 190);
    assert_int_equal(int_of(record, "total_minor"), 1190);
    assert_int_equal(int_of(record, "due_minor"), 1190);
    assert_int_equal(int_of(child_of(record, "invoice_tax", 0), "base_minor"), 1000);
    update("invoice", invoice, "{\"price_includes_tax\":true}");
    record = get("invoice", invoice);
    assert_int_equal(int_of(record, "subtotal_minor"), 840);
    assert_int_equal(int_of(record, "total_minor"), 1000);
    update("invoice", invoice, "{\"price_includes_tax\":false,\"reverse_charge\":true}");
    record = get("invoice", invoice);
    assert_int_equal(int_of(record, "tax_minor"), 0);
    assert_null(child_of(record, "invoice_tax", 0));
    expect_error(try_update("invoice", invoice, 0, "{\"total_minor\":1}"), ERROR_RULE,
                 "total_minor");
    /* sub-cent prices round once, per line */
    update("invoice", invoice,
           "{\"invoice_lines\":[{\"description\":\"Calls\","
           "\"quantity_e4\":123450000,\"unit_price_e4\":1234}]}");
    assert_int_equal(int_of(get("invoice", invoice), "total_minor"), 1523);
}

static void test_finalizing_gives_number_and_dates(void **state)
{
    int64_t invoice = draft("");
    assert_null(text_of(get("invoice", invoice), "number"));
    bed.context.now = NOW + INT64_C(14) * 3600 * 1000000; /* 23:00 UTC: the next day in Berlin */
    move("invoice", invoice, "finalize");
    Record *record = get("invoice", invoice);
    assert_string_equal(text_of(record, "number"), "INV-2026-00001");
    int64_t today = NOW / INT64_C(86400000000) + 1;
    assert_int_equal(int_of(record, "issue_date"), today);
    assert_int_equal(int_of(record, "due_date"), today + 14);
    assert_int_equal(int_of(record, "finalized_at"), bed.context.now);
    invoice = draft("\"net_days\":30,\"issue_date\":\"2026-11-01\"");
    move("invoice", invoice, "finalize");
    assert_int_equal(int_of(get("invoice", invoice), "due_date") -
                         int_of(get("invoice", invoice), "issue_date"),
                     30);
}

static void test_numbers_have_no_gaps(void **state)
{
    int64_t first = issued(), empty = Record_id(create("invoice", "{}"));
    expect_error(transit("invoice", empty, "finalize", "{}"), ERROR_REQUIRED, "invoice_lines");
    int64_t abandoned = draft("");
    expect_ok(Model_delete(&bed.context, resource("invoice"), abandoned, 0, &bed.error));
    int64_t second = issued();
    assert_string_equal(text_of(get("invoice", first), "number"), "INV-2026-00001");
    assert_string_equal(text_of(get("invoice", second), "number"), "INV-2026-00002");
}

static void test_issued_invoice_is_immutable(void **state)
{
    static const char *const refused[][2] = {
        {"{\"po_number\":\"7\"}", "po_number"},
        {"{\"due_date\":\"2027-01-01\"}", "due_date"},
        {"{\"currency\":\"USD\"}", "currency"},
        {"{\"bill_to\":{\"city\":\"Ulm\"}}", "bill_to.city"},
        {"{\"invoice_lines\":[]}", "invoice_lines"},
        {"{\"price_includes_tax\":true}", "price_includes_tax"},
    };
    int64_t invoice = issued();
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        expect_error(try_update("invoice", invoice, 0, refused[i][0]), ERROR_STATE, refused[i][1]);
    update("invoice", invoice, "{\"memo\":\"Thank you\",\"dunning_step\":1}");
    expect_error(Model_delete(&bed.context, resource("invoice"), invoice, 0, &bed.error),
                 ERROR_STATE, NULL);
    expect_error(transit("invoice", invoice, "mark_paid", "{}"), ERROR_STATE, "due_minor");
    expect_ok(transit("invoice", invoice, "void", "{\"void_reason\":\"Wrong customer\"}"));
    assert_int_equal(int_of(get("invoice", invoice), "voided_at"), bed.context.now);
}

static void test_documents_are_never_merged(void **state)
{
    int64_t first = draft(""), second = draft("");
    expect_error(Model_merge(&bed.context, resource("invoice"), first, second, NULL, &bed.error),
                 ERROR_RULE, NULL);
}

static void test_free_invoice_is_paid_when_issued(void **state)
{
    int64_t invoice = Record_id(create("invoice", "{\"invoice_lines\":[{\"description\":\"Gift\","
                                                  "\"amount_minor\":0}]}"));
    move("invoice", invoice, "finalize");
    assert_string_equal(text_of(get("invoice", invoice), "state"), "paid");
    invoice = Record_id(create("invoice", "{\"invoice_lines\":[{\"description\":\"Back\","
                                          "\"amount_minor\":-5}]}"));
    expect_error(transit("invoice", invoice, "finalize", "{}"), ERROR_STATE, "total_minor");
}

static void test_imported_invoices_stay(void **state)
{
    bed.context.importing = true;
    int64_t invoice = draft("\"state\":\"paid\",\"number\":\"OLD-1\",\"total_minor\":77,"
                            "\"paid_minor\":77");
    bed.context.importing = false;
    expect_invoice(invoice, "paid", "unpaid", 77, 0);
    assert_string_equal(text_of(get("invoice", invoice), "number"), "OLD-1");
}

/* ---- payments ----------------------------------------------------------------------------- */

static void test_payments_cover_the_invoice(void **state)
{
    int64_t invoice = issued();
    expect_invoice(invoice, "open", "unpaid", 0, 1190);
    int64_t first = paying(invoice, 500);
    expect_invoice(invoice, "open", "unpaid", 0, 1190); /* announced is not received */
    move("payment", first, "capture");
    expect_invoice(invoice, "open", "part_paid", 500, 690);
    assert_int_equal(int_of(get("payment", first), "captured_minor"), 500);
    pay(invoice, 690);
    expect_invoice(invoice, "paid", "paid", 1190, 0);
    assert_int_equal(int_of(get("invoice", invoice), "paid_at"), bed.context.now);
    int64_t late = issued();
    bed.context.now += INT64_C(30) * 86400 * 1000000;
    pay(late, 1);
    expect_invoice(late, "open", "overdue", 1, 1189);
}

static void test_invoice_is_never_paid_twice(void **state)
{
    int64_t invoice = issued();
    pay(invoice, 1000);
    char json[300];
    snprintf(json, sizeof json,
             "{\"amount_minor\":500,\"payment_allocations\":[{\"invoice_id\":\"%s\","
             "\"amount_minor\":191}]}",
             uid_of(get("invoice", invoice)));
    expect_error(try_create("payment", json), ERROR_RULE, "payment_allocations");
    int64_t waiting = paying(invoice, 190), other = paying(invoice, 190);
    move("payment", waiting, "capture");
    expect_error(transit("payment", other, "capture", "{}"), ERROR_RULE, "payment_allocations");
    expect_invoice(invoice, "paid", "paid", 1190, 0);
    snprintf(json, sizeof json,
             "{\"amount_minor\":5,\"payment_allocations\":[{\"invoice_id\":\"%s\","
             "\"amount_minor\":6}]}",
             uid_of(get("invoice", issued())));
    expect_error(try_create("payment", json), ERROR_RULE, "payment_allocations");
    snprintf(json, sizeof json,
             "{\"amount_minor\":5,\"payment_allocations\":[{\"invoice_id\":\"%s\","
             "\"amount_minor\":5}]}",
             uid_of(get("invoice", draft(""))));
    expect_error(try_create("payment", json), ERROR_STATE, "payment_allocations");
    expect_error(try_create("payment", "{\"amount_minor\":0}"), ERROR_RULE, "amount_minor");
}

static void test_received_money_stays_on_record(void **state)
{
    int64_t invoice = issued(), payment = pay(invoice, 1190);
    expect_error(try_update("payment", payment, 0, "{\"payment_allocations\":[]}"), ERROR_STATE,
                 "payment_allocations");
    expect_error(try_update("payment", payment, 0, "{\"amount_minor\":5}"), ERROR_STATE,
                 "amount_minor");
    expect_error(Model_delete(&bed.context, resource("payment"), payment, 0, &bed.error),
                 ERROR_STATE, NULL);
    char json[200];
    snprintf(json, sizeof json, "{\"payment_allocations\":[{\"id\":%lld,\"amount_minor\":0}]}",
             (long long)Record_id(child_of(get("payment", payment), "payment_allocation", 0)));
    update("payment", payment, json);
    expect_invoice(invoice, "open", "unpaid", 0, 1190); /* opened again */
}

static void test_charge_back_opens_the_invoice_again(void **state)
{
    int64_t invoice = issued(), payment = pay(invoice, 1190);
    move("payment", payment, "dispute");
    expect_invoice(invoice, "paid", "paid", 1190, 0);
    move("payment", payment, "charge_back");
    expect_invoice(invoice, "open", "unpaid", 0, 1190);
    assert_int_equal(int_of(get("invoice", invoice), "paid_at"), INT64_MIN);
}

static bool try_refund(int64_t payment, int64_t minor, int64_t *refund)
{
    char json[200];
    snprintf(json, sizeof json, "{\"payment_id\":\"%s\",\"amount_minor\":%lld}",
             uid_of(get("payment", payment)), (long long)minor);
    Record *record = try_create("refund", json);
    *refund = record ? Record_id(record) : 0;
    return record != NULL;
}

static void succeed(int64_t refund)
{
    move("refund", refund, "send");
    move("refund", refund, "succeed");
}

static void test_refunds_never_exceed_what_was_captured(void **state)
{
    int64_t payment = pay(issued(), 1190), refund, second;
    expect_error(try_refund(payment, 1191, &refund), ERROR_RULE, "amount_minor");
    expect_ok(try_refund(payment, 1000, &refund));
    expect_error(try_refund(payment, 191, &second), ERROR_RULE, "amount_minor");
    succeed(refund);
    assert_string_equal(text_of(get("payment", payment), "state"), "part_refunded");
    assert_int_equal(int_of(get("payment", payment), "refunded_minor"), 1000);
    expect_error(try_update("refund", refund, 0, "{\"amount_minor\":1}"), ERROR_STATE,
                 "amount_minor");
    expect_ok(try_refund(payment, 190, &second));
    move("refund", second, "cancel");
    expect_ok(try_refund(payment, 190, &second));
    succeed(second);
    assert_string_equal(text_of(get("payment", payment), "state"), "refunded");
    assert_int_equal(count("invoice", "payment_state = refunded"), 1);
    int64_t uncaptured = Record_id(create("payment", "{\"amount_minor\":100}"));
    expect_error(try_refund(uncaptured, 1, &refund), ERROR_RULE, "amount_minor");
}

static void test_capture_is_at_most_what_was_authorized(void **state)
{
    int64_t payment = Record_id(create("payment", "{\"amount_minor\":100}"));
    assert_non_null(text_of(get("payment", payment), "idempotency_key"));
    expect_ok(transit("payment", payment, "authorize", "{\"authorized_minor\":80}"));
    expect_error(transit("payment", payment, "capture", "{\"captured_minor\":81}"), ERROR_RULE,
                 "captured_minor");
    move("payment", payment, "capture");
    assert_int_equal(int_of(get("payment", payment), "captured_minor"), 80);
}

static uint64_t seed = 11;

static int64_t dice(int64_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

/* Payments, refunds and charge-backs in any order: an invoice is never paid beyond its total, and
 * paid exactly when nothing is due. */
static void test_random_payments_keep_the_invariant(void **state)
{
    int64_t invoices[4], payments[60];
    int count = 0;
    for (int i = 0; i < 4; i++)
        invoices[i] = issued();
    for (int round = 0; round < 60; round++) {
        char json[300];
        int64_t amount = 1 + dice(700), ignored;
        snprintf(json, sizeof json,
                 "{\"amount_minor\":%lld,\"payment_allocations\":[{\"invoice_id\":"
                 "\"%s\",\"amount_minor\":%lld}]}",
                 (long long)amount, uid_of(get("invoice", invoices[dice(4)])), (long long)amount);
        Record *made = dice(3) || !count ? try_create("payment", json) : NULL;
        if (made) {
            payments[count++] = Record_id(made);
            transit("payment", Record_id(made), "capture", "{}");
        } else if (count) {
            int64_t payment = payments[dice(count)];
            if (dice(2)) {
                if (transit("payment", payment, "dispute", "{}"))
                    move("payment", payment, "charge_back");
            } else if (try_refund(payment, 1 + dice(300), &ignored))
                succeed(ignored);
        }
        clear(); /* what is refused is refused */
        for (int i = 0; i < 4; i++) {
            Record *invoice = get("invoice", invoices[i]);
            int64_t paid = int_of(invoice, "paid_minor"), due = int_of(invoice, "due_minor");
            assert_true(paid >= 0 && paid <= int_of(invoice, "total_minor"));
            assert_int_equal(paid + due, int_of(invoice, "total_minor"));
            assert_int_equal(due == 0, strcmp(text_of(invoice, "state"), "paid") == 0);
        }
    }
    changes();
}

static void test_second_writer_meets_a_conflict(void **state)
{
    int64_t invoice = draft("");
    int64_t version = int_of(get("invoice", invoice), "version");
    update("invoice", invoice, "{\"memo\":\"First\"}");
    expect_error(try_update("invoice", invoice, version, "{\"memo\":\"Second\"}"), ERROR_CONFLICT,
                 NULL);
    Record *with = Record_new(bed.context.arena, resource("invoice"));
    expect_error(Model_transition(&bed.context, resource("invoice"), invoice, version, "finalize",
                                  with, NULL, &bed.error),
                 ERROR_CONFLICT, NULL);
    assert_null(text_of(get("invoice", invoice), "number"));
}

/* ---- credit notes ------------------------------------------------------------------------- */

static int64_t credit(int64_t invoice, int64_t net)
{
    Record *record = get("invoice", invoice);
    return Record_id(createf("credit_note",
                             "{\"invoice_id\":\"%s\",\"credit_lines\":[{\"invoice_line_id\":\"%s\","
                             "\"amount_minor\":%lld}]}",
                             uid_of(record), uid_of(child_of(record, "invoice_line", 0)),
                             (long long)net));
}

static void test_credit_is_at_most_the_invoice(void **state)
{
    int64_t invoice = issued(), note = credit(invoice, 600);
    Record *record = get("credit_note", note);
    assert_int_equal(int_of(record, "total_minor"), 714);
    assert_string_equal(text_of(record, "currency"), "EUR");
    assert_null(text_of(record, "number"));
    move("credit_note", note, "issue");
    record = get("credit_note", note);
    assert_string_equal(text_of(record, "number"), "CN-2026-00001");
    assert_int_equal(int_of(record, "to_offset_minor"), 714);
    expect_invoice(invoice, "open", "part_paid", 0, 476);
    expect_error(transit("credit_note", credit(invoice, 401), "issue", "{}"), ERROR_RULE,
                 "total_minor");
    move("credit_note", credit(invoice, 400), "issue");
    expect_invoice(invoice, "paid", "paid", 0, 0);
    expect_error(transit("credit_note", note, "void", "{}"), ERROR_STATE, NULL);
    expect_error(try_update("credit_note", note, 0, "{\"credit_lines\":[]}"), ERROR_STATE, NULL);
    update("credit_note", note, "{\"memo\":\"Sorry\"}");
    expect_error(Model_delete(&bed.context, resource("credit_note"), note, 0, &bed.error),
                 ERROR_STATE, NULL);
    expect_error(transit("credit_note", credit(draft(""), 5), "issue", "{}"), ERROR_STATE,
                 "invoice_id");
}

static void test_credit_of_a_paid_invoice_goes_to_the_balance(void **state)
{
    int64_t invoice = issued();
    pay(invoice, 1000);
    int64_t note = credit(invoice, 1000);
    move("credit_note", note, "issue");
    Record *record = get("credit_note", note);
    assert_int_equal(int_of(record, "to_offset_minor"), 190);
    assert_int_equal(int_of(record, "to_balance_minor"), 1000);
    assert_int_equal(int_of(record, "balance_left_minor"), 1000);
    expect_invoice(invoice, "paid", "paid", 1000, 0);
    int64_t second = issued();
    note = credit(second, 100);
    expect_ok(transit("credit_note", note, "issue", "{\"to_offset_minor\":0}"));
    expect_invoice(second, "open", "unpaid", 0, 1190);
    move("credit_note", note, "void");
    expect_error(transit("credit_note", credit(second, 100), "issue",
                         "{\"to_offset_minor\":10,\"to_balance_minor\":10}"),
                 ERROR_RULE, "to_balance_minor");
}

/* ---- quotes and subscriptions ------------------------------------------------------------- */

static void test_quote_counts_what_is_not_optional(void **state)
{
    int64_t quote = Record_id(
        create("quote", "{\"quote_lines\":["
                        "{\"title\":\"A\",\"quantity_e4\":30000,\"unit_price_minor\":1000,"
                        "\"discount_minor\":500,\"tax_rate\":190000},"
                        "{\"title\":\"B\",\"unit_price_minor\":700,\"optional\":true}]}"));
    Record *record = get("quote", quote);
    assert_int_equal(int_of(record, "net_minor"), 2500);
    assert_int_equal(int_of(record, "tax_minor"), 475);
    assert_int_equal(int_of(record, "total_minor"), 2975);
    assert_int_equal(int_of(child_of(record, "quote_line", 1), "total_minor"), 700);
    move("quote", quote, "send");
    expect_error(try_update("quote", quote, 0, "{\"quote_lines\":[]}"), ERROR_STATE, "quote_lines");
}

static void test_monthly_revenue_comes_from_the_plan(void **state)
{
    static const struct {
        const char *interval;
        int count, quantity;
        int64_t base, mrr;
    } cases[] = {
        {"month", 1, 3, 999, 2997}, {"month", 3, 1, 1000, 333},  {"year", 1, 1, 12000, 1000},
        {"year", 1, 1, 10000, 833}, {"quarter", 1, 2, 500, 333}, {"half_year", 1, 1, 600, 100},
        {"week", 1, 1, 1200, 5200}, {"day", 1, 1, 100, 3042},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Record *plan = createf("plan",
                               "{\"name\":\"P%zu\",\"code\":\"p%zu\",\"interval\":\"%s\","
                               "\"interval_count\":%d,\"base_minor\":%lld}",
                               i, i, cases[i].interval, cases[i].count, (long long)cases[i].base);
        Record *subscription = createf("subscription", "{\"plan_id\":\"%s\",\"quantity\":%d}",
                                       uid_of(plan), cases[i].quantity);
        assert_int_equal(int_of(subscription, "mrr_minor"), cases[i].mrr);
    }
    Record *own = create("subscription", "{\"plan\":\"P0\",\"mrr_minor\":5}");
    assert_int_equal(int_of(own, "mrr_minor"), 5);
    update("subscription", Record_id(own), "{\"cancel_comment\":\"x\"}");
    assert_int_equal(int_of(get("subscription", Record_id(own)), "mrr_minor"), 5);
    update("subscription", Record_id(own), "{\"quantity\":2}");
    assert_int_equal(int_of(get("subscription", Record_id(own)), "mrr_minor"), 1998);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_invoice_is_the_sum_of_its_lines),
        MODEL_TEST(test_finalizing_gives_number_and_dates),
        MODEL_TEST(test_numbers_have_no_gaps),
        MODEL_TEST(test_issued_invoice_is_immutable),
        MODEL_TEST(test_documents_are_never_merged),
        MODEL_TEST(test_free_invoice_is_paid_when_issued),
        MODEL_TEST(test_imported_invoices_stay),
        MODEL_TEST(test_payments_cover_the_invoice),
        MODEL_TEST(test_invoice_is_never_paid_twice),
        MODEL_TEST(test_received_money_stays_on_record),
        MODEL_TEST(test_charge_back_opens_the_invoice_again),
        MODEL_TEST(test_refunds_never_exceed_what_was_captured),
        MODEL_TEST(test_capture_is_at_most_what_was_authorized),
        MODEL_TEST(test_random_payments_keep_the_invariant),
        MODEL_TEST(test_second_writer_meets_a_conflict),
        MODEL_TEST(test_credit_is_at_most_the_invoice),
        MODEL_TEST(test_credit_of_a_paid_invoice_goes_to_the_balance),
        MODEL_TEST(test_quote_counts_what_is_not_optional),
        MODEL_TEST(test_monthly_revenue_comes_from_the_plan),
    };
    return cmocka_run_group_tests(tests, rules_load, NULL);
}
