/* Dates, times and zones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/datetime.h"

static int64_t at(const char *text)
{
    int64_t time = 0;
    if (!DateTime_parse(text, "UTC", &time))
        fail_msg("cannot read %s", text);
    return time;
}

static const char *show(int64_t time)
{
    static char out[40];
    return DateTime_format(time, out);
}

static const char *local(const char *text, const char *zone)
{
    static char out[64];
    CivilTime civil;
    DateTime_to_civil(at(text), zone, &civil);
    snprintf(out, sizeof(out), "%04d-%02d-%02d %02d:%02d:%02d %+d", civil.year, civil.month,
             civil.day, civil.hour, civil.minute, civil.second, civil.offset_seconds / 60);
    return out;
}

static const char *to_utc(const char *text, const char *zone)
{
    int64_t time;
    assert_true(DateTime_parse(text, zone, &time));
    return show(time);
}

static void every_day_of_many_centuries(void **state)
{
    (void)state;
    int year = -400, month = 1, day = 1;
    for (int32_t date = Date_from_civil(-400, 1, 1); date < Date_from_civil(2801, 1, 1); date++) {
        int y, m, d;
        Date_to_civil(date, &y, &m, &d);
        if (y != year || m != month || d != day || Date_from_civil(y, m, d) != date)
            fail_msg("day %d is %d-%d-%d, not %d-%d-%d", date, y, m, d, year, month, day);
        if (!Date_is_valid(y, m, d))
            fail_msg("%d-%d-%d exists", y, m, d);
        if (!Date_is_valid(year, month, ++day)) {
            day = 1;
            year += month == 12;
            month = month % 12 + 1;
        }
    }
    assert_int_equal(Date_from_civil(1970, 1, 1), 0);
    assert_int_equal(Date_from_civil(2000, 3, 1), 11017);
    assert_false(Date_is_valid(1900, 2, 29));
    assert_true(Date_is_valid(2000, 2, 29));
    assert_false(Date_is_valid(2026, 13, 1));
}

static void dates_as_text(void **state)
{
    (void)state;
    char out[16];
    int32_t date;
    assert_true(Date_parse("2024-02-29", &date));
    assert_string_equal(Date_format(date, out), "2024-02-29");
    static const char *const wrong[] = {"2023-02-29", "2024-2-29", "2024-02-29 ", "2024/02/29",
                                        "",           "24-02-29",  "2024-02-00"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_false(Date_parse(wrong[i], &date));
    assert_false(Date_parse(NULL, &date));
    assert_string_equal(Date_format(INT32_MAX, out), "5881580-07-11");
    assert_string_equal(Date_format(INT32_MIN, out), "-5877641-06-23");
    assert_string_equal(Date_format(Date_add_months(Date_from_civil(2024, 1, 31), 1), out),
                        "2024-02-29");
    assert_string_equal(Date_format(Date_add_months(Date_from_civil(2024, 3, 31), -13), out),
                        "2023-02-28");
    assert_string_equal(Date_format(Date_add_months(Date_from_civil(2024, 12, 15), 1), out),
                        "2025-01-15");
}

static void times_as_text(void **state)
{
    (void)state;
    assert_string_equal(show(0), "1970-01-01T00:00:00Z");
    assert_string_equal(show(-1), "1969-12-31T23:59:59.999999Z");
    assert_string_equal(show(at("2026-11-22T12:00:00+02:00")), "2026-11-22T10:00:00Z");
    assert_string_equal(show(at("2026-11-22t12:00:00.5z")), "2026-11-22T12:00:00.500000Z");
    assert_string_equal(show(at("2026-11-22 12:00:00.123456789-0530")),
                        "2026-11-22T17:30:00.123456Z");
    assert_string_equal(show(at("2026-11-22T12:00+01")), "2026-11-22T11:00:00Z");
    assert_string_equal(show(at("2026-11-22")), "2026-11-22T00:00:00Z");
    char out[40];
    assert_string_equal(DateTime_format(INT64_MAX, out), "294247-01-10T04:00:54.775807Z");
    assert_string_equal(DateTime_format(INT64_MIN, out), "-290308-12-21T19:59:05.224192Z");
    static const char *const wrong[] = {"2026-11-22T24:00:00Z",
                                        "2026-11-22T12:60:00Z",
                                        "2026-11-22T12:00:61Z",
                                        "2026-11-22T12",
                                        "2026-11-22T",
                                        "2026-11-22T12:00:00Zx",
                                        "2026-11-22T12:00:00.Z",
                                        "2026-11-22T12:00:00+24:00",
                                        "2026-02-30",
                                        "now",
                                        ""};
    int64_t time;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        if (DateTime_parse(wrong[i], "UTC", &time))
            fail_msg("%s is no time", wrong[i]);
}

static void zones_follow_their_rules(void **state)
{
    (void)state;
    if (!DateTime_zone_exists("Europe/Berlin")) {
        printf("not run: needs the system's zoneinfo\n");
        skip();
    }
    assert_string_equal(local("2026-01-15T12:00:00Z", "Europe/Berlin"), "2026-01-15 13:00:00 +60");
    assert_string_equal(local("2026-07-15T12:00:00Z", "Europe/Berlin"), "2026-07-15 14:00:00 +120");
    assert_string_equal(local("2026-03-29T00:59:59Z", "Europe/Berlin"), "2026-03-29 01:59:59 +60");
    assert_string_equal(local("2026-03-29T01:00:00Z", "Europe/Berlin"), "2026-03-29 03:00:00 +120");
    assert_string_equal(local("2500-07-15T12:00:00Z", "America/New_York"),
                        "2500-07-15 08:00:00 -240");
    assert_string_equal(local("2500-12-31T23:59:59Z", "America/New_York"),
                        "2500-12-31 18:59:59 -300");
    assert_string_equal(local("2100-01-01T00:00:00Z", "Australia/Sydney"),
                        "2100-01-01 11:00:00 +660");
    assert_string_equal(local("2100-07-01T00:00:00Z", "Australia/Sydney"),
                        "2100-07-01 10:00:00 +600");
    assert_string_equal(local("2026-06-01T00:00:00Z", "Asia/Kathmandu"),
                        "2026-06-01 05:45:00 +345");
    assert_string_equal(local("2090-06-01T00:00:00Z", "Europe/Dublin"), "2090-06-01 01:00:00 +60");
    assert_string_equal(local("2090-12-01T00:00:00Z", "Europe/Dublin"), "2090-12-01 00:00:00 +0");
    assert_string_equal(local("1850-01-01T00:00:00Z", "Europe/Berlin"), "1850-01-01 00:53:28 +53");
}

static void gaps_and_overlaps(void **state)
{
    (void)state;
    if (!DateTime_zone_exists("Europe/Berlin"))
        skip();
    /* 02:30 does not exist: it lands after the gap, counted with the offset before */
    assert_string_equal(to_utc("2026-03-29T02:30:00", "Europe/Berlin"), "2026-03-29T01:30:00Z");
    /* 02:30 exists twice: the first */
    assert_string_equal(to_utc("2026-10-25T02:30:00", "Europe/Berlin"), "2026-10-25T00:30:00Z");
    assert_string_equal(to_utc("2026-10-25T03:00:00", "Europe/Berlin"), "2026-10-25T02:00:00Z");
    assert_string_equal(to_utc("2026-07-01", "Europe/Berlin"), "2026-06-30T22:00:00Z");
    assert_string_equal(to_utc("2090-03-26T02:30:00", "Europe/Berlin"), "2090-03-26T01:30:00Z");
    /* a place that skips midnight */
    assert_string_equal(to_utc("2018-11-04", "America/Sao_Paulo"), "2018-11-04T03:00:00Z");
    assert_string_equal(to_utc("2026-07-01T10:00:00+00:00", "Europe/Berlin"),
                        "2026-07-01T10:00:00Z");
}

static void zone_names_are_checked(void **state)
{
    (void)state;
    assert_true(DateTime_zone_exists("UTC"));
    static const char *const wrong[] = {
        "",       "Nowhere/Land",  "../../etc/passwd", "/etc/localtime",
        "Europe", "Europe/../UTC", "posixrules\n"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_false(DateTime_zone_exists(wrong[i]));
    assert_false(DateTime_zone_exists(NULL));
    assert_string_equal(local("2026-01-15T12:00:00Z", NULL), "2026-01-15 12:00:00 +0");
    assert_string_equal(local("2026-01-15T12:00:00Z", "Nowhere/Land"), "2026-01-15 12:00:00 +0");
}

static void round_trip_through_zones(void **state)
{
    (void)state;
    static const char *const zones[] = {"UTC",          "Europe/Berlin",       "America/New_York",
                                        "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca",
                                        "Pacific/Apia", "America/St_Johns"};
    for (size_t z = 0; z < sizeof(zones) / sizeof(*zones); z++) {
        int moved = 0;
        for (int64_t time = at("1960-01-01"); time < at("2060-01-01");
             time += INT64_C(49999) * MICROSECONDS_PER_SECOND) {
            CivilTime civil;
            DateTime_to_civil(time, zones[z], &civil);
            int64_t back = DateTime_from_civil(&civil, zones[z]);
            int64_t difference = time - back;
            /* only the second of two equal clock times comes back as the first */
            if (difference != 0)
                moved++;
            if (difference < 0 || difference > 2 * 3600 * MICROSECONDS_PER_SECOND)
                fail_msg("%s %s", zones[z], show(time));
        }
        assert_true(moved < 60);
    }
}

static void relative(const char *text, const char *zone, int week_start, const char *start,
                     const char *end)
{
    int64_t now = at("2026-11-22T23:30:00Z"), first, after; /* a Sunday; Monday in Berlin */
    char out[40];
    if (!DateTime_parse_relative(text, now, zone, week_start, &first, &after))
        fail_msg("%s is not understood", text);
    assert_string_equal(DateTime_format(first, out), start);
    assert_string_equal(DateTime_format(after, out), end);
}

static void relative_words(void **state)
{
    (void)state;
    relative("now", "UTC", 0, "2026-11-22T23:30:00Z", "2026-11-22T23:30:00Z");
    relative("today", "UTC", 0, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z");
    relative("Yesterday", "UTC", 0, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
    relative("tomorrow", "UTC", 0, "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z");
    relative("this_week", "UTC", 0, "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
    relative("this_week", "UTC", 6, "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z");
    relative("last_month", "UTC", 0, "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
    relative("next_month", "UTC", 0, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
    relative("this_quarter", "UTC", 0, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z");
    relative("last_year", "UTC", 0, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
    relative("-30d", "UTC", 0, "2026-10-23T23:30:00Z", "2026-10-23T23:30:00Z");
    relative("+2h", "UTC", 0, "2026-11-23T01:30:00Z", "2026-11-23T01:30:00Z");
    relative("-15min", "UTC", 0, "2026-11-22T23:15:00Z", "2026-11-22T23:15:00Z");
    relative("-9m", "UTC", 0, "2026-02-22T23:30:00Z", "2026-02-22T23:30:00Z");
    relative("+1q", "UTC", 0, "2027-02-22T23:30:00Z", "2027-02-22T23:30:00Z");
    relative("-2w", "UTC", 0, "2026-11-08T23:30:00Z", "2026-11-08T23:30:00Z");
    relative("-1y", "UTC", 0, "2025-11-22T23:30:00Z", "2025-11-22T23:30:00Z");
    int64_t start, end;
    static const char *const wrong[] = {
        "",      "30d",         "-d",           "-30",         "-30x",
        "next_", "this_decade", "-9999999999d", "-999999999y", "todays"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_false(DateTime_parse_relative(wrong[i], 0, "UTC", 0, &start, &end));
    if (DateTime_zone_exists("Europe/Berlin")) {
        relative("today", "Europe/Berlin", 0, "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z");
        /* over the end of summer time the clock time stays */
        relative("-30d", "Europe/Berlin", 0, "2026-10-23T22:30:00Z", "2026-10-23T22:30:00Z");
    }
}

static void ages(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } ages[] = {{0, "0 s"},           {59, "59 s"},          {60, "1 min"},
                {3599, "59 min"},     {3 * 3600, "3 h"},     {2 * 86400, "2 d"},
                {59 * 86400, "59 d"}, {155 * 86400, "5 mo"}, {800 * 86400, "2 y"},
                {-7200, "-2 h"}};
    char out[16];
    for (size_t i = 0; i < sizeof(ages) / sizeof(*ages); i++)
        assert_string_equal(DateTime_format_age(ages[i].seconds * MICROSECONDS_PER_SECOND, out),
                            ages[i].text);
    DateTime_format_age(INT64_MIN, out);
    DateTime_format_age(INT64_MAX, out);
    CivilTime civil;
    DateTime_to_civil(INT64_MIN, "Europe/Berlin", &civil);
    assert_true(DateTime_from_civil(&civil, "UTC") < 0);
    civil = (CivilTime){.year = INT32_MAX, .month = 12, .day = 31};
    assert_true(DateTime_from_civil(&civil, "Europe/Berlin") == INT64_MAX);
    civil.year = INT32_MIN;
    assert_true(DateTime_from_civil(&civil, "Europe/Berlin") == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_many_centuries),
        cmocka_unit_test(dates_as_text),
        cmocka_unit_test(times_as_text),
        cmocka_unit_test(zones_follow_their_rules),
        cmocka_unit_test(gaps_and_overlaps),
        cmocka_unit_test(zone_names_are_checked),
        cmocka_unit_test(round_trip_through_zones),
        cmocka_unit_test(relative_words),
        cmocka_unit_test(ages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
