#!/bin/sh
# The manual is well-formed and names every verb and option of the program.
. "$(dirname "$0")/../lib.sh"
cd "$BIZOSAAS_SOURCE" || exit 1

for page in man/*.[0-9]; do
    if command -v mandoc >/dev/null 2>&1; then
        run mandoc -T lint -W warning "$page"
        check "$page is well-formed" same "$out" ""
    else
        ok "$page # SKIP mandoc is not installed"
    fi
done

manual=$(sed 's/\\-/-/g; s/\\&//g' man/bizosaas.1)
for verb in $(bizosaas --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p' | grep -v '^bizosaas$'); do
    check "the manual has the verb $verb" contains "$manual" "It Ic $verb"
    for option in $(bizosaas "$verb" --help | grep -o -- '--[a-z][a-z-]*' | sort -u |
        grep -v -e '^--help$'); do
        check "the manual has $verb $option" contains "$manual" "Fl Fl ${option#--}"
    done
done
run bizosaas man
check "the program prints the same page" same "$out" "$(cat man/bizosaas.1)"
finish
