/* Labels in five languages, and headers of foreign files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "model/generated/fields.h"
#include "model/translation.h"
#include "model/translation_table.h"

static void looks_up(void **state)
{
    assert_string_equal(Translation_of("de", "Amount"), "Betrag");
    assert_string_equal(Translation_of("pt-BR", "Leads"), "Leads");
    assert_string_equal(Translation_of("fr_FR", "Company"), "Société");
    assert_string_equal(Translation_of("es", "Web form"), "Formulario web");
    assert_string_equal(Translation_of("en", "Amount"), "Amount");
    assert_string_equal(Translation_of(NULL, "Amount"), "Amount");
    assert_string_equal(Translation_of("den", "Amount"), "Amount");
    assert_string_equal(Translation_of("de", "Never heard of"), "Never heard of");
    assert_null(Translation_of("de", NULL));
    assert_false(Translation_known("de", "Never heard of"));
}

/* Names of products and formats are the same in every language. */
static bool is_proper_name(const char *label)
{
    static const char *const NAMES[] = {
        "HubSpot", "Stripe", "PayPal", "Shopify",    "Saleor", "Wagtail", "WordPress", "Superset",
        "Slack",   "SMTP",   "Twilio", "Google",     "S3",     "CSV",     "JSON",      "XLSX",
        "PDF",     "HTML",   "SQLite", "PostgreSQL", "SMS",    "URL",     "API",       "CRM",
        "GDPR",    "CCPA",   "LGPD",   "SEPA",       "IBAN",   "SQL",     "HMAC",      "Adyen",
        "FTP",     "SSH",    "Emacs",  "Vi",         "B2B",    "Status"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(NAMES[i], label) == 0)
            return true;
    return label[strspn(label, "0123456789+-")] == '\0';
}

static void need(const char *resource, const char *label)
{
    for (int i = 0; !is_proper_name(label) && TRANSLATION_LANGUAGES[i]; i++)
        if (!Translation_known(TRANSLATION_LANGUAGES[i], label))
            fail_msg("%s: no %s words for \"%s\"", resource, TRANSLATION_LANGUAGES[i], label);
}

static void need_all(const ResourceDef *resource)
{
    need(resource->name, resource->label);
    need(resource->name, resource->label_plural);
    for (int i = resource->first_own; i < resource->field_count; i++) {
        const FieldDef *field = &resource->fields[i];
        if (field->flags & FIELD_HIDDEN)
            continue;
        need(resource->name, field->label);
        if (field->section)
            need(resource->name, field->section);
        for (int c = 0; c < field->choice_count; c++)
            need(resource->name, field->choices[c].label);
    }
    for (int i = 0; i < resource->transition_count; i++)
        need(resource->name, resource->transitions[i].label);
}

static void business_is_complete(void **state)
{
    static const char *const DOMAINS[] = {"crm", "commerce", "billing", "platform"};
    for (int i = 0; i < RESOURCE_COUNT; i++)
        for (size_t d = 0; d < sizeof DOMAINS / sizeof *DOMAINS; d++) {
            if (strcmp(RESOURCES[i]->domain, DOMAINS[d]) != 0)
                continue;
            need_all(RESOURCES[i]);
            for (int c = 0; c < RESOURCES[i]->child_count; c++)
                need_all(RESOURCES[i]->children[c]);
        }
    for (int i = 0; i < RESOURCE_COUNT; i++)
        need(RESOURCES[i]->name, RESOURCES[i]->label);
}

static void rows_are_sorted(void **state)
{
    for (int i = 1; i < TRANSLATION_COUNT; i++)
        assert_true(strcmp(TRANSLATIONS[i - 1].english, TRANSLATIONS[i].english) < 0);
    for (int i = 0; i < TRANSLATION_COUNT; i++)
        for (int j = 0; j < TRANSLATION_LANGUAGE_COUNT; j++)
            assert_non_null(TRANSLATIONS[i].words[j]);
}

/* A synonym of a field that no resource has would never be found. */
static void synonyms_have_fields(void **state)
{
    for (int i = 0; i < SYNONYM_COUNT; i++) {
        const SynonymRow *row = &SYNONYMS[i];
        bool found = false;
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            if (row->resource[0] && strcmp(RESOURCES[r]->name, row->resource) != 0)
                continue;
            found = found || Resource_field(RESOURCES[r], row->field) >= 0;
            for (int c = 0; c < RESOURCES[r]->child_count; c++)
                found = found || (!row->resource[0] &&
                                  Resource_field(RESOURCES[r]->children[c], row->field) >= 0);
        }
        if (!found)
            fail_msg("synonyms of unknown field %s.%s", row->resource, row->field);
        assert_true(row->count > 0);
    }
}

static bool means(const ResourceDef *resource, int field, const char *header)
{
    return Synonyms_match(resource, &resource->fields[field], header);
}

static void headers_are_known(void **state)
{
    assert_true(means(&RESOURCE_LEAD, FIELD_LEAD_EMAIL, "E-Mail"));
    assert_true(means(&RESOURCE_LEAD, FIELD_LEAD_EMAIL, "correo electrónico"));
    assert_true(means(&RESOURCE_LEAD, FIELD_LEAD_LAST_NAME, "Surname"));
    assert_true(means(&RESOURCE_LEAD, FIELD_LEAD_LAST_NAME, "APELLIDOS"));
    assert_true(means(&RESOURCE_LEAD, FIELD_LEAD_FIRST_NAME, "Prenom"));
    assert_true(means(&RESOURCE_LEAD, FIELD_LEAD_COMPANY_NAME, "Société"));
    assert_true(means(&RESOURCE_CONTACT, FIELD_CONTACT_COMPANY_ID, "Company"));
    assert_true(means(&RESOURCE_OPPORTUNITY, FIELD_OPPORTUNITY_AMOUNT_MINOR, "Deal Value"));
    assert_true(means(&RESOURCE_ORDER, FIELD_ORDER_SHIPPING_CITY, "Shipping City"));
    assert_true(means(&RESOURCE_ORDER, FIELD_ORDER_PAYMENT_STATE, "Financial Status"));
    assert_false(means(&RESOURCE_LEAD, FIELD_LEAD_EMAIL, "phone"));
    assert_false(means(&RESOURCE_LEAD, FIELD_LEAD_EMAIL, ""));
    const char *const *words = NULL;
    assert_true(Synonyms_of("lead", "need", &words) >= 5);
    assert_string_equal(words[0], "requirement");
    assert_true(Synonyms_of("supplier", "phone", &words) > 5);
    assert_int_equal(Synonyms_of("lead", "nothing", &words), 0);
    assert_null(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_up),          cmocka_unit_test(business_is_complete),
        cmocka_unit_test(rows_are_sorted),   cmocka_unit_test(synonyms_have_fields),
        cmocka_unit_test(headers_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
