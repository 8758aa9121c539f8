cli_test_libraries = libbiz-cli.a libbiz-client.a libbiz-tui.a libbiz-base.a \
	$(CMOCKA_LIBS) $(TERMINAL_LIBS)
check_PROGRAMS += tests/unit/test_cli_text tests/unit/test_cli_arguments
TESTS += tests/unit/test_cli_text tests/unit/test_cli_arguments
tests_unit_test_cli_text_SOURCES = tests/unit/test_cli_text.c
tests_unit_test_cli_text_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cli_text_LDADD = $(cli_test_libraries)
tests_unit_test_cli_arguments_SOURCES = tests/unit/test_cli_arguments.c
tests_unit_test_cli_arguments_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_cli_arguments_LDADD = $(cli_test_libraries)
