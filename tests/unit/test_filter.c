/* The filter language: text, tree, text again, and what it matches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/datetime.h"
#include "base/filter.h"

static Arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = Arena_new(0);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    Arena_free(arena);
    return 0;
}

static FilterNode *parse(const char *text)
{
    Error error = ERROR_NONE;
    FilterNode *node = Filter_parse(arena, text, &error);
    if (!node)
        fail_msg("%s: %s", text, error.message);
    return node;
}

static const char *print(const FilterNode *node)
{
    static Buffer out;
    Buffer_reset(&out);
    Filter_print(&out, node);
    return Buffer_text(&out);
}

static void printing_is_the_normal_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *normal;
    } rows[] = {
        {"", ""},
        {" \t\n", ""},
        {"state=new AND score>=60", "state = new and score >= 60"},
        {"a=1 or b=2 and c=3", "a = 1 or b = 2 and c = 3"},
        {"(a=1 or b=2) and c=3", "(a = 1 or b = 2) and c = 3"},
        {"a=1 and (b=2 and c=3)", "a = 1 and (b = 2 and c = 3)"},
        {"((a=1))", "a = 1"},
        {"not email is empty", "not email is empty"},
        {"NOT (a=1 Or b=2)", "not (a = 1 or b = 2)"},
        {"not not a=1", "not not a = 1"},
        {"email Is Not Empty", "email is not empty"},
        {"source in(web_form,ads , \"a, b\")", "source in (web_form, ads, \"a, b\")"},
        {"source not in (ads)", "source not in (ads)"},
        {"company.name ~ \"acme\"", "company.name ~ \"acme\""},
        {"custom.budget_band != \"a \\\"b\\\" \\\\\"",
         "custom.budget_band != \"a \\\"b\\\" \\\\\""},
        {"created > -30d and discount >= 20%", "created > -30d and discount >= 20%"},
        {"name = Müller", "name = Müller"},
        {"at >= 2026-11-22T10:00:00+01:00", "at >= 2026-11-22T10:00:00+01:00"},
        {"email = jo.doe@example.org", "email = jo.doe@example.org"},
        {"name = \"and\"", "name = \"and\""},
        {"name = \"\"", "name = \"\""},
        {"price = 12.50", "price = 12.50"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_string_equal(print(parse(rows[i].text)), rows[i].normal);
}

static void the_tree_has_the_shape(void **state)
{
    (void)state;
    const FilterNode *node = parse("a = ü or b = \"q\" and not c.d in (1, 20%)");
    assert_int_equal(node->kind, FILTER_OR);
    assert_int_equal(node->left->kind, FILTER_COMPARE);
    assert_int_equal(node->left->values[0].column, 5);
    const FilterNode *and = node->right;
    assert_int_equal(and->kind, FILTER_AND);
    assert_int_equal(and->left->column, 10);
    assert_true(and->left->values[0].quoted);
    assert_int_equal(and->right->kind, FILTER_NOT);
    const FilterNode *in = and->right->left;
    assert_int_equal(in->operation, FILTER_IN);
    assert_string_equal(in->field, "c.d");
    assert_int_equal(in->value_count, 2);
    assert_string_equal(in->values[1].text, "20%");
    assert_false(in->values[1].quoted);
}

static void mistakes_point_at_their_column(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int column;
        const char *message;
    } rows[] = {
        {"score >=", 9, "expected a value after >="},
        {"score >= and a = 1", 10, "expected a value after >="},
        {"score", 6, "expected =, !=, <, <=, >, >=, ~, in or is"},
        {"= 1", 1, "expected the name of a field"},
        {"\"a\" = 1", 1, "expected the name of a field"},
        {"a = 1 b = 2", 7, "expected and, or, or the end"},
        {"a = 1 and", 10, "expected the name of a field"},
        {"(a = 1", 1, "the closing ) is missing"},
        {"(a = 1 b", 8, "expected and, or, or )"},
        {"a = 1)", 6, "expected and, or, or the end"},
        {"a in 1", 6, "expected ( after in"},
        {"a in ()", 7, "expected a value after ("},
        {"a in (1,)", 9, "expected a value after ,"},
        {"a in (1 2)", 9, "expected , or ) in the list"},
        {"a not 1", 7, "expected in after not"},
        {"a is 1", 6, "expected empty or not empty after is"},
        {"a is not", 9, "expected empty or not empty after is"},
        {"ä = 1", 1, "expected the name of a field"},
        {"a..b = 1", 1, "expected the name of a field"},
        {"1a = 1", 1, "expected the name of a field"},
        {"name = \"ü", 8, "the closing quote is missing"},
        {"n = \"ü\\n\"", 7, "only \\\" and \\\\ may follow a backslash"},
        {"n = a/b", 6, "/ belongs in quotes, or does not belong here"},
        {"n = 😀", 5, "😀 belongs in quotes, or does not belong here"},
        {"ü", 1, "expected the name of a field"},
        {"a == 1", 4, "expected a value after ="},
        {"a = empty", 5, "expected a value after ="},
        {"a = 1 \xFF", 1, "it is not valid UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        Error error = ERROR_NONE;
        assert_null(Filter_parse(arena, rows[i].text, &error));
        if (!Error_is(&error, ERROR_SYNTAX) || error.column != rows[i].column ||
            !strstr(error.message, rows[i].message))
            fail_msg("%s: column %d, %s", rows[i].text, error.column, error.message);
    }
    Error error = ERROR_NONE;
    Filter_parse(arena, "email = empty", &error);
    assert_string_equal(error.hint, "Write: field is empty.");
    assert_null(Filter_parse(arena, "a =", NULL));
}

static FilterNode *parse_repeated(const char *before, int count, const char *piece,
                                  const char *after, Error *error)
{
    Buffer text = BUFFER_EMPTY;
    Buffer_puts(&text, before);
    for (int i = 0; i < count; i++)
        Buffer_puts(&text, piece);
    Buffer_puts(&text, after);
    FilterNode *node = Filter_parse(arena, Buffer_text(&text), error);
    Buffer_free(&text);
    return node;
}

static void limits_hold(void **state)
{
    (void)state;
    Error error = ERROR_NONE;
    assert_non_null(parse_repeated("", 127, "a=1 and ", "a=1", &error));
    assert_null(parse_repeated("", 128, "a=1 and ", "a=1", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_non_null(parse_repeated("", 31, "not ", "a=1", &error));
    assert_null(parse_repeated("", 32, "not ", "a=1", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_null(parse_repeated("", 16000, "(", "", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_non_null(parse_repeated("a in (", 999, "1,", "1)", &error));
    assert_null(parse_repeated("a in (", 1000, "1,", "1)", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    assert_null(parse_repeated("a = \"", 17000, "x", "\"", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    Arena *small = Arena_new(200);
    assert_null(Filter_parse(small, "a = 1 and b = 2 and c = 3 and d = 4", &error));
    assert_true(Error_is(&error, ERROR_LIMIT));
    Arena_free(small);
}

static uint64_t random_state;

static unsigned pick(unsigned below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % below;
}

static FilterValue random_value(void)
{
    static const char *const values[] = {"new",
                                         "-30d",
                                         "20%",
                                         "12.5",
                                         "and",
                                         "NOT",
                                         "",
                                         "a b",
                                         "\"",
                                         "\\",
                                         "Müller",
                                         "x%y",
                                         "2026-11-22T10:00:00Z",
                                         "(",
                                         "a,b",
                                         "é",
                                         "😀",
                                         "%",
                                         "+49",
                                         "line\nbreak",
                                         "today"};
    FilterValue value = {.text = values[pick(sizeof(values) / sizeof(*values))]};
    static const char bare[] = " new -30d 20% 12.5 Müller 2026-11-22T10:00:00Z é +49 today ";
    char word[32];
    snprintf(word, sizeof(word), " %s ", value.text);
    value.quoted = !*value.text || !strstr(bare, word) || strchr(value.text, ' ') || pick(4) == 0;
    return value;
}

static FilterNode *random_tree(int depth)
{
    static const char *const fields[] = {"state", "company.name", "custom.x_1", "_a", "Score"};
    FilterNode *node = ARENA_NEW(arena, FilterNode);
    unsigned kind = depth > 4 ? 3 : pick(5);
    if (kind < 2) {
        node->kind = kind ? FILTER_AND : FILTER_OR;
        node->left = random_tree(depth + 1);
        node->right = random_tree(depth + 1);
        return node;
    }
    if (kind == 2) {
        node->kind = FILTER_NOT;
        node->left = random_tree(depth + 1);
        return node;
    }
    node->kind = FILTER_COMPARE;
    node->field = fields[pick(5)];
    node->operation = (FilterOperator)pick(FILTER_NOT_EMPTY + 1);
    bool list = node->operation == FILTER_IN || node->operation == FILTER_NOT_IN;
    bool none = node->operation == FILTER_EMPTY || node->operation == FILTER_NOT_EMPTY;
    node->value_count = none ? 0 : list ? 1 + pick(4) : 1;
    node->values = ARENA_ARRAY(arena, FilterValue, node->value_count);
    for (size_t i = 0; i < node->value_count; i++)
        node->values[i] = random_value();
    return node;
}

static bool same(const FilterNode *a, const FilterNode *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == FILTER_NOT)
        return same(a->left, b->left);
    if (a->kind != FILTER_COMPARE)
        return same(a->left, b->left) && same(a->right, b->right);
    if (strcmp(a->field, b->field) != 0 || a->operation != b->operation ||
        a->value_count != b->value_count)
        return false;
    for (size_t i = 0; i < a->value_count; i++)
        if (strcmp(a->values[i].text, b->values[i].text) != 0 ||
            a->values[i].quoted != b->values[i].quoted)
            return false;
    return true;
}

static void what_is_printed_is_read_back(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        random_state = seed;
        Arena_reset(arena);
        const FilterNode *tree = random_tree(0);
        char *text = strdup(print(tree));
        if (!same(tree, parse(text)))
            fail_msg("seed %d: %s", (int)seed, text);
        assert_string_equal(print(parse(text)), text);
        free(text);
    }
}

static void trees_made_by_hand(void **state)
{
    (void)state;
    const FilterNode *node =
        Filter_and(arena, Filter_compare(arena, "owner", FILTER_EQUAL, "user_01 x"),
                   Filter_and(arena, NULL, Filter_compare(arena, "score", FILTER_LESS, "60")));
    assert_string_equal(print(node), "owner = \"user_01 x\" and score < 60");
    assert_null(Filter_and(arena, NULL, NULL));
    assert_string_equal(print(Filter_and(arena, parse(""), parse("a = 1"))), "a = 1");
    assert_string_equal(print(Filter_compare(arena, "a", FILTER_EMPTY, NULL)), "a is empty");
    assert_string_equal(print(Filter_compare(arena, "a", FILTER_IN, "is")), "a in (\"is\")");
}

static bool matches(const char *filter, const Json *object)
{
    int64_t now;
    assert_true(DateTime_parse("2026-11-22T12:00:00Z", NULL, &now));
    return Filter_matches(parse(filter), object, now, "UTC");
}

static void matching_follows_the_house(void **state)
{
    (void)state;
    static const char text[] =
        "{\"state\":\"new\",\"score\":60,\"ratio\":0.25,\"rate\":200000,\"name\":\"José Müller\","
        "\"email\":null,\"tags\":[\"vip\",\"Berlin\"],\"none\":[],\"won\":true,"
        "\"amount\":{\"minor\":123450,\"currency\":\"EUR\"},"
        "\"amount_minor\":{\"minor\":123450,\"currency\":\"EUR\"},"
        "\"company\":{\"id\":\"company_1\",\"label\":\"Acme GmbH\",\"name\":\"Acme\"},"
        "\"key\":{\"set\":false},\"created\":\"2026-11-20T10:00:00Z\",\"due\":\"2026-11-22\","
        "\"custom\":{\"band\":\"50k\"},\"blank\":\"\",\"big\":9007199254740993}";
    Json *object = Json_parse(text, strlen(text), 0, NULL);
    assert_non_null(object);
    static const char *const yes[] = {
        "",
        "state = NEW",
        "state in (old, new)",
        "state != old",
        "state not in (old)",
        "score >= 60 and score < 60.5",
        "ratio = 0.25",
        "rate = 20%",
        "rate > 19.9%",
        "name ~ \"jose m\"",
        "name = \"jose muller\"",
        "email is empty",
        "absent is empty",
        "blank is empty",
        "none is empty",
        "key is empty",
        "tags is not empty",
        "not tags is empty",
        "tags = VIP",
        "tags ~ berl",
        "tags != x",
        "won = true",
        "won = yes",
        "won != false",
        "amount = 1234.5",
        "amount > 1234",
        "amount_minor = 123450",
        "company = company_1",
        "company = \"acme gmbh\"",
        "company ~ acme",
        "company.name = acme",
        "custom.band = 50K",
        "created > -3d",
        "created < -2d",
        "created = 2026-11-20",
        "created >= 2026-11-20T10:00:00Z",
        "created < today",
        "created <= yesterday",
        "due = today",
        "due <= now",
        "due >= -1h",
        "due < tomorrow",
        "created = this_month",
        "email != x",
        "absent not in (x)",
        "big = 9007199254740993",
        "big != 9007199254740992",
        "score = \"60\"",
        "state = old or (score = 60 and not won = false)",
        "state > NEV",
        "due = 2026-11-22",
    };
    static const char *const no[] = {
        "state = old",         "state != new",
        "score > 60",          "score = abc",
        "score < abc",         "email = x",
        "email < 5",           "email ~ x",
        "absent = absent",     "not score = 60",
        "tags in (a, b)",      "won = false",
        "won > false",         "amount < 1234",
        "company = other",     "created > now",
        "created = \"today\"", "due > now",
        "due < now",           "name = Jose",
        "key is not empty",    "company.absent.deeper = 1",
        "state.deeper = 1",    "rate = 20",
        "tags != vip",
    };
    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
        if (!matches(yes[i], object))
            fail_msg("%s does not match", yes[i]);
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        if (matches(no[i], object))
            fail_msg("%s matches", no[i]);
    assert_true(Filter_matches(NULL, object, 0, NULL));
    assert_true(Filter_matches(parse("a is empty"), NULL, 0, NULL));
    json_object_put(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printing_is_the_normal_form),    cmocka_unit_test(the_tree_has_the_shape),
        cmocka_unit_test(mistakes_point_at_their_column), cmocka_unit_test(limits_hold),
        cmocka_unit_test(what_is_printed_is_read_back),   cmocka_unit_test(trees_made_by_hand),
        cmocka_unit_test(matching_follows_the_house),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
