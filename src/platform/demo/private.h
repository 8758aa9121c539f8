/* private.h - state of one simulation; shared by the files of this folder only. */
#ifndef PLATFORM_DEMO_PRIVATE_H
#define PLATFORM_DEMO_PRIVATE_H

#include "base/datetime.h"
#include "base/yaml_tree.h"
#include "model/generated/accessors.h"
#include "model/model.h"
#include "platform/demo/demo.h"
#include "platform/demo/dice.h"

#define DEMO_DAYS 1096 /* three years and a day */

typedef struct DemoList {
    const char **items;
    int count;
} DemoList;

typedef struct DemoCountry {
    const char *code, *tld, *phone;
    int64_t vat_ppm;
    int share;
    DemoList first, last, streets, cities, suffixes;
} DemoCountry;

typedef enum DemoSeason { SEASON_FLAT, SEASON_WINTER, SEASON_SUMMER } DemoSeason;

typedef struct DemoMove {
    int64_t at;
    const char *kind;
    int32_t quantity;
    const char *resource; /* "order", "purchase_order" or NULL */
    int64_t record;
} DemoMove;

typedef struct DemoVariant {
    int64_t id, product;
    const char *sku, *title;
    int64_t price_minor, cost_minor;
    DemoSeason season;
    int category, supplier;
    int64_t on_hand, arriving, reorder_point, reorder_quantity;
    int32_t arrives_on; /* date of the open purchase; 0 = none */
    int64_t purchased_at;
    DemoMove *moves;
    int move_count, move_room;
} DemoVariant;

typedef struct DemoCustomer {
    int64_t contact, company; /* company 0 = private person */
    int64_t owner;
    const DemoCountry *country;
    const char *name, *company_name, *email, *street, *city, *postal_code;
    double interval;    /* days between orders at the start */
    double lateness;    /* mean days after the due date; < 0 pays early */
    bool never_pays;    /* a few */
    int32_t next_order; /* date; 0 = fell silent */
    int orders;
} DemoCustomer;

typedef struct DemoIdentity { /* a person, and the firm when there is one */
    const DemoCountry *country;
    const char *first, *last, *name, *company, *email, *phone, *street, *city, *postal_code,
        *industry;
    const char *domain, *job_title;
} DemoIdentity;

typedef struct DemoContract {
    int64_t id, plan, customer; /* customer: index */
    int64_t price_minor;
    const char *plan_name;
    int32_t started, next_bill, ends; /* dates; ends 0 = runs on */
} DemoContract;

typedef struct DemoPerson {
    int64_t id;
    const char *name, *role, *team;
} DemoPerson;

typedef struct Demo {
    Store *store;
    const ModelContext *base;
    ModelContext context; /* of the step that runs */
    Arena *lasting;       /* lists, names: as long as the demo */
    Error *error;
    bool failed;
    Dice dice;
    double scale; /* 1 = small */
    int64_t made;
    int32_t first_day, today;
    int64_t unit; /* minor units of one major unit */
    const char *currency;

    YamlNode *lists;
    DemoCountry *countries;
    int country_count;
    const DemoCountry *home;
    DemoPerson *staff;
    int staff_count;
    int64_t owner_user;
    int64_t pipeline, stages[6], store_id, warehouse, tax_class;
    int64_t suppliers[16];
    int supplier_count;
    int64_t campaigns[64];
    const char *campaign_names[64];
    int32_t campaign_from[64], campaign_to[64];
    int campaign_count;
    DemoVariant *variants;
    int variant_count;
    int64_t plans[8];
    int64_t plan_prices[8];
    const char *plan_names[8];
    int plan_count;
    DemoCustomer *customers;
    int customer_count, customer_room;
    DemoContract *contracts;
    int contract_count, contract_room;
    int64_t serial; /* for unique names */
} Demo;

/* ---- demo.c: shared work ------------------------------------------------------------------- */

/* A new record of a resource in the step's arena. */
Record *Demo_record(Demo *demo, const ResourceDef *resource);
/* Adds a child and returns it. */
Record *Demo_child(Demo *demo, Record *parent, const ResourceDef *resource);
/* Writes it as made at `at`; its row id, 0 after a failure (demo->failed).  *stored may be NULL. */
int64_t Demo_save(Demo *demo, Record *record, int64_t at, Record **stored);
/* A moment of a day, spread over working hours. */
int64_t Demo_moment(Demo *demo, int32_t day);
int64_t Demo_now(const Demo *demo);
int32_t Demo_day_of(int64_t moment);
/* 0.45 at the beginning to 1 today, times the season of the month. */
double Demo_growth(const Demo *demo, int32_t day);
double Demo_season(DemoSeason season, int32_t day);
bool Demo_workday(int32_t day);
void *Demo_grow(Demo *demo, void *array, int count, int *room, size_t size);
#define DEMO_PICK(demo, list) ((list).items[Dice_between(&(demo)->dice, 0, (list).count - 1)])

/* ---- lists.c ------------------------------------------------------------------------------- */
bool DemoLists_read(Demo *demo);
DemoList DemoLists_of(Demo *demo, const char *key); /* empty after a mistake, demo->failed */
const DemoCountry *DemoLists_country(Demo *demo);
const DemoPerson *DemoLists_staff(Demo *demo, const char *role); /* any of the role */
/* "Name Last" -> "name.last", folded to ASCII. */
const char *DemoLists_address_part(Demo *demo, const char *name);

/* ---- people.c ------------------------------------------------------------------------------ */
void DemoPeople_invent(Demo *demo, DemoIdentity *person, bool firm);
int64_t DemoPeople_save_company(Demo *demo, const DemoIdentity *person, int64_t owner, int64_t at);
int64_t DemoPeople_save_contact(Demo *demo, const DemoIdentity *person, int64_t company,
                                int64_t owner, int64_t at);
/* Remembers a customer; the pointer holds until the next one is added.  NULL after a failure. */
DemoCustomer *DemoPeople_add_customer(Demo *demo, const DemoIdentity *person, int64_t contact,
                                      int64_t company);
DemoCustomer *DemoPeople_shopper(Demo *demo, int32_t day); /* a new private customer */

/* ---- the parts ----------------------------------------------------------------------------- */
void DemoCatalog_make(Demo *demo); /* people, shop, goods, plans, campaigns, articles */
void DemoSales_day(Demo *demo, int32_t day);
void DemoOrders_day(Demo *demo, int32_t day);
void DemoContracts_day(Demo *demo, int32_t day);
void DemoContracts_start(Demo *demo, int customer, int32_t day);
void DemoService_day(Demo *demo, int32_t day);
void DemoStock_move(Demo *demo, DemoVariant *variant, int64_t at, const char *kind, int quantity,
                    const char *resource, int64_t record);
void DemoStock_day(Demo *demo, int32_t day); /* arrivals and reorders */
bool DemoStock_finish(Demo *demo, int variant);

/* ---- billing.c ----------------------------------------------------------------------------- */

typedef struct DemoBillLine {
    const char *kind, *text;
    int64_t variant, order_line; /* 0 = none */
    int64_t quantity, unit_minor, net_minor, discount_minor, tax_minor;
} DemoBillLine;

typedef struct DemoBill {
    const char *kind; /* "order", "subscription" */
    const DemoCustomer *customer;
    int64_t order, contract;
    int32_t day, period_start, period_end;
    int64_t tax_rate;
    int net_days; /* 0 = paid at once */
    int line_count;
    DemoBillLine lines[12];
    int32_t refund_day; /* 0 = nothing comes back */
    int refund_line;
    /* results */
    int64_t invoice, payment, total_minor, paid_minor;
    int32_t paid_on;
} DemoBill;

/* Decides when it is paid, once, before the order that shows it is written. */
void DemoBilling_decide(Demo *demo, DemoBill *bill);
/* Writes invoice, payment and allocation as they stand today. */
void DemoBilling_bill(Demo *demo, DemoBill *bill);
/* Credit note and refund of the bill's refund_line; the refund's row id. */
int64_t DemoBilling_refund(Demo *demo, const DemoBill *bill, int64_t goods_return);
int64_t DemoBilling_refund_minor(const DemoBill *bill); /* 0 when nothing comes back */
/* Tax rate for a customer, ppm: own country and private persons pay, firms abroad owe it
 * themselves. */
int64_t DemoBilling_tax_rate(const Demo *demo, const DemoCustomer *customer);
int64_t DemoBilling_tax(int64_t net_minor, int64_t rate);

#endif
