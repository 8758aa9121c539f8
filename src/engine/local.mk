noinst_LIBRARIES += libbiz-engine.a
libbiz_engine_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libbiz_engine_a_SOURCES = \
	src/engine/engine.h src/engine/engine.c \
	src/engine/door.h \
	src/engine/internal.h \
	src/engine/context.h \
	src/engine/home.h src/engine/home.c \
	src/engine/pool.h src/engine/pool.c \
	src/engine/system_store.h src/engine/system_store.c \
	src/engine/tenants.c \
	src/engine/session.c \
	src/engine/login.h src/engine/login.c \
	src/engine/session_operations.c \
	src/engine/operation.h \
	src/engine/registry.h src/engine/registry.c \
	src/engine/own_operations.h \
	src/engine/parameters.h src/engine/parameters.c \
	src/engine/rights.h src/engine/rights_internal.h src/engine/rights.c \
	src/engine/rights_decide.c \
	src/engine/perform.c \
	src/engine/guards.h src/engine/guards.c \
	src/engine/stream.h src/engine/stream.c \
	src/engine/wire.h src/engine/wire.c \
	src/engine/dispatch.c \
	src/engine/events.h src/engine/events.c \
	src/engine/generic.h src/engine/generic.c \
	src/engine/generic_read.c \
	src/engine/generic_write.c \
	src/engine/describe.c \
	src/engine/related.c \
	src/engine/history.c \
	src/engine/tags.c \
	src/engine/files.h src/engine/files_internal.h src/engine/files.c \
	src/engine/file_operations.c \
	src/engine/bulk.c \
	src/engine/job.h src/engine/jobs.c \
	src/engine/job_store.h src/engine/job_store.c \
	src/engine/job_runner.h src/engine/job_runner.c
