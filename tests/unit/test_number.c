/* Numbers and dates as people and exports write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/datetime.h"
#include "base/number.h"

static const NumberFormat dot = {'.', ','}, comma = {',', '.'}, unknown = {0, 0};

static void reads(const char *text, NumberFormat format, int64_t expected, const char *currency)
{
    int64_t value = 0;
    char code[4] = "";
    if (!Number_parse(text, format, 2, &value, code, NULL))
        fail_msg("%s is a number", text);
    if (value != expected || strcmp(code, currency) != 0)
        fail_msg("%s is read as %lld %s", text, (long long)value, code);
}

static void refuses(const char *text, NumberFormat format)
{
    int64_t value;
    if (Number_parse(text, format, 2, &value, NULL, NULL))
        fail_msg("%s is read as %lld", text, (long long)value);
}

static void numbers_as_people_write_them(void **state)
{
    (void)state;
    reads("1 234,56 €", comma, 123456, "EUR");
    reads("1\u202F234,56\u00A0€", comma, 123456, "EUR");
    reads("R$ 1.234,56", comma, 123456, "BRL");
    reads("$1,234.56", dot, 123456, "USD");
    reads("(1,234.56)", dot, -123456, "");
    reads("($1,234.56)", dot, -123456, "USD");
    reads("-12.5", dot, -1250, "");
    reads("\u221212.5", dot, -1250, "");
    reads("12.50-", dot, -1250, "");
    reads("+7", dot, 700, "");
    reads("-€5.00", dot, -500, "EUR");
    reads("€-5.00", dot, -500, "EUR");
    reads("EUR 12", dot, 1200, "EUR");
    reads("12 eur", dot, 1200, "EUR");
    reads("12EUR", dot, 1200, "EUR");
    reads("12 Euro", comma, 1200, "EUR");
    reads("100 zł", comma, 10000, "PLN");
    reads("1'234.50", dot, 123450, "");
    reads("1’234.50", dot, 123450, "");
    reads("12,34,567.00", dot, 123456700, "");
    reads("  42  ", dot, 4200, "");
    reads(".5", dot, 50, "");
    reads("5.", dot, 500, "");
    reads("0,005", comma, 1, "");
    reads("0,0049999", comma, 0, "");
    reads("-0.005", dot, -1, "");
    reads("92233720368547758.07", dot, INT64_MAX, "");
    reads("-92233720368547758.08", dot, INT64_MIN, "");
    bool percent = false;
    int64_t value;
    assert_true(Number_parse("12,5 %", comma, 4, &value, NULL, &percent));
    assert_int_equal(value, 125000);
    assert_true(percent);
}

static void rubbish_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        " ",
        "-",
        "€",
        "abc",
        "1.2.3",
        "1,23.4",
        "12,3456",
        "1,234,56",
        "1 23",
        "--5",
        "5-5",
        "(5",
        "5)",
        "(-5)",
        "1e5",
        "0x10",
        "5 apples",
        "%5",
        "5%%",
        "12/34",
        "1.234,56",
        "92233720368547758.08",
        "1,,234",
        ",123",
        "EUR",
        "EUR 5 USD 6",
        "½",
        "٣",
        "0,123,456",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        refuses(wrong[i], dot);
    refuses(NULL, dot);
    refuses("1,234.56", comma);
    char longest[200];
    memset(longest, '9', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    refuses(longest, dot);
}

static void telephone_numbers_are_no_numbers(void **state)
{
    (void)state;
    static const char *const phones[] = {"+49 30 1234567",     "+1 234 567 890", "030 123 456",
                                         "555-1234",           "(555) 123-4567", "0171/1234567",
                                         "+44 (0)20 7946 0000"};
    for (size_t i = 0; i < sizeof(phones) / sizeof(*phones); i++) {
        refuses(phones[i], dot);
        refuses(phones[i], comma);
    }
}

static void one_cell_alone(void **state)
{
    (void)state;
    reads("1.234,56", unknown, 123456, "");
    reads("1,234.56", unknown, 123456, "");
    reads("12.5", unknown, 1250, "");
    reads("12,50", unknown, 1250, "");
    reads("1.234.567", unknown, 123456700, "");
    reads("1234", unknown, 123400, "");
    refuses("1.234", unknown);
    refuses("1,234", unknown);
}

static bool decide(const char *const *cells, NumberFormat *format)
{
    NumberGuess guess = {0};
    for (; *cells; cells++)
        NumberGuess_see(&guess, *cells);
    return NumberGuess_decide(&guess, format);
}

static void a_column_decides_its_notation(void **state)
{
    (void)state;
    NumberFormat format;
    assert_true(decide((const char *const[]){"1.234", "2,50", "", "300", NULL}, &format));
    assert_int_equal(format.decimal, ',');
    assert_true(decide((const char *const[]){"1,234", "2.50", "n/a", NULL}, &format));
    assert_int_equal(format.decimal, '.');
    assert_true(decide((const char *const[]){"1", "22", "1 000", NULL}, &format));
    assert_false(decide((const char *const[]){"1.234", "5", NULL}, &format));
    assert_false(decide((const char *const[]){"1.5", "2,5", NULL}, &format));
    assert_int_equal(Number_format_of_locale("de-DE").decimal, ',');
    assert_int_equal(Number_format_of_locale("DE").grouping, '.');
    assert_int_equal(Number_format_of_locale("de-CH").grouping, '\'');
    assert_int_equal(Number_format_of_locale("fr").grouping, ' ');
    assert_int_equal(Number_format_of_locale("pt_BR.UTF-8").decimal, ',');
    assert_int_equal(Number_format_of_locale("es-MX").decimal, '.');
    assert_int_equal(Number_format_of_locale("en").decimal, '.');
    assert_int_equal(Number_format_of_locale("fr-CA").decimal, ',');
    assert_int_equal(Number_format_of_locale("en-CA").decimal, '.');
    assert_int_equal(Number_format_of_locale(NULL).decimal, '.');
    assert_int_equal(Number_format_of_locale("C").decimal, '.');
    assert_int_equal(Number_format_of_locale("de-").decimal, '.');
    assert_int_equal(Number_format_of_locale("uz-Latn-UZ").decimal, ',');
    assert_int_equal(Number_format_of_locale("de-longer").decimal, '.');
}

static void plain_numbers(void **state)
{
    (void)state;
    int64_t value;
    assert_true(Number_parse_plain("-12.345", 2, &value));
    assert_int_equal(value, -1235);
    assert_true(Number_parse_plain("+7", 4, &value));
    assert_int_equal(value, 70000);
    assert_true(Number_parse_plain("9223372036854775807", 0, &value));
    assert_true(value == INT64_MAX);
    static const char *const wrong[] = {
        "", "-", ".", ".5", "5.", "1,5", " 5", "5 ", "1e3", "9223372036854775808", "0x1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_false(Number_parse_plain(wrong[i], 0, &value));
    assert_false(Number_parse_plain(NULL, 0, &value));
    char out[40];
    assert_string_equal(Number_format_scaled(123456789, 4, out), "12345.6789");
    assert_string_equal(Number_format_scaled(-120000, 4, out), "-12");
    assert_string_equal(Number_format_scaled(5, 4, out), "0.0005");
    assert_string_equal(Number_format_scaled(0, 4, out), "0");
    assert_string_equal(Number_format_scaled(INT64_MIN, 8, out), "-92233720368.54775808");
    for (int64_t i = -2000; i < 2000; i++) {
        assert_true(Number_parse_plain(Number_format_scaled(i * 7919, 6, out), 6, &value));
        assert_int_equal(value, i * 7919);
    }
}

static void date(const char *text, DateOrder order, const char *expected, bool with_time)
{
    int64_t time;
    bool has_time;
    char out[40];
    if (!Number_parse_date(text, order, "UTC", &time, &has_time))
        fail_msg("%s is a date", text);
    assert_string_equal(DateTime_format(time, out), expected);
    assert_int_equal(has_time, with_time);
}

static void dates_as_exports_write_them(void **state)
{
    (void)state;
    const char *day = "2026-11-22T00:00:00Z";
    static const char *const same[] = {
        "2026-11-22",
        "2026/11/22",
        "20261122",
        "22.11.2026",
        "22/11/2026",
        "22-11-26",
        "22.11.26",
        "11/22/2026",
        "22 Nov 2026",
        "Nov 22, 2026",
        "November 22nd, 2026",
        "22. November 2026",
        "22 novembre 2026",
        "22 de novembro de 2026",
        "22 de noviembre de 2026",
        "22-Nov-26",
        "Sun, 22 Nov 2026",
        "Sonntag, 22. Nov. 2026",
        "dimanche 22 novembre 2026",
        "domingo, 22 de novembro de 2026",
        "2026-Nov-22",
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
        date(same[i], DATE_ORDER_UNKNOWN, day, false);
    date("1er mars 2026", DATE_DMY, "2026-03-01T00:00:00Z", false);
    date("1. März 2026", DATE_DMY, "2026-03-01T00:00:00Z", false);
    date("12 août 1999", DATE_DMY, "1999-08-12T00:00:00Z", false);
    date("03/04/2026", DATE_DMY, "2026-04-03T00:00:00Z", false);
    date("03/04/2026", DATE_MDY, "2026-03-04T00:00:00Z", false);
    date("3.4.2026", DATE_ORDER_UNKNOWN, "2026-04-03T00:00:00Z", false);
    date("1/2/70", DATE_DMY, "1970-02-01T00:00:00Z", false);
    date("26-11-22", DATE_YMD, day, false);
    date("2026-11-22T10:00:00Z", DATE_DMY, "2026-11-22T10:00:00Z", true);
    date("2026-11-22 10:00:00.250", DATE_DMY, "2026-11-22T10:00:00.250000Z", true);
    date("11/22/2026 1:05 PM", DATE_MDY, "2026-11-22T13:05:00Z", true);
    date("11/22/2026 12:05 am", DATE_MDY, "2026-11-22T00:05:00Z", true);
    date("Nov 22, 2026, 3pm", DATE_MDY, "2026-11-22T15:00:00Z", true);
    date("22.11.2026 10:30 Uhr", DATE_DMY, "2026-11-22T10:30:00Z", true);
    date("22/11/2026 10h30", DATE_DMY, "2026-11-22T10:30:00Z", true);
    date("Sun, 22 Nov 2026 10:00:00 +0200", DATE_DMY, "2026-11-22T08:00:00Z", true);
}

static void not_dates(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "abc",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "31.02.2026",
        "03/04/2026",
        "1/2/3/4",
        "22 Smarch 2026",
        "2026-11-22T25:00",
        "2026-11-22 13:00 pm",
        "11/22/2026 5",
        "123456789",
        "22.11.",
        "Nov 2026",
        "12:30",
        "foo, 22 Nov 2026",
        "22 Nov 2026 x",
        "2026-11-22 10:60",
    };
    int64_t time;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        if (Number_parse_date(wrong[i], DATE_ORDER_UNKNOWN, "UTC", &time, NULL))
            fail_msg("%s is no date", wrong[i]);
    assert_false(Number_parse_date("11/22/2026", DATE_DMY, "UTC", &time, NULL));
    assert_false(Number_parse_date(NULL, DATE_DMY, "UTC", &time, NULL));
}

static bool decide_dates(const char *const *cells, DateOrder *order)
{
    DateGuess guess = {0};
    for (; *cells; cells++)
        DateGuess_see(&guess, *cells);
    return DateGuess_decide(&guess, order);
}

static void a_column_decides_its_order(void **state)
{
    (void)state;
    DateOrder order;
    assert_true(decide_dates((const char *const[]){"01/02/2026", "25/02/2026", NULL}, &order));
    assert_int_equal(order, DATE_DMY);
    assert_true(decide_dates((const char *const[]){"01/02/2026", "02/25/2026", "", NULL}, &order));
    assert_int_equal(order, DATE_MDY);
    assert_true(decide_dates((const char *const[]){"2026-01-02", "3 May 2026", NULL}, &order));
    assert_int_equal(order, DATE_YMD);
    assert_true(decide_dates((const char *const[]){"01.02.2026", NULL}, &order));
    assert_int_equal(order, DATE_DMY);
    assert_false(decide_dates((const char *const[]){"01/02/2026", "03/04/2026", NULL}, &order));
    assert_false(decide_dates((const char *const[]){"25/02/2026", "02/25/2026", NULL}, &order));
    assert_int_equal(Number_date_order_of_locale("en-US"), DATE_MDY);
    assert_int_equal(Number_date_order_of_locale("en-GB"), DATE_DMY);
    assert_int_equal(Number_date_order_of_locale("DE"), DATE_DMY);
    assert_int_equal(Number_date_order_of_locale("ja"), DATE_YMD);
    assert_int_equal(Number_date_order_of_locale(""), DATE_ORDER_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_as_people_write_them),     cmocka_unit_test(rubbish_is_refused),
        cmocka_unit_test(telephone_numbers_are_no_numbers), cmocka_unit_test(one_cell_alone),
        cmocka_unit_test(a_column_decides_its_notation),    cmocka_unit_test(plain_numbers),
        cmocka_unit_test(dates_as_exports_write_them),      cmocka_unit_test(not_dates),
        cmocka_unit_test(a_column_decides_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
