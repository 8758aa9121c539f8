# bench_engine: the engine with 100,000 contacts over its socket, each figure beside its bound.
EXTRA_PROGRAMS += tests/bench/bench_engine
tests_bench_bench_engine_SOURCES = tests/bench/bench_engine.c
tests_bench_bench_engine_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS) -pthread
tests_bench_bench_engine_LDADD = libbiz-client.a libbiz-base.a $(ENGINE_LIBS)
CLEANFILES += tests/bench/bench_engine

# bench_screens: a million leads on a terminal, beside the smallest program that does so.
EXTRA_DIST += tests/bench/bench_screens.py
libexec/bizosaas/bench-screens: tests/bench/bench_screens.py
	$(AM_V_GEN)$(MKDIR_P) libexec/bizosaas && ln -sf $(abs_srcdir)/tests/bench/bench_screens.py $@
build-bench: libexec/bizosaas/bench-screens
