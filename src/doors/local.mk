noinst_LIBRARIES += libbiz-doors.a
libbiz_doors_a_SOURCES =
