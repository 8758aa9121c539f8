# screens: one screen a file, over the client protocol only.
noinst_LIBRARIES += libbiz-screens.a
libbiz_screens_a_CFLAGS = $(AM_CFLAGS) $(TERMINAL_CFLAGS)
libbiz_screens_a_SOURCES = \
	screens/app.h screens/app.c \
	screens/ask.c \
	screens/dashboard.c \
	screens/dashboard_chart.h screens/dashboard_chart.c \
	screens/describe.h screens/describe.c \
	screens/edit.h screens/edit.c screens/edit_prompt.c \
	screens/field_read.c \
	screens/field_value.h screens/field_value.c \
	screens/file_save.c \
	screens/first_run.c \
	screens/global.c \
	screens/job_watch.c \
	screens/languages.h screens/languages.c \
	screens/lead.h screens/lead.c \
	screens/link.c \
	screens/list.h screens/list.c screens/list_actions.c screens/list_marks.c \
	screens/list_window.h screens/list_window.c \
	screens/login.c \
	screens/navigation.h screens/navigation.c \
	screens/record.h screens/record.c screens/record_actions.c screens/record_lines.c \
	screens/record_view.h screens/record_view.c \
	screens/screens.h screens/screens.c \
	screens/script.c \
	screens/search.c \
	screens/shell.c \
	screens/text_de.c \
	screens/theme_choice.c
