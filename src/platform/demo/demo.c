#include "platform/demo/demo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/money.h"
#include "platform/demo/private.h"

#define STEP_RECORDS 2000
#define DEMO_SEED UINT64_C(0x4c756d656e)

static const struct {
    const char *name;
    double scale;
} SIZES[] = {{"small", 1}, {"medium", 10}, {"large", 100}};

/* Sales of the trade by month, January first; one line a season. */
static const double MONTHS[][12] = {
    [SEASON_FLAT] = {0.95, 0.95, 1.02, 1.0, 1.0, 0.98, 0.88, 0.82, 1.04, 1.08, 1.2, 1.08},
    [SEASON_WINTER] = {1.1, 1.0, 0.9, 0.8, 0.7, 0.65, 0.65, 0.75, 1.05, 1.3, 1.6, 1.5},
    [SEASON_SUMMER] = {0.5, 0.65, 1.0, 1.4, 1.7, 1.75, 1.5, 1.1, 0.8, 0.6, 0.5, 0.5},
};

bool Demo_size_exists(const char *size)
{
    for (size_t i = 0; size && i < sizeof SIZES / sizeof *SIZES; i++)
        if (strcmp(SIZES[i].name, size) == 0)
            return true;
    return false;
}

Record *Demo_record(Demo *demo, const ResourceDef *resource)
{
    Record *record = Record_new(demo->context.arena, resource);
    if (!record && !demo->failed) {
        demo->failed = true;
        Error_set(demo->error, ERROR_LIMIT, "There is not enough memory for the demo company.");
    }
    return record;
}

Record *Demo_child(Demo *demo, Record *parent, const ResourceDef *resource)
{
    Record *child = Demo_record(demo, resource);
    if (child && parent && !Record_add_child(demo->context.arena, parent, child))
        demo->failed = true;
    return child;
}

int64_t Demo_save(Demo *demo, Record *record, int64_t at, Record **stored)
{
    Record *created = NULL;
    if (demo->failed || !record)
        return 0;
    demo->context.now = at > Demo_now(demo) ? Demo_now(demo) : at;
    if (!Model_create(&demo->context, record, &created, demo->error)) {
        demo->failed = true;
        return 0;
    }
    demo->made++;
    if (stored)
        *stored = created;
    return Record_id(created);
}

int64_t Demo_now(const Demo *demo)
{
    return demo->base->now;
}

int32_t Demo_day_of(int64_t moment)
{
    return (int32_t)(moment / MICROSECONDS_PER_DAY);
}

int64_t Demo_moment(Demo *demo, int32_t day)
{
    int64_t second = 7 * 3600 + Dice_between(&demo->dice, 0, 10 * 3600);
    int64_t moment = day * MICROSECONDS_PER_DAY + second * MICROSECONDS_PER_SECOND;
    return moment > Demo_now(demo) ? Demo_now(demo) : moment;
}

double Demo_season(DemoSeason season, int32_t day)
{
    int year, month, day_of_month;
    Date_to_civil(day, &year, &month, &day_of_month);
    return MONTHS[season][month - 1];
}

double Demo_growth(const Demo *demo, int32_t day)
{
    return 0.45 + 0.55 * (double)(day - demo->first_day) / DEMO_DAYS;
}

bool Demo_workday(int32_t day)
{
    return (day + 3) % 7 < 5; /* 1970-01-01 was a Thursday; 0 = Monday */
}

void *Demo_grow(Demo *demo, void *array, int count, int *room, size_t size)
{
    if (count < *room)
        return array;
    int wanted = *room ? *room * 2 : 64;
    void *grown = realloc(array, (size_t)wanted * size);
    if (!grown) {
        demo->failed = true;
        Error_set(demo->error, ERROR_LIMIT, "There is not enough memory for the demo company.");
        return array;
    }
    memset((char *)grown + (size_t)*room * size, 0, (size_t)(wanted - *room) * size);
    *room = wanted;
    return grown;
}

/* ---- steps ----------------------------------------------------------------------------------- */

typedef struct Step {
    Demo *demo;
    int32_t day; /* next day to play; before the first = the catalogue */
    int variant; /* next variant whose stock is written */
    bool finished;
} Step;

static void play_day(Demo *demo, int32_t day)
{
    DemoStock_day(demo, day);
    DemoSales_day(demo, day);
    DemoOrders_day(demo, day);
    DemoContracts_day(demo, day);
    DemoService_day(demo, day);
}

/* One transaction: days until enough records are made, at the end the stock. */
static bool play(Connection *connection, void *argument, Error *error)
{
    Step *step = argument;
    Demo *demo = step->demo;
    int64_t until = demo->made + STEP_RECORDS;

    demo->error = error;
    demo->context.connection = connection;
    if (!demo->context.custom)
        demo->context.custom = CustomFields_load(&demo->context, error);
    demo->failed = demo->failed || !demo->context.custom;
    while (!demo->failed && demo->made < until && !step->finished) {
        Arena_reset(demo->context.arena);
        if (step->day < demo->first_day)
            DemoCatalog_make(demo);
        else if (step->day <= demo->today)
            play_day(demo, step->day);
        else if (step->variant < demo->variant_count)
            DemoStock_finish(demo, step->variant++);
        else
            step->finished = true;
        step->day += step->day <= demo->today;
    }
    if (demo->failed && !Error_present(error))
        Error_set(error, ERROR_INTERNAL, "The demo company could not be made.");
    return !demo->failed;
}

static bool start(Demo *demo, Store *store, const ModelContext *base, const char *size,
                  Error *error)
{
    demo->store = store;
    demo->base = base;
    demo->error = error;
    demo->context = *base;
    demo->context.importing = true;
    demo->context.unguarded = true; /* a failure ends the whole step */
    demo->context.custom = NULL;    /* our own, read at the first step */
    demo->context.operation = "demo.fill";
    demo->context.actor_kind = ACTOR_SYSTEM;
    demo->context.arena = Arena_new(0);
    demo->lasting = Arena_new((size_t)1 << 31);
    if (!demo->context.arena || !demo->lasting)
        return Error_set(error, ERROR_LIMIT, "There is not enough memory for the demo company.");
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        if (strcmp(SIZES[i].name, size) == 0)
            demo->scale = SIZES[i].scale;
    if (demo->scale == 0)
        return Error_set_field(error, ERROR_ENUM, "demo", "“%s” is not a size of the demo company.",
                               size) ||
               Error_hint(error, "Use small, medium or large.");
    Dice_seed(&demo->dice, DEMO_SEED);
    demo->today = Demo_day_of(base->now);
    demo->first_day = demo->today - DEMO_DAYS + 1;
    demo->currency = base->tenant->currency;
    demo->unit = 1;
    for (int digits = Money_exponent(demo->currency); digits > 0; digits--)
        demo->unit *= 10;
    demo->owner_user = base->user_id;
    return DemoLists_read(demo);
}

static void end(Demo *demo)
{
    for (int i = 0; i < demo->variant_count; i++)
        free(demo->variants[i].moves);
    free(demo->variants);
    free(demo->customers);
    free(demo->contracts);
    CustomFields_free(demo->context.custom);
    Arena_free(demo->context.arena);
    Arena_free(demo->lasting);
}

bool Demo_fill(Store *store, const ModelContext *base, const char *size, DemoProgress progress,
               void *argument, int64_t *records, Error *error)
{
    Demo demo = {0};
    bool done = start(&demo, store, base, size, error);
    Step step = {.demo = &demo, .day = demo.first_day - 1};

    while (done && !step.finished) {
        done = Store_write_wait(store, STORE_BATCH, play, &step, error);
        if (done && progress && !progress(argument, step.day - demo.first_day, DEMO_DAYS))
            done = Error_set(error, ERROR_CANCELLED, "The demo company was not finished.");
    }
    if (records)
        *records = demo.made;
    end(&demo);
    return done;
}
