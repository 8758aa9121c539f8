/* setup_records.h - the records every new company starts with. */
#ifndef PLATFORM_SETUP_RECORDS_H
#define PLATFORM_SETUP_RECORDS_H

#include <stdbool.h>
#include "base/json_value.h"
#include "model/model.h"

typedef struct SetupAnswers {
    char name[128], slug[64], country[3], currency[4], zone[64], language[16];
    char demo[16]; /* size of the demo company; "" = none */
    char first_name[96], last_name[96], email[256], login[128];
} SetupAnswers;

/* Inside the new tenant's writer: its own record, roles, owner, pipeline, store, tax class. */
bool SetupRecords_make(ModelContext *context, const SetupAnswers *answers, Uid *tenant, Uid *owner,
                       Error *error);

#endif
