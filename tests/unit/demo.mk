# The demo company, made by the real program.
check_PROGRAMS += tests/unit/test_demo
TESTS += tests/unit/test_demo
tests_unit_test_demo_SOURCES = tests/unit/test_demo.c
tests_unit_test_demo_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS) -pthread
tests_unit_test_demo_LDADD = libbiz-store.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS)
EXTRA_tests_unit_test_demo_DEPENDENCIES = libexec/bizosaas/bizosaas-engine$(EXEEXT) share/bizosaas/stamp
