/* Rules of leads and opportunities, through the model. */
#include "test_domain.h"
#include "crm/lead_convert.h"

#define DAY INT64_C(86400000000)

static int64_t pipeline_id;

static void make_pipeline(void)
{
    Record *pipeline =
        create("pipeline",
               "{\"name\":\"Sales\",\"is_default\":true,\"stages\":["
               "{\"name\":\"First\",\"probability\":\"10%\"},"
               "{\"name\":\"Offer\",\"probability\":\"50%\",\"required_fields\":[\"contact_id\"]},"
               "{\"name\":\"Won\",\"category\":\"won\",\"probability\":\"100%\"},"
               "{\"name\":\"Lost\",\"category\":\"lost\",\"probability\":0}]}");
    pipeline_id = Record_id(pipeline);
}

static int64_t make_deal(void)
{
    return Record_id(create("opportunity", "{\"name\":\"Deal\",\"close_date\":\"2026-12-31\"}"));
}

static const char *stage_of(int64_t deal)
{
    return Model_label(&bed.context, resource("stage"),
                       int_of(get("opportunity", deal), "stage_id"));
}

static int64_t history(int64_t deal)
{
    return sql_int("SELECT count(*) FROM stage_history WHERE tenant_id = ?1 AND parent_id = ?2",
                   deal);
}

/* ---- opportunity -------------------------------------------------------------------------- */

static void test_new_deal_stands_in_first_stage(void **state)
{
    make_pipeline();
    int64_t deal = make_deal();
    Record *record = get("opportunity", deal);
    assert_int_equal(int_of(record, "pipeline_id"), pipeline_id);
    assert_string_equal(stage_of(deal), "First");
    assert_int_equal(int_of(record, "probability"), 100000);
    assert_int_equal(int_of(record, "stage_changed_at"), bed.context.now);
    assert_string_equal(text_of(record, "state"), "open");
    assert_int_equal(history(deal), 1);
}

static void test_without_pipeline_the_deal_says_so(void **state)
{
    expect_error(try_create("opportunity", "{\"name\":\"Deal\",\"close_date\":\"2026-12-31\"}"),
                 ERROR_REQUIRED, "pipeline_id");
}

static void test_stage_brings_probability_and_history(void **state)
{
    make_pipeline();
    create("contact", "{\"first_name\":\"Jo\",\"last_name\":\"Roe\"}");
    int64_t deal = make_deal();
    expect_error(try_update("opportunity", deal, 0, "{\"stage\":\"Offer\"}"), ERROR_REQUIRED,
                 "contact_id");
    bed.context.now += 3 * DAY;
    update("opportunity", deal, "{\"stage\":\"Offer\",\"contact\":\"Jo Roe\"}");
    Record *record = get("opportunity", deal);
    assert_int_equal(int_of(record, "probability"), 500000);
    assert_int_equal(history(deal), 2);
    assert_int_equal(sql_int("SELECT days_in_stage FROM stage_history WHERE tenant_id = ?1 AND"
                             " parent_id = ?2 ORDER BY id DESC LIMIT 1",
                             deal),
                     3);
    update("opportunity", deal, "{\"next_step\":\"Call\"}");
    assert_int_equal(history(deal), 2);
}

static void test_own_probability_stays(void **state)
{
    make_pipeline();
    create("contact", "{\"first_name\":\"Jo\",\"last_name\":\"Roe\"}");
    int64_t deal = make_deal();
    update("opportunity", deal, "{\"probability\":\"33%\"}");
    assert_int_equal(int_of(get("opportunity", deal), "probability_override"), 1);
    update("opportunity", deal, "{\"stage\":\"Offer\",\"contact\":\"Jo Roe\"}");
    assert_int_equal(int_of(get("opportunity", deal), "probability"), 330000);
    update("opportunity", deal, "{\"probability_override\":false}");
    assert_int_equal(int_of(get("opportunity", deal), "probability"), 500000);
}

static void test_winning_and_losing_move_the_stage(void **state)
{
    make_pipeline();
    int64_t deal = make_deal();
    expect_error(transit("opportunity", deal, "lose", "{}"), ERROR_REQUIRED, "lost_reason");
    expect_ok(transit("opportunity", deal, "lose", "{\"lost_reason\":\"Price\"}"));
    Record *record = get("opportunity", deal);
    assert_string_equal(stage_of(deal), "Lost");
    assert_int_equal(int_of(record, "probability"), 0);
    assert_int_equal(int_of(record, "lost_at"), bed.context.now);
    move("opportunity", deal, "reopen");
    record = get("opportunity", deal);
    assert_string_equal(stage_of(deal), "First");
    assert_string_equal(text_of(record, "state"), "open");
    assert_int_equal(int_of(record, "lost_at"), INT64_MIN);
    assert_int_equal(int_of(record, "probability"), 100000);
    move("opportunity", deal, "win");
    record = get("opportunity", deal);
    assert_string_equal(stage_of(deal), "Won");
    assert_int_equal(int_of(record, "probability"), 1000000);
    assert_int_equal(int_of(record, "won_at"), bed.context.now);
}

static void test_moving_the_stage_closes_the_deal(void **state)
{
    make_pipeline();
    int64_t deal = make_deal();
    expect_error(try_update("opportunity", deal, 0, "{\"stage\":\"Lost\"}"), ERROR_REQUIRED,
                 "lost_reason");
    update("opportunity", deal, "{\"stage\":\"Won\"}");
    assert_string_equal(text_of(get("opportunity", deal), "state"), "won");
    expect_error(try_update("opportunity", deal, 0, "{\"stage\":\"First\"}"), ERROR_STATE,
                 "stage_id");
}

static void test_stage_of_another_pipeline_is_refused(void **state)
{
    make_pipeline();
    int64_t deal = make_deal();
    create("pipeline", "{\"name\":\"Partners\",\"stages\":[{\"name\":\"Hello\"}]}");
    expect_error(try_update("opportunity", deal, 0, "{\"stage\":\"Hello\"}"), ERROR_REFERENCE,
                 "stage_id");
    update("opportunity", deal, "{\"pipeline\":\"Partners\"}");
    assert_string_equal(stage_of(deal), "Hello");
}

static void test_amount_follows_lines(void **state)
{
    make_pipeline();
    int64_t deal = make_deal();
    update("opportunity", deal,
           "{\"amount_source\":\"lines\",\"opportunity_lines\":["
           "{\"name\":\"A\",\"quantity_e4\":20000,\"unit_price_minor\":1000},"
           "{\"name\":\"B\",\"quantity_e4\":10000,\"unit_price_minor\":999,"
           "\"discount_kind\":\"percent\",\"discount_value\":10},"
           "{\"name\":\"C\",\"unit_price_minor\":500,\"discount_kind\":\"amount\","
           "\"discount_value\":100}]}");
    assert_int_equal(int_of(get("opportunity", deal), "amount_minor"), 2000 + 899 + 400);
    update("opportunity", deal, "{\"amount_minor\":5}");
    assert_int_equal(int_of(get("opportunity", deal), "amount_minor"), 3299);
    update("opportunity", deal, "{\"amount_source\":\"manual\",\"amount_minor\":5}");
    assert_int_equal(int_of(get("opportunity", deal), "amount_minor"), 5);
    expect_error(try_update("opportunity", deal, 0,
                            "{\"opportunity_lines\":[{\"unit_price_minor\":1,"
                            "\"discount_kind\":\"percent\",\"discount_value\":101}]}"),
                 ERROR_RULE, "discount_value");
}

static void test_imported_deals_keep_what_they_bring(void **state)
{
    make_pipeline();
    bed.context.importing = true;
    Record *deal = create("opportunity", "{\"name\":\"Old\",\"close_date\":\"2020-01-01\","
                                         "\"stage\":\"Won\",\"probability\":\"80%\"}");
    bed.context.importing = false;
    assert_string_equal(text_of(deal, "state"), "won");
    assert_int_equal(int_of(deal, "probability"), 800000);
    assert_int_equal(history(Record_id(deal)), 0);
}

/* ---- lead --------------------------------------------------------------------------------- */

static void test_new_lead_wants_an_answer(void **state)
{
    Record *lead = create("lead", "{\"first_name\":\"A\"}");
    assert_int_equal(int_of(lead, "response_due_at"), NOW + 4 * INT64_C(3600000000));
    create("setting", "{\"key\":\"lead.response_hours\",\"value\":24}");
    lead = create("lead", "{\"first_name\":\"B\"}");
    assert_int_equal(int_of(lead, "response_due_at"), NOW + DAY);
    lead = create("lead", "{\"first_name\":\"C\",\"response_due_at\":\"2026-11-23T00:00:00Z\"}");
    assert_true(int_of(lead, "response_due_at") < NOW + DAY);
    bed.context.importing = true;
    lead = create("lead", "{\"first_name\":\"D\"}");
    bed.context.importing = false;
    assert_int_equal(int_of(lead, "response_due_at"), INT64_MIN);
}

static void test_rating_follows_score(void **state)
{
    static const struct {
        int score;
        const char *rating;
    } cases[] = {{0, "cold"}, {44, "cold"}, {45, "warm"}, {69, "warm"}, {70, "hot"}, {100, "hot"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(
            text_of(createf("lead", "{\"first_name\":\"A\",\"score\":%d}", cases[i].score),
                    "rating"),
            cases[i].rating);
    Record *lead = create("lead", "{\"first_name\":\"A\",\"score\":90,\"rating\":\"cold\"}");
    assert_string_equal(text_of(lead, "rating"), "cold");
    update("lead", Record_id(lead), "{\"need\":\"x\"}");
    assert_string_equal(text_of(get("lead", Record_id(lead)), "rating"), "cold");
    update("lead", Record_id(lead), "{\"score\":50}");
    assert_string_equal(text_of(get("lead", Record_id(lead)), "rating"), "warm");
}

/* ---- conversion --------------------------------------------------------------------------- */

static int64_t qualified_lead(const char *json)
{
    int64_t id = Record_id(create("lead", json));
    move("lead", id, "assign");
    move("lead", id, "start");
    move("lead", id, "qualify");
    return id;
}

static const char *const ZOE = "{\"first_name\":\"Zoe\",\"last_name\":\"Kay\","
                               "\"email\":\"zoe@kay.example\",\"company_name\":\"Kay GmbH\","
                               "\"website\":\"https://www.Kay.example/shop\","
                               "\"budget\":\"1200\",\"currency\":\"EUR\","
                               "\"address\":{\"city\":\"Bonn\"},\"country\":\"DE\"}";

static bool convert(int64_t lead, LeadConverted *made)
{
    LeadConversion asked = {.lead = lead, .opportunity = true};
    bed.context.now += 1000000;
    return Lead_convert(&bed.context, &asked, made, &bed.error);
}

static void test_conversion_makes_all_three(void **state)
{
    LeadConverted made;
    make_pipeline();
    int64_t lead = qualified_lead(ZOE);
    createf("note", "{\"record_id\":\"%s\",\"body\":\"Likes blue\"}", uid_of(get("lead", lead)));
    createf("task", "{\"record_id\":\"%s\",\"title\":\"Call\"}", uid_of(get("lead", lead)));
    expect_ok(convert(lead, &made));
    assert_true(made.company_made && made.contact_made && made.opportunity);
    Record *record = get("lead", lead);
    assert_string_equal(text_of(record, "state"), "converted");
    assert_int_equal(int_of(record, "converted_company_id"), made.company);
    assert_int_equal(int_of(record, "converted_contact_id"), made.contact);
    assert_int_equal(int_of(record, "converted_opportunity_id"), made.opportunity);
    assert_int_equal(int_of(record, "converted_at"), bed.context.now);
    Record *company = get("company", made.company);
    assert_string_equal(text_of(company, "name"), "Kay GmbH");
    assert_string_equal(text_of(company, "domain"), "kay.example");
    assert_string_equal(text_of(child_of(company, "address", 0), "city"), "Bonn");
    assert_int_equal(int_of(get("contact", made.contact), "company_id"), made.company);
    Record *deal = get("opportunity", made.opportunity);
    assert_string_equal(text_of(deal, "name"), "Kay GmbH");
    assert_int_equal(int_of(deal, "amount_minor"), 120000);
    assert_int_equal(int_of(deal, "lead_id"), lead);
    assert_string_equal(stage_of(made.opportunity), "First");
    assert_int_equal(count("note", "entity = opportunity"), 1);
    assert_int_equal(count("task", "entity = opportunity"), 1);
    assert_int_equal(count("note", "entity = lead"), 0);
}

static void test_conversion_links_what_is_known(void **state)
{
    LeadConverted made;
    make_pipeline();
    Record *company = create("company", "{\"name\":\"Kay Holding\",\"domain\":\"kay.example\"}");
    Record *contact = create("contact", "{\"email\":\"ZOE@kay.example\"}");
    expect_ok(convert(qualified_lead(ZOE), &made));
    assert_int_equal(made.company, Record_id(company));
    assert_int_equal(made.contact, Record_id(contact));
    assert_false(made.company_made || made.contact_made);
    assert_int_equal(int_of(get("contact", made.contact), "company_id"), made.company);
    create("company", "{\"name\":\"Only Name\"}");
    expect_ok(convert(qualified_lead("{\"company_name\":\"only name\"}"), &made));
    assert_false(made.company_made);
    assert_int_equal(made.contact, 0);
}

static void test_conversion_is_undone_at_once(void **state)
{
    LeadConverted made;
    make_pipeline();
    int64_t lead = qualified_lead(ZOE);
    createf("note", "{\"record_id\":\"%s\",\"body\":\"Likes blue\"}", uid_of(get("lead", lead)));
    expect_ok(convert(lead, &made));
    expect_error(transit("lead", lead, "reopen", "{}"), ERROR_STATE, NULL);
    expect_ok(undo(0));
    Record *record = get("lead", lead);
    assert_string_equal(text_of(record, "state"), "qualified");
    assert_int_equal(int_of(record, "converted_company_id"), INT64_MIN);
    assert_int_equal(count("company", "") + count("contact", "") + count("opportunity", ""), 0);
    assert_int_equal(count("note", "entity = lead"), 1);
    changes();
}

static void test_conversion_is_refused_whole(void **state)
{
    LeadConverted made;
    int64_t lead = Record_id(create("lead", ZOE));
    expect_error(convert(lead, &made), ERROR_STATE, NULL);
    move("lead", lead, "assign");
    move("lead", lead, "start");
    move("lead", lead, "qualify");
    expect_error(convert(lead, &made), ERROR_REQUIRED, "pipeline_id"); /* none yet: no deal */
    assert_int_equal(count("company", "") + count("contact", ""), 0);
    expect_error(transit("lead", lead, "convert", "{}"), ERROR_STATE, NULL);
    make_pipeline();
    LeadConversion stale = {.lead = lead, .version = 1, .opportunity = true};
    expect_error(Lead_convert(&bed.context, &stale, &made, &bed.error), ERROR_CONFLICT, NULL);
    assert_int_equal(count("company", "") + count("contact", "") + count("opportunity", ""), 0);
    lead = qualified_lead("{\"title\":\"Nobody\"}");
    expect_error(convert(lead, &made), ERROR_REQUIRED, NULL);
}

static void test_lead_convert_is_an_operation(void **state)
{
    Json *result;
    char params[200];
    make_pipeline();
    Record *company = create("company", "{\"name\":\"Other\"}");
    int64_t lead = qualified_lead(ZOE);
    snprintf(params, sizeof params, "{\"id\":\"%s\",\"company\":\"%s\",\"opportunity\":false}",
             text_of(get("lead", lead), "number"), uid_of(company));
    expect_ok(call("lead.convert", params, &result));
    assert_string_equal(Json_text(Json_get(result, "company"), "id"), uid_of(company));
    assert_true(Json_bool(result, "contact_made", false));
    assert_null(Json_get(result, "opportunity"));
    json_object_put(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_new_deal_stands_in_first_stage),
        MODEL_TEST(test_without_pipeline_the_deal_says_so),
        MODEL_TEST(test_stage_brings_probability_and_history),
        MODEL_TEST(test_own_probability_stays),
        MODEL_TEST(test_winning_and_losing_move_the_stage),
        MODEL_TEST(test_moving_the_stage_closes_the_deal),
        MODEL_TEST(test_stage_of_another_pipeline_is_refused),
        MODEL_TEST(test_amount_follows_lines),
        MODEL_TEST(test_imported_deals_keep_what_they_bring),
        MODEL_TEST(test_new_lead_wants_an_answer),
        MODEL_TEST(test_rating_follows_score),
        MODEL_TEST(test_conversion_makes_all_three),
        MODEL_TEST(test_conversion_links_what_is_known),
        MODEL_TEST(test_conversion_is_undone_at_once),
        MODEL_TEST(test_conversion_is_refused_whole),
        MODEL_TEST(test_lead_convert_is_an_operation),
    };
    return cmocka_run_group_tests(tests, rules_load, NULL);
}
