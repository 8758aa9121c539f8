# Unit tests of src/store.
store_tests = \
	tests/unit/test_store \
	tests/unit/test_store_write \
	tests/unit/test_store_care \
	tests/unit/test_store_crash \
	tests/unit/test_seal
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)
EXTRA_DIST += tests/unit/test_store.h

store_test_cppflags = $(AM_CPPFLAGS) -D_GNU_SOURCE
store_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS) -pthread
store_test_ldadd = libbiz-store.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS)

tests_unit_test_store_SOURCES = tests/unit/test_store.c
tests_unit_test_store_CPPFLAGS = $(store_test_cppflags)
tests_unit_test_store_CFLAGS = $(store_test_cflags)
tests_unit_test_store_LDADD = $(store_test_ldadd)
tests_unit_test_store_write_SOURCES = tests/unit/test_store_write.c
tests_unit_test_store_write_CPPFLAGS = $(store_test_cppflags)
tests_unit_test_store_write_CFLAGS = $(store_test_cflags)
tests_unit_test_store_write_LDADD = $(store_test_ldadd)
tests_unit_test_store_care_SOURCES = tests/unit/test_store_care.c
tests_unit_test_store_care_CPPFLAGS = $(store_test_cppflags)
tests_unit_test_store_care_CFLAGS = $(store_test_cflags)
tests_unit_test_store_care_LDADD = $(store_test_ldadd)
tests_unit_test_store_crash_SOURCES = tests/unit/test_store_crash.c
tests_unit_test_store_crash_CPPFLAGS = $(store_test_cppflags)
tests_unit_test_store_crash_CFLAGS = $(store_test_cflags)
tests_unit_test_store_crash_LDADD = $(store_test_ldadd)
tests_unit_test_seal_SOURCES = tests/unit/test_seal.c
tests_unit_test_seal_CPPFLAGS = $(store_test_cppflags)
tests_unit_test_seal_CFLAGS = $(store_test_cflags)
tests_unit_test_seal_LDADD = $(store_test_ldadd)
