# The command line and the program itself.
noinst_LIBRARIES += libbiz-cli.a
libbiz_cli_a_CFLAGS = $(AM_CFLAGS) $(TERMINAL_CFLAGS)
libbiz_cli_a_SOURCES = \
	src/cli/cli.h src/cli/cli.c \
	src/cli/cmd_audit.c \
	src/cli/cmd_backup.c \
	src/cli/cmd_bench.c \
	src/cli/cmd_call.c \
	src/cli/cmd_check.c \
	src/cli/cmd_completion.c \
	src/cli/cmd_create.c \
	src/cli/cmd_delete.c \
	src/cli/cmd_doctor.c \
	src/cli/cmd_engine.c \
	src/cli/cmd_export.c \
	src/cli/cmd_get.c \
	src/cli/cmd_get_file.c \
	src/cli/cmd_help.c \
	src/cli/cmd_history.c \
	src/cli/cmd_import.c \
	src/cli/cmd_init.c \
	src/cli/cmd_list.c \
	src/cli/cmd_man.c \
	src/cli/cmd_operations.c \
	src/cli/cmd_restore.c \
	src/cli/cmd_service.c \
	src/cli/cmd_status.c \
	src/cli/cmd_undo.c \
	src/cli/cmd_update.c \
	src/cli/cmd_user.c \
	src/cli/cmd_whoami.c \
	src/cli/command.h \
	src/cli/commands.h src/cli/commands.c \
	src/cli/preferences.h src/cli/preferences.c \
	src/cli/helper.h src/cli/helper.c \
	src/cli/invocation.c \
	src/cli/job_wait.c \
	src/cli/output.h src/cli/output.c \
	src/cli/params.h src/cli/params.c src/cli/params_types.c \
	src/cli/present.h src/cli/present.c \
	src/cli/progress.h src/cli/progress.c \
	src/cli/report.c \
	src/cli/secret.h src/cli/secret.c \
	src/cli/service_files.h \
	src/cli/session.c \
	src/cli/table.h src/cli/table.c \
	src/cli/transfer.h src/cli/transfer.c \
	src/cli/value.h src/cli/value.c

bin_PROGRAMS += bizosaas
bizosaas_CFLAGS = $(AM_CFLAGS) $(TERMINAL_CFLAGS)
bizosaas_SOURCES = src/main.c
bizosaas_LDADD = libbiz-cli.a libbiz-screens.a libbiz-client.a libbiz-tui.a libbiz-base.a \
	$(TERMINAL_LIBS)
