# Tests are listed by the part they prove; each fragment adds to check_PROGRAMS and TESTS.
# `make check` and tests/run use the same driver, which counts the cases a test reports.
TEST_EXTENSIONS = .sh
LOG_DRIVER = $(srcdir)/tests/driver
SH_LOG_DRIVER = $(srcdir)/tests/driver

EXTRA_DIST += tests/driver tests/run tests/lib.sh tests/mission

# The long ones first, so that the others run beside them.
include tests/fault/local.mk
include tests/unit/base.mk
include tests/unit/resource.mk
include tests/unit/store.mk
include tests/unit/model.mk
include tests/unit/exchange.mk
include tests/unit/engine.mk
include tests/unit/domain.mk
include tests/unit/demo.mk
include tests/unit/tui.mk
include tests/unit/cli.mk
include tests/cli/local.mk
include tests/pty/local.mk
include tests/house/local.mk
include tests/fuzz/base.mk
include tests/fuzz/exchange.mk
include tests/fuzz/local.mk
include tests/bench/store.mk
include tests/bench/exchange.mk
include tests/bench/model.mk
include tests/bench/local.mk
