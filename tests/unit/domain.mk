# Unit tests of the rules of domains: src/crm, src/commerce, src/billing, and the arithmetic of documents.
domain_tests = \
	tests/unit/test_domain_math \
	tests/unit/test_domain_crm \
	tests/unit/test_domain_commerce \
	tests/unit/test_domain_billing
check_PROGRAMS += $(domain_tests)
TESTS += $(domain_tests)
EXTRA_DIST += tests/unit/test_domain.h

domain_test_cppflags = $(AM_CPPFLAGS) -D_GNU_SOURCE
domain_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS) -pthread
domain_test_ldadd = libbiz-crm.a libbiz-commerce.a libbiz-billing.a libbiz-engine.a libbiz-model.a \
	libbiz-store.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS) -lm

tests_unit_test_domain_math_SOURCES = tests/unit/test_domain_math.c
tests_unit_test_domain_math_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_domain_math_LDADD = libbiz-base.a $(CMOCKA_LIBS) $(TERMINAL_LIBS)
tests_unit_test_domain_crm_SOURCES = tests/unit/test_domain_crm.c
tests_unit_test_domain_crm_CPPFLAGS = $(domain_test_cppflags)
tests_unit_test_domain_crm_CFLAGS = $(domain_test_cflags)
tests_unit_test_domain_crm_LDADD = $(domain_test_ldadd)
tests_unit_test_domain_commerce_SOURCES = tests/unit/test_domain_commerce.c
tests_unit_test_domain_commerce_CPPFLAGS = $(domain_test_cppflags)
tests_unit_test_domain_commerce_CFLAGS = $(domain_test_cflags)
tests_unit_test_domain_commerce_LDADD = $(domain_test_ldadd)
tests_unit_test_domain_billing_SOURCES = tests/unit/test_domain_billing.c
tests_unit_test_domain_billing_CPPFLAGS = $(domain_test_cppflags)
tests_unit_test_domain_billing_CFLAGS = $(domain_test_cflags)
tests_unit_test_domain_billing_LDADD = $(domain_test_ldadd)
