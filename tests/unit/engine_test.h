/* engine_test.h - a company in a temporary home, served by the real engine, met through the real client. */
#ifndef TESTS_ENGINE_TEST_H
#define TESTS_ENGINE_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sys/types.h>
#include "base/json_value.h"
#include "client/client.h"

typedef struct TestHome {
    char path[128];
} TestHome;

/* Makes a company by `bizosaas-engine init`. */
void TestHome_make(TestHome *home);
/* Stops its engine if one runs, removes the folder. */
void TestHome_remove(TestHome *home);
/* An open client; an engine is started when none runs.  as: login or NULL. */
Client *Test_open(const TestHome *home, const char *as);
/* params: JSON text or NULL.  The test fails when the call fails. */
Json *Test_call(Client *client, const char *operation, const char *params);
/* The call must be refused; returns the error. */
Error Test_refused(Client *client, const char *operation, const char *params);
void Test_refused_as(Client *client, const char *operation, const char *params, const char *code);
/* printf into a buffer that lives until the eighth call from now. */
const char *Test_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *Test_id(const Json *record); /* "id", borrowed */
pid_t Test_engine_pid(Client *client);
void Test_kill_engine(Client *client, int signal); /* and waits until it is gone */
/* Runs bizosaas-engine with arguments (NULL-terminated); input may be NULL.  Output to out (4096). */
int Test_run_engine(const char *const *arguments, const char *input, char *out);
/* Waits for a job; its last status (new reference). */
Json *Test_wait_job(Client *client, const char *job);
/* Path of a file of the shared data, or NULL when there is none here. */
const char *Test_shared(const char *relative);
/* A plain connection to the engine's socket, for bytes that no client would send. */
int Test_connect(const TestHome *home);

#endif
