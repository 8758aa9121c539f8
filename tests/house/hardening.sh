#!/bin/sh
# The built programs carry the hardening that the compiler could give: seen on the binaries, not on flags.
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
finish
