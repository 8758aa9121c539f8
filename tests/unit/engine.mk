# Tests of src/engine, src/doors, src/client and src/platform: the real engine on temporary homes.
engine_tests = \
	tests/unit/test_engine \
	tests/unit/test_engine_wire \
	tests/unit/test_engine_login \
	tests/unit/test_engine_jobs \
	tests/unit/test_rights
check_PROGRAMS += $(engine_tests)
TESTS += $(engine_tests)

engine_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(TERMINAL_CFLAGS)
engine_test_ldadd = libbiz-client.a libbiz-base.a $(CMOCKA_LIBS) $(TERMINAL_LIBS)
engine_test_support = tests/unit/engine_test.h tests/unit/engine_test.c

tests_unit_test_engine_SOURCES = tests/unit/test_engine.c $(engine_test_support)
tests_unit_test_engine_CFLAGS = $(engine_test_cflags)
tests_unit_test_engine_LDADD = $(engine_test_ldadd)
tests_unit_test_engine_wire_SOURCES = tests/unit/test_engine_wire.c $(engine_test_support)
tests_unit_test_engine_wire_CFLAGS = $(engine_test_cflags)
tests_unit_test_engine_wire_LDADD = $(engine_test_ldadd)
tests_unit_test_engine_login_SOURCES = tests/unit/test_engine_login.c $(engine_test_support)
tests_unit_test_engine_login_CFLAGS = $(engine_test_cflags)
tests_unit_test_engine_login_LDADD = $(engine_test_ldadd)
tests_unit_test_engine_jobs_SOURCES = tests/unit/test_engine_jobs.c $(engine_test_support)
tests_unit_test_engine_jobs_CFLAGS = $(engine_test_cflags)
tests_unit_test_engine_jobs_LDADD = $(engine_test_ldadd)
tests_unit_test_rights_SOURCES = tests/unit/test_rights.c $(engine_test_support)
tests_unit_test_rights_CFLAGS = $(engine_test_cflags)
tests_unit_test_rights_LDADD = $(engine_test_ldadd)
$(engine_tests): libexec/bizosaas/bizosaas-engine share/bizosaas/stamp

# An engine inside the test.
check_PROGRAMS += tests/unit/test_jobs
TESTS += tests/unit/test_jobs
tests_unit_test_jobs_SOURCES = tests/unit/test_jobs.c $(engine_test_support)
tests_unit_test_jobs_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS)
tests_unit_test_jobs_LDADD = libbiz-client.a libbiz-engine.a libbiz-model.a libbiz-store.a \
	libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS) -lm
