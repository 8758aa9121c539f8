/* Any cell as number, date and time: exact or refused. */
#include "tests/fuzz/fuzz.h"

#include "base/datetime.h"
#include "base/money.h"
#include "base/number.h"
#include "base/uid.h"

static void check_number(const char *text, NumberFormat format, int scale)
{
    int64_t value, back;
    char currency[4] = "", out[40];
    bool percent;
    if (!Number_parse(text, format, scale, &value, currency, &percent))
        return;
    CHECK(!currency[0] || Money_currency_exists(currency));
    CHECK(Number_parse_plain(Number_format_scaled(value, scale, out), scale, &back));
    CHECK(value == back);
}

static void check_times(const char *text)
{
    int64_t time, back, end;
    bool has_time;
    char out[40];
    for (DateOrder order = DATE_ORDER_UNKNOWN; order <= DATE_MDY; order++) {
        if (!Number_parse_date(text, order, "Europe/Berlin", &time, &has_time))
            continue;
        CHECK(DateTime_parse(DateTime_format(time, out), "UTC", &back) && back == time);
    }
    if (DateTime_parse(text, "America/New_York", &time) &&
        time >= -INT64_C(62135596800) * MICROSECONDS_PER_SECOND)
        CHECK(DateTime_parse(DateTime_format(time, out), NULL, &back) && back == time);
    if (DateTime_parse_relative(text, INT64_C(1795341600000000), "Asia/Tokyo", 0, &time, &end))
        CHECK(time <= end);
    DateTime_zone_exists(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    static const NumberFormat formats[] = {{0, 0}, {'.', ','}, {',', '.'}, {',', ' '}};
    char *text = copy_text(data + 1, size - 1);
    check_number(text, formats[data[0] & 3], data[0] >> 2 & 15);
    check_times(text);
    NumberGuess numbers = {0};
    NumberFormat format;
    NumberGuess_see(&numbers, text);
    NumberGuess_decide(&numbers, &format);
    DateGuess dates = {0};
    DateOrder order;
    DateGuess_see(&dates, text);
    DateGuess_decide(&dates, &order);
    Number_format_of_locale(text);
    Number_date_order_of_locale(text);
    Uid uid;
    char out[UID_TEXT_SIZE];
    int length;
    if (Uid_parse(text, NULL, &uid, &length))
        CHECK(strlen(Uid_format(&uid, "lead", out)) == 5 + UID_DIGITS);
    free(text);
    return 0;
}
