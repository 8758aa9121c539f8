/* service.c - customers ask, support answers. */
#include <string.h>
#include "platform/demo/private.h"

static const char *row_text(const YamlNode *row, size_t index)
{
    return index < row->count ? row->items[index]->text : "";
}

static void set_progress(Demo *demo, Record *ticket, int64_t created, bool urgent)
{
    int64_t answered = created + (int64_t)(Dice_wait(&demo->dice, urgent ? 1.5 : 5) * 3.6e9);
    int64_t resolved = answered + (int64_t)(Dice_wait(&demo->dice, urgent ? 10 : 30) * 3.6e9);
    int64_t now = Demo_now(demo);
    Ticket_set_sla_first_due_at(ticket, created + 8 * 3600 * MICROSECONDS_PER_SECOND);
    Ticket_set_sla_resolve_due_at(ticket, created + 3 * MICROSECONDS_PER_DAY);
    if (answered <= now)
        Ticket_set_first_response_at(ticket, answered);
    if (resolved > now) {
        Ticket_set_state(ticket, answered <= now ? "open" : "new");
        return;
    }
    Ticket_set_resolved_at(ticket, resolved);
    Ticket_set_state(ticket, now - resolved > 7 * MICROSECONDS_PER_DAY ? "closed" : "resolved");
    if (Dice_chance(&demo->dice, 0.4))
        Ticket_set_csat(ticket, resolved - created < 2 * MICROSECONDS_PER_DAY
                                    ? Dice_between(&demo->dice, 3, 5)
                                    : Dice_between(&demo->dice, 1, 4));
}

static void save_ticket(Demo *demo, const DemoCustomer *customer, int32_t day)
{
    static const char *const CHANNELS[] = {"email", "email", "phone", "portal", "chat"};
    const YamlNode *kinds = Yaml_get(demo->lists, "tickets");
    Record *ticket = Demo_record(demo, &RESOURCE_TICKET);
    if (!ticket || !kinds || kinds->count == 0)
        return;
    const YamlNode *row = kinds->items[Dice_between(&demo->dice, 0, (int64_t)kinds->count - 1)];
    const DemoPerson *agent = DemoLists_staff(demo, "support");
    int64_t created = Demo_moment(demo, day);
    const char *priority = row_text(row, 2);
    Ticket_set_subject(ticket, row_text(row, 0));
    Ticket_set_kind(ticket, row_text(row, 1));
    Ticket_set_priority(ticket, priority);
    Ticket_set_channel(ticket, CHANNELS[Dice_between(&demo->dice, 0, 4)]);
    Ticket_set_contact_id(ticket, customer->contact);
    if (customer->company)
        Ticket_set_company_id(ticket, customer->company);
    if (agent)
        Ticket_set_owner_id(ticket, agent->id);
    set_progress(demo, ticket, created, strcmp(priority, "urgent") == 0);
    Demo_save(demo, ticket, created, NULL);
}

void DemoService_day(Demo *demo, int32_t day)
{
    double mean = 0.0011 * demo->customer_count * (Demo_workday(day) ? 1.2 : 0.5);
    int count = demo->customer_count ? Dice_count(&demo->dice, mean) : 0;
    for (int i = 0; i < count && !demo->failed; i++)
        save_ticket(demo, &demo->customers[Dice_between(&demo->dice, 0, demo->customer_count - 1)],
                    day);
}
