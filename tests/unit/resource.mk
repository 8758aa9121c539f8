if HAVE_CMOCKA
resource_tests = \
	tests/unit/test_resource \
	tests/unit/test_describe \
	tests/unit/test_translation
check_PROGRAMS += $(resource_tests)
TESTS += $(resource_tests)
resource_test_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS)
resource_test_ldadd = libbiz-model.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS)
tests_unit_test_resource_SOURCES = tests/unit/test_resource.c
tests_unit_test_resource_CFLAGS = $(resource_test_cflags)
tests_unit_test_resource_LDADD = $(resource_test_ldadd)
tests_unit_test_describe_SOURCES = tests/unit/test_describe.c
tests_unit_test_describe_CFLAGS = $(resource_test_cflags)
tests_unit_test_describe_LDADD = $(resource_test_ldadd)
tests_unit_test_translation_SOURCES = tests/unit/test_translation.c
tests_unit_test_translation_CFLAGS = $(resource_test_cflags)
tests_unit_test_translation_LDADD = $(resource_test_ldadd)
$(tests_unit_test_resource_OBJECTS) $(tests_unit_test_translation_OBJECTS): | $(GENERATED_INCLUDES)
endif
