# bench_import: a million leads beside a bare SQLite loop.
EXTRA_PROGRAMS += tests/bench/bench_import
tests_bench_bench_import_SOURCES = tests/bench/bench_import.c
tests_bench_bench_import_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS) -pthread
tests_bench_bench_import_LDADD = libbiz-model.a libbiz-store.a libbiz-base.a $(ENGINE_LIBS)
CLEANFILES += tests/bench/bench_import
