/* Arithmetic of documents: roundings at their edges, and sums that always add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/document_math.h"

static void test_lines_round_half_away_from_zero(void **state)
{
    static const struct {
        int64_t quantity_e4, price_e4, discount, rate;
        bool includes;
        int64_t amount, net, tax, gross;
    } cases[] = {
        {10000, 19990000, 0, 190000, false, 1999, 1999, 380, 2379},  /* 379.81 */
        {10000, 500000, 0, 190000, false, 50, 50, 10, 60},           /* 9.5 up */
        {10000, -500000, 0, 190000, false, -50, -50, -10, -60},      /* mirrored */
        {5000, 10000, 0, 0, false, 1, 1, 0, 1},                      /* half a unit of 1 */
        {15000, 30000, 0, 0, false, 5, 5, 0, 5},                     /* 4.5 up */
        {10000, 1, 0, 0, false, 0, 0, 0, 0},                         /* far below a unit */
        {30000, 3333333, 0, 88750, false, 1000, 1000, 89, 1089},     /* 88.75 */
        {10000, 11900000, 0, 190000, true, 1190, 1000, 190, 1190},   /* tax inside */
        {10000, 10000000, 0, 190000, true, 1000, 840, 160, 1000},    /* 840.336 */
        {10000, 10000, 0, 190000, true, 1, 1, 0, 1},                 /* net never above gross */
        {20000, 10000000, 500, 70000, false, 2000, 1500, 105, 1605}, /* discount before tax */
        {20000, 10000000, 500, 70000, true, 2000, 1402, 98, 1500},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        LineInput line = {cases[i].quantity_e4, cases[i].price_e4, cases[i].discount, cases[i].rate,
                          cases[i].includes};
        LineAmounts amounts;
        assert_true(DocumentMath_line(&line, &amounts));
        assert_int_equal(amounts.amount_minor, cases[i].amount);
        assert_int_equal(amounts.net_minor, cases[i].net);
        assert_int_equal(amounts.tax_minor, cases[i].tax);
        assert_int_equal(amounts.gross_minor, cases[i].gross);
    }
}

static void test_overflow_and_negative_rates_are_refused(void **state)
{
    LineAmounts amounts;
    LineInput large = {INT64_MAX, INT64_MAX, 0, 0, false};
    LineInput negative = {10000, 10000, 0, -1, false};
    LineInput discount = {10000, 10000, INT64_MIN, 0, false};
    assert_false(DocumentMath_line(&large, &amounts));
    assert_false(DocumentMath_line(&negative, &amounts));
    assert_false(DocumentMath_line(&discount, &amounts));
    assert_false(DocumentMath_tax(INT64_MAX, 190000, false, &amounts));
    DocumentSums sums = {.total_minor = INT64_MAX};
    LineAmounts one = {1, 1, 0, 1};
    assert_false(DocumentMath_add(&sums, &one, 0));
}

static uint64_t seed = 20261122;

static int64_t dice(int64_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

/* net + tax = gross of each line, subtotal - discount + tax = total of the document, and the table
 * of taxes is the tax of the document: for any lines. */
static void test_documents_always_add_up(void **state)
{
    for (int round = 0; round < 2000; round++) {
        DocumentSums sums = {0};
        TaxTable taxes = {0};
        int64_t gross = 0, table = 0;
        bool includes = dice(2);
        static const int64_t rates[] = {0, 70000, 190000, 88750, 200000};
        for (int64_t lines = dice(9); lines > 0; lines--) {
            LineInput line = {.quantity_e4 = dice(1000000),
                              .unit_price_e4 = dice(2000000000),
                              .tax_rate = rates[dice(5)],
                              .includes_tax = includes};
            LineAmounts amounts;
            assert_true(DocumentMath_line(&line, &amounts));
            line.discount_minor = amounts.amount_minor ? dice(amounts.amount_minor + 1) : 0;
            assert_true(DocumentMath_line(&line, &amounts));
            assert_int_equal(amounts.net_minor + amounts.tax_minor, amounts.gross_minor);
            if (includes)
                assert_int_equal(amounts.gross_minor, amounts.amount_minor - line.discount_minor);
            else
                assert_int_equal(amounts.net_minor, amounts.amount_minor - line.discount_minor);
            assert_true(DocumentMath_add(&sums, &amounts, line.discount_minor));
            assert_true(
                TaxTable_add(&taxes, "VAT", line.tax_rate, amounts.net_minor, amounts.tax_minor));
            gross += amounts.gross_minor;
        }
        for (int i = 0; i < taxes.count; i++)
            table += taxes.rows[i].tax_minor;
        assert_int_equal(sums.total_minor, gross);
        assert_int_equal(sums.tax_minor, table);
        assert_int_equal(sums.subtotal_minor - sums.discount_minor + sums.tax_minor,
                         sums.total_minor);
    }
}

static void test_tax_table_keeps_rates_and_names_apart(void **state)
{
    TaxTable table = {0};
    assert_true(TaxTable_add(&table, "VAT", 190000, 100, 19));
    assert_true(TaxTable_add(&table, "VAT", 70000, 100, 7));
    assert_true(TaxTable_add(&table, NULL, 190000, 100, 19));
    assert_true(TaxTable_add(&table, "", 190000, 100, 19));
    assert_true(TaxTable_add(&table, "VAT", 190000, 50, 10));
    assert_int_equal(table.count, 3);
    assert_int_equal(table.rows[0].base_minor, 150);
    assert_int_equal(table.rows[0].tax_minor, 29);
    assert_int_equal(table.rows[2].tax_minor, 38);
    for (int i = 0; i < TAX_ROWS_MAX - 3; i++)
        assert_true(TaxTable_add(&table, "VAT", i + 1, 1, 0));
    assert_false(TaxTable_add(&table, "VAT", 999, 1, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_round_half_away_from_zero),
        cmocka_unit_test(test_overflow_and_negative_rates_are_refused),
        cmocka_unit_test(test_documents_always_add_up),
        cmocka_unit_test(test_tax_table_keeps_rates_and_names_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
