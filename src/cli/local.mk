noinst_LIBRARIES += libbiz-cli.a
libbiz_cli_a_SOURCES =
