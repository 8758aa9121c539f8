#!/bin/sh
# Every script of ours can be read by the shell it names; shellcheck agrees where it is installed.
. "$(dirname "$0")/../lib.sh"
cd "$BIZOSAAS_SOURCE" || exit 1

scripts=$(find dev .ci tests -type f | while read -r file; do
    case $file in *.sh) echo "$file" ;; *) head -n 1 "$file" 2>/dev/null | grep -qa '^#!.*sh' && echo "$file" ;; esac
done | sort)
for script in $scripts; do
    if head -n 1 "$script" | grep -q bash; then shell='bash'; else shell='sh'; fi
    exits "$script is readable" 0 "$shell" -n "$script"
done
if command -v shellcheck >/dev/null 2>&1; then
    # shellcheck disable=SC2086  # a list of names without spaces
    exits "shellcheck finds nothing" 0 shellcheck -x -S warning $scripts
else
    ok "shellcheck # SKIP not installed"
fi
finish
