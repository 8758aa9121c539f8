/* What leaves comes back unchanged: every field type, hostile texts, children, custom fields. */
/* mission: W7.C5d */
#include "tests/unit/import_base.h"

#include <fcntl.h>

#include "model/exchange/export.h"
#include "tests/unit/corpus.h"

#define CHECK(json, path, expected) assert_string_equal(at(json, path), expected)

static char *export_text(const char *resource, const char *format, const char *const *columns,
                         const char *filter)
{
    Error error = ERROR_NONE;
    Arena *arena = Arena_new(0);
    Connection *reader = Store_reader(base.store, &error);
    ModelContext context = model_context(arena, reader);
    ExportOptions options = {
        .resource = Resource_find(resource), .format = format, .columns = columns};
    char path[160], *text;
    int64_t records;
    off_t length;
    int fd;

    options.filter = filter ? Filter_parse(arena, filter, &error) : NULL;
    snprintf(path, sizeof path, "%s/export", base.folder);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (!Export_write(&context, &options, fd, &records, NULL, NULL, &error))
        fail_msg("%s: %s", error.code, error.message);
    Store_release(base.store, reader);
    Arena_free(arena);
    length = lseek(fd, 0, SEEK_END);
    text = calloc(1, (size_t)length + 1);
    assert_int_equal(pread(fd, text, (size_t)length, 0), length);
    close(fd);
    return text;
}

/* Exports, imports with update, and finds that nothing changed. */
static void comes_back_unchanged(const char *resource, const char *format, int records)
{
    char *text = export_text(resource, format, NULL, NULL);
    Json *before = all_of(resource, NULL), *after, *result;

    result = import_text(resource, text, "{\"on_match\":\"update\",\"extra\":\"refuse\"}");
    after = all_of(resource, NULL);
    if (!json_object_equal(before, after))
        fail_msg("%s %s\n%s\n%s\n%s", resource, format, text, json_object_to_json_string(before),
                 json_object_to_json_string(after));
    counts(result, 0, 0, records, 0);
    json_object_put(before);
    json_object_put(after);
    json_object_put(result);
    free(text);
}

static void make_custom_fields(void)
{
    static const char *const TYPES[] = {"text",  "long_text", "int",      "decimal",
                                        "bool",  "date",      "datetime", "email",
                                        "phone", "url",       "country",  "money"};
    char json[256];

    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        snprintf(json, sizeof json,
                 "{\"entity\":\"lead\",\"key\":\"c_%s\",\"title\":\"C %s\",\"type\":\"%s\"}",
                 TYPES[i], TYPES[i], TYPES[i]);
        create("custom_field", json);
    }
    create("custom_field",
           "{\"entity\":\"lead\",\"key\":\"c_select\",\"title\":\"S\",\"type\":\"select\","
           "\"options\":[{\"key\":\"a b\",\"label\":\"A B\"},{\"key\":\"c\",\"label\":\"C\"}]}");
    create("custom_field",
           "{\"entity\":\"lead\",\"key\":\"c_multi\",\"title\":\"M\","
           "\"type\":\"multi_select\",\"options\":[{\"key\":\"x\"},{\"key\":\"y\"}]}");
}

static void make_records(void)
{
    make_custom_fields();
    create(
        "company",
        "{\"name\":\"Acme, \\\"Inc.\\\"\",\"domain\":\"acme.example\",\"domains\":[\"a.example\","
        "\"b.example\"],\"annual_revenue_minor\":{\"minor\":123456,\"currency\":\"EUR\"},"
        "\"employees\":7,"
        "\"size_band\":\"1-10\",\"phone\":\"+49 30 1234567\",\"website\":\"https://acme.example\","
        "\"addresses\":[{\"kind\":\"office\",\"city\":\"K\xc3\xb6ln\",\"country\":\"DE\","
        "\"primary\":true},"
        "{\"kind\":\"billing\",\"city\":\"Bonn\"}],\"contact_points\":[{\"kind\":\"fax\",\"value\":"
        "\"030 5\"}]}");
    create(
        "lead",
        "{\"first_name\":\"=1+1\",\"last_name\":\"'quoted\",\"title\":\"\\\\N\",\"email\":\"a@b."
        "example\","
        "\"phone\":\"030 999\",\"budget_minor\":{\"minor\":-150,\"currency\":\"USD\"},\"score\":55,"
        "\"authority\":true,\"next_follow_up_at\":\"2026-03-04T05:06:07.123456Z\",\"country\":"
        "\"FR\","
        "\"address\":{\"city\":\" Nice \",\"postal_code\":\"06000\"},\"need\":\"two\\nlines, and "
        "\\\"more\\\"\","
        "\"score_reason\":{\"rules\":[1,2.5,\"x\"],\"deep\":{\"a\":null}},"
        "\"custom\":{\"c_text\":\"-x\",\"c_long_text\":\"a\\nb\",\"c_int\":-5,\"c_decimal\":12."
        "3456,"
        "\"c_bool\":false,\"c_date\":\"2024-02-29\",\"c_datetime\":\"2024-02-29T12:00:00Z\","
        "\"c_email\":\"x@y.example\",\"c_phone\":\"+33 1 40 20 50 "
        "50\",\"c_url\":\"https://x.example/?a=1&b=2\","
        "\"c_country\":\"JP\",\"c_select\":\"a b\",\"c_multi\":[\"x\",\"y\"]}}");
    create("lead", "{\"last_name\":\"Plain\",\"custom\":{\"c_bool\":true}}");
    create("product",
           "{\"title\":\"Shirt\",\"handle\":\"shirt\",\"options\":[{\"name\":\"Size\",\"values\":["
           "\"S\"]}],"
           "\"variants\":[{\"sku\":\"S-1\",\"price_minor\":{\"minor\":1999,\"currency\":\"EUR\"},"
           "\"currency\":\"EUR\",\"option1\":\"S\"},{\"sku\":\"S-2\",\"option1\":\"M\",\"track_"
           "stock\":false}]}");
    create("tax_class", "{\"name\":\"Standard\",\"tax_rates\":[{\"name\":\"VAT\",\"country\":"
                        "\"DE\",\"rate\":190000},"
                        "{\"name\":\"NY\",\"country\":\"US\",\"rate\":88750}]}");
    create("pipeline",
           "{\"name\":\"Sales\",\"entity\":\"opportunity\",\"is_default\":true,\"stages\":["
           "{\"name\":\"Prospecting\",\"category\":\"open\",\"probability\":100000}]}");
    create("opportunity",
           "{\"name\":\"Deal\",\"company_id\":\"Acme, \\\"Inc.\\\"\",\"pipeline_id\":\"Sales\","
           "\"stage_id\":\"Prospecting\",\"currency\":\"JPY\",\"amount_minor\":1200,\"close_date\":"
           "\"2026-05-06\","
           "\"probability\":123456}");
    create("store", "{\"name\":\"Shop\",\"code\":\"shop\",\"currency\":\"EUR\"}");
    create("order", "{\"store_id\":\"Shop\",\"currency\":\"EUR\",\"billing\":{\"name\":\"Ada\","
                    "\"country\":\"GB\"},"
                    "\"discount_codes\":[\"A;B\",\"C\"],\"order_lines\":[{\"title\":\"One\","
                    "\"quantity\":2,\"unit_net_minor\":500,"
                    "\"tax_rate\":190000},{\"title\":\"=Two\",\"quantity\":1}]}");
}

static void every_type_comes_back_unchanged(void **state)
{
    static const struct {
        const char *resource;
        int records;
    } ALL[] = {{"lead", 2},          {"company", 1},     {"product", 1},
               {"tax_class", 1},     {"opportunity", 1}, {"order", 1},
               {"custom_field", 14}, {"pipeline", 1},    {"store", 1}};

    make_records();
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
        comes_back_unchanged(ALL[i].resource, "csv", ALL[i].records);
        comes_back_unchanged(ALL[i].resource, "json", ALL[i].records);
        comes_back_unchanged(ALL[i].resource, "jsonl", ALL[i].records);
    }
}

static void tables_are_flat_and_safe(void **state)
{
    char *text;

    make_records();
    text = export_text("company", "csv", NULL, NULL);
    assert_non_null(strstr(text, ",address.city,"));
    assert_non_null(strstr(text, "K\xc3\xb6ln"));
    assert_null(strstr(text, "Bonn"));
    assert_non_null(strstr(text, "\"Acme, \"\"Inc.\"\"\""));
    assert_non_null(strstr(text, ",1234.56,"));
    free(text);
    text = export_text("lead", "csv", NULL, "last_name = \"'quoted\"");
    assert_non_null(strstr(text, ",'=1+1,"));
    assert_null(strstr(text, "Plain"));
    free(text);
    text = export_text("product", "csv", NULL, NULL);
    assert_non_null(strstr(text, ",S-1,"));
    assert_non_null(strstr(text, ",S-2,"));
    assert_non_null(strstr(text, ",19.99,"));
    free(text);
}

static void chosen_columns_only(void **state)
{
    static const char *const COLUMNS[] = {"name", "company_id", "amount_minor", NULL};
    char *text;

    make_records();
    text = export_text("opportunity", "csv", COLUMNS, NULL);
    assert_int_equal(strncmp(text, "name,company_id,amount_minor\r\nDeal,company_", 43), 0);
    free(text);
    text = export_text("opportunity", "jsonl", COLUMNS, NULL);
    assert_non_null(strstr(text, "\"name\":\"Deal\""));
    assert_null(strstr(text, "close_date"));
    free(text);
}

static void json_of_nothing_is_an_empty_list(void **state)
{
    char *text = export_text("lead", "json", NULL, NULL);

    assert_string_equal(text, "[\n]\n");
    free(text);
}

/* In one base out, into a fresh one in: the records are the same but for what a base gives itself.
 */
static void a_fresh_base_gets_the_same_values(void **state)
{
    char *text;
    Json *result, *before, *after;

    create("lead",
           "{\"last_name\":\" padded \",\"email\":\"x@y.example\",\"score\":5,\"state\":\"new\"}");
    before = all_of("lead", NULL);
    text = export_text("lead", "csv", NULL, NULL);
    close_base(state);
    open_base(state);
    result = import_text("lead", text, NULL);
    counts(result, 1, 0, 0, 0);
    after = all_of("lead", NULL);
    CHECK(after, "0/last_name", " padded ");
    CHECK(after, "0/score", "5");
    assert_string_equal(at(after, "0/created_at"), at(before, "0/created_at"));
    assert_string_not_equal(at(after, "0/id"), at(before, "0/id"));
    free(text);
    json_object_put(before);
    json_object_put(after);
    json_object_put(result);
}

/* ---- hostile texts -------------------------------------------------------------------------- */

static void make_hostile(const CorpusItem *item, void *context)
{
    Json *json = json_object_new_object(), *pair[2];
    Error error = ERROR_NONE;
    int *made = context;

    Json_set_text(json, "last_name", "H");
    Json_set(json, "title", json_object_new_string_len(item->bytes, (int)item->length));
    Json_set(json, "need", json_object_new_string_len(item->bytes, (int)item->length));
    pair[0] = json_object_new_string("lead");
    pair[1] = json;
    /* What is no text for a field (NUL, broken UTF-8) was never stored. */
    *made += write_model(create_work, pair, (Uid){0}, &error);
    json_object_put(pair[0]);
    json_object_put(json);
}

static void hostile_texts_come_back_unchanged(void **state)
{
    int made = 0;

    Corpus_each("strings", make_hostile, &made);
    Corpus_each("formula", make_hostile, &made);
    Corpus_each("unicode", make_hostile, &made);
    assert_true(made > 400);
    comes_back_unchanged("lead", "csv", made);
    comes_back_unchanged("lead", "jsonl", made);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_base, close_base)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_type_comes_back_unchanged),
        CASE(tables_are_flat_and_safe),
        CASE(chosen_columns_only),
        CASE(json_of_nothing_is_an_empty_list),
        CASE(a_fresh_base_gets_the_same_values),
        CASE(hostile_texts_come_back_unchanged),
    };
    Error error = ERROR_NONE;

    return World_init(&error) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
