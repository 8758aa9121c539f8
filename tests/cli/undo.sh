#!/bin/sh
# Undo is a new change: it takes back the caller's last one, and refuses what later changes stand on.
. "$(dirname "$0")/../lib.sh"
company

run bizosaas create lead last_name=Undo score=10
lead=$(first id)
run bizosaas update "$lead" score=20
run bizosaas history --last 1
first_update=$(first id)
exits "a preview changes nothing" 0 bizosaas undo --preview
run bizosaas get "$lead" --columns score
check "still the new value" contains "$out" '"score":20'
exits "undo of an update" 0 bizosaas undo
run bizosaas get "$lead" --columns score
check "the old value is back" contains "$out" '"score":10'

run bizosaas update "$lead" score=30
run bizosaas history --last 1
conflicting=$(first id)
run bizosaas update "$lead" score=40
exits "an undo that later changes stand on is refused" 1 bizosaas undo "$conflicting"
check "the refusal says why" contains "$err" '"message"'
run bizosaas get "$lead" --columns score
check "a refused undo changes nothing" contains "$out" '"score":40'

exits "undoing twice is refused" 1 bizosaas undo "$first_update"
exits "an unknown change" 1 bizosaas undo 999999
exits "undo of a creation" 0 bizosaas create lead last_name=Passing
passing=$(first id)
exits "takes the record away" 0 bizosaas undo
exits "it is gone" 1 bizosaas get "$passing"
exits "the log is whole after all that" 0 bizosaas audit verify
finish
