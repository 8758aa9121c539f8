# store: databases behind one interface, sealing of secrets.
noinst_LIBRARIES += libbiz-store.a
libbiz_store_a_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libbiz_store_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS) -pthread
libbiz_store_a_SOURCES = \
	src/store/store.h src/store/store.c \
	src/store/store_private.h \
	src/store/store_error.c \
	src/store/store_file.c \
	src/store/connection.c \
	src/store/statement.c \
	src/store/member.c \
	src/store/writer.c \
	src/store/write_queue.c \
	src/store/reader.c \
	src/store/checkpoint.c \
	src/store/migrate.c \
	src/store/care.c \
	src/store/lock.h src/store/lock.c \
	src/store/seal.h src/store/seal_private.h src/store/seal.c \
	src/store/seal_key.c \
	src/store/seal_file.c
