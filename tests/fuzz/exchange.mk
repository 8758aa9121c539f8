# The reader of files that people import.
if FUZZERS
EXTRA_PROGRAMS += tests/fuzz/fuzz_csv
tests_fuzz_fuzz_csv_SOURCES = tests/fuzz/fuzz_csv.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_csv_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_csv_LDADD = libbiz-model.a libbiz-store.a libbiz-base.a $(ENGINE_LIBS)
endif
EXTRA_DIST += \
	tests/fuzz/corpus/csv/01 \
	tests/fuzz/corpus/csv/02 \
	tests/fuzz/corpus/csv/03 \
	tests/fuzz/corpus/csv/04 \
	tests/fuzz/corpus/csv/05 \
	tests/fuzz/corpus/csv/06
