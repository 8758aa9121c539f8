/* sales.c - leads arrive, are answered, won or lost; what they were worth is known from their
 * birth, what today can be seen of it is written. */
#include <math.h>
#include <string.h>
#include "platform/demo/private.h"

typedef struct LeadPlan {               /* the life of one lead */
    int64_t created, answered, decided; /* 0 = not until today */
    const char *source, *state, *rating;
    int demographic, behaviour, engagement, fit, score;
    int campaign; /* index, -1 = none */
    bool converts;
    int64_t owner;
} LeadPlan;

static const struct {
    const char *name;
    int share;
    int bonus; /* points of fit */
} SOURCES[] = {{"web_form", 34, 2}, {"ads", 20, -3}, {"referral", 12, 9}, {"email", 10, 1},
               {"event", 8, 4},     {"phone", 8, 5}, {"social", 5, -5},   {"partner", 3, 7}};

/* ---- opportunities --------------------------------------------------------------------------- */

typedef struct Deal {
    int64_t opened, changed; /* changed: when it reached its present stage */
    int stage;               /* 0..3 open, 4 won, 5 lost */
    int64_t reached[6];
    int32_t closes;
    int64_t amount;
} Deal;

static void plan_deal(Demo *demo, Deal *deal, int64_t opened, bool wins)
{
    static const double DAYS[] = {9, 14, 16, 12};
    memset(deal, 0, sizeof *deal);
    deal->opened = deal->changed = deal->reached[0] = opened;
    deal->amount = (int64_t)Dice_size(&demo->dice, 4200, 0.8) / 10 * 10 * demo->unit;
    int loses_after = (int)Dice_between(&demo->dice, 0, 3);
    int64_t at = opened;
    for (int stage = 0; stage < 4; stage++) {
        at += (int64_t)((2 + Dice_wait(&demo->dice, DAYS[stage])) * (double)MICROSECONDS_PER_DAY);
        int next = !wins && stage == loses_after ? 5 : stage + 1;
        if (at > Demo_now(demo))
            break;
        deal->stage = next;
        deal->changed = deal->reached[next] = at;
        if (next >= 4)
            break;
    }
    deal->closes = Demo_day_of(deal->stage >= 4 ? deal->changed : at + 7 * MICROSECONDS_PER_DAY);
}

static void add_stage_history(Demo *demo, Record *opportunity, const Deal *deal, int64_t owner)
{
    int from = -1;
    for (int stage = 0; stage < 6; stage++) {
        if (!deal->reached[stage])
            continue;
        Record *entry = Demo_child(demo, opportunity, &RESOURCE_STAGE_HISTORY);
        if (!entry)
            return;
        if (from >= 0) {
            StageHistory_set_from_stage_id(entry, demo->stages[from]);
            StageHistory_set_days_in_stage(entry, (deal->reached[stage] - deal->reached[from]) /
                                                      MICROSECONDS_PER_DAY);
        }
        StageHistory_set_to_stage_id(entry, demo->stages[stage]);
        StageHistory_set_at(entry, deal->reached[stage]);
        StageHistory_set_by(entry, owner);
        from = stage;
    }
}

static void set_outcome(Demo *demo, Record *opportunity, const Deal *deal)
{
    static const char *const STATES[] = {"open", "open", "open", "open", "won", "lost"};
    static const char *const FORECASTS[] = {"pipeline", "pipeline", "best_case",
                                            "commit",   "commit",   "omitted"};
    static const int64_t PROBABILITY[] = {100000, 200000, 500000, 750000, 1000000, 0};
    Opportunity_set_state(opportunity, STATES[deal->stage]);
    Opportunity_set_forecast(opportunity, FORECASTS[deal->stage]);
    Opportunity_set_probability(opportunity, PROBABILITY[deal->stage]);
    if (deal->stage == 4)
        Opportunity_set_won_at(opportunity, deal->changed);
    if (deal->stage != 5)
        return;
    DemoList reasons = DemoLists_of(demo, "lost_reasons"),
             rivals = DemoLists_of(demo, "competitors");
    const char *reason = DEMO_PICK(demo, reasons);
    Opportunity_set_lost_at(opportunity, deal->changed);
    Opportunity_set_lost_reason(opportunity, reason);
    if (strcmp(reason, "Chose a competitor") == 0)
        Opportunity_set_competitor(opportunity, DEMO_PICK(demo, rivals));
}

static int64_t save_opportunity(Demo *demo, const DemoIdentity *person, const Deal *deal,
                                int64_t company, int64_t contact, const LeadPlan *lead)
{
    DemoList needs = DemoLists_of(demo, "needs");
    Record *opportunity = Demo_record(demo, &RESOURCE_OPPORTUNITY);
    if (!opportunity || demo->failed)
        return 0;
    Opportunity_set_name(opportunity, Arena_printf(demo->context.arena, "%s: %s", person->company,
                                                   DEMO_PICK(demo, needs)));
    Opportunity_set_company_id(opportunity, company);
    Opportunity_set_contact_id(opportunity, contact);
    Opportunity_set_pipeline_id(opportunity, demo->pipeline);
    Opportunity_set_stage_id(opportunity, demo->stages[deal->stage]);
    Opportunity_set_amount_minor(opportunity, deal->amount);
    Opportunity_set_amount_source(opportunity, "manual");
    Opportunity_set_currency(opportunity, demo->currency);
    Opportunity_set_kind(opportunity, "new_business");
    Opportunity_set_close_date(opportunity, deal->closes);
    Opportunity_set_source(opportunity, lead->source);
    Opportunity_set_stage_changed_at(opportunity, deal->changed);
    Opportunity_set_owner_id(opportunity, lead->owner);
    if (lead->campaign >= 0)
        Opportunity_set_campaign_id(opportunity, demo->campaigns[lead->campaign]);
    set_outcome(demo, opportunity, deal);
    add_stage_history(demo, opportunity, deal, lead->owner);
    return Demo_save(demo, opportunity, deal->changed, NULL);
}

/* ---- things around a lead -------------------------------------------------------------------- */

static void save_activity(Demo *demo, const char *resource, int64_t record, int64_t at,
                          const char *kind, const char *title)
{
    Record *activity = at <= Demo_now(demo) ? Demo_record(demo, &RESOURCE_ACTIVITY) : NULL;
    if (!activity || !record)
        return;
    Activity_set_entity(activity, resource);
    Activity_set_record_id(activity, record);
    Activity_set_at(activity, at);
    Activity_set_kind(activity, kind);
    Activity_set_title(activity, title);
    Demo_save(demo, activity, at, NULL);
}

static void save_task(Demo *demo, const char *title, int64_t owner, int64_t created, int64_t due,
                      const char *resource, int64_t record)
{
    Record *task = Demo_record(demo, &RESOURCE_TASK);
    bool done = due < Demo_now(demo) && Dice_chance(&demo->dice, 0.97);
    if (!task || !record)
        return;
    Task_set_title(task, title);
    Task_set_kind(task, "call");
    Task_set_state(task, done ? "done" : "open");
    Task_set_due_at(task, due);
    Task_set_assignee_id(task, owner);
    Task_set_owner_id(task, owner);
    Task_set_entity(task, resource);
    Task_set_record_id(task, record);
    Task_set_source(task, "user");
    if (done) {
        Task_set_done_at(task, due);
        Task_set_done_by(task, owner);
    }
    Demo_save(demo, task, created, NULL);
}

static void save_demo_meeting(Demo *demo, const DemoIdentity *person, int64_t owner, int64_t at,
                              int64_t opportunity)
{
    Record *meeting = Demo_record(demo, &RESOURCE_MEETING);
    if (!meeting || !opportunity)
        return;
    bool held = at < Demo_now(demo);
    Meeting_set_title(meeting,
                      Arena_printf(demo->context.arena, "Light plan for %s", person->company));
    Meeting_set_kind(meeting, "demo");
    Meeting_set_starts_at(meeting, at);
    Meeting_set_ends_at(meeting, at + 45 * 60 * MICROSECONDS_PER_SECOND);
    Meeting_set_tz(meeting, demo->base->tenant->zone);
    Meeting_set_state(meeting, held ? "held" : "planned");
    if (held)
        Meeting_set_outcome(meeting, Dice_chance(&demo->dice, 0.9) ? "completed" : "no_show");
    Meeting_set_owner_id(meeting, owner);
    Meeting_set_entity(meeting, "opportunity");
    Meeting_set_record_id(meeting, opportunity);
    Demo_save(demo, meeting, at - 3 * MICROSECONDS_PER_DAY, NULL);
}

/* ---- leads ----------------------------------------------------------------------------------- */

static int running_campaign(Demo *demo, int32_t day)
{
    int found = -1;
    for (int i = 0; i < demo->campaign_count; i++)
        if (demo->campaign_from[i] <= day && day <= demo->campaign_to[i])
            found = i;
    return found;
}

static int clamp(double value, int most)
{
    return value < 0 ? 0 : value > most ? most : (int)value;
}

static void score_lead(Demo *demo, LeadPlan *plan, int bonus)
{
    double quality = Dice_uniform(&demo->dice) + Dice_uniform(&demo->dice); /* 0..2 */
    plan->demographic = clamp(4 + quality * 7 + Dice_uniform(&demo->dice) * 6, 25);
    plan->behaviour = clamp(2 + quality * 8 + Dice_uniform(&demo->dice) * 8, 25);
    plan->engagement = clamp(1 + quality * 7 + Dice_uniform(&demo->dice) * 8, 25);
    plan->fit = clamp(6 + bonus + quality * 5 + Dice_uniform(&demo->dice) * 6, 25);
    plan->score = plan->demographic + plan->behaviour + plan->engagement + plan->fit;
    plan->rating = plan->score >= 70 ? "hot" : plan->score >= 45 ? "warm" : "cold";
    double odds = 1 / (1 + exp(-(plan->score - 66.0) / 9));
    plan->converts = Dice_chance(&demo->dice, odds);
}

static void plan_states(Demo *demo, LeadPlan *plan)
{
    double hours = strcmp(plan->rating, "hot") == 0 ? 6 : 30;
    int64_t answered = plan->created + (int64_t)(Dice_wait(&demo->dice, hours) * 3.6e9);
    int64_t decided = answered + (int64_t)((2 + Dice_wait(&demo->dice, 11)) * 8.64e10);
    plan->answered = answered <= Demo_now(demo) ? answered : 0;
    plan->decided = decided <= Demo_now(demo) ? decided : 0;
    if (!plan->answered)
        plan->state = Dice_chance(&demo->dice, 0.3)   ? "new"
                      : Dice_chance(&demo->dice, 0.5) ? "scored"
                                                      : "assigned";
    else if (!plan->decided)
        plan->state = Dice_chance(&demo->dice, 0.3) ? "nurturing" : "working";
    else
        plan->state = plan->converts ? "converted" : "disqualified";
}

static void plan_lead(Demo *demo, LeadPlan *plan, int32_t day)
{
    int64_t at = Dice_between(&demo->dice, 1, 100);
    const DemoPerson *owner = DemoLists_staff(demo, "sales_rep");
    memset(plan, 0, sizeof *plan);
    plan->created = Demo_moment(demo, day);
    plan->owner = owner ? owner->id : demo->owner_user;
    plan->campaign = Dice_chance(&demo->dice, 0.35) ? running_campaign(demo, day) : -1;
    for (size_t i = 0; i < sizeof SOURCES / sizeof *SOURCES; i++) {
        if ((at -= SOURCES[i].share) > 0)
            continue;
        plan->source = SOURCES[i].name;
        score_lead(demo, plan, SOURCES[i].bonus);
        break;
    }
    plan_states(demo, plan);
}

static void set_lead_state(Demo *demo, Record *lead, const LeadPlan *plan)
{
    static const char *const REASONS[] = {"no_budget",    "no_need",    "no_timing",
                                          "no_authority", "competitor", "bad_data"};
    Lead_set_state(lead, plan->state);
    Lead_set_rating(lead, plan->rating);
    Lead_set_score(lead, plan->score);
    Lead_set_score_demographic(lead, plan->demographic);
    Lead_set_score_behaviour(lead, plan->behaviour);
    Lead_set_score_engagement(lead, plan->engagement);
    Lead_set_score_fit(lead, plan->fit);
    Lead_set_score_at(lead, plan->created);
    Lead_set_response_due_at(lead, plan->created + 4 * 3600 * MICROSECONDS_PER_SECOND);
    if (plan->answered) {
        Lead_set_first_response_at(lead, plan->answered);
        Lead_set_last_contacted_at(lead, plan->decided ? plan->decided : plan->answered);
    }
    if (plan->answered && !plan->decided)
        Lead_set_next_follow_up_at(lead, Demo_now(demo) + Dice_between(&demo->dice, -1, 5) *
                                                              MICROSECONDS_PER_DAY);
    if (strcmp(plan->state, "disqualified") == 0)
        Lead_set_disqualify_reason(lead, REASONS[Dice_between(&demo->dice, 0, 5)]);
}

static int64_t save_lead(Demo *demo, const DemoIdentity *person, const LeadPlan *plan,
                         int64_t company, int64_t contact, int64_t opportunity)
{
    DemoList needs = DemoLists_of(demo, "needs");
    Record *lead = Demo_record(demo, &RESOURCE_LEAD);
    if (!lead || demo->failed)
        return 0;
    Lead_set_first_name(lead, person->first);
    Lead_set_last_name(lead, person->last);
    Lead_set_company_name(lead, person->company);
    Lead_set_title(lead, DEMO_PICK(demo, needs));
    Lead_set_job_title(lead, person->job_title);
    Lead_set_email(lead, person->email);
    Lead_set_phone(lead, person->phone);
    Lead_set_address_city(lead, person->city);
    Lead_set_country(lead, person->country->code);
    Lead_set_industry(lead, person->industry);
    Lead_set_currency(lead, demo->currency);
    Lead_set_source(lead, plan->source);
    Lead_set_owner_id(lead, plan->owner);
    Record_set_int(lead, FIELD_LEAD_CREATED_AT, plan->created);
    if (plan->campaign >= 0) {
        Lead_set_campaign_id(lead, demo->campaigns[plan->campaign]);
        Lead_set_utm_campaign(lead, demo->campaign_names[plan->campaign]);
    }
    set_lead_state(demo, lead, plan);
    if (opportunity) {
        Lead_set_converted_at(lead, plan->decided);
        Lead_set_converted_company_id(lead, company);
        Lead_set_converted_contact_id(lead, contact);
        Lead_set_converted_opportunity_id(lead, opportunity);
    }
    return Demo_save(demo, lead, plan->decided ? plan->decided : plan->created, NULL);
}

/* A converted lead: company, contact, opportunity, and when it is won a customer. */
static void convert(Demo *demo, const DemoIdentity *person, const LeadPlan *plan)
{
    Deal deal;
    plan_deal(demo, &deal, plan->decided, Dice_chance(&demo->dice, 0.2 + plan->score / 220.0));
    int64_t company = DemoPeople_save_company(demo, person, plan->owner, plan->decided);
    int64_t contact = DemoPeople_save_contact(demo, person, company, plan->owner, plan->decided);
    int64_t opportunity = save_opportunity(demo, person, &deal, company, contact, plan);
    save_lead(demo, person, plan, company, contact, opportunity);
    save_demo_meeting(demo, person, plan->owner, deal.opened + 5 * MICROSECONDS_PER_DAY,
                      opportunity);
    if (deal.stage < 4)
        save_task(demo, Arena_printf(demo->context.arena, "Call %s about the offer", person->name),
                  plan->owner, deal.changed,
                  Demo_now(demo) + Dice_between(&demo->dice, -2, 6) * MICROSECONDS_PER_DAY,
                  "opportunity", opportunity);
    if (deal.stage != 4 || demo->failed)
        return;
    DemoCustomer *customer = DemoPeople_add_customer(demo, person, contact, company);
    if (!customer)
        return;
    customer->owner = plan->owner;
    int32_t won = Demo_day_of(deal.changed);
    if (Dice_chance(&demo->dice, 0.4))
        DemoContracts_start(demo, demo->customer_count - 1, won + 3);
    if (Dice_chance(&demo->dice, 0.8))
        demo->customers[demo->customer_count - 1].next_order = won + 1;
}

static void live_lead(Demo *demo, int32_t day)
{
    DemoIdentity person;
    LeadPlan plan;
    DemoPeople_invent(demo, &person, true);
    plan_lead(demo, &plan, day);
    if (demo->failed)
        return;
    if (strcmp(plan.state, "converted") == 0) {
        convert(demo, &person, &plan);
        return;
    }
    int64_t lead = save_lead(demo, &person, &plan, 0, 0, 0);
    if (Dice_chance(&demo->dice, 0.5))
        save_activity(demo, "lead", lead, plan.created, "page_viewed", "Viewed the price list");
    if (plan.answered)
        save_activity(demo, "lead", lead, plan.answered, "call", "First call");
    if (plan.answered && !plan.decided)
        save_task(demo, Arena_printf(demo->context.arena, "Follow up with %s", person.name),
                  plan.owner, plan.answered,
                  Demo_now(demo) + Dice_between(&demo->dice, -1, 5) * MICROSECONDS_PER_DAY, "lead",
                  lead);
}

void DemoSales_day(Demo *demo, int32_t day)
{
    double mean = 3.0 * demo->scale * Demo_growth(demo, day) * Demo_season(SEASON_FLAT, day);
    mean *= Demo_workday(day) ? 1.2 : 0.45;
    mean *= running_campaign(demo, day) >= 0 ? 1.25 : 0.9;
    int count = Dice_count(&demo->dice, mean);
    for (int i = 0; i < count && !demo->failed; i++)
        live_lead(demo, day);
}
