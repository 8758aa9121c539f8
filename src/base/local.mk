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
	src/base/text_distance.c
