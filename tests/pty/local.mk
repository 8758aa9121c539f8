# The screens in a pseudo-terminal, with a made-up engine.
check_PROGRAMS += tests/pty/screens_alone
tests_pty_screens_alone_SOURCES = tests/pty/screens_alone.c tests/unit/fake_client.c
tests_pty_screens_alone_CFLAGS = $(AM_CFLAGS) $(TERMINAL_CFLAGS)
tests_pty_screens_alone_LDADD = libbiz-screens.a libbiz-client.a libbiz-tui.a \
	libbiz-base.a $(TERMINAL_LIBS)
TESTS += tests/pty/screens.sh
EXTRA_DIST += tests/pty/screens.sh tests/pty/screens.py tests/golden
