/* What an import makes of files that are not clean: the points of the specification, one after the
 * other. */
/* mission: W1.S1 */
#include "tests/unit/import_base.h"

#define CHECK(json, path, expected) assert_string_equal(at(json, path), expected)

/* ---- 1. kinds ------------------------------------------------------------------------------- */

static void every_kind_of_file_is_read(void **state)
{
    static const char UTF16[] = "\xff\xfel\0a\0s\0t\0_\0n\0a\0m\0e\0\n\0\xfc\0\n\0";
    Json *all;

    json_object_put(import_text("lead", "first_name;last_name\nAda;Lovelace\n", NULL));
    json_object_put(import_text("lead", "first_name\tlast_name\nBob\tTab\n", NULL));
    json_object_put(
        import_text("lead", "[{\"first_name\":\"Cid\"},{\"first_name\":\"Dan\"}]", NULL));
    json_object_put(import_text("lead", "{\"first_name\":\"Eve\"}\n", NULL));
    json_object_put(import_text(
        "lead", "BEGIN:VCARD\nVERSION:4.0\nN:Smith;Fay;;;\nORG:Acme\nEND:VCARD\n", NULL));
    json_object_put(import_bytes("lead", UTF16, sizeof UTF16 - 1, NULL));
    all = all_of("lead", NULL);
    assert_int_equal(json_object_array_length(all), 7);
    CHECK(all, "0/last_name", "Lovelace");
    CHECK(all, "1/last_name", "Tab");
    CHECK(all, "2/first_name", "Cid");
    CHECK(all, "4/first_name", "Eve");
    CHECK(all, "5/first_name", "Fay");
    CHECK(all, "5/company_name", "Acme");
    CHECK(all, "6/last_name", "\xc3\xbc");
    json_object_put(all);
}

static void other_files_are_refused_by_what_they_are(void **state)
{
    Error error = refused("lead", "PK\x03\x04zip", 7, NULL);

    assert_string_equal(error.code, ERROR_TYPE);
    assert_non_null(strstr(error.message, "ZIP"));
    error = refused("lead", "", 0, NULL);
    assert_non_null(strstr(error.message, "empty"));
}

/* ---- 2. mapping ----------------------------------------------------------------------------- */

static void headers_find_their_fields(void **state)
{
    Json *result = import_text(
        "lead",
        "Vorname;Nachname;Firma;E-Mail;Telefon;Ort;Land;Lead Source;Lieblingsfarbe\n"
        "Ada;Lovelace;Acme;ada@example.com;030 1234567;Berlin;Deutschland;Web Form;rot\n",
        NULL);
    Json *all = all_of("lead", NULL);

    counts(result, 1, 0, 0, 0);
    CHECK(all, "0/first_name", "Ada");
    CHECK(all, "0/last_name", "Lovelace");
    CHECK(all, "0/company_name", "Acme");
    CHECK(all, "0/email", "ada@example.com");
    CHECK(all, "0/address.city", "Berlin");
    CHECK(all, "0/country", "DE");
    CHECK(all, "0/source", "web_form");
    CHECK(all, "0/phone", "030 1234567");
    CHECK(all, "0/phone_e164", "+49301234567");
    CHECK(all, "0/custom/lieblingsfarbe", "rot");
    assert_true(unmapped(result, "Lieblingsfarbe"));
    assert_false(unmapped(result, "Ort"));
    json_object_put(all);
    json_object_put(result);
}

static void unknown_columns_become_custom_fields_of_their_type(void **state)
{
    Json *result = import_text("lead",
                               "id,last_name,Converted,Visits,Joined,Motto,Grade\n"
                               "7,A,0,1.5,2024-01-31,x,good\n8,B,1,2.0,2024-02-01,y,good\n"
                               "9,C,1,3.25,2024-02-02,z,bad\n10,D,0,0.0,2024-02-03,w,good\n"
                               "11,E,0,1.0,2024-02-04,v,bad\n12,F,0,1.0,2024-02-05,u,good\n",
                               NULL);
    Json *all = all_of("lead", "converted = true"), *fields = all_of("custom_field", NULL);

    counts(result, 6, 0, 0, 0);
    assert_int_equal(json_object_array_length(all), 2);
    CHECK(all, "0/last_name", "B");
    CHECK(all, "0/external_ref", "8");
    CHECK(all, "0/custom/converted", "true");
    CHECK(all, "0/custom/joined", "2024-02-01");
    assert_int_equal(json_object_array_length(fields), 5);
    CHECK(fields, "0/type", "bool");
    CHECK(fields, "1/type", "decimal");
    CHECK(fields, "2/type", "date");
    CHECK(fields, "3/type", "text");
    CHECK(fields, "4/type", "select");
    json_object_put(fields);
    json_object_put(all);
    json_object_put(result);
}

static void extra_columns_can_be_ignored_or_refused(void **state)
{
    static const char FILE_TEXT[] = "last_name,Shoe size\nA,43\n";
    Json *result = import_text("lead", FILE_TEXT, "{\"extra\":\"ignore\"}"), *all;
    Error error;

    assert_true(unmapped(result, "Shoe size"));
    json_object_put(result);
    all = all_of("custom_field", NULL);
    assert_int_equal(json_object_array_length(all), 0);
    json_object_put(all);
    error = refused("lead", FILE_TEXT, strlen(FILE_TEXT), "{\"extra\":\"refuse\"}");
    assert_string_equal(error.field, "Shoe size");
}

static void the_first_of_two_equal_headers_wins(void **state)
{
    Json *result =
        import_text("lead", "email,last_name,email\na@example.com,A,b@example.com\n", NULL);
    Json *all = all_of("lead", NULL);

    CHECK(all, "0/email", "a@example.com");
    assert_true(warns(result, "twice"));
    json_object_put(all);
    json_object_put(result);
}

static void content_finds_what_headers_hide(void **state)
{
    Json *all;

    json_object_put(import_text("lead", "x1,x2\na@example.com,Ada\nb@example.com,Bob\n", NULL));
    all = all_of("lead", NULL);
    CHECK(all, "0/email", "a@example.com");
    json_object_put(all);
}

static void a_map_decides(void **state)
{
    Json *all;
    Error error;

    json_object_put(
        import_text("lead", "a,b\nAda,5000\n", "{\"map\":{\"a\":\"last_name\",\"b\":\"budget\"}}"));
    all = all_of("lead", NULL);
    CHECK(all, "0/last_name", "Ada");
    CHECK(all, "0/budget_minor/minor", "500000");
    json_object_put(all);
    error = refused("lead", "a\n1\n", 4, "{\"map\":{\"a\":\"last_nam\"}}");
    assert_string_equal(error.code, ERROR_USAGE);
    assert_non_null(strstr(error.hint, "last_name"));
}

/* ---- 3. notation ---------------------------------------------------------------------------- */

static void the_column_decides_how_numbers_and_dates_are_written(void **state)
{
    Json *all;

    json_object_put(import_text("opportunity",
                                "name;amount;currency;close_date\n"
                                "One;1.234,56;EUR;03.04.2026\nTwo;2.000;EUR;31.12.2026\n"
                                "Three;\"1 234,56 \xe2\x82\xac\";EUR;01.02.2026\n",
                                NULL));
    json_object_put(import_text("opportunity",
                                "name,amount,close_date\n"
                                "Four,\"$1,234.56\",12/31/2026\nFive,(12.50),01/02/2026\n",
                                NULL));
    all = all_of("opportunity", NULL);
    assert_int_equal(json_object_array_length(all), 5);
    CHECK(all, "0/amount_minor/minor", "123456");
    CHECK(all, "0/close_date", "2026-04-03");
    CHECK(all, "1/amount_minor/minor", "200000");
    CHECK(all, "2/amount_minor/minor", "123456");
    CHECK(all, "3/amount_minor/minor", "123456");
    CHECK(all, "3/currency", "USD");
    CHECK(all, "3/close_date", "2026-12-31");
    CHECK(all, "4/amount_minor/minor", "-1250");
    CHECK(all, "4/close_date", "2026-01-02");
    json_object_put(all);
}

static void an_undecided_column_takes_the_tenants_country_and_warns(void **state)
{
    static const char FILE_TEXT[] = "name,close_date\nA,03/04/2026\n";
    Json *result = import_text("opportunity", FILE_TEXT, NULL), *all;

    assert_true(warns(result, "day or the month"));
    json_object_put(result);
    result = import_text("opportunity", FILE_TEXT, "{\"locale\":\"en-US\"}");
    assert_false(warns(result, "day or the month"));
    json_object_put(result);
    all = all_of("opportunity", NULL);
    CHECK(all, "0/close_date", "2026-04-03");
    CHECK(all, "1/close_date", "2026-03-04");
    json_object_put(all);
}

static void a_date_in_a_time_field_is_midnight_here(void **state)
{
    Json *all;

    json_object_put(import_text("task", "title,due_at\nCall,2026-07-01\n", NULL));
    all = all_of("task", NULL);
    CHECK(all, "0/due_at", "2026-06-30T22:00:00Z");
    json_object_put(all);
}

static void phones_take_the_country_of_their_row(void **state)
{
    Json *result =
        import_text("lead",
                    "last_name,phone,country\nA,030 123456,Germany\nB,(555) 010-9999,USA\n"
                    "C,01 40 20 50 50,France\nD,call me,DE\n",
                    NULL);
    Json *all = all_of("lead", NULL);

    counts(result, 4, 0, 0, 0);
    CHECK(all, "0/phone_e164", "+4930123456");
    CHECK(all, "1/phone_e164", "+15550109999");
    CHECK(all, "2/phone_e164", "+33140205050");
    CHECK(all, "3/phone", "call me");
    assert_true(warns(result, "no phone number"));
    json_object_put(all);
    json_object_put(result);
}

/* ---- 4. words ------------------------------------------------------------------------------- */

static void choices_match_by_key_label_or_translation(void **state)
{
    Json *result = import_text(
        "lead",
        "last_name,state,rating\nA,Qualified,HOT\nB,dis-qualified,warm\nC,nouveau,kalt\n"
        "D,nonsense,hot\n",
        NULL);
    Json *all = all_of("lead", NULL);

    counts(result, 3, 0, 0, 1);
    CHECK(result, "errors/0/code", "enum");
    CHECK(result, "errors/0/row", "4");
    CHECK(result, "errors/0/column", "state");
    CHECK(all, "0/state", "qualified");
    CHECK(all, "0/rating", "hot");
    CHECK(all, "1/state", "disqualified");
    CHECK(all, "2/state", "new");
    CHECK(all, "2/rating", "cold");
    json_object_put(all);
    json_object_put(result);
}

static void a_synonym_with_foreign_words_stays_unmapped(void **state)
{
    Json *result = import_text("lead", "last_name,Status\nA,Blue\nB,Green\nC,new\n", NULL);
    Json *all = all_of("lead", NULL);

    assert_true(unmapped(result, "Status"));
    assert_true(warns(result, "Status"));
    CHECK(all, "0/state", "new");
    CHECK(all, "0/custom/status", "Blue");
    json_object_put(all);
    json_object_put(result);
}

static void sources_and_countries_keep_what_they_cannot_say(void **state)
{
    Json *result = import_text(
        "lead",
        "last_name,Lead Source,Country\nA,Fair in Oslo,Norv\xc3\xa8ge\nB,referral,Atlantis\n"
        "C,ads,U.S.A.\nD,ads,Espa\xc3\xb1"
        "a\n",
        NULL);
    Json *all = all_of("lead", NULL);

    counts(result, 4, 0, 0, 0);
    CHECK(all, "0/source", "other");
    CHECK(all, "0/source_detail", "Fair in Oslo");
    CHECK(all, "0/country", "NO");
    CHECK(all, "1/source", "referral");
    assert_string_equal(at(all, "1/country"), "");
    CHECK(all, "1/custom/country_text", "Atlantis");
    CHECK(all, "2/country", "US");
    CHECK(all, "3/country", "ES");
    assert_true(warns(result, "Atlantis"));
    json_object_put(all);
    json_object_put(result);
}

/* ---- 5. references -------------------------------------------------------------------------- */

static void companies_are_made_other_references_stay_blank(void **state)
{
    static const char FILE_TEXT[] = "last_name,company,owner\nA,Acme,nobody@example.com\nB,Acme,\n";
    Json *result = import_text("contact", FILE_TEXT, NULL);
    Json *all = all_of("contact", NULL), *companies = all_of("company", NULL);

    counts(result, 2, 0, 0, 0);
    assert_int_equal(json_object_array_length(companies), 1);
    CHECK(all, "0/company_id/label", "Acme");
    CHECK(all, "1/company_id/label", "Acme");
    assert_string_equal(at(all, "0/owner_id"), "");
    assert_true(warns(result, "not there"));
    json_object_put(all);
    json_object_put(companies);
    json_object_put(result);
    result = import_text("contact", FILE_TEXT, "{\"on_missing\":\"error\"}");
    counts(result, 1, 0, 0, 1);
    CHECK(result, "errors/0/code", "ref");
    json_object_put(result);
    result =
        import_text("contact", "last_name,company\nC,New Firm\n", "{\"on_missing\":\"blank\"}");
    counts(result, 1, 0, 0, 0);
    json_object_put(result);
    companies = all_of("company", NULL);
    assert_int_equal(json_object_array_length(companies), 1);
    json_object_put(companies);
}

/* ---- 6. and 7. what foreign files lack, and states as they stood ----------------------------- */

static void pipelines_come_from_the_base(void **state)
{
    Json *all;

    json_object_put(import_text("opportunity",
                                "Deal,name,Stage,amount,close_date\n"
                                "1,Big,closedwon,100,2026-01-01\n2,Small,,50,2026-01-01\n",
                                NULL));
    all = all_of("opportunity", NULL);
    CHECK(all, "0/stage_id/label", "Closed won");
    CHECK(all, "1/stage_id/label", "Prospecting");
    CHECK(all, "1/pipeline_id/label", "Sales");
    CHECK(all, "1/currency", "EUR");
    json_object_put(all);
}

static void states_stand_as_they_stood_and_numbers_go_on(void **state)
{
    Json *all;

    json_object_put(
        import_text("lead", "last_name,state,number\nA,converted,L-41\nB,disqualified,\n", NULL));
    all = all_of("lead", NULL);
    CHECK(all, "0/state", "converted");
    CHECK(all, "0/number", "L-41");
    CHECK(all, "0/actor_kind", "import");
    CHECK(all, "1/number", "L-42");
    json_object_put(all);
}

/* ---- 8. duplicates -------------------------------------------------------------------------- */

static void matching_rows_are_skipped_updated_or_filled(void **state)
{
    static const char FIRST[] = "email,last_name,job_title\nada@example.com,Lovelace,\n";
    static const char SECOND[] = "email,last_name,job_title\n ADA@Example.com ,Byron,Countess\n";
    Json *result, *all;

    json_object_put(import_text("lead", FIRST, "{\"match\":\"email\"}"));
    result = import_text("lead", SECOND, "{\"match\":\"email\"}");
    counts(result, 0, 0, 1, 0);
    json_object_put(result);
    result = import_text("lead", SECOND, "{\"match\":\"email\",\"on_match\":\"update-blank\"}");
    counts(result, 0, 1, 0, 0);
    json_object_put(result);
    all = all_of("lead", NULL);
    CHECK(all, "0/last_name", "Lovelace");
    CHECK(all, "0/job_title", "Countess");
    json_object_put(all);
    result = import_text("lead", "email,last_name,job_title\nada@example.com,,\\N\n",
                         "{\"match\":\"email\",\"on_match\":\"update\"}");
    counts(result, 0, 1, 0, 0);
    json_object_put(result);
    result = import_text("lead", "email,last_name,job_title\nada@example.com,Lovelace,\n",
                         "{\"match\":\"email\",\"on_match\":\"update\"}");
    counts(result, 0, 0, 1, 0);
    json_object_put(result);
    result = import_text("lead", SECOND, "{\"match\":\"email\",\"on_match\":\"create\"}");
    counts(result, 1, 0, 0, 0);
    json_object_put(result);
    all = all_of("lead", NULL);
    assert_int_equal(json_object_array_length(all), 2);
    CHECK(all, "0/last_name", "Lovelace");
    assert_string_equal(at(all, "0/job_title"), "");
    json_object_put(all);
}

static void earlier_rows_of_the_file_count(void **state)
{
    static const char FILE_TEXT[] = "email,last_name\na@example.com,A\nb@example.com,B\n"
                                    "A@example.com,C\nx@example.com,D\nb@example.com,E\n";
    Json *result = import_text("lead", FILE_TEXT, "{\"match\":\"email\",\"dry_run\":true}");

    counts(result, 3, 0, 2, 0);
    json_object_put(result);
    result = import_text("lead", FILE_TEXT, "{\"match\":\"email\"}");
    counts(result, 3, 0, 2, 0);
    json_object_put(result);
}

static void unique_fields_collide(void **state)
{
    Json *result =
        import_text("company", "name,domain\nA,a.example\nB,a.example\nC,c.example\n", NULL);

    counts(result, 2, 0, 0, 1);
    CHECK(result, "errors/0/code", "duplicate");
    CHECK(result, "errors/0/row", "2");
    CHECK(result, "errors/0/column", "domain");
    json_object_put(result);
}

/* ---- 9. all or row by row ------------------------------------------------------------------- */

static void a_file_that_breaks_off_imports_nothing(void **state)
{
    static const char FILE_TEXT[] = "last_name\nA\nB\n\"C\n";
    Error error = refused("lead", FILE_TEXT, strlen(FILE_TEXT), NULL);
    Json *all = all_of("lead", NULL);

    assert_string_equal(error.code, ERROR_SYNTAX);
    assert_int_equal(error.line, 4);
    assert_int_equal(json_object_array_length(all), 0);
    json_object_put(all);
}

static void bad_rows_fail_alone_and_can_be_corrected(void **state)
{
    Json *result =
        import_text("company",
                    "name,employees,email\nA,12,a@example.com\n,5,b@example.com\nC,many,\n"
                    "D,-4,\nE,3,not-an-address\nF,1,\"x\"y\nG,1,,extra\nH,1,\n",
                    NULL);
    static const char *const CODES[] = {"required", "type", "rule", "type", "syntax", "syntax"};
    char *errors, *fixed;

    counts(result, 2, 0, 0, 6);
    for (int i = 0; i < 6; i++) {
        char path[32];

        snprintf(path, sizeof path, "errors/%d/code", i);
        CHECK(result, path, CODES[i]);
        snprintf(path, sizeof path, "errors/%d/row", i);
        assert_int_equal(atoi(at(result, path)), i + 2);
    }
    json_object_put(result);
    errors = read_errors();
    assert_non_null(strstr(errors, "row,column,value,code,message,name,employees,email\r\n"));
    assert_non_null(strstr(errors, "\r\n3,employees,many,type,"));
    free(errors);
    /* corrected, it imports again */
    fixed = strdup("row,column,value,code,message,name,employees,email\r\n"
                   "3,employees,many,type,x,C,10,\r\n");
    result = import_text("company", fixed, NULL);
    free(fixed);
    counts(result, 1, 0, 0, 0);
    assert_int_equal(json_object_array_length(Json_get(result, "unmapped")), 0);
    json_object_put(result);
}

/* Any change of the import leads to its whole batch. */
static bool undo_work(ModelContext *context, void *argument, Error *error)
{
    Change *changes;
    size_t count;

    return Model_history(context, NULL, 1, 0, &changes, &count, error) && count == 1 &&
           Model_undo(context, changes[0].id, argument, error);
}

static void one_undo_takes_the_whole_import_back(void **state)
{
    Json *undone = NULL, *all;
    Error error = ERROR_NONE;

    json_object_put(import_text("contact",
                                "last_name,company,Shoes\nA,Acme,42\nB,Acme,43\nC,Other,44\n"
                                "D,Acme,45\nE,Other,46\n",
                                NULL));
    if (!write_model(undo_work, &undone, (Uid){0}, &error))
        fail_msg("%s %s", error.code, error.message);
    json_object_put(undone);
    for (int i = 0; i < 3; i++) {
        static const char *const NAMES[] = {"contact", "company", "custom_field"};

        all = all_of(NAMES[i], NULL);
        assert_int_equal(json_object_array_length(all), 0);
        json_object_put(all);
    }
}

/* Stops after the first batch, as a kill would, and goes on from the cursor. */
static void a_stopped_import_goes_on_without_doubles(void **state)
{
    ImportOptions options = {.resource = Resource_find("lead")};
    Error error = ERROR_NONE;
    Arena *arena = Arena_new(0);
    char path[160];
    StepCall call = {.cursor = json_object_new_object()};
    Json *result = NULL, *all;

    save_text("input", "last_name\nA\nB\nC\nD\nE\n", 20, path);
    options.path = path;
    base.batch = Uid_new();
    for (int attempt = 0; attempt < 2; attempt++) {
        Connection *reader = Store_reader(base.store, &error);
        ModelContext context = model_context(arena, reader);
        ImportPlan *plan = ImportPlan_make(&context, &options, &error);
        Json *plan_json = ImportPlan_to_json(plan);

        ImportPlan_free(plan);
        plan = ImportPlan_from_json(&options, plan_json, &error); /* as a resumed job does */
        json_object_put(plan_json);
        Store_release(base.store, reader);
        call.import = Import_open(plan, &base.tenant, context.now, NULL, &error);
        assert_non_null(call.import);
        assert_true(write_model(prepare_work, &call, base.batch, &error));
        if (attempt == 1)
            assert_true(Import_resume(call.import, call.cursor, &error));
        while ((call.batch = Import_read(call.import, 2, &error)) != NULL) {
            assert_true(write_model(step_work, &call, base.batch, &error));
            Import_free_batch(call.batch);
            if (attempt == 0)
                break;
        }
        if (attempt == 1)
            result = Import_result(call.import, "import");
        Import_close(call.import);
    }
    counts(result, 5, 0, 0, 0);
    all = all_of("lead", NULL);
    assert_int_equal(json_object_array_length(all), 5);
    CHECK(all, "4/last_name", "E");
    json_object_put(all);
    json_object_put(result);
    json_object_put(call.cursor);
    Arena_free(arena);
}

/* A domain that refuses a record after it was written. */
static bool refuse_late(ModelContext *context, const Record *old, Record *record, Error *error)
{
    const char *name = Record_text(record, Resource_field(record->resource, "name"));

    return !name || strcmp(name, "Late") != 0 ||
           Error_set_field(error, ERROR_RULE, "name", "Too late for that.");
}

static void a_record_refused_behind_its_write_fails_alone(void **state)
{
    Json *result, *all;

    Model_register_hooks("company", NULL, refuse_late);
    result = import_text("company", "name\nA\nLate\nB\nC\nLate\n", NULL);
    counts(result, 3, 0, 0, 2);
    CHECK(result, "errors/0/row", "2");
    assert_int_equal(json_object_array_length(Json_get(result, "errors")), 2);
    json_object_put(result);
    all = all_of("company", NULL);
    assert_int_equal(json_object_array_length(all), 3);
    json_object_put(all);
}

/* ---- 10. results ---------------------------------------------------------------------------- */

static void blank_rows_and_footers_are_no_records(void **state)
{
    Json *result =
        import_text("lead",
                    "last_name,email,phone\nA,a@example.com,\n,,\n\nB,b@example.com,\n\n"
                    "Grand Totals (2 records),,\nConfidential Information - Do Not Distribute,,\n",
                    NULL);

    counts(result, 2, 0, 0, 0);
    assert_int_equal(Json_int(result, "rows", 0), 2);
    json_object_put(result);
}

static void a_dry_run_writes_nothing(void **state)
{
    static const char *const NAMES[] = {"lead", "company", "custom_field", "number_sequence"};
    Json *before = all_of("number_sequence", NULL), *all;
    Json *result = import_text("lead", "last_name,Colour,email\nA,red,\nB,blue,nonsense\n",
                               "{\"dry_run\":true}");

    counts(result, 1, 0, 0, 1);
    CHECK(result, "errors/0/row", "2");
    assert_true(unmapped(result, "Colour"));
    json_object_put(result);
    for (size_t i = 0; i < 3; i++) {
        all = all_of(NAMES[i], NULL);
        assert_int_equal(json_object_array_length(all), 0);
        json_object_put(all);
    }
    all = all_of("number_sequence", NULL);
    assert_true(json_object_equal(all, before));
    json_object_put(all);
    json_object_put(before);
}

/* ---- 11. cells ------------------------------------------------------------------------------ */

static void control_characters_are_taken_out_with_a_warning(void **state)
{
    static const char FILE_TEXT[] = "last_name,description\nA\0da,x\x1b[31mred\n";
    Json *result = import_bytes("lead", FILE_TEXT, sizeof FILE_TEXT - 1, NULL);
    Json *all = all_of("lead", NULL);

    CHECK(all, "0/last_name", "Ada");
    CHECK(all, "0/description", "x[31mred");
    assert_true(warns(result, "Control characters"));
    json_object_put(all);
    json_object_put(result);
}

static void exactly_one_apostrophe_is_taken_away(void **state)
{
    Json *all;

    json_object_put(import_text("lead", "last_name,title\n'=A,''=B\n'C,'+1\n", NULL));
    all = all_of("lead", NULL);
    CHECK(all, "0/last_name", "=A");
    CHECK(all, "0/title", "'=B");
    CHECK(all, "1/last_name", "'C");
    CHECK(all, "1/title", "+1");
    json_object_put(all);
}

static int open_with_pipeline(void **state)
{
    if (open_base(state) != 0)
        return -1;
    create("pipeline",
           "{\"name\":\"Sales\",\"entity\":\"opportunity\",\"is_default\":true,\"stages\":["
           "{\"name\":\"Prospecting\",\"category\":\"open\"},{\"name\":\"Closed "
           "won\",\"category\":\"won\"}]}");
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_base, close_base)
#define SALES(name) cmocka_unit_test_setup_teardown(name, open_with_pipeline, close_base)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_kind_of_file_is_read),
        CASE(other_files_are_refused_by_what_they_are),
        CASE(headers_find_their_fields),
        CASE(unknown_columns_become_custom_fields_of_their_type),
        CASE(extra_columns_can_be_ignored_or_refused),
        CASE(the_first_of_two_equal_headers_wins),
        CASE(content_finds_what_headers_hide),
        CASE(a_map_decides),
        SALES(the_column_decides_how_numbers_and_dates_are_written),
        SALES(an_undecided_column_takes_the_tenants_country_and_warns),
        CASE(a_date_in_a_time_field_is_midnight_here),
        CASE(phones_take_the_country_of_their_row),
        CASE(choices_match_by_key_label_or_translation),
        CASE(a_synonym_with_foreign_words_stays_unmapped),
        CASE(sources_and_countries_keep_what_they_cannot_say),
        CASE(companies_are_made_other_references_stay_blank),
        SALES(pipelines_come_from_the_base),
        CASE(states_stand_as_they_stood_and_numbers_go_on),
        CASE(matching_rows_are_skipped_updated_or_filled),
        CASE(earlier_rows_of_the_file_count),
        CASE(unique_fields_collide),
        CASE(a_file_that_breaks_off_imports_nothing),
        CASE(bad_rows_fail_alone_and_can_be_corrected),
        CASE(one_undo_takes_the_whole_import_back),
        CASE(a_stopped_import_goes_on_without_doubles),
        CASE(a_record_refused_behind_its_write_fails_alone),
        CASE(blank_rows_and_footers_are_no_records),
        CASE(a_dry_run_writes_nothing),
        CASE(control_characters_are_taken_out_with_a_warning),
        CASE(exactly_one_apostrophe_is_taken_away),
    };
    Error error = ERROR_NONE;

    return World_init(&error) ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
