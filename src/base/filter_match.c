/* Whether a JSON object satisfies a filter. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/datetime.h"
#include "base/filter.h"
#include "base/money.h"
#include "base/text.h"

typedef __int128 Decimal; /* scaled by 10^9 */

#define DECIMAL_DIGITS 9
#define DECIMAL_ONE 1000000000

typedef struct Moment {
    int64_t now;
    const char *zone;
} Moment;

/* [+-]digits[.digits][%]; a percentage is parts per million, as rates are kept. */
static bool read_decimal(const char *text, Decimal *decimal)
{
    bool negative = *text == '-';
    text += negative || *text == '+';
    Decimal value = 0;
    int digits = 0, fraction = -1;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && fraction < 0); text++) {
        if (*text == '.') {
            fraction = 0;
            continue;
        }
        if (fraction >= DECIMAL_DIGITS)
            continue;
        if (++digits > 28)
            return false;
        value = value * 10 + (*text - '0');
        fraction += fraction >= 0;
    }
    for (int i = fraction > 0 ? fraction : 0; i < DECIMAL_DIGITS; i++)
        value *= 10;
    if (*text == '%') {
        value *= 10000;
        text++;
    }
    *decimal = negative ? -value : value;
    return digits > 0 && *text == '\0';
}

/* {"minor","currency"} in major units; under a name in _minor as it stands. */
static bool money_decimal(const Json *json, const char *field, Decimal *decimal)
{
    Json *minor = Json_get(json, "minor");
    if (!json_object_is_type(minor, json_type_int))
        return false;
    const char *currency = Json_text(json, "currency");
    int exponent = currency ? Money_exponent(currency) : 2;
    size_t length = strlen(field);
    if (exponent < 0 || (length > 6 && strcmp(field + length - 6, "_minor") == 0))
        exponent = 0;
    *decimal = (Decimal)json_object_get_int64(minor) * DECIMAL_ONE;
    for (; exponent > 0; exponent--)
        *decimal /= 10;
    return true;
}

static bool json_decimal(Json *json, const char *field, Decimal *decimal)
{
    double value;
    switch (json_object_get_type(json)) {
    case json_type_int:
        *decimal = (Decimal)json_object_get_int64(json) * DECIMAL_ONE;
        return true;
    case json_type_double:
        value = json_object_get_double(json);
        if (read_decimal(json_object_get_string(json), decimal))
            return true;
        if (!(fabs(value) < 1e18))
            return false;
        *decimal = (Decimal)(value * DECIMAL_ONE);
        return true;
    case json_type_object:
        return money_decimal(json, field, decimal);
    default:
        return false;
    }
}

static bool holds(int order, FilterOperator operation)
{
    switch (operation) {
    case FILTER_LESS:
        return order < 0;
    case FILTER_LESS_EQUAL:
        return order <= 0;
    case FILTER_GREATER:
        return order > 0;
    case FILTER_GREATER_EQUAL:
        return order >= 0;
    default:
        return order == 0;
    }
}

/* The interval a value means: a relative word, a day or a moment. */
static bool value_interval(const FilterValue *value, const Moment *moment, int64_t *start,
                           int64_t *end)
{
    int32_t date;
    if (!value->quoted &&
        DateTime_parse_relative(value->text, moment->now, moment->zone, 0, start, end))
        return true;
    if (!DateTime_parse(value->text, moment->zone, start))
        return false;
    *end = *start;
    if (Date_parse(value->text, &date)) {
        char next[16];
        Date_format(date + 1, next);
        return DateTime_parse(next, moment->zone, end);
    }
    return true;
}

/* A date compares with the whole day of a moment. */
static void widen_to_day(const Moment *moment, int64_t *start, int64_t *end)
{
    CivilTime civil;
    char day[16];
    DateTime_to_civil(*start, moment->zone, &civil);
    int32_t date = Date_from_civil(civil.year, civil.month, civil.day);
    DateTime_parse(Date_format(date, day), moment->zone, start);
    DateTime_parse(Date_format(date + 1, day), moment->zone, end);
}

/* *order: before, inside or after the interval.  false: not two times. */
static bool compare_times(const char *text, const FilterValue *value, const Moment *moment,
                          int *order)
{
    int64_t time, start, end;
    int32_t date;
    if (text[0] < '0' || text[0] > '9' || !DateTime_parse(text, moment->zone, &time) ||
        !value_interval(value, moment, &start, &end))
        return false;
    if (start == end && Date_parse(text, &date))
        widen_to_day(moment, &start, &end);
    if (time < start)
        *order = -1;
    else
        *order = start == end ? time > start : time >= end;
    return true;
}

static bool match_text(const char *text, const FilterValue *value, FilterOperator operation,
                       const Moment *moment)
{
    int order;
    if (operation != FILTER_CONTAINS && compare_times(text, value, moment, &order))
        return holds(order, operation);
    Buffer left = BUFFER_EMPTY, right = BUFFER_EMPTY;
    Text_fold(&left, text, strlen(text));
    Text_fold(&right, value->text, strlen(value->text));
    bool matches;
    if (operation == FILTER_CONTAINS)
        matches = strstr(Buffer_text(&left), Buffer_text(&right)) != NULL;
    else
        matches = holds(strcmp(Buffer_text(&left), Buffer_text(&right)), operation);
    matches = matches && !left.failed && !right.failed;
    Buffer_free(&left);
    Buffer_free(&right);
    return matches;
}

static bool match_bool(bool truth, const FilterValue *value, FilterOperator operation)
{
    static const char *const words[2][3] = {{"false", "no", "0"}, {"true", "yes", "1"}};
    for (int i = 0; i < 3; i++)
        if (operation == FILTER_EQUAL && strcasecmp(value->text, words[truth][i]) == 0)
            return true;
    return false;
}

/* A reference answers to its id and to its label. */
static bool match_reference(Json *json, const FilterValue *value, FilterOperator operation,
                            const Moment *moment)
{
    const char *id = Json_text(json, "id"), *label = Json_text(json, "label");
    if (operation == FILTER_EQUAL && id && strcmp(id, value->text) == 0)
        return true;
    return label && match_text(label, value, operation, moment);
}

/* One JSON value against one value of the filter; operation is =, ~ or an order. */
static bool match_one(Json *json, const char *field, const FilterValue *value,
                      FilterOperator operation, const Moment *moment)
{
    Decimal left, right;
    if (json_object_is_type(json, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(json); i++)
            if (match_one(json_object_array_get_idx(json, i), field, value, operation, moment))
                return true;
        return false;
    }
    if (json_object_is_type(json, json_type_string))
        return match_text(json_object_get_string(json), value, operation, moment);
    if (json_object_is_type(json, json_type_boolean))
        return match_bool(json_object_get_boolean(json), value, operation);
    if (operation != FILTER_CONTAINS && !value->quoted && json_decimal(json, field, &left))
        return read_decimal(value->text, &right) &&
               holds((left > right) - (left < right), operation);
    if (json_object_is_type(json, json_type_object))
        return match_reference(json, value, operation, moment);
    return json && match_text(json_object_get_string(json), value, operation, moment);
}

static bool is_empty(Json *json)
{
    Json *set = Json_get(json, "set");
    switch (json_object_get_type(json)) {
    case json_type_null:
        return true;
    case json_type_string:
        return json_object_get_string_len(json) == 0;
    case json_type_array:
        return json_object_array_length(json) == 0;
    case json_type_object:
        return json_object_object_length(json) == 0 ||
               (json_object_is_type(set, json_type_boolean) && !json_object_get_boolean(set));
    default:
        return false;
    }
}

/* "company.name" descends; a name with dots is not a key. */
static Json *find_field(const Json *object, const char *field)
{
    Json *value = NULL;
    char name[64];
    for (const char *at = field; *at;) {
        size_t length = strcspn(at, ".");
        if (length >= sizeof(name))
            return NULL;
        snprintf(name, sizeof(name), "%.*s", (int)length, at);
        value = Json_get(object, name);
        object = value;
        at += length + (at[length] == '.');
    }
    return value;
}

static bool match_comparison(const FilterNode *node, const Json *object, const Moment *moment)
{
    Json *json = find_field(object, node->field);
    bool empty = is_empty(json), inverse = false;
    FilterOperator operation = node->operation;
    if (operation == FILTER_EMPTY || operation == FILTER_NOT_EMPTY)
        return empty == (operation == FILTER_EMPTY);
    if (operation == FILTER_NOT_EQUAL || operation == FILTER_NOT_IN)
        inverse = true;
    if (inverse || operation == FILTER_IN)
        operation = FILTER_EQUAL;
    bool matches = false;
    for (size_t i = 0; i < node->value_count && !matches && !empty; i++)
        matches = match_one(json, node->field, &node->values[i], operation, moment);
    return matches != inverse;
}

static bool matches_node(const FilterNode *node, const Json *object, const Moment *moment)
{
    switch (node->kind) {
    case FILTER_AND:
        return matches_node(node->left, object, moment) &&
               matches_node(node->right, object, moment);
    case FILTER_OR:
        return matches_node(node->left, object, moment) ||
               matches_node(node->right, object, moment);
    case FILTER_NOT:
        return !matches_node(node->left, object, moment);
    case FILTER_COMPARE:
        return match_comparison(node, object, moment);
    case FILTER_ALL:
        break;
    }
    return true;
}

bool Filter_matches(const FilterNode *node, const Json *object, int64_t now, const char *zone)
{
    Moment moment = {.now = now, .zone = zone};
    return !node || matches_node(node, object, &moment);
}
