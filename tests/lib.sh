# lib.sh - what every black-box test of the built programs uses: . "$(dirname "$0")/../lib.sh"
#
# Each test gets a folder of its own ($work), a data folder ($BIZOSAAS_HOME), a fixed clock, and leaves
# no engine behind.  Results are TAP lines; `finish` ends the test.
# shellcheck shell=sh

set -u
: "${BIZOSAAS_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${BIZOSAAS_BUILD:=$BIZOSAAS_SOURCE/build}"
export BIZOSAAS_SOURCE BIZOSAAS_BUILD
PATH=$BIZOSAAS_BUILD:$PATH
LC_ALL=C.UTF-8
TZ=UTC
BIZOSAAS_NOW=2026-11-22T10:00:00+01:00
BIZOSAAS_CONFIG=/dev/null
export PATH LC_ALL TZ BIZOSAAS_NOW BIZOSAAS_CONFIG

work=$(mktemp -d "${TMPDIR:-/tmp}/bizosaas-test.XXXXXX") || exit 1
BIZOSAAS_HOME=$work/home
XDG_RUNTIME_DIR=$work/run
export BIZOSAAS_HOME XDG_RUNTIME_DIR
mkdir -m 700 "$XDG_RUNTIME_DIR"
cases=0
failures=0
out='' err='' code=0

# An engine in the background has no standard error: sanitizers write beside the home.
if [ -n "${BIZOSAAS_SANITIZED:-}" ]; then
    ASAN_OPTIONS=log_path=$work/sanitizer
    UBSAN_OPTIONS=log_path=$work/sanitizer:print_stacktrace=1
    TSAN_OPTIONS=log_path=$work/sanitizer
    export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
fi

stop_engines() {
    for lock in "$work"/*/engine.lock; do
        [ -f "$lock" ] || continue
        bizosaas --home "${lock%/engine.lock}" engine stop >/dev/null 2>&1
    done
}

clean_up() {
    stop_engines
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# run COMMAND ... : keeps standard output in $out, standard error in $err, the exit code in $code
run() {
    "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

ok() {
    cases=$((cases + 1))
    echo "ok $cases - $1"
}

not_ok() {
    cases=$((cases + 1))
    failures=$((failures + 1))
    echo "not ok $cases - $1"
    printf '%s\n' "exit code: $code" "stdout: $(printf %s "$out" | head -c 2000)" \
        "stderr: $(printf %s "$err" | head -c 2000)" | sed 's/^/# /'
}

# check NAME CONDITION ... : one case; the condition is a command
check() {
    name=$1
    shift
    if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# exits NAME CODE COMMAND ... : runs it and checks the exit code
exits() {
    name=$1 wanted=$2
    shift 2
    run "$@"
    if [ "$code" -eq "$wanted" ]; then ok "$name"; else not_ok "$name (wanted exit code $wanted)"; fi
}

contains() { case $1 in *"$2"*) return 0 ;; *) return 1 ;; esac; }
lacks() { ! contains "$1" "$2"; }
same() { [ "$1" = "$2" ] || { echo "# wanted: $2"; echo "# got:    $1"; return 1; }; }

# value KEY : the first "KEY":"text" or "KEY":number of $out
value() {
    printf '%s\n' "$out" | sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p;t;s/.*\"$1\":\\([-0-9a-z.]*\\).*/\\1/p" | head -n 1
}

# first KEY : like value, but the leftmost on the first line
first() {
    printf '%s\n' "$out" | head -n 1 | grep -o "\"$1\":\\(\"[^\"]*\"\\|[-0-9a-z.]*\\)" | head -n 1 |
        sed 's/^"[^"]*"://; s/^"//; s/"$//'
}

# lines : number of lines of $out
lines() {
    if [ -z "$out" ]; then echo 0; else printf '%s\n' "$out" | wc -l | tr -d ' '; fi
}

# company : a fresh company in $BIZOSAAS_HOME
company() {
    run bizosaas init
    [ "$code" -eq 0 ] && return 0
    not_ok "init makes a company"
    finish
}

needs_shared() {
    [ -n "${BIZOSAAS_SHARED:-}" ] && [ -e "$BIZOSAAS_SHARED/$1" ] && return 0
    echo "not run: needs shared data"
    cases=$((cases + 1))
    echo "ok $cases - $1 # SKIP needs shared data"
    return 1
}

finish() {
    stop_engines
    for report in "$work"/sanitizer.*; do
        [ -f "$report" ] || continue
        head -n 60 "$report" | sed 's/^/# /'
        not_ok "no sanitizer report"
    done
    echo "1..$cases"
    [ "$failures" -eq 0 ]
    exit
}
