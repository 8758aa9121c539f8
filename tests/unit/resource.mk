if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_resource tests/unit/test_describe
TESTS += tests/unit/test_resource tests/unit/test_describe
tests_unit_test_resource_SOURCES = tests/unit/test_resource.c
tests_unit_test_resource_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ENGINE_CFLAGS)
tests_unit_test_resource_LDADD = libbiz-model.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS)
tests_unit_test_describe_SOURCES = tests/unit/test_describe.c
tests_unit_test_describe_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(YAML_CFLAGS)
tests_unit_test_describe_LDADD = libbiz-model.a libbiz-base.a $(CMOCKA_LIBS) $(ENGINE_LIBS)
$(tests_unit_test_resource_OBJECTS): | $(GENERATED_H)
endif
