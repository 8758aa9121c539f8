/* The demo company: every derived sum is the sum of what it is derived from, and the history looks like
 * one: it grows, has seasons, late payers, lost deals, returns and customers who leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/world.h"
#include "store/store.h"

#define NOW "2026-11-22T10:00:00Z"

static char folder[64];
static Store *store;
static Connection *connection;

static void make_home(const char *home)
{
    char command[600];
    snprintf(command, sizeof command,
             "echo '{\"organization\":{\"country\":\"DE\"}}' | BIZOSAAS_NOW=" NOW
             " libexec/bizosaas/bizosaas-engine init --home %s/%s --demo small >%s/out",
             folder, home, folder);
    assert_int_equal(system(command), 0);
}

static int open_demo(void **state)
{
    Error error = ERROR_NONE;
    char path[200];
    StoreOptions options = {.read_only = true};
    snprintf(folder, sizeof folder, "/tmp/bizosaas-demo-XXXXXX");
    if (!mkdtemp(folder) || !World_init(&error))
        return -1;
    make_home("a");
    snprintf(path, sizeof path, "%s/a/tenants/company/data.db", folder);
    store = Store_open(path, &options, &error);
    connection = store ? Store_reader(store, &error) : NULL;
    if (!connection)
        print_message("%s\n", error.message);
    return connection ? 0 : -1;
}

static int close_demo(void **state)
{
    char command[100];
    if (connection)
        Store_release(store, connection);
    Store_close(store);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static int64_t ask_of(Connection *from, const char *sql)
{
    Error error = ERROR_NONE;
    Statement *statement = Connection_prepare(from, sql, &error);
    int64_t answer = statement ? Statement_scalar(statement, -1, &error) : -1;
    if (Error_present(&error))
        print_message("%s\n", error.message);
    assert_false(Error_present(&error));
    Statement_reset(statement);
    return answer;
}

static int64_t ask(const char *sql)
{
    return ask_of(connection, sql);
}

static void totals_are_sums(void **state)
{
    static const char *const BROKEN[] = {
        "SELECT count(*) FROM order_ WHERE total_minor <>"
        " subtotal_minor - discount_minor + shipping_minor + tax_minor",
        "SELECT count(*) FROM order_ o WHERE subtotal_minor - discount_minor <>"
        " (SELECT sum(total_net_minor) FROM order_line l WHERE l.parent_id = o.id)",
        "SELECT count(*) FROM order_line WHERE total_gross_minor <> total_net_minor + tax_minor",
        "SELECT count(*) FROM invoice i WHERE total_minor <>"
        " (SELECT sum(total_minor) FROM invoice_line l WHERE l.parent_id = i.id)",
        "SELECT count(*) FROM invoice i WHERE paid_minor <> coalesce("
        "(SELECT sum(amount_minor) FROM payment_allocation a WHERE a.invoice_id = i.id), 0)",
        "SELECT count(*) FROM invoice WHERE due_minor <> total_minor - paid_minor",
        "SELECT count(*) FROM order_ o WHERE state <> 'cancelled' AND total_minor <>"
        " (SELECT sum(total_minor) FROM invoice i WHERE i.order_id = o.id)",
        "SELECT count(*) FROM payment p WHERE refunded_minor <> coalesce("
        "(SELECT sum(amount_minor) FROM refund r WHERE r.payment_id = p.id), 0)",
        "SELECT count(*) FROM stock s WHERE on_hand <>"
        " (SELECT sum(quantity) FROM stock_move m WHERE m.parent_id = s.id)",
        "SELECT count(*) FROM stock_move WHERE balance_after < 0",
        "SELECT count(*) FROM purchase_order p WHERE total_minor <>"
        " (SELECT sum(quantity * cost_minor) FROM purchase_line l WHERE l.parent_id = p.id)",
    };
    for (size_t i = 0; i < sizeof BROKEN / sizeof *BROKEN; i++) {
        int64_t broken = ask(BROKEN[i]);
        if (broken)
            print_message("%lld: %s\n", (long long)broken, BROKEN[i]);
        assert_int_equal(broken, 0);
    }
}

static void nothing_lies_in_the_future(void **state)
{
    int64_t now = World_now();
    assert_true(now > 0);
    assert_int_equal(ask("SELECT count(*) FROM invoice WHERE issue_date > 20779"), 0);
    assert_int_equal(ask("SELECT count(*) FROM order_ WHERE placed_at > 1795341600000000"), 0);
    assert_int_equal(ask("SELECT count(*) FROM lead WHERE created_at > 1795341600000000"), 0);
    assert_int_equal(ask("SELECT count(*) FROM opportunity o WHERE state = 'won' AND won_at IS NULL"), 0);
}

static void history_is_plausible(void **state)
{
    static const char *const YEAR = "SELECT sum(total_minor) FROM invoice WHERE issue_date BETWEEN %d AND %d";
    char first[200], last[200];
    int64_t records = ask("SELECT count(*) FROM change");
    assert_in_range(records, 15000, 40000);
    snprintf(first, sizeof first, YEAR, 20779 - 1095, 20779 - 731);
    snprintf(last, sizeof last, YEAR, 20779 - 364, 20779);
    assert_true(ask(last) > ask(first) * 2);                                    /* growth */
    assert_true(ask("SELECT count(*) FROM opportunity WHERE state = 'lost'") > 50);
    assert_true(ask("SELECT count(*) FROM opportunity WHERE state = 'open'") > 10);
    assert_true(ask("SELECT count(*) FROM return_") > 20);
    assert_true(ask("SELECT count(*) FROM invoice WHERE payment_state = 'overdue'") > 5);
    assert_true(ask("SELECT count(*) FROM subscription WHERE state = 'ended'") > 10);
    assert_true(ask("SELECT count(*) FROM subscription WHERE state = 'active'") > 20);
    assert_true(ask("SELECT count(DISTINCT campaign_id) FROM lead") > 10);
    /* better leads are won more often */
    assert_true(ask("SELECT 1000 * sum(state = 'converted') / count(*) FROM lead WHERE score >= 70") >
                2 * ask("SELECT 1000 * sum(state = 'converted') / count(*) FROM lead WHERE score < 45"));
    /* garden lights sell in June, not in December */
    static const char *const OUTDOOR =
        "SELECT sum(quantity) FROM order_line l JOIN order_ o ON o.id = l.parent_id WHERE l.title IN"
        " ('Path bollard', 'Wall lantern', 'Garden spike set', 'Terrace string light') AND"
        " strftime('%%m', o.placed_at / 1000000, 'unixepoch') = '%s'";
    char june[400], december[400];
    snprintf(june, sizeof june, OUTDOOR, "06");
    snprintf(december, sizeof december, OUTDOOR, "12");
    assert_true(ask(june) > ask(december));
}

static void the_same_company_comes_again(void **state)
{
    static const char *const FIGURES[] = {
        "SELECT count(*) FROM change", "SELECT sum(total_minor) FROM invoice",
        "SELECT sum(score) FROM lead", "SELECT sum(amount_minor) FROM opportunity",
        "SELECT sum(on_hand * variant_id) FROM stock"};
    Error error = ERROR_NONE;
    char path[200];
    StoreOptions options = {.read_only = true};
    make_home("b");
    snprintf(path, sizeof path, "%s/b/tenants/company/data.db", folder);
    Store *again = Store_open(path, &options, &error);
    Connection *other = again ? Store_reader(again, &error) : NULL;
    assert_non_null(other);
    for (size_t i = 0; i < sizeof FIGURES / sizeof *FIGURES; i++)
        assert_int_equal(ask(FIGURES[i]), ask_of(other, FIGURES[i]));
    Store_release(again, other);
    Store_close(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_sums),
        cmocka_unit_test(nothing_lies_in_the_future),
        cmocka_unit_test(history_is_plausible),
        cmocka_unit_test(the_same_company_comes_again),
    };
    return cmocka_run_group_tests(tests, open_demo, close_demo);
}
