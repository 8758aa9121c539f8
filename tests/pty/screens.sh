#!/bin/sh
# The screens in a pseudo-terminal: signals, lost lines, bytes a key costs.
command -v python3 >/dev/null 2>&1 || { echo "1..0 # SKIP python3 is not installed"; exit 77; }
exec python3 "${BIZOSAAS_SOURCE:-.}/tests/pty/screens.py" ./tests/pty/screens_alone
