# tui: the terminal toolkit; needs ncursesw (terminfo only) and utf8proc.
noinst_LIBRARIES += libbiz-tui.a
libbiz_tui_a_CFLAGS = $(AM_CFLAGS) $(TERMINAL_CFLAGS)
libbiz_tui_a_SOURCES = \
	src/tui/action.h src/tui/action.c \
	src/tui/chart.h src/tui/chart.c \
	src/tui/form.h src/tui/form.c src/tui/form_draw.c \
	src/tui/frame.h src/tui/frame.c src/tui/frame_block.c \
	src/tui/fuzzy.h src/tui/fuzzy.c \
	src/tui/keys.h src/tui/keys.c \
	src/tui/line_editor.h src/tui/line_editor.c \
	src/tui/painter.h src/tui/painter.c \
	src/tui/picker.h src/tui/picker.c \
	src/tui/table.h src/tui/table.c \
	src/tui/terminal.h src/tui/terminal.c \
	src/tui/terminal_signals.h src/tui/terminal_signals.c \
	src/tui/terminal_type.h src/tui/terminal_type.c \
	src/tui/theme.h src/tui/theme.c \
	src/tui/words.h src/tui/words.c
