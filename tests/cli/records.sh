#!/bin/sh
# A company from nothing, and its records by the verbs of the command line.
. "$(dirname "$0")/../lib.sh"

exits "init" 0 bizosaas init
check "the folder is private" same "$(stat -c %a "$BIZOSAAS_HOME")" 700
exits "init refuses a home that holds a company" 1 bizosaas init
exits "whoami" 0 bizosaas whoami
check "whoami is the owner" contains "$out" owner

exits "create" 0 bizosaas create lead first_name=Maya last_name=Lindqvist company_name="Northwind AB" \
    email=maya@northwind.example score=70 source=web_form
lead=$(first id)
check "the id has the resource's prefix" contains "$lead" lead_
exits "create with JSON" 0 bizosaas create lead --input "$BIZOSAAS_SOURCE/tests/data/lead.json" score:=91
check "the argument wins over the file" contains "$out" '"score":91'
check "the file gives the rest" contains "$out" '"last_name":"Wei"'
exits "create from standard input" 0 sh -c 'echo "{\"last_name\":\"Okafor\",\"score\":12}" | bizosaas create lead --input -'
exits "an unknown field is refused" 2 bizosaas create lead last_name=X scroe=1
check "an unknown field has a hint" contains "$err" score
exits "a wrong type is refused" 1 bizosaas create lead last_name=X score=many
check "a wrong type names the field" contains "$err" '"field":"score"'
exits "out of range is refused" 1 bizosaas create lead last_name=X score=101
exits "a wrong choice is refused" 1 bizosaas create lead last_name=X source=nowhere
exits "an unknown resource is refused" 2 bizosaas list leed
check "an unknown resource has a hint" contains "$err" lead

exits "get" 0 bizosaas get lead "$lead"
check "get has the fields" contains "$out" '"company_name":"Northwind AB"'
exits "get by id alone" 0 bizosaas get "$lead" --columns last_name,score
check "get with columns has only these" same "$out" "{\"id\":\"$lead\",\"last_name\":\"Lindqvist\",\"score\":70}"
exits "get of nothing" 1 bizosaas get lead lead_01J00000000000000000000000
check "get of nothing has a code" contains "$err" '"code":"not_found"'

exits "list" 0 bizosaas list lead
check "list gives a line a record" same "$(lines)" 3
exits "list, filtered" 0 bizosaas list lead --filter 'score >= 60' --sort -score
check "list, filtered and sorted" same "$(lines) $(first score)" "2 91"
exits "list by plural" 0 bizosaas list leads --limit 1
check "list with a limit" same "$(lines)" 1
exits "list of nothing" 0 bizosaas list lead --filter 'last_name = nobody'
check "list of nothing is empty" same "$out" ""
exits "list with columns" 0 bizosaas list lead --columns last_name --sort last_name
check "list with columns sorts" contains "$(printf %s "$out" | head -n 1)" Lindqvist
exits "a wrong filter is refused" 1 bizosaas list lead --filter 'scor > 3'
check "a wrong filter has a column and a suggestion" contains "$err" '"column":1'
check "a wrong filter suggests" contains "$err" score

exits "update" 0 bizosaas update lead "$lead" score=75 job_title=CTO
check "update answers the record" contains "$out" '"score":75'
exits "update with a stale version" 1 bizosaas update "$lead" score=1 --version 1
check "a stale version is a conflict" contains "$err" '"code":"conflict"'
exits "update of nothing" 2 bizosaas update "$lead"
exits "an empty value empties" 0 bizosaas update "$lead" job_title=
check "the field is empty" lacks "$out" CTO

exits "call" 0 bizosaas call lead.search text=lindq limit=5
check "call finds by a part" contains "$out" Lindqvist
exits "call with text for a number" 1 bizosaas call lead.list limit=few
exits "call of an unknown operation" 2 bizosaas call lead.lits
check "an unknown operation has a hint" contains "$err" lead.list
exits "operations" 0 bizosaas operations
check "operations lists many" [ "$(lines)" -gt 100 ]
exits "one operation" 0 bizosaas operations lead.list
check "one operation has parameters" contains "$out" '"filter"'

exits "delete" 0 bizosaas delete "$lead"
exits "a deleted record is gone" 1 bizosaas get lead "$lead"
exits "the trash has it" 0 bizosaas list lead --deleted
check "the trash has one" same "$(lines)" 1
exits "undo brings it back" 0 bizosaas undo
exits "it is back" 0 bizosaas get "$lead"
check "it is back as it was" contains "$out" '"score":75'

exits "history of a record" 0 bizosaas history "$lead"
check "history has every change" [ "$(lines)" -ge 4 ]
exits "the last change" 0 bizosaas history --last 1
check "the last change is one line" same "$(lines)" 1
exits "audit verify" 0 bizosaas audit verify
check "audit says ok" contains "$out" '"ok":true'
exits "audit of something else" 2 bizosaas audit repair
finish
