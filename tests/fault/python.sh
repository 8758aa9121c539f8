# python.sh - runs the driver beside a script of this folder (crash.sh: crash.py): . "$(dirname "$0")/python.sh"
# shellcheck shell=sh
driver=${0%.sh}.py
if ! command -v python3 >/dev/null 2>&1; then
    echo "ok 1 - $driver # SKIP no python3"
    exit 77
fi
exec python3 -B "$driver" "$@"
