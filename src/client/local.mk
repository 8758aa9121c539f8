noinst_LIBRARIES += libbiz-client.a
libbiz_client_a_CFLAGS = $(AM_CFLAGS) $(TERMINAL_CFLAGS)
libbiz_client_a_SOURCES = \
	src/client/base64.h src/client/base64.c \
	src/client/client.h src/client/client.c \
	src/client/client_start.h src/client/client_start.c
