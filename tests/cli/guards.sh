#!/bin/sh
# What must not go wrong by one careless line: built-in roles stay, a second import makes no doubles.
. "$(dirname "$0")/../lib.sh"
company

run bizosaas list role --filter 'name = owner' --columns name
role=$(first id)
exits "the role of the owner stays" 1 bizosaas delete "$role"
exits "and keeps its name" 1 bizosaas update "$role" name=nobody
exits "its text may change" 0 bizosaas update "$role" description="Everything"
exits "the owner still sees the leads" 0 bizosaas list lead

file=$BIZOSAAS_SOURCE/tests/data/import/hubspot_contacts.csv
exits "a file of HubSpot" 0 bizosaas import contact "$file" --preset hubspot
exits "the same again" 0 bizosaas import contact "$file" --preset hubspot
check "makes nobody twice: a preset knows its field" same "$(first created)" 0

# A customer's person sees no colleague of the company; undo does not half restore a login.
printf 'a long pass phrase' >"$work/secret"
exits "a person of a customer" 0 \
    bizosaas user invite c@x.example --login cust --role client --secret-file "$work/secret"
run bizosaas --as cust user list
check "sees nobody but itself" same "$(printf '%s\n' "$out" | grep -c '"login"')" 1
exits "shut out" 0 bizosaas user disable cust
exits "which undo cannot take back whole" 1 bizosaas undo
finish
