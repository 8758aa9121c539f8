noinst_LIBRARIES += libbiz-doors.a
libbiz_doors_a_CFLAGS = $(AM_CFLAGS) $(ENGINE_CFLAGS)
libbiz_doors_a_SOURCES = \
	src/doors/connection.h src/doors/connection.c \
	src/doors/door_private.h \
	src/doors/socket_door.h src/doors/socket_door.c
