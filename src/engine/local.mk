noinst_LIBRARIES += libbiz-engine.a
libbiz_engine_a_SOURCES =
