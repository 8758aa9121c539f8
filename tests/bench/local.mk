# bench_engine: the engine with 100,000 contacts over its socket, each figure beside its bound.
EXTRA_PROGRAMS += tests/bench/bench_engine
tests_bench_bench_engine_SOURCES = tests/bench/bench_engine.c
tests_bench_bench_engine_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS) -pthread
tests_bench_bench_engine_LDADD = libbiz-client.a libbiz-base.a $(ENGINE_LIBS)
CLEANFILES += tests/bench/bench_engine
