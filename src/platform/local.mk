noinst_LIBRARIES += libbiz-platform.a
libbiz_platform_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libbiz_platform_a_SOURCES = \
	src/platform/platform.h src/platform/platform.c \
	src/platform/parts.h \
	src/platform/engine_verbs.h src/platform/engine_verbs.c \
	src/platform/roles.h src/platform/roles.c \
	src/platform/setup.h src/platform/setup.c \
	src/platform/setup_records.h src/platform/setup_records.c \
	src/platform/status.c \
	src/platform/users.h src/platform/users.c \
	src/platform/invite.c
