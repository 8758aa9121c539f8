#!/bin/sh
# Import and export: our own small file there and back, bad rows, undo of the whole.
. "$(dirname "$0")/../lib.sh"
company
file=$BIZOSAAS_SOURCE/tests/data/leads-small.csv

exits "a dry run" 0 bizosaas import lead "$file" --dry-run
check "a dry run counts" same "$(first total)" 12
run bizosaas list lead
check "a dry run writes nothing" same "$out" ""
exits "an import" 0 bizosaas import lead "$file"
check "all rows came" same "$(first created)" 12
run bizosaas list lead
check "they are there" same "$(lines)" 12
run bizosaas list lead --filter 'company_name = "Harbor Foods"'
check "umlauts and quotes came whole" contains "$out" 'Zoë \"Zo\" Müller'
run bizosaas list lead --filter 'budget_band = "10k-50k"'
check "an unknown column is a custom field" [ "$(lines)" -ge 1 ]
exits "undo takes the whole import back" 0 bizosaas undo
run bizosaas list lead
check "nothing is left of it" same "$out" ""
exits "and once more" 0 bizosaas import lead "$file"
exits "the same again, matched" 0 bizosaas import lead "$file" --match email --on-match update
check "the same again changes nothing" same "$(first skipped) $(first updated) $(first created)" "12 0 0"

exits "export to a pipe" 0 bizosaas export lead
printf '%s\n' "$out" >"$work/export.csv"
check "export has a heading and the rows, one of them on two lines" same "$(lines)" 14
exits "export to a file" 0 bizosaas export lead --output "$work/whole.csv"
check "export to a file is silent" same "$out" ""
exits "an export imports to zero changes" 0 bizosaas import lead "$work/whole.csv" --match email --on-match update
check "zero changes" same "$(first created) $(first updated) $(first failed)" "0 0 0"
exits "export as JSON Lines" 0 bizosaas export lead --format jsonl --filter 'last_name = Weber'
check "one line a record" same "$(lines)" 1
exits "an unknown format" 2 bizosaas export lead --format pdf

printf 'first_name,last_name,email,score\nA,One,a@x.example,5\nB,Two,not an address,7\nC,Three,c@x.example,900\n' >"$work/bad.csv"
exits "bad rows fail alone" 0 bizosaas import lead "$work/bad.csv" --errors "$work/errors.csv"
check "one came, two failed" same "$(first created) $(first failed)" "1 2"
check "the error file names row and column" grep -q '^2,email,' "$work/errors.csv"
check "the error file has the rule" grep -q '^3,score,900,rule' "$work/errors.csv"
printf 'last_name,score\nX,many\n' >"$work/all-bad.csv"
exits "every row failed" 1 bizosaas import lead "$work/all-bad.csv"
printf 'last_name,score\n"never closed,5\n' >"$work/open.csv"
exits "a file that cannot be read imports nothing" 1 bizosaas import lead "$work/open.csv"
check "it names the line" contains "$err" '"line"'
exits "a missing file" 1 bizosaas import lead "$work/none.csv"
exits "a folder is no file" 1 bizosaas import lead "$work"
exits "from standard input" 0 sh -c 'printf "last_name;company_name\nPipe;Acme\n" | bizosaas import lead -'
check "from standard input one came" same "$(first created)" 1
exits "the log is whole" 0 bizosaas audit verify

needs_shared data/crm/leads.csv || finish
exits "real leads, dry" 0 bizosaas import lead "$BIZOSAAS_SHARED/data/crm/leads.csv" --dry-run
real=$(first total)
exits "real leads" 0 bizosaas import lead "$BIZOSAAS_SHARED/data/crm/leads.csv"
check "every real lead came" same "$(first created) $(first failed)" "$real 0"
exits "a custom field filters" 0 bizosaas list lead --filter 'converted = true' --limit 5
check "five of them" same "$(lines)" 5
exits "undo takes thousands back" 0 bizosaas undo
run bizosaas list lead --filter 'converted = true' --limit 5
check "they are gone" same "$out" ""
exits "the log is whole after that" 0 bizosaas audit verify
finish
