noinst_LIBRARIES += libbiz-client.a
libbiz_client_a_SOURCES =
