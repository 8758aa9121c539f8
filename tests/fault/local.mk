# Faults: killed engines, full disks, wrong folders, hostile texts and strangers on the socket.
fault_tests = tests/fault/crash.sh tests/fault/disk.sh tests/fault/documents.sh \
	tests/fault/folder.sh tests/fault/hostile.sh tests/fault/terminal.sh tests/fault/wire.sh
dist_check_SCRIPTS += $(fault_tests)
TESTS += $(fault_tests)
EXTRA_DIST += tests/fault/python.sh tests/fault/fault.py tests/fault/crash.py tests/fault/disk.py \
	tests/fault/documents.py tests/fault/folder.py tests/fault/hostile.py tests/fault/terminal.py \
	tests/fault/wire.py tests/fault/fail_shim.c

# In front of the C library of an engine under test; needs no flag of ours.
check_DATA += tests/fault/fail_shim.so
tests/fault/fail_shim.so: tests/fault/fail_shim.c
	$(AM_V_CCLD)$(MKDIR_P) tests/fault && \
	$(CC) -O1 -fPIC -shared -o $@ $(srcdir)/tests/fault/fail_shim.c -ldl
CLEANFILES += tests/fault/fail_shim.so
