/* users.h - people: their login in system.db and their record in the company's file.
 *
 * Two files, so nothing here is one transaction.  The record comes first; a login without its record or a
 * record without its login lets nobody in, and the same call made again completes it.
 */
#ifndef PLATFORM_USERS_H
#define PLATFORM_USERS_H

#include "engine/login.h"
#include "engine/operation.h"

#define INVITE_DAYS 7

typedef struct Person {
    Login login;
    int64_t user_id; /* row of the company's file; 0 = not a member here */
    int64_t membership_id;
    char state[16];  /* of the membership */
    char token_hash[65];
    int64_t token_expires_at;
} Person;

/* By login or e-mail, among the members of this company. */
bool Users_find(OperationContext *context, const char *name, Person *person, Error *error);

#endif
