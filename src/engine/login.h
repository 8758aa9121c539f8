/* login.h - who a connection is: by the operating system's word, by password, on behalf of another. */
#ifndef ENGINE_LOGIN_H
#define ENGINE_LOGIN_H

#include "engine/engine.h"
#include "engine/system_store.h"

/* Opens the tenant (slug NULL = the one used last), checks that the login is an active member, and makes
 * it the session's identity. */
bool Login_begin(OperationContext *context, const Login *login, const char *slug, const char *channel,
                 Error *error);
/* The result of hello; new reference. */
Json *Login_hello(OperationContext *context, Error *error);
/* Checks a password in the same time whether the login exists or not; counts failures. */
bool Login_verify(OperationContext *context, const char *name, const char *password, Login *login,
                  Error *error);
bool Login_save(OperationContext *context, Login *login, bool insert, Error *error);
/* At least 10 characters; ERROR_RULE otherwise. */
bool Login_check_password(const char *password, Error *error);

#endif
