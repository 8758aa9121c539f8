#!/bin/sh
# On a terminal: tables, cleaned; to a pipe: JSON, exact.  Hostile text reaches no terminal.
. "$(dirname "$0")/../lib.sh"
company

if ! command -v script >/dev/null 2>&1; then
    echo "ok 1 - terminal # SKIP no script program"
    exit 77
fi
# on_terminal COMMAND : what a terminal of 100 columns gets
on_terminal() {
    script -qec "stty cols 100 rows 30 -onlcr; $1" /dev/null </dev/null >"$work/terminal" 2>&1
    code=$?
    out=$(tr -d '\r' <"$work/terminal")
}

evil=$(printf 'red\033[31m bell\007 c1\302\233 rtl\342\200\256 zero\342\200\213width')
run bizosaas create lead "last_name=$evil" company_name="Ünal & José 日本"
lead=$(first id)
check "hostile text is stored" contains "$lead" lead_
check "JSON keeps it exactly" contains "$out" '\u202e'
check "JSON is escaped" lacks "$out" "$(printf '\033')"

on_terminal "bizosaas list lead"
check "a table on a terminal" contains "$out" "Ünal & José 日本"
check "no escape reaches the terminal" lacks "$out" "$(printf '\033')"
check "no bell reaches the terminal" lacks "$out" "$(printf '\007')"
check "no override reaches the terminal" lacks "$out" "$(printf '\342\200\256')"
check "no C1 control reaches the terminal" lacks "$out" "$(printf '\302\233')"
check "no line is wider than the terminal" [ "$(wc -L <"$work/terminal")" -le 100 ]
on_terminal "bizosaas get $lead"
check "a record on a terminal" contains "$out" last_name
check "a record is cleaned" lacks "$out" "$(printf '\033')"
on_terminal "bizosaas get $lead --json"
check "JSON on a terminal is escaped" lacks "$out" "$(printf '\033')"
check "JSON on a terminal is JSON" contains "$out" '\u202e'
on_terminal "bizosaas history $lead"
check "history is cleaned" lacks "$out" "$(printf '\342\200\256')"
on_terminal "bizosaas list lead --filter 'x$(printf '\342\200\256')y = 1'"
check "an error on a terminal is a sentence" contains "$out" "bizosaas: "
check "an error is cleaned" lacks "$out" "$(printf '\342\200\256')"
on_terminal "bizosaas lsit"
check "a sentence with a hint" contains "$out" 'Did you mean "bizosaas list"?'
on_terminal "LC_ALL=C bizosaas list lead"
check "a terminal without UTF-8 gets ASCII" same "$(printf %s "$out" | LC_ALL=C tr -d '\000-\177' | wc -c | tr -d ' ')" 0
finish
