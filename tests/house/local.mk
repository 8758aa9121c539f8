house_tests = tests/house/hardening.sh tests/house/layers.sh tests/house/manual.sh \
	tests/house/scripts.sh tests/house/words.sh
dist_check_SCRIPTS += $(house_tests)
TESTS += $(house_tests)
