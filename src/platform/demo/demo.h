/* demo.h - the demo company: three years of plausible, consistent history up to now.
 *
 * A day-by-day simulation with seasons, weekdays, growth and customer cohorts: leads arrive from
 * sources and campaigns, are scored, answered, converted or lost; opportunities pass stages;
 * customers order again or fall silent; contracts bill every month and churn; goods leave a
 * warehouse that reorders; some return goods, some pay late, some never.  Derived sums are
 * computed, never made up: a total is the sum of its lines, paid amounts are the sum of payments,
 * stock is the sum of its movements.
 *
 * The same size, clock and company give the same company (ids apart): the dice have a fixed seed.
 */
#ifndef PLATFORM_DEMO_DEMO_H
#define PLATFORM_DEMO_DEMO_H

#include "model/model.h"

/* false stops the work (ERROR_CANCELLED). */
typedef bool (*DemoProgress)(void *argument, int64_t day, int64_t days);

/* "small" about 20,000 records, "medium" about 200,000, "large" about 2,000,000. */
bool Demo_size_exists(const char *size);

/* Fills a tenant.  base: tenant, now and the owner's row id (0 = the first user); its connection is
 * not used.  Work goes through the store's writer in steps of some 2,000 records.  *records = how
 * many were made. */
bool Demo_fill(Store *store, const ModelContext *base, const char *size, DemoProgress progress,
               void *argument, int64_t *records, Error *error);

#endif
