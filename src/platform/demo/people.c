/* people.c - persons and firms with names, addresses and habits. */
#include <string.h>
#include "platform/demo/private.h"

static void split_city(Demo *demo, DemoIdentity *person, const char *entry)
{
    const char *space = strchr(entry, ' ');
    person->city =
        Arena_strndup(demo->lasting, entry, space ? (size_t)(space - entry) : strlen(entry));
    person->postal_code = space ? space + 1 : "";
}

static void name_company(Demo *demo, DemoIdentity *person)
{
    const YamlNode *industries = Yaml_get(demo->lists, "industries");
    DemoList stems = DemoLists_of(demo, "stems");
    if (!industries || industries->count == 0 || demo->failed)
        return;
    const YamlNode *entry =
        industries->items[Dice_between(&demo->dice, 0, (int64_t)industries->count - 1)];
    const YamlNode *words = entry->count ? entry->items[0] : NULL;
    if (!words || words->count == 0)
        return;
    const char *stem = DEMO_PICK(demo, stems);
    const char *word = words->items[Dice_between(&demo->dice, 0, (int64_t)words->count - 1)]->text;
    person->industry = words->key;
    person->company = Arena_printf(demo->lasting, "%s %s %s", stem, word,
                                   DEMO_PICK(demo, person->country->suffixes));
    person->domain =
        Arena_printf(demo->lasting, "%s-%s%lld.example", DemoLists_address_part(demo, stem),
                     DemoLists_address_part(demo, word), (long long)++demo->serial);
}

void DemoPeople_invent(Demo *demo, DemoIdentity *person, bool firm)
{
    memset(person, 0, sizeof *person);
    person->country = DemoLists_country(demo);
    person->first = DEMO_PICK(demo, person->country->first);
    person->last = DEMO_PICK(demo, person->country->last);
    person->name = Arena_printf(demo->lasting, "%s %s", person->first, person->last);
    split_city(demo, person, DEMO_PICK(demo, person->country->cities));
    person->street = Arena_printf(demo->lasting, "%s %d", DEMO_PICK(demo, person->country->streets),
                                  (int)Dice_between(&demo->dice, 1, 120));
    person->phone = Arena_printf(demo->context.arena, "%s%06d", person->country->phone,
                                 (int)Dice_between(&demo->dice, 100000, 999999));
    DemoList titles = DemoLists_of(demo, "job_titles");
    person->job_title = demo->failed ? "" : DEMO_PICK(demo, titles);
    if (firm)
        name_company(demo, person);
    const char *part = DemoLists_address_part(demo, person->name);
    person->email = person->domain ? Arena_printf(demo->lasting, "%s@%s", part, person->domain)
                                   : Arena_printf(demo->lasting, "%s%lld@mail.example", part,
                                                  (long long)++demo->serial);
}

int64_t DemoPeople_save_company(Demo *demo, const DemoIdentity *person, int64_t owner, int64_t at)
{
    static const char *const BANDS[] = {"1-10", "11-50", "51-200", "201-500"};
    Record *company = Demo_record(demo, &RESOURCE_COMPANY);
    if (!company)
        return 0;
    Company_set_name(company, person->company);
    Company_set_domain(company, person->domain);
    Company_set_kind(company, "customer");
    Company_set_lifecycle(company, "customer");
    Company_set_industry(company, person->industry);
    Company_set_size_band(company, BANDS[Dice_between(&demo->dice, 0, 3)]);
    Company_set_currency(company, demo->currency);
    Company_set_phone(company, person->phone);
    Company_set_website(company, Arena_printf(demo->context.arena, "https://%s/", person->domain));
    Company_set_owner_id(company, owner);
    Record *address = Demo_child(demo, company, &RESOURCE_COMPANY_ADDRESS);
    if (address) {
        CompanyAddress_set_kind(address, "billing");
        CompanyAddress_set_primary(address, 1);
        CompanyAddress_set_line1(address, person->street);
        CompanyAddress_set_city(address, person->city);
        CompanyAddress_set_postal_code(address, person->postal_code);
        CompanyAddress_set_country(address, person->country->code);
    }
    return Demo_save(demo, company, at, NULL);
}

int64_t DemoPeople_save_contact(Demo *demo, const DemoIdentity *person, int64_t company,
                                int64_t owner, int64_t at)
{
    Record *contact = Demo_record(demo, &RESOURCE_CONTACT);
    if (!contact)
        return 0;
    Contact_set_first_name(contact, person->first);
    Contact_set_last_name(contact, person->last);
    Contact_set_email(contact, person->email);
    Contact_set_phone(contact, person->phone);
    Contact_set_lifecycle(contact, "customer");
    Contact_set_owner_id(contact, owner);
    if (company) {
        Contact_set_company_id(contact, company);
        Contact_set_job_title(contact, person->job_title);
    }
    Record *address = Demo_child(demo, contact, &RESOURCE_CONTACT_ADDRESS);
    if (address) {
        ContactAddress_set_kind(address, "shipping");
        ContactAddress_set_primary(address, 1);
        ContactAddress_set_line1(address, person->street);
        ContactAddress_set_city(address, person->city);
        ContactAddress_set_postal_code(address, person->postal_code);
        ContactAddress_set_country(address, person->country->code);
    }
    return Demo_save(demo, contact, at, NULL);
}

DemoCustomer *DemoPeople_add_customer(Demo *demo, const DemoIdentity *person, int64_t contact,
                                      int64_t company)
{
    demo->customers = Demo_grow(demo, demo->customers, demo->customer_count, &demo->customer_room,
                                sizeof *demo->customers);
    if (demo->failed)
        return NULL;
    DemoCustomer *customer = &demo->customers[demo->customer_count++];
    *customer = (DemoCustomer){.contact = contact,
                               .company = company,
                               .country = person->country,
                               .name = person->name,
                               .company_name = person->company,
                               .email = person->email,
                               .street = person->street,
                               .city = person->city,
                               .postal_code = person->postal_code,
                               .interval = Dice_size(&demo->dice, company ? 48 : 110, 0.5),
                               .lateness = Dice_wait(&demo->dice, 5) - 3,
                               .never_pays = Dice_chance(&demo->dice, 0.03)};
    return customer;
}

DemoCustomer *DemoPeople_shopper(Demo *demo, int32_t day)
{
    DemoIdentity person;
    DemoPeople_invent(demo, &person, false);
    int64_t contact =
        DemoPeople_save_contact(demo, &person, 0, demo->owner_user, Demo_moment(demo, day));
    return demo->failed ? NULL : DemoPeople_add_customer(demo, &person, contact, 0);
}
