#!/bin/sh
# mission: D6
# The product is C and needs no interpreter.  The built programs carry the hardening that the compiler
# could give: seen on the binaries, not on flags.
. "$(dirname "$0")/../lib.sh"

if ! command -v readelf >/dev/null 2>&1 || [ -n "${BIZOSAAS_SANITIZED:-}" ]; then
    echo "ok 1 - hardening # SKIP no readelf, or a sanitizer build"
    exit 77
fi

# The program itself, also when make left a wrapper.
for program in bizosaas libexec/bizosaas/bizosaas-engine; do
    file=$BIZOSAAS_BUILD/$program
    name=$(basename "$program")
    header=$(readelf -hW "$file")
    segments=$(readelf -lW "$file")
    dynamic=$(readelf -dW "$file")
    symbols=$(readelf -sW "$file")
    check "$name is position independent" contains "$header" "DYN ("
    check "$name has relro" contains "$segments" GNU_RELRO
    check "$name binds at start" contains "$dynamic" NOW
    check "$name has no executable stack" lacks "$(printf %s "$segments" | grep GNU_STACK)" RWE
    check "$name has canaries" contains "$symbols" __stack_chk_fail
    check "$name has fortified calls" contains "$symbols" _chk@
    check "$name carries no run path" lacks "$dynamic" "(RUNPATH)"
done

# The screens program is small: it must not reach the data.
needed=$(readelf -dW "$BIZOSAAS_BUILD/bizosaas" | grep NEEDED)
for library in libsqlite3 libsodium libuv libyaml libcurl; do
    check "bizosaas does not link $library" lacks "$needed" "$library"
done

# C11 only, and nothing that has to be interpreted at run time.
cd "$BIZOSAAS_SOURCE" || exit 1
other=$(find src screens -type f ! -name '*.c' ! -name '*.h' ! -name '*.mk' | head -n 5)
check "src and screens hold C alone" same "$other" ""
check "the compiler is asked for C11" grep -q -- '-std=gnu11' Makefile.am
for program in bizosaas libexec/bizosaas/bizosaas-engine; do
    needed=$(readelf -dW "$BIZOSAAS_BUILD/$program" | grep NEEDED)
    for interpreter in libpython libperl liblua libruby libguile libmozjs; do
        check "$(basename "$program") holds no $interpreter" lacks "$needed" "$interpreter"
    done
done
scripts=$(find data wizards po -type f \( -perm -100 -o -name '*.py' -o -name '*.lua' -o -name '*.js' \) 2>/dev/null | head -n 5)
check "the packaged data holds no script" same "$scripts" ""
finish
