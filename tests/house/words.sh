#!/bin/sh
# What must not stand in the tree: promises, paths of somebody's machine, SQL outside the store.
. "$(dirname "$0")/../lib.sh"
cd "$BIZOSAAS_SOURCE" || exit 1

# hits NAME PATTERN FOLDER ... : one case, fails when a line matches
hits() {
    name=$1 pattern=$2
    shift 2
    found=$(grep -rnEI --include='*.[ch]' --include='*.mk' --include='*.sh' --include='*.ac' \
        --include='*.am' --include=dev --include=run --include=README --include=CONTRIBUTING \
        -e "$pattern" "$@" 2>/dev/null | grep -v '^tests/house/words.sh:' | head -n 5)
    out=$found
    check "$name" same "$found" ""
}

hits "no promises" '\b(TO''DO|FIX''ME|HA''CK)\b' src screens data tests man dev .ci README CONTRIBUTING
hits "no paths of one machine" '(^|[^A-Za-z0-9_.])/(wo''rk|root|mnt|Users)/' src screens data tests man dev .ci README CONTRIBUTING
hits "no rand()" '(^|[^>.A-Za-z_])s?rand(om)?[ ]*\(' src screens
found=$(grep -rlE 'sqlite3_|#include <sqlite3' src screens --include='*.[ch]' | grep -v '^src/store/' | head -n 5)
out=$found
check "only src/store speaks to the database" same "$found" ""
found=$(grep -rnE '\b(gets|sprintf|vsprintf|tmpnam|mktemp)[ ]*\(' src screens --include='*.[ch]' | head -n 5)
out=$found
check "no unbounded copies" same "$found" ""

# Shapes of files and functions.
long=$(find src screens -name '*.[ch]' -exec awk 'END { if (FNR > 500) print FILENAME ": " FNR " lines" }' {} \;)
out=$long
check "no file over 500 lines" same "$long" ""
long=$(find src screens -name '*.c' -exec awk '
    FNR == 1 { start = 0 }
    /^[A-Za-z_].*\)[ ]*\{[ ]*$/ || /^\{[ ]*$/ { start = FNR }
    /^\}/ { if (start && FNR - start > 80) print FILENAME ":" start ": " FNR - start " lines"; start = 0 }' {} \;)
out=$long
check "no function over 80 lines" same "$long" ""
finish
