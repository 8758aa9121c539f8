noinst_LIBRARIES += libbiz-platform.a
libbiz_platform_a_SOURCES =
