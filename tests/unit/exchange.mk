EXCHANGE_LDADD = libbiz-model.a libbiz-store.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS) -lpthread

check_PROGRAMS += tests/unit/test_csv
TESTS += tests/unit/test_csv
tests_unit_test_csv_SOURCES = tests/unit/test_csv.c tests/unit/corpus.c tests/unit/corpus.h
tests_unit_test_csv_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_csv_LDADD = $(EXCHANGE_LDADD)

check_PROGRAMS += tests/unit/test_import
TESTS += tests/unit/test_import
tests_unit_test_import_SOURCES = tests/unit/test_import.c tests/unit/import_base.h
tests_unit_test_import_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_import_LDADD = $(EXCHANGE_LDADD)
