# bench_commit: durable commits of 16 clients beside a bare SQLite loop.
EXTRA_PROGRAMS += tests/bench/bench_commit
tests_bench_bench_commit_SOURCES = tests/bench/bench_commit.c
tests_bench_bench_commit_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tests_bench_bench_commit_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS) -pthread
tests_bench_bench_commit_LDADD = libbiz-store.a libbiz-base.a $(ENGINE_LIBS)
CLEANFILES += tests/bench/bench_commit
