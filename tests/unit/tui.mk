check_PROGRAMS += tests/unit/test_tui_keys tests/unit/test_tui_widgets tests/unit/test_tui_screens
TESTS += tests/unit/test_tui_keys tests/unit/test_tui_widgets tests/unit/test_tui_screens

tests_unit_test_tui_keys_SOURCES = tests/unit/test_tui_keys.c
tests_unit_test_tui_keys_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_tui_keys_LDADD = libbiz-tui.a libbiz-base.a $(CMOCKA_LIBS) $(TERMINAL_LIBS)

tests_unit_test_tui_widgets_SOURCES = tests/unit/test_tui_widgets.c
tests_unit_test_tui_widgets_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_tui_widgets_LDADD = libbiz-screens.a libbiz-tui.a libbiz-base.a $(CMOCKA_LIBS) \
	$(TERMINAL_LIBS)

# The screens against a made-up engine: fake_client.c stands in for the client library.
tests_unit_test_tui_screens_SOURCES = tests/unit/test_tui_screens.c tests/unit/fake_client.c
tests_unit_test_tui_screens_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_tui_screens_LDADD = libbiz-screens.a libbiz-client.a libbiz-tui.a \
	libbiz-base.a $(CMOCKA_LIBS) $(TERMINAL_LIBS)
