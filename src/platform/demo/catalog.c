/* catalog.c - what the company has before its first day: people, shop, goods, contracts, campaigns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/number.h"
#include "platform/demo/private.h"

static int64_t opening(const Demo *demo)
{
    return (demo->first_day - 30) * MICROSECONDS_PER_DAY + 9 * 3600 * MICROSECONDS_PER_SECOND;
}

static const char *node_text(const YamlNode *row, size_t index)
{
    return row->kind == YAML_SEQUENCE && index < row->count ? row->items[index]->text : "";
}

static const YamlNode *rows_of(Demo *demo, const char *key)
{
    const YamlNode *rows = Yaml_get(demo->lists, key);
    if (rows && rows->kind == YAML_SEQUENCE)
        return rows;
    demo->failed = true;
    Error_set(demo->error, ERROR_INVALID, "data/demo/trading.yaml: the list “%s” is missing.", key);
    return NULL;
}

/* Major units as text -> minor units. */
static int64_t price(Demo *demo, const char *text)
{
    int64_t scaled = 0;
    if (!Number_parse_plain(text, 4, &scaled))
        demo->failed = true;
    return scaled * demo->unit / 10000;
}

static int64_t find_role(Demo *demo, const char *name)
{
    Error ignored = ERROR_NONE;
    return Model_resolve(&demo->context, &RESOURCE_ROLE, name, &ignored);
}

/* The person who founded the company. */
static void find_owner(Demo *demo)
{
    ListQuery query = {.limit = 1, .sort = "created_at"};
    ListPage page = {0};
    if (demo->owner_user)
        return;
    if (!Model_list(&demo->context, &RESOURCE_USER, &query, &page, demo->error))
        demo->failed = true;
    else if (page.count > 0)
        demo->owner_user = Record_id(page.records[0]);
}

static void make_person(Demo *demo, const YamlNode *row)
{
    const char *name = node_text(row, 0), *role = node_text(row, 1);
    Record *user = Demo_record(demo, &RESOURCE_USER);
    int64_t role_id = find_role(demo, role);
    if (!user)
        return;
    User_set_name(user, name);
    User_set_email(user, Arena_printf(demo->context.arena, "%s@lumen.example",
                                      DemoLists_address_part(demo, name)));
    User_set_state(user, "active");
    int64_t id = Demo_save(demo, user, opening(demo), NULL);
    demo->staff[demo->staff_count++] = (DemoPerson){id, name, role, node_text(row, 2)};
    Record *membership = Demo_record(demo, &RESOURCE_MEMBERSHIP);
    if (!membership || !role_id)
        return;
    Membership_set_user_id(membership, id);
    Membership_set_role_ids(membership,
                            Arena_printf(demo->context.arena, "[%lld]", (long long)role_id));
    Membership_set_state(membership, "active");
    Demo_save(demo, membership, opening(demo), NULL);
}

static const char *team_kind(const char *team)
{
    static const char *const KINDS[][2] = {{"Sales", "sales"},
                                           {"Warehouse", "fulfilment"},
                                           {"Finance", "finance"},
                                           {"Support", "support"},
                                           {"Marketing", "content"}};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i][0], team) == 0)
            return KINDS[i][1];
    return "ops";
}

static void make_teams(Demo *demo)
{
    for (int i = 0; i < demo->staff_count && !demo->failed; i++) {
        const char *name = demo->staff[i].team;
        bool known = false;
        for (int j = 0; j < i; j++)
            known = known || strcmp(demo->staff[j].team, name) == 0;
        Record *team = known ? NULL : Demo_record(demo, &RESOURCE_TEAM);
        if (!team)
            continue;
        Team_set_name(team, name);
        Team_set_kind(team, team_kind(name));
        Team_set_lead_id(team, demo->staff[i].id);
        for (int j = i; j < demo->staff_count; j++) {
            if (strcmp(demo->staff[j].team, name) != 0)
                continue;
            Record *member = Demo_child(demo, team, &RESOURCE_TEAM_MEMBER);
            if (member) {
                TeamMember_set_user_id(member, demo->staff[j].id);
                TeamMember_set_role(member, j == i ? "lead" : "member");
            }
        }
        Demo_save(demo, team, opening(demo), NULL);
    }
}

static void make_people(Demo *demo)
{
    const YamlNode *rows = rows_of(demo, "staff");
    demo->staff = rows ? ARENA_ARRAY(demo->lasting, DemoPerson, rows->count) : NULL;
    for (size_t i = 0; demo->staff && i < rows->count && !demo->failed; i++)
        make_person(demo, rows->items[i]);
    make_teams(demo);
}

static void make_warehouse(Demo *demo)
{
    Record *warehouse = Demo_record(demo, &RESOURCE_WAREHOUSE);
    if (!warehouse)
        return;
    Warehouse_set_name(warehouse, "Main warehouse");
    Warehouse_set_code(warehouse, "main");
    Warehouse_set_active(warehouse, 1);
    Warehouse_set_kind(warehouse, "own");
    demo->warehouse = Demo_save(demo, warehouse, opening(demo), NULL);
}

static void make_tax(Demo *demo)
{
    Record *class = Demo_record(demo, &RESOURCE_TAX_CLASS);
    if (!class)
        return;
    TaxClass_set_name(class, "Value added tax");
    TaxClass_set_code(class, "vat");
    for (int i = 0; i < demo->country_count; i++) {
        Record *rate = Demo_child(demo, class, &RESOURCE_TAX_RATE);
        if (!rate)
            return;
        TaxRate_set_name(rate,
                         Arena_printf(demo->context.arena, "VAT %s", demo->countries[i].code));
        TaxRate_set_country(rate, demo->countries[i].code);
        TaxRate_set_rate(rate, demo->countries[i].vat_ppm);
    }
    demo->tax_class = Demo_save(demo, class, opening(demo), NULL);
}

/* The store that init made, else one of ours. */
static void find_store(Demo *demo)
{
    ListQuery query = {.limit = 1};
    ListPage page = {0};
    if (!Model_list(&demo->context, &RESOURCE_STORE, &query, &page, demo->error)) {
        demo->failed = true;
        return;
    }
    if (page.count > 0) {
        demo->store_id = Record_id(page.records[0]);
        return;
    }
    Record *store = Demo_record(demo, &RESOURCE_STORE);
    if (!store)
        return;
    StoreRecord_set_name(store, "Web shop");
    StoreRecord_set_code(store, "web");
    StoreRecord_set_kind(store, "online");
    StoreRecord_set_currency(store, demo->currency);
    StoreRecord_set_state(store, "live");
    demo->store_id = Demo_save(demo, store, opening(demo), NULL);
}

static void remember_stages(Demo *demo, Record *pipeline)
{
    int count = 0;
    for (int i = 0; i < pipeline->child_count && count < 6; i++)
        if (pipeline->children[i]->resource == &RESOURCE_STAGE)
            demo->stages[count++] = Record_id(pipeline->children[i]);
    if (count < 6) {
        demo->failed = true;
        Error_set(demo->error, ERROR_INVALID,
                  "The default pipeline needs six stages for the demo company.");
    }
}

/* The sales pipeline that init made. */
static void find_pipeline(Demo *demo)
{
    ListQuery query = {
        .limit = 1,
        .filter = Filter_compare(demo->context.arena, "entity", FILTER_EQUAL, "opportunity")};
    ListPage page = {0};
    Record *pipeline = NULL;
    if (Model_list(&demo->context, &RESOURCE_PIPELINE, &query, &page, demo->error) &&
        page.count > 0)
        pipeline = Model_read(&demo->context, &RESOURCE_PIPELINE, Record_id(page.records[0]), false,
                              demo->error);
    if (!pipeline || !Model_read_children(&demo->context, pipeline, demo->error)) {
        demo->failed = true;
        return;
    }
    demo->pipeline = Record_id(pipeline);
    remember_stages(demo, pipeline);
}

static void make_suppliers(Demo *demo)
{
    DemoList names = DemoLists_of(demo, "suppliers");
    for (int i = 0; i < names.count && i < 16 && !demo->failed; i++) {
        Record *supplier = Demo_record(demo, &RESOURCE_SUPPLIER);
        if (!supplier)
            return;
        Supplier_set_name(supplier, names.items[i]);
        Supplier_set_lead_days(supplier, Dice_between(&demo->dice, 6, 24));
        Supplier_set_currency(supplier, demo->currency);
        Supplier_set_rating(supplier, Dice_between(&demo->dice, 3, 5));
        demo->suppliers[demo->supplier_count++] = Demo_save(demo, supplier, opening(demo), NULL);
    }
}

/* ---- goods ----------------------------------------------------------------------------------- */

static const char *slug_of(Demo *demo, const char *text)
{
    char *slug = Arena_strdup(demo->context.arena, DemoLists_address_part(demo, text));
    for (char *at = slug; at && *at; at++)
        if (*at == '.')
            *at = '-';
    return slug ? slug : "";
}

static int64_t make_category(Demo *demo, const char *name, int position)
{
    Record *category = Demo_record(demo, &RESOURCE_CATEGORY);
    if (!category)
        return 0;
    Category_set_name(category, name);
    Category_set_slug(category, slug_of(demo, name));
    Category_set_path(category, Arena_printf(demo->context.arena, "/%s", slug_of(demo, name)));
    Category_set_position(category, position);
    Category_set_visible(category, 1);
    return Demo_save(demo, category, opening(demo), NULL);
}

static DemoSeason season_of(const char *name)
{
    return strcmp(name, "winter") == 0   ? SEASON_WINTER
           : strcmp(name, "summer") == 0 ? SEASON_SUMMER
                                         : SEASON_FLAT;
}

static void add_variant(Demo *demo, Record *product, const YamlNode *row, const char *finish,
                        int number, char letter, DemoVariant *variant)
{
    Record *child = Demo_child(demo, product, &RESOURCE_VARIANT);
    if (!child)
        return;
    int64_t cents = price(demo, node_text(row, 2)), percent = 0;
    Number_parse_plain(node_text(row, 3), 0, &percent);
    variant->sku = Arena_printf(demo->lasting, "LT-%03d-%c", number, letter);
    variant->title = node_text(row, 0);
    variant->price_minor = cents;
    variant->cost_minor = cents * percent / 100;
    variant->season = season_of(node_text(row, 4));
    variant->supplier = (int)Dice_between(&demo->dice, 0, demo->supplier_count - 1);
    variant->reorder_point = (int64_t)(12 * demo->scale) + 8;
    variant->reorder_quantity = (int64_t)(60 * demo->scale) + 20;
    Variant_set_sku(child, variant->sku);
    Variant_set_title(child, finish);
    Variant_set_option1(child, finish);
    Variant_set_price_minor(child, variant->price_minor);
    Variant_set_cost_minor(child, variant->cost_minor);
    Variant_set_currency(child, demo->currency);
    Variant_set_weight_g(child, Dice_between(&demo->dice, 120, 6500));
    Variant_set_reorder_point(child, variant->reorder_point);
    Variant_set_reorder_qty(child, variant->reorder_quantity);
    Variant_set_supplier_id(child, demo->suppliers[variant->supplier]);
}

static void make_product(Demo *demo, const YamlNode *row, int number, int64_t category,
                         const DemoList *finishes)
{
    Record *product = Demo_record(demo, &RESOURCE_PRODUCT), *stored = NULL;
    if (!product)
        return;
    DemoVariant *first = &demo->variants[demo->variant_count];
    Product_set_title(product, node_text(row, 0));
    Product_set_handle(product, slug_of(demo, node_text(row, 0)));
    Product_set_kind(product, "physical");
    Product_set_state(product, "active");
    Product_set_vendor(product, "Lumen");
    Product_set_product_type(product, node_text(row, 1));
    Product_set_tax_class_id(product, demo->tax_class);
    Product_set_category_ids(product,
                             Arena_printf(demo->context.arena, "[%lld]", (long long)category));
    for (int i = 0; i < finishes->count && !demo->failed; i++)
        add_variant(demo, product, row, finishes->items[i], number, (char)('A' + i), &first[i]);
    int64_t id = Demo_save(demo, product, opening(demo), &stored);
    for (int i = 0; stored && i < stored->child_count; i++) {
        if (stored->children[i]->resource != &RESOURCE_VARIANT)
            continue;
        demo->variants[demo->variant_count].product = id;
        demo->variants[demo->variant_count++].id = Record_id(stored->children[i]);
    }
}

static void open_stock(Demo *demo)
{
    for (int i = 0; i < demo->variant_count; i++)
        DemoStock_move(demo, &demo->variants[i], opening(demo), "receipt",
                       (int)(demo->variants[i].reorder_quantity * 2), NULL, 0);
}

static void make_goods(Demo *demo)
{
    DemoList categories = DemoLists_of(demo, "categories"),
             finishes = DemoLists_of(demo, "finishes");
    const YamlNode *rows = rows_of(demo, "products");
    int64_t ids[32] = {0};
    if (!rows || demo->failed)
        return;
    demo->variants = calloc(rows->count * (size_t)finishes.count, sizeof *demo->variants);
    if (!demo->variants)
        demo->failed = true;
    for (int i = 0; i < categories.count && i < 32 && !demo->failed; i++)
        ids[i] = make_category(demo, categories.items[i], i + 1);
    for (size_t r = 0; r < rows->count && !demo->failed; r++) {
        int64_t category = 0;
        for (int i = 0; i < categories.count && i < 32; i++)
            if (strcmp(categories.items[i], node_text(rows->items[r], 1)) == 0)
                category = ids[i];
        make_product(demo, rows->items[r], (int)r + 1, category, &finishes);
    }
    open_stock(demo);
}

/* ---- contracts, campaigns, articles ---------------------------------------------------------- */

static void make_plans(Demo *demo)
{
    const YamlNode *rows = rows_of(demo, "plans");
    for (size_t i = 0; rows && i < rows->count && i < 8 && !demo->failed; i++) {
        Record *plan = Demo_record(demo, &RESOURCE_PLAN);
        if (!plan)
            return;
        const char *name = node_text(rows->items[i], 0);
        int64_t base = price(demo, node_text(rows->items[i], 1));
        Plan_set_name(plan, name);
        Plan_set_code(plan, slug_of(demo, name));
        Plan_set_plan_version(plan, 1);
        Plan_set_state(plan, "active");
        Plan_set_interval(plan, "month");
        Plan_set_currency(plan, demo->currency);
        Plan_set_base_minor(plan, base);
        Plan_set_bill_timing(plan, "advance");
        Plan_set_cancel_policy(plan, "end_of_period");
        demo->plan_names[demo->plan_count] = name;
        demo->plan_prices[demo->plan_count] = base;
        demo->plans[demo->plan_count++] = Demo_save(demo, plan, opening(demo), NULL);
    }
}

static void make_campaign(Demo *demo, const char *name, int number)
{
    static const char *const CHANNELS[] = {"email", "ads", "social", "event"};
    Record *campaign = Demo_record(demo, &RESOURCE_CAMPAIGN);
    int32_t from = demo->first_day + 10 + number * 30;
    int32_t to = from + (int32_t)Dice_between(&demo->dice, 12, 26);
    if (!campaign)
        return;
    int year, month, day;
    Date_to_civil(from, &year, &month, &day);
    bool over = to < demo->today;
    int64_t budget = Dice_between(&demo->dice, 8, 60) * 100 * demo->unit;
    int64_t spent = over ? budget * Dice_between(&demo->dice, 70, 100) / 100
                         : budget * (demo->today - from) / (to - from + 1);
    const char *title = Arena_printf(demo->lasting, "%s %d", name, year);
    Campaign_set_name(campaign, title);
    Campaign_set_objective(campaign, "leads");
    Campaign_set_channel(campaign, CHANNELS[number % 4]);
    Campaign_set_state(campaign, over ? "completed" : "running");
    Campaign_set_starts_at(campaign, from * MICROSECONDS_PER_DAY);
    Campaign_set_ends_at(campaign, to * MICROSECONDS_PER_DAY);
    Campaign_set_currency(campaign, demo->currency);
    Campaign_set_budget_minor(campaign, budget);
    Campaign_set_spent_minor(campaign, spent);
    const DemoPerson *marketer = DemoLists_staff(demo, "marketer");
    if (marketer)
        Campaign_set_owner_id(campaign, marketer->id);
    int at = demo->campaign_count++;
    demo->campaign_names[at] = title;
    demo->campaign_from[at] = from;
    demo->campaign_to[at] = to;
    demo->campaigns[at] = Demo_save(demo, campaign, from * MICROSECONDS_PER_DAY, NULL);
}

static void make_campaigns(Demo *demo)
{
    DemoList names = DemoLists_of(demo, "campaigns");
    for (int i = 0; i < 36 && !demo->failed; i++)
        if (demo->first_day + 10 + i * 30 <= demo->today)
            make_campaign(demo, names.items[i % names.count], i);
}

static void make_articles(Demo *demo)
{
    DemoList titles = DemoLists_of(demo, "articles");
    for (int i = 0; i < titles.count && !demo->failed; i++) {
        Record *article = Demo_record(demo, &RESOURCE_KB_ARTICLE);
        if (!article)
            return;
        KbArticle_set_title(article, titles.items[i]);
        KbArticle_set_slug(article, slug_of(demo, titles.items[i]));
        KbArticle_set_state(article, "published");
        KbArticle_set_audience(article, "customer");
        KbArticle_set_lang(article, "en");
        Demo_save(demo, article, opening(demo), NULL);
    }
}

void DemoCatalog_make(Demo *demo)
{
    void (*const parts[])(Demo *) = {find_owner, make_people,    make_warehouse, make_tax,
                                     find_store, find_pipeline,  make_suppliers, make_goods,
                                     make_plans, make_campaigns, make_articles};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !demo->failed; i++)
        parts[i](demo);
}
