noinst_LIBRARIES += libbiz-screens.a
libbiz_screens_a_SOURCES =
