/* Records: creating, reading, changing, deleting, what is refused and how it is said. */
#include "test_model.h"

static void test_create_fills_and_reads_back(void **state)
{
    Record *lead = create("lead", "{\"first_name\":\"Zoe\",\"last_name\":\"M\xc3\xbcller\","
                                  "\"email\":\"zoe@example.org\",\"phone\":\"+49 30 1234\","
                                  "\"budget\":\"1250.50\",\"score\":70,\"country\":\"de\","
                                  "\"address\":{\"city\":\"Berlin\"},\"address.line1\":\"Weg 1\"}");
    assert_string_equal(text_of(lead, "label"), "Zoe M\xc3\xbcller");
    assert_string_equal(text_of(lead, "state"), "new");
    assert_string_equal(text_of(lead, "country"), "DE");
    assert_string_equal(text_of(lead, "phone_e164"), "+49301234");
    assert_string_equal(text_of(lead, "address.city"), "Berlin");
    assert_string_equal(text_of(lead, "number"), "L-1");
    assert_int_equal(int_of(lead, "budget_minor"), 125050);
    assert_int_equal(int_of(lead, "version"), 1);
    assert_int_equal(int_of(lead, "created_by"), bed.context.user_id);
    lead = create("lead", "{\"company_name\":\"Acme\"}");
    assert_string_equal(text_of(lead, "number"), "L-2");
    assert_string_equal(text_of(lead, "label"), "Acme");
    assert_int_equal(Model_resolve(&bed.context, resource("lead"), "L-2", &bed.error),
                     Record_id(lead));
    assert_int_equal(Model_resolve(&bed.context, resource("lead"), uid_of(lead), &bed.error),
                     Record_id(lead));
    assert_int_equal(Model_resolve(&bed.context, resource("lead"), "acme", &bed.error),
                     Record_id(lead));
    assert_int_equal(Model_resolve(&bed.context, resource("lead"), "nobody", &bed.error), 0);
    assert_string_equal(bed.error.code, ERROR_NOT_FOUND);
}

static void test_contact_is_named_by_what_it_has(void **state)
{
    Record *company = create("company", "{\"name\":\"Acme GmbH\"}");
    char json[200];
    Record *contact = create("contact", "{\"first_name\":\"Jo\",\"last_name\":\"Roe\"}");
    assert_string_equal(text_of(contact, "display_name"), "Jo Roe");
    update("contact", Record_id(contact), "{\"last_name\":\"Doe\"}");
    assert_string_equal(text_of(get("contact", Record_id(contact)), "display_name"), "Jo Doe");
    snprintf(json, sizeof json, "{\"company\":\"%s\"}", uid_of(company));
    assert_string_equal(text_of(create("contact", json), "display_name"), "Acme GmbH");
    contact = create("contact", "{\"email\":\"x@example.org\"}");
    assert_string_equal(text_of(contact, "label"), "x@example.org");
}

static void test_json_comes_out_as_promised(void **state)
{
    Record *company = create("company", "{\"name\":\"Acme\"}");
    char text[300];
    snprintf(text, sizeof text,
             "{\"name\":\"Deal\",\"company_id\":{\"id\":\"%s\"},"
             "\"amount_minor\":{\"minor\":100,\"currency\":\"JPY\"},"
             "\"pipeline\":\"Sales\",\"stage\":\"Open\",\"close_date\":\"2026-12-01\"}",
             uid_of(company));
    create("pipeline", "{\"name\":\"Sales\",\"entity\":\"opportunity\",\"stages\":["
                       "{\"name\":\"Open\",\"category\":\"open\",\"probability\":\"20%\"}]}");
    Record *deal = create("opportunity", text);
    Json *json = Record_to_json(&bed.context, deal, NULL, &bed.error);
    assert_string_equal(Json_text(json, "id"), uid_of(deal));
    assert_int_equal(Json_int(json, "version", 0), 1);
    assert_string_equal(Json_text(Json_get(json, "company_id"), "label"), "Acme");
    assert_string_equal(Json_text(Json_get(json, "company_id"), "id"), uid_of(company));
    assert_string_equal(Json_text(Json_get(json, "stage_id"), "label"), "Open");
    assert_int_equal(strncmp(Json_text(Json_get(json, "stage_id"), "id"), "stage_", 6), 0);
    assert_string_equal(Json_text(Json_get(json, "amount_minor"), "currency"), "JPY");
    assert_string_equal(Json_text(json, "close_date"), "2026-12-01");
    assert_true(json_object_is_type(Json_get(json, "custom"), json_type_object));
    json_object_put(json);
    static const char *const masked[] = {"amount_minor", NULL};
    bed.context.masked = masked;
    json = Record_to_json(&bed.context, deal, NULL, &bed.error);
    assert_null(Json_get(json, "amount_minor"));
    assert_int_equal(json_object_array_length(Json_get(json, "masked")), 1);
    json_object_put(json);
    assert_int_equal(count("opportunity", "amount > 1"), -1);
    expect_error(false, ERROR_FORBIDDEN, NULL);
}

static void test_wrong_values_are_refused_by_name(void **state)
{
    static const struct {
        const char *json, *code, *field;
    } cases[] = {
        {"{\"emial\":\"x\"}", ERROR_USAGE, "emial"},
        {"{\"email\":\"not an address\"}", ERROR_TYPE, "email"},
        {"{\"email\":\"a@b\"}", ERROR_TYPE, "email"},
        {"{\"source\":\"carrier_pigeon\"}", ERROR_ENUM, "source"},
        {"{\"score\":101}", ERROR_RULE, "score"},
        {"{\"score\":-1}", ERROR_RULE, "score"},
        {"{\"score\":\"many\"}", ERROR_TYPE, "score"},
        {"{\"score\":1.5}", ERROR_TYPE, "score"},
        {"{\"country\":\"XX\"}", ERROR_TYPE, "country"},
        {"{\"currency\":\"EURO\"}", ERROR_TYPE, "currency"},
        {"{\"website\":\"javascript:alert(1)\"}", ERROR_TYPE, "website"},
        {"{\"authority\":\"perhaps\"}", ERROR_TYPE, "authority"},
        {"{\"state\":\"qualified\"}", ERROR_STATE, "state"},
        {"{\"campaign\":\"none\"}", ERROR_REFERENCE, "campaign_id"},
        {"{\"campaign_id\":\"campaign_01HZZZZZZZZZZZZZZZZZZZZZZZ\"}", ERROR_REFERENCE,
         "campaign_id"},
        {"{\"score_at\":\"soon\"}", ERROR_TYPE, "score_at"},
        {"{\"created_at\":\"2020-01-01T00:00:00Z\"}", ERROR_RULE, "created_at"},
        {"{\"number\":\"L-99\"}", ERROR_RULE, "number"},
        {"{\"first_name\":[1]}", ERROR_TYPE, "first_name"},
        {"{\"contact_points\":7}", ERROR_TYPE, "contact_points"},
        {"{\"contact_points\":[{\"kind\":\"email\"}]}", ERROR_REQUIRED, "contact_points.1.value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Record *record = try_create("lead", cases[i].json);
        if (record)
            print_message("accepted: %s\n", cases[i].json);
        expect_error(record != NULL, cases[i].code, cases[i].field);
    }
    assert_int_equal(count("lead", ""), 0);
    expect_error(try_create("company", "{}") != NULL, ERROR_REQUIRED, "name");
}

static void test_length_counts_code_points(void **state)
{
    char json[3000], *at = json + sprintf(json, "{\"name\":\"");
    const FieldDef *field =
        &resource("company")->fields[Resource_field(resource("company"), "name")];
    assert_true(field->max_length > 0 && field->max_length < 500);
    for (int i = 0; i < field->max_length; i++)
        at += sprintf(at, "\xc3\xa9");
    strcpy(at, "\"}");
    create("company", json);
    strcpy(at, "x\"}");
    expect_error(try_create("company", json) != NULL, ERROR_TOO_LONG, "name");
}

static void test_controls_go_and_bad_bytes_are_refused(void **state)
{
    Record *record = Record_new(bed.context.arena, resource("company")), *created = NULL;
    int name = Resource_field(resource("company"), "name");
    Record_set_text(record, name,
                    "a\x01"
                    "b\x7f"
                    "c\td\ne\r");
    expect_ok(Model_create(&bed.context, record, &created, &bed.error));
    assert_string_equal(text_of(created, "name"), "abc\td\ne");
    record = Record_new(bed.context.arena, resource("company"));
    Record_set_text(record, name, "bad \xff bytes");
    expect_error(Model_create(&bed.context, record, NULL, &bed.error), ERROR_TYPE, "name");
    record = Record_new(bed.context.arena, resource("company"));
    record->values[name] = (Value){.kind = VALUE_TEXT, .text = "nul\0inside", .length = 10};
    expect_error(Model_create(&bed.context, record, NULL, &bed.error), ERROR_TYPE, "name");
}

static void test_unique_names_field_and_holder(void **state)
{
    Record *first = create("company", "{\"name\":\"First\",\"domain\":\"acme.com\"}");
    Connection_savepoint(bed.connection, &bed.error);
    assert_null(try_create("company", "{\"name\":\"Second\",\"domain\":\"ACME.com\"}"));
    assert_non_null(strstr(bed.error.message, "First"));
    expect_error(false, ERROR_DUPLICATE, "domain");
    Connection_rollback(bed.connection, &bed.error);
    expect_ok(Model_delete(&bed.context, resource("company"), Record_id(first), 0, &bed.error));
    create("company", "{\"name\":\"Second\",\"domain\":\"ACME.com\"}");
    create("tag", "{\"name\":\"vip\"}");
    assert_null(try_create("tag", "{\"name\":\"VIP\"}"));
    expect_error(false, ERROR_DUPLICATE, NULL);
}

static void test_old_version_is_a_conflict(void **state)
{
    Record *lead = create("lead", "{\"company_name\":\"Acme\"}");
    update("lead", Record_id(lead), "{\"score\":5}");
    assert_false(try_update("lead", Record_id(lead), 1, "{\"score\":6}"));
    assert_non_null(strstr(bed.error.message, "Anna Meyer"));
    assert_non_null(strstr(bed.error.message, "2026-11-22T09:00:01Z"));
    expect_error(false, ERROR_CONFLICT, NULL);
    expect_ok(try_update("lead", Record_id(lead), 2, "{\"score\":6}"));
    /* changing nothing writes nothing */
    int64_t before = changes();
    expect_ok(try_update("lead", Record_id(lead), 3, "{\"score\":6}"));
    assert_int_equal(changes(), before);
    assert_int_equal(int_of(get("lead", Record_id(lead)), "version"), 3);
    /* the same clock still moves updated_at on */
    Record *was = get("lead", Record_id(lead));
    expect_ok(try_update("lead", Record_id(lead), 0, "{\"score\":7}"));
    assert_true(int_of(get("lead", Record_id(lead)), "updated_at") > int_of(was, "updated_at"));
}

static void test_trash_and_archive(void **state)
{
    Record *lead = create("lead", "{\"company_name\":\"Acme\"}");
    ListQuery trash = {.only_deleted = true}, archived = {.with_archived = true};
    expect_ok(Model_archive(&bed.context, resource("lead"), Record_id(lead), true, &bed.error));
    assert_int_equal(list("lead", NULL).count, 0);
    assert_int_equal(list("lead", &archived).count, 1);
    expect_ok(Model_archive(&bed.context, resource("lead"), Record_id(lead), false, &bed.error));
    assert_int_equal(list("lead", NULL).count, 1);
    expect_ok(Model_delete(&bed.context, resource("lead"), Record_id(lead), 0, &bed.error));
    assert_int_equal(list("lead", NULL).count, 0);
    assert_int_equal(list("lead", &trash).count, 1);
    assert_null(Model_read(&bed.context, resource("lead"), Record_id(lead), false, &bed.error));
    expect_error(false, ERROR_NOT_FOUND, NULL);
    expect_ok(Model_restore(&bed.context, resource("lead"), Record_id(lead), &bed.error));
    assert_int_equal(list("lead", NULL).count, 1);
    expect_ok(Model_delete(&bed.context, resource("lead"), Record_id(lead), 0, &bed.error));
    int64_t purged = 0;
    expect_ok(Model_purge(&bed.context, resource("lead"), NOW - 1, &purged, &bed.error));
    assert_int_equal(purged, 0);
    expect_ok(Model_purge(&bed.context, resource("lead"), NOW + 1000000, &purged, &bed.error));
    assert_int_equal(purged, 1);
    assert_int_equal(list("lead", &trash).count, 0);
    Change *history;
    size_t found;
    expect_ok(Model_history(&bed.context, uid_of(lead), 50, 0, &history, &found, &bed.error));
    assert_true(found >= 4);
    for (size_t i = 0; i < found; i++)
        assert_true(!history[i].before && !history[i].after && !history[i].record_label);
    changes();
}

static void test_children_are_kept_by_id(void **state)
{
    Record *contact =
        create("contact", "{\"first_name\":\"Jo\",\"addresses\":[{\"city\":\"Berlin\"},"
                          "{\"city\":\"Paris\"}],\"contact_points\":["
                          "{\"kind\":\"email\",\"value\":\"jo@example.org\"}]}");
    int64_t id = Record_id(contact);
    assert_int_equal(contact->child_count, 3);
    Json *json = Record_to_json(&bed.context, contact, NULL, &bed.error);
    Json *addresses = Json_get(json, "addresses");
    assert_int_equal(json_object_array_length(addresses), 2);
    int64_t paris = Json_int(json_object_array_get_idx(addresses, 1), "id", 0);
    assert_string_equal(Json_text(json_object_array_get_idx(addresses, 0), "city"), "Berlin");
    json_object_put(json);
    char change[200];
    snprintf(change, sizeof change,
             "{\"addresses\":[{\"id\":%lld,\"city\":\"Lyon\"},{\"city\":\"Rome\"}]}",
             (long long)paris);
    update("contact", id, change);
    contact = get("contact", id);
    assert_int_equal(contact->child_count, 3);
    json = Record_to_json(&bed.context, contact, NULL, &bed.error);
    addresses = Json_get(json, "addresses");
    assert_int_equal(Json_int(json_object_array_get_idx(addresses, 0), "id", 0), paris);
    assert_string_equal(Json_text(json_object_array_get_idx(addresses, 0), "city"), "Lyon");
    assert_string_equal(Json_text(json_object_array_get_idx(addresses, 1), "city"), "Rome");
    json_object_put(json);
    expect_ok(undo(0));
    json = Record_to_json(&bed.context, get("contact", id), NULL, &bed.error);
    addresses = Json_get(json, "addresses");
    assert_string_equal(Json_text(json_object_array_get_idx(addresses, 0), "city"), "Berlin");
    assert_string_equal(Json_text(json_object_array_get_idx(addresses, 1), "city"), "Paris");
    assert_int_equal(Json_int(json_object_array_get_idx(addresses, 1), "id", 0), paris);
    json_object_put(json);
    assert_false(try_update("contact", id, 0, "{\"addresses\":[{\"id\":99,\"city\":\"X\"}]}"));
    expect_error(false, ERROR_REFERENCE, "addresses.1.id");
}

static void test_states_change_by_events_only(void **state)
{
    Record *lead = create("lead", "{\"company_name\":\"Acme\"}"), *moved = NULL;
    int64_t id = Record_id(lead);
    expect_error(try_update("lead", id, 0, "{\"state\":\"working\"}"), ERROR_STATE, "state");
    bool fine =
        Model_transition(&bed.context, resource("lead"), id, 0, "qualify", NULL, NULL, &bed.error);
    assert_non_null(strstr(bed.error.hint, "assign"));
    expect_error(fine, ERROR_STATE, NULL);
    fine = Model_transition(&bed.context, resource("lead"), id, 0, "fly", NULL, NULL, &bed.error);
    expect_error(fine, ERROR_USAGE, NULL);
    expect_ok(Model_transition(&bed.context, resource("lead"), id, 0, "assign", NULL, &moved,
                               &bed.error));
    assert_string_equal(text_of(moved, "state"), "assigned");
    fine = Model_transition(&bed.context, resource("lead"), id, 0, "disqualify", NULL, NULL,
                            &bed.error);
    expect_error(fine, ERROR_REQUIRED, "disqualify_reason");
    Json *with = parse("{\"disqualify_reason\":\"spam\"}");
    Record *record = Record_from_json(&bed.context, resource("lead"), with, &bed.error);
    expect_ok(Model_transition(&bed.context, resource("lead"), id, 0, "disqualify", record, &moved,
                               &bed.error));
    assert_string_equal(text_of(moved, "state"), "disqualified");
    json_object_put(with);
    Json *timeline = Model_timeline(&bed.context, resource("lead"), id, 10, 0, &bed.error);
    assert_int_equal(json_object_array_length(timeline), 3);
    assert_string_equal(Json_text(json_object_array_get_idx(timeline, 0), "kind"), "state_changed");
    json_object_put(timeline);
    assert_int_equal(count("outbox_event", "topic = lead.state_changed"), 2);
}

static void test_numbers_follow_imports_and_invoices_wait(void **state)
{
    bed.context.importing = true;
    create("lead", "{\"company_name\":\"Old\",\"number\":\"L-41\",\"state\":\"working\"}");
    bed.context.importing = false;
    assert_string_equal(text_of(create("lead", "{\"company_name\":\"New\"}"), "number"), "L-42");
    Record *invoice = create("invoice", "{\"memo\":\"x\"}"), *opened = NULL;
    assert_null(text_of(invoice, "number"));
    const ResourceDef *def = resource("invoice");
    const char *event = NULL;
    for (int i = 0; i < def->transition_count; i++) {
        if (strcmp(def->transitions[i].from, "draft") == 0 &&
            strcmp(def->transitions[i].to, "open") == 0)
            event = def->transitions[i].name;
    }
    bed.context.importing = true; /* without guards, which the billing room brings */
    expect_ok(Model_transition(&bed.context, def, Record_id(invoice), 0, event, NULL, &opened,
                               &bed.error));
    bed.context.importing = false;
    assert_string_equal(text_of(opened, "number"), "INV-2026-00001");
    assert_false(undo(0));
    assert_non_null(strstr(bed.error.hint, "credit note"));
    expect_error(false, ERROR_RULE, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(test_create_fills_and_reads_back),
        MODEL_TEST(test_contact_is_named_by_what_it_has),
        MODEL_TEST(test_json_comes_out_as_promised),
        MODEL_TEST(test_wrong_values_are_refused_by_name),
        MODEL_TEST(test_length_counts_code_points),
        MODEL_TEST(test_controls_go_and_bad_bytes_are_refused),
        MODEL_TEST(test_unique_names_field_and_holder),
        MODEL_TEST(test_old_version_is_a_conflict),
        MODEL_TEST(test_trash_and_archive),
        MODEL_TEST(test_children_are_kept_by_id),
        MODEL_TEST(test_states_change_by_events_only),
        MODEL_TEST(test_numbers_follow_imports_and_invoices_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
