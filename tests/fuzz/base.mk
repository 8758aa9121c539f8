# Fuzzers of src/base: configure with clang and --enable-fuzzers --enable-sanitizers, then
# make tests/fuzz/fuzz_text && tests/fuzz/fuzz_text -max_total_time=60 NEW_FOLDER tests/fuzz/corpus/text
if FUZZERS
EXTRA_PROGRAMS += \
	tests/fuzz/fuzz_text \
	tests/fuzz/fuzz_filter \
	tests/fuzz/fuzz_yaml \
	tests/fuzz/fuzz_json \
	tests/fuzz/fuzz_number
tests_fuzz_fuzz_text_SOURCES = tests/fuzz/fuzz_text.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_text_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_text_LDADD = libbiz-base.a $(TERMINAL_LIBS)
tests_fuzz_fuzz_filter_SOURCES = tests/fuzz/fuzz_filter.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_filter_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_filter_LDADD = libbiz-base.a $(TERMINAL_LIBS)
tests_fuzz_fuzz_yaml_SOURCES = tests/fuzz/fuzz_yaml.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_yaml_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_yaml_LDADD = libbiz-base.a $(TERMINAL_LIBS) $(YAML_LIBS)
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_json_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_json_LDADD = libbiz-base.a $(TERMINAL_LIBS)
tests_fuzz_fuzz_number_SOURCES = tests/fuzz/fuzz_number.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_number_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_number_LDADD = libbiz-base.a $(TERMINAL_LIBS)
endif

EXTRA_DIST += \
	tests/fuzz/corpus/text/01 \
	tests/fuzz/corpus/text/02 \
	tests/fuzz/corpus/text/03 \
	tests/fuzz/corpus/text/04 \
	tests/fuzz/corpus/text/05 \
	tests/fuzz/corpus/text/06 \
	tests/fuzz/corpus/filter/01 \
	tests/fuzz/corpus/filter/02 \
	tests/fuzz/corpus/filter/03 \
	tests/fuzz/corpus/filter/04 \
	tests/fuzz/corpus/filter/05 \
	tests/fuzz/corpus/yaml/01 \
	tests/fuzz/corpus/yaml/02 \
	tests/fuzz/corpus/yaml/03 \
	tests/fuzz/corpus/yaml/04 \
	tests/fuzz/corpus/yaml/05 \
	tests/fuzz/corpus/json/01 \
	tests/fuzz/corpus/json/02 \
	tests/fuzz/corpus/json/03 \
	tests/fuzz/corpus/json/04 \
	tests/fuzz/corpus/json/05 \
	tests/fuzz/corpus/number/01 \
	tests/fuzz/corpus/number/02 \
	tests/fuzz/corpus/number/03 \
	tests/fuzz/corpus/number/04 \
	tests/fuzz/corpus/number/05 \
	tests/fuzz/corpus/number/06 \
	tests/fuzz/corpus/number/07 \
	tests/fuzz/corpus/number/08 \
	tests/fuzz/corpus/number/09 \
	tests/fuzz/corpus/number/10
