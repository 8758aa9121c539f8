/* Exact amounts and their notation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/money.h"

static void currencies_and_countries(void **state)
{
    (void)state;
    assert_int_equal(Money_exponent("JPY"), 0);
    assert_int_equal(Money_exponent("EUR"), 2);
    assert_int_equal(Money_exponent("KWD"), 3);
    assert_int_equal(Money_exponent("CLF"), 4);
    static const char *const unknown[] = {"", "EU", "eur", "EURO", "XXX", "ZZZ"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
        assert_int_equal(Money_exponent(unknown[i]), -1);
        assert_false(Money_currency_exists(unknown[i]));
    }
    assert_int_equal(Money_exponent(NULL), -1);
    assert_string_equal(Money_currency_of_country("DE"), "EUR");
    assert_string_equal(Money_currency_of_country("br"), "BRL");
    assert_string_equal(Money_currency_of_country("BG"), "EUR");
    assert_null(Money_currency_of_country("ZZ"));
    assert_null(Money_currency_of_country("DEU"));
    assert_null(Money_currency_of_country(NULL));
    int countries = 0;
    for (char a = 'A'; a <= 'Z'; a++)
        for (char b = 'A'; b <= 'Z'; b++) {
            const char *currency = Money_currency_of_country((char[]){a, b, '\0'});
            countries += currency != NULL;
            if (currency)
                assert_true(Money_currency_exists(currency));
        }
    assert_int_equal(countries, 248); /* Antarctica has none */
}

static void plain_notation(void **state)
{
    (void)state;
    char out[32];
    assert_string_equal(Money_format_plain(123456, "EUR", out), "1234.56");
    assert_string_equal(Money_format_plain(-5, "EUR", out), "-0.05");
    assert_string_equal(Money_format_plain(1234, "JPY", out), "1234");
    assert_string_equal(Money_format_plain(1, "KWD", out), "0.001");
    assert_string_equal(Money_format_plain(INT64_MIN, "EUR", out), "-92233720368547758.08");
    assert_string_equal(Money_format_plain(INT64_MAX, "CLF", out), "922337203685477.5807");
}

static void notation_of_people(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        const char *currency, *locale, *text;
    } rows[] = {
        {123456, "EUR", "en", "€1,234.56"},
        {123456, "EUR", "de", "1.234,56 €"},
        {123456, "EUR", "fr", "1 234,56 €"},
        {123456, "EUR", "es", "1234,56 €"},
        {1234567, "EUR", "es", "12.345,67 €"},
        {123456, "EUR", "pt", "1234,56 €"},
        {123456, "BRL", "pt-BR", "R$ 1.234,56"},
        {123456, "BRL", "pt_BR.UTF-8", "R$ 1.234,56"},
        {123456, "USD", "en", "$1,234.56"},
        {123456, "USD", "en-GB", "$1,234.56"},
        {-123456, "USD", "en", "-$1,234.56"},
        {123456, "USD", "fr", "1 234,56 $US"},
        {-123456, "EUR", "de-AT", "-1.234,56 €"},
        {123456, "CHF", "en", "CHF 1,234.56"},
        {1234567, "JPY", "en", "¥1,234,567"},
        {0, "EUR", "en", "€0.00"},
        {99, "EUR", "", "€0.99"},
        {123456, "EUR", "xx", "€1,234.56"},
        {123456, "EUR", NULL, "€1,234.56"},
        {INT64_MIN, "EUR", "de", "-92.233.720.368.547.758,08 €"},
    };
    char out[64];
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_string_equal(Money_format(rows[i].minor, rows[i].currency, rows[i].locale, out),
                            rows[i].text);
}

static void arithmetic_is_exact(void **state)
{
    (void)state;
    int64_t result = 0;
    assert_true(Money_apply_rate(1999, 190000, &result));
    assert_int_equal(result, 380); /* 379.81 */
    assert_true(Money_apply_rate(50, 10000, &result));
    assert_int_equal(result, 1); /* 0.5 away from zero */
    assert_true(Money_apply_rate(-50, 10000, &result));
    assert_int_equal(result, -1);
    assert_true(Money_apply_rate(49, 10000, &result));
    assert_int_equal(result, 0);
    assert_true(Money_muldiv(7, -1, 2, &result));
    assert_int_equal(result, -4);
    assert_true(Money_muldiv(-7, -1, 2, &result));
    assert_int_equal(result, 4);
    assert_true(Money_muldiv(7, 1, -2, &result));
    assert_int_equal(result, -4);
    assert_true(Money_muldiv(INT64_MAX, INT64_MAX, INT64_MAX, &result));
    assert_true(result == INT64_MAX);
    assert_true(Money_muldiv(INT64_MIN, INT64_MIN, INT64_MIN, &result));
    assert_true(result == INT64_MIN);
    assert_false(Money_muldiv(INT64_MIN, -1, 1, &result));
    assert_false(Money_muldiv(INT64_MAX, 3, 2, &result));
    assert_false(Money_muldiv(1, 1, 0, &result));
    assert_true(Money_add(INT64_MAX, INT64_MIN, &result));
    assert_int_equal(result, -1);
    assert_false(Money_add(INT64_MAX, 1, &result));
    assert_false(Money_add(INT64_MIN, -1, &result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currencies_and_countries),
        cmocka_unit_test(plain_notation),
        cmocka_unit_test(notation_of_people),
        cmocka_unit_test(arithmetic_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
