noinst_LIBRARIES += libbiz-store.a
libbiz_store_a_SOURCES =
