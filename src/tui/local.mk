noinst_LIBRARIES += libbiz-tui.a
libbiz_tui_a_SOURCES =
