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
	src/platform/invite.c \
	src/platform/doctor.h src/platform/doctor.c \
	src/platform/archive.h src/platform/archive.c \
	src/platform/backup_file.h src/platform/backup_file.c \
	src/platform/backup.h src/platform/backup.c \
	src/platform/restore.c \
	src/platform/maintenance.c
# Import and export as operations and jobs.
libbiz_platform_a_SOURCES += \
	src/platform/exchange_operations.c src/platform/import_job.h src/platform/import_job.c
