# Unit tests of src/model.
model_tests = \
	tests/unit/test_custom \
	tests/unit/test_model \
	tests/unit/test_model_hostile \
	tests/unit/test_query \
	tests/unit/test_undo
check_PROGRAMS += $(model_tests)
TESTS += $(model_tests)
EXTRA_DIST += tests/unit/test_model.h

model_test_cppflags = $(AM_CPPFLAGS) -D_GNU_SOURCE
model_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS) -pthread
model_test_ldadd = libbiz-model.a libbiz-store.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS)

tests_unit_test_model_SOURCES = tests/unit/test_model.c
tests_unit_test_model_CPPFLAGS = $(model_test_cppflags)
tests_unit_test_model_CFLAGS = $(model_test_cflags)
tests_unit_test_model_LDADD = $(model_test_ldadd)
tests_unit_test_query_SOURCES = tests/unit/test_query.c
tests_unit_test_query_CPPFLAGS = $(model_test_cppflags)
tests_unit_test_query_CFLAGS = $(model_test_cflags)
tests_unit_test_query_LDADD = $(model_test_ldadd)
tests_unit_test_undo_SOURCES = tests/unit/test_undo.c
tests_unit_test_undo_CPPFLAGS = $(model_test_cppflags)
tests_unit_test_undo_CFLAGS = $(model_test_cflags)
tests_unit_test_undo_LDADD = $(model_test_ldadd)
tests_unit_test_custom_SOURCES = tests/unit/test_custom.c
tests_unit_test_custom_CPPFLAGS = $(model_test_cppflags)
tests_unit_test_custom_CFLAGS = $(model_test_cflags)
tests_unit_test_custom_LDADD = $(model_test_ldadd)
tests_unit_test_model_hostile_SOURCES = \
	tests/unit/test_model_hostile.c tests/unit/corpus.c tests/unit/corpus.h
tests_unit_test_model_hostile_CPPFLAGS = $(model_test_cppflags)
tests_unit_test_model_hostile_CFLAGS = $(model_test_cflags)
tests_unit_test_model_hostile_LDADD = $(model_test_ldadd)
