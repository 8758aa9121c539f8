# base: needs json-c and utf8proc; yaml_tree.c alone needs libyaml (linked by engine and build tools).
noinst_LIBRARIES += libbiz-base.a
libbiz_base_a_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
libbiz_base_a_SOURCES = \
	src/base/error.h src/base/error.c \
	src/base/arena.h src/base/arena.c \
	src/base/buffer.h src/base/buffer.c \
	src/base/world.h src/base/world.c \
	src/base/uid.h src/base/uid.c \
	src/base/text.h src/base/text.c src/base/text_clean.c src/base/text_fold.c \
	src/base/text_distance.c \
	src/base/json_value.h src/base/json_value.c src/base/json_parse.c src/base/json_reader.h \
	src/base/json_reader.c \
	src/base/log.h src/base/log.c \
	src/base/paths.h src/base/paths.c src/base/paths_file.c \
	src/base/datetime.h src/base/datetime.c src/base/datetime_zone.c src/base/datetime_relative.c \
	src/base/zone_file.h src/base/zone_file.c src/base/zone_rule.c \
	src/base/filter.h src/base/filter_lexer.h src/base/filter_lexer.c src/base/filter_parse.c \
	src/base/filter_print.c src/base/filter_match.c \
	src/base/yaml_tree.h src/base/yaml_tree.c src/base/yaml_value.c \
	src/base/money.h src/base/money.c src/base/money_format.c \
	src/base/money_table.h src/base/money_table.c \
	src/base/document_math.h src/base/document_math.c \
	src/base/number.h src/base/number.c src/base/number_scan.h src/base/number_scan.c \
	src/base/number_guess.c src/base/number_date.c \
	src/base/number_date_text.h src/base/number_date_text.c
