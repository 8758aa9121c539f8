#!/bin/sh
# A room includes only itself and the rooms below it (the table in CONTRIBUTING).
. "$(dirname "$0")/../lib.sh"
cd "$BIZOSAAS_SOURCE" || exit 1

rooms=$(sed -n 's/^    \(src\/[a-z]*\|screens\|wizards\)  *\(.*\)$/\1 \2/p' CONTRIBUTING)
check "CONTRIBUTING has the table" contains "$rooms" "src/store"

printf '%s\n' "$rooms" >"$work/rooms"
while read -r room allowed; do
    [ -d "$room" ] || continue
    wrong=$(find "$room" -name '*.[ch]' | sort | while read -r file; do
        sed -n 's/^[ ]*#[ ]*include[ ]*"\([^"]*\)".*/\1/p' "$file" | while read -r header; do
            case $header in
            */*) to=${header%%/*} ;;
            *) continue ;;
            esac
            case $to in screens | wizards) to_room=$to ;; *) to_room=src/$to ;; esac
            [ -d "$to_room" ] || continue
            [ "$to_room" = "$room" ] && continue
            case " $allowed " in *" $to "*) ;; *) echo "$file includes $header" ;; esac
        done
    done)
    out=$wrong
    check "$room includes only $allowed" same "$wrong" ""
done <"$work/rooms"
finish
