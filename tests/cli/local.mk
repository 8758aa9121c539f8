cli_tests = tests/cli/backup.sh tests/cli/check.sh tests/cli/engine.sh tests/cli/guards.sh \
	tests/cli/import.sh \
	tests/cli/records.sh tests/cli/service.sh tests/cli/terminal.sh tests/cli/undo.sh \
	tests/cli/usage.sh tests/cli/users.sh
dist_check_SCRIPTS += $(cli_tests)
TESTS += $(cli_tests)
EXTRA_DIST += tests/data/lead.json tests/data/leads-small.csv
