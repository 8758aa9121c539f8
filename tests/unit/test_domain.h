/* test_domain.h - a bed with the rules of all domains, and the moves that their tests repeat. */
#ifndef TEST_DOMAIN_H
#define TEST_DOMAIN_H

#include "test_model.h"
#include "billing/billing.h"
#include "commerce/commerce.h"
#include "crm/crm.h"
#include "engine/operation.h"

static inline int rules_load(void **state)
{
    Crm_register();
    Commerce_register();
    Billing_register();
    Error error = ERROR_NONE;
    return Model_check_guards(&error) ? 0 : -1;
}

static inline Record *createf(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline Record *createf(const char *name, const char *format, ...)
{
    char text[4000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return create(name, text);
}

static inline bool transit(const char *name, int64_t id, const char *event, const char *json_text)
{
    Json *json = parse(json_text);
    Record *with = Record_from_json(&bed.context, resource(name), json, &bed.error);
    bed.context.now += 1000000;
    bool fine = with && Model_transition(&bed.context, resource(name), id, 0, event, with, NULL,
                                         &bed.error);
    json_object_put(json);
    return fine;
}

static inline void move(const char *name, int64_t id, const char *event)
{
    expect_ok(transit(name, id, event, "{}"));
}

static inline Record *child_of(const Record *record, const char *kind, int place)
{
    for (int i = 0; i < record->child_count; i++) {
        if (strcmp(record->children[i]->resource->name, kind) == 0 && place-- == 0)
            return record->children[i];
    }
    return NULL;
}

static inline int64_t sql_int(const char *sql, int64_t argument)
{
    int64_t result = 0;
    expect_ok(Model_sum(&bed.context, sql, &argument, 1, &result, &bed.error));
    return result;
}

/* Performs an operation of a domain as the system. */
static inline bool call(const char *name, const char *params_text, Json **result)
{
    const ResourceDef *about;
    const OperationDef *operation = Operations_find(name, &about, NULL);
    assert_non_null(operation);
    OperationContext context = {
        .model = bed.context, .operation = operation, .resource = about, .writing = true};
    context.model.user_id = 0;
    Json *params = parse(params_text);
    *result = NULL;
    bool fine = operation->run(&context, params, result, &bed.error);
    json_object_put(params);
    return fine;
}

#endif
