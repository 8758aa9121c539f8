# bench_model: list, page, search, create and import of contacts beside bare SQLite.
EXTRA_PROGRAMS += tests/bench/bench_model
tests_bench_bench_model_SOURCES = tests/bench/bench_model.c
tests_bench_bench_model_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tests_bench_bench_model_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS) -pthread
tests_bench_bench_model_LDADD = libbiz-model.a libbiz-store.a libbiz-base.a $(ENGINE_LIBS)
CLEANFILES += tests/bench/bench_model
