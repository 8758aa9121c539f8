/* The descriptors that the generator made of data/resources, all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include "model/generated/accessors.h"
#include "model/generated/fields.h"

typedef void (*Visit)(const ResourceDef *resource);

static void each(Visit visit)
{
    for (int i = 0; i < RESOURCE_COUNT; i++)
        visit(RESOURCES[i]);
    for (int i = 0; i < CHILD_RESOURCE_COUNT; i++)
        visit(CHILD_RESOURCES[i]);
}

static void counts(void **state)
{
    assert_true(RESOURCE_COUNT >= 100);
    assert_true(CHILD_RESOURCE_COUNT >= 60);
    assert_int_equal(strlen(RESOURCE_CHECKSUM), 16);
    for (int i = 1; i < RESOURCE_COUNT; i++)
        assert_true(strcmp(RESOURCES[i - 1]->name, RESOURCES[i]->name) < 0);
}

static void base_columns(const ResourceDef *resource)
{
    bool child = resource->parent != NULL;
    assert_string_equal(resource->fields[0].name, "id");
    assert_string_equal(resource->fields[child ? 1 : 2].name, "tenant_id");
    if (child) {
        assert_string_equal(resource->fields[CHILD_PARENT_ID].name, "parent_id");
        assert_string_equal(resource->fields[CHILD_POSITION].name, "position");
        assert_int_equal(resource->first_own, resource->addressable ? 6 : 4);
        assert_int_equal(resource->addressable, resource->title != NULL);
    } else {
        assert_string_equal(resource->fields[BASE_VERSION].name, "version");
        assert_string_equal(resource->fields[BASE_CUSTOM].name, "custom");
        assert_non_null(resource->title);
        assert_non_null(resource->list);
        assert_non_null(resource->list[0]);
        assert_non_null(resource->help);
    }
    assert_true(resource->field_count > resource->first_own);
}

static void references_resolve(const ResourceDef *resource)
{
    for (int i = 0; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        if (field->type == FIELD_RECORD)
            assert_true(Resource_field(resource, field->reference) >= 0);
        else if (field->reference)
            assert_non_null(Resource_find(field->reference));
        if (field->currency_field)
            assert_true(Resource_field(resource, field->currency_field) >= 0);
        if (field->flags & FIELD_LIST)
            assert_int_equal(field->type, FIELD_JSON);
        if (field->type == FIELD_ENUM)
            assert_true(field->choice_count > 0);
        if (field->type == FIELD_ENUM && field->default_text)
            assert_true(Field_has_choice(field, field->default_text));
    }
}

static void names_are_unique(const ResourceDef *resource)
{
    for (int i = 0; i < resource->field_count; i++)
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(resource->fields[i].column, resource->fields[j].column);
            assert_string_not_equal(resource->fields[i].name, resource->fields[j].name);
        }
    for (int i = 0; i < resource->field_count; i++) {
        assert_int_equal(Resource_field(resource, resource->fields[i].name), i);
        if (resource->fields[i].alias)
            assert_int_equal(Resource_field(resource, resource->fields[i].alias), i);
    }
}

static bool is_state(const ResourceDef *resource, const char *key)
{
    return Field_has_choice(&resource->fields[resource->state_field], key);
}

/* From every state that is left at all, and only between known states. */
static void transitions_are_sound(const ResourceDef *resource)
{
    if (resource->state_field >= 0)
        assert_true(is_state(resource, resource->initial_state));
    for (int i = 0; i < resource->transition_count; i++) {
        const TransitionDef *transition = &resource->transitions[i];
        assert_true(is_state(resource, transition->to));
        assert_true(strcmp(transition->from, "*") == 0 || is_state(resource, transition->from));
        assert_non_null(transition->label);
        for (int j = 0; transition->required && transition->required[j]; j++)
            assert_true(Resource_field(resource, transition->required[j]) >= 0);
        for (int j = 0; j < i; j++)
            assert_false(strcmp(resource->transitions[j].name, transition->name) == 0 &&
                         strcmp(resource->transitions[j].from, transition->from) == 0);
        if (!transition->inverse)
            continue;
        const TransitionDef *back =
            Resource_transition(resource, transition->inverse, transition->to);
        assert_non_null(back);
        assert_string_equal(back->to, transition->from);
    }
}

static void every_description(void **state)
{
    each(base_columns);
    each(references_resolve);
    each(names_are_unique);
    each(transitions_are_sound);
}

/* No state can be reached only by importing it: the search follows the transitions. */
static void states_are_reached(void **state)
{
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        const ResourceDef *resource = RESOURCES[r];
        if (!resource->transition_count)
            continue;
        const FieldDef *field = &resource->fields[resource->state_field];
        bool reached[64] = {false};
        for (int pass = 0; pass < field->choice_count; pass++)
            for (int i = 0; i < field->choice_count; i++) {
                if (strcmp(field->choices[i].key, resource->initial_state) == 0)
                    reached[i] = true;
                for (int t = 0; t < resource->transition_count && !reached[i]; t++) {
                    const TransitionDef *transition = &resource->transitions[t];
                    if (strcmp(transition->to, field->choices[i].key) != 0)
                        continue;
                    for (int j = 0; j < field->choice_count; j++)
                        if (reached[j] && (strcmp(transition->from, "*") == 0 ||
                                           strcmp(transition->from, field->choices[j].key) == 0))
                            reached[i] = true;
                }
            }
        for (int i = 0; i < field->choice_count; i++)
            if (!reached[i])
                fail_msg("%s: no way to the state %s", resource->name, field->choices[i].key);
    }
}

static void searchable_numbers(void **state)
{
    uint32_t highest = 0;
    int searchable = 0;
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        bool searched = false;
        for (int f = 0; f < RESOURCES[i]->field_count; f++)
            searched = searched || (RESOURCES[i]->fields[f].flags & FIELD_SEARCHED);
        assert_int_equal(searched, RESOURCES[i]->search_id != 0);
        searchable += searched;
        if (RESOURCES[i]->search_id > highest)
            highest = RESOURCES[i]->search_id;
        for (int j = 0; searched && j < i; j++)
            assert_int_not_equal(RESOURCES[i]->search_id, RESOURCES[j]->search_id);
    }
    assert_true(searchable > 50);
    assert_true((int)highest >= searchable);
}

static int execute(sqlite3 *database, const char *sql)
{
    char *message = NULL;
    int status = sqlite3_exec(database, sql, NULL, NULL, &message);
    if (status != SQLITE_OK)
        print_error("%s\n%s\n", message, sql);
    sqlite3_free(message);
    return status;
}

static void tables_can_be_made(void **state)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
    assert_int_equal(execute(database, "PRAGMA foreign_keys = ON; BEGIN"), SQLITE_OK);
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        assert_int_equal(execute(database, RESOURCES[i]->create_sql), SQLITE_OK);
        for (int c = 0; c < RESOURCES[i]->child_count; c++)
            assert_int_equal(execute(database, RESOURCES[i]->children[c]->create_sql), SQLITE_OK);
    }
    for (int i = 0; i < RESOURCE_COUNT; i++) {
        const ResourceDef *resource = RESOURCES[i];
        for (int f = 0; f < resource->field_count; f++) {
            char sql[256];
            snprintf(sql, sizeof sql, "SELECT %s%s%s%s FROM %s", resource->fields[f].column,
                     resource->fields[f].flags & FIELD_SORTABLE ? ", " : "",
                     resource->fields[f].flags & FIELD_SORTABLE ? resource->fields[f].column : "",
                     resource->fields[f].flags & FIELD_SORTABLE ? "_key" : "", resource->table);
            assert_int_equal(execute(database, sql), SQLITE_OK);
        }
    }
    assert_int_equal(execute(database, "COMMIT"), SQLITE_OK);
    sqlite3_close(database);
}

/* A name is free again once its record is in the trash; equal case-folded names collide. */
static void unique_among_living(void **state)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
    assert_int_equal(execute(database, RESOURCE_TEAM.create_sql), SQLITE_OK);
    static const char INSERT[] = "INSERT INTO team (uid, tenant_id, label, label_key, created_at, "
                                 "updated_at, name, name_key)"
                                 " VALUES (randomblob(16), 1, 'A', 'a', 0, 0, 'A', 'a')";
    assert_int_equal(execute(database, INSERT), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, INSERT, NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(execute(database, "UPDATE team SET deleted_at = 1"), SQLITE_OK);
    assert_int_equal(execute(database, INSERT), SQLITE_OK);
    sqlite3_close(database);
}

static void find_by_any_name(void **state)
{
    assert_ptr_equal(Resource_find("lead"), &RESOURCE_LEAD);
    assert_ptr_equal(Resource_find("Leads"), &RESOURCE_LEAD);
    assert_ptr_equal(Resource_find("price-list"), &RESOURCE_PRICE_LIST);
    assert_ptr_equal(Resource_find("Price lists"), &RESOURCE_PRICE_LIST);
    assert_ptr_equal(Resource_find("companies"), &RESOURCE_COMPANY);
    assert_ptr_equal(Resource_find("stage"), &RESOURCE_STAGE);
    assert_null(Resource_find("contact_point"));
    assert_null(Resource_find("nothing"));
    assert_null(Resource_find(""));
    assert_null(Resource_find(NULL));
    assert_string_equal(Resource_nearest("laed"), "lead");
    assert_ptr_equal(Resource_find_prefix("variant"), &RESOURCE_VARIANT);
    assert_null(Resource_find_prefix("leads"));
    assert_ptr_equal(Resource_find_child(&RESOURCE_CONTACT, "addresses"),
                     &RESOURCE_CONTACT_ADDRESS);
    assert_ptr_equal(RESOURCE_CONTACT_ADDRESS.parent, &RESOURCE_CONTACT);
    assert_null(Resource_find_child(&RESOURCE_CONTACT, "variants"));
}

static void fields_by_name_and_alias(void **state)
{
    assert_int_equal(Resource_field(&RESOURCE_LEAD, "email"), FIELD_LEAD_EMAIL);
    assert_int_equal(Resource_field(&RESOURCE_OPPORTUNITY, "amount"),
                     FIELD_OPPORTUNITY_AMOUNT_MINOR);
    assert_int_equal(Resource_field(&RESOURCE_CONTACT, "company"), FIELD_CONTACT_COMPANY_ID);
    assert_int_equal(Resource_field(&RESOURCE_LEAD, "created"), BASE_CREATED_AT);
    assert_int_equal(Resource_field(&RESOURCE_LEAD, "address.city"), FIELD_LEAD_ADDRESS_CITY);
    assert_string_equal(RESOURCE_LEAD.fields[FIELD_LEAD_ADDRESS_CITY].column, "address_city");
    assert_int_equal(Resource_field(&RESOURCE_LEAD, "address"), -1);
    assert_string_equal(Resource_nearest_field(&RESOURCE_LEAD, "emial"), "email");
    assert_string_equal(RESOURCE_ORDER.table, "order_");
    assert_string_equal(RESOURCE_SETTING.fields[FIELD_SETTING_KEY].column, "key_");
    const FieldDef *phone = &RESOURCE_LEAD.fields[FIELD_LEAD_PHONE_E164];
    assert_int_equal(phone->flags & (FIELD_DERIVED | FIELD_HIDDEN), FIELD_DERIVED | FIELD_HIDDEN);
    const FieldDef *amount = &RESOURCE_OPPORTUNITY.fields[FIELD_OPPORTUNITY_AMOUNT_MINOR];
    assert_string_equal(amount->currency_field, "currency");
    assert_string_equal(amount->label, "Amount");
    assert_string_equal(RESOURCE_LEAD.fields[FIELD_LEAD_UTM_SOURCE].label, "UTM source");
    const FieldDef *source = &RESOURCE_LEAD.fields[FIELD_LEAD_SOURCE];
    assert_string_equal(Field_choice_label(source, "web_form"), "Web form");
    assert_string_equal(Field_choice_label(source, "unheard_of"), "unheard_of");
}

static void transition_lookup(void **state)
{
    const TransitionDef *lose = Resource_transition(&RESOURCE_OPPORTUNITY, "lose", "open");
    assert_non_null(lose);
    assert_string_equal(lose->to, "lost");
    assert_string_equal(lose->required[0], "lost_reason");
    assert_string_equal(lose->inverse, "reopen");
    assert_null(Resource_transition(&RESOURCE_OPPORTUNITY, "lose", "won"));
    assert_non_null(Resource_transition(&RESOURCE_TENANT, "begin_closing", "active"));
    assert_null(Resource_transition(&RESOURCE_TENANT, "begin_closing", "closing"));
}

static void types_have_names(void **state)
{
    assert_string_equal(FieldType_name(FIELD_MONEY), "money");
    assert_string_equal(FieldType_name(FIELD_SECRET), "secret");
    assert_true(FieldType_is_text(FIELD_JSON));
    assert_false(FieldType_is_text(FIELD_MONEY));
    assert_false(FieldType_is_text(FIELD_SECRET));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(every_description),
        cmocka_unit_test(states_are_reached),
        cmocka_unit_test(searchable_numbers),
        cmocka_unit_test(tables_can_be_made),
        cmocka_unit_test(unique_among_living),
        cmocka_unit_test(find_by_any_name),
        cmocka_unit_test(fields_by_name_and_alias),
        cmocka_unit_test(transition_lookup),
        cmocka_unit_test(types_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
