# Tests are listed by the part they prove; each fragment adds to check_PROGRAMS and TESTS.
include tests/unit/base.mk
include tests/unit/model.mk
include tests/unit/store.mk
include tests/unit/engine.mk
include tests/unit/tui.mk
