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

check_PROGRAMS += tests/unit/test_import_presets
TESTS += tests/unit/test_import_presets
tests_unit_test_import_presets_SOURCES = tests/unit/test_import_presets.c tests/unit/import_base.h
tests_unit_test_import_presets_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_import_presets_LDADD = $(EXCHANGE_LDADD)
EXTRA_DIST += tests/data/import/hubspot_companies.csv tests/data/import/hubspot_contacts.csv \
	tests/data/import/hubspot_deals.csv tests/data/import/salesforce_leads.csv \
	tests/data/import/shopify_customers.csv tests/data/import/shopify_orders.csv \
	tests/data/import/shopify_products_classic.csv tests/data/import/shopify_products_new.csv \
	tests/data/import/stripe_payments.csv

check_PROGRAMS += tests/unit/test_export
TESTS += tests/unit/test_export
tests_unit_test_export_SOURCES = tests/unit/test_export.c tests/unit/import_base.h \
	tests/unit/corpus.c tests/unit/corpus.h
tests_unit_test_export_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_export_LDADD = $(EXCHANGE_LDADD)
