# python.sh - runs a driver of this folder: . "$(dirname "$0")/python.sh" NAME.py [ARGUMENT ...]
# shellcheck shell=sh
if ! command -v python3 >/dev/null 2>&1; then
    echo "ok 1 - $1 # SKIP no python3"
    exit 77
fi
driver=$(dirname "$0")/$1
shift
exec python3 -B "$driver" "$@"
